//! JSON text to a value, without places: inputs of runs, the argument of `States.StringToJson`.

use std::sync::Arc;

use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};
use thiserror::Error;

use super::value_reader;
use crate::diagnostics::Span;
use crate::value::{Map, Number, Value};

/// Most arrays and objects inside one another.
pub(super) const MAX_NESTING: usize = 512;

/// None of the leniencies.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// A text that is no JSON value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ValueError {
    /// What is wrong.
    pub message: String,
    /// Where, as byte offsets in the text.
    pub span: Span,
}

/// Reads JSON, strict as AWS reads it. Of a key that stands twice in an object, the last value counts.
pub fn parse_value(text: &str) -> Result<Value, ValueError> {
    value_reader::read(text).map_or_else(|| parse_with_reasons(text), Ok)
}

/// The same, by the parser that tells what is wrong.
pub(super) fn parse_with_reasons(text: &str) -> Result<Value, ValueError> {
    let fail = |message: String, span| Err(ValueError { message, span });
    scan(text)?;
    let options: &ParseOptions = &STRICT;
    match parse_to_ast(text, &CollectOptions::default(), options) {
        Ok(parsed) => match &parsed.value {
            Some(value) => convert(value),
            None => fail("there is no value".into(), Span::at(text.len())),
        },
        Err(error) => {
            let range = error.range();
            fail(error.kind().to_string(), Span::new(range.start, range.end))
        }
    }
}

/// What the parser would not survive or would let pass: deep nesting, and control characters in strings.
fn scan(text: &str) -> Result<(), ValueError> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let fail = |message: String, at| {
        Err(ValueError {
            message,
            span: Span::new(at, at + 1),
        })
    };
    for (i, byte) in text.bytes().enumerate() {
        if in_string {
            match byte {
                0..0x20 => return fail("a control character in a string must be escaped".into(), i),
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return fail(
                        format!("more than {MAX_NESTING} arrays and objects inside one another"),
                        i,
                    );
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn convert(value: &ast::Value<'_>) -> Result<Value, ValueError> {
    Ok(match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(v) => Value::Bool(v.value),
        ast::Value::NumberLit(v) => match Number::parse(v.value) {
            Some(number) => Value::Number(number),
            None => {
                return Err(ValueError {
                    message: format!("the number is too large: {}", v.value),
                    span: Span::new(v.range.start, v.range.end),
                });
            }
        },
        ast::Value::StringLit(v) => Value::string(&*v.value),
        ast::Value::Array(v) => {
            let items: Result<Vec<Value>, ValueError> = v.elements.iter().map(convert).collect();
            Value::from(items?)
        }
        ast::Value::Object(v) => {
            let mut map = Map::with_capacity(v.properties.len());
            for property in &v.properties {
                map.insert(Arc::from(property.name.as_str()), convert(&property.value)?);
            }
            Value::object(map)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let value = parse_value(r#" {"a": [1, -0, 1.50, 1e2, "x\n\u00e9", null, true], "a": 2, "b": {}} "#);
        assert_eq!(value.map(|v| v.to_json()), Ok(r#"{"a":2,"b":{}}"#.into()));
        let value = parse_value(r#"[1, -0, 1.50, 1e2, "x\n\u00e9", null]"#);
        assert_eq!(
            value.map(|v| v.to_json()),
            Ok("[1,0,1.5,100.0,\"x\\n\u{e9}\",null]".into())
        );
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "", " ", "{", "[1,]", "{'a':1}", "1 2", "NaN", "// x\n1", "{a:1}", "1e999", "\"\n\"",
        ] {
            assert!(parse_value(text).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        let error = parse_value(&deep).expect_err("too deep");
        assert_eq!(error.span, Span::new(MAX_NESTING, MAX_NESTING + 1));
        let brackets_in_a_text = format!("\"\\\"{deep}\"");
        assert!(parse_value(&brackets_in_a_text).is_ok());
    }
}
