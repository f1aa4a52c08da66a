//! How a value differs from the one that was expected: the places, each on a line.

use super::Value;
use crate::diagnostics;

/// Most differences that are told.
const MOST: usize = 20;

/// The differences between `expected` and `actual`, each as `<place>: expected <value>, got <value>`. Key order does
/// not count, and numbers compare by value.
pub fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("$", expected, actual, &mut found);
    if found.len() > MOST {
        let more = found.len() - MOST;
        found.truncate(MOST);
        found.push(format!("and {more} more"));
    }
    found
}

fn compare(place: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a.iter() {
                let place = member(place, key);
                match b.get(key) {
                    Some(other) => compare(&place, value, other, found),
                    None => found.push(format!("{place}: expected {}, got nothing", short(value))),
                }
            }
            for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(key)) {
                found.push(format!(
                    "{}: expected nothing, got {}",
                    member(place, key),
                    short(value)
                ));
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                found.push(format!("{place}: expected {} items, got {}", a.len(), b.len()));
            }
            for (index, (a, b)) in a.iter().zip(b.iter()).enumerate() {
                compare(&format!("{place}[{index}]"), a, b, found);
            }
        }
        _ if expected == actual => {}
        _ => found.push(format!(
            "{place}: expected {}, got {}",
            short(expected),
            short(actual)
        )),
    }
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
}
