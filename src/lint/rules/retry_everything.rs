//! # What it does
//! Finds retriers for `States.ALL` or `States.TaskFailed` with no retrier without attempts (`MaxAttempts: 0`) before
//! them for what no retry can fix.
//!
//! # Why
//! `States.ALL` matches missing permissions, invalid arguments and bugs in functions as well. Retrying cannot help there, and
//! the mistake is found later.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}]}}}
//! ```
//!
//! # Use instead
//! Name the transient errors; or put a retrier without attempts for the permanent ones before the general one.
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true, "Retry": [
//!     {"ErrorEquals": ["CardDeclined", "States.Permissions"], "MaxAttempts": 0},
//!     {"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! retrying after an error.

use crate::asl::error_names::is_wildcard;
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "retry-everything",
    summary: "A retry of every error, including permanent ones",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Errors,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        if state.retriers.iter().any(|retrier| retrier.attempts() == 0) {
            continue;
        }
        let mut errors = state.retriers.iter().flat_map(|retrier| &retrier.errors);
        let Some(general) = errors.find(|e| is_wildcard(&e.name)) else {
            continue;
        };
        let message = format!("'{}' retries every error, including permanent ones", state.name);
        out.push(
            cx.at(cx.machine.node(general.node), message)
                .with_label("matches them all")
                .with_help("name the transient errors, or put a retrier with \"MaxAttempts\": 0 for the others before it"),
        );
    }
}
