//! The quick way from JSON text to a value, in one pass: large inputs of runs and datasets are read by it.
//!
//! It knows what is right and nothing of what is wrong: a text that it does not take is read again by the parser that
//! can tell why. serde_json reads as fast, but not how a number is spelt, which AWS hands on.

use std::sync::Arc;

use super::value_text::MAX_NESTING;
use crate::value::{Map, Number, Value};

/// The value that `text` is; `None` when it is no JSON, or nested too deep.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader {
        text,
        at: 0,
        members: Vec::new(),
        keys: Vec::new(),
    };
    let value = reader.value(MAX_NESTING)?;
    reader.skip_space();
    (reader.at == text.len()).then_some(value)
}

/// Keys are shared in so many places of an object.
const FEW: usize = 16;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The members of the objects that are being read, the innermost last.
    members: Vec<(Arc<str>, Value)>,
    /// The last key in each place of an object. The objects of a list have the same keys, and share them so.
    keys: Vec<Arc<str>>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Goes on behind `byte`, if that is next.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes()).then(|| self.at += word.len())?;
        Some(value)
    }

    /// A value inside which `levels` more may be.
    fn value(&mut self, levels: usize) -> Option<Value> {
        self.skip_space();
        match self.peek()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.string(|text| Value::String(Arc::from(text))),
            b'[' => self.array(levels.checked_sub(1)?),
            b'{' => self.object(levels.checked_sub(1)?),
            _ => self.number(),
        }
    }

    fn array(&mut self, levels: usize) -> Option<Value> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']').is_none() {
            loop {
                items.push(self.value(levels)?);
                self.skip_space();
                if self.take(b',').is_none() {
                    break;
                }
            }
            self.take(b']')?;
            items.shrink_to_fit();
        }
        Some(Value::from(items))
    }

    fn object(&mut self, levels: usize) -> Option<Value> {
        self.at += 1;
        let first = self.members.len();
        self.skip_space();
        if self.take(b'}').is_none() {
            loop {
                self.skip_space();
                let key = self.key(self.members.len() - first)?;
                self.skip_space();
                self.take(b':')?;
                let value = self.value(levels)?;
                self.members.push((key, value));
                self.skip_space();
                if self.take(b',').is_none() {
                    break;
                }
            }
            self.take(b'}')?;
        }
        let mut map = Map::with_capacity(self.members.len() - first);
        for (key, value) in self.members.drain(first..) {
            // Of a key that stands twice, the last value counts.
            map.insert(key, value);
        }
        Some(Value::object(map))
    }

    /// The key of the member in this place of its object.
    fn key(&mut self, place: usize) -> Option<Arc<str>> {
        let mut keys = std::mem::take(&mut self.keys);
        let key = self.string(|text| match keys.get(place) {
            Some(known) if **known == *text => known.clone(),
            _ => Arc::from(text),
        });
        if let Some(key) = &key {
            if let Some(known) = keys.get_mut(place) {
                known.clone_from(key);
            } else if place < FEW {
                keys.push(key.clone());
            }
        }
        self.keys = keys;
        key
    }

    /// What `make` makes of a string's text.
    fn string<T>(&mut self, make: impl FnOnce(&str) -> T) -> Option<T> {
        self.take(b'"')?;
        let (start, mut escapes) = (self.at, false);
        loop {
            match self.peek()? {
                b'"' => break,
                // What is escaped is not looked at here.
                b'\\' => {
                    escapes = true;
                    self.at += 2;
                }
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
        let end = self.at;
        self.at += 1;
        if escapes {
            let text: String = serde_json::from_str(self.text.get(start - 1..=end)?).ok()?;
            return Some(make(&text));
        }
        Some(make(self.text.get(start..end)?))
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        let _ = self.take(b'-');
        // No zero stands before other digits.
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Number::parse(&self.text[start..self.at]).map(Value::Number)
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::value_text::{parse_value, parse_with_reasons};
    use super::*;

    #[test]
    fn the_usual_is_read() {
        for text in [
            "null",
            " [ true , false ] ",
            "[-0, 0, -1.5e3, 10, 1E+2, 123456789012345678901]",
            r#"{"a": {}, "b": [], "a": "\u00e9\n\ud83d\ude00"}"#,
            r#"[{"id": 1, "name": "x"}, {"id": 2, "name": "y"}, {"name": "z", "id": 3}]"#,
        ] {
            let quick = read(text).map(|value| value.to_json());
            assert_eq!(
                quick,
                parse_with_reasons(text).ok().map(|value| value.to_json()),
                "{text}"
            );
            assert!(quick.is_some(), "{text}");
        }
    }

    #[test]
    fn nesting_ends_where_it_does_for_the_other_parser() {
        for levels in [MAX_NESTING, MAX_NESTING + 1] {
            let text = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            assert_eq!(read(&text).is_some(), levels <= MAX_NESTING);
            assert_eq!(parse_value(&text).is_ok(), levels <= MAX_NESTING);
        }
    }

    proptest! {
        /// What the quick way takes, the other takes for the same.
        #[test]
        fn nothing_is_read_that_is_no_json(
            tokens in prop::collection::vec(prop::sample::select(vec![
                "[", "]", "{", "}", ",", ":", "\"a\"", "\"b\"", "\"\\u00e9\"", "\"\\ud800\"", "\"\\x\"",
                "\"\u{e9}\\\"\"", "\"", "1", "-", "0", "01", ".5", "1.", "2.5", "1e9", "1e999", "-0", "+1", "null",
                "true", "tru", " ", "\n", "\u{a0}", "\u{feff}", "//x\n", "'a'", "NaN",
            ]), 0..12),
        ) {
            let text = tokens.concat();
            if let Some(value) = read(&text) {
                let other = parse_with_reasons(&text).map(|value| value.to_json());
                prop_assert_eq!(Ok(value.to_json()), other);
            }
        }
    }
}
