//! Whether two values of two executions are the same for all that anybody can tell.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::Allowed;
use crate::source;
use crate::source::placeholder;
use crate::value::{Map, Value};

/// `now` with all that [counts as the same](super::compare) as in `then`: the rest differs.
pub fn settled(then: &Value, now: &Value, allowed: &Allowed) -> Value {
    match (then, now) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let items = a.iter().zip(b.iter());
            Value::array(items.map(|(a, b)| settled(a, b, allowed)).collect::<Vec<_>>())
        }
        (Value::Object(a), Value::Object(b)) => {
            let members = b.iter().map(|(key, b)| {
                let value = a.get(key).map_or_else(|| b.clone(), |a| settled(a, b, allowed));
                (key.clone(), value)
            });
            Value::object(members.collect::<Map>())
        }
        _ if same_value(then, now, allowed) => then.clone(),
        _ => now.clone(),
    }
}

pub(super) fn same_value(a: &Value, b: &Value, allowed: &Allowed) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => same_text(a, b, allowed),
        (Value::Array(a), Value::Array(b)) => {
            Arc::ptr_eq(a, b)
                || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_value(a, b, allowed))
        }
        (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b) || same_map(a, b, allowed),
        // One that stands for a whole value may stand for any.
        (_, Value::String(b)) => {
            placeholder::whole(b).is_some_and(|name| allowed.placeholders.contains(name))
        }
        _ => a == b,
    }
}

pub(super) fn same_map(a: &Map, b: &Map, allowed: &Allowed) -> bool {
    a.len() == b.len()
        && a.iter()
            .all(|(key, a)| b.get(key).is_some_and(|b| same_value(a, b, allowed)))
}

/// What no two runs have in common, wherever it stands in a text: moments, UUIDs, and the number of the event by which
/// a state was entered, which a cause names.
static OF_ONE_RUN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) event\ id\ \#\d+
        | [0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}
        | \d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)",
    )
    .ok()
});

/// Shortest task token: AWS's have some hundred characters.
const TOKEN: usize = 100;

pub(super) fn same_text(a: &str, b: &str, allowed: &Allowed) -> bool {
    if a == b {
        return true;
    }
    let json = |text: &str| {
        let nested = text.starts_with(['{', '[', '"']);
        nested.then(|| source::parse_value(text).ok()).flatten()
    };
    if let (Some(a), Some(b)) = (json(a), json(b)) {
        return same_value(&a, &b, allowed);
    }
    if is_token(a) && is_token(b) || is_filled_in(a, b, allowed) {
        return true;
    }
    OF_ONE_RUN
        .as_ref()
        .is_some_and(|regex| regex.replace_all(a, "*") == regex.replace_all(b, "*"))
}

fn is_token(text: &str) -> bool {
    text.len() >= TOKEN
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b))
}

/// Whether `a` is what `b` may become once its placeholders are filled in.
fn is_filled_in(a: &str, b: &str, allowed: &Allowed) -> bool {
    if allowed.placeholders.is_empty() {
        return false;
    }
    let mut rest = a;
    let (mut end, mut is_open) = (0, false);
    for (place, name) in placeholder::named_places(b) {
        if !allowed.placeholders.contains(name) {
            continue;
        }
        match behind(rest, &b[end..place.start], is_open) {
            Some(behind) => rest = behind,
            None => return false,
        }
        (end, is_open) = (place.end, true);
    }
    is_open && rest.ends_with(&b[end..])
}

/// What is left of `text` behind `literal`: at its start, or where that `is_open`, at the first place it has.
fn behind<'t>(text: &'t str, literal: &str, is_open: bool) -> Option<&'t str> {
    match is_open {
        true => text.split_once(literal).map(|(_, behind)| behind),
        false => text.strip_prefix(literal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_whatever_stands_there() {
        let allowed = Allowed {
            placeholders: ["Stage", "A.Arn"].map(Arc::from).into_iter().collect(),
            ..Allowed::default()
        };
        for (then, now, is_same) in [
            ("orders-prod", "orders-${Stage}", true),
            ("orders-prod-1", "orders-${Stage}-1", true),
            ("orders--1", "orders-${Stage}-1", true),
            ("orders-prod-2", "orders-${Stage}-1", false),
            ("ordersprod", "orders-${Stage}", false),
            ("arn:x/prod", "${A.Arn}/${Stage}", true),
            ("arn:x", "${A.Arn}/${Stage}", false),
            ("x", "${Other}", false),
            ("a ${Other} b", "a ${Other} ${Stage}", true),
            ("${Other}", "${Other}", true),
        ] {
            assert_eq!(same_text(then, now, &allowed), is_same, "{then} {now}");
        }
        assert!(!same_text("orders-prod", "orders-${Stage}", &Allowed::default()));
        let value = |text: &str| source::parse_value(text).expect("JSON");
        let now = settled(
            &value(r#"{"a": ["p", 1], "b": "q", "c": 3, "e": [5, 6], "f": 7, "g": 8}"#),
            &value(
                r#"{"a": ["${Stage}", 2], "b": "${Other}", "d": "${Stage}", "e": "${A.Arn}", "f": "no ${Stage}", "g": "${Stage}${A.Arn}"}"#,
            ),
            &allowed,
        );
        assert_eq!(
            now,
            value(
                r#"{"a": ["p", 2], "b": "${Other}", "d": "${Stage}", "e": [5, 6], "f": "no ${Stage}", "g": "${Stage}${A.Arn}"}"#
            )
        );
    }
}
