//! # What it does
//! Finds retriers that are never used because the ones before them take every error they name.
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
//! The particular errors first.
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
use crate::lint::{Confidence, Context, Group, Rule, errors};

pub(super) static RULE: Rule = Rule {
    name: "unreachable-retrier",
    summary: "A retrier whose errors an earlier one takes",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let lists: Vec<&[_]> = state.retriers.iter().map(|r| r.errors.as_slice()).collect();
        for shadowed in errors::shadowed(&lists) {
            let retrier = cx.machine.node(state.retriers[shadowed.entry].node);
            let name = &shadowed.name.name;
            let message = format!(
                "this retrier never gets '{name}': the one for '{}' before it does",
                shadowed.by.name
            );
            let mut finding = cx
                .at(cx.machine.node(shadowed.name.node), message)
                .with_label("never retried here")
                .with_related(cx.machine.node(shadowed.by.node).token_span(), "this takes it");
            if shadowed.whole {
                finding.help = Some("put this retrier before the other; otherwise remove it".to_owned());
            } else {
                finding.help = Some(format!(
                    "put this retrier before the other, or take '{name}' out of this list"
                ));
            }
            let by = cx.machine.node(state.retriers[shadowed.by_entry].node);
            out.push(errors::offer_fix(cx, state, finding, &shadowed, retrier, by, "retrier"));
        }
    }
}
