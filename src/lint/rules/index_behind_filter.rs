//! # What it does
//! Finds JSONPaths that take an item of what a filter finds: `$.items[?(@.id == 1)][0]`.
//!
//! # Why
//! What stands behind a filter is looked for in each item that it finds, not in the list of them: an item that is an object
//! has no `[0]`, and the path gives an empty list.
//!
//! # Example
//! ```json
//! {"StartAt": "Pick", "States": {
//!   "Pick": {"Type": "Pass", "Parameters": {"first.$": "$.items[?(@.id == 1)][0]"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Pick", "States": {
//!   "Pick": {"Type": "Pass", "Parameters": {"first.$": "States.ArrayGetItem($.items[?(@.id == 1)], 0)"}, "End": true}}}
//! ```
//!
//! # Source
//! [Jayway JsonPath](https://github.com/json-path/JsonPath): "what is returned when": a path with a filter is indefinite.

use crate::asl::State;
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::expr::jsonpath::{Filter, Operand, Path, Step, StepKind};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::{Compiled, Text};

pub(super) static RULE: Rule = Rule {
    name: "index-behind-filter",
    summary: "An index behind a filter, which does not take one of what is found",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for text in &cx.references(state).texts {
            out.extend(text.paths().filter_map(|(path, part)| {
                let index = taken(path)?;
                Some(finding(cx, state, text, path, index, part.start))
            }));
        }
    }
}

/// The index that ends a path right behind a filter for objects.
fn taken(path: &Path) -> Option<i64> {
    let [.., filter, last] = path.steps() else {
        return None;
    };
    match (&filter.kind, &last.kind) {
        (StepKind::Filter(filter), StepKind::Index(index)) if finds_objects(filter) => Some(i64::from(*index)),
        _ => None,
    }
}

/// Whether a filter asks for a member of its items: lists have none.
fn finds_objects(filter: &Filter) -> bool {
    let named = |operand: &Operand| {
        let first = match operand {
            Operand::Item(steps) => steps.first(),
            _ => None,
        };
        first.is_some_and(|step: &Step| matches!(step.kind, StepKind::Property(_)))
    };
    match filter {
        Filter::And(parts) => parts.iter().any(finds_objects),
        Filter::Or(parts) => parts.iter().all(finds_objects),
        Filter::Exists(operand) => named(operand),
        Filter::Compare(left, _, right) => named(left) || named(right),
        _ => false,
    }
}

fn finding(cx: &Context<'_>, state: &State, text: &Text, path: &Path, index: i64, start: usize) -> Finding {
    let node = cx.machine.node(text.node);
    let list = path.text().trim_end();
    let end = list.rfind('[').unwrap_or(list.len());
    let (list, taken) = list.split_at(end);
    let message = format!("'{taken}' is looked for in each item that the filter finds: '{}' gets an empty list", state.name);
    let finding = cx
        .at_part(node, start + end..start + end + taken.len(), message)
        .with_label("not the first of them");
    let in_template = node.key().is_some_and(|key| key.ends_with(".$"));
    if !in_template || index < 0 {
        return finding.with_help("take the list here, and an item of it in a template, with States.ArrayGetItem(..., 0)");
    }
    let call = format!("States.ArrayGetItem({list}, {index})");
    let whole = matches!(text.compiled, Compiled::Path(_));
    let edit = if whole { edits::replace_string(node, &call) } else { None };
    let finding = finding.with_help(format!("write \"{call}\""));
    edits::offer(finding, format!("Change to '{call}'"), Applicability::Unsafe, edits::one(edit))
}
