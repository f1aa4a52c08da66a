//! # What it does
//! Finds catchers that are never used because the ones before them catch every error they name.
//!
//! # Why
//! Catchers are tried in order and the first match wins. `States.TaskFailed` matches every error but a timeout, and
//! `States.ALL` nearly everything. A handler behind them is dead: the error goes where the earlier catcher says.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "Next": "Done", "Catch": [
//!     {"ErrorEquals": ["States.TaskFailed"], "Next": "Apologise"},
//!     {"ErrorEquals": ["CardDeclined"], "Next": "AskForOtherCard"}]},
//!   "AskForOtherCard": {"Type": "Pass", "Next": "Done"},
//!   "Apologise": {"Type": "Fail", "Error": "ChargeFailed"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! The specific errors first.
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "Next": "Done", "Catch": [
//!     {"ErrorEquals": ["CardDeclined"], "Next": "AskForOtherCard"},
//!     {"ErrorEquals": ["States.TaskFailed"], "Next": "Apologise"}]},
//!   "AskForOtherCard": {"Type": "Pass", "Next": "Done"},
//!   "Apologise": {"Type": "Fail", "Error": "ChargeFailed"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! fallback states.

use crate::diagnostics::{Finding, Severity};
use crate::lint::shadowed::{self, Entries};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "unreachable-catcher",
    summary: "A catcher whose errors an earlier one catches",
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
            what: "catcher",
            done: "caught",
            help: "put this catcher before the other, where its handler was meant to run; otherwise remove it",
            list: (state.catchers.iter())
                .map(|catcher| (catcher.node, catcher.errors.as_slice()))
                .collect(),
        };
        shadowed::report(cx, state, &entries, out);
    }
}
