//! How far a search goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What ends a search before its end: that nobody wants it any more, or that it has passed so many files and folders.
/// Clones share whether they are cancelled.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    cancelled: Arc<AtomicBool>,
    reached: Arc<AtomicBool>,
    most: Option<usize>,
}

impl Bounds {
    /// At most so many files and folders.
    pub fn of(most: usize) -> Bounds {
        Bounds {
            most: Some(most),
            ..Bounds::default()
        }
    }

    /// Ends the search.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether nobody wants it any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Whether there were more than it looked at.
    pub fn is_reached(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }

    /// Whether a search that has passed so many ends.
    pub(super) fn end(&self, passed: usize) -> bool {
        let is_reached = self.most.is_some_and(|most| passed >= most);
        if is_reached {
            self.reached.store(true, Ordering::Relaxed);
        }
        is_reached || self.is_cancelled()
    }
}
