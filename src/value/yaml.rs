//! A value as YAML: what a person edits on.

use std::borrow::Cow;

use super::{Map, Value};
use crate::diagnostics::is_steering;

/// Most characters of an object or array that stands on one line.
const ON_ONE_LINE: usize = 80;

/// Most characters of a key as it is written that stands before its colon: the limit is 1024 [YAML 1.2.2, 7.4.3].
const LONGEST_KEY: usize = 1000;

/// The value as YAML text that reads as the same value, ended by a line break.
pub fn yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => object(map, 0, &mut out),
        Value::Array(items) if !items.is_empty() => array(items, 0, &mut out),
        other => {
            flow(other, &mut out);
            out.push('\n');
        }
    }
    out
}

fn object(map: &Map, indent: usize, out: &mut String) {
    for (number, (key, value)) in map.iter().enumerate() {
        // The first stands behind what began the line.
        if number > 0 {
            spaces(indent, out);
        }
        let from = out.len();
        text(key, out);
        // A line ends with it, and the value has a line of its own.
        if out[from..].chars().count() > LONGEST_KEY {
            out.insert_str(from, "? ");
            out.push('\n');
            spaces(indent, out);
        }
        out.push(':');
        match value {
            Value::Object(inner) if is_long(value) => {
                out.push('\n');
                spaces(indent + 2, out);
                object(inner, indent + 2, out);
            }
            Value::Array(items) if is_long(value) => {
                out.push('\n');
                spaces(indent + 2, out);
                array(items, indent + 2, out);
            }
            short => {
                out.push(' ');
                flow(short, out);
                out.push('\n');
            }
        }
    }
}

fn array(items: &[Value], indent: usize, out: &mut String) {
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            spaces(indent, out);
        }
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => object(map, indent + 2, out),
            Value::Array(inner) if is_long(item) => array(inner, indent + 2, out),
            short => {
                flow(short, out);
                out.push('\n');
            }
        }
    }
}

/// Whether it takes lines of its own.
fn is_long(value: &Value) -> bool {
    let empty = match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    !empty && (value.json_len() > ON_ONE_LINE || holds_entries(value))
}

/// Whether it is an object, or a list of objects, that holds objects: what one reads down, not across.
fn holds_entries(value: &Value) -> bool {
    let compound = |value: &Value| matches!(value, Value::Object(_) | Value::Array(_));
    match value {
        Value::Object(map) => map.values().any(|value| compound(value) && value.json_len() > 2),
        Value::Array(items) => items
            .iter()
            .any(|item| matches!(item, Value::Object(map) if !map.is_empty())),
        _ => false,
    }
}

/// On one line: `{id: ch_1, tags: [a, b]}`.
fn flow(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            out.push('{');
            for (number, (key, value)) in map.iter().enumerate() {
                if number > 0 {
                    out.push_str(", ");
                }
                text(key, out);
                out.push_str(": ");
                flow(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.push_str(", ");
                }
                flow(item, out);
            }
            out.push(']');
        }
        Value::String(string) => text(string, out),
        other => other.write_json(out),
    }
}

/// Plain where nobody can take it for anything else, in double quotes otherwise.
fn text(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        write_quoted(text, out);
    }
}

/// A string in double quotes that JSON and YAML read alike.
pub fn write_quoted(text: &str, out: &mut String) {
    let from = out.len();
    Value::write_json_string(text, out);
    if let Cow::Owned(escaped) = printable(&out[from..]) {
        out.truncate(from);
        out.push_str(&escaped);
    }
}

/// A JSON text that reads the same as YAML: escaped are the characters, all of them inside of strings, that YAML does not
/// take for printable [YAML 1.2.2, 5.1] or, in its older version, takes for the end of a line, and those that turn the
/// direction of what follows.
pub fn printable(json: &str) -> Cow<'_, str> {
    // Line feeds stand between the values of JSON.
    let steers = |c: char| c >= '\u{7f}' && is_steering(c);
    let is_bad = |c: char| steers(c) || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    // Most text is ASCII, of which only the last character is one of them.
    let is_plain = json.bytes().all(|byte| byte < 0x7f);
    if is_plain || !json.contains(is_bad) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match is_bad(c) {
            true => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$');
    let inside = |c: char| c.is_ascii_alphanumeric() || "_-./$ ".contains(c);
    starts
        && text.chars().all(inside)
        && !text.ends_with(' ')
        && !WORDS.contains(&&*text.to_ascii_lowercase())
}

fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::source::{SourceFile, parse_any};

    #[test]
    fn is_what_a_person_would_write() {
        let value = Value::from(&serde_json::json!({
            "States": {
                "Charge card": [
                    {"Throw": {"Error": "Busy", "Cause": "later: no"}},
                    {"Return": {"id": "ch_1", "n": 1, "none": null, "list": []}, "DelaySeconds": 1.5}
                ],
                "Notify": {"Return": {}}
            },
            "true": "no"
        }));
        let expected = "\
States:
  Charge card:
    - Throw: {Error: Busy, Cause: \"later: no\"}
    - Return: {id: ch_1, \"n\": 1, none: null, list: []}
      DelaySeconds: 1.5
  Notify: {Return: {}}
\"true\": \"no\"
";
        assert_eq!(yaml(&value), expected);
    }

    fn read(text: &str) -> Value {
        let parsed = parse_any(Arc::new(SourceFile::new("t.yaml", text)));
        assert!(parsed.findings.is_empty(), "{text:?}\n{:?}", parsed.findings);
        parsed.document.expect("a value").root().to_value()
    }

    #[test]
    fn reads_as_the_same_value() {
        let hostile = serde_json::json!({
            "": "", "a: b": "- x", "#": "# no", "1": "1", "1.0": 1.0, "<<": {"<<": [1]}, "~": "~", "null": null,
            "x": [[[]], [[{}]], [{"a": [1, [2, {"b": "c\nd\te\u{1}\u{e9}\u{1f600}"}]]}], "0x1", ".5", "2024-01-01", "=", "!t", "&a", "*b"],
            "long": {"a": "x".repeat(100), "b": ["y".repeat(90), {"c": "z".repeat(90)}]}, "t ": " t", "%": "@", "`": "|",
            "\u{7f}\u{85}": ["\u{9f}", "\u{2028}\u{2029}", "\u{feff}x\u{ffff}", "\u{e000}\u{10ffff}"]
        });
        for value in [
            hostile,
            serde_json::json!([]),
            serde_json::json!("x: y"),
            serde_json::json!([1, [2]]),
        ] {
            let value = Value::from(&value);
            let text = yaml(&value);
            assert_eq!(read(&text).to_json(), value.to_json(), "{text}");
        }
    }

    /// A reader looks for the colon behind a key in the next 1024 characters only.
    #[test]
    fn a_long_key_has_a_line_of_its_own() {
        for key in [
            "k".repeat(1001),
            "\"".repeat(600),
            "k".repeat(5000),
            "k".repeat(1000),
        ] {
            let key: Arc<str> = Arc::from(key);
            let of = |value| Value::object([(key.clone(), value)].into_iter().collect::<Map>());
            for inner in [
                Value::from(1),
                Value::from(&serde_json::json!({"a": ["x".repeat(90)], "b": {}})),
                Value::from(&serde_json::json!([["x".repeat(90)], 2])),
                of(Value::from("x")),
            ] {
                let two = [(key.clone(), inner.clone()), (Arc::from("z"), of(inner))];
                let value = Value::from(vec![Value::object(two.into_iter().collect::<Map>())]);
                let text = yaml(&value);
                assert_eq!(text.contains("? "), key.len() != 1000, "{text}");
                assert_eq!(read(&text).to_json(), value.to_json(), "{text}");
            }
        }
    }

    #[test]
    fn no_character_stands_for_itself_that_yaml_does_not_print() {
        let text = "\u{7f}\u{80}\u{85}\u{9f}\u{a0}\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}\u{10ffff}";
        let expected =
            "\"\\u007f\\u0080\\u0085\\u009f\u{a0}\\u2028\\u2029\\ufeff\\ufffe\\uffff\u{10ffff}\"\n";
        assert_eq!(yaml(&Value::from(text)), expected);
    }

    fn strings() -> impl Strategy<Value = String> {
        let special = prop::sample::select(
            "\u{0}\u{1}\t\n\r\u{1b} !\"#$%&'*,-.:<=>?@[\\]^_`{|}~\u{7f}\u{80}\u{85}\u{9f}\u{a0}\u{2028}\u{2029}\u{d7ff}\u{e000}\u{feff}\u{fffd}\u{fffe}\u{ffff}\u{1f600}\u{10ffff}".chars().collect::<Vec<char>>(),
        );
        let characters = prop_oneof![3 => special, 1 => any::<char>(), 2 => prop::char::range('0', 'z')];
        prop_oneof![
            4 => prop::collection::vec(characters, 0..12).prop_map(|text| text.into_iter().collect()),
            1 => prop::sample::select(vec!["true", "No", "null", "~", "1e3", "0x1F", "0o7", "1_000", "12:30:45", ".inf", "<<", "---", "...", "- a", "? b"])
                .prop_map(str::to_owned),
            1 => "[a-z ]{90,120}",
            1 => "[a-z\"]{800,1200}",
        ]
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            1 => Just(Value::Null),
            1 => any::<bool>().prop_map(Value::from),
            1 => any::<i64>().prop_map(Value::from),
            1 => any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(Value::from),
            4 => strings().prop_map(|text| Value::from(text.as_str())),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let members = prop::collection::vec((strings(), inner.clone()), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(Value::array),
                members.prop_map(|members| {
                    Value::object(
                        members
                            .into_iter()
                            .map(|(key, value)| (Arc::from(key), value))
                            .collect::<Map>(),
                    )
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(value in values()) {
            let text = yaml(&value);
            prop_assert_eq!(read(&text).to_json(), value.to_json());
        }
    }
}
