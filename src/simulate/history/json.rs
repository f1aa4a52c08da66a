//! An event as `aws stepfunctions get-execution-history` prints it.

use std::fmt::Write;

use super::{Event, EventKind, Family, TaskTarget};
use crate::simulate::failure::Failure;
use crate::value::Value;

/// Writes events as JSON, each into the same buffer: a history of millions of events costs no more memory than one.
#[derive(Debug, Default)]
pub struct EventWriter {
    out: String,
    /// The text of a payload before it is put into a string.
    payload: String,
    /// Whether the object being written has a member yet.
    started: bool,
}

impl EventWriter {
    /// The event with `timestamp`, `type`, `id`, `previousEventId` and its details, in AWS's camelCase.
    pub fn json(&mut self, event: &Event) -> &str {
        self.out.clear();
        self.open();
        self.text("timestamp", &event.at.with_offset());
        let type_name = event.kind.type_name();
        self.text("type", &type_name);
        self.number("id", event.id);
        self.number("previousEventId", event.previous);
        if has_details(&event.kind) {
            self.key(&details_key(&event.kind, &type_name));
            self.open();
            self.details(&event.kind);
            self.out.push('}');
        }
        self.out.push('}');
        &self.out
    }

    fn details(&mut self, kind: &EventKind) {
        match kind {
            EventKind::ExecutionStarted { input, role_arn } => {
                self.text("input", input);
                self.not_truncated("input");
                self.text("roleArn", role_arn);
            }
            EventKind::ExecutionSucceeded { output } => self.payload("output", output),
            EventKind::ExecutionFailed(failure)
            | EventKind::ExecutionTimedOut(failure)
            | EventKind::MapRunFailed(failure) => self.failure(failure),
            EventKind::StateEntered { name, input, .. } => {
                self.text("name", name);
                self.payload("input", input);
            }
            EventKind::StateExited {
                name,
                output,
                assigned,
                ..
            } => {
                self.text("name", name);
                self.payload("output", output);
                if let Some(assigned) = assigned {
                    self.key("assignedVariables");
                    self.open();
                    for (name, value) in assigned.iter() {
                        self.value_text(name, value);
                    }
                    self.out.push('}');
                    self.not_truncated("assignedVariables");
                }
            }
            EventKind::MapStateStarted { length } => self.number("length", *length as u64),
            EventKind::MapIterationStarted { name, index }
            | EventKind::MapIterationSucceeded { name, index }
            | EventKind::MapIterationFailed { name, index }
            | EventKind::MapIterationAborted { name, index } => {
                self.text("name", name);
                self.number("index", *index as u64);
            }
            EventKind::MapRunStarted { map_run_arn } => self.text("mapRunArn", map_run_arn),
            EventKind::EvaluationFailed {
                failure,
                location,
                state,
            } => {
                self.failure(failure);
                self.text("location", location);
                self.text("state", state);
            }
            EventKind::Scheduled {
                target,
                region,
                parameters,
                timeout,
                heartbeat,
                credentials,
            } => {
                self.target(target);
                if target.family == Family::Task {
                    self.text("region", region);
                    self.value_text("parameters", parameters);
                } else {
                    self.text("resource", &target.resource);
                    self.payload("input", parameters);
                }
                if let Some(seconds) = timeout {
                    self.number("timeoutInSeconds", *seconds);
                }
                // The API's model of LambdaFunctionScheduledEventDetails has no heartbeatInSeconds.
                if let (Some(seconds), Family::Task | Family::Activity) = (heartbeat, target.family) {
                    self.number("heartbeatInSeconds", *seconds);
                }
                if let Some(credentials) = credentials {
                    self.key("taskCredentials");
                    self.open();
                    if let Some(role) = credentials.get("RoleArn").and_then(Value::as_str) {
                        self.text("roleArn", role);
                    }
                    self.out.push('}');
                }
            }
            EventKind::Started { target, worker } => match target.family {
                Family::Activity => {
                    if let Some(worker) = worker {
                        self.text("workerName", worker);
                    }
                }
                Family::Task | Family::LambdaFunction => self.target(target),
            },
            EventKind::Submitted { target, output } | EventKind::Succeeded { target, output } => {
                self.target(target);
                self.payload("output", output);
            }
            EventKind::Unsuccessful { target, failure, .. } => {
                self.target(target);
                self.failure(failure);
            }
            EventKind::StateAborted(_)
            | EventKind::ParallelStateStarted
            | EventKind::ParallelStateSucceeded
            | EventKind::ParallelStateFailed
            | EventKind::MapStateSucceeded
            | EventKind::MapStateFailed
            | EventKind::MapRunSucceeded => {}
        }
    }

    fn open(&mut self) {
        self.out.push('{');
        self.started = false;
    }

    fn key(&mut self, key: &str) {
        if self.started {
            self.out.push(',');
        }
        self.started = true;
        Value::write_json_string(key, &mut self.out);
        self.out.push(':');
    }

    fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        Value::write_json_string(text, &mut self.out);
    }

    fn number(&mut self, key: &str, number: impl std::fmt::Display) {
        self.key(key);
        // Writing to a String cannot fail.
        let _ = write!(self.out, "{number}");
    }

    /// A value as JSON text in a string.
    fn value_text(&mut self, key: &str, value: &Value) {
        self.payload.clear();
        value.write_json(&mut self.payload);
        self.key(key);
        Value::write_json_string(&self.payload, &mut self.out);
    }

    fn payload(&mut self, key: &str, value: &Value) {
        self.value_text(key, value);
        self.not_truncated(key);
    }

    /// The `...Details` beside a payload. GetExecutionHistory never cuts payloads.
    fn not_truncated(&mut self, key: &str) {
        // Neither name needs an escape.
        let _ = write!(self.out, ",\"{key}Details\":{{\"truncated\":false}}");
        self.started = true;
    }

    /// `resourceType` and `resource`, which only an integration's events have all along.
    fn target(&mut self, target: &TaskTarget) {
        if target.family == Family::Task {
            self.text("resourceType", &target.resource_type);
            self.text("resource", &target.resource);
        }
    }

    fn failure(&mut self, failure: &Failure) {
        if let Some(error) = &failure.error {
            self.text("error", error);
        }
        if let Some(cause) = failure.shown_cause() {
            self.text("cause", cause);
        }
    }
}

/// Whether the event's type has details.
fn has_details(kind: &EventKind) -> bool {
    match kind {
        EventKind::Started { target, .. } => target.family != Family::LambdaFunction,
        EventKind::StateAborted(_)
        | EventKind::ParallelStateStarted
        | EventKind::ParallelStateSucceeded
        | EventKind::ParallelStateFailed
        | EventKind::MapStateSucceeded
        | EventKind::MapStateFailed
        | EventKind::MapRunSucceeded => false,
        _ => true,
    }
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
