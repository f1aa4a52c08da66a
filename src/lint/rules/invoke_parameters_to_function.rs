//! # What it does
//! Finds tasks that name a function's ARN as `Resource` and send the parameters of `lambda:invoke`, `FunctionName` and
//! `Payload`.
//!
//! # Why
//! Both forms call a function. With an ARN as `Resource` all of `Parameters` (or `Arguments`) is the event: the function
//! gets an object with `FunctionName` and `Payload` in it, and finds nothing of what it looks for.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:charge:live", "End": true,
//!     "Parameters": {"FunctionName": "charge", "Payload": {"order.$": "$.order"}}}}}
//! ```
//!
//! # Use instead
//! The integration, whose result has the function's answer under `Payload`; or what the function is to get alone.
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
//!     "Parameters": {"FunctionName": "charge:live", "Payload": {"order.$": "$.order"}}}}}
//! ```
//!
//! # Source
//! [Invoke an AWS Lambda function with Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html):
//! the two ways to call a function.

use crate::asl::{Resource, State};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::services::integration;
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "invoke-parameters-to-function",
    summary: "The parameters of lambda:invoke sent to a function itself",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Data,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        if let Resource::LambdaFunction { .. } = cx.resource(task)
            && let Some(payload) = cx.payload(task).filter(|payload| is_invocation(*payload))
            && let Some(resource) = cx.fields(task).resource()
        {
            out.push(finding(cx, task, payload, resource));
        }
    }
}

/// Whether an object has the parameters of `lambda:invoke`, and nothing else.
fn is_invocation(payload: NodeRef<'_>) -> bool {
    let names = || payload.members().iter().map(|member| member.key.strip_suffix(".$").unwrap_or(&member.key));
    let known = |name: &str| {
        let input = integration("lambda", "invoke").and_then(|invoke| invoke.api_service()?.model()?.action("invoke"));
        input.is_some_and(|action| action.input().members().any(|member| member.name == name))
    };
    names().any(|name| name == "FunctionName") && names().any(|name| name == "Payload") && names().all(known)
}

fn finding(cx: &Context<'_>, task: &State, payload: NodeRef<'_>, resource: NodeRef<'_>) -> Finding {
    let message = format!("the function of '{}' gets an object with FunctionName and Payload", task.name);
    let partition = resource.as_str().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    let invoke = format!("arn:{partition}:states:::lambda:invoke");
    let finding = cx
        .at_span(payload.key_span(), message)
        .with_location(payload.location())
        .with_label("all of it is the event")
        .with_related(resource.token_span(), "calls the function directly")
        .with_help(format!(
            "write \"{invoke}\" as Resource: the answer is under Payload of the result then; or leave here what Payload holds"
        ));
    let edit = edits::one(edits::replace_string(resource, &invoke));
    edits::offer(finding, format!("Write '{invoke}'"), Applicability::Unsafe, edit)
}
