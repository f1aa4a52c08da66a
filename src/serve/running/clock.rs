//! The clock of one execution: the wall's, ahead of it by what was skipped.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::timers::Due;
use crate::history::Time;
use crate::serve::wall::Wall;

/// How time passes for executions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ClockMode {
    /// As on the wall, but what nobody outside is waited for is over at once.
    Fast,
    /// As on the wall.
    Real,
    /// So many times as fast as on the wall.
    Times(f64),
}

impl FromStr for ClockMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let factor = |text: &str| {
            let factor: f64 = text.parse().ok()?;
            (factor > 0.0 && factor <= FASTEST).then_some(factor)
        };
        match text {
            "fast" => Ok(ClockMode::Fast),
            "real" => Ok(ClockMode::Real),
            _ => text
                .strip_prefix('x')
                .and_then(factor)
                .map(ClockMode::Times)
                .ok_or_else(|| format!("'{text}' is no clock: write fast, real or xN, as x100")),
        }
    }
}

/// A year in a third of a second.
const FASTEST: f64 = 100_000_000.0;

impl fmt::Display for ClockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClockMode::Fast => write!(f, "fast"),
            ClockMode::Real => write!(f, "real"),
            ClockMode::Times(factor) => write!(f, "x{factor}"),
        }
    }
}

/// The clock of one execution. It stands while the execution has its turn: what happens depends on when it was told what,
/// and not on how long anything takes, so that it happens again when it is told the same.
#[derive(Debug)]
pub(super) struct Clock {
    mode: ClockMode,
    began: Time,
    began_on_wall: Time,
    wall: Arc<Wall>,
    /// What the wall showed when it was told something last.
    moment: Time,
    /// Milliseconds that were skipped.
    lead: i64,
}

impl Clock {
    /// One that shows `began` when the wall does.
    pub(super) fn new(mode: ClockMode, began: Time, wall: Arc<Wall>) -> Self {
        Clock {
            mode,
            began,
            began_on_wall: began,
            wall,
            moment: began,
            lead: 0,
        }
    }

    /// What the wall showed when something was told last.
    pub(super) fn moment(&self) -> Time {
        self.moment
    }

    /// Something is told when the wall shows `moment`. It never goes back.
    pub(super) fn told_at(&mut self, moment: Time) {
        self.moment = self.moment.max(moment);
    }

    /// Whether it skips what nobody outside is waited for.
    pub(super) fn skips(&self) -> bool {
        self.mode == ClockMode::Fast
    }

    fn factor(&self) -> f64 {
        match self.mode {
            ClockMode::Fast | ClockMode::Real => 1.0,
            ClockMode::Times(factor) => factor,
        }
    }

    /// What it shows.
    pub(super) fn now(&self) -> Time {
        self.at(self.moment)
    }

    /// What it shows when the wall shows `wall`.
    pub(super) fn at(&self, wall: Time) -> Time {
        let passed = wall.max(self.moment).since(self.began_on_wall) as f64 * self.factor();
        self.began.after_millis((passed as i64).saturating_add(self.lead))
    }

    /// Skips `millis`.
    pub(super) fn skip(&mut self, millis: i64) {
        self.lead = self.lead.saturating_add(millis.max(0));
    }

    /// Skips all before `at`.
    pub(super) fn skip_to(&mut self, at: Time) {
        let left = at.since(self.now());
        self.skip(left);
    }

    /// When it shows `at`: never before.
    pub(super) fn on_wall(&self, at: Time) -> Due {
        let millis = (at.since(self.now()).max(0) as f64 / self.factor()).ceil();
        // A century: what lies behind strikes when nobody cares.
        let millis = (millis as i64).min(100 * 366 * 86_400_000);
        let shown = self.moment.after_millis(millis);
        let left = shown.since(self.wall.now()).max(0);
        Due {
            at: Instant::now() + Duration::from_millis(left.unsigned_abs() + 1),
            shown,
        }
    }

    /// At once.
    pub(super) fn now_on_wall(&self) -> Due {
        Due {
            at: Instant::now(),
            shown: self.moment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read() {
        assert_eq!("fast".parse(), Ok(ClockMode::Fast));
        assert_eq!("real".parse(), Ok(ClockMode::Real));
        assert_eq!("x100".parse(), Ok(ClockMode::Times(100.0)));
        assert_eq!("x0.5".parse(), Ok(ClockMode::Times(0.5)));
        for text in ["", "x", "x0", "x-1", "xNaN", "xinf", "100", "Fast"] {
            assert!(text.parse::<ClockMode>().is_err(), "{text}");
        }
        for mode in [ClockMode::Fast, ClockMode::Real, ClockMode::Times(0.1)] {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
    }

    #[test]
    fn what_is_skipped_is_over() {
        let wall = Arc::<Wall>::default();
        let began = wall.now();
        let mut clock = Clock::new(ClockMode::Fast, began, wall);
        let year = began.after_millis(365 * 86_400_000);
        assert!(clock.now() < year);
        clock.skip_to(year);
        assert!(clock.now() >= year);
        assert!(clock.on_wall(year).at <= Instant::now() + Duration::from_millis(2));
        // Never back.
        clock.skip_to(began);
        assert_eq!(clock.now(), year);
        // It stands until something is told.
        clock.told_at(began.after_millis(5));
        clock.told_at(began.after_millis(3));
        assert_eq!(clock.now(), year.after_millis(5));
    }
}
