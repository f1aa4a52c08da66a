//! Functions on texts.

use crate::expr::intrinsic::Arguments;
use crate::value::Value;

/// `States.StringSplit(text, delimiters)`: every character of `delimiters` divides, and empty parts are dropped
/// (recorded cases).
pub(in crate::expr::intrinsic) fn split(arguments: &Arguments<'_>) -> Result<Value, String> {
    let text = arguments.text(0)?;
    let delimiters = arguments.text(1)?;
    Ok(Value::array(
        text.split(|c| delimiters.contains(c))
            .filter(|part| !part.is_empty())
            .map(Value::from),
    ))
}

/// `States.UUID()`: a UUID of version 4.
pub(in crate::expr::intrinsic) fn uuid(arguments: &Arguments<'_>) -> Result<Value, String> {
    Ok(Value::string(arguments.random.uuid()))
}

/// `States.Format(template, ...)`: each `{}` replaced by an argument; `\{` and `\}` are braces.
pub(in crate::expr::intrinsic) fn format(arguments: &Arguments<'_>) -> Result<Value, String> {
    let template = match arguments.template {
        Some(raw) => raw,
        None => arguments.text(0)?,
    };
    let mut values = arguments.values.iter().skip(1);
    let mut out = String::with_capacity(template.len());
    let mut placeholders = 0;
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&escaped @ ('\'' | '{' | '}' | '\\'))) => {
                out.push(escaped);
                chars.next();
            }
            ('{', Some('}')) => {
                chars.next();
                placeholders += 1;
                if let Some(value) = values.next() {
                    write_java(value, &mut out);
                }
            }
            _ => out.push(c),
        }
    }
    let given = arguments.values.len().saturating_sub(1);
    if placeholders != given {
        return Err(format!(
            "the template has {placeholders} of {{}}, and {given} values are given"
        ));
    }
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
