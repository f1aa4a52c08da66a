//! # What it does
//! Finds catchers that are never used because the ones before them take every error they name.
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
//! The particular errors first.
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
use crate::lint::{Confidence, Context, Group, Rule, errors};

pub(super) static RULE: Rule = Rule {
    name: "unreachable-catcher",
    summary: "A catcher whose errors an earlier one takes",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let lists: Vec<&[_]> = state.catchers.iter().map(|c| c.errors.as_slice()).collect();
        for shadowed in errors::shadowed(&lists) {
            let catcher = cx.machine.node(state.catchers[shadowed.entry].node);
            let name = &shadowed.name.name;
            let message = format!(
                "this catcher never gets '{name}': the one for '{}' before it does",
                shadowed.by.name
            );
            let mut finding = cx
                .at(cx.machine.node(shadowed.name.node), message)
                .with_label("never caught here")
                .with_related(cx.machine.node(shadowed.by.node).token_span(), "this takes it");
            if shadowed.whole {
                finding.help = Some(
                    "put this catcher before the other, where its handler was meant to run; otherwise remove it"
                        .to_owned(),
                );
            } else {
                finding.help = Some(format!(
                    "put this catcher before the other, or take '{name}' out of this list"
                ));
            }
            let by = cx.machine.node(state.catchers[shadowed.by_entry].node);
            out.push(errors::offer_fix(cx, state, finding, &shadowed, catcher, by, "catcher"));
        }
    }
}
