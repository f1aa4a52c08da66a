//! # What it does
//! Finds calls of intrinsic functions that fail whatever the data is: braces in the template of `States.Format` that are
//! neither `{}` nor escaped, more or fewer `{}` than values, an algorithm that `States.Hash` does not have, a step of 0. Also
//! calls with data of a known type that the function does not take: `States.MathAdd` of what a Parallel state gives.
//!
//! # Why
//! AWS takes the definition and fails the state with `States.Runtime` when it runs; nothing retries or catches that.
//!
//! # Example
//! ```json
//! {"StartAt": "Write", "States": {
//!   "Write": {"Type": "Pass", "Parameters": {"body.$": "States.Format('{\"id\": {}}', $.id)"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Write", "States": {
//!   "Write": {"Type": "Pass", "Parameters": {"body.$": "States.Format('\\{\"id\": {}\\}', $.id)"}, "End": true}}}
//! ```
//!
//! # Source
//! [Intrinsic functions for JSONPath states](https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html):
//! reserved characters.

use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule};

pub(super) static RULE: Rule = Rule {
    name: "failing-intrinsic",
    summary: "An intrinsic function call that fails in every run",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for call in cx.data_flow().failing_calls() {
        let node = cx.machine.node(call.node);
        // What a placeholder stands for takes its braces along.
        if node.as_str().is_none_or(|text| text.contains("${")) {
            continue;
        }
        let message = format!("this call of {} fails in every run", call.function);
        out.push(
            cx.at_part(node, call.part.clone(), message)
                .with_label("fails at run time")
                .with_help(&*call.what),
        );
    }
}
