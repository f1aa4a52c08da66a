//! # What it does
//! Finds catchers of `States.ALL` from which every path ends in success: whatever went wrong, the execution is shown as
//! SUCCEEDED. Catchers that return to the normal path are left alone: there the error was handled.
//!
//! # Why
//! Alarms on failed executions stay silent, a parent workflow goes on as if all was well, and the list of executions
//! is green. Where the handler only tells somebody, a Fail state behind it keeps the failure a failure. Often success is
//! what is wanted (a fallback, an answer that says so), so this rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Tell"}]},
//!   "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true,
//!     "Parameters": {"TopicArn": "${Topic}", "Message.$": "$.Cause"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell"}]},
//!   "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "ResultPath": null, "Next": "Failed",
//!     "Parameters": {"TopicArn": "${Topic}", "Message.$": "$.error.Cause"}},
//!   "Failed": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! fallback states.

use crate::asl::error_names::ALL;
use crate::asl::{ScopeId, StateType, TransitionKind};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "hidden-failure",
    summary: "A catcher for every error that lets the execution succeed",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Errors,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    // An execution is what its top level makes of it.
    let graph = cx.flow.scope(ScopeId::TOP);
    let normal = graph.reachable_from(graph.start(), |kind| !matches!(kind, TransitionKind::Catch(_)));
    // What a state of unknown type does is unknown.
    let fails = |id| matches!(cx.machine.state(id).state_type, Some(StateType::Fail) | None) || graph.dangles(id);
    let states = || graph.states().iter().copied();
    let overcome = graph.reaching(states().filter(|&id| fails(id) || normal.contains(id)));
    let ending = graph.reaching(states().filter(|&id| graph.is_terminal(id)));
    for state in cx.live_states().filter(|state| state.scope == ScopeId::TOP) {
        for catcher in &state.catchers {
            let all = catcher.errors.iter().find(|error| &*error.name == ALL);
            let first = catcher.next.as_ref().and_then(|next| cx.machine.resolve(ScopeId::TOP, next));
            let Some((all, first)) = all.zip(first) else {
                continue;
            };
            if overcome.contains(first) || !ending.contains(first) {
                continue;
            }
            let message = format!("when '{}' fails, the execution still succeeds", state.name);
            let finding = cx
                .at(cx.machine.node(all.node), message)
                .with_label("every error")
                .with_related(cx.machine.state(first).name_span, "every path from here ends in success")
                .with_help("end the path in a Fail state if the failure should be visible");
            out.push(finding);
        }
    }
}
