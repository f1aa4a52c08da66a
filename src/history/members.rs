//! What the details of each type of event hold [API model of GetExecutionHistory; API HistoryEvent; recorded]: the one
//! list, for those who write events and for those who compare them.

use std::sync::Arc;

use super::{EXECUTION_ABORTED, Event, EventKind, Failure, Family, ScheduledTask, TaskTarget};
use crate::source;
use crate::value::{Map, Value};

/// The name of a member, with what stands around it in JSON, in one piece: a history has millions of them.
#[derive(Debug, Clone, Copy)]
pub struct Member(&'static str);

/// The name of a member. None needs an escape.
macro_rules! member {
    ($name:literal) => {
        Member(concat!(",\"", $name, "\":"))
    };
}

impl Member {
    /// `"name":`, with the comma before it unless it is the `first` of its object.
    pub(super) fn key(self, first: bool) -> &'static str {
        if first { &self.0[1..] } else { self.0 }
    }

    /// The name alone.
    pub fn name(self) -> &'static str {
        &self.0[2..self.0.len() - 2]
    }
}

/// A payload by its two members: the JSON text, and whether it is whole.
#[derive(Debug, Clone, Copy)]
pub struct Payload {
    /// `input`, `output`
    pub member: Member,
    /// `inputDetails`, `outputDetails`: GetExecutionHistory never cuts payloads.
    pub details: Member,
}

/// An input.
pub const INPUT: Payload = Payload {
    member: member!("input"),
    details: member!("inputDetails"),
};

/// An output.
pub const OUTPUT: Payload = Payload {
    member: member!("output"),
    details: member!("outputDetails"),
};

/// The variables that a state has assigned; their values are JSON in texts.
pub const ASSIGNED: Payload = Payload {
    member: member!("assignedVariables"),
    details: member!("assignedVariablesDetails"),
};

pub(super) const ROLE: Member = member!("roleArn");
pub(super) const ALIAS: Member = member!("stateMachineAliasArn");
pub(super) const VERSION: Member = member!("stateMachineVersionArn");
pub(super) const CREDENTIALS: Member = member!("taskCredentials");

