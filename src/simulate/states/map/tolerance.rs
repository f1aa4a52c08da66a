//! How many items of a Map Run may fail: `ToleratedFailureCount` and `ToleratedFailurePercentage`.

use super::count::{self, Count};
use crate::history::Failure;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::Problem;
use crate::value::Value;

/// The two fields.
#[derive(Debug, Default)]
pub(in crate::simulate) struct Tolerance {
    pub(in crate::simulate) count: Option<Count>,
    pub(in crate::simulate) percentage: Option<Count>,
}

/// Their values in one run.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulate) struct Threshold {
    pub(in crate::simulate) count: Option<u64>,
    pub(in crate::simulate) percentage: Option<f64>,
}

impl Tolerance {
    pub(in crate::simulate) fn evaluate(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Threshold, Problem> {
        let count = match &self.count {
            Some(count) => {
                let number = count::integer(count, around, effective)?;
                Some(u64::try_from(number).map_err(|_| {
                    // In the words of another emulator, like those recorded for the percentage.
                    Problem::runtime("ToleratedFailureCount cannot be negative.")
                })?)
            }
            None => None,
        };
        let percentage = self
            .percentage
            .as_ref()
            .map(|count| count::percentage(count, around, effective))
            .transpose()?;
        Ok(Threshold { count, percentage })
    }
}

impl Threshold {
    /// Whether `failed` of `total` items (not batches of them) are too many: over the count or over the percentage, whichever is given;
    /// without either, one is.
    pub(in crate::simulate) fn is_exceeded(&self, failed: u64, total: u64) -> bool {
        if self.count.is_none() && self.percentage.is_none() {
            return failed > 0;
        }
        self.count.is_some_and(|count| failed > count)
            || self
                .percentage
                .is_some_and(|percentage| failed as f64 * 100.0 > percentage * total as f64)
    }
}

/// What a Map Run fails with then; several projects quote the same words [recorded].
pub(in crate::simulate) fn exceeded() -> Failure {
    Failure::new(
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_limit_counts() {
        let threshold = |count, percentage| Threshold { count, percentage };
        for (threshold, failed, total, expected) in [
            (threshold(None, None), 0, 10, false),
            (threshold(None, None), 1, 10, true),
            (threshold(Some(2), None), 2, 3, false),
            (threshold(Some(2), None), 3, 100, true),
            (threshold(None, Some(10.0)), 1, 10, false),
            (threshold(None, Some(10.0)), 2, 10, true),
            (threshold(None, Some(100.0)), 10, 10, false),
            (threshold(Some(5), Some(10.0)), 2, 10, true),
        ] {
            assert_eq!(
                threshold.is_exceeded(failed, total),
                expected,
                "{threshold:?} {failed}/{total}"
            );
        }
    }
}
