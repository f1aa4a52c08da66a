//! What Step Functions itself does to the parameters of an integration before it calls.

use std::sync::Arc;

use super::Task;
use crate::asl::Pattern;
use crate::simulate::flow::Problem;
use crate::simulate::history::Family;
use crate::value::{Map, Value};

/// What the values of an object must be.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// An object of lists: a header or a query parameter may have several values.
    ObjectOfArrays,
    /// An object of strings.
    ObjectOfStrings,
}

/// Members that AWS checks when the task is started: service, action, member, shape. The words of each are AWS's
/// [recorded for Headers; a public log for QueryParameters; hyp3#2585 for Batch].
const CHECKED: [(&str, &str, &str, Shape); 3] = [
    ("apigateway", "invoke", "Headers", Shape::ObjectOfArrays),
    ("apigateway", "invoke", "QueryParameters", Shape::ObjectOfArrays),
    ("batch", "submitJob", "Parameters", Shape::ObjectOfStrings),
];

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
    let mistakes: Vec<String> = CHECKED
        .iter()
        .filter(|(of_service, of_action, ..)| *of_service == service && *of_action == action)
        .filter_map(|(_, _, member, shape)| shape.mistake(member, parameters.get(member)?))
        .collect();
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

impl Shape {
    fn mistake(self, member: &str, value: &Value) -> Option<String> {
        match self {
            Shape::ObjectOfArrays => {
                let fits = value
                    .as_object()
                    .is_some_and(|map| map.values().all(|value| value.as_array().is_some()));
                (!fits).then(|| format!("The value of the field '{member}' has an invalid format"))
            }
            Shape::ObjectOfStrings => {
                let (key, _) = value
                    .as_object()?
                    .iter()
                    .find(|(_, value)| value.as_str().is_none())?;
                Some(format!("The value for the field '{key}' must be a STRING"))
            }
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
