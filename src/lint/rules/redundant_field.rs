//! # What it does
//! Finds fields that say what holds without them: `InputPath`, `OutputPath` or `ResultPath` of `"$"`, `MaxConcurrency` of
//! 0, an empty `Retry`, `Catch` or `Comment`, the `QueryLanguage` that the machine has anyway.
//!
//! # Why
//! Whoever reads them looks for the reason. A matter of taste, so this rule is off by default; `--fix` takes them out.
//!
//! # Example
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "${ResizeFunction}", "InputPath": "$", "ResultPath": "$", "Catch": [],
//!     "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "${ResizeFunction}", "End": true}}}
//! ```
//!
//! # Source
//! [Processing input and output](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html):
//! the defaults of InputPath, ResultPath and OutputPath.

use crate::asl::State;
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "redundant-field",
    summary: "A field that repeats the default",
    severity: Severity::Info,
    confidence: Confidence::High,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let object = cx.machine.node(state.node);
        for member in object.members() {
            let value = object.document().node(member.value);
            if says_nothing(cx, state, &member.key, value) {
                out.push(finding(cx, object, &member.key, value));
            }
        }
        for catcher in &state.catchers {
            let object = catcher.fields(cx.machine);
            if let Some(path) = object.result_path().filter(|path| path.as_str() == Some("$")) {
                out.push(finding(cx, *object, "ResultPath", path));
            }
        }
    }
}

fn says_nothing(cx: &Context<'_>, state: &State, key: &str, value: NodeRef<'_>) -> bool {
    match key {
        "InputPath" | "OutputPath" | "ResultPath" => value.as_str() == Some("$"),
        "MaxConcurrency" => value.as_number().is_some_and(|n| n.as_f64() == 0.0),
        "Retry" | "Catch" => value.is_array() && value.items().len() == 0,
        "Comment" => value.as_str() == Some(""),
        "QueryLanguage" => {
            let machine = cx.machine.fields().query_language();
            let inherited = machine.and_then(NodeRef::as_str).unwrap_or("JSONPath");
            // Written out where it is not the machine's: `state` has what counts.
            value.as_str() == Some(inherited) && state.query_language.name() == inherited
        }
        _ => false,
    }
}

fn finding(cx: &Context<'_>, object: NodeRef<'_>, key: &str, value: NodeRef<'_>) -> Finding {
    let mut finding = cx
        .at(value, format!("this {key} repeats the default"))
        .with_label("changes nothing")
        .with_help("take it out");
    finding.span = value.key_span();
    let edit = edits::one(edits::remove_member(object, key));
    edits::offer(finding, format!("Take the {key} out"), Applicability::Safe, edit)
}
