//! # What it does
//! Finds calls of SQS whose `QueueUrl` is the queue's ARN, and parameters that take an ARN and are given a URL.
//!
//! # Why
//! AWS takes the definition, and the service refuses every call. In templates the way to the ARN is easily taken for the
//! way to the URL: `!Ref` of a queue is its URL, `!GetAtt Queue.Arn` its ARN.
//!
//! # Example
//! ```json
//! {"StartAt": "Send", "States": {
//!   "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
//!     "Parameters": {"QueueUrl": "arn:aws:sqs:eu-west-1:123456789012:orders", "MessageBody.$": "$"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Send", "States": {
//!   "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
//!     "Parameters": {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "MessageBody.$": "$"}}}}
//! ```
//!
//! # Source
//! [SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html): QueueUrl.

use crate::asl::Resource;
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "arn-for-url",
    summary: "An ARN where a URL belongs, or a URL where an ARN does",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let (Resource::Integration { service, .. }, Some(payload)) = (cx.resource(task), cx.payload(task)) else {
            continue;
        };
        let of_sqs = service.strip_prefix("aws-sdk:").unwrap_or(service) == "sqs";
        for member in payload.members() {
            let value = payload.document().node(member.value);
            if of_sqs && &*member.key == "QueueUrl" {
                out.extend(queue(cx, value));
            }
            let url = value.as_str().filter(|text| text.starts_with("https://") || text.starts_with("http://"));
            if member.key.ends_with("Arn") && url.is_some() {
                out.push(
                    cx.at(value, format!("{} takes an ARN, and this is a URL", member.key))
                        .with_label("the call fails"),
                );
            }
        }
    }
}

/// What is wrong with the URL of a queue.
fn queue(cx: &Context<'_>, value: NodeRef<'_>) -> Option<Finding> {
    // What a template or a configuration names by its attribute.
    let attribute = value.as_placeholder().is_some_and(|name| name.ends_with(".Arn") || name.ends_with(".arn"));
    if attribute {
        let finding = cx
            .at(value, "QueueUrl takes the URL of a queue, and this is its ARN")
            .with_label("the call fails")
            .with_help("!Ref of a queue is its URL; in Terraform it is .url");
        return Some(finding);
    }
    let arn = value.as_str().filter(|text| text.starts_with("arn:"))?;
    let finding = cx
        .at(value, "QueueUrl takes the URL of a queue, and this is its ARN")
        .with_label("the call fails");
    let parts: Vec<&str> = arn.split(':').collect();
    let &[_, partition @ ("aws" | "aws-us-gov" | "aws-cn"), "sqs", region, account, name] = parts.as_slice() else {
        return Some(finding.with_help("write https://sqs.<region>.amazonaws.com/<account>/<name>"));
    };
    let domain = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let url = format!("https://sqs.{region}.{domain}/{account}/{name}");
    let finding = finding.with_help(format!("write \"{url}\""));
    let edit = edits::one(edits::replace_string(value, &url));
    Some(edits::offer(finding, "Write the URL", Applicability::Unsafe, edit))
}
