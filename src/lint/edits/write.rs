//! What an edit adds, written in the style of the text around it.

use std::borrow::Cow;

use super::json_string;
use crate::source::parse_value;
use crate::value::Value;

/// The widest line that is written where the layout has lines.
const WIDTH: usize = 100;

/// A text that needs no quotes in YAML, in block and in flow style, for readers of YAML 1.1 and 1.2 alike.
pub(super) fn plain(text: &str) -> Option<String> {
    const WORDS: [&str; 12] = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "", "=",
    ];
    let inner =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | '/' | '-' | ' ' | '(' | ')');
    let first = text.chars().next()?;
    let begins = first.is_ascii_alphabetic() || matches!(first, '_' | '$' | '/');
    let fits = begins && text.chars().all(inner) && !text.ends_with(' ');
    (fits && !WORDS.contains(&text.to_ascii_lowercase().as_str())).then(|| text.to_owned())
}

/// How values are written on one line.
pub(super) struct Inline {
    /// Without blanks behind colons and commas.
    pub(super) compact: bool,
    /// Without quotes where YAML needs none.
    pub(super) plain: bool,
}

impl Inline {
    /// A key with its colon.
    pub(super) fn key(&self, key: &str) -> String {
        let blank = if self.compact { "" } else { " " };
        format!("{}:{blank}", self.string(key))
    }

    fn string(&self, text: &str) -> String {
        match self.plain {
            true => plain(text).unwrap_or_else(|| json_string(text)),
            false => json_string(text),
        }
    }

    /// A value that is given as JSON.
    pub(super) fn value(&self, json: &str) -> Option<String> {
        if !self.compact && !self.plain {
            return Some(json.to_owned());
        }
        let mut out = String::new();
        self.write(&parse_value(json).ok()?, &mut out);
        Some(out)
    }

    fn write(&self, value: &Value, out: &mut String) {
        let comma = if self.compact { "," } else { ", " };
        match value {
            Value::String(text) => out.push_str(&self.string(text)),
            Value::Array(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { comma } else { "" });
                    self.write(item, out);
                }
                out.push(']');
            }
            Value::Object(map) => {
                out.push('{');
                for (i, (key, value)) in map.iter().enumerate() {
                    out.push_str(if i > 0 { comma } else { "" });
                    out.push_str(&self.key(key));
                    self.write(value, out);
                }
                out.push('}');
            }
            other => other.write_json(out),
        }
    }
}

/// A value for a member behind `layout`: on one line, or over lines of their own where the layout has lines and one
/// would be too wide.
pub(super) fn laid_out(
    inline: &Inline,
    json: &str,
    layout: &str,
    unit: String,
    newline: &str,
) -> Option<String> {
    let one_line = inline.value(json)?;
    let Some((_, indent)) = layout.rsplit_once('\n') else {
        return Some(one_line);
    };
    if indent.len() + one_line.len() <= WIDTH {
        return Some(one_line);
    }
    let mut out = String::new();
    let lines = Lines {
        inline,
        unit,
        newline,
    };
    lines.write(&parse_value(json).ok()?, indent.to_owned(), &mut out);
    Some(out)
}

/// JSON over several lines.
struct Lines<'a> {
    inline: &'a Inline,
    unit: String,
    newline: &'a str,
}

impl Lines<'_> {
    fn write(&self, value: &Value, indent: String, out: &mut String) {
        let mut one_line = String::new();
        self.inline.write(value, &mut one_line);
        let flat = match value {
            Value::Array(items) => items
                .iter()
                .all(|item| item.as_array().is_none() && item.as_object().is_none()),
            Value::Object(_) => false,
            _ => true,
        };
        if flat && (indent.len() + one_line.len() <= WIDTH || value.as_array().is_none()) {
            out.push_str(&one_line);
            return;
        }
        let inner = format!("{indent}{}", self.unit);
        let parts: Vec<(Cow<'_, str>, &Value)> = match value {
            Value::Object(map) => map
                .iter()
                .map(|(k, v)| (Cow::Owned(self.inline.key(k)), v))
                .collect(),
            Value::Array(items) => items.iter().map(|item| (Cow::Borrowed(""), item)).collect(),
            _ => Vec::new(),
        };
        let (open, close) = if value.as_object().is_some() {
            ('{', '}')
        } else {
            ('[', ']')
        };
        out.push(open);
        for (i, (key, value)) in parts.into_iter().enumerate() {
            out.push_str(if i > 0 { "," } else { "" });
            out.push_str(self.newline);
            out.push_str(&inner);
            out.push_str(&key);
            self.write(value, inner.clone(), out);
        }
        out.push_str(self.newline);
        out.push_str(&indent);
        out.push(close);
    }
}

const FLOW: Inline = Inline {
    compact: false,
    plain: true,
};

/// Whether a value goes on the line of its key or dash: scalars, what is empty, and short lists of scalars.
fn on_line(value: &Value, column: usize) -> Option<String> {
    let short = match value {
        Value::Array(items) => items
            .iter()
            .all(|item| item.as_array().is_none() && item.as_object().is_none()),
        Value::Object(map) => map.is_empty(),
        _ => true,
    };
    let mut out = String::new();
    FLOW.write(value, &mut out);
    (short && (value.as_array().is_none() || column + out.len() <= WIDTH)).then_some(out)
}

/// Writes a value behind `key:`, whose column is `column`; lists below it are indented by `step`.
pub(super) fn block(value: &Value, column: usize, step: usize, newline: &str, out: &mut String) {
    if let Some(text) = on_line(value, column + 20) {
        out.push(' ');
        out.push_str(&text);
        return;
    }
    match value {
        Value::Array(items) => {
            let column = column + step;
            for item in items.iter() {
                out.push_str(&format!("{newline}{:column$}-", ""));
                block_item(item, column, newline, out);
            }
        }
        Value::Object(map) => {
            let column = column + 2;
            for (key, value) in map.iter() {
                out.push_str(&format!("{newline}{:column$}{}:", "", FLOW.string(key)));
                block(value, column, step, newline, out);
            }
        }
        _ => {}
    }
}

/// Writes a value behind a dash, whose column is `column`.
pub(super) fn block_item(value: &Value, column: usize, newline: &str, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let inner = column + 2;
            for (i, (key, value)) in map.iter().enumerate() {
                match i {
                    0 => out.push(' '),
                    _ => out.push_str(&format!("{newline}{:inner$}", "")),
                }
                out.push_str(&FLOW.string(key));
                out.push(':');
                block(value, inner, 2, newline, out);
            }
        }
        other => {
            out.push(' ');
            FLOW.write(other, out);
        }
    }
}
