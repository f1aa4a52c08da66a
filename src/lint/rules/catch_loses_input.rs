//! # What it does
//! Finds catchers without a `ResultPath` whose handler, or a state after it, reads something of the input. Also paths into the
//! error that it does not have: it has `Error` and `Cause`, and both are texts.
//!
//! # Why
//! Without a `ResultPath` the error output, `{"Error": ..., "Cause": ...}`, replaces the input. Everything the
//! workflow knew is gone just where somebody has to undo or report it, and reading it fails the execution a second
//! time, with `States.Runtime`, which nothing catches.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Release"}]},
//!   "Release": {"Type": "Task", "Resource": "${ReleaseFunction}", "End": true,
//!     "Parameters": {"orderId.$": "$.orderId"}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Release"}]},
//!   "Release": {"Type": "Task", "Resource": "${ReleaseFunction}", "End": true,
//!     "Parameters": {"orderId.$": "$.orderId"}}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! error output, ResultPath.

use crate::asl::QueryLanguage;
use crate::diagnostics::{Applicability, Finding, Fix, Severity};
use crate::lint::{Cause, Confidence, Context, Group, Missing, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "catch-loses-input",
    summary: "A catcher that replaces input that its handler reads",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    // One catcher, one finding, however much is read behind it.
    let mut seen = std::collections::BTreeSet::new();
    for missing in cx.data_flow().missing() {
        if let Cause::Caught(index) = missing.cause
            && seen.insert((missing.origin, index))
        {
            out.extend(finding(cx, missing, index));
        }
    }
}

fn finding(cx: &Context<'_>, missing: &Missing, index: usize) -> Option<Finding> {
    let caught = cx.machine.state(missing.origin);
    let reader = cx.machine.state(missing.state);
    let catcher = caught.catchers.get(index)?;
    let next = catcher.next.as_ref()?;
    let catcher = catcher.fields(cx.machine);
    let at = catcher.result_path().and_then(NodeRef::as_str);
    let is_around = |at: &str| missing.path.strip_prefix(at).is_some_and(|rest| rest.starts_with('.'));
    let own_place = at.filter(|at| *at != "$" && is_around(at));
    let message = match own_place {
        Some(at) => format!(
            "the error of '{}' at {at} has no '{}', which '{}' reads{}",
            caught.name,
            missing.path,
            reader.name,
            cx.way(&missing.way)
        ),
        None => format!(
            "the error replaces the input of '{}', and '{}' reads '{}' of it{}",
            caught.name,
            reader.name,
            missing.path,
            cx.way(&missing.way)
        ),
    };
    let read = cx.machine.node(missing.node).span_in_source(missing.part.clone());
    let finding = cx
        .at(cx.machine.node(next.node), message)
        .with_label(match own_place {
            Some(_) => "leads there",
            None => "leads there without the input",
        })
        .with_related(read, if own_place.is_some() { "not there" } else { "not there any more" });
    if let Some(help) = of_error(&missing.path, at, caught.query_language) {
        return Some(finding.with_help(help));
    }
    if caught.query_language == QueryLanguage::Jsonata {
        return Some(finding.with_help(
            "give the catcher an \"Output\" that keeps it, such as \"{% $merge([$states.input, {'error': \
             $states.errorOutput}]) %}\"",
        ));
    }
    let finding = finding.with_help("add \"ResultPath\": \"$.error\" to the catcher");
    if catcher.result_path().is_some() {
        return Some(finding);
    }
    Some(match edits::add_member(*catcher, "ResultPath", "\"$.error\"") {
        Some(edit) => finding.with_fix(Fix {
            title: "Put the error beside the input".to_owned(),
            // What reads $.Error or $.Cause behind it has to read $.error.Error then.
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        }),
        None => finding,
    })
}

/// What reads the error as it is not: its members are Error and Cause, and what a function says of it is in the latter. `at`: the
/// catcher's ResultPath.
fn of_error(path: &str, at: Option<&str>, language: QueryLanguage) -> Option<String> {
    let (root, parse) = match language {
        QueryLanguage::JsonPath => (at.unwrap_or("$"), "States.StringToJson"),
        QueryLanguage::Jsonata => ("$states.input", "$parse"),
    };
    let name = path.strip_prefix(root)?.strip_prefix('.')?;
    let name = name.split(['.', '[']).next().unwrap_or_default();
    let folded = name.to_ascii_lowercase();
    match folded.as_str() {
        "errormessage" | "errortype" | "stacktrace" | "trace" => Some(format!(
            "the error has Error and Cause; what a function says of it is JSON in Cause: read it with {parse}({root}.Cause)"
        )),
        "cause" if name == "Cause" => Some(format!("{root}.Cause is a text: parse it first, with {parse}({root}.Cause)")),
        "cause" | "message" | "msg" | "errorinfo" | "errorcause" | "reason" | "details" => {
            Some(format!("the error has Error and Cause: read {root}.Cause"))
        }
        "error" | "name" | "code" | "errorname" | "errorcode" | "type" if at.is_some_and(|at| at != "$") => {
            Some(format!("the error has Error and Cause: read {root}.Error"))
        }
        // Where the error stands alone, nothing else can be meant.
        _ if at.is_some_and(|at| at != "$") => {
            Some(format!("the error has Error and Cause alone: {root}.Error, {root}.Cause"))
        }
        _ => None,
    }
}
