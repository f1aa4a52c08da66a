//! # What it does
//! Finds tasks whose `HeartbeatSeconds` is not less than their `TimeoutSeconds`.
//!
//! # Why
//! The timeout strikes first, so the heartbeat never does: a worker that died is noticed no sooner than one that is
//! slow. AWS takes the definition and says in its guide that the heartbeat must be the smaller number.
//!
//! # Example
//! ```json
//! {"StartAt": "Work", "States": {
//!   "Work": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work",
//!     "TimeoutSeconds": 60, "HeartbeatSeconds": 300, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Work", "States": {
//!   "Work": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work",
//!     "TimeoutSeconds": 3600, "HeartbeatSeconds": 300, "End": true}}}
//! ```
//!
//! # Source
//! [Task workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html): HeartbeatSeconds.

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "heartbeat-not-below-timeout",
    summary: "A heartbeat that the timeout always comes before",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Time,
    default: true,
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let (Some(timeout), Some(heartbeat)) =
            (cx.field(task, "TimeoutSeconds"), cx.field(task, "HeartbeatSeconds"))
        else {
            continue;
        };
        if let (Some(limit), Some(beat)) = (timeout.as_number(), heartbeat.as_number())
            && beat.compare(limit).is_ge()
        {
            let message = format!(
                "the heartbeat of '{}' ({beat} s) never strikes: its timeout ({limit} s) does not come later",
                task.name
            );
            out.push(
                cx.at(heartbeat, message)
                    .with_label("not below the timeout")
                    .with_related(timeout.token_span(), "the timeout")
                    .with_help("make HeartbeatSeconds the time between two heartbeats, less than TimeoutSeconds"),
            );
        }
    }
}
