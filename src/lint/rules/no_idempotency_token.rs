//! # What it does
//! Finds writes that are retried on every error and that happen twice when the first attempt had succeeded after all:
//! started executions without a `Name`, messages to a FIFO queue or topic without a deduplication id, DynamoDB updates
//! that add to a value without a condition, ECS tasks without a `ClientToken`, and HTTP `POST`s without an
//! `Idempotency-Key`.
//!
//! # Why
//! A retry follows an error, and an error such as a timeout does not say that nothing happened. The order is then
//! charged or counted twice.
//!
//! # Example
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true,
//!     "Parameters": {"ApiEndpoint": "https://pay.example.com/charges", "Method": "POST",
//!       "Authentication": {"ConnectionArn": "${Connection}"}, "RequestBody.$": "$.charge"},
//!     "Retry": [{"ErrorEquals": ["States.ALL"]}]}}}
//! ```
//!
//! # Use instead
//! A name that is the same at every attempt.
//! ```json
//! {"StartAt": "Charge", "States": {
//!   "Charge": {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true,
//!     "Parameters": {"ApiEndpoint": "https://pay.example.com/charges", "Method": "POST",
//!       "Headers": {"Idempotency-Key.$": "$$.Execution.Name"},
//!       "Authentication": {"ConnectionArn": "${Connection}"}, "RequestBody.$": "$.charge"},
//!     "Retry": [{"ErrorEquals": ["States.ALL"]}]}}}
//! ```
//!
//! # Source
//! [Ensuring idempotency](https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html);
//! [StartExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html): idempotent
//! by its name.

use crate::asl::error_names::{HTTP_SOCKET, TIMEOUT, is_wildcard};
use crate::asl::{QueryLanguage, Resource, State, StateType};
use crate::diagnostics::{Applicability, Edit, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};
use crate::source::NodeRef;

pub(super) static RULE: Rule = Rule {
    name: "no-idempotency-token",
    summary: "A retried write that may happen twice",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    group: Group::Practice,
    default: false,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for task in cx.live_tasks() {
        let Some(general) = cx.with_owners(task).find_map(|state| retries_everything(cx, state)) else {
            continue;
        };
        let Some(payload) = cx.payload(task).filter(|payload| payload.is_object()) else {
            continue;
        };
        let Resource::Integration { service, action, .. } = cx.resource(task) else {
            continue;
        };
        let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
        let Some((what, help)) = twice(service, action, payload) else {
            continue;
        };
        let finding = cx
            .at_state(task, format!("a retry of '{}' may {what} twice", task.name))
            .with_label("not idempotent")
            .with_related(general.token_span(), "retried here")
            .with_help(help);
        let edit = match action {
            "startExecution" => token(cx, task, payload, "Name"),
            "runTask" => token(cx, task, payload, "ClientToken"),
            _ => None,
        };
        let title = "Name it after this execution";
        out.push(edits::offer(finding, title, Applicability::Unsafe, edits::one(edit)));
    }
}

/// A token that every attempt of this task has, and no other task. Inside of a Map or a loop one execution has several.
fn token(cx: &Context<'_>, task: &State, payload: NodeRef<'_>, name: &str) -> Option<Edit> {
    let alone = cx.with_owners(task).all(|state| {
        state.state_type != Some(StateType::Map) && !cx.is_in_loop(state.id)
    });
    if !alone {
        return None;
    }
    match task.query_language {
        QueryLanguage::JsonPath => {
            edits::add_member(payload, &format!("{name}.$"), "\"$$.Execution.Name\"")
        }
        QueryLanguage::Jsonata => {
            edits::add_member(payload, name, "\"{% $states.context.Execution.Name %}\"")
        }
    }
}

/// The error name of a retrier that also retries what may have succeeded.
fn retries_everything<'m>(cx: &Context<'m>, state: &State) -> Option<NodeRef<'m>> {
    let retriers = state.retriers.iter().filter(|retrier| retrier.attempts() > 0);
    let mut errors = retriers.flat_map(|retrier| &retrier.errors);
    let general = errors.find(|e| may_have_happened(&e.name))?;
    Some(cx.machine.node(general.node))
}

