//! Functions on texts.

use crate::expr::intrinsic::slots::{self, Piece};
use crate::expr::intrinsic::{Arguments, Wrong};
use crate::value::Value;

/// `States.StringSplit(text, delimiters)`: every character of `delimiters` divides, and empty parts are dropped
/// (recorded cases).
pub(in crate::expr::intrinsic) fn split(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let text = arguments.text(0)?;
    let delimiters = arguments.text(1)?;
    Ok(Value::array(
        text.split(|c| delimiters.contains(c))
            .filter(|part| !part.is_empty())
            .map(Value::from),
    ))
}

/// `States.UUID()`: a UUID of version 4.
pub(in crate::expr::intrinsic) fn uuid(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    Ok(Value::string(arguments.random.uuid()))
}

/// `States.Format(template, ...)`: each `{}` replaced by an argument; `\{` and `\}` are braces, and other ones fail.
pub(in crate::expr::intrinsic) fn format(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let template = match arguments.template {
        Some(raw) => raw,
        None => arguments.text(0)?,
    };
    let mut values = arguments.values.iter().skip(1);
    let mut out = String::with_capacity(template.len());
    let found = slots::read(template, arguments.template.is_some(), |piece| match piece {
        Piece::Text(c) => out.push(c),
        Piece::Slot => {
            if let Some(value) = values.next() {
                write_java(value, &mut out);
            }
        }
    })
    .map_err(|brace| brace.wrong())?;
    slots::count(found, arguments.values.len().saturating_sub(1))?;
    Ok(Value::string(out))
}

/// A value as Java's `toString` writes it: texts without quotes, objects as `{a=1, b=[x, y]}` (recorded cases).
fn write_java(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_java(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                out.push_str(key);
                out.push('=');
                write_java(item, out);
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.write_json(out),
    }
}
