//! How far work has come, on a terminal's stderr, once it takes more than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::output::Context;
use crate::diagnostics::duration;

/// Work that takes less says nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Between two lines.
const PAUSE: Duration = Duration::from_millis(200);

/// Work in progress: its line stands as long as this value lives, and is removed with it.
#[derive(Debug)]
pub(super) struct Progress {
    done: Arc<AtomicU64>,
    watcher: Option<(Arc<Stop>, JoinHandle<()>)>,
}

/// Tells the watching thread to end.
#[derive(Debug, Default)]
struct Stop {
    stopped: Mutex<bool>,
    told: Condvar,
}

impl Stop {
    /// Waits; whether the work has ended meanwhile.
    fn wait(&self, time: Duration) -> bool {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(stopped, time, |stopped| !*stopped);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn tell(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_all();
    }
}

impl Progress {
    /// Begins work on `total` things called `what` (`files`), or on nobody knows how many. It is shown on a terminal,
    /// and only when `quiet_stdout`: when nothing is written there at the same time.
    pub(super) fn begin(
        context: &Context,
        what: &'static str,
        total: Option<usize>,
        quiet_stdout: bool,
    ) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let shown = quiet_stdout && context.shows_progress() && io::stderr().is_terminal();
        let watcher = shown.then(|| {
            let stop = Arc::new(Stop::default());
            let (counter, told) = (done.clone(), stop.clone());
            let watch = move || watch(&told, &counter, what, total);
            // Without a thread there is no progress to see; the work goes on.
            let thread = std::thread::Builder::new().spawn(watch).ok()?;
            Some((stop, thread))
        });
        Progress {
            done,
            watcher: watcher.flatten(),
        }
    }

    /// Counts a thing that is done.
    pub(super) fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// The count, for work that keeps it itself; `None` when nobody looks.
    pub(super) fn counter(&self) -> Option<Arc<AtomicU64>> {
        self.watcher.as_ref().map(|_| self.done.clone())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.watcher.take() {
            stop.tell();
            let _ = thread.join();
        }
    }
}

/// Shows the line until it is told to stop, and removes it then.
fn watch(stop: &Stop, done: &AtomicU64, what: &str, total: Option<usize>) {
    let begun = Instant::now();
    if stop.wait(PATIENCE) {
        return;
    }
    loop {
        let line = line(
            done.load(Ordering::Relaxed),
            what,
            total,
            begun.elapsed().as_secs(),
        );
        // To the beginning of the line, and what stood there before is erased. Nobody is left to tell when it fails.
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
        if stop.wait(PAUSE) {
            let _ = write!(io::stderr(), "\r\x1b[K");
            return;
        }
    }
}

/// `1,234 of 5,000 files, 3 s`
fn line(done: u64, what: &str, total: Option<usize>, seconds: u64) -> String {
    let time = duration(seconds as i64 * 1000);
    match total {
        Some(total) => format!("{} of {} {what}, {time}", grouped(done), grouped(total as u64)),
        None => format!("{} {what}, {time}", grouped(done)),
    }
}

/// A number in groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_the_work_has_come() {
        assert_eq!(line(0, "files", Some(999), 1), "0 of 999 files, 1 s");
        assert_eq!(
            line(1_234, "files", Some(56_789), 2),
            "1,234 of 56,789 files, 2 s"
        );
        assert_eq!(
            line(1_234_567, "state transitions", None, 90),
            "1,234,567 state transitions, 1 min 30 s"
        );
    }

    #[test]
    fn a_stopped_watcher_does_not_wait() {
        let stop = Stop::default();
        stop.tell();
        assert!(stop.wait(Duration::from_secs(3600)));
    }
}
