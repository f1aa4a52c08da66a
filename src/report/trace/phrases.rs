//! How the trace says numbers and names.

use crate::diagnostics::counted;
use crate::history::{Family, TaskTarget};
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

/// A span of time: `1.5 s`, `2 h 5 min`.
pub(super) fn seconds(millis: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")];
    let mut rest = millis;
    let mut parts = Vec::new();
    for (size, unit) in units {
        if rest >= size {
            parts.push(format!("{} {unit}", rest / size));
            rest %= size;
        }
    }
    if rest > 0 || parts.is_empty() {
        if rest % 1000 == 0 {
            parts.push(format!("{} s", rest / 1000));
        } else {
            parts.push(format!("{}.{:03} s", rest / 1000, rest % 1000));
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn spans_of_time_are_said_in_their_units() {
        for (millis, expected) in [
            (0, "0 s"),
            (1500, "1.500 s"),
            (61_000, "1 min 1 s"),
            (3_600_000, "1 h"),
            (90_061_000, "1 d 1 h 1 min 1 s"),
        ] {
            assert_eq!(seconds(millis), expected);
        }
    }
}
