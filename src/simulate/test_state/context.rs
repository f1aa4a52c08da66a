//! The context object of a request: what AWS refuses of it, and types that its members must have.

use super::Refusal;
use crate::asl::{Pattern, Resource};
use crate::value::Value;

/// What a member of the context object is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Object,
    Text,
    Count,
}

/// The members that have one type [Accessing execution data from the Context object]. Others are taken as they are.
const MEMBERS: [(&[&str], Kind); 18] = [
    (&["Execution"], Kind::Object),
    (&["Execution", "Id"], Kind::Text),
    (&["Execution", "Name"], Kind::Text),
    (&["Execution", "RoleArn"], Kind::Text),
    (&["Execution", "StartTime"], Kind::Text),
    (&["State"], Kind::Object),
    (&["State", "EnteredTime"], Kind::Text),
    (&["State", "Name"], Kind::Text),
    (&["State", "RetryCount"], Kind::Count),
    (&["StateMachine"], Kind::Object),
    (&["StateMachine", "Id"], Kind::Text),
    (&["StateMachine", "Name"], Kind::Text),
    (&["Task"], Kind::Object),
    (&["Task", "Token"], Kind::Text),
    (&["Map"], Kind::Object),
    (&["Map", "Item"], Kind::Object),
    (&["Map", "Item", "Index"], Kind::Count),
    (&["Map", "Item", "Source"], Kind::Text),
];

/// Refuses a context object that is none.
pub(super) fn check(context: Option<&Value>, resource: Option<&Resource<'_>>) -> Result<(), Refusal> {
    let Some(context) = context else {
        return Ok(());
    };
    let invalid = |what: &str| {
        Err(Refusal::validation(format!(
            "Invalid Context object provided: {what}"
        )))
    };
    // The frame was recorded; these words of it, and those for wrong types, are ours.
    let Some(members) = context.as_object() else {
        return invalid("Context object must be a JSON object");
    };
    let has_token = match resource {
        Some(Resource::Activity { .. }) => true,
        Some(Resource::Integration { pattern, .. }) => *pattern != Pattern::RequestResponse,
        _ => false,
    };
    if members.contains_key("Task") && !has_token {
        return invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' \
             service integration pattern",
        );
    }
    for (path, kind) in MEMBERS {
        let member = path.iter().try_fold(context, |value, name| value.get(name));
        let (fits, what) = match (member, kind) {
            // A role that is not given is null (recorded by AWS).
            (None | Some(Value::Null), _) => continue,
            (Some(value), Kind::Object) => (value.as_object().is_some(), "a JSON object"),
            (Some(value), Kind::Text) => (value.as_str().is_some(), "a string"),
            (Some(value), Kind::Count) => (
                value
                    .as_number()
                    .is_some_and(|number| number.is_integer() && number.as_i64().is_some_and(|n| n >= 0)),
                "a whole number, not negative",
            ),
        };
        if !fits {
            return invalid(&format!("'{}' must be {what}", path.join(".")));
        }
    }
    Ok(())
}
