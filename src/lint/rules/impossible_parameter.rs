//! # What it does
//! Finds parameters of a service call that stand in the definition with a type that the API does not take: `"N": 5`, an
//! object where a text belongs, a text in the place of a structure.
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

use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::{Call, Step};
use crate::source::{NodeKind, NodeRef};

pub(super) static RULE: Rule = Rule {
    name: "impossible-parameter",
    summary: "A parameter of a type that the API does not accept",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let input = Call::of(&cx.resource(task)).and_then(|call| call.input());
        let (Some(input), Some(payload)) = (input, cx.payload(task)) else {
            continue;
        };
        let written = payload.to_value();
        let Some(members) = written.as_object() else { continue };
        for refused in input.refuses_literals(members) {
            let node = refused.path.iter().try_fold(payload, inside);
            out.extend(node.map(|node| finding(cx, node, &refused.message)));
        }
    }
}

fn inside<'d>(node: NodeRef<'d>, step: &Step) -> Option<NodeRef<'d>> {
    match step {
        Step::Member(name) => node.get(name),
        Step::Item(index) => node.items().nth(*index),
    }
}

fn finding(cx: &Context<'_>, node: NodeRef<'_>, message: &str) -> Finding {
    // AWS's words stand in the failure, too.
    let mut said = message.to_owned();
    said[..1].make_ascii_lowercase();
    let finding = cx.at(node, said).with_label("fails at run time");
    match node.kind() {
        NodeKind::Number(_) | NodeKind::Bool(_) if message.ends_with("a STRING") => {
            let text = node.to_value().to_json();
            let edit = edits::replace_word(node, &format!("\"{text}\""));
            let finding = finding.with_help(format!("write \"{text}\""));
            edits::offer(finding, format!("Write \"{text}\""), Applicability::Safe, edits::one(edit))
        }
        _ => finding,
    }
}
