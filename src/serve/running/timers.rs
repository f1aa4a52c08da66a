//! One thread that wakes executions: by the moment at which something happens in them.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Instant;

use super::execution::Execution;
use crate::arrange::Arrange as _;
use crate::history::Time;

/// When an execution is woken, and what the clock on the wall shows then: that stands while a journal is replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) at: Instant,
    pub(super) shown: Time,
}

/// The moments at which executions are woken, the earliest first.
#[derive(Default)]
pub(super) struct Timers {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// By moment and the number of the execution, which has one at most.
    due: BTreeMap<(Instant, u64), (Time, Weak<Execution>)>,
    ended: bool,
}

impl Timers {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes an execution at `at`, in the place of what was set before.
    pub(super) fn set(&self, execution: &Arc<Execution>, before: Option<Due>, at: Option<Due>) {
        let mut state = self.lock();
        if let Some(before) = before {
            state.due.remove(&(before.at, execution.number));
        }
        let Some(Due { at, shown }) = at else { return };
        state
            .due
            .insert((at, execution.number), (shown, Arc::downgrade(execution)));
        let is_first = state
            .due
            .first_key_value()
            .is_some_and(|(key, _)| *key == (at, execution.number));
        drop(state);
        if is_first {
            self.changed.notify_one();
        }
    }

    /// Takes those that are due when the clock on the wall shows `now`, each with what it shows when it is.
    pub(super) fn take_due(&self, now: Time) -> Vec<(Time, Arc<Execution>)> {
        let mut due = Vec::new();
        self.lock().due.retain(|_, (shown, execution)| {
            let is_due = *shown <= now;
            if is_due {
                due.extend(execution.upgrade().map(|execution| (*shown, execution)));
            }
            !is_due
        });
        due.arrange_by_key(|(shown, execution)| (*shown, execution.number));
        due
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.lock().due.clear();
    }

    /// Ends the thread.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// The thread: wakes what is due, until it is told to end.
    pub(super) fn run(&self, wake: impl Fn(Time, &Arc<Execution>)) {
        let mut state = self.lock();
        while !state.ended {
            let now = Instant::now();
            let next = state.due.first_key_value().map(|(key, _)| *key);
            state = match next {
                Some((at, _)) if at <= now => {
                    let due = state.due.pop_first();
                    drop(state);
                    if let Some((_, (shown, execution))) = due
                        && let Some(execution) = execution.upgrade()
                    {
                        wake(shown, &execution);
                    }
                    self.lock()
                }
                Some((at, _)) => {
                    let wait = self.changed.wait_timeout(state, at - now);
                    wait.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}
