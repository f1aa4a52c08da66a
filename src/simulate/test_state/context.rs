//! The context object of a request: what AWS refuses of it [recorded; Testing state machines with TestState API].

use super::Refusal;
use crate::asl::context_object::{CONTEXT, Kind};
use crate::asl::{Pattern, Resource};
use crate::value::Value;

/// Refuses a context object that is none.
pub(super) fn check(context: Option<&Value>, resource: Option<&Resource<'_>>) -> Result<(), Refusal> {
    match context {
        None => Ok(()),
        Some(context) => find(context, resource)
            .map_err(|what| Refusal::validation(format!("Invalid Context object provided: {what}"))),
    }
}

/// The first thing that is wrong, in the order in which it was written.
fn find(context: &Value, resource: Option<&Resource<'_>>) -> Result<(), String> {
    // These words are ours.
    let Some(given) = context.as_object() else {
        return Err("Context object must be a JSON object".to_owned());
    };
    // `Map` is no member that can be given.
    if given.contains_key("Map") {
        return Err("'Map' field is not supported when mocking a Context object".to_owned());
    }
    let has_token = match resource {
        Some(Resource::Activity { .. }) => true,
        Some(Resource::Integration { pattern, .. }) => *pattern != Pattern::RequestResponse,
        _ => false,
    };
    if given.contains_key("Task") && !has_token {
        return Err(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' \
             service integration pattern"
                .to_owned(),
        );
    }
    for (name, value) in given {
        let members = member(&CONTEXT, name)?;
        // The words for a text are AWS's, those for other types are in their manner.
        let Some(object) = value.as_object() else {
            return Err(format!("{name} must be an object"));
        };
        for (inner, value) in object {
            let must_be = |what: &str| Err(format!("{name}.{inner} must be {what}"));
            match (member(members, inner)?.0, value) {
                (Kind::Anything, _)
                | (Kind::Text | Kind::TextOrNull, Value::String(_))
                | (Kind::TextOrNull, Value::Null)
                | (Kind::Number, Value::Number(_)) => {}
                (Kind::Text | Kind::TextOrNull, _) => return must_be("a string"),
                (Kind::Number, _) => return must_be("a number"),
            }
        }
    }
    Ok(())
}

fn member<T: Copy>(members: &[(&str, T)], name: &str) -> Result<T, String> {
    let known = members.iter().find(|(known, _)| *known == name);
    // The bare name, wherever it stands.
    known
        .map(|(_, what)| *what)
        .ok_or_else(|| format!("Field '{name}' is not allowed"))
}
