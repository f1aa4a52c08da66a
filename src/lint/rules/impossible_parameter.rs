//! # What it does
//! Finds parameters of a service call that stand in the definition with a type that the API does not take: `"N": 5`, an
//! object where a text belongs, a text in the place of a structure. Also names that the API does not have under keys that
//! end in `.$` (without it AWS rejects the definition), and, as a warning, values that are none of those that the API
//! knows: `"InvocationType": "Evnt"`. Also ARNs with `statemachine:` in the place of `stateMachine:`.
//!
//! # Why
//! AWS takes the definition and fails the state with `States.Runtime` before it calls; nothing retries or catches that.
//! DynamoDB's numbers are texts, too.
//!
//! # Example
//! ```json
//! {"StartAt": "Put", "States": {
//!   "Put": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
//!     "Retry": [{"ErrorEquals": ["DynamoDB.ThrottlingException"]}],
//!     "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}, "count": {"N": 5}}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Put", "States": {
//!   "Put": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
//!     "Retry": [{"ErrorEquals": ["DynamoDB.ThrottlingException"]}],
//!     "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}, "count": {"N": "5"}}}}}}
//! ```
//!
//! # Source
//! [AttributeValue](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html), and the model of
//! each API.

use crate::diagnostics::{Applicability, Finding, Help, Severity, nearest};
use crate::asl::{QueryLanguage, Resource};
use crate::lint::templates::is_dynamic;
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::{Call, Fault, RefusedPart, SOURCE, Step, integration};
use crate::source::{NodeKind, NodeRef};

pub(super) static RULE: Rule = Rule {
    name: "impossible-parameter",
    summary: "A parameter that the API does not accept",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

/// So many names are listed where none is near.
const MOST_LISTED: usize = 12;

/// The resource types in ARNs of Step Functions.
const ARN_TYPES: [&str; 4] = [":stateMachine:", ":execution:", ":activity:", ":mapRun:"];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let Some(payload) = cx.payload(task) else { continue };
        arns(cx, payload, out);
        let resource = cx.resource(task);
        let Resource::Integration { service, action, .. } = resource else {
            continue;
        };
        let written = payload.to_value();
        let Some(members) = written.as_object() else { continue };
        let refused = match Call::of(&resource).and_then(|call| call.input()) {
            Some(input) => input.refuses_literals(members, task.query_language),
            None => integration(service, action)
                .map_or_else(Vec::new, |own| own.refuses_literals(members, task.query_language)),
        };
        let language = task.query_language;
        for refused in refused {
            let node = refused.path.iter().try_fold(payload, inside);
            // A path of JSONPath in a JSONata state is path-without-dollar's to tell.
            let is_path = |node: &NodeRef<'_>| {
                task.query_language == QueryLanguage::Jsonata && node.as_str().is_some_and(is_dynamic)
            };
            out.extend(node.filter(|node| !is_path(node)).map(|node| finding(cx, node, &refused, language)));
        }
    }
}

/// ARNs of Step Functions whose resource type has other capitals: no machine has such an ARN.
fn arns(cx: &Context<'_>, payload: NodeRef<'_>, out: &mut Vec<Finding>) {
    let mut open = vec![payload];
    while let Some(node) = open.pop() {
        let values = node.members().iter().map(|member| node.document().node(member.value));
        open.extend(node.items().chain(values));
        let Some(text) = node.as_str().filter(|text| text.contains("arn:") && text.contains(":states:")) else {
            continue;
        };
        let lower = text.to_ascii_lowercase();
        for right in ARN_TYPES {
            let place = lower.find(&right.to_ascii_lowercase());
            let Some(place) = place.filter(|at| text[*at..*at + right.len()] != *right) else {
                continue;
            };
            let (part, right) = (place + 1..place + right.len() - 1, &right[1..right.len() - 1]);
            let message = format!("'{}' is no resource type of Step Functions: its ARNs have '{right}'", &text[part.clone()]);
            let edit = edits::replace_part(node, part.clone(), right);
            let finding = cx.at_part(node, part, message).with_label("the call fails");
            let finding = finding.with_help(format!("write '{right}'"));
            out.push(edits::offer(finding, format!("Write '{right}'"), Applicability::Unsafe, edits::one(edit)));
        }
    }
}

