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

use crate::asl::{State, StateId, StateType, TransitionKind};
use crate::diagnostics::{Applicability, Edit, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};

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
        if state.state_type != Some(StateType::Pass) || state.next.is_none() || !only_passes(cx, state) {
            continue;
        }
        let graph = cx.flow.scope(state.scope);
        let ways = graph.predecessors(state.id);
        let only_next = ways.iter().all(|(kind, _)| *kind == TransitionKind::Next);
        // Where ways meet, a name for the place may help.
        if only_next && ways.len() <= 1 {
            let finding = cx
                .at_state(state, format!("'{}' does nothing", state.name))
                .with_label("passes its input on")
                .with_help("let what leads here lead to its Next");
            let before = ways.first().map(|(_, from)| *from);
            let edits = bypass(cx, state, before);
            out.push(edits::offer(finding, "Take the state out", Applicability::Unsafe, edits));
        }
    }
}

/// Whether its output is its input, with nothing said or kept on the way.
fn only_passes(cx: &Context<'_>, state: &State) -> bool {
    let object = cx.machine.node(state.node);
    object.members().iter().all(|member| {
        let text = object.document().node(member.value).as_str();
        match &*member.key {
            "Type" | "Next" | "QueryLanguage" => true,
            "InputPath" | "OutputPath" | "ResultPath" => text == Some("$"),
            "Output" => text.is_some_and(|text| {
                let inner = text.strip_prefix("{%").and_then(|t| t.strip_suffix("%}"));
                inner.is_some_and(|inner| inner.trim() == "$states.input")
            }),
            _ => false,
        }
    })
}

/// Lets what leads to a state lead to its Next, and takes the state out.
fn bypass(cx: &Context<'_>, state: &State, before: Option<StateId>) -> Option<Vec<Edit>> {
    let next = state.next.as_ref()?;
    let link = match before {
        Some(before) => cx.machine.state(before).next.as_ref()?.node,
        None => cx.machine.scope(state.scope).fields(cx.machine).start_at()?.id(),
    };
    let object = cx.machine.node(state.node);
    Some(vec![
        edits::replace_string(cx.machine.node(link), &next.name)?,
        edits::remove_member(object.parent()?, &state.name)?,
    ])
}
