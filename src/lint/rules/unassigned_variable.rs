//! # What it does
//! Finds variables that are read and never assigned, or not on every path to the state that reads them: the message
//! names a path on which the variable is missing. Catchers leave before a state's own `Assign` has happened; states in a
//! Map or Parallel see what was assigned before it, those of a Distributed Map do not. What does not fail without the
//! variable is left alone: an expression that provides for its absence, such as `$exists($x)`, `$x ? $x : 'none'` or
//! `[$x]`, and a state that a Choice leads to which asks about the variable, or about one that is always assigned with it.
//!
//! # Why
//! Reading a variable that was never assigned fails the state: with `States.Runtime`, which nothing catches, in
//! JSONPath, with `States.QueryEvaluationError` in JSONata. AWS accepts the definition.
//!
//! # Example
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Known?", "States": {
//!   "Known?": {"Type": "Choice", "Default": "Ship", "Choices": [
//!     {"Condition": "{% $exists($states.input.id) %}", "Next": "Keep"}]},
//!   "Keep": {"Type": "Pass", "Assign": {"id": "{% $states.input.id %}"}, "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "Arguments": {"id": "{% $id %}"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Known?", "States": {
//!   "Known?": {"Type": "Choice", "Default": "Ship", "Assign": {"id": "none"}, "Choices": [
//!     {"Condition": "{% $exists($states.input.id) %}", "Assign": {"id": "none"}, "Next": "Keep"}]},
//!   "Keep": {"Type": "Pass", "Assign": {"id": "{% $states.input.id %}"}, "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "Arguments": {"id": "{% $id %}"}, "End": true}}}
//! ```
//!
//! # Source
//! [Passing data between states with variables](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html).

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::asl::State;
use crate::diagnostics::{Applicability, Finding, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::VariableRead;
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "unassigned-variable",
    summary: "A variable that is not assigned on every path to where it is read",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let assignments = cx.assignments();
    for state in cx.live_states() {
        let mut seen = BTreeSet::new();
        for text in &cx.references(state).texts {
            for VariableRead { name, range, .. } in text.needed_variables() {
                if assignments.is_sure(state, name) || seen.contains(name) {
                    continue;
                }
                let fails = text.fails_without(name);
                let message = if !assignments.is_possible(state, name) {
                    format!("nothing assigns '${name}' where '{}' can read it", state.name)
                } else if fails && let Some(way) = cx.way_without_variable(state, name) {
                    format!("'${name}' is not assigned{way}")
                } else {
                    continue;
                };
                seen.insert(name.clone());
                let node = cx.machine.node(text.node);
                let label = if fails { "fails at run time" } else { "no value at run time" };
                let mut finding = cx.at_part(node, range.clone(), message).with_label(label);
                finding.advise(cx.instead_of_variable(state, name));
                out.push(renamed(cx, state, finding, name, node, range.clone()));
            }
        }
    }
}

/// Offers the variable that is assigned here and has nearly the same name.
fn renamed(
    cx: &Context<'_>,
    state: &State,
    finding: Finding,
    name: &Arc<str>,
    node: NodeRef<'_>,
    part: Range<usize>,
) -> Finding {
    let assignments = cx.assignments();
    let near = nearest(name, assignments.names().iter().map(|name| &**name));
    let Some(near) = near.filter(|near| !assignments.names().contains(name) && assignments.is_sure(state, near)) else {
        return finding;
    };
    // Names that differ in their letters' case alone are one name to whoever wrote them.
    let sure = match near.eq_ignore_ascii_case(name) {
        true => Applicability::Safe,
        false => Applicability::Unsafe,
    };
    let at = part.end - name.len()..part.end;
    let edit = edits::one(edits::replace_part(node, at, near));
    edits::offer(finding, format!("Write '${near}'"), sure, edit)
}