fn inside<'d>(node: NodeRef<'d>, step: &Step) -> Option<NodeRef<'d>> {
    match step {
        Step::Member(name) => node.get(name),
        Step::Item(index) => node.items().nth(*index),
    }
}

fn finding(
    cx: &Context<'_>,
    node: NodeRef<'_>,
    refused: &RefusedPart,
    language: QueryLanguage,
) -> Finding {
    // AWS's words stand in the failure, too.
    let mut said = refused.message.clone();
    said[..1].make_ascii_lowercase();
    match &refused.fault {
        Fault::Name(names) => of_name(cx, node, said, names, language),
        Fault::Value { near, known } => of_value(cx, node, said, *near, known),
        Fault::Missing | Fault::Type => of_type(cx, node, said),
    }
}

fn of_type(cx: &Context<'_>, node: NodeRef<'_>, said: String) -> Finding {
    let text = said.ends_with("a STRING");
    let finding = cx.at(node, said).with_label("fails at run time");
    match node.kind() {
        NodeKind::Number(_) | NodeKind::Bool(_) if text => {
            let text = node.to_value().to_json();
            let edit = edits::replace_word(node, &format!("\"{text}\""));
            let finding = finding.with_help(format!("write \"{text}\""));
            edits::offer(finding, format!("Write \"{text}\""), Applicability::Safe, edits::one(edit))
        }
        _ => finding,
    }
}

/// A name that AWS looks at only when it runs: its key ends in `.$`, or no model says which names there are.
fn of_name(
    cx: &Context<'_>,
    node: NodeRef<'_>,
    said: String,
    names: &[String],
    language: QueryLanguage,
) -> Finding {
    let finding = cx
        .at_span(node.key_span(), said)
        .with_location(node.parent().map_or_else(String::new, NodeRef::location))
        .with_label("fails at run time");
    let key = node.key().map_or("", |key| key);
    let name = key.strip_suffix(".$").unwrap_or(key);
    // In JSONata no key ends in it.
    let suffix = if language == QueryLanguage::JsonPath { &key[name.len()..] } else { "" };
    let known = || names.iter().map(String::as_str);
    let meant = known().find(|known| *known == name).or_else(|| nearest(name, known()));
    let meant = meant.map(|meant| format!("{meant}{suffix}"));
    match meant {
        Some(meant) => {
            let edit = (node.parent().zip(node.as_member()))
                .and_then(|(object, member)| edits::rename_key(object, member, &meant));
            let finding = finding.with_help(Help::asking(format!("did you mean \"{meant}\"?"), &*meant));
            edits::offer(finding, format!("Change to '{meant}'"), Applicability::Unsafe, edits::one(edit))
        }
        None if names.len() <= MOST_LISTED => finding.with_help(format!("it takes {}", names.join(", "))),
        None => finding.with_help(format!("it is not in the API models of {SOURCE}")),
    }
}

/// A value that the API does not know, by a model that may be older than it.
fn of_value(cx: &Context<'_>, node: NodeRef<'_>, said: String, near: Option<&str>, known: &[&str]) -> Finding {
    let finding = cx.at(node, said).with_label("the call fails");
    let finding = Finding {
        severity: Severity::Warning,
        ..finding
    };
    match near {
        Some(near) => {
            let edit = edits::replace_string(node, near);
            let finding = finding.with_help(Help::asking(format!("did you mean \"{near}\"?"), near));
            edits::offer(finding, format!("Change to '{near}'"), Applicability::Unsafe, edits::one(edit))
        }
        None => finding.with_help(format!("it is one of {}, by the API models of {SOURCE}", known.join(", "))),
    }
}
