//! # What it does
//! Finds JSONata expressions that add a text in quotes, or calculate with one.
//!
//! # Why
//! `+` adds numbers: with a text it fails the state with `States.QueryEvaluationError`. Texts are joined with `&`.
//!
//! # Example
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Greet", "States": {
//!   "Greet": {"Type": "Pass", "Output": {"text": "{% 'Hello ' + $states.input.name %}"}, "End": true}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Greet", "States": {
//!   "Greet": {"Type": "Pass", "Output": {"text": "{% 'Hello ' & $states.input.name %}"}, "End": true}}}
//! ```
//!
//! # Source
//! [Numeric operators](https://docs.jsonata.org/numeric-operators) and [other operators](https://docs.jsonata.org/other-operators)
//! of JSONata.

use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::references::Compiled;

pub(super) static RULE: Rule = Rule {
    name: "text-in-arithmetic",
    summary: "A text where JSONata calculates",
    severity: Severity::Error,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for text in &cx.references(state).texts {
            let Compiled::Jsonata(expression) = &text.compiled else {
                continue;
            };
            // One of a row of them is enough.
            let Some(operator) = expression.uses().arithmetic_on_texts.first() else {
                continue;
            };
            let node = cx.machine.node(text.node);
            let part = text.start + operator.span.start..text.start + operator.span.end;
            let message = format!("'{}' calculates with numbers, and a text stands beside it", operator.name);
            let finding = cx
                .at_part(node, part.clone(), message)
                .with_label("fails at run time");
            out.push(match operator.name.as_str() {
                "+" => {
                    let edit = edits::one(edits::replace_part(node, part, "&"));
                    let finding = finding.with_help("& joins texts: 'text ' & $value");
                    edits::offer(finding, "Write '&'", Applicability::Unsafe, edit)
                }
                _ => finding.with_help("write the number without quotes, or make one of the text with $number(...)"),
            });
        }
    }
}
