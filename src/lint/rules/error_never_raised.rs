//! # What it does
//! Finds retriers and catchers for an error that their state cannot have: `States.Runtime` and the errors that AWS
//! reports under that name, which nothing catches; a heartbeat's timeout where there is no heartbeat; the errors of a
//! Map, a Parallel, an HTTP task or a JSONata expression in another state; errors of another service than the one that
//! is called, and names without a service where a call is answered at once and all its errors begin with one.
//!
//! # Why
//! Such a retrier or catcher is dead. Mostly it was copied from another state, or its author counts on it.
//!
//! # Example
//! ```json
//! {"StartAt": "Store", "States": {
//!   "Store": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
//!     "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}}},
//!     "Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"]}]}}}
//! ```
//!
//! # Use instead
//! The errors of the service that is called.
//! ```json
//! {"StartAt": "Store", "States": {
//!   "Store": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true,
//!     "Parameters": {"TableName": "orders", "Item": {"id": {"S.$": "$.id"}}},
//!     "Retry": [{"ErrorEquals": ["DynamoDB.ProvisionedThroughputExceededException"]}]}}}
//! ```
//!
//! # Source
//! [Handling errors in Step Functions workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html):
//! error names.

use crate::asl::error_names::RUNTIME;
use crate::asl::{QueryLanguage, Resource, State, StateId, StateType, UNCATCHABLE_ERRORS};
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits, errors};
use crate::services::{Never, never_raises};
use crate::source::{NodeRef, placeholder};

pub(super) static RULE: Rule = Rule {
    name: "error-never-raised",
    summary: "A retrier or catcher for an error that its state cannot have",
    severity: Severity::Warning,
    confidence: Confidence::High,
    group: Group::Errors,
    default: true,
    options: &[],
    check,
};

/// What holds more states than this is taken to have any error.
const MOST_INSIDE: usize = 100;

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states() {
        let names = (state.retriers.iter().flat_map(|r| &r.errors))
            .chain(state.catchers.iter().flat_map(|c| &c.errors));
        for error in names {
            let Some(reason) = reason(cx, state, &error.name) else {
                continue;
            };
            let (message, label, help) = words(state, &error.name, &reason);
            let node = cx.machine.node(error.node);
            let finding = cx.at(node, message).with_label(label).with_help(help);
            out.push(edits::offer(
                finding,
                format!("Take '{}' out", error.name),
                Applicability::Unsafe,
                errors::remove_name(cx, state, node),
            ));
        }
    }
}

/// The message, the label and the help.
fn words(state: &State, error: &str, reason: &str) -> (String, &'static str, &'static str) {
    let name = &state.name;
    if error == RUNTIME {
        let message = format!("'{name}' cannot handle the error '{error}': {reason}");
        let help = "remove the name, and avoid the error: test in a Choice state before whether the data is there";
        return (message, "never used", help);
    }
    let message = format!("'{name}' never has the error '{error}': {reason}");
    let help = if UNCATCHABLE_ERRORS.contains(&error) {
        "test the condition in a Choice state before, and remove the name"
    } else {
        "remove the name, or write the intended one"
    };
    (message, "never raised here", help)
}

fn reason(cx: &Context<'_>, state: &State, error: &str) -> Option<String> {
    if placeholder::is_in(error) {
        return None;
    }
    if error == RUNTIME {
        return Some("it always ends the execution, whatever Retry and Catch say".to_owned());
    }
    if UNCATCHABLE_ERRORS.contains(&error) {
        return Some("AWS reports it as States.Runtime, which is neither retried nor caught".to_owned());
    }
    if let Some(StateType::Map | StateType::Parallel) = state.state_type {
        return from_inside(cx, state, error);
    }
    if state.state_type != Some(StateType::Task) {
        return None;
    }
    let resource = cx.resource(state);
    let reason = match error {
        "States.ItemReaderFailed" | "States.ResultWriterFailed" | "States.ExceedToleratedFailureThreshold" => {
            "only a Map state has it"
        }
        "States.BranchFailed" => "only a Parallel state has it",
        "States.HeartbeatTimeout" if cx.fields(state).heartbeat().is_none() => {
            "it has no HeartbeatSeconds"
        }
        "States.QueryEvaluationError" if state.query_language == QueryLanguage::JsonPath => {
            "only JSONata expressions raise it"
        }
        _ if error.starts_with("States.Http.") && !may_be(&resource, "http") => "only an HTTP task has it",
        _ => return foreign(&resource, error),
    };
    Some(reason.to_owned())
}

/// Why a Map or Parallel never has an error: nothing inside calls anything, and no Fail state there has its name.
fn from_inside(cx: &Context<'_>, state: &State, error: &str) -> Option<String> {
    // Reading items, writing results, counting failures and JSONata have errors of their own.
    let own = ["ItemReader", "ResultWriter", "ItemBatcher", "ToleratedFailureCount", "ToleratedFailurePercentage"];
    if cx.has_any(state, &own) || state.query_language == QueryLanguage::Jsonata {
        return None;
    }
    let inside = cx.inside(state, MOST_INSIDE);
    let more = |id: &StateId| {
        let node = cx.machine.node(cx.machine.state(*id).node);
        node.is_unknown() || node.is_open() || cx.machine.may_hold_more(*id)
    };
    if cx.machine.may_hold_more(state.id) || inside.iter().any(more) {
        return None;
    }
    if inside.is_empty() || inside.len() > MOST_INSIDE {
        return None;
    }
    let mut any_fails = false;
    for id in inside {
        let inner = cx.machine.state(id);
        match inner.state_type {
            Some(StateType::Fail) => {
                let name = cx.fields(inner).error().and_then(NodeRef::as_str);
                any_fails = true;
                // An ErrorPath, a placeholder or an expression may be any.
                if cx.fields(inner).error_path().is_some() || name.is_some_and(|name| name == error || name.contains(['{', '$'])) {
                    return None;
                }
            }
            Some(StateType::Pass | StateType::Wait | StateType::Choice | StateType::Succeed)
                if inner.query_language == QueryLanguage::JsonPath => {}
            Some(StateType::Map | StateType::Parallel)
                if inner.query_language == QueryLanguage::JsonPath && !cx.has_any(inner, &own) => {}
            _ => return None,
        }
    }
    match error {
        "States.ALL" | "States.TaskFailed" | "States.BranchFailed" if any_fails => None,
        // Too large a result.
        "States.DataLimitExceeded" => None,
        _ if any_fails => Some("no Fail state inside has this name".to_owned()),
        _ => Some("nothing inside calls anything, or fails".to_owned()),
    }
}

fn may_be(resource: &Resource<'_>, wanted: &str) -> bool {
    match resource {
        Resource::Integration { service, .. } => *service == wanted,
        Resource::Other => true,
        _ => false,
    }
}

fn foreign(resource: &Resource<'_>, error: &str) -> Option<String> {
    let Resource::Integration { service, .. } = resource else {
        return None;
    };
    match never_raises(resource, error)? {
        Never::Foreign(owner) => Some(format!(
            "it calls {service}, and {}.* are errors of {}",
            error.split('.').next()?,
            owner.to_ascii_lowercase()
        )),
        Never::Unprefixed(prefix) => Some(format!("errors of {service} calls are named {prefix}.*")),
        Never::Misspelt(_) => None,
    }
}
