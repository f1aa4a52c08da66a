//! What of a value, a list of states or a text is not as expected, in lines.

use std::sync::Arc;

use super::model::{Call, Words};
use crate::contract::Contract;
use crate::diagnostics::{counted, duration, seconds, short};
use crate::expr::jsonpath::Path;
use crate::value::{Value, differences};

/// Most mismatches that are told.
pub(super) const SHOWN: usize = 12;
/// Longest text of a value or message that is shown.
pub(super) const LONGEST: usize = 200;

/// Whether `got` has what `wanted` has, and maybe more members.
pub(super) fn has(got: &Value, wanted: &Value) -> bool {
    match (got, wanted) {
        (Value::Object(got), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, value)| got.get(key).is_some_and(|got| has(got, value))),
        _ => got == wanted,
    }
}

/// Whether states were visited in this order; `None` takes any number of them.
pub(super) fn fits(expected: &[Option<Arc<str>>], got: &[Arc<str>]) -> bool {
    // Where in `expected` the states so far may have led: as a pattern of wildcards is matched, without backtracking.
    let (mut at, mut from) = (0, 0);
    let mut gap: Option<(usize, usize)> = None;
    loop {
        match expected.get(at) {
            Some(None) => {
                gap = Some((at + 1, from));
                at += 1;
                continue;
            }
            Some(Some(name)) if got.get(from) == Some(name) => {
                (at, from) = (at + 1, from + 1);
                continue;
            }
            None if from == got.len() => return true,
            _ => {}
        }
        match gap {
            Some((after, begun)) if begun < got.len() => {
                gap = Some((after, begun + 1));
                (at, from) = (after, begun + 1);
            }
            _ => return false,
        }
    }
}

pub(super) fn call(number: usize, expected: &Call, got: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(parameters) = &expected.parameters {
        lines.extend(differences(parameters, got));
    }
    for (path, value) in &expected.paths {
        lines.extend(at_path(path, value, got));
    }
    for line in &mut lines {
        *line = format!("call {}: {line}", number + 1);
    }
    lines
}

/// What of a value does not fit a schema: its place and why.
pub(super) fn misfits(schema: &Contract, value: &Value) -> Vec<String> {
    let mismatches = schema.mismatches(value);
    let told = mismatches.iter().take(SHOWN).map(|mismatch| {
        let place = mismatch.pointer.replace('/', ".");
        format!(
            "${place}: {} ({}#{})",
            mismatch.message,
            schema.name(),
            mismatch.rule
        )
    });
    let mut lines: Vec<String> = told.collect();
    if mismatches.len() > SHOWN {
        lines.push(format!("... and {} more", mismatches.len() - SHOWN));
    }
    lines
}

/// The differences at a path of `document`.
pub(super) fn at_path(path: &Path, expected: &Value, document: &Value) -> Vec<String> {
    match path.apply(document) {
        Ok(Some(got)) => differences(expected, &got)
            .into_iter()
            .map(|line| match line.strip_prefix('$') {
                Some(rest) => format!("{}{rest}", path.text()),
                None => line,
            })
            .collect(),
        Ok(None) | Err(_) => vec![format!(
            "{}: expected {}, got nothing",
            path.text(),
            short(&expected.to_json(), LONGEST)
        )],
    }
}

/// The seconds that differ, if they do; a millisecond is the clock's own step.
pub(super) fn unlike(expected: &[f64], got: &[i64]) -> Option<String> {
    let same = expected.len() == got.len()
        && (expected.iter().zip(got))
            .all(|(seconds, millis)| (seconds * 1000.0 - *millis as f64).abs() < 1.0);
    let texts = |all: &mut dyn Iterator<Item = String>| format!("[{}]", all.collect::<Vec<_>>().join(", "));
    (!same).then(|| {
        let expected = texts(&mut expected.iter().map(|wait| seconds(*wait)));
        let got = texts(&mut got.iter().map(|millis| duration(*millis)));
        format!("expected {expected}, got {got}")
    })
}

pub(super) fn in_words(expected: &Words, got: &str) -> String {
    match expected {
        Words::Exact(exact) => format!(
            "expected '{}', got '{}'",
            short(exact, LONGEST),
            short(got, LONGEST)
        ),
        Words::Matches(_) => format!("expected {expected}, got '{}'", short(got, LONGEST)),
    }
}

pub(super) fn times(count: usize) -> String {
    counted(count, "call")
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_take_any_states() {
        let names = |text: &str| -> Vec<Arc<str>> { text.split_whitespace().map(Arc::from).collect() };
        let pattern = |text: &str| -> Vec<Option<Arc<str>>> {
            text.split_whitespace()
                .map(|name| (name != "...").then(|| Arc::from(name)))
                .collect()
        };
        for (expected, got, fit) in [
            ("A B C", "A B C", true),
            ("A B", "A B C", false),
            ("A B C", "A B", false),
            ("A ... C", "A C", true),
            ("A ... C", "A B C B C", true),
            ("A ... C", "A B C B", false),
            ("... B ...", "A B C", true),
            ("...", "", true),
            ("", "", true),
            ("", "A", false),
            ("... A B ... A C", "A A B A B A C", true),
            ("... A B ... A C", "A A C", false),
        ] {
            assert_eq!(fits(&pattern(expected), &names(got)), fit, "{expected} / {got}");
        }
    }

    #[test]
    fn an_event_may_have_more_members() {
        let value = |json: serde_json::Value| Value::from(&json);
        let got = value(serde_json::json!({"type": "TaskFailed", "details": {"error": "E", "cause": "c"}}));
        assert!(has(&got, &value(serde_json::json!({"details": {"error": "E"}}))));
        assert!(!has(&got, &value(serde_json::json!({"details": {"error": "F"}}))));
        assert!(!has(&got, &value(serde_json::json!({"gone": 1}))));
    }

    #[test]
    fn seconds_compare_to_the_millisecond() {
        assert_eq!(unlike(&[2.0, 0.5], &[2000, 500]), None);
        assert_eq!(
            unlike(&[2.0, 4.0], &[2000]).unwrap(),
            "expected [2 s, 4 s], got [2 s]"
        );
    }
}
