//! An event as `aws stepfunctions get-execution-history` prints it.

use super::members::{ALIAS, CREDENTIALS, ROLE, VERSION};
use super::{Event, EventKind, Member, Members, Payload, Time};
use crate::value::{Map, Value};

/// Writes events as JSON. A history of millions of events costs no more memory than one, and what an event repeats of
/// the one before it is copied: the moment, and the payload, which is most often the one that a state was left with or
/// entered with.
#[derive(Debug, Default)]
pub struct EventWriter {
    /// The moment, and the members that every event begins with, up to the name of its type.
    stamp: Option<(Time, String)>,
    last: LastPayload,
    style: Style,
    /// What ExecutionStarted has besides: the alias and the version that were started.
    origin: Vec<(Member, String)>,
}

/// How events are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Style {
    /// As AWS's command line prints them.
    #[default]
    CommandLine,
    /// As the API answers: moments are numbers of seconds.
    Api,
    /// The same without inputs, outputs and variables: `includeExecutionData` is false.
    ApiWithoutData,
}

/// The last compound payload, and its text as it stands inside a string.
#[derive(Debug, Default)]
struct LastPayload {
    value: Value,
    text: String,
}

impl LastPayload {
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
    /// Writes events as the API answers them, of an execution that was started through an alias or a version where one
    /// is given.
    pub fn of_api(with_data: bool, alias: Option<&str>, version: Option<&str>) -> EventWriter {
        let origin = [(ALIAS, alias), (VERSION, version)];
        EventWriter {
            style: match with_data {
                true => Style::Api,
                false => Style::ApiWithoutData,
            },
            origin: (origin.into_iter())
                .filter_map(|(member, arn)| Some((member, arn?.to_owned())))
                .collect(),
            ..EventWriter::default()
        }
    }

    /// Appends the event with `timestamp`, `type`, `id`, `previousEventId` and its details, in AWS's camelCase.
    pub fn write(&mut self, event: &Event, out: &mut String) {
        let stamp = match &mut self.stamp {
            Some((at, stamp)) if *at == event.at => &*stamp,
            other => {
                let at = match self.style {
                    Style::CommandLine => format!("\"{}\"", event.at.with_offset()),
                    Style::Api | Style::ApiWithoutData => event.at.in_seconds(),
                };
                let stamp = format!("\"timestamp\":{at},\"type\":\"");
                &other.insert((event.at, stamp)).1
            }
        };
        let mut members = Object::open(out, &mut self.last);
        members.with_data = self.style != Style::ApiWithoutData;
        members.started = true;
        let type_name = event.kind.type_name();
        members.out.push_str(stamp);
        match &event.kind {
            // Only a type that somebody else has written may need an escape.
            EventKind::Other(_) => {
                members.out.pop();
                Value::write_json_string(type_name, members.out);
            }
            _ => {
                members.out.push_str(type_name);
                members.out.push('"');
            }
        }
        let mut number = itoa::Buffer::new();
        members.out.push_str(",\"id\":");
        members.out.push_str(number.format(event.id));
        members.out.push_str(",\"previousEventId\":");
        members.out.push_str(number.format(event.previous));
        if event.kind.has_details() {
            let mut details = members.details(&event.kind, type_name);
            event.kind.members(&mut details);
            if let EventKind::ExecutionStarted { .. } = event.kind {
                for (member, arn) in &self.origin {
                    details.text(*member, arn);
                }
            }
        }
    }
}

/// An object while it is written: it puts the commas between its members, and closes itself when it goes.
struct Object<'w> {
    out: &'w mut String,
    last: &'w mut LastPayload,
    /// Whether it has a member yet.
    started: bool,
    /// Whether inputs, outputs and variables are written.
    with_data: bool,
}

impl Drop for Object<'_> {
    fn drop(&mut self) {
        self.out.push('}');
    }
}

impl<'w> Object<'w> {
    fn open(out: &'w mut String, last: &'w mut LastPayload) -> Self {
        out.push('{');
        Object {
            out,
            last,
            started: false,
            with_data: true,
        }
    }

    /// The object that is the member's value.
    fn object(&mut self, member: Member) -> Object<'_> {
        self.key(member);
        Object::open(self.out, self.last)
    }

    /// `stateEnteredEventDetails` for every state type, else by the type's own name: `taskScheduledEventDetails`.
    fn details(&mut self, kind: &EventKind, type_name: &str) -> Object<'_> {
        match kind {
            EventKind::StateEntered { .. } => self.out.push_str(",\"stateEnteredEventDetails\":"),
            EventKind::StateExited { .. } => self.out.push_str(",\"stateExitedEventDetails\":"),
            EventKind::Other(_) => self.any_key(&kind.details_name()),
            _ => {
                self.out.push_str(",\"");
                let first = self.out.len();
                self.out.push_str(type_name);
                self.out[first..=first].make_ascii_lowercase();
                self.out.push_str("EventDetails\":");
            }
        }
        let with_data = self.with_data;
        let mut details = Object::open(self.out, self.last);
        details.with_data = with_data;
        details
    }

    fn key(&mut self, member: Member) {
        self.out.push_str(member.key(!self.started));
        self.started = true;
    }

    /// A name that may need escapes.
    fn any_key(&mut self, name: &str) {
        if self.started {
            self.out.push(',');
        }
        self.started = true;
        Value::write_json_string(name, self.out);
        self.out.push(':');
    }

    /// A value as JSON text in a string.
    fn in_string(&mut self, value: &Value) {
        self.out.push('"');
        match value {
            Value::Array(_) | Value::Object(_) => self.out.push_str(self.last.text(value)),
            _ => value.write_json_in_string(self.out),
        }
        self.out.push('"');
    }

    /// The `...Details` of a payload.
    fn not_truncated(&mut self, payload: Payload) {
        self.key(payload.details);
        self.out.push_str("{\"truncated\":false}");
    }
}

