//! # What it does
//! In a machine for Express (`--type express`, or `type` in sfn-tool.toml) and in the processor of a Distributed Map
//! whose `ExecutionType` is EXPRESS, finds waits, timeouts and retry intervals of five minutes and more.
//!
//! # Why
//! An Express execution ends after five minutes, with `States.Timeout`, which no catcher of its states catches. A Wait of
//! ten minutes never ends there, and a timeout of ten minutes never expires.
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
use crate::asl::{MachineType, StateId};

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
    if cx.settings().machine_type == Some(MachineType::Express) {
        out.extend(too_long(cx, cx.machine.fields().timeout_seconds(), "timeout", None));
    }
    for state in cx.live_states().filter(|state| cx.execution_type(state) == Some(MachineType::Express)) {
        let fields = cx.fields(state);
        let map = cx.machine.child_of(state.scope);
        let mut look = |node, what| out.extend(too_long(cx, node, what, map));
        look(fields.seconds(), "wait");
        look(fields.timeout_seconds(), "timeout");
        look(fields.heartbeat_seconds(), "heartbeat");
        for retrier in &state.retriers {
            look(retrier.fields(cx.machine).interval_seconds(), "interval");
        }
    }
}

/// What is said of a time that is never reached; `map` is the Distributed Map whose children run the state.
fn too_long(cx: &Context<'_>, node: Option<NodeRef<'_>>, what: &str, map: Option<StateId>) -> Option<Finding> {
    let node = node?;
    let seconds = node.as_number().map(|n| n.as_f64()).filter(|seconds| *seconds >= LONGEST)?;
    let before = format!("ends after {}, before this {what} of {}", said(LONGEST), said(seconds));
    let Some(map) = map else {
        let finding = cx.at(node, format!("an Express execution {before}"));
        return Some(finding.with_label("never reached").with_help("keep the total below 5 min, or make it a STANDARD machine"));
    };
    let message = format!("a child execution of '{}' is an Express one and {before}", cx.machine.state(map).name);
    let finding = cx
        .at(node, message)
        .with_label("never reached")
        .with_help("keep the total below 5 min, or make \"ExecutionType\" STANDARD");
    Some(match cx.machine.child_type(map) {
        Some(said) => finding.with_related(said.token_span(), "Express children"),
        None => finding,
    })
}
