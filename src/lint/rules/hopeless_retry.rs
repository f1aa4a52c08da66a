//! # What it does
//! Finds retriers that name an error that no second attempt can fix: missing permissions, invalid arguments, results over
//! the size limit.
//!
//! # Why
//! Such an error is the same every time: the retries cost time and transitions and hide the cause.
//!
//! # Example
//! ```json
//! {"StartAt": "Create", "States": {
//!   "Create": {"Type": "Task", "Resource": "${CreateFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["Busy", "States.Permissions"], "MaxAttempts": 5}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Create", "States": {
//!   "Create": {"Type": "Task", "Resource": "${CreateFunction}", "End": true,
//!     "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 5}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! retrying after an error;
//! [Error handling with DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html):
//! which errors to retry.

use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits, errors};

pub(super) static RULE: Rule = Rule {
    name: "hopeless-retry",
    summary: "A retry of an error that retrying cannot fix",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

/// Endings of the names of errors that are the same every time.
const HOPELESS: [&str; 7] = [
    "States.Permissions",
    "States.DataLimitExceeded",
    ".AccessDeniedException",
    ".ValidationException",
    ".InvalidParameterValueException",
    ".InvalidRequestContentException",
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
                        .with_label("retrying cannot help")
                        .with_help("remove it from this list, and catch it where it can be handled");
                    out.push(edits::offer(
                        finding,
                        format!("Do not retry '{}'", error.name),
                        Applicability::Unsafe,
                        errors::remove_name(cx, state, node),
                    ));
                }
            }
        }
    }
}

