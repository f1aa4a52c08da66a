//! # What it does
//! Finds Choice rules that compare what a service answers with a value of another type, by AWS's API models: a number with
//! the `N` of a DynamoDB item, which is a text, or a text with a count. Also fields such as `SecondsPath` that take such a
//! value where they need a number.
//!
//! # Why
//! In JSONPath such a comparison is never true, whatever the service answers. In JSONata `=` is never true, and `<` and `>`
//! fail the state, as a field does that gets no number.
//!
//! # Example
//! ```json
//! {"StartAt": "Get", "States": {
//!   "Get": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "Enough?",
//!     "Retry": [{"ErrorEquals": ["DynamoDB.ThrottlingException"]}],
//!     "Parameters": {"TableName": "stock", "Key": {"id": {"S.$": "$.id"}}}},
//!   "Enough?": {"Type": "Choice", "Default": "Order", "Choices": [
//!     {"Variable": "$.Item.count.N", "NumericGreaterThan": 5, "Next": "Done"}]},
//!   "Order": {"Type": "Pass", "Result": "order", "End": true},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Use instead
//! The number that the text spells.
//! ```json
//! {"StartAt": "Get", "States": {
//!   "Get": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "Enough?",
//!     "Retry": [{"ErrorEquals": ["DynamoDB.ThrottlingException"]}],
//!     "Parameters": {"TableName": "stock", "Key": {"id": {"S.$": "$.id"}}},
//!     "ResultSelector": {"count.$": "States.StringToJson($.Item.count.N)"}},
//!   "Enough?": {"Type": "Choice", "Default": "Order", "Choices": [
//!     {"Variable": "$.count", "NumericGreaterThan": 5, "Next": "Done"}]},
//!   "Order": {"Type": "Pass", "Result": "order", "End": true},
//!   "Done": {"Type": "Succeed"}}}
//! ```
//!
//! # Source
//! [AttributeValue](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html): numbers are sent
//! as strings. [Choice workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html): an operator
//! matches values of its type only.

use crate::asl::QueryLanguage;
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Compared, Confidence, Context, Group, Rule, Sort};

pub(super) static RULE: Rule = Rule {
    name: "impossible-comparison",
    summary: "A comparison with what a service never answers",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    out.extend(cx.data_flow().compared().iter().map(|compared| finding(cx, compared)));
}

fn finding(cx: &Context<'_>, compared: &Compared) -> Finding {
    let Compared { path, has, asked, .. } = compared;
    let message = format!("'{path}' is never {}: the service answers {}", a(*asked), a(*has));
    let language = cx.machine.state(compared.state).query_language;
    let help = match (has, asked, language) {
        (Sort::Text, Sort::Number, QueryLanguage::Jsonata) => format!("compare $number({path})"),
        (Sort::Text, Sort::Number, QueryLanguage::JsonPath) => {
            "make it a number first, with States.StringToJson in the task's ResultSelector or in a Pass state".to_owned()
        }
        (_, _, QueryLanguage::Jsonata) => format!("compare it with {}", a(*has)),
        (Sort::Text, _, QueryLanguage::JsonPath) => "use StringEquals".to_owned(),
        (Sort::Number, _, QueryLanguage::JsonPath) => "use NumericEquals, NumericLessThan or another of them".to_owned(),
        (Sort::Boolean, _, QueryLanguage::JsonPath) => "use BooleanEquals".to_owned(),
    };
    cx.at(cx.machine.node(compared.node), message)
        .with_label("never of that type")
        .with_help(help)
}

fn a(sort: Sort) -> &'static str {
    match sort {
        Sort::Text => "a text",
        Sort::Number => "a number",
        Sort::Boolean => "a boolean",
    }
}
