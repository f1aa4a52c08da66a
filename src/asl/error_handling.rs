//! Retriers and catchers.

use std::sync::Arc;

use super::machine::Reference;
use crate::source::NodeId;

/// A name in `ErrorEquals`.
#[derive(Debug, Clone)]
pub struct ErrorName {
    /// The name.
    pub name: Arc<str>,
    /// Its string.
    pub node: NodeId,
}

/// An entry of `Retry`. What is absent, or not a number in range, is `None`: AWS's default holds.
#[derive(Debug, Clone)]
pub struct Retrier {
    /// The retrier's object.
    pub node: NodeId,
    /// The errors it is for.
    pub errors: Vec<ErrorName>,
    /// `IntervalSeconds`, seconds before the first retry.
    pub interval_seconds: Option<f64>,
    /// `MaxAttempts`, retries at most.
    pub max_attempts: Option<u64>,
    /// The placeholder that stands in the place of `MaxAttempts`: `${Attempts}`.
    pub open_attempts: Option<Arc<str>>,
    /// `BackoffRate`, the factor from one interval to the next.
    pub backoff_rate: Option<f64>,
    /// `MaxDelaySeconds`, the longest interval in seconds.
    pub max_delay_seconds: Option<f64>,
    /// Whether `JitterStrategy` is `FULL`.
    pub full_jitter: bool,
}

impl Retrier {
    /// AWS's defaults [Error handling in Step Functions: Retry]: one second, three attempts, doubling.
    pub const DEFAULT_INTERVAL_SECONDS: f64 = 1.0;
    /// See [`Retrier::DEFAULT_INTERVAL_SECONDS`].
    pub const DEFAULT_MAX_ATTEMPTS: u64 = 3;
    /// See [`Retrier::DEFAULT_INTERVAL_SECONDS`].
    pub const DEFAULT_BACKOFF_RATE: f64 = 2.0;

    /// Retries at most, the default filled in.
    pub fn attempts(&self) -> u64 {
        self.max_attempts.unwrap_or(Self::DEFAULT_MAX_ATTEMPTS)
    }

    /// Retries at most as people read it: a number, or the placeholder that one is filled in for.
    pub fn attempts_shown(&self) -> String {
        match &self.open_attempts {
            Some(placeholder) => placeholder.to_string(),
            None => self.attempts().to_string(),
        }
    }

    /// Seconds to wait before retry number `attempt` (from 1), without jitter:
    /// min(IntervalSeconds x BackoffRate^(attempt-1), MaxDelaySeconds).
    pub fn delay_seconds(&self, attempt: u64) -> f64 {
        let interval = self.interval_seconds.unwrap_or(Self::DEFAULT_INTERVAL_SECONDS);
        let rate = self.backoff_rate.unwrap_or(Self::DEFAULT_BACKOFF_RATE);
        let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let delay = interval * rate.powi(exponent);
        self.max_delay_seconds.map_or(delay, |max| delay.min(max))
    }
}

/// An entry of `Catch`.
#[derive(Debug, Clone)]
pub struct Catcher {
    /// The catcher's object.
    pub node: NodeId,
    /// The errors it is for.
    pub errors: Vec<ErrorName>,
    /// Where it leads.
    pub next: Option<Reference>,
}
