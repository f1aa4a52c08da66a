//! The payloads of a page: each text once, none too long, all together within a bound.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::value::Value;

/// Longest text of a payload, in bytes. AWS's limit is four times that.
pub(super) const LONGEST: usize = 64 * 1024;
/// Most bytes of all payloads together.
const MOST: usize = 24 * 1024 * 1024;

/// The texts, each known by its number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    texts: Vec<Text>,
    /// Shared values are written once: by their address, which does not change while the execution is held.
    by_address: FxHashMap<usize, usize>,
    by_text: FxHashMap<String, usize>,
    bytes: usize,
    /// How many were cut.
    pub(super) cut: usize,
    /// How many found no more room.
    pub(super) left_out: usize,
}

/// A payload's text, or what is left of it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Text {
    Whole(String),
    Cut {
        text: String,
        /// How many bytes the whole has.
        bytes: usize,
    },
}

impl Texts {
    /// The number of a value's JSON text.
    pub(super) fn value(&mut self, value: &Value) -> usize {
        let address = address(value);
        if let Some(number) = address.and_then(|address| self.by_address.get(&address)) {
            return *number;
        }
        let number = self.text(value.to_json());
        if let Some(address) = address {
            self.by_address.insert(address, number);
        }
        number
    }

    /// The number of a JSON text.
    pub(super) fn text(&mut self, text: String) -> usize {
        if let Some(number) = self.by_text.get(&text) {
            return *number;
        }
        let number = self.texts.len();
        let bytes = text.len();
        let room = LONGEST.min(MOST.saturating_sub(self.bytes));
        if bytes <= room {
            self.bytes += bytes;
            self.by_text.insert(text.clone(), number);
            self.texts.push(Text::Whole(text));
            return number;
        }
        match room {
            LONGEST => self.cut += 1,
            _ => self.left_out += 1,
        }
        let end = if room == LONGEST { room } else { 0 };
        let end = (0..=end).rfind(|&end| text.is_char_boundary(end)).unwrap_or(0);
        self.bytes += end;
        self.texts.push(Text::Cut {
            text: text[..end].to_owned(),
            bytes,
        });
        number
    }

    /// What was held may be gone from here on, and something else stand in its place.
    pub(super) fn forget_addresses(&mut self) {
        self.by_address.clear();
    }

    /// All of them, as they are written into the page.
    pub(super) fn all(&self) -> impl Serialize {
        &self.texts
    }
}

fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Array(items) => Some(std::sync::Arc::as_ptr(items) as usize),
        Value::Object(map) => Some(std::sync::Arc::as_ptr(map) as usize),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_once_and_long_ones_are_cut_at_a_character() {
        let mut texts = Texts::default();
        let value = Value::array([Value::string("a")]);
        assert_eq!(texts.value(&value), 0);
        assert_eq!(texts.value(&value.clone()), 0);
        assert_eq!(texts.value(&Value::array([Value::string("a")])), 0);
        // A quote, then characters of two bytes: the limit falls into one of them.
        assert_eq!(texts.text(format!("\"{}\"", "é".repeat(LONGEST))), 1);
        let json = serde_json::to_value(texts.all()).expect("texts are JSON");
        assert_eq!(json[0], r#"["a"]"#);
        assert_eq!(json[1]["bytes"], LONGEST * 2 + 2);
        assert_eq!(json[1]["text"].as_str().map(str::len), Some(LONGEST - 1));
        assert_eq!((texts.cut, texts.left_out), (1, 0));
    }

    #[test]
    fn all_together_stay_within_their_bound() {
        let mut texts = Texts::default();
        for number in 0..MOST / LONGEST + 5 {
            texts.text(format!("{}{number:04}", "0".repeat(LONGEST - 4)));
        }
        assert_eq!((texts.cut, texts.left_out), (0, 5));
        assert_eq!(texts.bytes, MOST);
        assert_eq!(texts.text("0".repeat(9)), MOST / LONGEST + 5);
        assert_eq!(texts.left_out, 6);
    }
}
