//! # What it does
//! Finds tasks that wait for somebody else and have no limit: callbacks (`.waitForTaskToken`) and activities without
//! `TimeoutSeconds` or `HeartbeatSeconds`, jobs (`.sync`) without `TimeoutSeconds`, in a machine that has no
//! `TimeoutSeconds` either. Jobs whose call sets a limit (`StoppingCondition`, `Timeout` and the like) are left out, and
//! so are nested executions, whose own tasks need the limits. Jobs of Athena, CodeBuild, EMR Serverless and Glue, which
//! those services end after some hours, are reported as advice.
//!
//! # Why
//! Without a timeout such a task waits for 99,999,999 seconds, in practice until the execution is a year old. A lost
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
    summary: "A task that waits for an external system without a limit",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Time,
    default: true,
    options: &[],
    check,
};


/// How long services let a job run for which nobody sets a limit [Athena: Service Quotas, DML query timeout; CodeBuild:
/// CreateProject, timeoutInMinutes; EMR Serverless: StartJobRun, executionTimeoutMinutes; Glue: CreateJob, Timeout].
const OWN_LIMITS: [(&str, &str, &str); 4] = [
    ("athena", "Athena", "30 minutes"),
    ("codebuild", "CodeBuild", "an hour"),
    ("emr-serverless", "EMR Serverless", "12 hours"),
    ("glue", "Glue", "up to 48 hours"),
];

/// Members of a call that limit the job it starts.
const LIMITS_SENT: [&str; 4] = [
    "ExecutionTimeoutMinutes",
    "StoppingCondition",
    "Timeout",
    "TimeoutInMinutesOverride",
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    if cx.machine.fields().timeout_seconds().is_some() {
        return;
    }
    for task in cx.live_tasks() {
        let silent = cx.fields(task).heartbeat().is_none();
        if cx.fields(task).timeout().is_some() {
            continue;
        }
        let finding = match cx.resource(task) {
            Resource::Integration {
                pattern: Pattern::WaitForTaskToken,
                ..
            } if silent => finding(
                cx,
                task,
                "for its task token without a timeout, for up to a year",
                "add \"TimeoutSeconds\" (the longest the answer may take), or \"HeartbeatSeconds\" when the other \
                 side sends heartbeats",
            ),
            Resource::Activity { .. } if silent => finding(
                cx,
                task,
                "for a worker without a timeout, for up to a year",
                "add \"TimeoutSeconds\" (the longest the work may take) and \"HeartbeatSeconds\" (the longest a \
                 worker may be silent)",
            ),
            Resource::Integration {
                service,
                pattern: Pattern::Sync | Pattern::Sync2,
                ..
            } if service != "states" && !sends_limit(cx, task) => job(cx, task, service),
            _ => continue,
        };
        out.push(finding);
    }
}

fn job(cx: &Context<'_>, task: &State, service: &str) -> Finding {
    let help = "add \"TimeoutSeconds\", the longest the job may take";
    match OWN_LIMITS.iter().find(|(name, ..)| *name == service) {
        Some((_, name, longest)) => Finding {
            severity: Severity::Info,
            ..finding(cx, task, &format!("for its job as long as {name} lets it run: {longest} unless set otherwise"), help)
        },
        None => finding(cx, task, "for its job without a timeout, for up to a year", help),
    }
}

/// Whether the call itself says how long the job may take.
fn sends_limit(cx: &Context<'_>, task: &State) -> bool {
    let Some(payload) = cx.payload(task) else { return false };
    payload.members().iter().any(|member| {
        let name = member.key.strip_suffix(".$").unwrap_or(&member.key);
        LIMITS_SENT.contains(&name)
    })
}

fn finding(cx: &Context<'_>, task: &State, waits: &str, help: &str) -> Finding {
    let message = format!("'{}' waits {waits}", task.name);
    let finding = cx.at_state(task, message).with_label("waits indefinitely").with_help(help);
    match cx.fields(task).resource() {
        Some(resource) => finding.with_related(resource.token_span(), "this waits"),
        None => finding,
    }
}