/// Whether behind an error the call may have done its work: wildcards, timeouts, and what an endpoint answers when it
/// breaks on the way.
fn may_have_happened(error: &str) -> bool {
    is_wildcard(error)
        || matches!(error, TIMEOUT | HTTP_SOCKET)
        || error.starts_with("States.Http.StatusCode.5")
}

/// What would happen twice, and what prevents it.
fn twice(service: &str, action: &str, payload: NodeRef<'_>) -> Option<(&'static str, &'static str)> {
    let has = |name: &str| {
        let named = |member: &crate::source::Member| member.key.strip_suffix(".$").unwrap_or(&member.key) == name;
        payload.members().iter().any(named)
    };
    let text = |name: &str| payload.get(name).and_then(NodeRef::as_str);
    match (service, action) {
        ("states" | "sfn", "startExecution") if !has("Name") => Some((
            "start the execution",
            "add a \"Name\" that is the same at every attempt, such as \"Name.$\": \"$$.Execution.Name\"",
        )),
        ("sqs", "sendMessage") if fifo(text("QueueUrl")) && !has("MessageDeduplicationId") => Some((
            "send the message",
            "add a \"MessageDeduplicationId\", or see that the queue deduplicates by content",
        )),
        ("sns", "publish") if fifo(text("TopicArn")) && !has("MessageDeduplicationId") => Some((
            "publish the message",
            "add a \"MessageDeduplicationId\", or see that the topic deduplicates by content",
        )),
        ("dynamodb", "updateItem") if !has("ConditionExpression") && accumulates(text("UpdateExpression")?) => Some((
            "add to the item",
            "add a \"ConditionExpression\" that is false the second time, or set the value instead of adding to it",
        )),
        ("dynamodb", "transactWriteItems") if !has("ClientRequestToken") => Some((
            "write the items",
            "add a \"ClientRequestToken\" that is the same at every attempt",
        )),
        ("ecs", "runTask") if !has("ClientToken") => Some((
            "run the task",
            "add a \"ClientToken\" that is the same at every attempt, such as \"ClientToken.$\": \"$$.Execution.Name\"",
        )),
        ("http", "invoke") if matches!(text("Method"), Some("POST" | "PATCH")) && !has_key(payload) => Some((
            if pays(payload) { "pay" } else { "send the request" },
            "add the header \"Idempotency-Key\", if the other side knows it, with a value that is the same at every \
             attempt",
        )),
        _ => None,
    }
}

fn fifo(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.ends_with(".fifo"))
}

/// `ADD counter :n`, `SET counter = counter + :n`, `list_append(...)`.
fn accumulates(expression: &str) -> bool {
    let words: Vec<&str> = expression.split(|c: char| c.is_whitespace() || c == ',').collect();
    words.iter().any(|word| word.eq_ignore_ascii_case("ADD"))
        || expression.contains("list_append")
        || expression.contains(" + :")
        || expression.contains(" - :")
}

/// Whether an endpoint seems to move money.
fn pays(payload: NodeRef<'_>) -> bool {
    const WORDS: [&str; 8] = [
        "payment", "charge", "refund", "payout", "transfer", "invoice", "checkout", "billing",
    ];
    let endpoint = payload.get("ApiEndpoint").or_else(|| payload.get("ApiEndpoint.$"));
    let endpoint = endpoint.and_then(NodeRef::as_str).unwrap_or_default().to_ascii_lowercase();
    WORDS.iter().any(|word| endpoint.contains(word))
}

fn has_key(payload: NodeRef<'_>) -> bool {
    // Headers that are made by an expression may have it.
    let Some(headers) = payload.get("Headers").filter(|headers| headers.is_object()) else {
        return payload.member("Headers.$").is_some() || payload.get("Headers").is_some();
    };
    headers.members().iter().any(|member| member.key.to_ascii_lowercase().contains("idempoten"))
}
