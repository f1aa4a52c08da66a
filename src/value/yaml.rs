//! A value as YAML: what a person edits on.

use std::fmt::Write as _;

use super::{Map, Value};

/// Most characters of an object or array that stands on one line.
const ON_ONE_LINE: usize = 80;

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
        text(key, out);
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

/// Plain where nobody can take it for anything else, in double quotes otherwise: JSON's strings are YAML's.
fn text(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(text, out);
    }
}

/// In double quotes. What JSON may leave as it is and YAML may not is escaped, too: no character that YAML calls
/// unprintable may stand in a file [YAML 1.2.2, 5.1], and what older readers take for a line break does not.
fn quoted(text: &str, out: &mut String) {
    let mut json = String::with_capacity(text.len() + 2);
    Value::write_json_string(text, &mut json);
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
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
            let parsed = parse_any(Arc::new(SourceFile::new("t.yaml", text.as_str())));
            assert!(parsed.findings.is_empty(), "{text}\n{:?}", parsed.findings);
            let read = parsed.document.expect("a value").root().to_value();
            assert_eq!(read.to_json(), value.to_json(), "{text}");
        }
    }
}
