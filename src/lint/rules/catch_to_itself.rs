//! # What it does
//! Finds catchers that lead back to the state they belong to.
//!
//! # Why
//! That is a retry without an end and without a pause: a task that always fails is called again at once, until the
//! history is full or somebody stops the execution. `Retry` has attempts, intervals and a backoff.
//!
//! # Example
//! ```json
//! {"StartAt": "Call", "States": {
//!   "Call": {"Type": "Task", "Resource": "${CallFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["Busy"], "ResultPath": "$.error", "Next": "Call"}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Call", "States": {
//!   "Call": {"Type": "Task", "Resource": "${CallFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 5, "MaxAttempts": 10}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! retrying after an error.

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "catch-to-itself",
    summary: "A catcher that leads back to its own state",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for next in state.catchers.iter().filter_map(|catcher| catcher.next.as_ref()) {
            if cx.machine.resolve(state.scope, next) == Some(state.id) {
                let message = format!(
                    "an error of '{name}' leads to '{name}' again, at once and without an end",
                    name = state.name
                );
                out.push(
                    cx.at(cx.machine.node(next.node), message)
                        .with_label("its own state")
                        .with_help("use Retry, which has an interval and a number of attempts"),
                );
            }
        }
    }
}
