//! # What it does
//! Finds `Items` that are picked or made by a JSONata expression (a filter, `$map`, `$filter`, an object behind a path)
//! without anything that makes an array of them.
//!
//! # Why
//! JSONata gives one item itself in the place of a list of one. As soon as exactly one order matches, the Map state fails with
//! `States.QueryEvaluationError`, or a Distributed Map iterates over the members of that one order. Where none matches,
//! the expression gives nothing, and the state fails as well.
//!
//! # Example
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true, "Items": "{% $states.input.orders[status = 'open'] %}",
//!     "ItemProcessor": {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}}}}
//! ```
//!
//! # Use instead
//! `[ ]` around it: however many there are, it is an array.
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true, "Items": "{% [$states.input.orders[status = 'open']] %}",
//!     "ItemProcessor": {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}}}}
//! ```
//!
//! # Source
//! [Processing model](https://docs.jsonata.org/processing) of JSONata: singleton sequences and values are equivalent.

use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::Compiled;

pub(super) static RULE: Rule = Rule {
    name: "items-of-one",
    summary: "Items that are no array where there is just one",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for text in &cx.references(state).texts {
            let Compiled::Jsonata(expression) = &text.compiled else {
                continue;
            };
            if text.field != "Items" || !expression.gives_one_item_itself() {
                continue;
            }
            let node = cx.machine.node(text.node);
            let written = node.as_str().unwrap_or_default();
            let source = expression.source().trim_end();
            let part = text.start..text.start + source.len();
            let fixed = format!("{}[{source}]{}", &written[..part.start], &written[part.end..]);
            let message = "where exactly one item is found, this gives the item itself and no array";
            let finding = cx
                .at_part(node, part, message)
                .with_label("may be no array")
                .with_help("put [ ] around the expression: [...] is an array of none, one or many");
            let edit = edits::one(edits::replace_string(node, &fixed));
            out.push(edits::offer(finding, "Put [ ] around it", Applicability::Unsafe, edit));
        }
    }
}
