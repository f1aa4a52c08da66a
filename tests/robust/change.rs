//! Random changes of definitions, such as people make by mistake, and worse ones.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A value from anywhere: of every type, and words that mean something in some place.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        any::<String>().prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
        prop::collection::vec(prop::sample::select(WORDS).prop_map(Value::from), 0..3).prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(|word| json!({word: word})),
    ]
}

const WORDS: &[&str] = &[
    "JSONata",
    "JSONPath",
    "Task",
    "Map",
    "Choice",
    "Next",
    "End",
    "Retry",
    "Catch",
    "Output",
    "Parameters",
    "a.$",
    "$",
    "$$",
    "$.a..[",
    "$.a[?(@.b == ",
    "States.Format('{}', ",
    "States.ALL",
    "{% $states.input %}",
    "{% $map(",
    "{% {",
    "${X}",
    "arn:aws:states:::",
    "arn:aws:states:::sqs:sendMessage.sync",
    "2024-01-01T00:00:00Z",
    "\u{1F600}",
    "",
];

/// What expressions, paths, ARNs and timestamps are made of.
const PIECES: &[&str] = &[
    "$",
    "$$",
    "$.",
    "..",
    "[",
    "]",
    "[0",
    "[?(",
    ")]",
    "@.",
    "==",
    "'",
    "\"",
    "\\",
    "{",
    "}",
    "{% ",
    " %}",
    "(",
    ")",
    ",",
    " ",
    "States.",
    "States.Format(",
    "States.Array(",
    "$states.",
    "$map(",
    "function($x){",
    "~>",
    "^(",
    "/a+/",
    ":",
    "::",
    "*",
    "${",
    ".sync",
    ".waitForTaskToken",
    "T00:00:00Z",
    "-",
    "9007199254740993",
    "1e999",
    "\u{0}",
    "\u{301}",
    "\u{1F600}",
    "\n",
    "&",
    "|",
    "#$i",
    "@$v",
    "?",
];

/// A change at some place of a definition.
#[derive(Debug, Clone)]
pub enum Change {
    Replace(Value),
    Rename(String),
    Remove,
    Insert(String, Value),
    /// A word put into a string, or in the place of what stands behind the index there.
    Splice(prop::sample::Index, &'static str, bool),
}

pub fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any_value().prop_map(Change::Replace),
        prop::sample::select(WORDS).prop_map(|word| Change::Rename(word.to_owned())),
        Just(Change::Remove),
        (prop::sample::select(WORDS), any_value())
            .prop_map(|(word, value)| Change::Insert(word.to_owned(), value)),
        (
            any::<prop::sample::Index>(),
            prop::sample::select(PIECES),
            any::<bool>()
        )
            .prop_map(|(at, piece, cut)| Change::Splice(at, piece, cut)),
    ]
}

fn splice(text: &str, at: &prop::sample::Index, piece: &str, cut: bool) -> String {
    let mut at = at.index(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let rest = if cut { "" } else { &text[at..] };
    format!("{}{piece}{rest}", &text[..at])
}

/// Walks to a place chosen by `steps` and changes it.
pub fn apply(value: &mut Value, steps: &[usize], change: &Change) {
    if let (Value::String(text), Change::Splice(at, piece, cut)) = (&mut *value, change) {
        *text = splice(text, at, piece, *cut);
        return;
    }
    let [step, rest @ ..] = steps else { return };
    let last = rest.is_empty();
    match value {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(step % map.len()).cloned().unwrap_or_default();
            match change {
                Change::Insert(name, value) if last => {
                    map.insert(name.clone(), value.clone());
                }
                Change::Remove if last => {
                    map.remove(&key);
                }
                Change::Rename(name) if last => {
                    let value = map.remove(&key).unwrap_or_default();
                    map.insert(name.clone(), value);
                }
                Change::Replace(value) if last => map[&key] = value.clone(),
                _ => apply(&mut map[&key], rest, change),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = step % items.len();
            match change {
                Change::Remove if last => {
                    items.remove(index);
                }
                Change::Replace(value) | Change::Insert(_, value) if last => items[index] = value.clone(),
                _ => apply(&mut items[index], rest, change),
            }
        }
        _ => {}
    }
}
