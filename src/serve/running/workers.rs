//! The threads that let executions go on, and the queue of those whose turn it is.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::execution::Execution;

/// The executions whose turn it is, the next first.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Arc<Execution>>,
    ended: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one to its end.
    pub(super) fn push(&self, execution: Arc<Execution>) {
        self.lock().ready.push_back(execution);
        self.filled.notify_one();
    }

    /// The next one; `None` when the threads shall end.
    pub(super) fn pop(&self) -> Option<Arc<Execution>> {
        let mut state = self.lock();
        loop {
            if state.ended {
                return None;
            }
            if let Some(execution) = state.ready.pop_front() {
                return Some(execution);
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends the threads: what is under way comes to its next rest.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        state.ready.clear();
        drop(state);
        self.filled.notify_all();
    }
}
