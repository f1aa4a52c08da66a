//! # What it does
//! When the type is known (`--type`, or `type` in sfn-tool.toml): finds Standard machines that could be Express (only
//! short waits, no jobs, callbacks, activities or Distributed Maps, no retried write), and Express machines that write
//! and cannot safely run twice (see no-idempotency-token).
//!
//! # Why
//! An Express machine costs a fraction of a Standard one for short, frequent work. It may run a state more than once,
//! and it is gone after five minutes. Which one is right depends on what the definition does not say, so this rule is
//! off by default.
//!
//! # Example
//! ```json
//! {"StartAt": "Read", "States": {
//!   "Read": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "Answer",
//!     "Parameters": {"TableName": "orders", "Key": {"id": {"S.$": "$.id"}}}},
//!   "Answer": {"Type": "Pass", "InputPath": "$.Item", "End": true}}}
//! ```
//!
//! # Use instead
//! An Express machine; or a Standard one where its guarantees are needed.
//! ```json
//! {"StartAt": "Read", "States": {
//!   "Read": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "Pause",
//!     "Parameters": {"TableName": "orders", "Key": {"id": {"S.$": "$.id"}}}},
//!   "Pause": {"Type": "Wait", "Seconds": 3600, "End": true}}}
//! ```
//!
//! # Source
//! [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).

use crate::asl::{Pattern, Resource, State, StateType};
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};
use crate::source::NodeRef;
use crate::asl::MachineType;

pub(super) static RULE: Rule = Rule {
    name: "standard-or-express",
    summary: "A machine that may fit the other type better",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    match cx.settings().machine_type {
        Some(MachineType::Standard) if cx.live_tasks().next().is_some() => {
            if cx.live_states().all(|state| fits_express(cx, state))
                && let Some(start) = cx.machine.fields().start_at()
            {
                out.push(
                    cx.at(start, "this machine could be an Express one")
                        .with_label("short, and nothing waits for others")
                        .with_help("if it runs often, ends within five minutes and may run a task twice: EXPRESS"),
                );
            }
        }
        Some(MachineType::Express) => {
            for task in cx.live_tasks() {
                if let Resource::Integration { service, action, .. } = cx.resource(task)
                    && matches!((service, action), ("states", "startExecution") | ("ecs", "runTask") | ("http", "invoke"))
                    && is_write(cx, task)
                {
                    let message = format!("an Express execution may run '{}' twice", task.name);
                    out.push(
                        cx.at_state(task, message)
                            .with_label("at least once, not exactly once")
                            .with_help("give it an idempotency token, or make it a STANDARD machine"),
                    );
                }
            }
        }
        _ => {}
    }
}

fn fits_express(cx: &Context<'_>, state: &State) -> bool {
    let fields = cx.fields(state);
    let short = |node: Option<NodeRef<'_>>| {
        node.is_none_or(|node| node.as_number().is_some_and(|n| n.as_f64() <= 60.0))
    };
    match state.state_type {
        Some(StateType::Wait) => {
            let later = fields.seconds_path().or(fields.timestamp()).or(fields.timestamp_path());
            short(fields.seconds()) && later.is_none()
        }
        Some(StateType::Map) => cx.machine.is_inline(state.id),
        Some(StateType::Task) => {
            let quick = matches!(
                cx.resource(state),
                Resource::LambdaFunction { .. }
                    | Resource::Integration {
                        pattern: Pattern::RequestResponse,
                        ..
                    }
            );
            quick && !is_write(cx, state)
        }
        _ => true,
    }
}

/// Whether running it twice does something twice.
fn is_write(cx: &Context<'_>, task: &State) -> bool {
    let Resource::Integration { action, .. } = cx.resource(task) else {
        return false;
    };
    let text = |name: &str| cx.payload(task).and_then(|payload| payload.get(name)).and_then(NodeRef::as_str);
    match action {
        "invoke" => text("Method").is_some_and(|method| method != "GET"),
        _ => !["get", "list", "describe", "query", "scan", "head", "putItem", "deleteItem"]
            .iter()
            .any(|start| action.starts_with(start)),
    }
}
