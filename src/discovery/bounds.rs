//! How far a search goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What ends a search before its end: that nobody wants it any more, that it has passed so many files and folders, or that it
/// takes too long. Clones share what they know.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    cancelled: Arc<AtomicBool>,
    reached: Arc<AtomicBool>,
    most: Option<usize>,
    until: Option<Instant>,
}

impl Bounds {
    /// At most so many files and folders, and so much time from now on.
    pub fn of(most: usize, longest: Duration) -> Bounds {
        Bounds {
            most: Some(most),
            until: Instant::now().checked_add(longest),
            ..Bounds::default()
        }
    }

    /// Ends the search.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the search ends now, wherever it is.
    pub fn is_over(&self) -> bool {
        if self.until.is_some_and(|until| Instant::now() >= until) {
            self.reached.store(true, Ordering::Relaxed);
            return true;
        }
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Whether it was ended before its end.
    pub fn was_cut(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed) || self.reached.load(Ordering::Relaxed)
    }

    /// Whether a search that has passed so many ends.
    pub(super) fn end(&self, passed: usize) -> bool {
        if self.most.is_some_and(|most| passed >= most) {
            self.reached.store(true, Ordering::Relaxed);
            return true;
        }
        self.is_over()
    }
}
