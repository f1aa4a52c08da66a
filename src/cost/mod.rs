//! What executions are billed by, and what that costs [AWS Step Functions Pricing].
//!
//! Standard: a state transition "each time a step of your workflow is executed", retries included. Express: a request
//! for each start, and GB-seconds: the duration "rounded up to the nearest 100ms" times the memory "in 64-MB chunks".
//! All arithmetic is in whole numbers; only a result that has no exact spelling would be rounded.

mod decimal;
mod prices;

pub use decimal::Decimal;
pub use prices::{Prices, SOURCE, schema};

/// A step of duration that Express executions are billed in, in milliseconds.
const STEP_MILLIS: u64 = 100;
/// A chunk of memory that Express executions are billed in, in MB.
pub const CHUNK_MB: u64 = 64;
/// A step of one chunk is 0.1 s times 1/16 GB: this many are one GB-second.
const UNITS_PER_GB_SECOND: u128 = 160;
/// Executions that a price is told for.
const MILLION: u128 = 1_000_000;

/// What an execution is billed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// State transitions of Standard executions.
    pub transitions: u64,
    /// Express executions started.
    pub requests: u64,
    /// Their billed durations together, in steps of 100 ms.
    steps: u64,
}

impl Usage {
    /// Counts an Express execution that ran `millis` milliseconds. One that took no time is billed one step, as a run
    /// on a real clock is.
    pub fn add_request(&mut self, millis: i64) {
        let millis = u64::try_from(millis).unwrap_or(0).max(1);
        self.requests += 1;
        self.steps = self.steps.saturating_add(millis.div_ceil(STEP_MILLIS));
    }

    /// The billed durations of the Express executions together, in milliseconds.
    pub fn billed_millis(&self) -> u64 {
        self.steps.saturating_mul(STEP_MILLIS)
    }
}

/// Memory as it is billed: whole chunks, one at least.
pub fn billed_memory_mb(memory_mb: u64) -> u64 {
    memory_mb.max(1).div_ceil(CHUNK_MB).saturating_mul(CHUNK_MB)
}

/// What executions like one cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// What one is billed by.
    pub usage: Usage,
    /// The memory that Express executions are billed with, in MB.
    pub memory_mb: u64,
    /// GB-seconds of one.
    pub gb_seconds: Decimal,
    /// What the transitions of a million cost.
    pub transitions: Decimal,
    /// What the requests of a million cost.
    pub requests: Decimal,
    /// What the GB-seconds of a million cost.
    pub duration: Decimal,
}

impl Estimate {
    /// What a million executions with the usage of one cost at `prices`, with `memory_mb` MB of memory where they are
    /// Express. No free tier is subtracted.
    pub fn new(usage: Usage, memory_mb: u64, prices: &Prices) -> Estimate {
        let memory_mb = billed_memory_mb(memory_mb);
        let units = u128::from(usage.steps) * u128::from(memory_mb / CHUNK_MB);
        Estimate {
            usage,
            memory_mb,
            gb_seconds: Decimal::parse("1")
                .unwrap_or_default()
                .share(units, UNITS_PER_GB_SECOND),
            // The price is that of a million.
            transitions: prices.million_transitions.times(u128::from(usage.transitions)),
            requests: prices.million_requests.times(u128::from(usage.requests)),
            // A million units are a whole number of GB-seconds.
            duration: prices.gb_seconds(units.saturating_mul(MILLION / UNITS_PER_GB_SECOND)),
        }
    }

    /// What a million executions cost.
    pub fn total(&self) -> Decimal {
        self.transitions.plus(self.requests).plus(self.duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn express(millis: i64, memory_mb: u64) -> Estimate {
        let mut usage = Usage::default();
        usage.add_request(millis);
        Estimate::new(usage, memory_mb, &Prices::default())
    }

    #[test]
    fn durations_and_memory_are_rounded_up() {
        // Duration, memory; billed milliseconds, memory and GB-seconds.
        for (millis, memory, billed, chunks, gb_seconds) in [
            (0, 0, 100, 64, "0.00625"),
            (1, 1, 100, 64, "0.00625"),
            (100, 64, 100, 64, "0.00625"),
            (101, 65, 200, 128, "0.025"),
            (30_000, 64, 30_000, 64, "1.875"),
            (-5, 64, 100, 64, "0.00625"),
        ] {
            let estimate = express(millis, memory);
            assert_eq!(estimate.usage.billed_millis(), billed, "{millis}");
            assert_eq!(estimate.memory_mb, chunks, "{memory}");
            assert_eq!(estimate.gb_seconds.to_string(), gb_seconds, "{millis} {memory}");
        }
    }

    #[test]
    fn a_million_executions_cost_what_the_price_list_says() {
        // Five transitions at 0.025 a thousand: 5,000,000 of them are 125.
        let usage = Usage {
            transitions: 5,
            ..Usage::default()
        };
        assert_eq!(
            Estimate::new(usage, 64, &Prices::default()).total().to_string(),
            "125.00"
        );
        // 6,250 GB-seconds at 0.00001667 are 0.1041875, and a million requests are 1.
        let short = express(100, 64);
        assert_eq!(short.duration.to_string(), "0.1041875");
        assert_eq!(short.total().to_string(), "1.1041875");
        // 300 s in 1,024 MB, a million times: 300,000,000 GB-seconds. 3,600,000 at 0.00001667 are 60.012, the next
        // 14,400,000 at 0.00000833 are 119.952, and 282,000,000 at 0.00000456 are 1,285.92.
        assert_eq!(express(300_000, 1024).duration.to_string(), "1465.884");
    }

    #[test]
    fn nothing_overflows() {
        let mut usage = Usage {
            transitions: u64::MAX,
            ..Usage::default()
        };
        usage.add_request(i64::MAX);
        usage.add_request(i64::MAX);
        let _ = Estimate::new(usage, u64::MAX, &Prices::default()).total();
    }
}
