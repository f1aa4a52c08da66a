//! The types of plain scalars: YAML 1.2's core schema, as far as JSON has them.

use std::sync::Arc;

use super::NodeKind;
use crate::value::Number;

/// What a plain scalar is when it is no string; `.inf` and `.nan`, which JSON lacks, stay strings.
pub(super) fn resolve(text: &str) -> Option<NodeKind> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(NodeKind::Null),
        "true" | "True" | "TRUE" => Some(NodeKind::Bool(true)),
        "false" | "False" | "FALSE" => Some(NodeKind::Bool(false)),
        _ => number(text).map(NodeKind::Number),
    }
}

/// The value of a scalar with a tag of the core schema (`!!str`, `!!int` ...); `None` for a string, and for a text that
/// is not what its tag says.
pub(super) fn tagged(name: &str, text: &str) -> Option<NodeKind> {
    match name {
        "str" => None,
        "float" => match number(text)? {
            // JSON spells the difference that the tag makes.
            Number::Int(n) => Some(NodeKind::Number(Number::Float(n as f64))),
            other => Some(NodeKind::Number(other)),
        },
        _ => resolve(text),
    }
}

fn number(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    // Most scalars are words: one look at the first character is enough for them.
    if !matches!(bytes.first()?, b'0'..=b'9' | b'-' | b'+' | b'.') {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let negative = bytes[0] == b'-';
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    let some_digit = !whole.is_empty() || fraction.is_some_and(|f| !f.is_empty());
    if !digits(whole) || !digits(fraction.unwrap_or("")) || !exponent_fits || !some_digit {
        return None;
    }
    // JSON's spelling: no plus, no leading zeros, digits around the point.
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let mut json = String::with_capacity(text.len() + 2);
    if negative {
        json.push('-');
    }
    json.push_str(whole);
    if let Some(fraction) = fraction {
        json.push('.');
        json.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    if let Some(exponent) = exponent {
        json.push('e');
        json.push_str(exponent);
    }
    Number::parse(&json)
}

fn radix(digits: &str, radix: u32) -> Option<Number> {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some(match i64::from_str_radix(digits, radix) {
        Ok(n) => Number::Int(n),
        Err(_) => Number::Big(Arc::from(decimal(digits, radix)?)),
    })
}

/// The decimal digits of a number too large for 64 bits; `None` beyond 128.
fn decimal(digits: &str, radix: u32) -> Option<String> {
    u128::from_str_radix(digits, radix).ok().map(|n| n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Option<String> {
        number(text).map(|n| n.to_string())
    }

    #[test]
    fn numbers_of_the_core_schema_get_the_spelling_of_json() {
        for (yaml, json) in [
            ("0", "0"),
            ("+12", "12"),
            ("-007", "-7"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("1.5", "1.5"),
            (".5", "0.5"),
            ("2.", "2.0"),
            ("00.5", "0.5"),
        ] {
            assert_eq!(spelled(yaml).as_deref(), Some(json), "{yaml}");
        }
        assert_eq!(number("1e3").map(|n| n.as_f64()), Some(1000.0));
    }

    #[test]
    fn everything_else_is_no_number() {
        for text in [
            "1_000",
            "0x",
            "0xZ",
            "-",
            "+",
            ".",
            "1e",
            "1e+",
            "--1",
            "1.2.3",
            "2016-03-14",
            "1:30",
            ".inf",
            "-.inf",
            ".nan",
            "12a",
            "0b11",
            "e3",
            "1e999",
        ] {
            assert_eq!(spelled(text), None, "{text}");
        }
    }
}
