//! # What it does
//! Finds JSONata expressions that never give the type that their field needs: a number as a `Condition`, a text as `Seconds`.
//!
//! # Why
//! AWS takes the definition, and the state fails in every run with `States.QueryEvaluationError`: "returned an unexpected
//! result type. Expected 'boolean', but was 'number'". Nothing is converted.
//!
//! # Example
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Any?", "States": {
//!   "Any?": {"Type": "Choice", "Default": "Done", "Choices": [
//!     {"Condition": "{% $count($states.input.orders) %}", "Next": "Wait"}]},
//!   "Wait": {"Type": "Wait", "Seconds": "{% '30' %}", "Next": "Done"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"QueryLanguage": "JSONata", "StartAt": "Any?", "States": {
//!   "Any?": {"Type": "Choice", "Default": "Done", "Choices": [
//!     {"Condition": "{% $count($states.input.orders) > 0 %}", "Next": "Wait"}]},
//!   "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Done"},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html): an incorrect
//! type is one of the causes of `States.QueryEvaluationError`.

use crate::asl::State;
use crate::asl::fields::{Kind, Shape};
use crate::diagnostics::{Finding, Severity};
use crate::expr::jsonata::Expected;
use crate::lint::{Confidence, Context, Group, Rule};
use crate::references::Compiled;

pub(super) static RULE: Rule = Rule {
    name: "unexpected-result-type",
    summary: "An expression whose result is never of the type that its field needs",
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
            let Some(expected) = expected(state, &text.field) else {
                continue;
            };
            let Some(given) = expression.surely_not(expected) else {
                continue;
            };
            let (needed, help) = match expected {
                Expected::Boolean => ("a boolean", "compare it ($count(...) > 0), or make a boolean of it with $boolean(...)"),
                Expected::Number => ("a number", "write the number without quotes, or make one of a text with $number(...)"),
                Expected::String => ("a string", "make a string of it with $string(...), or of milliseconds with $fromMillis(...)"),
                Expected::Array | Expected::ArrayOrObject => ("an array", "put [ ] around it: [...] is an array whatever it holds"),
            };
            let field = text.field.rsplit('/').next().unwrap_or_default();
            let node = cx.machine.node(text.node);
            let part = text.start..text.start + expression.source().trim_end().len();
            let message = format!("'{field}' needs {needed}, and this expression gives {given}");
            out.push(cx.at_part(node, part, message).with_label("fails at run time").with_help(help));
        }
    }
}

/// What a field needs of its expression; `None` where it takes any value.
fn expected(state: &State, field: &str) -> Option<Expected> {
    let (around, name) = field.rsplit_once('/').unwrap_or(("", field));
    let kind = match around {
        "" => state.kind(),
        "ItemReader/ReaderConfig" => Kind::ReaderConfig,
        "ItemBatcher" => Kind::ItemBatcher,
        "Credentials" => Kind::Credentials,
        _ if around.starts_with("Choices[") && around.ends_with(']') => Kind::ChoiceRule,
        _ => return None,
    };
    match kind.field(name)?.shape {
        Shape::Integer(..) | Shape::Number(..) | Shape::AtLeast(_) => Some(Expected::Number),
        Shape::Text | Shape::Timestamp | Shape::Pointer => Some(Expected::String),
        Shape::Condition => Some(Expected::Boolean),
        Shape::Items => Some(Expected::ArrayOrObject),
        _ => None,
    }
}
