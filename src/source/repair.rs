//! One small change that makes a broken text whole: what was most likely meant.

use super::INVALID;
use super::document::Builder;
use super::lines::{end_of, indent, start_of};
use crate::diagnostics::{Applicability, Edit, Finding, Fix, Span};

/// Longer lines nobody wrote by hand: there no change is looked for.
pub(super) const LONGEST_LINE: usize = 512;

/// A change of a text.
#[derive(Debug, Clone)]
pub(super) struct Repair {
    pub(super) at: usize,
    pub(super) removed: usize,
    pub(super) inserted: String,
}

impl Repair {
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Repair {
        Repair {
            at,
            removed: 0,
            inserted: text.into(),
        }
    }

    pub(super) fn remove(at: usize, removed: usize) -> Repair {
        Repair {
            at,
            removed,
            inserted: String::new(),
        }
    }

    /// A part of the text, which begins at `start` and holds the place, changed.
    pub(super) fn apply(&self, part: &str, start: usize) -> String {
        let at = self.at - start;
        let mut changed = String::with_capacity(part.len() + self.inserted.len());
        changed.push_str(&part[..at]);
        changed.push_str(&self.inserted);
        changed.push_str(&part[at + self.removed..]);
        changed
    }

    /// Where in the text as it is a byte of the changed one stands.
    pub(super) fn before(&self, offset: u32) -> u32 {
        let offset = offset as usize;
        let end = self.at + self.inserted.len();
        let before = match offset {
            _ if offset <= self.at => offset,
            _ if offset < end => self.at + (offset - self.at).min(self.removed),
            _ => offset - self.inserted.len() + self.removed,
        };
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// Puts the tree of the changed text at its places in the text as it is.
    pub(super) fn move_back(&self, builder: &mut Builder) {
        builder.move_spans(|offset| self.before(offset));
    }

    /// What is told of it. `text` is what is changed.
    pub(super) fn finding(&self, text: &str) -> Finding {
        let removed = &text[self.at..self.at + self.removed];
        let inserted = self.inserted.trim();
        let is_indent = |part: &str| !part.is_empty() && part.chars().all(|letter| letter == ' ');
        let line = start_of(text, self.at);
        let words = &text[line..end_of(text, self.at)];
        let has_tabs = removed.contains('\t');
        let is_line_begin = text[line..self.at].trim_start_matches(' ').is_empty();
        let begin = indent(words);
        let words_span = Span::new(line + begin, line + words.trim_end().len().max(begin));
        let here = Span::new(self.at, self.at + self.removed);
        let (message, span, title) = if self.inserted.starts_with('-') {
            let message = "A `-` is missing here".to_owned();
            (message, words_span, "Insert a `-`".to_owned())
        } else if is_line_begin && (has_tabs || is_indent(removed) || is_indent(&self.inserted)) {
            let title = match self.removed {
                _ if has_tabs => "Replace the tabs",
                0 => "Indent it more",
                _ => "Indent it less",
            };
            let message = "This line is indented as nothing around it is".to_owned();
            (message, words_span, title.to_owned())
        } else if removed.starts_with('\'') && self.removed > 1 {
            let message = "Strings need double quotes".to_owned();
            (message, here, "Write double quotes".to_owned())
        } else if self.inserted.starts_with(['"', '\'']) && self.removed > 0 {
            let message = "This text is to stand in quotes".to_owned();
            (message, here, "Put it in quotes".to_owned())
        } else if is_indent(removed) {
            let message = "A space is one too many here".to_owned();
            (message, here, "Remove the space".to_owned())
        } else if removed.contains('\n') {
            let message = "This line is one too many".to_owned();
            (message, words_span, "Remove the line".to_owned())
        } else if self.removed > 0 {
            let message = format!("This `{removed}` is one too many");
            (message, here, format!("Remove the `{removed}`"))
        } else {
            let what = match self.inserted.as_str() {
                "\n" => "line break".to_owned(),
                ":" => "colon".to_owned(),
                "," => "comma".to_owned(),
                " " => "space".to_owned(),
                _ => format!("`{inserted}`"),
            };
            (
                format!("A {what} is missing here"),
                beside(text, self.at),
                format!("Insert a {what}"),
            )
        };
        // Without the `$` it would be an object.
        if removed == "$" && text[self.at..].starts_with("${") {
            let message = "A name is missing between these braces".to_owned();
            let end = text[self.at..].find('}').map_or(2, |end| end + 1);
            return Finding::error(INVALID, message, Span::new(self.at, self.at + end));
        }
        let fix = Fix {
            title,
            applicability: Applicability::Unsafe,
            edits: vec![Edit {
                span: here,
                text: self.inserted.clone(),
            }],
        };
        Finding::error(INVALID, message, span).with_fix(fix)
    }
}

/// What is marked where something is missing: the word behind it, or the character before it.
fn beside(text: &str, at: usize) -> Span {
    let is_of_word = |letter: char| letter.is_alphanumeric() || "_.$-".contains(letter);
    let rest = &text[at..];
    let word = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
    if word > 0 {
        return Span::new(at, at + word);
    }
    let before = text[..at].chars().next_back().map_or(0, char::len_utf8);
    Span::new(at - before, at)
}

/// The places in a line where a word begins or ends, and those beside other characters.
pub(super) fn boundaries(line: &str) -> impl Iterator<Item = usize> {
    let mut before = None;
    let ends = line.char_indices().map(|(at, letter)| (at, Some(letter)));
    ends.chain([(line.len(), None)]).filter_map(move |(at, letter)| {
        let is_word =
            |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        let is_inside = is_word(before) && is_word(letter);
        before = letter;
        (!is_inside).then_some(at)
    })
}

/// What of a line may be one character too many: anything but letters and digits.
pub(super) fn removals(line: &str, start: usize) -> impl Iterator<Item = Repair> {
    let letters = line
        .char_indices()
        .filter(|(_, letter)| !letter.is_alphanumeric());
    letters.map(move |(at, letter)| Repair::remove(start + at, letter.len_utf8()))
}
