//! An event as `aws stepfunctions get-execution-history` prints it.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::{Event, EventKind, Family, TaskTarget};
use crate::simulate::failure::Failure;
use crate::value::Value;

/// The event with `timestamp`, `type`, `id`, `previousEventId` and its details, all in AWS's camelCase.
pub fn event_json(event: &Event) -> Json {
    let type_name = event.kind.type_name();
    let mut out = Map::new();
    out.insert("timestamp".into(), event.at.with_offset().into());
    out.insert("type".into(), type_name.clone().into());
    out.insert("id".into(), event.id.into());
    out.insert("previousEventId".into(), event.previous.into());
    if let Some(details) = details(&event.kind) {
        out.insert(details_key(&event.kind, &type_name), Json::Object(details));
    }
    Json::Object(out)
}

/// `stateEnteredEventDetails` for every state type, else the type's own name: `taskScheduledEventDetails`.
fn details_key(kind: &EventKind, type_name: &str) -> String {
    match kind {
        EventKind::StateEntered { .. } => "stateEnteredEventDetails".into(),
        EventKind::StateExited { .. } => "stateExitedEventDetails".into(),
        _ => {
            let (first, rest) = type_name.split_at(1);
            format!("{}{rest}EventDetails", first.to_lowercase())
        }
    }
}

fn details(kind: &EventKind) -> Option<Map<String, Json>> {
    let mut out = Map::new();
    match kind {
        EventKind::ExecutionStarted { input, role_arn } => {
            put_text(&mut out, "input", &**input);
            out.insert("roleArn".into(), (&**role_arn).into());
        }
        EventKind::ExecutionSucceeded { output } => put_payload(&mut out, "output", output),
        EventKind::ExecutionFailed(failure)
        | EventKind::ExecutionTimedOut(failure)
        | EventKind::MapRunFailed(failure) => put_failure(&mut out, failure),
        EventKind::StateEntered { name, input, .. } => {
            out.insert("name".into(), (&**name).into());
            put_payload(&mut out, "input", input);
        }
        EventKind::StateExited {
            name,
            output,
            assigned,
            ..
        } => {
            out.insert("name".into(), (&**name).into());
            put_payload(&mut out, "output", output);
            if let Some(assigned) = assigned {
                let variables = assigned
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_json().into()));
                out.insert("assignedVariables".into(), Json::Object(variables.collect()));
                out.insert("assignedVariablesDetails".into(), json!({"truncated": false}));
            }
        }
        EventKind::MapStateStarted { length } => {
            out.insert("length".into(), (*length).into());
        }
        EventKind::MapIterationStarted { name, index }
        | EventKind::MapIterationSucceeded { name, index }
        | EventKind::MapIterationFailed { name, index }
        | EventKind::MapIterationAborted { name, index } => {
            out.insert("name".into(), (&**name).into());
            out.insert("index".into(), (*index).into());
        }
        EventKind::MapRunStarted { map_run_arn } => {
            out.insert("mapRunArn".into(), (&**map_run_arn).into());
        }
        EventKind::EvaluationFailed {
            failure,
            location,
            state,
        } => {
            put_failure(&mut out, failure);
            out.insert("location".into(), (&**location).into());
            out.insert("state".into(), (&**state).into());
        }
        EventKind::Scheduled {
            target,
            region,
            parameters,
            timeout,
            heartbeat,
            credentials,
        } => {
            put_target(&mut out, target);
            if target.family == Family::Task {
                out.insert("region".into(), (&**region).into());
                out.insert("parameters".into(), parameters.to_json().into());
            } else {
                out.insert("resource".into(), (&*target.resource).into());
                put_payload(&mut out, "input", parameters);
            }
            put_some(&mut out, "timeoutInSeconds", timeout.map(Json::from));
            // The API's model of LambdaFunctionScheduledEventDetails has no heartbeatInSeconds.
            if target.family != Family::LambdaFunction {
                put_some(&mut out, "heartbeatInSeconds", heartbeat.map(Json::from));
            }
            put_some(&mut out, "taskCredentials", credentials.as_ref().map(role));
        }
        EventKind::Started { target, worker } => match target.family {
            Family::Task => put_target(&mut out, target),
            Family::Activity => put_some(&mut out, "workerName", worker.as_ref().map(|w| (&**w).into())),
            Family::LambdaFunction => return None,
        },
        EventKind::Submitted { target, output } | EventKind::Succeeded { target, output } => {
            put_target(&mut out, target);
            put_payload(&mut out, "output", output);
        }
        EventKind::Unsuccessful { target, failure, .. } => {
            put_target(&mut out, target);
            put_failure(&mut out, failure);
        }
        EventKind::StateAborted(_)
        | EventKind::ParallelStateStarted
        | EventKind::ParallelStateSucceeded
        | EventKind::ParallelStateFailed
        | EventKind::MapStateSucceeded
        | EventKind::MapStateFailed
        | EventKind::MapRunSucceeded => return None,
    }
    Some(out)
}

/// A payload's text and the `...Details` beside it. GetExecutionHistory never cuts payloads.
fn put_text(out: &mut Map<String, Json>, key: &str, text: impl Into<String>) {
    out.insert(key.into(), Json::String(text.into()));
    out.insert(format!("{key}Details"), json!({"truncated": false}));
}

fn put_payload(out: &mut Map<String, Json>, key: &str, value: &Value) {
    put_text(out, key, value.to_json());
}

/// `resourceType` and `resource`, which only an integration's events have all along.
fn put_target(out: &mut Map<String, Json>, target: &Arc<TaskTarget>) {
    if target.family == Family::Task {
        out.insert("resourceType".into(), (&*target.resource_type).into());
        out.insert("resource".into(), (&*target.resource).into());
    }
}

fn put_failure(out: &mut Map<String, Json>, failure: &Failure) {
    put_some(out, "error", failure.error.as_deref().map(Json::from));
    put_some(out, "cause", failure.shown_cause().map(|cause| (&**cause).into()));
}

fn put_some(out: &mut Map<String, Json>, key: &str, value: Option<Json>) {
    if let Some(value) = value {
        out.insert(key.into(), value);
    }
}

/// `Credentials` of a state, as `taskCredentials` shows them.
fn role(credentials: &Value) -> Json {
    match credentials.get("RoleArn").and_then(Value::as_str) {
        Some(role) => json!({"roleArn": role}),
        None => json!({}),
    }
}
