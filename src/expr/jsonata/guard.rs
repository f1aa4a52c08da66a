//! Memory of running evaluations: the engine bounds each string and array, not what an expression holds at a time.
//!
//! One thread of the process looks at running evaluations a hundred times a second and stops one that makes the process
//! grow too far. It sleeps while nothing is evaluated, and starts with the first evaluation.

use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jlens_core::CancelToken;

use super::evaluate::Limits;

/// How often running evaluations are looked at.
const TICK: Duration = Duration::from_millis(10);

/// Ticks without an evaluation after which the thread waits for one.
const IDLE_TICKS: u32 = 20;

/// How long a function of the engine that asks nobody may go on after its evaluation was to end.
const GRACE: Duration = Duration::from_secs(5);

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::default);
static LAST_RESORT: OnceLock<fn(&str)> = OnceLock::new();

/// Names what to do with an evaluation that cannot be stopped: a function of the engine that takes quadratic time on a
/// large array, say. It is told what happened and may end the process. Without it such an evaluation goes on. The first
/// call counts.
pub fn set_last_resort(give_up: fn(&str)) {
    // A second caller keeps the first one's.
    let _ = LAST_RESORT.set(give_up);
}

#[derive(Default)]
struct Guard {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    running: Vec<Running>,
    next: u64,
    thread: Thread,
}

#[derive(Default, PartialEq)]
enum Thread {
    #[default]
    NotStarted,
    Looking,
    Waiting,
}

struct Running {
    id: u64,
    token: CancelToken,
    max_memory: usize,
    timeout: Duration,
    /// When it was first seen, and the process's memory then.
    seen: Option<(Instant, usize)>,
    stopped: Option<Instant>,
}

/// An evaluation under guard, until it is dropped.
pub(super) struct Guarded {
    id: u64,
    token: CancelToken,
}

impl Guarded {
    /// Puts an evaluation under guard.
    pub(super) fn new(limits: &Limits) -> Guarded {
        let token = CancelToken::new();
        let mut state = GUARD.lock();
        let id = state.next;
        state.next += 1;
        state.running.push(Running {
            id,
            token: token.clone(),
            max_memory: limits.max_memory,
            timeout: limits.timeout,
            seen: None,
            stopped: None,
        });
        match state.thread {
            Thread::Looking => {}
            Thread::Waiting => GUARD.wake.notify_one(),
            Thread::NotStarted => {
                state.thread = Thread::Looking;
                // Where no thread can be had there is no guard.
                let _ = std::thread::Builder::new()
                    .name("jsonata-guard".to_owned())
                    .spawn(|| GUARD.look());
            }
        }
        Guarded { id, token }
    }

    /// What stops the evaluation.
    pub(super) fn token(&self) -> &CancelToken {
        &self.token
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        GUARD.lock().running.retain(|running| running.id != self.id);
    }
}

impl Guard {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self) {
        let mut idle = 0;
        loop {
            std::thread::sleep(TICK);
            let mut state = self.lock();
            if state.running.is_empty() {
                idle += 1;
                if idle > IDLE_TICKS {
                    state.thread = Thread::Waiting;
                    while state.running.is_empty() {
                        state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                    state.thread = Thread::Looking;
                    idle = 0;
                }
                continue;
            }
            idle = 0;
            let Some(memory) = memory_stats::memory_stats().map(|stats| stats.physical_mem) else {
                continue;
            };
            let now = Instant::now();
            let verdict = state
                .running
                .iter_mut()
                .find_map(|running| running.check(now, memory));
            drop(state);
            if let (Some(what), Some(give_up)) = (verdict, LAST_RESORT.get()) {
                give_up(&what);
            }
        }
    }
}

impl Running {
    /// Stops the evaluation where it is to be stopped; says why when it cannot be.
    fn check(&mut self, now: Instant, memory: usize) -> Option<String> {
        let (since, before) = *self.seen.get_or_insert((now, memory));
        let grown = memory.saturating_sub(before);
        if grown > self.max_memory && self.stopped.is_none() {
            self.token.cancel();
            self.stopped = Some(now);
        }
        let mebibytes = grown >> 20;
        if grown > self.max_memory.saturating_mul(2) {
            return Some(format!(
                "it has taken {mebibytes} MiB of memory and cannot be stopped"
            ));
        }
        let seconds = now.duration_since(since).as_secs();
        let ends = self.stopped.unwrap_or(since + self.timeout) + GRACE;
        (now > ends).then(|| format!("it has run for {seconds} seconds and cannot be stopped"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Bound, Engine, Expression};
    use super::*;
    use crate::expr::random::RandomSource;
    use crate::value::Value;

    #[test]
    fn an_expression_that_holds_too_much_is_stopped() {
        let limits = Limits {
            max_memory: 64 << 20,
            ..Limits::aws()
        };
        let engine = Engine::new(Arc::new(RandomSource::new(0)), limits);
        // A gigabyte, each string of which is within the limits.
        let expression =
            Expression::compile("($s := $pad('x', 5000000); $count([1..200].($s & $)))").unwrap();
        let error = engine
            .evaluate_in_state(&expression, &Value::empty_object(), [], 0)
            .unwrap_err();
        assert_eq!(error.bound, Some(Bound::Memory));
    }
}
