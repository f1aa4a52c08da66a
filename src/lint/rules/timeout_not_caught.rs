//! # What it does
//! Finds tasks with a time limit whose `Catch` takes `States.TaskFailed` and nothing that takes `States.Timeout`.
//!
//! # Why
//! `States.TaskFailed` stands for every error of a task but its timeout. When the limit is reached, the catcher that was
//! written for "any failure" lets it by, and the execution fails.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "TimeoutSeconds": 30, "End": true,
//!     "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Refund"}]},
//!   "Refund": {"Type": "Task", "Resource": "${RefundFunction}", "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "TimeoutSeconds": 30, "End": true,
//!     "Catch": [{"ErrorEquals": ["States.TaskFailed", "States.Timeout"], "Next": "Refund"}]},
//!   "Refund": {"Type": "Task", "Resource": "${RefundFunction}", "End": true}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! error names.

use crate::asl::error_names::{TASK_FAILED, TIMEOUT, takes};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::{NodeRef, placeholder};

pub(super) static RULE: Rule = Rule {
    name: "timeout-not-caught",
    summary: "A catcher for any failure that misses timeouts",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let Some(limit) = cx.fields(task).timeout().or(cx.fields(task).heartbeat()) else {
            continue;
        };
        let mut names = task.catchers.iter().flat_map(|catcher| &catcher.errors);
        if names.clone().any(|error| takes(&error.name, TIMEOUT) || placeholder::is_in(&error.name)) {
            continue;
        }
        let Some(any) = names.find(|error| &*error.name == TASK_FAILED) else {
            continue;
        };
        let node = cx.machine.node(any.node);
        let finding = cx
            .at(node, format!("when '{}' times out, this does not catch it", task.name))
            .with_label("every error but States.Timeout")
            .with_related(limit.key_span(), "this raises it")
            .with_help("name States.Timeout beside it");
        let edit = node.parent().and_then(|list: NodeRef<'_>| edits::append_item(list, "\"States.Timeout\""));
        out.push(edits::offer(finding, "Catch States.Timeout as well", Applicability::Unsafe, edits::one(edit)));
    }
}
