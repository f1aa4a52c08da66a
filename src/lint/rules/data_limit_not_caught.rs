//! # What it does
//! Finds Map and Parallel states, and tasks that fetch objects, whose only catcher is for `States.ALL` and whose result
//! may grow past 256 KiB.
//!
//! # Why
//! `States.ALL` does not match `States.DataLimitExceeded`: a result over the limit ends the execution, although the
//! author meant to catch everything. Naming the error catches it.
//!
//! # Example
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemProcessor": {"StartAt": "Fetch", "States": {
//!       "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true}}},
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Report"}]},
//!   "Report": {"Type": "Task", "Resource": "${ReportFunction}", "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemProcessor": {"StartAt": "Fetch", "States": {
//!       "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true}}},
//!     "Catch": [
//!       {"ErrorEquals": ["States.DataLimitExceeded"], "ResultPath": "$.error", "Next": "Report"},
//!       {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Report"}]},
//!   "Report": {"Type": "Task", "Resource": "${ReportFunction}", "End": true}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! States.ALL, States.DataLimitExceeded.

use crate::asl::{Resource, State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeKind;

pub(super) static RULE: Rule = Rule {
    name: "data-limit-not-caught",
    summary: "A catcher for States.ALL that misses results over 256 KiB",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Errors,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states().filter(|state| may_be_large(cx, state)) {
        let mut errors = state.catchers.iter().flat_map(|catcher| &catcher.errors);
        if errors.clone().any(|error| &*error.name == "States.DataLimitExceeded") {
            continue;
        }
        let Some(all) = errors.find(|error| &*error.name == "States.ALL") else {
            continue;
        };
        let message = format!(
            "States.ALL does not catch States.DataLimitExceeded, which '{}' may raise",
            state.name
        );
        out.push(
            cx.at(cx.machine.node(all.node), message)
                .with_label("not everything")
                .with_help("add a catcher for [\"States.DataLimitExceeded\"] before it, or keep the result small"),
        );
    }
}

fn may_be_large(cx: &Context<'_>, state: &State) -> bool {
    let discards = (cx.field(state, "ResultPath")).is_some_and(|path| matches!(path.kind(), NodeKind::Null));
    if discards || cx.field(state, "ResultWriter").is_some() {
        return false;
    }
    match state.state_type {
        Some(StateType::Map | StateType::Parallel) => true,
        Some(StateType::Task) => matches!(
            cx.resource(state),
            Resource::Integration { service: "aws-sdk:s3", action: "getObject" | "listObjectsV2", .. }
                | Resource::Integration { service: "athena", action: "getQueryResults", .. }
        ),
        _ => false,
    }
}
