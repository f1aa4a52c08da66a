//! # What it does
//! Finds tasks whose `HeartbeatSeconds` is not less than their `TimeoutSeconds`.
//!
//! # Why
//! AWS documents that the heartbeat must be the smaller one and accepts the definition all the same. The timeout then
//! expires first: a worker that died is found out as late as one that is slow.
//!
//! # Example
//! ```json
//! {"StartAt": "Encode", "States": {
//!   "Encode": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:encode",
//!     "TimeoutSeconds": 60, "HeartbeatSeconds": 300, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Encode", "States": {
//!   "Encode": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:encode",
//!     "TimeoutSeconds": 300, "HeartbeatSeconds": 60, "End": true}}}
//! ```
//!
//! # Source
//! [Task workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html): HeartbeatSeconds.

use crate::diagnostics::{Applicability, Finding, Severity, seconds as said};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "heartbeat-not-below-timeout",
    summary: "HeartbeatSeconds is not less than TimeoutSeconds",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Time,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let fields = cx.fields(task);
        let (Some((heartbeat, beat)), Some((limit, timeout))) =
            (fields.heartbeat_seconds().and_then(seconds), fields.timeout_seconds().and_then(seconds))
        else {
            continue;
        };
        if beat < timeout {
            continue;
        }
        let message = format!("HeartbeatSeconds of '{}', {}, is not less than its TimeoutSeconds, {}", task.name, said(beat), said(timeout));
        let finding = cx
            .at(heartbeat, message)
            .with_label("never missed in time")
            .with_related(limit.token_span(), "this limit is reached first")
            .with_help("make HeartbeatSeconds the longest silence, TimeoutSeconds the longest work");
        let swap = || {
            let text = cx.machine.document().file().text();
            let written = |node: NodeRef<'_>| text.get(node.span().range());
            let first = edits::replace_word(heartbeat, written(limit)?)?;
            Some(vec![first, edits::replace_word(limit, written(heartbeat)?)?])
        };
        // Two equal times are no mix-up.
        let swapped = if beat > timeout { swap() } else { None };
        out.push(edits::offer(finding, "Swap the two times", Applicability::Unsafe, swapped));
    }
}

fn seconds(node: NodeRef<'_>) -> Option<(NodeRef<'_>, f64)> {
    Some((node, node.as_number()?.as_f64()))
}
