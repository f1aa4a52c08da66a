//! Where two values differ: each place, and what stands there in either.

use std::ops::ControlFlow;

use super::Value;
use crate::diagnostics::{self, counted};

/// Most differences that are told.
const MOST: usize = 20;

/// The differences between `expected` and `actual`, each as `<place>: expected <value>, got <value>`. Key order does
/// not count, and numbers compare by value.
pub fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let _ = compare("$".to_owned(), expected, actual, &mut |place, change| {
        found.extend(match change {
            Change::Removed(value) => Some(format!("{place}: expected {}, got nothing", short(value))),
            Change::Added(value) => Some(format!("{place}: expected nothing, got {}", short(value))),
            Change::Replaced(old, new) => {
                Some(format!("{place}: expected {}, got {}", short(old), short(new)))
            }
            Change::Length(old, new) => {
                Some(format!("{place}: expected {}, got {new}", counted(old, "item")))
            }
            Change::ItemRemoved(_) | Change::ItemAdded(_) => None,
        });
        ControlFlow::Continue(())
    });
    if found.len() > MOST {
        let more = found.len() - MOST;
        found.truncate(MOST);
        found.push(format!("and {more} more"));
    }
    found
}

/// What is different at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change<'v> {
    /// A member that only the new value has.
    Added(&'v Value),
    /// A member that only the old value has.
    Removed(&'v Value),
    /// The old value there, and the new one.
    Replaced(&'v Value, &'v Value),
    /// How many items an array had and has; what came or went follows.
    Length(usize, usize),
    /// An item behind the last of the old array.
    ItemAdded(&'v Value),
    /// An item behind the last of the new array.
    ItemRemoved(&'v Value),
}

/// The places in which `new` is different from `old`, as paths from `$`; `None` where there are more than `most`.
pub fn changes<'v>(old: &'v Value, new: &'v Value, most: usize) -> Option<Vec<(String, Change<'v>)>> {
    let mut found = Vec::new();
    let all = compare("$".to_owned(), old, new, &mut |place, change| {
        if !matches!(change, Change::Length(..)) {
            found.push((place, change));
        }
        match found.len() > most {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    all.is_continue().then_some(found)
}

fn compare<'v>(
    place: String,
    old: &'v Value,
    new: &'v Value,
    found: &mut dyn FnMut(String, Change<'v>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if old.is_shared_with(new) {
        return ControlFlow::Continue(());
    }
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a.iter() {
                let place = member(&place, key);
                match b.get(key) {
                    Some(other) => compare(place, value, other, found)?,
                    None => found(place, Change::Removed(value))?,
                }
            }
            for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(key)) {
                found(member(&place, key), Change::Added(value))?;
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                found(place.clone(), Change::Length(a.len(), b.len()))?;
            }
            for (index, (a, b)) in a.iter().zip(b.iter()).enumerate() {
                compare(format!("{place}[{index}]"), a, b, found)?;
            }
            for (index, item) in a.iter().enumerate().skip(b.len()) {
                found(format!("{place}[{index}]"), Change::ItemRemoved(item))?;
            }
            for (index, item) in b.iter().enumerate().skip(a.len()) {
                found(format!("{place}[{index}]"), Change::ItemAdded(item))?;
            }
        }
        _ if old == new => {}
        _ => found(place, Change::Replaced(old, new))?,
    }
    ControlFlow::Continue(())
}

/// `$.name`, or `$['odd name']`.
fn member(place: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain {
        format!("{place}.{key}")
    } else {
        format!("{place}['{key}']")
    }
}

fn short(value: &Value) -> String {
    diagnostics::short(&value.to_json(), 120)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_has_its_place() {
        let expected = Value::from(&serde_json::json!({"a": 1, "b": [1, {"x y": true}], "c": null}));
        let actual = Value::from(&serde_json::json!({"b": [2, {"x y": false}, 3], "a": 1.0, "d": "x"}));
        assert_eq!(
            differences(&expected, &actual),
            [
                "$.b: expected 2 items, got 3",
                "$.b[0]: expected 1, got 2",
                "$.b[1]['x y']: expected true, got false",
                "$.c: expected null, got nothing",
                "$.d: expected nothing, got \"x\"",
            ]
        );
        assert!(differences(&expected, &expected).is_empty());
    }

    #[test]
    fn changes_are_what_came_went_and_is_another() {
        let old = Value::from(&serde_json::json!({"keep": {"x": 1}, "gone": 2, "list": [1, 2], "n": 1}));
        let new =
            Value::from(&serde_json::json!({"keep": {"x": 1}, "list": [1, 3, 4], "n": 1.0, "came": "y"}));
        let [two, three, four, y] = [Value::from(2), Value::from(3), Value::from(4), Value::from("y")];
        let expected = vec![
            ("$.gone".to_owned(), Change::Removed(&two)),
            ("$.list[1]".to_owned(), Change::Replaced(&two, &three)),
            ("$.list[2]".to_owned(), Change::ItemAdded(&four)),
            ("$.came".to_owned(), Change::Added(&y)),
        ];
        assert_eq!(changes(&old, &new, 4), Some(expected));
        assert_eq!(changes(&old, &new, 3), None);
        let removed = changes(&new, &old, 4).expect("four");
        assert_eq!(removed[1], ("$.list[2]".to_owned(), Change::ItemRemoved(&four)));
    }
}
