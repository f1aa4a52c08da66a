//! What Step Functions itself does to the parameters of an integration before it calls.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Task;
use crate::asl::Pattern;
use crate::expr::Expression;
use crate::history::Family;
use crate::services::{SEVERAL, integration, refusals, unsupported_headers};
use crate::simulate::flow::{Flow, Problem};
use crate::value::{Map, Value};

/// The parameters as the call is made with them.
///
/// # Errors
/// What AWS says of parameters that the integration does not take: States.Runtime, before anything is scheduled.
pub(super) fn check(task: &Task, parameters: Value) -> Result<Value, Problem> {
    if task.target.family != Family::Task {
        return Ok(parameters);
    }
    let service = &*task.target.resource_type;
    let action = task.action();
    let mut mistakes = Vec::new();
    if let (Some(own), Some(given)) = (integration(service, action), parameters.as_object()) {
        mistakes.extend(own.refuses(given));
    }
    if (service, action) == ("apigateway", "invoke") {
        mistakes.extend(
            SEVERAL
                .iter()
                .filter_map(|member| not_several(member, parameters.get(member)?)),
        );
    }
    if let Some(headers) = parameters.get("Headers").and_then(Value::as_object) {
        mistakes.extend(unsupported_headers(
            service,
            action,
            headers.keys().map(|name| &**name),
        ));
    }
    if matches!(task.flow, Flow::JsonPath(_)) {
        mistakes.extend(unevaluated(&parameters).into_iter().map(refusals::no_path));
    }
    if let (Some(input), Some(given)) = (task.input, parameters.as_object()) {
        mistakes.extend(input.refuses(given).into_iter().map(|refused| refused.message));
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

/// Keys that end in `.$` once more after the template was evaluated, such as that of `"token.$.$": "$$.Task.Token"`, or those
/// of the data. Step Functions reads the parameters as a template again, and wants a path or a call there
/// [andybalham/blog-source-code]. What it makes of one that it finds was not seen, nor of values that are no text.
fn unevaluated(parameters: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut values = VecDeque::from([parameters]);
    while let Some(value) = values.pop_front() {
        match value {
            Value::Object(members) => {
                for (key, value) in members.iter() {
                    let text = value.as_str().filter(|_| key.ends_with(".$"));
                    if text.is_some_and(|text| Expression::parse(text).is_err()) {
                        found.push(&**key);
                    }
                }
                values.extend(members.values());
            }
            Value::Array(items) => values.extend(items.iter()),
            _ => {}
        }
    }
    found
}

/// A member of API Gateway's that is no object of lists.
fn not_several(member: &str, value: &Value) -> Option<String> {
    let fits = value
        .as_object()
        .is_some_and(|map| map.values().all(|value| value.as_array().is_some()));
    (!fits).then(|| format!("The value of the field '{member}' has an invalid format"))
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
