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

use crate::asl::{QueryLanguage, Resource, RuleFields, State, comparison};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::expr::spelling;
use crate::lint::templates::{self, Part, Text, is_dynamic};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::carries_json;
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
        if state.query_language == QueryLanguage::JsonPath {
            for rule in &state.choices {
                compared(cx, rule.fields(cx.machine), out);
            }
        }
        match state.query_language {
            QueryLanguage::JsonPath => templates::members(cx, state, &mut |part| in_jsonpath(cx, state, &part, out)),
            QueryLanguage::Jsonata => {
                templates::texts(cx, state, &mut |text| out.extend(in_jsonata(cx, state, &text)));
            }
        }
    }
}

fn in_jsonpath(cx: &Context<'_>, state: &State, part: &Part<'_>, out: &mut Vec<Finding>) {
    let key = &part.member.key;
    if key.ends_with(".$") {
        return;
    }
    let in_list = part.value.items().filter(|item| item.as_str().is_some_and(is_dynamic));
    let mut in_list = in_list.peekable();
    if in_list.peek().is_some() && !takes_paths(cx, state, key) {
        out.extend(in_list.map(|item| listed(cx, part, item)));
    }
    if let Some(text) = part.value.as_str().filter(|text| is_dynamic(text) || is_whole(key, text)) {
        out.push(jsonpath(cx, state, part, text));
    }
}

/// Whether the whole input, or the context object, is meant to be sent by what carries JSON: elsewhere a `$` alone may be a
/// currency.
fn is_whole(key: &str, text: &str) -> bool {
    matches!(text, "$" | "$$") && carries_json(key)
}

/// There a path of JSONPath is what was forgotten when the state was rewritten.
fn in_jsonata(cx: &Context<'_>, state: &State, place: &Text<'_>) -> Option<Finding> {
    let key = place.part.as_ref().map(|part| &*part.member.key);
    let whole = |text: &str| key.is_some_and(|key| is_whole(key, text));
    let text = place.node.as_str().filter(|text| is_dynamic(text) || whole(text))?;
    let dollar = (place.part).filter(|part| part.member.key.ends_with(".$") && part.member.value == place.node.id());
    let meant = match key {
        _ if dollar.is_some() => true,
        Some(key) if takes_paths(cx, state, key) => false,
        // `$.99` is a price.
        _ => text.starts_with("States.") || spelling::in_jsonata(text).is_some(),
    };
    meant.then(|| jsonata(cx, state, place.node, dollar, text))
}

/// Comparisons with a path that is no path to them: `"StringEquals": "$.limit"`, of a rule and those inside of it.
fn compared<'m>(cx: &Context<'m>, rule: RuleFields<'m>, out: &mut Vec<Finding>) {
    for member in rule.members() {
        let value = rule.document().node(member.value);
        let path = value.as_str().filter(|text| text.starts_with('$') && is_dynamic(text));
        let twin = format!("{}Path", member.key);
        if let (Some(text), true) = (path, comparison(&member.key).is_some() && comparison(&twin).is_some()) {
            let finding = cx
                .at(value, format!("'{text}' is compared as text: {} takes a value as it stands", member.key))
                .with_label("not evaluated")
                .with_related(member.key_span, "this operator")
                .with_help(format!("write \"{twin}\""));
            let edit = edits::rename_key(*rule, member, &twin);
            out.push(edits::offer(finding, format!("Change to '{twin}'"), Applicability::Safe, edits::one(edit)));
        }
    }
    for inner in rule.and().into_iter().chain(rule.or()).flat_map(|list| list.items()).chain(rule.not()) {
        compared(cx, inner.into(), out);
    }
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

fn jsonata(cx: &Context<'_>, state: &State, node: NodeRef<'_>, dollar: Option<Part<'_>>, text: &str) -> Finding {
    let expression = spelling::in_jsonata(text);
    let written = expression.as_deref().unwrap_or("$states.input...");
    let help = match dollar {
        Some(_) => format!("write the key without .$ and the value as \"{{% {written} %}}\""),
        None => format!("write \"{{% {written} %}}\""),
    };
    let finding = cx
        .at(node, format!("'{text}' is passed as text: '{}' is a JSONata state", state.name))
        .with_label("not evaluated")
        .with_help(help);
    let edits = expression.and_then(|expression| {
        let mut edits = Vec::new();
        if let Some(part) = dollar {
            edits.push(edits::remove_dollar(part.object, part.member)?);
        }
        edits.push(edits::replace_string(node, &format!("{{% {expression} %}}"))?);
        Some(edits)
    });
    edits::offer(finding, "Write it in JSONata", Applicability::Unsafe, edits)
}
