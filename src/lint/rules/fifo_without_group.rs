//! # What it does
//! Finds messages to a FIFO queue or topic (its name ends in `.fifo`) without `MessageGroupId`, and those to a FIFO queue
//! with a `DelaySeconds` of their own.
//!
//! # Why
//! AWS takes the definition, and SQS or SNS refuses every such message: the group says what is kept in order. Delays of a
//! FIFO queue are set on the queue.
//!
//! # Example
//! ```json
//! {"StartAt": "Send", "States": {
//!   "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
//!     "Parameters": {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo", "MessageBody.$": "$"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Send", "States": {
//!   "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
//!     "Parameters": {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo", "MessageBody.$": "$",
//!       "MessageGroupId.$": "$.customer"}}}}
//! ```
//!
//! # Source
//! [SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html) and
//! [Publish](https://docs.aws.amazon.com/sns/latest/api/API_Publish.html): MessageGroupId "is required for FIFO queues".

use crate::asl::{QueryLanguage, Resource, State};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "fifo-without-group",
    summary: "A message to a FIFO queue or topic without its group",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

const GROUP: &str = "MessageGroupId";

/// The calls that send messages: where they go, and the list that several are in.
const CALLS: [(&str, &str, &str, Option<&str>); 4] = [
    ("sqs", "sendMessage", "QueueUrl", None),
    ("sqs", "sendMessageBatch", "QueueUrl", Some("Entries")),
    ("sns", "publish", "TopicArn", None),
    ("sns", "publishBatch", "TopicArn", Some("PublishBatchRequestEntries")),
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let Resource::Integration { service, action, .. } = cx.resource(task) else {
            continue;
        };
        let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
        let call = CALLS.iter().find(|(name, call, ..)| *name == service && *call == action);
        let (Some((.., to, list)), Some(payload)) = (call, cx.payload(task)) else {
            continue;
        };
        let fifo = |node: &NodeRef<'_>| node.as_str().is_some_and(|address| address.ends_with(".fifo"));
        let Some(address) = payload.get(to).filter(fifo) else {
            continue;
        };
        let messages: Vec<NodeRef<'_>> = match list {
            None => vec![payload],
            Some(list) => payload.get(list).into_iter().flat_map(NodeRef::items).collect(),
        };
        let kind = if service == "sqs" { "queue" } else { "topic" };
        for message in messages.into_iter().filter(|message| message.is_object()) {
            out.extend(refused(cx, task, message, address, kind));
        }
    }
}

/// What SQS or SNS refuses in a message.
fn refused(
    cx: &Context<'_>,
    task: &State,
    message: NodeRef<'_>,
    address: NodeRef<'_>,
    kind: &str,
) -> Option<Finding> {
    let dynamic = format!("{GROUP}.$");
    // The deployment may fill it in.
    if !message.is_open() && message.get(GROUP).or_else(|| message.get(&dynamic)).is_none() {
        let example = match task.query_language {
            QueryLanguage::JsonPath => format!("\"{GROUP}.$\": \"$.<what is kept in order>\""),
            QueryLanguage::Jsonata => format!("\"{GROUP}\": \"{{% $states.input.<what is kept in order> %}}\""),
        };
        let said = format!("'{}' sends a message without {GROUP} to a FIFO {kind}", task.name);
        let finding = cx
            .at(address, said)
            .with_label("the call fails")
            .with_help(format!("add {example}, or one name for all"));
        return Some(finding);
    }
    let delay = message.get("DelaySeconds").or_else(|| message.get("DelaySeconds.$"))?;
    // That SQS refuses a delay of 0 as well is not documented.
    if delay.as_number().is_some_and(|seconds| seconds.as_f64() == 0.0) {
        return None;
    }
    (kind == "queue").then(|| {
        cx.at(delay, format!("'{}' delays a single message of a FIFO queue", task.name))
            .with_label("the call fails")
            .with_help("take it out: the delay of a FIFO queue is set on the queue")
    })
}
