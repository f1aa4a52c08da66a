//! # What it does
//! Finds retriers for every error on a DynamoDB write with a condition, which retry the failed condition as well.
//!
//! # Why
//! A failed condition is most often an answer ("exists already"), to be caught at once. It may also be a lock to wait for,
//! so this rule is off by default; a retrier that names the condition's error says that it is meant.
//!
//! # Example
//! ```json
//! {"StartAt": "Create", "States": {
//!   "Create": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
//!     "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}},
//!       "ConditionExpression": "attribute_not_exists(id)"},
//!     "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}]}}}
//! ```
//!
//! # Use instead
//! A retrier without attempts, before the general one, lets the error through to its catcher.
//! ```json
//! {"StartAt": "Create", "States": {
//!   "Create": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
//!     "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}},
//!       "ConditionExpression": "attribute_not_exists(id)"},
//!     "Retry": [
//!       {"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "MaxAttempts": 0},
//!       {"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! retrying after an error;
//! [Error handling with DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html):
//! which errors to retry.

use crate::asl::error_names::is_wildcard;
use crate::asl::{Resource, State};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "retried-condition",
    summary: "A retry of every error that also retries a failed condition",
    severity: Severity::Info,
    confidence: Confidence::Low,
    group: Group::Errors,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    out.extend(cx.live_tasks().filter_map(|task| condition(cx, task)));
}

/// A write with a condition whose failure is retried along with everything else.
fn condition(cx: &Context<'_>, state: &State) -> Option<Finding> {
    let Resource::Integration { service, .. } = cx.resource(state) else {
        return None;
    };
    let prefix = match service {
        "dynamodb" => "DynamoDB",
        "aws-sdk:dynamodb" => "DynamoDb",
        _ => return None,
    };
    let condition = cx.payload(state)?;
    let condition = condition.get("ConditionExpression").or_else(|| condition.get("ConditionExpression.$"))?;
    let mut general = None;
    for retrier in &state.retriers {
        for error in &retrier.errors {
            if error.name.ends_with("ConditionalCheckFailedException") {
                return None;
            }
            if is_wildcard(&error.name) && retrier.attempts() > 0 {
                general = Some((retrier, error));
            }
        }
    }
    let (retrier, error) = general?;
    let name = format!("{prefix}.ConditionalCheckFailedException");
    let message = format!("'{}' retries a failed condition as well", error.name);
    let first = format!("{{\"ErrorEquals\": [\"{name}\"], \"MaxAttempts\": 0}}");
    let finding = cx
        .at(cx.machine.node(error.node), message)
        .with_label("retries this, too")
        .with_related(condition.key_span(), "the condition")
        .with_help(format!("put {first} before it"));
    Some(edits::offer(
        finding,
        "Do not retry a failed condition",
        Applicability::Unsafe,
        edits::one(edits::insert_before(cx.machine.node(retrier.node), &first)),
    ))
}
