//! Memory and time of running evaluations: the engine bounds each string and array, not what an expression holds at a
//! time, and it knows the time of the clock on the wall only.
//!
//! One thread of the process looks at running evaluations a hundred times a second and stops one that makes the process
//! grow too far, or takes too much processor time. It sleeps while nothing is evaluated, and starts with the first evaluation.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jlens_core::CancelToken;

use super::clock::Clock;
use super::evaluate::{Bound, Limits};

/// How often running evaluations are looked at.
const TICK: Duration = Duration::from_millis(10);

/// Ticks without an evaluation after which the thread waits for one.
const IDLE_TICKS: u32 = 20;

/// How long a function of the engine that asks nobody may go on after its evaluation was to end, in processor time.
const GRACE: Duration = Duration::from_secs(2);

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
    clock: Clock,
    /// When it was first seen, and the process's memory then.
    seen: Option<(Duration, usize)>,
    stopped: Option<Duration>,
    took_too_long: Arc<AtomicBool>,
}

/// An evaluation under guard, until it is dropped.
pub(super) struct Guarded {
    id: u64,
    token: CancelToken,
    took_too_long: Arc<AtomicBool>,
}

impl Guarded {
    /// Puts an evaluation under guard.
    pub(super) fn new(limits: &Limits) -> Guarded {
        let token = CancelToken::new();
        let took_too_long = Arc::new(AtomicBool::new(false));
        let clock = Clock::of_thread();
        let mut state = GUARD.lock();
        let id = state.next;
        state.next += 1;
        state.running.push(Running {
            id,
            token: token.clone(),
            max_memory: limits.max_memory,
            timeout: limits.timeout,
            clock,
            seen: None,
            stopped: None,
            took_too_long: took_too_long.clone(),
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
        Guarded {
            id,
            token,
            took_too_long,
        }
    }

    /// The bound that an evaluation passed which was stopped.
    pub(super) fn passed(&self) -> Bound {
        if self.took_too_long.load(Ordering::Relaxed) {
            Bound::Time
        } else {
            Bound::Memory
        }
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
            let verdict = state.running.iter_mut().find_map(|running| running.check(memory));
            drop(state);
            if let (Some(what), Some(give_up)) = (verdict, LAST_RESORT.get()) {
                give_up(&what);
            }
        }
    }
}

impl Running {
    /// Stops the evaluation where it is to be stopped; says why when it cannot be.
    fn check(&mut self, memory: usize) -> Option<String> {
        let now = self.clock.now();
        let (since, before) = *self.seen.get_or_insert((now, memory));
        let taken = now.saturating_sub(since);
        let grown = memory.saturating_sub(before);
        let is_late = taken > self.timeout;
        if self.stopped.is_none() && (is_late || grown > self.max_memory) {
            self.took_too_long.store(is_late, Ordering::Relaxed);
            self.token.cancel();
            self.stopped = Some(now);
        }
        if grown > self.max_memory.saturating_mul(2) {
            let mebibytes = grown >> 20;
            return Some(format!(
                "it has taken {mebibytes} MiB of memory and cannot be stopped"
            ));
        }
        let seconds = taken.as_secs();
        self.stopped
            .is_some_and(|stopped| now.saturating_sub(stopped) > GRACE)
            .then(|| format!("it has run for {seconds} seconds and cannot be stopped"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Engine, Expression};
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

    #[test]
    fn an_expression_that_takes_too_long_is_stopped() {
        let limits = Limits {
            timeout: Duration::from_millis(100),
            max_steps: u64::MAX,
            ..Limits::aws()
        };
        let engine = Engine::new(Arc::new(RandomSource::new(0)), limits);
        for text in [
            "($f := function($x){ $f($x + 1) }; $f(1))",
            "$match($pad('', 100, 'x') & 'z', /(x+)+y/)",
            "$replace($pad('', 100, 'x') & 'z', /(x+)+y/, 'a')",
        ] {
            let expression = Expression::compile(text).unwrap();
            let error = engine
                .evaluate_in_state(&expression, &Value::empty_object(), [], 0)
                .unwrap_err();
            assert_eq!(error.bound, Some(Bound::Time), "{text}");
        }
    }
}
