//! # What it does
//! In a machine for Express (`--type express`, or `type` in sfn-tool.toml), finds waits, timeouts and retry intervals
//! of five minutes and more.
//!
//! # Why
//! An Express execution ends after five minutes, with `States.Timeout` and without any catcher being asked. A Wait of
//! ten minutes never ends well there, and a timeout of ten minutes never expires.
//!
//! # Example
//! ```json
//! {"StartAt": "Pause", "States": {
//!   "Pause": {"Type": "Wait", "Seconds": 600, "End": true}}}
//! ```
//!
//! # Use instead
//! A Standard machine, or a wait that fits.
//! ```json
//! {"StartAt": "Pause", "States": {
//!   "Pause": {"Type": "Wait", "Seconds": 60, "End": true}}}
//! ```
//!
//! # Source
//! [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html): maximum
//! duration.

use crate::diagnostics::{Finding, Severity, seconds as said};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;
use crate::asl::MachineType;

pub(super) static RULE: Rule = Rule {
    name: "express-duration",
    summary: "A wait or timeout that exceeds the five minutes of an Express execution",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Time,
    default: true,
    options: &[],
    check,
};

/// The longest an Express execution runs, in seconds.
const LONGEST: f64 = 300.0;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    if cx.settings().machine_type != Some(MachineType::Express) {
        return;
    }
    let mut look = |node: Option<NodeRef<'_>>, what: &str| {
        let Some(node) = node else { return };
        let Some(seconds) = node.as_number().map(|n| n.as_f64()) else {
            return;
        };
        if seconds >= LONGEST {
            let message = format!("an Express execution ends after {}, before this {what} of {}", said(LONGEST), said(seconds));
            out.push(
                cx.at(node, message)
                    .with_label("never reached")
                    .with_help("keep the total below 5 min, or make it a STANDARD machine"),
            );
        }
    };
    look(cx.machine.fields().timeout_seconds(), "timeout");
    for state in cx.live_states() {
        look(cx.fields(state).seconds(), "wait");
        look(cx.fields(state).timeout_seconds(), "timeout");
        look(cx.fields(state).heartbeat_seconds(), "heartbeat");
        for retrier in &state.retriers {
            look(retrier.fields(cx.machine).interval_seconds(), "interval");
        }
    }
}
