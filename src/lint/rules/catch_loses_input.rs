//! # What it does
//! Finds catchers without a `ResultPath` whose handler reads more than `$.Error` and `$.Cause`.
//!
//! # Why
//! Without `ResultPath` the error replaces the state's input: the handler gets `{"Error": ..., "Cause": ...}` and
//! nothing else. A handler that reads `$.orderId` fails then, and takes the execution with it, just when it was to
//! put things right.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Refund"}]},
//!   "Refund": {"Type": "Task", "Resource": "${RefundFunction}",
//!     "Parameters": {"order.$": "$.orderId"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "${ChargeFunction}", "End": true,
//!     "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Refund"}]},
//!   "Refund": {"Type": "Task", "Resource": "${RefundFunction}",
//!     "Parameters": {"order.$": "$.orderId"}, "End": true}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! error output.

use crate::asl::{QueryLanguage, State};
use crate::diagnostics::{Applicability, Finding, Fix, Severity};
use crate::expr::jsonpath::Root;
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::leading_names;
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "catch-loses-input",
    summary: "A catcher that replaces the input its handler reads",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    check,
};

/// Fields that begin at the handler's result, not at its input; a Choice's rules may ask whether a value is there.
const OF_RESULT: [&str; 5] = ["ResultPath", "ResultSelector", "OutputPath", "Assign", "Catch"];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states().filter(|s| s.query_language == QueryLanguage::JsonPath) {
        for catcher in &state.catchers {
            let node = cx.machine.node(catcher.node);
            let replaces = match node.get("ResultPath") {
                None => true,
                Some(path) => path.as_str() == Some("$"),
            };
            let handler = catcher
                .next
                .as_ref()
                .and_then(|next| cx.machine.resolve(state.scope, next));
            let (true, Some(handler), Some(next)) = (replaces, handler, &catcher.next) else {
                continue;
            };
            let handler = cx.machine.state(handler);
            let Some((path, read_at)) = lost(cx, handler) else {
                continue;
            };
            let mut finding = cx
                .at(
                    cx.machine.node(next.node),
                    format!(
                        "'{}' reads {path}, but this catcher gives it only $.Error and $.Cause",
                        handler.name
                    ),
                )
                .with_label("gets the error instead of the input")
                .with_related(read_at.token_span(), "reads what is gone")
                .with_help("add \"ResultPath\": \"$.error\" to the catcher: the input is kept, the error beside it");
            if node.get("ResultPath").is_none()
                && let Some(edit) = edits::add_member(node, "ResultPath", "\"$.error\"")
            {
                finding = finding.with_fix(Fix {
                    title: "Keep the input beside the error".to_owned(),
                    applicability: Applicability::Unsafe,
                    edits: vec![edit],
                });
            }
            out.push(finding);
        }
    }
}

/// A path that the handler reads of its input, beside the error's own two members.
fn lost<'m>(cx: &Context<'m>, handler: &State) -> Option<(String, NodeRef<'m>)> {
    if handler.query_language != QueryLanguage::JsonPath {
        return None;
    }
    let narrowed = cx
        .field(handler, "InputPath")
        .is_some_and(|path| path.as_str() != Some("$"));
    cx.references(handler).texts.iter().find_map(|text| {
        let field = text.field.split(['/', '[']).next().unwrap_or_default();
        // Behind an InputPath the other fields begin elsewhere; it is one of the texts itself.
        if OF_RESULT.contains(&field) || (narrowed && field != "InputPath") {
            return None;
        }
        let node = cx.machine.node(text.node);
        let only_asked = node.parent().is_some_and(|rule| rule.get("IsPresent").is_some());
        let in_choices = field == "Choices";
        if only_asked || in_choices {
            return None;
        }
        text.paths().into_iter().find_map(|(path, _)| {
            let first = leading_names(path).next()?;
            let gone = *path.root() == Root::Input && !matches!(first, "Error" | "Cause");
            gone.then(|| (path.text().to_string(), node))
        })
    })
}
