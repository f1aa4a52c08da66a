//! # What it does
//! Finds variables that are assigned and that no state reads.
//!
//! # Why
//! Most often the state that should read it misspells its name. Each one also counts towards the 10 MiB that an
//! execution's variables may hold.
//!
//! # Example
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Keep", "States": {
//!   "Keep": {"Type": "Pass", "Assign": {"orderId": "{% $states.input.id %}"}, "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "Arguments": {"id": "{% $states.input.id %}"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Keep", "States": {
//!   "Keep": {"Type": "Pass", "Assign": {"orderId": "{% $states.input.id %}"}, "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "Arguments": {"id": "{% $orderId %}"}, "End": true}}}
//! ```
//!
//! # Source
//! [Passing data between states with variables](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::UNASSIGNED;
use crate::asl::State;
use crate::expr::jsonata::is_quoted;
use crate::source::{NodeRef, placeholder};
use crate::diagnostics::{Applicability, Finding, Severity, nearest};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "unread-variable",
    summary: "A variable that is assigned and never read",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// Whether something that is filled in later may read variables: a state, what a state sends, takes or gives, or a part of
/// an expression.
fn may_read_more(cx: &Context<'_>) -> bool {
    let in_expression = |node: NodeRef<'_>| {
        let expression = node.as_str().and_then(|text| text.strip_prefix("{%"));
        expression.is_some_and(|text| {
            placeholder::places(text).any(|place| is_quoted(&text[..place.start]) != Some(true))
        })
    };
    let field_is_unknown = |state: &State| {
        let node = cx.machine.node(state.node);
        let mut values = FIELDS.iter().filter_map(|name| node.get(name));
        node.is_unknown() || node.is_open() || values.any(NodeRef::is_unknown)
    };
    cx.machine.scopes().iter().any(|scope| scope.open)
        || cx.machine.states().iter().any(field_is_unknown)
        || cx.machine.document().all().any(in_expression)
}

/// The fields whose values read variables, when they are written.
const FIELDS: [&str; 14] = [
    "Arguments",
    "Assign",
    "Branches",
    "Catch",
    "Choices",
    "Credentials",
    "ItemProcessor",
    "ItemReader",
    "ItemSelector",
    "Items",
    "Output",
    "Parameters",
    "ResultSelector",
    "ResultWriter",
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let states = cx.machine.states();
    if states.iter().all(|state| cx.references(state).assigned.is_empty()) {
        return;
    }
    let mut read: BTreeSet<Arc<str>> = BTreeSet::new();
    for state in states {
        read.extend(cx.references(state).variables());
    }
    if may_read_more(cx) {
        return;
    }
    let assignments = cx.assignments();
    let mut seen = BTreeSet::new();
    for state in cx.live_states() {
        for assigned in &cx.references(state).assigned {
            if read.contains(&assigned.name) || !seen.insert(assigned.name.clone()) {
                continue;
            }
            let node = cx.machine.node(assigned.node);
            let mut finding = cx.at(node, format!("'${}' is assigned, and no state reads it", assigned.name));
            finding.span = node.key_span();
            let finding = finding.with_label("never read");
            // Its reader has its name otherwise.
            let unknown = read.iter().map(|name| &**name).filter(|name| !assignments.names().contains(*name));
            if let Some(near) = nearest(&assigned.name, unknown) {
                // The misspelt name is told where it is read.
                if cx.settings().selection.contains(&UNASSIGNED) {
                    continue;
                }
                out.push(finding.with_help(format!("'${near}' is read, and nothing assigns it")));
                continue;
            }
            let edit = node.parent().and_then(|assign| match assign.members() {
                [_] => edits::remove_member(assign.parent()?, "Assign"),
                _ => edits::remove_member(assign, &assigned.name).or_else(|| {
                    edits::remove_member(assign, &format!("{}.$", assigned.name))
                }),
            });
            let title = format!("Do not assign '${}'", assigned.name);
            out.push(edits::offer(finding, title, Applicability::Unsafe, edits::one(edit)));
        }
    }
}
