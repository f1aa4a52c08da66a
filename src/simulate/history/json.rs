//! An event as `aws stepfunctions get-execution-history` prints it.

use super::{Event, EventKind, Family, ScheduledTask, TaskTarget};
use crate::simulate::clock::Time;
use crate::simulate::failure::Failure;
use crate::value::Value;

/// Writes events as JSON. A history of millions of events costs no more memory than one, and what an event repeats of
/// the one before it is copied: the moment, and the payload, which is most often the one that a state was left with or
/// entered with.
#[derive(Debug, Default)]
pub struct EventWriter {
    stamp: Option<(Time, String)>,
    payload: Payload,
}

/// The last compound payload, and its text as it stands inside a string.
#[derive(Debug, Default)]
struct Payload {
    value: Value,
    text: String,
}

impl Payload {
    /// The text of `value`.
    fn text(&mut self, value: &Value) -> &str {
        if !self.value.is_shared_with(value) {
            self.value = value.clone();
            self.text.clear();
            value.write_json_in_string(&mut self.text);
        }
        &self.text
    }
}

impl EventWriter {
    /// Appends the event with `timestamp`, `type`, `id`, `previousEventId` and its details, in AWS's camelCase.
    pub fn write(&mut self, event: &Event, out: &mut String) {
        let stamp = match &mut self.stamp {
            Some((at, stamp)) if *at == event.at => &*stamp,
            other => {
                let stamp = format!("{{\"timestamp\":\"{}\",\"type\":\"", event.at.with_offset());
                &other.insert((event.at, stamp)).1
            }
        };
        out.push_str(stamp);
        let type_name = event.kind.type_name();
        out.push_str(type_name);
        out.push_str("\",\"id\":");
        let mut number = itoa::Buffer::new();
        out.push_str(number.format(event.id));
        out.push_str(",\"previousEventId\":");
        out.push_str(number.format(event.previous));
        if has_details(&event.kind) {
            push_details_key(&event.kind, type_name, out);
            let mut details = Details {
                out,
                payload: &mut self.payload,
                started: false,
            };
            details.write(&event.kind);
            out.push_str("}}");
        } else {
            out.push('}');
        }
    }

    /// One event alone.
    pub fn json(&mut self, event: &Event) -> String {
        let mut out = String::new();
        self.write(event, &mut out);
        out
    }
}

/// The name of a member and what stands around it, in one piece: a history has millions of them. No name needs an escape.
macro_rules! member {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}

/// What stands around the text of a payload, which is itself in a string. GetExecutionHistory never cuts payloads.
struct PayloadMember {
    before: &'static str,
    behind: &'static str,
}

const INPUT: PayloadMember = PayloadMember {
    before: concat!(member!("input"), "\""),
    behind: concat!("\"", member!("inputDetails"), "{\"truncated\":false}"),
};

const OUTPUT: PayloadMember = PayloadMember {
    before: concat!(member!("output"), "\""),
    behind: concat!("\"", member!("outputDetails"), "{\"truncated\":false}"),
};

/// The details of an event, while they are written.
struct Details<'w> {
    out: &'w mut String,
    payload: &'w mut Payload,
    /// Whether the object being written has a member yet.
    started: bool,
}

