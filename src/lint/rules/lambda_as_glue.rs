//! # What it does
//! Finds Lambda tasks whose function's name says that it does nothing but one call of an AWS service: `putItem`,
//! `send-to-sqs`, `publish_sns`, `startExecution` and their like.
//!
//! # Why
//! Step Functions calls more than 220 services itself: no code, no cold start, no Lambda bill, the service's own
//! errors to retry. A name only hints, so this rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Store", "States": {
//!   "Store": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:orders-put-item", "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Store", "States": {
//!   "Store": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
//!     "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}}}}}}
//! ```
//!
//! # Source
//! [Integrating services](https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html).

use crate::asl::{Resource, State};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "lambda-as-glue",
    summary: "A Lambda function that seems to make a single service call",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

/// Parts of names, in lower case and without separators, and what to call instead.
const HINTS: [(&str, &str); 15] = [
    ("putitem", "dynamodb:putItem"),
    ("getitem", "dynamodb:getItem"),
    ("updateitem", "dynamodb:updateItem"),
    ("deleteitem", "dynamodb:deleteItem"),
    ("writetodynamo", "dynamodb:putItem"),
    ("readfromdynamo", "dynamodb:getItem"),
    ("sendtosqs", "sqs:sendMessage"),
    ("sendmessage", "sqs:sendMessage"),
    ("sendsqs", "sqs:sendMessage"),
    ("publishsns", "sns:publish"),
    ("publishtosns", "sns:publish"),
    ("sendsns", "sns:publish"),
    ("startexecution", "states:startExecution"),
    ("putevents", "events:putEvents"),
    ("startjobrun", "glue:startJobRun"),
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let Some((node, name)) = function(cx, task) else { continue };
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_ascii_lowercase();
        if let Some((_, instead)) = HINTS.iter().find(|(hint, _)| plain.contains(hint)) {
            out.push(
                cx.at(node, format!("the function of '{}' seems to make a single service call", task.name))
                    .with_label("could be a direct service integration")
                    .with_help(format!("if it does no more: arn:aws:states:::{instead}")),
            );
        }
    }
}

/// The name of the function that a task calls, and where it stands.
fn function<'m>(cx: &Context<'m>, task: &State) -> Option<(NodeRef<'m>, &'m str)> {
    match cx.resource(task) {
        Resource::LambdaFunction { name } => Some((cx.fields(task).resource()?, name)),
        Resource::Integration { service: "lambda", action: "invoke", .. } => {
            let node = cx.payload(task)?.get("FunctionName")?;
            Some((node, node.as_str()?))
        }
        // `${PutItemFunction}`
        Resource::Other => {
            let node = cx.fields(task).resource()?;
            Some((node, node.as_str()?))
        }
        _ => None,
    }
}
