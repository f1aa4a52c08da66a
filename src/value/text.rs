//! Compact JSON text of a value.

use std::fmt::Write;

use super::Value;

/// Appends `value` as compact JSON.
pub(super) fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(n) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "{n}");
        }
        Value::String(s) => write_string(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
    }
}

/// Appends the beginning of `value` as compact JSON until `out` has more than `most` bytes.
pub(super) fn write_start(value: &Value, out: &mut String, most: usize) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => write(value, out),
        Value::String(text) => write_string_start(text, out, most),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if out.len() > most {
                    return;
                }
                if i > 0 {
                    out.push(',');
                }
                write_start(item, out, most);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if out.len() > most {
                    return;
                }
                if i > 0 {
                    out.push(',');
                }
                write_string_start(key, out, most);
                out.push(':');
                write_start(item, out, most);
            }
            out.push('}');
        }
    }
}

/// A string that is cut before it is escaped: nothing gets shorter by that.
fn write_string_start(text: &str, out: &mut String, most: usize) {
    match text.char_indices().find(|(end, _)| *end > most) {
        Some((end, _)) => write_string(&text[..end], out),
        None => write_string(text, out),
    }
}

/// Appends `text` as a JSON string.
pub(super) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = 0;
    for (i, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => {
                out.push_str(&text[rest..i]);
                let _ = write!(out, "\\u{byte:04x}");
                rest = i + 1;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[rest..i]);
        out.push_str(escape);
        rest = i + 1;
    }
    out.push_str(&text[rest..]);
    out.push('"');
}

/// Length in bytes of what [`write`] would append.
pub(super) fn len(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(n) => n.to_string().len(),
        Value::String(s) => string_len(s),
        Value::Array(items) => 2 + items.len().saturating_sub(1) + items.iter().map(len).sum::<usize>(),
        Value::Object(map) => {
            2 + map.len().saturating_sub(1)
                + map.iter().map(|(k, v)| string_len(k) + 1 + len(v)).sum::<usize>()
        }
    }
}

fn string_len(text: &str) -> usize {
    let escaped: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
            0..0x20 => 5,
            _ => 0,
        })
        .sum();
    text.len() + 2 + escaped
}
