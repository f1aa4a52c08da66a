//! # What it does
//! Finds Fail states that say neither `Error` nor `Cause`.
//!
//! # Why
//! The execution then fails without a word: alarms, callers and whoever reads the history cannot tell one failure
//! from another, and a workflow around it has no name to catch.
//!
//! # Example
//! ```json
//! {"StartAt": "Failed", "States": {"Failed": {"Type": "Fail"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Failed", "States": {
//!   "Failed": {"Type": "Fail", "Error": "OrderRejected", "Cause": "The order did not pass validation"}}}
//! ```
//!
//! # Source
//! [Fail workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html).

use crate::asl::StateType;
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "fail-without-error",
    summary: "A Fail state that does not say what failed",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Flow,
    default: true,
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states().filter(|s| s.state_type == Some(StateType::Fail)) {
        let says = ["Error", "ErrorPath", "Cause", "CausePath"]
            .iter()
            .any(|field| cx.field(state, field).is_some());
        if !says {
            out.push(
                cx.at_state(state, format!("'{}' fails without an error name or a cause", state.name))
                    .with_label("no Error, no Cause")
                    .with_help("add \"Error\" (a name that can be caught and counted) and \"Cause\""),
            );
        }
    }
}
