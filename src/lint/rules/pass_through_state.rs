//! # What it does
//! Finds Pass states that do nothing: no result, no parameters, no paths, no output, no variables, only a `Next`.
//!
//! # Why
//! It costs a transition in every execution and a stop in every reading. Left out are states that catchers or Choice
//! rules lead to, whose names say why, and those with a Comment.
//!
//! # Example
//! ```json
//! {"StartAt": "Begin", "States": {
//!   "Begin": {"Type": "Pass", "Next": "Work"},
//!   "Work": {"Type": "Task", "Resource": "${WorkFunction}", "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Work", "States": {
//!   "Work": {"Type": "Task", "Resource": "${WorkFunction}", "End": true}}}
//! ```
//!
//! # Source
//! [Step Functions pricing](https://aws.amazon.com/step-functions/pricing/): state transitions.

use crate::asl::{StateType, TransitionKind};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "pass-through-state",
    summary: "A Pass state that does nothing",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    group: Group::Flow,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let object = cx.machine.node(state.node);
        let only_passes = (object.members().iter())
            .all(|member| matches!(&*member.key, "Type" | "Next" | "QueryLanguage"));
        if state.state_type != Some(StateType::Pass) || state.next.is_none() || !only_passes {
            continue;
        }
        let graph = cx.flow.scope(state.scope);
        let ways = graph.predecessors(state.id);
        let only_next = ways.iter().all(|(kind, _)| *kind == TransitionKind::Next);
        // Where ways meet, a name for the place may help.
        if only_next && ways.len() <= 1 {
            out.push(
                cx.at_state(state, format!("'{}' does nothing", state.name))
                    .with_label("passes its input on")
                    .with_help("let what leads here lead to its Next"),
            );
        }
    }
}
