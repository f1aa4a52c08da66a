//! The clock on the wall, which stands at recorded moments while a journal is replayed.

use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::history::Time;

/// What the time is, outside of executions. It never goes back while it goes.
#[derive(Debug)]
pub(crate) struct Wall {
    began: Time,
    at: Instant,
    stands: Mutex<Option<Time>>,
}

impl Default for Wall {
    fn default() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Wall {
            began: Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            at: Instant::now(),
            stands: Mutex::default(),
        }
    }
}

impl Wall {
    /// What it shows.
    pub(crate) fn now(&self) -> Time {
        let stands = *self.stands.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = i64::try_from(self.at.elapsed().as_millis()).unwrap_or(i64::MAX);
        stands.unwrap_or_else(|| self.began.after_millis(passed))
    }

    /// Lets it stand at a moment.
    pub(super) fn stand_at(&self, at: Time) {
        *self.stands.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// Lets it go again.
    pub(super) fn go_on(&self) {
        *self.stands.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_where_it_is_put_and_goes_on_at_the_right_time() {
        let wall = Wall::default();
        let before = wall.now();
        wall.stand_at(Time::DEFAULT_START);
        assert_eq!(wall.now(), Time::DEFAULT_START);
        wall.go_on();
        assert!(wall.now() >= before);
    }
}
