//! Snapshots: what an execution came to, kept in a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::ChangeTag;

use super::model::TestFile;
use super::observed::Observed;
use crate::diagnostics::counted;
use crate::simulate::Execution;
use crate::source::ReadError;
use crate::value::{Map, Value, line_differences};

/// Most lines of a difference that are shown.
const SHOWN: usize = 40;

/// A snapshot beside what is there now.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Its file.
    pub path: PathBuf,
    /// What the file holds; `None` when there is none that can be read.
    pub old: Option<String>,
    /// Why the file that is there cannot be read.
    pub unreadable: Option<String>,
    /// What it should hold.
    pub new: String,
}

impl Snapshot {
    /// The snapshot of an execution, and the one in the file.
    pub(super) fn compare(
        path: &Path,
        test: &TestFile,
        execution: &Execution,
        observed: &Observed,
    ) -> Snapshot {
        let (old, unreadable) = match test.reach.read_output(path, Path::new(test.file.name())) {
            Ok(file) => (Some(file.text().to_owned()), None),
            Err(ReadError::NotFound { .. }) => (None, None),
            Err(error) => (None, Some(error.with_cause())),
        };
        Snapshot {
            path: path.to_owned(),
            old,
            unreadable,
            new: text(execution, observed),
        }
    }

    /// Whether a text has the form of a snapshot.
    pub fn is_one(text: &str) -> bool {
        let Ok(value) = crate::source::parse_value(text) else {
            return false;
        };
        value.as_object().is_some_and(|members| {
            let has = |name: &str| members.get(name).is_some();
            has("Status") && has("Duration") && has("Visited") && has("Tasks")
        })
    }

    /// Whether the file holds what it should. How its JSON is spelled does not count.
    pub fn is_current(&self) -> bool {
        let Some(old) = &self.old else { return false };
        *old == self.new
            || matches!(
                (crate::source::parse_value(old), crate::source::parse_value(&self.new)),
                (Ok(old), Ok(new)) if old == new
            )
    }

    /// How the execution differs from the file, if it does.
    pub(super) fn differences(&self) -> Option<Vec<String>> {
        if self.is_current() {
            return None;
        }
        if let Some(reason) = &self.unreadable {
            return Some(vec![reason.clone()]);
        }
        let Some(_) = &self.old else {
            return Some(vec![format!(
                "the file {} does not exist yet: --update writes it",
                self.path.display()
            )]);
        };
        let mut lines = self.changes();
        lines.insert(0, format!("{} differs:", self.path.display()));
        lines.push("--update replaces it".to_owned());
        Some(lines)
    }

    /// The lines that leave the file (`-`) and come into it (`+`), with those around them.
    pub fn changes(&self) -> Vec<String> {
        let old = self.old.as_deref().unwrap_or_default();
        let diff = line_differences(old, &self.new);
        let mut lines = Vec::new();
        for (number, group) in diff.grouped_ops(2).iter().enumerate() {
            if number > 0 {
                lines.push("  ...".to_owned());
            }
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let sign = match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                lines.push(format!(
                    "{sign} {}",
                    change.value().trim_end_matches(['\n', '\r'])
                ));
            }
        }
        if lines.len() > SHOWN {
            let more = lines.len() - SHOWN;
            lines.truncate(SHOWN);
            lines.push(format!("and {}", counted(more as u64, "more line")));
        }
        lines
    }
}

/// Status, output, error and cause; the duration in seconds, the states and the calls.
fn text(execution: &Execution, observed: &Observed) -> String {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(Arc::from(name), value);
    put("Status", Value::from(execution.status.as_aws()));
    if let Some(output) = &execution.output {
        put("Output", output.clone());
    }
    if let Some(failure) = &execution.failure {
        for (name, text) in [
            ("Error", failure.error.as_ref()),
            ("Cause", failure.shown_cause()),
        ] {
            if let Some(text) = text {
                put(name, Value::String(text.clone()));
            }
        }
    }
    let millis = execution.stopped.since(execution.started);
    let duration = match millis % 1000 {
        0 => Value::from(millis / 1000),
        _ => Value::from(millis as f64 / 1000.0),
    };
    put("Duration", duration);
    let names = observed.visited.iter().map(|name| Value::String(name.clone()));
    put("Visited", Value::array(names));
    let calls = observed.calls.iter();
    let calls: Map = calls
        .map(|(state, calls)| (state.clone(), Value::array(calls.iter().cloned())))
        .collect();
    put("Tasks", Value::object(calls));
    let value = Value::object(members);
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_else(|_| value.to_json());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(old: Option<String>, new: String) -> Snapshot {
        Snapshot {
            path: PathBuf::from("s.json"),
            old,
            unreadable: None,
            new,
        }
    }

    fn numbered(lines: std::ops::Range<usize>) -> Vec<String> {
        lines.map(|line| line.to_string()).collect()
    }

    #[test]
    fn the_spelling_of_json_does_not_count() {
        let current =
            |old: Option<&str>, new: &str| snapshot(old.map(str::to_owned), new.to_owned()).is_current();
        assert!(current(
            Some(r#"{"b": 1, "a": [1]}"#),
            "{\n  \"a\": [1],\n  \"b\": 1.0\n}\n"
        ));
        assert!(current(Some("{}"), "{}"));
        assert!(!current(Some(r#"{"a": [1]}"#), r#"{"a": [2]}"#));
        assert!(!current(Some("no JSON"), "{}"));
        assert!(!current(None, "{}"));
    }

    #[test]
    fn changes_stand_among_two_lines_around_them_and_far_ones_apart() {
        let old = numbered(0..20);
        let mut new = old.clone();
        new[4] = "four".to_owned();
        new.remove(15);
        let changes = snapshot(Some(old.join("\n")), new.join("\n")).changes();
        let expected = [
            "  2", "  3", "- 4", "+ four", "  5", "  6", "  ...", "  13", "  14", "- 15", "  16", "  17",
        ];
        assert_eq!(changes, expected);
    }

    #[test]
    fn of_many_changes_forty_lines_are_shown_and_the_others_counted() {
        // Each line that comes is a line of the difference.
        let shown = |lines: usize| snapshot(Some(String::new()), numbered(0..lines).join("\n")).changes();
        assert_eq!(shown(40).last().map(String::as_str), Some("+ 39"));
        let more = shown(43);
        assert_eq!(
            (more.len(), more[39].as_str(), more[40].as_str()),
            (41, "+ 39", "and 3 more lines")
        );
    }
}
