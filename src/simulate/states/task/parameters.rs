//! What Step Functions itself does to the parameters of an integration before it calls.

use std::sync::Arc;

use super::Task;
use crate::asl::Pattern;
use crate::history::Family;
use crate::services::{Input, Member, Spelling, Type, refusals};
use crate::simulate::flow::Problem;
use crate::value::{Map, Value};

/// Members of API Gateway's that must be objects of lists, since a header or a query parameter may have several values
/// [recorded for Headers; a public log for QueryParameters].
const SEVERAL: [&str; 2] = ["Headers", "QueryParameters"];

/// The parameters as the call is made with them.
///
/// # Errors
/// What AWS says of parameters that the integration does not take: States.Runtime, before anything is scheduled.
pub(super) fn check(task: &Task, parameters: Value) -> Result<Value, Problem> {
    if task.target.family != Family::Task {
        return Ok(parameters);
    }
    let service = &*task.target.resource_type;
    let action = task
        .target
        .resource
        .split('.')
        .next()
        .unwrap_or(&task.target.resource);
    let mut mistakes = Vec::new();
    if (service, action) == ("apigateway", "invoke") {
        mistakes.extend(
            SEVERAL
                .iter()
                .filter_map(|member| not_several(member, parameters.get(member)?)),
        );
    }
    if let (Some(input), Some(given)) = (task.input, parameters.as_object()) {
        check_members(input, given, &mut mistakes);
    }
    if !mistakes.is_empty() {
        return Err(Problem::runtime(format!(
            "The Parameters '{}' could not be used to start the Task: [{}]",
            parameters.to_json(),
            mistakes.join(", ")
        )));
    }
    // A job that is waited for is marked as Step Functions' own (recorded by AWS).
    if (service, action, task.pattern) == ("ecs", "runTask", Pattern::Sync) {
        return Ok(with_default(parameters, "StartedBy", "AWS Step Functions"));
    }
    Ok(parameters)
}

/// A member of API Gateway's that is no object of lists.
fn not_several(member: &str, value: &Value) -> Option<String> {
    let fits = value
        .as_object()
        .is_some_and(|map| map.values().all(|value| value.as_array().is_some()));
    (!fits).then(|| format!("The value of the field '{member}' has an invalid format"))
}

/// What AWS says of parameters that the API does not take. Nested members count, and are named by themselves, as
/// `frame_id` of `Parameters` is [hyp3#2585].
fn check_members(input: Input, given: &Map, mistakes: &mut Vec<String>) {
    for member in input.required() {
        if !given.keys().any(|key| input.spelling.takes(member.name, key)) {
            mistakes.push(refusals::required(&input.spelling.write(member.name)));
        }
    }
    let known: Vec<_> = input.members().collect();
    let names = Names {
        spelling: input.spelling,
        extra: input.extra(),
    };
    names.structure(&known, given, mistakes);
}

#[derive(Clone, Copy)]
struct Names {
    spelling: Spelling,
    /// What is taken besides the API's own members.
    extra: &'static [&'static str],
}

impl Names {
    fn structure(self, known: &[Member<'_>], given: &Map, mistakes: &mut Vec<String>) {
        let inner = Names { extra: &[], ..self };
        for (key, value) in given.iter().filter(|(key, _)| !self.extra.contains(&&***key)) {
            match known.iter().find(|member| self.spelling.takes(member.name, key)) {
                Some(member) => inner.value(key, member.shape.resolve(), value, mistakes),
                None => mistakes.push(refusals::unsupported(key)),
            }
        }
    }

    fn value(self, key: &str, shape: Type<'_>, value: &Value, mistakes: &mut Vec<String>) {
        match (shape, value) {
            // Objects and lists become JSON text, as that of a message does; what is less is refused: `The value for
            // the field 'Payload' must be a STRING` for a number [stackoverflow 76373088].
            (Type::Text(_) | Type::OneOf(_) | Type::Blob(_), Value::Number(_) | Value::Bool(_)) => {
                mistakes.push(refusals::must_be_string(key));
            }
            (Type::Structure(members), Value::Object(given)) => {
                let known: Vec<_> = members.members().collect();
                self.structure(&known, given, mistakes);
            }
            (Type::Map(inner), Value::Object(given)) => {
                for (key, value) in given.iter() {
                    self.value(key, inner.resolve(), value, mistakes);
                }
            }
            // By which name a scalar in a list is refused was not seen.
            (Type::List(item), Value::Array(items)) if matches!(item.resolve(), Type::Structure(_)) => {
                for value in items.iter() {
                    self.value(key, item.resolve(), value, mistakes);
                }
            }
            _ => {}
        }
    }
}

/// The object with `value` for a member that it lacks.
fn with_default(object: Value, member: &str, value: &str) -> Value {
    match object {
        Value::Object(map) if !map.contains_key(member) => {
            let mut map: Map = Arc::unwrap_or_clone(map);
            map.insert(Arc::from(member), Value::from(value));
            Value::object(map)
        }
        other => other,
    }
}
