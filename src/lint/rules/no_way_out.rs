//! # What it does
//! Finds loops of states that no transition leaves and in which no state ends: an execution that enters one stays
//! in it until something fails.
//!
//! # Why
//! AWS only asks that some state of the top level ends, not that it can be reached from everywhere, and asks nothing
//! of branches and processors. Such an execution stops when its history is full (25,000 events in a Standard
//! workflow), at a timeout, or when somebody stops it, and every iteration is paid for.
//!
//! # Example
//! ```json
//! {"StartAt": "Check", "States": {
//!   "Check": {"Type": "Choice",
//!     "Choices": [{"Variable": "$.done", "BooleanEquals": true, "Next": "Done"}], "Default": "Pause"},
//!   "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Poll"},
//!   "Poll": {"Type": "Task", "Resource": "${PollFunction}", "Next": "Pause"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! Lead the loop back to the state that decides whether to leave it.
//! ```json
//! {"StartAt": "Check", "States": {
//!   "Check": {"Type": "Choice",
//!     "Choices": [{"Variable": "$.done", "BooleanEquals": true, "Next": "Done"}], "Default": "Pause"},
//!   "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Poll"},
//!   "Poll": {"Type": "Task", "Resource": "${PollFunction}", "Next": "Check"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Step Functions service quotas](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html):
//! maximum execution history size.

use crate::asl::{StateId, StateType, TransitionKind};
use crate::diagnostics::{Finding, Severity};
use crate::graph::ScopeGraph;
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "no-way-out",
    summary: "A loop of states that no execution leaves",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Flow,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for graph in cx.flow.scopes() {
        for circle in graph.cycles() {
            let live = circle
                .first()
                .is_some_and(|&first| cx.flow.is_live(cx.machine, cx.machine.state(first)));
            if live && is_closed(graph, circle) {
                out.push(finding(cx, graph, circle));
            }
        }
    }
}

/// Whether nothing leaves. A transition to a state that does not exist may be one that was meant to.
fn is_closed(graph: &ScopeGraph, circle: &[StateId]) -> bool {
    circle.iter().all(|&state| {
        !graph.is_terminal(state)
            && !graph.dangles(state)
            && graph
                .successors(state)
                .iter()
                .all(|(_, to)| circle.binary_search(to).is_ok())
    })
}

fn finding(cx: &Context<'_>, graph: &ScopeGraph, circle: &[StateId]) -> Finding {
    // Where the circle is entered from outside is where a reader begins.
    let entered = |state: &StateId| {
        graph.start() == Some(*state)
            || graph
                .predecessors(*state)
                .iter()
                .any(|(_, from)| circle.binary_search(from).is_err() && graph.reachable().contains(*from))
    };
    let entry = circle.iter().copied().find(entered).unwrap_or(circle[0]);
    let state = cx.machine.state(entry);
    let what = match circle {
        [_] => format!("'{}' leads only to itself", state.name),
        _ => format!("no way out of the loop of {}", cx.quoted(circle, "and")),
    };
    // A Choice state that has no Default fails with States.NoChoiceMatched, which nothing catches.
    let failing = circle.iter().map(|&id| cx.machine.state(id)).find(|state| {
        state.state_type == Some(StateType::Choice) && state.fields(cx.machine).default().is_none()
    });
    let (message, help) = match failing {
        None => (
            format!("{what}: no execution that enters it ends"),
            "let one of them end (\"End\": true), or lead to a Choice state with a rule that leaves the loop".to_owned(),
        ),
        Some(choice) => (
            format!("{what}: an execution that enters it ends only in an error, as when no rule of '{}' matches", choice.name),
            format!("give '{}' a Default that leaves the loop, or a rule that does", choice.name),
        ),
    };
    let mut finding = cx
        .at_state(state, message)
        .with_label("executions that come here stay")
        .with_help(help);
    // The transition that closes the circle is the one to change, most likely.
    let closing = graph
        .predecessors(entry)
        .into_iter()
        .find(|(kind, from)| circle.binary_search(from).is_ok() && !matches!(kind, TransitionKind::Catch(_)));
    if let Some((kind, from)) = closing
        && let Some(transition) = cx.machine.state(from).transitions().find(|t| t.kind == kind)
    {
        let span = cx.machine.node(transition.target.node).token_span();
        finding = finding.with_related(span, "and this leads back");
    }
    finding
}
