//! # What it does
//! Finds Map and Parallel states, and tasks that fetch objects, whose result may grow past 256 KiB and whose catchers
//! are all for other errors.
//!
//! # Why
//! A result over the limit fails the state with `States.DataLimitExceeded`. Catchers for errors of other names let it
//! end the execution. Its own name catches it, and so do `States.TaskFailed` and `States.ALL`: the guide excepts the
//! error from `States.ALL`, but AWS was recorded catching it.
//!
//! # Example
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemProcessor": {"StartAt": "Fetch", "States": {
//!       "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true}}},
//!     "Catch": [{"ErrorEquals": ["NotFound"], "ResultPath": "$.error", "Next": "Report"}]},
//!   "Report": {"Type": "Task", "Resource": "${ReportFunction}", "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemProcessor": {"StartAt": "Fetch", "States": {
//!       "Fetch": {"Type": "Task", "Resource": "${FetchFunction}", "End": true}}},
//!     "Catch": [{"ErrorEquals": ["NotFound", "States.DataLimitExceeded"], "ResultPath": "$.error", "Next": "Report"}]},
//!   "Report": {"Type": "Task", "Resource": "${ReportFunction}", "End": true}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! States.ALL, States.DataLimitExceeded.

use crate::asl::error_names::{DATA_LIMIT_EXCEEDED, takes};
use crate::asl::{Resource, State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "data-limit-not-caught",
    summary: "Catchers that let a result over 256 KiB end the execution",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Errors,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states().filter(|state| may_be_large(cx, state)) {
        let Some(catch) = cx.fields(state).catch().filter(|_| !state.catchers.is_empty()) else {
            continue;
        };
        let mut errors = cx.with_owners(state).flat_map(|around| around.catchers.iter().flat_map(|catcher| &catcher.errors));
        // A placeholder may be any name.
        if errors.any(|error| takes(&error.name, DATA_LIMIT_EXCEEDED) || error.name.contains("${")) {
            continue;
        }
        let message = format!("nothing catches States.DataLimitExceeded, which '{}' may raise", state.name);
        out.push(
            cx.at(catch, message)
                .with_label("for other errors")
                .with_help("add a catcher for [\"States.DataLimitExceeded\"], or keep the result small"),
        );
    }
}

fn may_be_large(cx: &Context<'_>, state: &State) -> bool {
    match state.state_type {
        // What comes of its children is too large before anything is made of it [large-map-result].
        Some(StateType::Map) if cx.machine.is_distributed(state.id) => !cx.machine.exports_results(state.id),
        Some(StateType::Map | StateType::Parallel) => !cx.reduces_result(state),
        // The answer itself has the limit, whatever is made of it.
        Some(StateType::Task) => matches!(
            cx.resource(state),
            Resource::Integration { service: "aws-sdk:s3", action: "getObject" | "listObjectsV2", .. }
                | Resource::Integration { service: "athena", action: "getQueryResults", .. }
        ),
        _ => false,
    }
}
