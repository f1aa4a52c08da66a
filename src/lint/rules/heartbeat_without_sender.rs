//! # What it does
//! Finds `HeartbeatSeconds` on tasks that nothing can send a heartbeat for: calls that are answered at once, and jobs
//! (`.sync`), whose end Step Functions looks for itself.
//!
//! # Why
//! A heartbeat is sent with a task token, by an activity's worker or by whoever a `.waitForTaskToken` task has given it
//! to. Here the field promises a check that nothing makes. What is meant is TimeoutSeconds.
//!
//! # Example
//! ```json
//! {"StartAt": "Report", "States": {
//!   "Report": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
//!     "Parameters": {"FunctionName": "${Report}"}, "HeartbeatSeconds": 60}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Report", "States": {
//!   "Report": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
//!     "Parameters": {"FunctionName": "${Report}"}, "TimeoutSeconds": 60}}}
//! ```
//!
//! # Source
//! [Task workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html): HeartbeatSeconds;
//! [SendTaskHeartbeat](https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html).

use crate::asl::{Pattern, Resource};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "heartbeat-without-sender",
    summary: "A heartbeat for a task that cannot send any",
    severity: Severity::Info,
    confidence: Confidence::High,
    group: Group::Time,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let what = match cx.resource(task) {
            Resource::Integration { pattern, .. } => match pattern {
                Pattern::RequestResponse => "it is answered at once",
                Pattern::Sync | Pattern::Sync2 => "Step Functions itself looks for the end of the job",
                Pattern::WaitForTaskToken => continue,
            },
            Resource::LambdaFunction { .. } => "it is answered at once",
            _ => continue,
        };
        let fields = cx.fields(task);
        for node in fields.heartbeat_seconds().into_iter().chain(fields.heartbeat_seconds_path()) {
            let Some(name) = node.key() else { continue };
            let finding = cx
                .at_span(node.key_span(), format!("nothing can send a heartbeat for '{}': {what}", task.name))
                .with_location(node.location())
                .with_label("nothing to wait for")
                .with_help("TimeoutSeconds limits how long the task may take");
            let edit = edits::one(edits::remove_member(cx.machine.node(task.node), name));
            out.push(edits::offer(finding, format!("Remove {name}"), Applicability::Unsafe, edit));
        }
    }
}
