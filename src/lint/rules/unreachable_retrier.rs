//! # What it does
//! Finds retriers that are never used because the ones before them match every error they name.
//!
//! # Why
//! Retriers are tried in order and the first match wins, also when it has no attempt left: no later retrier is asked
//! then. The interval and the number of attempts that the later one sets never count.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true, "Retry": [
//!     {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2},
//!     {"ErrorEquals": ["CardDeclined"], "MaxAttempts": 0}]}}}
//! ```
//!
//! # Use instead
//! The specific errors first.
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true, "Retry": [
//!     {"ErrorEquals": ["CardDeclined"], "MaxAttempts": 0},
//!     {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! retrying after an error.

use crate::diagnostics::{Finding, Severity};
use crate::lint::shadowed::{self, Entries};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "unreachable-retrier",
    summary: "A retrier whose errors an earlier one handles",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let entries = Entries {
            what: "retrier",
            done: "retried",
            help: "put this retrier before the other; otherwise remove it",
            list: (state.retriers.iter())
                .map(|retrier| (retrier.node, retrier.errors.as_slice()))
                .collect(),
        };
        shadowed::report(cx, state, &entries, out);
    }
}
