//! # What it does
//! Finds Lambda tasks that are retried, but not for the errors of the Lambda service that pass by themselves:
//! `Lambda.ServiceException`, `Lambda.AWSLambdaException`, `Lambda.SdkClientException` and
//! `Lambda.TooManyRequestsException`.
//!
//! # Why
//! Whoever wrote the `Retry` wanted the task to survive, and the most frequent reason to fail through no fault of its
//! own was forgotten. Tasks without any `Retry` are the matter of `missing-retry`.
//!
//! # Example
//! ```json
//! {"StartAt": "Load", "States": {
//!   "Load": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:load", "End": true,
//!     "Retry": [{"ErrorEquals": ["NotReady"], "IntervalSeconds": 10}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Load", "States": {
//!   "Load": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:load", "End": true,
//!     "Retry": [
//!       {"ErrorEquals": ["NotReady"], "IntervalSeconds": 10},
//!       {"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
//!         "Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2}]}}}
//! ```
//!
//! # Source
//! [Best practices for Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html):
//! handling transient Lambda service exceptions.

use crate::asl::Resource;
use crate::diagnostics::{Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, errors};

pub(super) static RULE: Rule = Rule {
    name: "lambda-without-transient-errors",
    summary: "A Lambda task retried for its own errors, but not for the service's",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Errors,
    default: true,
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let is_lambda = matches!(
            cx.resource(task),
            Resource::LambdaFunction { .. } | Resource::Integration { service: "lambda", .. }
        );
        // A retrier with no attempts says that this task must not run twice.
        let retried = task.retriers.iter().any(|r| r.attempts() > 0);
        if !is_lambda || !retried {
            continue;
        }
        let covered = |name: &str| {
            cx.with_owners(task)
                .flat_map(|state| &state.retriers)
                .flat_map(|retrier| &retrier.errors)
                .any(|error| errors::covers(&error.name, name))
        };
        let missing: Vec<&str> = errors::LAMBDA_TRANSIENT
            .into_iter()
            .filter(|name| !covered(name))
            .collect();
        // AWS's own list has grown over the years: who has most of it knows about it.
        if missing.len() < errors::LAMBDA_TRANSIENT.len() - 1 {
            continue;
        }
        let message = format!(
            "'{}' is retried, but not when the Lambda service fails for a moment",
            task.name
        );
        let mut finding = cx
            .at_state(task, message)
            .with_label("Lambda's passing errors are not retried")
            .with_help(format!("add a retrier for {}", missing.join(", ")));
        if let Some(retry) = cx.field(task, "Retry") {
            finding = finding.with_related(retry.token_span(), "the errors that are");
        }
        out.push(finding);
    }
}
