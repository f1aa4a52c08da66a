//! # What it does
//! Finds paths and calls of intrinsic functions under keys that do not end in `.$`, in the payload templates of
//! JSONPath states; and, in JSONata states, keys that end in `.$` and values that are a path.
//!
//! # Why
//! They are passed on as text: the function gets `"$.order.id"` instead of the order's id.
//!
//! # Example
//! ```json
//! {"StartAt": "Ship", "States": {
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true,
//!     "Parameters": {"orderId": "$.order.id"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Ship", "States": {
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true,
//!     "Parameters": {"orderId.$": "$.order.id"}}}}
//! ```
//!
//! # Source
//! [Manipulate parameters](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html);
//! the warning NO_DOLLAR of ValidateStateMachineDefinition.

use crate::asl::fields::{Kind, Shape};
use crate::asl::{QueryLanguage, State};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Severity, Span};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonpath::Path;
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::{Member, NodeRef};

pub(super) static RULE: Rule = Rule {
    name: "path-without-dollar",
    summary: "A path that is passed on as text",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let kind = state.state_type.map_or(Kind::AnyState, Kind::State);
        object(cx, state, cx.machine.node(state.node), kind, out);
    }
}

/// The templates among the fields of a state, its catchers, rules, reader and writer.
fn object(cx: &Context<'_>, state: &State, node: NodeRef<'_>, kind: Kind, out: &mut Vec<Finding>) {
    for member in node.members() {
        let Some(field) = kind.field(&member.key) else { continue };
        if !field.languages.allow(state.query_language) {
            continue;
        }
        let value = node.document().node(member.value);
        match field.shape {
            Shape::Template | Shape::Assign => template(cx, state, value, out),
            // The states inside are looked at on their own.
            Shape::Object(Kind::Processor) | Shape::List { of: Kind::Branch, .. } => {}
            Shape::Object(kind) => object(cx, state, value, kind, out),
            Shape::List { of, .. } => value.items().for_each(|item| object(cx, state, item, of, out)),
            _ => {}
        }
    }
}

fn template(cx: &Context<'_>, state: &State, node: NodeRef<'_>, out: &mut Vec<Finding>) {
    for member in node.members() {
        let value = node.document().node(member.value);
        let dollar = member.key.ends_with(".$");
        match (state.query_language, value.as_str()) {
            (QueryLanguage::JsonPath, Some(_)) if dollar => {}
            (QueryLanguage::JsonPath, Some(text)) if is_dynamic(text) => out.push(jsonpath(cx, member, value)),
            (QueryLanguage::Jsonata, Some(text)) if dollar && is_dynamic(text) => {
                out.push(jsonata(cx, state, value));
            }
            _ => template(cx, state, value, out),
        }
    }
    node.items().for_each(|item| template(cx, state, item, out));
}

/// Whether a text is a path or a call, and not just something that begins with a dollar sign.
fn is_dynamic(text: &str) -> bool {
    let path = ["$.", "$$.", "$["].iter().any(|start| text.starts_with(start));
    (path && Path::parse(text).is_ok()) || (text.starts_with("States.") && Intrinsic::parse(text).is_ok())
}

fn jsonpath(cx: &Context<'_>, member: &Member, value: NodeRef<'_>) -> Finding {
    let text = value.as_str().unwrap_or_default();
    let finding = cx
        .at(value, format!("'{text}' is passed on as text: the key does not end in .$"))
        .with_label("not evaluated")
        .with_related(member.key_span, "this key")
        .with_help(format!("write \"{}.$\"", member.key));
    // Behind the last letter of the key, before its quote if it has one.
    let source = cx.machine.document().file().text();
    let quoted = source.get(member.key_span.range()).is_some_and(|key| key.ends_with(['"', '\'']));
    let at = member.key_span.end as usize - usize::from(quoted);
    finding.with_fix(Fix {
        title: format!("Write '{}.$'", member.key),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            span: Span::at(at),
            text: ".$".to_owned(),
        }],
    })
}

fn jsonata(cx: &Context<'_>, state: &State, value: NodeRef<'_>) -> Finding {
    let text = value.as_str().unwrap_or_default();
    cx.at(value, format!("'{text}' is passed on as text: '{}' is a JSONata state", state.name))
        .with_label("not evaluated")
        .with_help("write the key without .$ and the value as \"{% $states.input... %}\"")
}
