//! # What it does
//! Finds machines with tasks of which no state catches an error.
//!
//! # Why
//! The first error ends the execution: nothing is undone and nobody is told. Often that is what was meant, since
//! somebody watches for failed executions; so this rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true}}}
//! ```
//!
//! # Use instead
//! A `Catch` where there is something to undo or somebody to tell.
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Refund"}]},
//!   "Refund": {"Type": "Task", "Resource": "${RefundFunction}", "Next": "Failed"},
//!   "Failed": {"Type": "Fail", "Error": "NotShipped"}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! fallback states.

use super::missing_catch::{calls_out, catcher};
use crate::asl::State;
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "nothing-caught",
    summary: "A machine in which no state catches errors",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Errors,
    default: false,
    options: &[],
    check,
};

/// More places than anybody reads help nobody.
const PLACES: usize = 5;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    if cx.machine.states().iter().any(|state| !state.catchers.is_empty()) {
        return;
    }
    let tasks: Vec<&State> = cx.live_states().filter(|state| calls_out(cx, state)).collect();
    let Some((first, more)) = tasks.split_first() else { return };
    let names: Vec<_> = tasks.iter().map(|task| task.id).collect();
    let message = match more {
        [] => format!("no state catches errors: one of '{}' ends the execution", first.name),
        _ => format!("no state catches errors: one of {} ends the execution", cx.quoted(&names, "or")),
    };
    let catch = catcher(first, "<state that handles it>");
    let mut finding = cx.at_state(first, message).with_label("no Catch").with_help(format!(
        "add \"Catch\": {catch} where there is something to undo or somebody to tell"
    ));
    for task in more.iter().take(PLACES) {
        finding = finding.with_related(task.name_span, "no Catch");
    }
    out.push(finding);
}
