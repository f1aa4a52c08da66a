//! What is inserted: a key with a place for its value, a value; as JSON or as YAML, with tab stops and without.

use std::fmt::Write as _;

use crate::source::Format;

/// The value behind a key that is inserted.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stub {
    /// A string.
    Text(&'static str),
    /// A value without quotes.
    Bare(&'static str),
    /// This string.
    Word(&'static str),
    /// An object with these members.
    Object(Vec<(String, Stub)>),
    /// A list with one item.
    List(Box<Stub>),
}

/// A text that is inserted, with and without the language of snippets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Inserted {
    /// The text alone.
    pub plain: String,
    /// With tab stops.
    pub snippet: String,
    /// Whether objects have no lines of their own: inside of YAML's brackets their indentation would count.
    pub on_one_line: bool,
    /// Whether quotes are left out in brackets, where YAML needs none.
    pub is_plain: bool,
    /// How many places for the caret there are.
    pub stops: usize,
}

impl Inserted {
    /// Takes over `text`.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.plain.push_str(text);
        for c in text.chars() {
            if matches!(c, '$' | '}' | '\\') {
                self.snippet.push('\\');
            }
            self.snippet.push(c);
        }
        self
    }

    /// A place for the caret.
    pub fn stop(&mut self) -> &mut Self {
        self.stops += 1;
        // Writing to a string does not fail.
        let _ = write!(self.snippet, "${}", self.stops);
        self
    }

    /// A place for the caret, where `text` stands until something else is written.
    pub fn stop_at(&mut self, text: &str) -> &mut Self {
        self.stops += 1;
        let _ = write!(self.snippet, "${{{}:", self.stops);
        self.text(text);
        self.snippet.push('}');
        self
    }

    /// A name, or another string, in brackets.
    pub fn name(&mut self, text: &str) -> &mut Self {
        match self.is_plain {
            true => self.text(&yaml(text)),
            false => self.text(&json(text)),
        }
    }

    /// Whether there is a place for the caret.
    pub fn has_stops(&self) -> bool {
        self.stops > 0
    }

    /// The value of `stub`, `depth` levels further in than what it begins in.
    pub fn stub(&mut self, stub: &Stub, format: Format, depth: usize) -> &mut Self {
        let on_one_line = self.on_one_line && format == Format::Json;
        let indent = |levels: usize| match on_one_line {
            true => String::new(),
            false => format!("\n{}", "  ".repeat(levels)),
        };
        match (stub, format) {
            (Stub::Word(word), Format::Json) => {
                self.name(word);
            }
            (Stub::Word(word), Format::Yaml) => {
                self.text(&yaml(word));
            }
            (Stub::Text(""), Format::Json) if self.is_plain => {
                self.stop();
            }
            (Stub::Text(before), Format::Json) => {
                self.text("\"").around(before).text("\"");
            }
            (Stub::Text(""), Format::Yaml) => {
                self.stop();
            }
            (Stub::Text(before), Format::Yaml) => {
                self.text("\"").around(before).text("\"");
            }
            (Stub::Bare(""), _) => {
                self.stop();
            }
            (Stub::Bare(value), _) => {
                self.text(value);
            }
            (Stub::Object(members), Format::Json) if members.is_empty() => {
                self.text("{").stop().text("}");
            }
            (Stub::Object(members), Format::Json) => {
                self.text("{");
                for (i, (key, value)) in members.iter().enumerate() {
                    let comma = if on_one_line { ", " } else { "," };
                    self.text(if i > 0 { comma } else { "" }).text(&indent(depth + 1));
                    self.name(key).text(": ").stub(value, format, depth + 1);
                }
                self.text(&indent(depth)).text("}");
            }
            (Stub::Object(members), Format::Yaml) if members.is_empty() => {
                self.text(&indent(depth + 1)).stop();
            }
            (Stub::Object(members), Format::Yaml) => {
                for (key, value) in members {
                    self.text(&indent(depth + 1))
                        .key_of(key, value, format, depth + 1);
                }
            }
            (Stub::List(item), Format::Json) => {
                self.text("[").stub(item, format, depth).text("]");
            }
            (Stub::List(item), Format::Yaml) => match &**item {
                Stub::Object(members) => {
                    for (i, (key, value)) in members.iter().enumerate() {
                        self.text(&indent(depth + 1))
                            .text(if i == 0 { "- " } else { "  " });
                        self.key_of(key, value, format, depth + 2);
                    }
                }
                item => {
                    self.text("[").stub(item, format, depth).text("]");
                }
            },
        }
        self
    }

    /// A key of YAML's and its value.
    pub fn key_of(&mut self, key: &str, value: &Stub, format: Format, depth: usize) -> &mut Self {
        self.text(&yaml(key)).text(":");
        let is_below = matches!(value, Stub::Object(_))
            || matches!(value, Stub::List(item) if matches!(&**item, Stub::Object(_)));
        self.text(if is_below { "" } else { " " })
            .stub(value, format, depth)
    }

    /// A stop inside of `{% %}`, or alone.
    fn around(&mut self, text: &str) -> &mut Self {
        match text.split_once('|') {
            Some((before, after)) => self.text(before).stop().text(after),
            None => self.stop(),
        }
    }
}

/// A string as JSON.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A string as YAML: plain where that means the same.
pub(super) fn yaml(text: &str) -> String {
    let first = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$' | '.');
    let inner = |c: char| c.is_ascii_alphanumeric() || " _.:/-$#()+".contains(c);
    let word = text.to_ascii_lowercase();
    let means_else = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "~", "",
    ]
    .contains(&&*word);
    let plain = text.starts_with(first)
        && text.chars().all(inner)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
        && !means_else
        && !text.starts_with(['.', '-']);
    match plain {
        true => text.to_owned(),
        false => json(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(stub: &Stub, format: Format) -> (String, String) {
        let mut out = Inserted::default();
        out.stub(stub, format, 0);
        (out.plain, out.snippet)
    }

    #[test]
    fn stubs_in_both_formats() {
        let stub = Stub::Object(vec![
            ("A".to_owned(), Stub::Text("")),
            ("B".to_owned(), Stub::List(Box::new(Stub::Text("")))),
            ("C".to_owned(), Stub::Object(Vec::new())),
        ]);
        assert_eq!(
            written(&stub, Format::Json).1,
            "{\n  \"A\": \"$1\",\n  \"B\": [\"$2\"],\n  \"C\": {$3\\}\n\\}"
        );
        assert_eq!(
            written(&stub, Format::Yaml).1,
            "\n  A: $1\n  B: [$2]\n  C:\n    $3"
        );
        let rules = Stub::List(Box::new(Stub::Object(vec![
            ("Condition".to_owned(), Stub::Text("{% | %}")),
            ("Next".to_owned(), Stub::Text("")),
        ])));
        assert_eq!(
            written(&rules, Format::Yaml).0,
            "\n  - Condition: \"{%  %}\"\n    Next: "
        );
    }

    #[test]
    fn plain_words_of_yaml() {
        for text in [
            "Done",
            "$.a.b",
            "arn:aws:states:::sqs:sendMessage",
            "States.ALL",
            "Ship it",
        ] {
            assert_eq!(yaml(text), text);
        }
        for text in [
            "yes", "No", "1", "a: b", "a #b", "{% x %}", "- a", "", "x:", "*a", "\u{e9}",
        ] {
            assert_eq!(yaml(text), json(text));
        }
    }
}
