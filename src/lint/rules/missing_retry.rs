//! # What it does
//! Finds tasks that are tried only once: neither the task nor a Map or Parallel around it has a `Retry`. When no state
//! of the machine retries anything, that is said once. Callbacks and activities are left out, since a second message
//! or a second worker is often worse than the error.
//!
//! # Why
//! Throttling, a deployment in progress, a connection that broke: services and functions fail now and then and
//! succeed a second later. Without a `Retry` each of these ends the execution or goes to its handler.
//!
//! # Example
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:resize", "End": true}}}
//! ```
//!
//! # Use instead
//! What runs twice must bear it: pass an idempotency token where it writes.
//! ```json
//! {"StartAt": "Resize", "States": {
//!   "Resize": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:resize", "End": true,
//!     "Retry": [{
//!       "ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
//!         "Lambda.TooManyRequestsException"],
//!       "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2, "JitterStrategy": "FULL"}]}}}
//! ```
//!
//! # Source
//! [Best practices for Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html):
//! handling transient Lambda service exceptions.

use std::sync::LazyLock;

use crate::asl::{Pattern, Resource, State, StateId};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits, errors};
use crate::source::parse_value;
use crate::value::Value;

pub(super) static RULE: Rule = Rule {
    name: "missing-retry",
    summary: "A task that is tried only once",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    let once: Vec<StateId> = cx
        .live_tasks()
        .filter(|task| may_heal(cx, task) && cx.with_owners(task).all(|s| s.retriers.is_empty()))
        .map(|task| task.id)
        .collect();
    let any_retries = cx.machine.states().iter().any(|state| !state.retriers.is_empty());
    if any_retries {
        out.extend(once.iter().map(|id| finding(cx, *id, std::slice::from_ref(id))));
    } else if let Some(first) = once.first() {
        out.push(finding(cx, *first, &once));
    }
}

/// Whether trying again is likely to help and unlikely to harm.
fn may_heal(cx: &Context<'_>, task: &State) -> bool {
    // Only activities and callbacks have heartbeats: behind a placeholder this tells what is called.
    let has_heartbeat = ["HeartbeatSeconds", "HeartbeatSecondsPath"]
        .iter()
        .any(|field| cx.field(task, field).is_some());
    let waits_for_others = matches!(
        cx.resource(task),
        Resource::Activity { .. }
            | Resource::Integration {
                pattern: Pattern::WaitForTaskToken,
                ..
            }
    );
    !has_heartbeat && !waits_for_others
}

fn finding(cx: &Context<'_>, first: StateId, tasks: &[StateId]) -> Finding {
    let state = cx.machine.state(first);
    let message = match tasks {
        [_] => format!("'{}' has no Retry: a passing error fails it", state.name),
        _ => format!(
            "no state retries: a passing error fails {}",
            cx.quoted(tasks, "or")
        ),
    };
    let mut finding = cx
        .at_state(state, message)
        .with_label("tried once")
        .with_help(format!("add \"Retry\": {}", retrier(cx, state).text));
    for task in &tasks[1..] {
        finding = finding.with_related(cx.machine.state(*task).name_span, "tried once");
    }
    let edits: Option<Vec<Edit>> = tasks
        .iter()
        .map(|id| {
            let task = cx.machine.state(*id);
            edits::add_value(cx.machine.node(task.node), "Retry", &retrier(cx, task).value)
        })
        .collect();
    if let Some(edits) = edits {
        finding = finding.with_fix(Fix {
            title: "Retry errors that pass".to_owned(),
            applicability: Applicability::Unsafe,
            edits,
        });
    }
    finding
}

/// What to retry, as Workflow Studio proposes it for Lambda [Best practices for Step Functions, "Handling transient
/// Lambda service exceptions"].
fn retrier(cx: &Context<'_>, task: &State) -> &'static Proposal {
    match cx.resource(task) {
        Resource::LambdaFunction { .. }
        | Resource::Integration {
            service: "lambda", ..
        } => &LAMBDA,
        _ => &OTHERS,
    }
}

/// A `Retry`, as text and as a value.
struct Proposal {
    text: String,
    value: Value,
}

static LAMBDA: LazyLock<Proposal> = LazyLock::new(|| Proposal::for_errors(&errors::LAMBDA_TRANSIENT));
static OTHERS: LazyLock<Proposal> = LazyLock::new(|| Proposal::for_errors(&["States.TaskFailed"]));

impl Proposal {
    fn for_errors(errors: &[&str]) -> Proposal {
        let errors: Vec<String> = errors.iter().map(|error| edits::json_string(error)).collect();
        let text = format!(
            "[{{\"ErrorEquals\": [{}], \"IntervalSeconds\": 1, \"MaxAttempts\": 3, \"BackoffRate\": 2, \
             \"JitterStrategy\": \"FULL\"}}]",
            errors.join(", ")
        );
        Proposal {
            value: parse_value(&text).unwrap_or(Value::Null),
            text,
        }
    }
}