/// Takes the members of an event's details, in the order in which AWS writes them.
pub trait Members<'e> {
    /// A text.
    fn text(&mut self, member: Member, text: &'e str);
    /// A whole number.
    fn number(&mut self, member: Member, number: i64);
    /// A payload, with its details beside it.
    fn payload(&mut self, payload: Payload, value: &'e Value);
    /// A payload that was sent as `text`.
    fn spelled(&mut self, payload: Payload, value: &'e Value, text: &'e str) {
        let _ = text;
        self.payload(payload, value);
    }
    /// A payload that is kept as the text that was sent.
    fn sent(&mut self, payload: Payload, text: &'e str);
    /// A value as JSON in a text, with nothing beside it.
    fn json(&mut self, member: Member, value: &'e Value);
    /// What was assigned: at least one variable.
    fn variables(&mut self, payload: Payload, variables: &'e Map);
    /// The credentials of a task.
    fn credentials(&mut self, role: Option<&'e str>);
    /// A member of an event that no run writes.
    fn other(&mut self, name: &'e str, value: &'e Value);
}

impl EventKind {
    /// Whether the event's type has details, were they empty.
    pub(super) fn has_details(&self) -> bool {
        match self {
            EventKind::Started { target, .. } => target.family != Family::LambdaFunction,
            // Empty ones where an execution was stopped without a word [recorded].
            EventKind::Other(other) => !other.details.is_empty() || &*other.type_name == EXECUTION_ABORTED,
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

    /// Tells `out` every member of the details.
    pub fn members<'e>(&'e self, out: &mut impl Members<'e>) {
        match self {
            EventKind::ExecutionStarted { input, role_arn } => {
                out.sent(INPUT, input);
                out.text(ROLE, role_arn);
            }
            EventKind::ExecutionSucceeded { output } => out.payload(OUTPUT, output),
            EventKind::ExecutionFailed(failed)
            | EventKind::ExecutionTimedOut(failed)
            | EventKind::MapRunFailed(failed) => failure(failed, out),
            EventKind::StateEntered {
                name, input, text, ..
            } => {
                out.text(member!("name"), name);
                match text {
                    Some(text) => out.spelled(INPUT, input, text),
                    None => out.payload(INPUT, input),
                }
            }
            EventKind::StateExited {
                name,
                output,
                assigned,
                ..
            } => {
                out.text(member!("name"), name);
                out.payload(OUTPUT, output);
                // Of an empty Assign, AWS says nothing.
                if let Some(variables) = assigned.as_ref().filter(|variables| !variables.is_empty()) {
                    out.variables(ASSIGNED, variables);
                }
            }
            EventKind::MapStateStarted { length } => out.number(member!("length"), whole(*length)),
            EventKind::MapIterationStarted { name, index }
            | EventKind::MapIterationSucceeded { name, index }
            | EventKind::MapIterationFailed { name, index }
            | EventKind::MapIterationAborted { name, index } => {
                out.text(member!("name"), name);
                out.number(member!("index"), whole(*index));
            }
            EventKind::MapRunStarted { map_run_arn } => out.text(member!("mapRunArn"), map_run_arn),
            EventKind::EvaluationFailed(failed) => {
                failure(&failed.failure, out);
                if let Some(location) = &failed.location {
                    out.text(member!("location"), location);
                }
                out.text(member!("state"), &failed.state);
            }
            EventKind::Scheduled(task) => scheduled(task, out),
            EventKind::Started {
                target: called,
                worker,
            } => match called.family {
                Family::Activity => {
                    if let Some(worker) = worker {
                        out.text(member!("workerName"), worker);
                    }
                }
                Family::Task | Family::LambdaFunction => target(called, out),
            },
            EventKind::Submitted {
                target: called,
                output,
            }
            | EventKind::Succeeded {
                target: called,
                output,
            } => {
                target(called, out);
                out.payload(OUTPUT, output);
            }
            EventKind::Unsuccessful {
                target: called,
                failure: failed,
                ..
            } => {
                target(called, out);
                failure(failed, out);
            }
            EventKind::Other(other) => {
                for (name, value) in other.details.iter() {
                    out.other(name, value);
                }
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
}

fn scheduled<'e>(task: &'e ScheduledTask, out: &mut impl Members<'e>) {
    let called = &task.target;
    target(called, out);
    if called.family == Family::Task {
        out.text(member!("region"), &task.region);
        out.json(member!("parameters"), &task.parameters);
    } else {
        out.text(member!("resource"), &called.resource);
        out.payload(INPUT, &task.parameters);
    }
    if let Some(seconds) = task.timeout {
        out.number(member!("timeoutInSeconds"), seconds);
    }
    // The API's model of LambdaFunctionScheduledEventDetails has no heartbeatInSeconds.
    if let (Some(seconds), Family::Task | Family::Activity) = (task.heartbeat, called.family) {
        out.number(member!("heartbeatInSeconds"), seconds);
    }
    if let Some(credentials) = &task.credentials {
        out.credentials(credentials.get("RoleArn").and_then(Value::as_str));
    }
}

/// `resourceType` and `resource`, which only an integration's events have all along.
fn target<'e>(target: &'e TaskTarget, out: &mut impl Members<'e>) {
    if target.family == Family::Task {
        out.text(member!("resourceType"), &target.resource_type);
        out.text(member!("resource"), &target.resource);
    }
}

fn failure<'e>(failure: &'e Failure, out: &mut impl Members<'e>) {
    if let Some(error) = &failure.error {
        out.text(member!("error"), error);
    }
    if let Some(cause) = failure.shown_cause() {
        out.text(member!("cause"), cause);
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Event {
    /// The event as a value: what a program reads that takes [`EventWriter`](super::EventWriter)'s text apart.
    pub fn value(&self) -> Value {
        let number = |number: u64| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
        let mut event = Map::new();
        event.insert(Arc::from("timestamp"), Value::from(self.at.with_offset()));
        event.insert(Arc::from("type"), Value::from(self.kind.type_name()));
        event.insert(Arc::from("id"), number(self.id));
        event.insert(Arc::from("previousEventId"), number(self.previous));
        if self.kind.has_details() {
            let details = collected(&self.kind, true);
            event.insert(Arc::from(self.kind.details_name()), details);
        }
        Value::object(event)
    }
}

impl EventKind {
    /// The details, with payloads as the values that they are, and without what only exports say of them.
    pub fn details(&self) -> Value {
        collected(self, false)
    }

    /// `stateEnteredEventDetails` for every state type, else by the type's own name: `taskScheduledEventDetails`.
    pub(super) fn details_name(&self) -> String {
        let mut name = match self {
            EventKind::StateEntered { .. } => "StateEntered".to_owned(),
            EventKind::StateExited { .. } => "StateExited".to_owned(),
            _ => self.type_name().to_owned(),
        };
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        name + "EventDetails"
    }
}

fn collected(kind: &EventKind, as_exported: bool) -> Value {
    let mut collected = Collected {
        map: Map::new(),
        as_exported,
    };
    kind.members(&mut collected);
    Value::object(collected.map)
}

/// The members as a map.
struct Collected {
    map: Map,
    /// Whether payloads are texts, with their details beside them.
    as_exported: bool,
}

impl Collected {
    fn add(&mut self, member: Member, value: Value) {
        self.map.insert(Arc::from(member.name()), value);
    }

    fn whole(&mut self, payload: Payload) {
        if self.as_exported {
            let truncated = [(Arc::from("truncated"), Value::Bool(false))];
            self.add(payload.details, Value::object(truncated.into_iter().collect()));
        }
    }

    fn json_of(&self, value: &Value) -> Value {
        match self.as_exported {
            true => Value::from(value.to_json()),
            false => value.clone(),
        }
    }
}

impl Members<'_> for Collected {
    fn text(&mut self, member: Member, text: &str) {
        self.add(member, Value::from(text));
    }

    fn number(&mut self, member: Member, number: i64) {
        self.add(member, Value::from(number));
    }

    fn payload(&mut self, payload: Payload, value: &Value) {
        self.json(payload.member, value);
        self.whole(payload);
    }

    fn sent(&mut self, payload: Payload, text: &str) {
        let value = match self.as_exported {
            true => Value::from(text),
            false => source::parse_value(text).unwrap_or_else(|_| Value::from(text)),
        };
        self.add(payload.member, value);
        self.whole(payload);
    }

    fn json(&mut self, member: Member, value: &Value) {
        let value = self.json_of(value);
        self.add(member, value);
    }

    fn variables(&mut self, payload: Payload, variables: &Map) {
        let values = variables.iter();
        let values = values.map(|(name, value)| (name.clone(), self.json_of(value)));
        let values = Value::object(values.collect());
        self.add(payload.member, values);
        self.whole(payload);
    }

    fn credentials(&mut self, role: Option<&str>) {
        let role = role.map(|role| (Arc::from(ROLE.name()), Value::from(role)));
        self.add(CREDENTIALS, Value::object(role.into_iter().collect()));
    }

    fn other(&mut self, name: &str, value: &Value) {
        self.map.insert(Arc::from(name), value.clone());
    }
}
