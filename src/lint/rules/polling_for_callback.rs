//! # What it does
//! Finds loops with a Wait and a Choice state in which one task asks again and again whether something has happened: a
//! record of DynamoDB, a queue, a file, or a function whose name says that it checks. Loops that `.sync` replaces are
//! `polling-loop`'s.
//!
//! # Why
//! Every iteration costs transitions and calls, and 25,000 events end a Standard execution. Whoever makes it happen can say
//! so: a task with `.waitForTaskToken` waits for a year without one. Often nobody can be told to, so this rule is off
//! by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Ask", "States": {
//!   "Ask": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "ResultPath": "$.order", "Next": "Approved?",
//!     "Parameters": {"TableName": "orders", "Key": {"id": {"S.$": "$.id"}}}},
//!   "Approved?": {"Type": "Choice", "Default": "Pause", "Choices": [
//!     {"Variable": "$.order.Item.approved.BOOL", "BooleanEquals": true, "Next": "Done"}]},
//!   "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Approval", "States": {
//!   "Approval": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Next": "Done",
//!     "TimeoutSeconds": 604800,
//!     "Parameters": {"QueueUrl": "${Approvals}", "MessageBody": {"id.$": "$.id", "token.$": "$$.Task.Token"}}},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Discover service integration patterns](https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html):
//! wait for a callback with a task token.

use crate::asl::{Pattern, Resource, State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;
use crate::asl::MachineType;

pub(super) static RULE: Rule = Rule {
    name: "polling-for-callback",
    summary: "A polling loop that a callback could replace",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

/// Reads of what somebody else writes.
const READS: [(&str, &str); 7] = [
    ("dynamodb", "getItem"),
    ("dynamodb", "query"),
    ("sqs", "receiveMessage"),
    ("s3", "headObject"),
    ("s3", "getObject"),
    ("s3", "listObjectsV2"),
    ("ssm", "getParameter"),
];

/// Words of names that check.
const CHECKS: [&str; 6] = ["check", "status", "poll", "isready", "iscomplete", "isdone"];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for states in cx.waiting_loops() {
        // A loop that works between its questions is no mere waiting.
        let mut tasks = states.iter().filter(|state| state.state_type == Some(StateType::Task));
        if let (Some(task), None) = (tasks.next(), tasks.next())
            && asks(cx, task)
            // Express executions have no callbacks.
            && cx.execution_type(task) != Some(MachineType::Express)
        {
            out.push(
                cx.at_state(task, format!("the loop of '{}' waits for an external event", task.name))
                    .with_label("polled repeatedly")
                    .with_help(
                        "let whoever makes it happen call SendTaskSuccess: a task with .waitForTaskToken, and \
                         TimeoutSeconds",
                    ),
            );
        }
    }
}

fn asks(cx: &Context<'_>, task: &State) -> bool {
    match cx.resource(task) {
        Resource::Integration { service: "lambda", action: "invoke", pattern: Pattern::RequestResponse } => {
            let function = cx.payload(task).and_then(|payload| payload.get("FunctionName"));
            checks(&task.name) || function.and_then(NodeRef::as_str).is_some_and(checks)
        }
        Resource::Integration { service, action, .. } => {
            let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
            READS.contains(&(service, action))
        }
        Resource::LambdaFunction { name } => checks(name) || checks(&task.name),
        Resource::Other => checks(&task.name),
        Resource::Activity { .. } | Resource::NotAnArn => false,
    }
}

fn checks(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    CHECKS.iter().any(|word| plain.contains(word))
}
