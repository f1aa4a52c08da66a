//! # What it does
//! Finds JSONata expressions, `{% ... %}` and `$states.input.id`, in the fields of states whose query language is
//! JSONPath.
//!
//! # Why
//! Such a text is not evaluated: the task gets `{% $states.input.id %}`, the very characters. AWS says nothing, and
//! the mistake shows in what the task was sent.
//!
//! # Example
//! ```json
//! {"StartAt": "Load", "States": {
//!   "Load": {"Type": "Task", "Resource": "${LoadFunction}",
//!     "Parameters": {"id": "{% $states.input.id %}"}, "End": true}}}
//! ```
//!
//! # Use instead
//! A path, in a field whose name ends in `.$`; or `"QueryLanguage": "JSONata"` at the state or the machine, and
//! `Arguments`.
//! ```json
//! {"StartAt": "Load", "States": {
//!   "Load": {"Type": "Task", "Resource": "${LoadFunction}",
//!     "Parameters": {"id.$": "$.id"}, "End": true}}}
//! ```
//!
//! # Source
//! [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html):
//! QueryLanguage.

use crate::asl::QueryLanguage;
use crate::diagnostics::{Finding, Severity};
use crate::lint::templates::{self, lacks_delimiters};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "jsonata-in-jsonpath",
    summary: "A JSONata expression that is never evaluated",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// Fields that are not evaluated in any language, or hold states with fields of their own.
const SKIPPED: [&str; 5] = ["Comment", "Branches", "ItemProcessor", "Iterator", "Type"];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.states() {
        if state.query_language != QueryLanguage::JsonPath {
            continue;
        }
        let mut tell = |node: NodeRef<'_>| {
            let message = format!("'{}' is a JSONPath state: this expression is passed as text", state.name);
            out.push(cx.at(node, message).with_label("not evaluated").with_help(
                "set \"QueryLanguage\": \"JSONata\", or write a path in a field whose name ends in .$",
            ));
        };
        let object = cx.machine.node(state.node);
        for member in object.members().iter().filter(|m| !SKIPPED.contains(&&*m.key)) {
            texts(object.document().node(member.value), &mut tell);
        }
        templates::members(cx, state, &mut |part| {
            let values = std::iter::once(part.value).chain(part.value.items());
            values.filter(|_| !part.member.key.ends_with(".$")).filter(|node| reads_states(*node)).for_each(&mut tell);
        });
    }
}

/// Whether a text reads `$states`, which nothing but JSONata has, as an expression does.
fn reads_states(node: NodeRef<'_>) -> bool {
    let text = node.as_str().filter(|_| !node.has_placeholder());
    text.is_some_and(|text| text.starts_with("$states.") && lacks_delimiters(text, |_| false))
}

fn texts<'d>(node: NodeRef<'d>, see: &mut impl FnMut(NodeRef<'d>)) {
    if let Some(text) = node.as_str() {
        if text.starts_with("{%") && text.ends_with("%}") {
            see(node);
        }
        return;
    }
    node.items().for_each(|item| texts(item, see));
    for member in node.members().iter().filter(|m| &*m.key != "Comment") {
        texts(node.document().node(member.value), see);
    }
}
