//! # What it does
//! Finds tasks, Maps and Parallels whose result replaces the input (no `ResultPath`) although a later state reads
//! something of the input that the result surely does not have: what services answer is known from AWS's API models, as
//! are results that a `ResultSelector` makes, and a Map or Parallel gives an array.
//!
//! # Why
//! Without a `ResultPath` the result becomes the output. After `sqs:sendMessage` there is a `MessageId` and no order
//! any more; the state that reads `$.orderId` fails with `States.Runtime`, which nothing catches.
//!
//! # Example
//! ```json
//! {"StartAt": "Notify", "States": {
//!   "Notify": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "Ship",
//!     "Parameters": {"TopicArn": "${Topic}", "Message.$": "$.orderId"}},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true,
//!     "Parameters": {"orderId.$": "$.orderId"}}}}
//! ```
//!
//! # Use instead
//! `"ResultPath": null` drops the result and keeps the input; a path puts it into the input.
//! ```json
//! {"StartAt": "Notify", "States": {
//!   "Notify": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "Ship",
//!     "Parameters": {"TopicArn": "${Topic}", "Message.$": "$.orderId"}, "ResultPath": null},
//!   "Ship": {"Type": "Task", "Resource": "${ShipFunction}", "End": true,
//!     "Parameters": {"orderId.$": "$.orderId"}}}}
//! ```
//!
//! # Source
//! [Specifying state output using ResultPath](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultpath.html).

use crate::asl::QueryLanguage;
use crate::diagnostics::{Applicability, Finding, Fix, Severity};
use crate::lint::{Cause, Confidence, Context, Group, Missing, Rule, edits, what_there_is};

pub(super) static RULE: Rule = Rule {
    name: "result-discards-input",
    summary: "A result that replaces what a later state reads",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut seen = std::collections::BTreeSet::new();
    for missing in cx.data_flow().missing() {
        if missing.cause == Cause::Result && !missing.into_result && seen.insert(missing.origin) {
            out.push(finding(cx, missing));
        }
    }
}

fn finding(cx: &Context<'_>, missing: &Missing) -> Finding {
    let origin = cx.machine.state(missing.origin);
    let message = format!(
        "the output of '{}' has no '{}', which '{}' reads{}",
        origin.name,
        missing.path,
        cx.machine.state(missing.state).name,
        cx.way(&missing.way)
    );
    let read = cx.machine.node(missing.node).span_in_source(missing.part.clone());
    let finding = cx
        .at_state(origin, message)
        .with_label("its result replaces the input")
        .with_related(read, "not there any more");
    if origin.query_language == QueryLanguage::Jsonata {
        return finding.with_help("add an \"Output\" that keeps what is needed, or Assign it to a variable before");
    }
    let fields = cx.fields(origin);
    if fields.result_path().or(fields.output_path()).is_some() {
        return finding.with_help("change \"ResultPath\" so that the input is kept beside the result");
    }
    let keep = "add \"ResultPath\": null to keep the input alone, or a path such as \"$.result\" to keep both";
    let finding = match what_there_is(cx.machine, missing) {
        Some(there) => finding.with_help(format!("{keep}; of the result: {there}")),
        None => finding.with_help(keep),
    };
    match edits::add_member(cx.machine.node(origin.node), "ResultPath", "null") {
        Some(edit) => finding.with_fix(Fix {
            title: "Drop the result and keep the input".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        }),
        None => finding,
    }
}
