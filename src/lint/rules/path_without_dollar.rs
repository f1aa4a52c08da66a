//! # What it does
//! Finds paths and calls of intrinsic functions under keys that do not end in `.$`, in the payload templates of
//! JSONPath states, those in lists included; and, in JSONata states, values that are a path of JSONPath.
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

use crate::asl::{QueryLanguage, Resource, State};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::expr::intrinsic::Intrinsic;
use crate::expr::jsonpath::{Path, Root, StepKind};
use crate::lint::templates::{self, Part};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "path-without-dollar",
    summary: "A path that is passed as plain text",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        templates::members(cx, state, &mut |part| {
            let key = &part.member.key;
            let in_list = part.value.items().filter(|item| item.as_str().is_some_and(is_dynamic));
            if state.query_language == QueryLanguage::JsonPath && !key.ends_with(".$") && !takes_paths(cx, state, key) {
                out.extend(in_list.map(|item| listed(cx, &part, item)));
            }
            let Some(text) = part.value.as_str().filter(|text| is_dynamic(text)) else {
                return;
            };
            match (state.query_language, key.ends_with(".$")) {
                (QueryLanguage::JsonPath, false) => out.push(jsonpath(cx, state, &part, text)),
                (QueryLanguage::Jsonata, true) => out.push(jsonata(cx, state, &part, text)),
                // There a path of JSONPath is what was forgotten when the state was rewritten.
                // `$.99` is a price.
                (QueryLanguage::Jsonata, false)
                    if !takes_paths(cx, state, key) && (text.starts_with("States.") || expression(text).is_some()) =>
                {
                    out.push(jsonata(cx, state, &part, text));
                }
                _ => {}
            }
        });
    }
}

/// Whether a text is a path or a call, and not just something that begins with a dollar sign.
fn is_dynamic(text: &str) -> bool {
    let path = ["$.", "$$.", "$["].iter().any(|start| text.starts_with(start));
    (path && Path::parse(text).is_ok()) || (text.starts_with("States.") && Intrinsic::parse(text).is_ok())
}

fn jsonpath(cx: &Context<'_>, state: &State, part: &Part<'_>, text: &str) -> Finding {
    let key = &part.member.key;
    let finding = cx
        .at(part.value, format!("'{text}' is passed as text: the key does not end in .$"))
        .with_label("not evaluated")
        .with_related(part.member.key_span, "this key")
        .with_help(format!("write \"{key}.$\""));
    // Both would be one member twice.
    let taken = part.object.member(&format!("{key}.$")).is_some();
    let edit = edits::add_dollar(part.object, part.member).filter(|_| !taken);
    let sure = match takes_paths(cx, state, key) && text.starts_with("$.") {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    edits::offer(finding, format!("Write '{key}.$'"), sure, edits::one(edit))
}

/// Items of a list have no key that could end in `.$`.
fn listed(cx: &Context<'_>, part: &Part<'_>, item: NodeRef<'_>) -> Finding {
    let key = &part.member.key;
    let text = item.as_str().unwrap_or_default();
    cx.at(item, format!("'{text}' is passed as text: nothing in a list is evaluated"))
        .with_label("not evaluated")
        .with_related(part.member.key_span, "this key")
        .with_help(format!("make the list by a call: \"{key}.$\": \"States.Array({text}, ...)\""))
}

/// Whether who gets the value may want a path as it is: rules of EventBridge have such, and members that say so.
fn takes_paths(cx: &Context<'_>, state: &State, key: &str) -> bool {
    const KNOWN: [&str; 10] = [
        "lambda", "dynamodb", "sqs", "sns", "states", "ecs", "batch", "bedrock", "http", "apigateway",
    ];
    let key = key.to_ascii_lowercase();
    let says_so = ["path", "expression", "filter", "query", "selector", "template", "transform", "pattern"];
    let elsewhere = match cx.resource(state) {
        Resource::Integration { service, .. } => !KNOWN.contains(&service),
        _ => false,
    };
    elsewhere || says_so.iter().any(|word| key.contains(word))
}

fn jsonata(cx: &Context<'_>, state: &State, part: &Part<'_>, text: &str) -> Finding {
    let dollar = part.member.key.ends_with(".$");
    let help = match dollar {
        true => "write the key without .$ and the value as \"{% $states.input... %}\"",
        false => "write \"{% $states.input... %}\"",
    };
    let finding = cx
        .at(part.value, format!("'{text}' is passed as text: '{}' is a JSONata state", state.name))
        .with_label("not evaluated")
        .with_help(help);
    let edits = expression(text).and_then(|expression| {
        let mut edits = Vec::new();
        if dollar {
            edits.push(edits::remove_dollar(part.object, part.member)?);
        }
        edits.push(edits::replace_string(part.value, &format!("{{% {expression} %}}"))?);
        Some(edits)
    });
    edits::offer(finding, "Write it in JSONata", Applicability::Unsafe, edits)
}

/// What a path of plain names is in JSONata.
fn expression(path: &str) -> Option<String> {
    let path = Path::parse(path).ok()?;
    let mut expression = match path.root() {
        Root::Input => "$states.input".to_owned(),
        Root::Context => "$states.context".to_owned(),
        Root::Variable(_) => return None,
    };
    for step in path.steps() {
        let StepKind::Property(name) = &step.kind else { return None };
        let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        expression.push('.');
        expression.push_str(if plain { name } else { return None });
    }
    Some(expression)
}
