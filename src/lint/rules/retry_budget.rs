//! # What it does
//! Adds up what the retriers of a task allow at worst, those of the Map and Parallel states around it included: attempts
//! and seconds of waiting. Reports more than 100 attempts (the option `attempts`) or more than 24 hours of waiting
//! (the option `hours`), and waiting that outlasts the machine's own `TimeoutSeconds`, or the five minutes of an
//! Express machine.
//!
//! # Why
//! Intervals that double without a `MaxDelaySeconds` grow past every use: twenty attempts that start at one second wait
//! twelve days. Retries of a Map repeat those inside it. Attempts after the machine's timeout never happen.
//!
//! # Example
//! ```json
//! {"StartAt": "Fetch", "States": {
//!   "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 20, "BackoffRate": 2}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Fetch", "States": {
//!   "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 20, "BackoffRate": 2,
//!       "MaxDelaySeconds": 300}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! retrying after an error.

use crate::asl::{Retrier, State};
use crate::diagnostics::{Finding, Severity, counted, seconds};
use crate::lint::{Confidence, Context, Group, Rule, RuleOption};
use crate::asl::MachineType;

pub(super) static RULE: Rule = Rule {
    name: "retry-budget",
    summary: "Retries that may go on for too long",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Errors,
    default: true,
    options: &[
        RuleOption {
            name: "attempts",
            default: 100.0,
            summary: "maximum number of attempts of one task",
        },
        RuleOption {
            name: "hours",
            default: 24.0,
            summary: "hours that a task may wait between attempts in total",
        },
    ],
    check,
};

/// What retriers allow at worst.
#[derive(Debug, Clone, Copy)]
struct Budget {
    attempts: f64,
    seconds: f64,
}

impl Budget {
    /// Every retrier of a state may be used up, one after the other.
    fn of(state: &State) -> Budget {
        let mut budget = Budget {
            attempts: 1.0,
            seconds: 0.0,
        };
        // How often others retry is known when it is filled in.
        for retrier in state.retriers.iter().filter(|retrier| retrier.open_attempts.is_none()) {
            budget.attempts += retrier.attempts() as f64;
            budget.seconds += waiting(retrier);
        }
        budget
    }

    /// Each attempt of the state around repeats everything inside.
    fn around(self, outer: Budget) -> Budget {
        Budget {
            attempts: self.attempts * outer.attempts,
            seconds: self.seconds * outer.attempts + outer.seconds,
        }
    }
}

/// The intervals of all attempts, without jitter.
fn waiting(retrier: &Retrier) -> f64 {
    let mut sum = 0.0;
    // Once an interval has stopped growing, the rest is a product.
    for attempt in 1..=retrier.attempts() {
        let delay = retrier.delay_seconds(attempt);
        let next = retrier.delay_seconds(attempt + 1);
        sum += delay;
        if delay == next || !sum.is_finite() {
            return sum + delay * retrier.attempts().saturating_sub(attempt) as f64;
        }
    }
    sum
}

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let limit = (cx.machine.fields().timeout_seconds())
        .and_then(|node| node.as_number().map(|n| n.as_f64()))
        .filter(|seconds| *seconds > 0.0);
    for state in cx.live_states().filter(|state| !state.retriers.is_empty()) {
        let own = Budget::of(state);
        let around = |until| {
            let owners = cx.with_owners(state).skip(1).take_while(move |owner| Some(owner.id) != until);
            owners.fold(own, |budget, outer| budget.around(Budget::of(outer)))
        };
        let total = around(None);
        // A child execution ends by itself; what is retried around it begins another one.
        let execution = match cx.execution_type(state) {
            Some(MachineType::Express) => Some((around(cx.machine.child_of(state.scope)), 300.0)),
            _ => None,
        };
        let excess = if let Some((_, limit)) = execution.filter(|(budget, limit)| budget.seconds > *limit) {
            format!("an Express execution ends after {}", seconds(limit))
        } else if let Some(limit) = limit.filter(|limit| total.seconds > *limit) {
            format!("the machine ends after {}", seconds(limit))
        } else if total.seconds > cx.option("hours") * 3600.0 {
            format!("that is more than {}", seconds(cx.option("hours") * 3600.0))
        } else if total.attempts > cx.option("attempts") {
            format!("that is more than {}", counted(cx.option("attempts"), "attempt"))
        } else {
            continue;
        };
        let message = format!(
            "'{}' may make {} and wait {} between them: {excess}",
            state.name,
            counted(total.attempts, "attempt"),
            seconds(total.seconds)
        );
        let finding = match cx.fields(state).retry() {
            Some(retry) => cx.at(retry, message),
            None => cx.at_state(state, message),
        };
        let help = if own.attempts < total.attempts {
            "retry either inside or around, with fewer attempts"
        } else {
            "add \"MaxDelaySeconds\", or make fewer attempts"
        };
        out.push(finding.with_label("at worst").with_help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::StateMachine;
    use crate::source::{SourceFile, parse};
    use std::sync::Arc;

    fn budget(retry: &str) -> Budget {
        let text = format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "r", "End": true, "Retry": {retry}}}}}}}"#
        );
        let parsed = parse(Arc::new(SourceFile::new("t.asl.json", text)));
        let machine = StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")));
        Budget::of(&machine.states()[0])
    }

    #[test]
    fn intervals_add_up() {
        // 1 + 2 + 4
        let three = budget(r#"[{"ErrorEquals": ["E"]}]"#);
        assert_eq!((three.attempts, three.seconds), (4.0, 7.0));
        // 1 + 2 + 4 + 5 + 5
        let capped = budget(r#"[{"ErrorEquals": ["E"], "MaxAttempts": 5, "MaxDelaySeconds": 5}]"#);
        assert_eq!((capped.attempts, capped.seconds), (6.0, 17.0));
        // 99,999,999 x 10: without a loop over all of them.
        let many =
            budget(r#"[{"ErrorEquals": ["E"], "MaxAttempts": 99999999, "IntervalSeconds": 10, "BackoffRate": 1}]"#);
        assert_eq!(many.seconds, 999_999_990.0);
        let endless = budget(r#"[{"ErrorEquals": ["E"], "MaxAttempts": 99999999, "BackoffRate": 10}]"#);
        assert_eq!(seconds(endless.seconds), "more than a year");
        let twice = three.around(Budget {
            attempts: 2.0,
            seconds: 60.0,
        });
        assert_eq!((twice.attempts, twice.seconds), (8.0, 74.0));
    }
}