impl Members<'_> for Object<'_> {
    fn text(&mut self, member: Member, text: &str) {
        self.key(member);
        Value::write_json_string(text, self.out);
    }

    fn number(&mut self, member: Member, number: i64) {
        self.key(member);
        self.out.push_str(itoa::Buffer::new().format(number));
    }

    fn payload(&mut self, payload: Payload, value: &Value) {
        if !self.with_data {
            return;
        }
        self.json(payload.member, value);
        self.not_truncated(payload);
    }

    fn spelled(&mut self, payload: Payload, _value: &Value, text: &str) {
        self.sent(payload, text);
    }

    fn sent(&mut self, payload: Payload, text: &str) {
        if !self.with_data {
            return;
        }
        self.text(payload.member, text);
        self.not_truncated(payload);
    }

    fn json(&mut self, member: Member, value: &Value) {
        self.key(member);
        self.in_string(value);
    }

    fn variables(&mut self, payload: Payload, variables: &Map) {
        if !self.with_data {
            return;
        }
        let mut assigned = self.object(payload.member);
        for (name, value) in variables.iter() {
            assigned.any_key(name);
            assigned.in_string(value);
        }
        drop(assigned);
        self.not_truncated(payload);
    }

    fn credentials(&mut self, role: Option<&str>) {
        let mut credentials = self.object(CREDENTIALS);
        if let Some(role) = role {
            credentials.text(ROLE, role);
        }
    }

    fn other(&mut self, name: &str, value: &Value) {
        self.any_key(name);
        self.out.push_str(&value.to_json());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::asl::StateType;
    use crate::history::{Family, Other, ScheduledTask, TaskTarget};

    /// One event alone.
    fn json(writer: &mut EventWriter, event: &Event) -> String {
        let mut out = String::new();
        writer.write(event, &mut out);
        out
    }

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
            assert_eq!(json(&mut writer, &exited(id, at, output)), expected);
        }
    }

    /// What an event carries is written as it is, wherever an object in it has no member.
    #[test]
    fn objects_without_members_leave_no_commas_behind() {
        let map = |members: &[(&str, Value)]| -> Map {
            let members = members.iter();
            members
                .map(|(name, value)| (Arc::from(*name), value.clone()))
                .collect()
        };
        let assigned = |variables: Map| EventKind::StateExited {
            state_type: StateType::Pass,
            name: Arc::from("A"),
            output: Value::from(1),
            assigned: Some(Arc::new(variables)),
        };
        let scheduled = |credentials: Map| {
            EventKind::Scheduled(Box::new(ScheduledTask {
                target: Arc::new(TaskTarget {
                    family: Family::Task,
                    resource: Arc::from("invoke"),
                    resource_type: Arc::from("lambda"),
                }),
                region: Arc::from("r"),
                parameters: Value::empty_object(),
                timeout: None,
                heartbeat: Some(5),
                credentials: Some(Value::object(credentials)),
            }))
        };
        let other = |details: Map| {
            EventKind::Other(Box::new(Other {
                type_name: Arc::from("New\"Type"),
                details: Arc::new(details),
            }))
        };
        let role = Value::from("r\"");
        for (kind, details) in [
            // AWS leaves both members out for an empty Assign.
            (
                assigned(Map::new()),
                r#","stateExitedEventDetails":{"name":"A","output":"1","outputDetails":{"truncated":false}}"#,
            ),
            (
                assigned(map(&[("a\"", Value::from("x")), ("b", Value::Null)])),
                r#","stateExitedEventDetails":{"name":"A","output":"1","outputDetails":{"truncated":false},"assignedVariables":{"a\"":"\"x\"","b":"null"},"assignedVariablesDetails":{"truncated":false}}"#,
            ),
            (
                scheduled(Map::new()),
                r#","taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"r","parameters":"{}","heartbeatInSeconds":5,"taskCredentials":{}}"#,
            ),
            (
                scheduled(map(&[("RoleArn", role.clone())])),
                r#","taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"r","parameters":"{}","heartbeatInSeconds":5,"taskCredentials":{"roleArn":"r\""}}"#,
            ),
            (other(Map::new()), ""),
            (
                other(map(&[("x", role), ("y", Value::empty_object())])),
                r#","new\"TypeEventDetails":{"x":"r\"","y":{}}"#,
            ),
        ] {
            let type_name = Value::from(kind.type_name()).to_json();
            let event = Event {
                id: 7,
                previous: 6,
                at: Time::DEFAULT_START,
                lane: 0,
                kind,
            };
            let expected = format!(
                r#"{{"timestamp":"2024-01-01T00:00:00.000000+00:00","type":{type_name},"id":7,"previousEventId":6{details}}}"#
            );
            assert_eq!(json(&mut EventWriter::default(), &event), expected);
        }
    }
}
