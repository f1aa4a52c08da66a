//! # What it does
//! Finds tasks that wait for somebody else and have no limit: callbacks (`.waitForTaskToken`) and activities without
//! `TimeoutSeconds` or `HeartbeatSeconds`, jobs (`.sync`) without `TimeoutSeconds`, in a machine that has no
//! `TimeoutSeconds` either.
//!
//! # Why
//! Without a timeout such a task waits for 99,999,999 seconds, in truth until the execution is a year old. A lost
//! message or a worker that died then shows as an execution that is still running. Lambda functions, HTTP tasks and
//! plain service calls have limits of their own and are not reported.
//!
//! # Example
//! ```json
//! {"StartAt": "AskForApproval", "States": {
//!   "AskForApproval": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
//!     "Parameters": {"QueueUrl": "${Queue}", "MessageBody": {"token.$": "$$.Task.Token"}},
//!     "End": true}}}
//! ```
//!
//! # Use instead
//! The longest time that the work may take; for a worker that lives long, also the time between two of its
//! heartbeats.
//! ```json
//! {"StartAt": "AskForApproval", "States": {
//!   "AskForApproval": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
//!     "Parameters": {"QueueUrl": "${Queue}", "MessageBody": {"token.$": "$$.Task.Token"}},
//!     "TimeoutSeconds": 86400,
//!     "End": true}}}
//! ```
//!
//! # Source
//! [Best practices for Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html):
//! using timeouts to avoid stuck executions.

use crate::asl::{Pattern, Resource, State};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "missing-timeout",
    summary: "A task that waits for somebody else, without a limit",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Time,
    default: true,
    options: &[],
    check,
};

const TIMEOUT: [&str; 2] = ["TimeoutSeconds", "TimeoutSecondsPath"];
const HEARTBEAT: [&str; 2] = ["HeartbeatSeconds", "HeartbeatSecondsPath"];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    if cx.machine.document().root().get("TimeoutSeconds").is_some() {
        return;
    }
    for task in cx.live_tasks() {
        let has = |fields: [&str; 2]| fields.iter().any(|field| cx.field(task, field).is_some());
        if has(TIMEOUT) {
            continue;
        }
        let (waits_for, help) = match cx.resource(task) {
            Resource::Integration {
                pattern: Pattern::WaitForTaskToken,
                ..
            } if !has(HEARTBEAT) => (
                "for its task token",
                "add \"TimeoutSeconds\" (the longest the answer may take), or \"HeartbeatSeconds\" when the other \
                 side sends heartbeats",
            ),
            Resource::Activity { .. } if !has(HEARTBEAT) => (
                "for a worker",
                "add \"TimeoutSeconds\" (the longest the work may take) and \"HeartbeatSeconds\" (the longest a \
                 worker may be silent)",
            ),
            Resource::Integration {
                pattern: Pattern::Sync | Pattern::Sync2,
                ..
            } => (
                "for its job",
                "add \"TimeoutSeconds\", the longest the job may take",
            ),
            _ => continue,
        };
        out.push(finding(cx, task, waits_for, help));
    }
}

fn finding(cx: &Context<'_>, task: &State, waits_for: &str, help: &str) -> Finding {
    let message = format!("'{}' waits {waits_for} without a timeout, for up to a year", task.name);
    let finding = cx.at_state(task, message).with_label("waits without a limit").with_help(help);
    match cx.field(task, "Resource") {
        Some(resource) => finding.with_related(resource.token_span(), "this waits"),
        None => finding,
    }
}
