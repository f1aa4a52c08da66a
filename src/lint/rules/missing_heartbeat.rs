//! # What it does
//! Finds activities and callbacks (`.waitForTaskToken`, messages to people left out) that may run for longer than ten minutes (the option `minutes`)
//! and have no `HeartbeatSeconds`.
//!
//! # Why
//! When the worker dies, its task is found out only when the timeout expires. With a heartbeat it is known after one
//! missed beat, and can be retried at once. Where a person answers nothing beats, so this rule is off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Encode", "States": {
//!   "Encode": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:encode",
//!     "TimeoutSeconds": 36000, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Encode", "States": {
//!   "Encode": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:encode",
//!     "TimeoutSeconds": 36000, "HeartbeatSeconds": 120, "End": true}}}
//! ```
//!
//! # Source
//! [Learn about Activities](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html): waiting for
//! an activity task to complete.

use crate::asl::{Pattern, Resource};
use crate::diagnostics::{self, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, RuleOption};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "missing-heartbeat",
    summary: "A long-running worker task without heartbeats",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Time,
    default: false,
    options: &[RuleOption {
        name: "minutes",
        default: 10.0,
        summary: "minutes that a worker may be silent before a heartbeat is required",
    }],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let limit = cx.option("minutes") * 60.0;
    for task in cx.live_tasks() {
        let works = match cx.resource(task) {
            Resource::Activity { .. } => true,
            // A topic tells people.
            Resource::Integration {
                service,
                pattern: Pattern::WaitForTaskToken,
                ..
            } => !matches!(service, "sns" | "aws-sdk:sns" | "aws-sdk:ses" | "aws-sdk:sesv2"),
            _ => false,
        };
        if !works || cx.fields(task).heartbeat().is_some() {
            continue;
        }
        // Without a timeout it is missing-timeout's to say.
        let Some(timeout) = cx.fields(task).timeout_seconds() else {
            continue;
        };
        let Some(seconds) = timeout.as_number().map(|n| n.as_f64()).filter(|s| *s > limit) else {
            continue;
        };
        out.push(finding(cx, task, timeout, seconds));
    }
}

fn finding(cx: &Context<'_>, task: &crate::asl::State, timeout: NodeRef<'_>, seconds: f64) -> Finding {
    let after = diagnostics::seconds(seconds);
    let message = match cx.resource(task) {
        Resource::Integration { service, .. } if !matches!(service, "ecs" | "eks") => {
            format!("that nobody works on '{}' is noticed only after {after}", task.name)
        }
        _ => format!("a worker of '{}' that dies is missed only after {after}", task.name),
    };
    cx.at_state(task, message)
        .with_label("no heartbeat")
        .with_related(timeout.token_span(), "this limit is reached first")
        .with_help("add \"HeartbeatSeconds\", and let the worker call SendTaskHeartbeat more often than that")
}
