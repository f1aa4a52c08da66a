//! What an edit adds, written in the style of the text around it.

use std::cell::RefCell;

use crate::source::parse_value;
use crate::value::{Value, write_quoted};

/// A value that is added at many places, most of which are laid out alike.
pub(in crate::lint) struct Written {
    value: Value,
    /// How it was written last, and what came of it.
    last: RefCell<Option<(Style, String)>>,
}

/// What the text of a value depends on.
#[derive(PartialEq)]
enum Style {
    Flow {
        inline: Inline,
        layout: String,
        unit: String,
        newline: String,
    },
    Block {
        column: usize,
        step: usize,
        newline: String,
    },
}

impl Written {
    pub(in crate::lint) fn new(value: Value) -> Written {
        Written {
            value,
            last: RefCell::new(None),
        }
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// See [`laid_out`].
    pub(super) fn laid_out(&self, inline: &Inline, layout: &str, unit: String, newline: &str) -> String {
        let style = Style::Flow {
            inline: *inline,
            layout: layout.to_owned(),
            unit: unit.clone(),
            newline: newline.to_owned(),
        };
        self.once(style, || laid_out(inline, &self.value, layout, unit, newline))
    }

    /// See [`block`].
    pub(super) fn block(&self, column: usize, step: usize, newline: &str, out: &mut String) {
        let style = Style::Block {
            column,
            step,
            newline: newline.to_owned(),
        };
        out.push_str(&self.once(style, || {
            let mut text = String::new();
            block(&self.value, column, step, newline, &mut text);
            text
        }));
    }

    fn once(&self, style: Style, write: impl FnOnce() -> String) -> String {
        let mut last = self.last.borrow_mut();
        match &*last {
            Some((known, text)) if *known == style => text.clone(),
            _ => last.insert((style, write())).1.clone(),
        }
    }
}

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
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Inline {
    /// Without blanks behind colons and commas.
    pub(super) compact: bool,
    /// Without quotes where YAML needs none.
    pub(super) plain: bool,
}

impl Inline {
    /// Appends a key with its colon.
    fn write_key(&self, key: &str, out: &mut String) {
        self.write_string(key, out);
        out.push_str(if self.compact { ":" } else { ": " });
    }

    /// A key with its colon.
    pub(super) fn key(&self, key: &str) -> String {
        let mut out = String::with_capacity(key.len() + 4);
        self.write_key(key, &mut out);
        out
    }

    fn write_string(&self, text: &str, out: &mut String) {
        match self.plain.then(|| plain(text)).flatten() {
            Some(text) => out.push_str(&text),
            None => write_quoted(text, out),
        }
    }

    /// A value that is given as JSON.
    pub(super) fn value(&self, json: &str) -> Option<String> {
        if !self.compact && !self.plain {
            return Some(json.to_owned());
        }
        Some(self.text(&parse_value(json).ok()?))
    }

    /// A value on one line.
    pub(super) fn text(&self, value: &Value) -> String {
        let mut out = String::new();
        self.write(value, &mut out);
        out
    }

    fn write(&self, value: &Value, out: &mut String) {
        let comma = if self.compact { "," } else { ", " };
        match value {
            Value::String(text) => self.write_string(text, out),
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
                    self.write_key(key, out);
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
pub(super) fn laid_out(inline: &Inline, value: &Value, layout: &str, unit: String, newline: &str) -> String {
    let one_line = inline.text(value);
    let Some((_, indent)) = layout.rsplit_once('\n') else {
        return one_line;
    };
    if indent.len() + one_line.len() <= WIDTH {
        return one_line;
    }
    let mut lines = Lines {
        inline,
        unit,
        newline,
        indent: indent.to_owned(),
        out: String::with_capacity(2 * one_line.len()),
    };
    lines.write(value);
    lines.out
}

/// JSON over several lines.
struct Lines<'a> {
    inline: &'a Inline,
    unit: String,
    newline: &'a str,
    /// Where the line of what is written now begins.
    indent: String,
    out: String,
}

impl Lines<'_> {
    fn write(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                // Lists of scalars stay on one line when they fit there.
                let from = self.out.len();
                if items.iter().all(is_scalar) {
                    self.inline.write(value, &mut self.out);
                    if self.indent.len() + self.out.len() - from <= WIDTH {
                        return;
                    }
                    self.out.truncate(from);
                }
                self.parts(['[', ']'], items.iter(), |lines, item| lines.write(item));
            }
            Value::Object(map) => self.parts(['{', '}'], map.iter(), |lines, (key, value)| {
                lines.inline.write_key(key, &mut lines.out);
                lines.write(value);
            }),
            scalar => self.inline.write(scalar, &mut self.out),
        }
    }

    fn parts<T>(
        &mut self,
        brackets: [char; 2],
        parts: impl Iterator<Item = T>,
        write: impl Fn(&mut Self, T),
    ) {
        self.out.push(brackets[0]);
        self.indent.push_str(&self.unit);
        for (i, part) in parts.enumerate() {
            self.out.push_str(if i > 0 { "," } else { "" });
            self.new_line();
            write(self, part);
        }
        self.indent.truncate(self.indent.len() - self.unit.len());
        self.new_line();
        self.out.push(brackets[1]);
    }

    fn new_line(&mut self) {
        self.out.push_str(self.newline);
        self.out.push_str(&self.indent);
    }
}

fn is_scalar(value: &Value) -> bool {
    value.as_array().is_none() && value.as_object().is_none()
}

const FLOW: Inline = Inline {
    compact: false,
    plain: true,
};

/// Whether a value goes on the line of its key or dash: scalars, what is empty, and short lists of scalars.
fn on_line(value: &Value, column: usize) -> Option<String> {
    let short = match value {
        Value::Array(items) => items.iter().all(is_scalar),
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
                out.push_str(&format!("{newline}{:column$}", ""));
                FLOW.write_string(key, out);
                out.push(':');
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
                FLOW.write_string(key, out);
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
