//! How the trace says numbers and names.

use crate::diagnostics::counted;
use crate::history::{Family, Retry, TaskTarget};
use crate::simulate::{Execution, MachineType};

/// What AWS counts for the bill [AWS Step Functions Pricing]: a Standard execution's transitions; an Express one's
/// request, its duration, which is what the mocks and waits took, and its memory in chunks of 64 MB, which only AWS
/// measures and its pricing page estimates.
pub(in crate::report) fn billed(execution: &Execution) -> String {
    let usage = execution.usage;
    let mut parts = Vec::new();
    if execution.machine_type == MachineType::Standard {
        parts.push(counted(usage.transitions, "state transition"));
    }
    let millis = usage.billed_millis();
    match (usage.requests, execution.machine_type) {
        (0, _) => {}
        (1, MachineType::Express) => parts.push(format!(
            "1 request of {millis} ms with {} MB (memory as AWS's pricing page estimates it)",
            execution.memory_bytes.div_ceil(64_000_000) * 64
        )),
        (1, _) => parts.push(format!("1 Express request of {millis} ms")),
        (requests, _) => parts.push(format!("{requests} Express requests of {millis} ms in all")),
    }
    parts.join(", ")
}

/// `lambda:invoke`, or the function's or activity's name.
pub(super) fn called(target: &TaskTarget) -> String {
    match target.family {
        Family::Task => format!("{}:{}", target.resource_type, target.resource),
        Family::LambdaFunction | Family::Activity => {
            let name = target.resource.rsplit(':').next().unwrap_or(&target.resource);
            name.to_owned()
        }
    }
}

/// Which attempt begins, after `made` were made: `attempt 2 of 3`. Where several retriers have had their turn, each with
/// a number of its own, how far the last one is.
pub(super) fn attempt(made: u64, retry: Option<Retry>) -> String {
    let next = made + 1;
    match retry {
        Some(retry) if retry.number == made => {
            format!("attempt {next} of {}", retry.most.saturating_add(1))
        }
        Some(Retry {
            retrier,
            number,
            most,
            ..
        }) => format!("attempt {next}, retry {number} of {most} of Retry[{retrier}]"),
        None => format!("attempt {next}"),
    }
}

#[cfg(test)]
mod tests {
    use super::attempt;
    use crate::history::{Retry, Time};

    #[test]
    fn attempts_are_counted_with_those_that_are_left() {
        let retry = |retrier, number, most| {
            Some(Retry {
                at: Time::default(),
                retrier,
                number,
                most,
            })
        };
        // MaxAttempts counts retries: 2 of them are 3 attempts.
        assert_eq!(attempt(1, retry(0, 1, 2)), "attempt 2 of 3");
        assert_eq!(attempt(2, retry(1, 1, 3)), "attempt 3, retry 1 of 3 of Retry[1]");
        assert_eq!(attempt(1, None), "attempt 2");
    }
}
