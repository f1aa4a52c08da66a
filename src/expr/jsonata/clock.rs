//! Processor time of a thread, as another thread sees it: a machine that is busy with other things is no reason to stop
//! an expression.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

thread_local! {
    /// Where Linux tells of this thread; `None` elsewhere.
    static STATISTICS: Option<Arc<PathBuf>> = statistics();
}

fn statistics() -> Option<Arc<PathBuf>> {
    // `<process>/task/<thread>`
    let thread = std::fs::read_link("/proc/thread-self").ok()?;
    let path = PathBuf::from("/proc").join(thread).join("schedstat");
    path.exists().then(|| Arc::new(path))
}

/// Tells the time that a thread takes.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    begin: Instant,
    statistics: Option<Arc<PathBuf>>,
}

impl Clock {
    /// The clock of the current thread.
    pub(super) fn of_thread() -> Clock {
        Clock {
            begin: Instant::now(),
            statistics: STATISTICS.with(Clone::clone),
        }
    }

    /// Processor time since some moment in the past; time by the clock on the wall where that is not known.
    pub(super) fn now(&self) -> Duration {
        let nanoseconds = self.statistics.as_deref().and_then(|path| {
            let text = std::fs::read_to_string(path).ok()?;
            text.split(' ').next()?.parse().ok()
        });
        nanoseconds.map_or_else(|| self.begin.elapsed(), Duration::from_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_sleeps_takes_no_time_where_that_is_known() {
        let clock = Clock::of_thread();
        let before = clock.now();
        std::thread::sleep(Duration::from_millis(50));
        let taken = clock.now() - before;
        if clock.statistics.is_some() {
            assert!(taken < Duration::from_millis(50), "{taken:?}");
        } else {
            assert!(taken >= Duration::from_millis(50), "{taken:?}");
        }
    }
}
