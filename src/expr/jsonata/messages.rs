//! The engine's messages as the reference implementation words them: it shows numbers as JavaScript does, `1` and not
//! `1.0`.

use std::borrow::Cow;

use jlens_core::Error;
use serde_json::Value as Json;

/// What a message may show of an error, by the names in its template.
const DETAILS: [&str; 10] = [
    "value",
    "value2",
    "token",
    "index",
    "type",
    "base",
    "exp",
    "functionName",
    "stack",
    "message",
];

/// The message of `error`, without its code.
pub(super) fn of(error: &Error) -> String {
    let mut message = error.message();
    for detail in DETAILS.iter().filter_map(|name| error.detail(name)) {
        if let Cow::Owned(spelled) = spelled(detail) {
            message = message.replacen(&detail.to_string(), &spelled.to_string(), 1);
        }
    }
    message
}

/// `value` with its whole numbers as integers; borrowed where there is nothing to change.
fn spelled(value: &Json) -> Cow<'_, Json> {
    match value {
        Json::Number(number) if number.is_f64() => match number.as_f64() {
            Some(double) if double.fract() == 0.0 && double.abs() < 9e15 => {
                Cow::Owned((double as i64).into())
            }
            _ => Cow::Borrowed(value),
        },
        Json::Array(items) if items.iter().any(is_respelled) => {
            Cow::Owned(items.iter().map(|item| spelled(item).into_owned()).collect())
        }
        Json::Object(members) if members.values().any(is_respelled) => Cow::Owned(
            members
                .iter()
                .map(|(key, value)| (key.clone(), spelled(value).into_owned()))
                .collect(),
        ),
        _ => Cow::Borrowed(value),
    }
}

fn is_respelled(value: &Json) -> bool {
    matches!(spelled(value), Cow::Owned(_))
}

#[cfg(test)]
mod tests {
    use super::super::Expression;

    // The messages are those of jsonata-js 2.0.6, whose templates show values by JSON.stringify.
    #[test]
    fn numbers_are_shown_as_javascript_does() {
        for (text, expected) in [
            ("1 2", "Syntax error: 2"),
            ("(1 2.5)", "Expected \")\", got 2.5"),
            ("{\"a\" 1}", "Expected \":\", got 1"),
            (
                "a.1",
                "The literal value 1 cannot be used as a step within a path expression",
            ),
        ] {
            assert_eq!(Expression::compile(text).unwrap_err().message, expected, "{text}");
        }
    }
}
