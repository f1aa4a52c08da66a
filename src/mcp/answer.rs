//! What a command printed, as an agent gets it: without what it did not ask for, and in the names of the tool's arguments
//! where the command line's options are named.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use super::tools::{Answer, Tool};

/// What of a call's JSON is handed on; `None` where that is all of it.
pub(super) fn shortened(tool: &Tool, given: &Map<String, Value>, printed: &str) -> Option<String> {
    let asks = |name: &str| given.get(name) == Some(&Value::Bool(true));
    if tool.answer == Answer::Whole {
        return None;
    }
    let mut value: Value = serde_json::from_str(printed).ok()?;
    match tool.answer {
        Answer::Whole => {}
        Answer::Findings => {
            for finding in each(&mut value, "files").flat_map(|file| each(file, "diagnostics")) {
                without(finding, |name, value| {
                    let is_empty = value.as_array().is_some_and(Vec::is_empty);
                    (name == "fixes" && !asks("fixes")) || (name == "related" && is_empty)
                });
                if let Some(Value::String(help)) = finding.get_mut("help") {
                    *help = in_arguments(tool, help);
                }
            }
        }
        Answer::Ends => {
            for end in each(&mut value, "ends") {
                without(end, |name, _| name == "testCase" && !asks("test_cases"));
            }
        }
        Answer::Rules => {
            for list in ["rules", "codes"] {
                for one in each(&mut value, list) {
                    without(one, |name, _| !matches!(name, "name" | "summary" | "severity"));
                }
            }
        }
    }
    Some(value.to_string())
}

/// The items of a member that is a list.
fn each<'v>(value: &'v mut Value, name: &str) -> impl Iterator<Item = &'v mut Value> + use<'v> {
    let list = value.get_mut(name).and_then(Value::as_array_mut);
    list.into_iter().flatten()
}

/// Takes members out of an object.
fn without(value: &mut Value, goes: impl Fn(&str, &Value) -> bool) {
    if let Value::Object(members) = value {
        members.retain(|name, value| !goes(name, value));
    }
}

/// What the command line says otherwise than a tool does.
const WORDS: [(&str, &str); 9] = [
    ("the file given with --mocks", "'mocks'"),
    (
        "\n--write-mocks FILE writes one for every task",
        "\nskeleton makes one for every task",
    ),
    (
        "\\n--write-mocks FILE writes one for every task",
        "\\nskeleton makes one for every task",
    ),
    (
        "or --substitutions FILE, with a value for each",
        " in 'substitutions'",
    ),
    (": --allow-outside reads it", ""),
    ("`sfn-tool explain` lists", "explain without a code lists"),
    ("`sfn-tool graph FILE` lists", "graph without 'focus' lists"),
    (
        "--no-validate runs it anyway",
        "validate names them; no_validate: true runs it anyway",
    ),
    (" into a file and give it with --mocks FILE", " in 'mocks'"),
];

/// An option, and the word in capitals that stands for its value.
static OPTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(--[a-z][a-z-]*)( [A-Z]+\\b|=[A-Z]+\\b)?").ok());
/// What gives values for placeholders on the command line.
static DEFINES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?:--define [^ ]+=VALUE(?: |\n|\\\\n)?)+").ok());

/// What a command says, in the names that its tool's arguments have.
pub(super) fn in_arguments(tool: &Tool, said: &str) -> String {
    let mut said = match &*DEFINES {
        Some(defines) => defines.replace_all(said, "give a value for each").into_owned(),
        None => said.to_owned(),
    };
    for (from, to) in WORDS {
        said = said.replace(from, to);
    }
    let Some(option) = &*OPTION else { return said };
    let named = |found: &Captures<'_>| {
        let whole = found.get(0).map_or("", |whole| whole.as_str());
        let mut options = tool.options();
        match options.find(|(option, _)| found.get(1).is_some_and(|given| given.as_str() == *option)) {
            Some((_, name)) => format!("'{name}'"),
            None => whole.to_owned(),
        }
    };
    option.replace_all(&said, named).into_owned()
}
