//! # What it does
//! Finds paths that lead nowhere: on the execution path that the message names, the state before makes its output from
//! a template, a literal or a known result that has no such member, or the service that a task calls answers nothing of
//! the kind: `$.DBInstances` of an SDK integration, whose results are spelled `DbInstances`, or `$.Attributes` of a
//! `dynamodb:updateItem` that sets no `ReturnValues`. A path of several values, such as `$.Items[*].key`, is told where none of
//! the items has the member. A JSONata expression that contains such a path
//! among others is reported when no execution path provides it, unless it asks `$exists` or names another value.
//!
//! # Why
//! The execution fails with `States.Runtime`, which no catcher handles, or with `States.QueryEvaluationError`, and only
//! when it takes that path, which tests may not do. Inside a longer JSONata expression nothing fails: a member or a part
//! of a text is missing.
//!
//! # Example
//! ```json
//! {"StartAt": "Prepare", "States": {
//!   "Prepare": {"Type": "Pass", "Parameters": {"order.$": "$.id"}, "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true,
//!     "Parameters": {"orderId.$": "$.orderId"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Prepare", "States": {
//!   "Prepare": {"Type": "Pass", "Parameters": {"orderId.$": "$.id"}, "Next": "Ship"},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true,
//!     "Parameters": {"orderId.$": "$.orderId"}}}}
//! ```
//!
//! # Source
//! [Input and output processing](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html).

use crate::asl::error_names::ALL;
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Cause, Confidence, Context, Group, Missing, Rule, what_there_is};

pub(super) static RULE: Rule = Rule {
    name: "path-not-provided",
    summary: "A path that cannot exist in the data",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for missing in cx.data_flow().missing() {
        if matches!(missing.cause, Cause::Made | Cause::Own) || missing.into_result {
            out.push(finding(cx, missing));
        }
    }
}

fn finding(cx: &Context<'_>, missing: &Missing) -> Finding {
    let state = cx.machine.state(missing.state);
    let origin = cx.machine.state(missing.origin);
    let node = cx.machine.node(missing.node);
    let call = missing.answerer.and_then(|task| cx.machine.state(task).resource().describe());
    let message = match (missing.cause, call) {
        (Cause::Own, Some(call)) => format!(
            "'{}' leads nowhere: the result of {call} has no such member",
            missing.path
        ),
        (Cause::Own, None) => {
            format!("'{}' leads nowhere: what '{}' reads here has no such member", missing.path, state.name)
        }
        (Cause::Result, Some(call)) => format!(
            "'{}' leads nowhere: the result of {call} in '{}' has no such member{}",
            missing.path,
            origin.name,
            cx.way(&missing.way)
        ),
        _ => format!(
            "'{}' leads nowhere: what '{}' passes on has no such member{}",
            missing.path,
            origin.name,
            cx.way(&missing.way)
        ),
    };
    let finding = cx
        .at_part(node, missing.part.clone(), message)
        .with_label(if missing.is_several { "finds nothing" } else { "not there" });
    // What catches everything does not catch this.
    let around = cx.with_owners(state).filter(|_| !missing.is_several);
    let caught = around.into_iter().find_map(|around| {
        let mut names = around.catchers.iter().flat_map(|catcher| &catcher.errors);
        names.find(|name| &*name.name == ALL)
    });
    let finding = match caught {
        Some(name) => finding.with_related(
            cx.machine.node(name.node).token_span(),
            "not caught here: AWS reports it as States.Runtime",
        ),
        None => finding,
    };
    let there = what_there_is(cx.machine, missing);
    let finding = match missing.cause {
        Cause::Own => finding,
        _ => finding.with_related(origin.name_span, "this makes the data"),
    };
    match (missing.cause, there) {
        (_, Some(there)) => finding.with_help(there),
        (Cause::Own, None) => finding,
        _ => finding.with_help("add the member there, or read one that is there"),
    }
}
