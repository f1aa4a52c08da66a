//! # What it does
//! Finds retriers that name an error which no second attempt heals (missing permissions, invalid arguments, results
//! over the size limit), and retriers for every error on a DynamoDB write with a condition, which retry the failed
//! condition as well.
//!
//! # Why
//! Such an error is the same every time: the retries cost time and transitions and hide the cause. A failed condition
//! is most often an answer ("exists already"), to be caught at once; since it may also be a lock to wait for, that is
//! advice. A retrier that names the condition's error says that it is meant.
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

use crate::asl::{Resource, State};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits, errors};

pub(super) static RULE: Rule = Rule {
    name: "hopeless-retry",
    summary: "A retry of an error that no second attempt heals",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

/// Endings of the names of errors that are the same every time.
const HOPELESS: [&str; 8] = [
    "States.Permissions",
    "States.DataLimitExceeded",
    ".AccessDeniedException",
    ".ValidationException",
    ".InvalidParameterValueException",
    ".InvalidRequestContentException",
    ".ConditionalCheckFailedException",
    ".RequestTooLargeException",
];

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        for retrier in state.retriers.iter().filter(|retrier| retrier.attempts() > 0) {
            for error in &retrier.errors {
                if HOPELESS.iter().any(|end| error.name.ends_with(end)) {
                    let message = format!("'{}' is the same at every attempt", error.name);
                    let node = cx.machine.node(error.node);
                    let finding = cx
                        .at(node, message)
                        .with_label("retried in vain")
                        .with_help("take it out of this list, and catch it where something can be done about it");
                    out.push(edits::offer(
                        finding,
                        format!("Do not retry '{}'", error.name),
                        Applicability::Unsafe,
                        errors::remove_name(cx, state, node),
                    ));
                }
            }
        }
        out.extend(condition(cx, state));
    }
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
            if matches!(&*error.name, "States.ALL" | "States.TaskFailed") && retrier.attempts() > 0 {
                general = Some((retrier, error));
            }
        }
    }
    let (retrier, error) = general?;
    let name = format!("{prefix}.ConditionalCheckFailedException");
    let message = format!("'{}' retries a failed condition as well", error.name);
    let first = format!("{{\"ErrorEquals\": [\"{name}\"], \"MaxAttempts\": 0}}");
    let mut finding = cx
        .at(cx.machine.node(error.node), message)
        .with_label("retries this, too")
        .with_related(condition.key_span(), "the condition")
        .with_help(format!("put {first} before it"));
    finding.severity = Severity::Info;
    Some(edits::offer(
        finding,
        "Do not retry a failed condition",
        Applicability::Unsafe,
        edits::one(edits::insert_before(cx.machine.node(retrier.node), &first)),
    ))
}