impl Details<'_> {
    fn write(&mut self, kind: &EventKind) {
        match kind {
            EventKind::ExecutionStarted { input, role_arn } => {
                self.text(member!("input"), input);
                self.not_truncated(member!("inputDetails"));
                self.text(member!("roleArn"), role_arn);
            }
            EventKind::ExecutionSucceeded { output } => self.payload(&OUTPUT, output),
            EventKind::ExecutionFailed(failure)
            | EventKind::ExecutionTimedOut(failure)
            | EventKind::MapRunFailed(failure) => self.failure(failure),
            EventKind::StateEntered { name, input, .. } => {
                self.name(name);
                self.payload(&INPUT, input);
            }
            EventKind::StateExited {
                name,
                output,
                assigned,
                ..
            } => {
                self.name(name);
                self.payload(&OUTPUT, output);
                if let Some(assigned) = assigned {
                    self.key(member!("assignedVariables"));
                    self.open();
                    for (name, value) in assigned.iter() {
                        self.comma();
                        Value::write_json_string(name, self.out);
                        self.out.push(':');
                        self.in_string(value);
                    }
                    self.out.push('}');
                    self.not_truncated(member!("assignedVariablesDetails"));
                }
            }
            EventKind::MapStateStarted { length } => self.number(member!("length"), *length as u64),
            EventKind::MapIterationStarted { name, index }
            | EventKind::MapIterationSucceeded { name, index }
            | EventKind::MapIterationFailed { name, index }
            | EventKind::MapIterationAborted { name, index } => {
                self.name(name);
                self.number(member!("index"), *index as u64);
            }
            EventKind::MapRunStarted { map_run_arn } => self.text(member!("mapRunArn"), map_run_arn),
            EventKind::EvaluationFailed(failed) => {
                self.failure(&failed.failure);
                self.text(member!("location"), &failed.location);
                self.text(member!("state"), &failed.state);
            }
            EventKind::Scheduled(task) => self.scheduled(task),
            EventKind::Started { target, worker } => match target.family {
                Family::Activity => {
                    if let Some(worker) = worker {
                        self.text(member!("workerName"), worker);
                    }
                }
                Family::Task | Family::LambdaFunction => self.target(target),
            },
            EventKind::Submitted { target, output } | EventKind::Succeeded { target, output } => {
                self.target(target);
                self.payload(&OUTPUT, output);
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

    fn scheduled(&mut self, task: &ScheduledTask) {
        let ScheduledTask { target, .. } = task;
        self.target(target);
        if target.family == Family::Task {
            self.text(member!("region"), &task.region);
            self.value_text(member!("parameters"), &task.parameters);
        } else {
            self.text(member!("resource"), &target.resource);
            self.payload(&INPUT, &task.parameters);
        }
        if let Some(seconds) = task.timeout {
            self.number(member!("timeoutInSeconds"), seconds);
        }
        // The API's model of LambdaFunctionScheduledEventDetails has no heartbeatInSeconds.
        if let (Some(seconds), Family::Task | Family::Activity) = (task.heartbeat, target.family) {
            self.number(member!("heartbeatInSeconds"), seconds);
        }
        if let Some(credentials) = &task.credentials {
            self.key(member!("taskCredentials"));
            self.open();
            if let Some(role) = credentials.get("RoleArn").and_then(Value::as_str) {
                self.text(member!("roleArn"), role);
            }
            self.out.push('}');
        }
    }

    fn open(&mut self) {
        self.out.push('{');
        self.started = false;
    }

    fn comma(&mut self) {
        if self.started {
            self.out.push(',');
        }
        self.started = true;
    }

    /// The name of a member, as [`member!`] has it: without the comma for the first of an object.
    fn key(&mut self, member: &'static str) {
        self.out
            .push_str(if self.started { member } else { &member[1..] });
        self.started = true;
    }

    fn text(&mut self, member: &'static str, text: &str) {
        self.key(member);
        Value::write_json_string(text, self.out);
    }

    fn number(&mut self, member: &'static str, number: impl itoa::Integer) {
        self.key(member);
        self.out.push_str(itoa::Buffer::new().format(number));
    }

    /// A value as JSON text in a string.
    fn value_text(&mut self, member: &'static str, value: &Value) {
        self.key(member);
        self.in_string(value);
    }

    fn in_string(&mut self, value: &Value) {
        self.out.push('"');
        self.inside_string(value);
        self.out.push('"');
    }

    fn inside_string(&mut self, value: &Value) {
        match value {
            Value::Array(_) | Value::Object(_) => self.out.push_str(self.payload.text(value)),
            _ => value.write_json_in_string(self.out),
        }
    }

    fn payload(&mut self, member: &PayloadMember, value: &Value) {
        self.key(member.before);
        self.inside_string(value);
        self.out.push_str(member.behind);
    }

    fn name(&mut self, name: &str) {
        self.text(member!("name"), name);
    }

    /// The `...Details` beside what is written in another way than a payload.
    fn not_truncated(&mut self, member: &'static str) {
        self.key(member);
        self.out.push_str("{\"truncated\":false}");
    }

    /// `resourceType` and `resource`, which only an integration's events have all along.
    fn target(&mut self, target: &TaskTarget) {
        if target.family == Family::Task {
            self.text(member!("resourceType"), &target.resource_type);
            self.text(member!("resource"), &target.resource);
        }
    }

    fn failure(&mut self, failure: &Failure) {
        if let Some(error) = &failure.error {
            self.text(member!("error"), error);
        }
        if let Some(cause) = failure.shown_cause() {
            self.text(member!("cause"), cause);
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

/// Begins the details: `stateEnteredEventDetails` for every state type, else by the type's own name:
/// `taskScheduledEventDetails`.
fn push_details_key(kind: &EventKind, type_name: &str, out: &mut String) {
    match kind {
        EventKind::StateEntered { .. } => out.push_str(",\"stateEnteredEventDetails\":{"),
        EventKind::StateExited { .. } => out.push_str(",\"stateExitedEventDetails\":{"),
        _ => {
            out.push_str(",\"");
            let first = out.len();
            out.push_str(type_name);
            out[first..=first].make_ascii_lowercase();
            out.push_str("EventDetails\":{");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::asl::StateType;

    fn exited(id: u64, at: Time, output: &Value) -> Event {
        Event {
            id,
            previous: id - 1,
            at,
            lane: 0,
            kind: EventKind::StateExited {
                state_type: StateType::Pass,
                name: Arc::from("A \"quoted\""),
                output: output.clone(),
                assigned: None,
            },
        }
    }

    // What is copied from the event before is as if it had been made anew.
    #[test]
    fn events_do_not_depend_on_those_before_them() {
        let list = Value::array([Value::from("a\n"), Value::from(1)]);
        let equal = Value::array([Value::from("a\n"), Value::from(1)]);
        let other = Value::array([Value::from(2)]);
        let start = Time::DEFAULT_START;
        let later = start.after_millis(1);
        let mut writer = EventWriter::default();
        for (id, at, output, text) in [
            (2, start, &list, r#"[\"a\\n\",1]"#),
            (3, start, &list, r#"[\"a\\n\",1]"#),
            (4, later, &other, "[2]"),
            (5, start, &equal, r#"[\"a\\n\",1]"#),
            (6, start, &Value::from("x"), r#"\"x\""#),
            (7, later, &list, r#"[\"a\\n\",1]"#),
        ] {
            let millis = if at == start { "000" } else { "001" };
            let expected = format!(
                r#"{{"timestamp":"2024-01-01T00:00:00.{millis}000+00:00","type":"PassStateExited","id":{id},"previousEventId":{},"stateExitedEventDetails":{{"name":"A \"quoted\"","output":"{text}","outputDetails":{{"truncated":false}}}}}}"#,
                id - 1
            );
            assert_eq!(writer.json(&exited(id, at, output)), expected);
        }
    }
}
