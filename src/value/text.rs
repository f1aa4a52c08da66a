//! Compact JSON text of a value.

use super::{Number, Value, escape};

/// A quotation mark of the JSON text: escaped where the text is itself put into a string.
const fn quote(nested: bool) -> &'static str {
    if nested { "\\\"" } else { "\"" }
}

/// Appends `value` as compact JSON; `NESTED`: as it stands inside a JSON string, whose quotes are not written.
pub(super) fn write<const NESTED: bool>(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(n) => write_number(n, out),
        Value::String(s) => write_string::<NESTED>(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write::<NESTED>(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string::<NESTED>(key, out);
                out.push(':');
                write::<NESTED>(item, out);
            }
            out.push('}');
        }
    }
}

fn write_number(number: &Number, out: &mut String) {
    match number {
        Number::Int(n) => out.push_str(itoa::Buffer::new().format(*n)),
        Number::Big(text) => out.push_str(text),
        Number::Float(_) => {
            // Writing to a String cannot fail.
            let _ = std::fmt::Write::write_fmt(out, format_args!("{number}"));
        }
    }
}

/// Appends the beginning of `value` as compact JSON until `out` has more than `most` bytes.
pub(super) fn write_start(value: &Value, out: &mut String, most: usize) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => write::<false>(value, out),
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
    let room = most.saturating_sub(out.len());
    if text.len() <= room {
        return write_string::<false>(text, out);
    }
    match text.char_indices().find(|(end, _)| *end > room) {
        Some((end, _)) => write_string::<false>(&text[..end], out),
        None => write_string::<false>(text, out),
    }
}

/// Appends `text` as a JSON string, in quotes; `NESTED` as for [`write`].
pub(super) fn write_string<const NESTED: bool>(text: &str, out: &mut String) {
    out.push_str(quote(NESTED));
    escape::write::<NESTED>(text, out);
    out.push_str(quote(NESTED));
}

/// Length in bytes of what [`write`] would append, when it is not inside a string; [`TOO_DEEP`](super::TOO_DEEP) or more
/// for a value that is nested deeper than the tool goes.
pub(super) fn len(value: &Value) -> usize {
    len_within(value, super::MAX_DEPTH)
}

fn len_within(value: &Value, levels: usize) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(n) => number_len(n),
        Value::String(s) => string_len(s),
        Value::Array(_) | Value::Object(_) if levels == 0 => super::TOO_DEEP,
        Value::Array(items) => {
            let items_len = items.iter().map(|item| len_within(item, levels - 1));
            2 + items.len().saturating_sub(1) + items_len.sum::<usize>()
        }
        Value::Object(map) => {
            let members = map
                .iter()
                .map(|(k, v)| string_len(k) + 1 + len_within(v, levels - 1));
            2 + map.len().saturating_sub(1) + members.sum::<usize>()
        }
    }
}

fn number_len(number: &Number) -> usize {
    match number {
        Number::Int(n) => {
            let digits = n.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
            digits + usize::from(*n < 0)
        }
        Number::Big(text) => text.len(),
        Number::Float(_) => number.to_string().len(),
    }
}

fn string_len(text: &str) -> usize {
    escape::len(text) + 2
}
