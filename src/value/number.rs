//! Numbers as AWS keeps and spells them: 64-bit integers exact, everything with a fraction or an exponent a double.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A JSON number.
#[derive(Debug, Clone)]
pub enum Number {
    /// An integer that fits 64 bits.
    Int(i64),
    /// A number written with a fraction or an exponent; always finite.
    Float(f64),
    /// An integer beyond 64 bits: its digits, kept as they were written.
    Big(Arc<str>),
}

impl Number {
    /// Reads a number in JSON's grammar. `None` when `text` is not one, or is too large for a double.
    pub fn parse(text: &str) -> Option<Number> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if digits.bytes().all(|b| b.is_ascii_digit()) {
            return Some(match text.parse::<i64>() {
                Ok(_) if text == "-0" => Number::Int(0),
                Ok(n) => Number::Int(n),
                Err(_) => Number::Big(Arc::from(text)),
            });
        }
        let value = text.parse::<f64>().ok()?;
        value.is_finite().then_some(Number::Float(value))
    }

    /// The nearest double.
    pub fn as_f64(&self) -> f64 {
        match self {
            Number::Int(n) => *n as f64,
            Number::Float(f) => *f,
            Number::Big(text) => text.parse().unwrap_or(f64::MAX),
        }
    }

    /// The value as a 64-bit integer: integers, and doubles without a fraction.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Number::Int(n) => Some(*n),
            Number::Float(f) if f.fract() == 0.0 && f.abs() < 9.2e18 => Some(*f as i64),
            _ => None,
        }
    }

    /// Whether it was written as an integer (`1`, not `1.0`).
    pub fn is_integer(&self) -> bool {
        !matches!(self, Number::Float(_))
    }

    /// Order by value.
    pub fn compare(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a.cmp(b),
            (Number::Big(a), Number::Big(b)) if a == b => Ordering::Equal,
            _ => self.as_f64().total_cmp(&other.as_f64()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a == b,
            (Number::Big(a), Number::Big(b)) => a == b,
            // 0.0 and -0.0 are one number, so not total_cmp.
            _ => self.as_f64() == other.as_f64(),
        }
    }
}

/// AWS runs on Java: doubles are spelt as `Double.toString` spells them (`0.1`, `1.0`, `1.789180622E9`, `1.0E-5`),
/// seen in the listObjectsV2 items that AWS hands to a Map's children (floci#3460).
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(n) => write!(f, "{n}"),
            Number::Big(text) => f.write_str(text),
            Number::Float(value) => {
                let magnitude = value.abs();
                if magnitude != 0.0 && !(1e-3..1e7).contains(&magnitude) {
                    // Rust's shortest digits: `1.5e9`, `1e7`.
                    let text = format!("{value:e}");
                    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                    let fraction = if mantissa.contains('.') { "" } else { ".0" };
                    write!(f, "{mantissa}{fraction}E{exponent}")
                } else if value.fract() == 0.0 {
                    write!(f, "{value:.1}")
                } else {
                    write!(f, "{value}")
                }
            }
        }
    }
}

impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Number::Int(n) => serializer.serialize_i64(*n),
            Number::Float(f) => serializer.serialize_f64(*f),
            Number::Big(text) => match text.parse::<u64>() {
                Ok(n) => serializer.serialize_u64(n),
                Err(_) => serializer.serialize_f64(self.as_f64()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(text: &str) -> String {
        Number::parse(text).map_or_else(|| "none".into(), |n| n.to_string())
    }

    // Expected spellings are those of java.lang.Double.toString.
    #[test]
    fn doubles_are_spelt_as_java_spells_them() {
        for (text, expected) in [
            ("1.0", "1.0"),
            ("0.1", "0.1"),
            ("-0.0", "-0.0"),
            ("1e2", "100.0"),
            ("9999999.5", "9999999.5"),
            ("1e7", "1.0E7"),
            ("1789180622.0", "1.789180622E9"),
            ("0.001", "0.001"),
            ("0.00001", "1.0E-5"),
            ("1.5e300", "1.5E300"),
        ] {
            assert_eq!(spell(text), expected, "{text}");
        }
    }

    #[test]
    fn integers_keep_their_digits() {
        assert_eq!(spell("9223372036854775807"), "9223372036854775807");
        assert_eq!(
            spell("123456789012345678901234567890"),
            "123456789012345678901234567890"
        );
        assert_eq!(spell("-0"), "0");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", "+1", ".5", "NaN", "inf", "1e999", "0x1"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }
}
