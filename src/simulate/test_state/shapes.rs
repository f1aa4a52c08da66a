//! What a mocked result must look like, by the model of the API that answers it.
//!
//! Members that the model does not know are ignored, as AWS ignores them (recorded by AWS).

use super::Refusal;
use crate::asl::{Pattern, Resource};
use crate::services::{Call, Need, Spelling, Structure, Type, gives};
use crate::value::{Number, Value};

/// The action whose mocked result AWS would check and no model is known of.
pub(super) fn unchecked(resource: &Resource<'_>) -> Option<String> {
    let Resource::Integration {
        service,
        action,
        pattern,
    } = resource
    else {
        return None;
    };
    // "Not validated" [Testing state machines with TestState API].
    let free = matches!(*service, "http" | "apigateway")
        || matches!((*service, *action), ("eks", "call" | "runJob"))
        || *pattern == Pattern::WaitForTaskToken;
    let known = Call::of(resource).is_some_and(|call| call.result().is_some());
    (!free && !known).then(|| format!("{service}:{action}{pattern}"))
}

/// Checks a mocked result of a task that calls `resource`. `strict` asks for the required members.
///
/// # Errors
/// The first member that does not fit.
pub(super) fn check(resource: &Resource<'_>, result: &Value, strict: bool) -> Result<(), Refusal> {
    let Some(call) = Call::of(resource) else {
        return Ok(());
    };
    let Some(members) = call.result() else {
        return Ok(());
    };
    if result.as_object().is_none() {
        return Err(Refusal::validation("Mocked result must be a JSON object."));
    }
    // `.sync:2` parses what is text in the API's answer [Start a new AWS Step Functions state machine from a running
    // execution].
    let parsed: &[&str] = match resource {
        Resource::Integration {
            pattern: Pattern::Sync2,
            ..
        } => &["input", "output"],
        _ => &[],
    };
    let check = Check {
        strict,
        spelling: call.spelling,
        parsed,
    };
    check
        .structure(members, result)
        .map_err(|what| Refusal::validation(format!("Mock result schema validation error: {what}")))
}

struct Check {
    strict: bool,
    spelling: Spelling,
    /// Members that are not checked.
    parsed: &'static [&'static str],
}

impl Check {
    fn structure(&self, members: Structure<'_>, value: &Value) -> Result<(), String> {
        // A null is as good as nothing.
        let given = |name: &str| {
            let mut members = value.as_object()?.iter();
            let (_, value) = members.find(|(key, _)| gives(name, key))?;
            (!value.is_null()).then_some(value)
        };
        for member in members.members() {
            if self.strict && member.need != Need::Optional && given(member.name).is_none() {
                let name = self.spelling.write(member.name);
                return Err(format!("Required field '{name}' is missing"));
            }
        }
        for member in members
            .members()
            .filter(|member| !self.parsed.contains(&member.name))
        {
            if let Some(value) = given(member.name) {
                self.value(&self.spelling.write(member.name), member.shape.resolve(), value)?;
            }
        }
        Ok(())
    }

    /// Checks a value; `name` is that of the member that it is, or that it is in.
    fn value(&self, name: &str, shape: Type<'_>, value: &Value) -> Result<(), String> {
        let must_be = |what: &str| Err(format!("Field '{name}' must be {what}"));
        match (shape, value) {
            (Type::Any, _) | (Type::Boolean, Value::Bool(_)) | (Type::Time, Value::String(_)) => Ok(()),
            (Type::Text(least) | Type::Blob(least), Value::String(text)) => {
                // Counting stops early in a long text.
                if least > 0 && text.chars().take(least).count() < least {
                    return Err(format!("Field '{name}' is smaller than the minimum length"));
                }
                Ok(())
            }
            (Type::OneOf(names), Value::String(text)) => match names.split('|').any(|name| name == &**text) {
                true => Ok(()),
                false => Err(format!("Field '{name}' is not an expected value")),
            },
            (Type::Number { least, most, .. }, Value::Number(number)) => in_bounds(name, number, least, most),
            (Type::List(item), Value::Array(items)) => items
                .iter()
                .try_for_each(|value| self.value(name, item.resolve(), value)),
            (Type::Map(inner), Value::Object(members)) => members
                .iter()
                .try_for_each(|(key, value)| self.value(key, inner.resolve(), value)),
            (Type::Structure(members), Value::Object(_)) => self.structure(members, value),
            (Type::Text(_) | Type::OneOf(_) | Type::Time | Type::Blob(_), _) => must_be("a string"),
            (Type::Number { .. }, _) => must_be("a number"),
            (Type::Boolean, _) => must_be("a boolean"),
            (Type::List(_), _) => must_be("an array"),
            (Type::Map(_) | Type::Structure(_), _) => must_be("an object"),
        }
    }
}

fn in_bounds(name: &str, number: &Number, least: Option<f64>, most: Option<f64>) -> Result<(), String> {
    if least.is_some_and(|least| number.as_f64() < least) {
        return Err(format!("Field '{name}' is less than the minimum value"));
    }
    if most.is_some_and(|most| number.as_f64() > most) {
        return Err(format!("Field '{name}' exceeds the maximum value"));
    }
    Ok(())
}
