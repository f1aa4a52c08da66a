//! # What it does
//! Finds Lambda tasks that retry, but not the errors of the Lambda service that pass by themselves:
//! `Lambda.ServiceException`, `Lambda.AWSLambdaException`, `Lambda.SdkClientException` and
//! `Lambda.TooManyRequestsException`.
//!
//! # Why
//! Lambda has these errors now and then whatever the function does: an HTTP 500, a broken connection, throttling. AWS
//! says to retry them in every production workflow. A Retry for the function's own errors alone lets them through.
//! Tasks that leave out the throttling alone (`Lambda.TooManyRequestsException`), as older versions of Workflow Studio
//! wrote them, are named together and as advice.
//!
//! # Example
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
//!     "Parameters": {"FunctionName": "${ResizeFunction}", "Payload.$": "$"},
//!     "Retry": [{"ErrorEquals": ["ImageNotReady"], "IntervalSeconds": 10}]}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
//!     "Parameters": {"FunctionName": "${ResizeFunction}", "Payload.$": "$"},
//!     "Retry": [
//!       {"ErrorEquals": ["ImageNotReady"], "IntervalSeconds": 10},
//!       {"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
//!         "Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "JitterStrategy": "FULL"}]}}}
//! ```
//!
//! # Source
//! [Best practices for Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html):
//! handling transient Lambda service exceptions.

use crate::asl::error_names::{ALL, covers};
use crate::asl::{RetrierFields, Pattern, Resource, State};
use crate::diagnostics::{Applicability, Edit, Finding, Related, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::LAMBDA_TRANSIENT;
use crate::source::{NodeRef, placeholder};

pub(super) static RULE: Rule = Rule {
    name: "lambda-transient-errors",
    summary: "A Lambda task whose Retry leaves out Lambda's transient errors",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

const THROTTLED: &str = "Lambda.TooManyRequestsException";

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut throttled = Vec::new();
    for task in cx.live_tasks() {
        // No Retry at all is missing-retry's.
        if task.retriers.is_empty() || !calls_lambda(cx, task) {
            continue;
        }
        let missing: Vec<&str> = LAMBDA_TRANSIENT
            .into_iter()
            .filter(|error| !is_handled(cx, task, error))
            .collect();
        match missing[..] {
            [] => {}
            [THROTTLED] => throttled.push(task),
            _ => out.push(finding(cx, task, &missing)),
        }
    }
    let mut throttled = throttled.into_iter();
    if let Some(first) = throttled.next() {
        let mut advice = finding(cx, first, &[THROTTLED]);
        advice.severity = Severity::Info;
        for task in throttled {
            let other = finding(cx, task, &[THROTTLED]);
            advice.related.push(Related {
                span: other.span,
                label: "this one, too".to_owned(),
            });
            if let (Some(fix), Some(more)) = (advice.fixes.first_mut(), other.fixes.into_iter().next()) {
                fix.edits.extend(more.edits);
            }
        }
        out.push(advice);
    }
}

fn calls_lambda(cx: &Context<'_>, task: &State) -> bool {
    matches!(
        cx.resource(task),
        Resource::LambdaFunction { .. }
            | Resource::Integration {
                service: "lambda",
                pattern: Pattern::RequestResponse,
                ..
            }
    )
}

/// Whether a retrier of the task, or of a Map or Parallel around it, is for `error`; one with no attempts has decided
/// otherwise.
fn is_handled(cx: &Context<'_>, task: &State, error: &str) -> bool {
    cx.with_owners(task).any(|state| {
        let mut names = state.retriers.iter().flat_map(|retrier| &retrier.errors);
        names.any(|name| covers(&name.name, error) || placeholder::is_in(&name.name))
    })
}

fn finding(cx: &Context<'_>, task: &State, missing: &[&str]) -> Finding {
    let words = match missing {
        [only] => format!("'{only}'"),
        [first @ .., last] => format!("'{}' and '{last}'", first.join("', '")),
        [] => String::new(),
    };
    let retry = cx.fields(task).retry();
    let message = format!("the Retry of '{}' leaves out {words}", task.name);
    let quoted: Vec<String> = missing.iter().map(|name| edits::json_string(name)).collect();
    let retrier = format!(
        "{{\"ErrorEquals\": [{}], \"IntervalSeconds\": 1, \"MaxAttempts\": 3, \"BackoffRate\": 2, \
         \"JitterStrategy\": \"FULL\"}}",
        quoted.join(", ")
    );
    let finding = match retry {
        Some(retry) => cx.at(retry, message),
        None => cx.at_state(task, message),
    };
    let finding = finding
        .with_label("these are transient")
        .with_help(format!("add {retrier}"));
    edits::offer(
        finding,
        "Retry Lambda's transient errors",
        Applicability::Unsafe,
        edits::one(retry.and_then(|retry| append(retry, &retrier))),
    )
}

/// Behind the other retriers, but before one for States.ALL, which has to be the last.
fn append(retry: NodeRef<'_>, retrier: &str) -> Option<Edit> {
    let last = retry.items().next_back()?;
    let mut names = RetrierFields::from(last).error_equals()?.items();
    match names.any(|name| name.as_str() == Some(ALL)) {
        true => edits::insert_before(last, retrier),
        false => edits::append_item(retry, retrier),
    }
}
