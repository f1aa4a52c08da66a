//! A number for a value: equal where the compact JSON texts are equal, without making those.

use std::hash::{Hash, Hasher};

use super::{Number, Value};

/// Feeds `value` to `hasher`. Unlike equality, this tells `1` from `1.0` and one order of members from another, so that
/// it is no implementation of [`Hash`].
pub(super) fn feed(value: &Value, hasher: &mut impl Hasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(hasher),
        Value::Number(Number::Int(number)) => number.hash(hasher),
        // The shortest text that reads as this number: each has its own.
        Value::Number(Number::Float(number)) => (true, number.to_bits()).hash(hasher),
        Value::Number(Number::Big(text)) => (false, text).hash(hasher),
        Value::String(text) => text.hash(hasher),
        Value::Array(items) => {
            items.len().hash(hasher);
            for item in items.iter() {
                feed(item, hasher);
            }
        }
        Value::Object(map) => {
            map.len().hash(hasher);
            for (key, item) in map.iter() {
                key.hash(hasher);
                feed(item, hasher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::hash_map::DefaultHasher;

    use super::*;
    use crate::source::parse_value;

    #[test]
    fn values_are_told_apart_as_their_texts_are() {
        let texts = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "1.0",
            "-1",
            "\"1\"",
            "\"\"",
            "[]",
            "{}",
            "[[]]",
            "[[],[]]",
            "[1,2]",
            "[12]",
            "[[1],2]",
            "[1,[2]]",
            "[\"ab\",\"c\"]",
            "[\"a\",\"bc\"]",
            "{\"a\":1}",
            "{\"a\":\"1\"}",
            "{\"a\":1,\"b\":2}",
            "{\"b\":2,\"a\":1}",
            "{\"a\":{\"b\":2}}",
            "1.5",
            "-0.0",
            "0.0",
            "123456789012345678901234567890",
            "123456789012345678901234567891",
        ];
        let number = |text: &str| {
            let value = parse_value(text).expect("JSON");
            assert_eq!(value.to_json(), text);
            let mut hasher = DefaultHasher::new();
            feed(&value, &mut hasher);
            hasher.finish()
        };
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(number(text), number(text), "{text}");
            for other in &texts[..at] {
                assert_ne!(number(text), number(other), "{text} {other}");
            }
        }
    }
}
