//! A file's name and text, and where its lines begin.

use std::ops::Range;
use std::sync::OnceLock;

use super::reread::Change;
use crate::diagnostics::{Elsewhere, Point, Span};

/// A place as people count it: lines and columns from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// One file's name and text.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
    /// How many characters stand before each block of [`BLOCK`] bytes; nothing of a text in ASCII.
    blocks: OnceLock<Vec<u32>>,
    /// See [`SourceFile::has_template_marks`].
    template_marks: OnceLock<bool>,
    /// The part of the text that may have such words, where the rest is known to have none.
    marks_within: Option<Range<usize>>,
    is_stdin: bool,
}

/// Longer than any word that tells a template.
pub(super) const LONGEST_MARK: usize = 64;

/// So many bytes are counted at most to find a column.
const BLOCK: usize = 1024;

impl SourceFile {
    /// A file called `name` (as it is shown) with `text`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceFile {
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            blocks: OnceLock::new(),
            template_marks: OnceLock::new(),
            marks_within: None,
            is_stdin: false,
        }
    }

    /// The same, read from standard input: there may be a file of its name, which is another one.
    pub fn of_stdin(self) -> Self {
        SourceFile {
            is_stdin: true,
            ..self
        }
    }

    /// Whether it was read from standard input.
    pub fn is_stdin(&self) -> bool {
        self.is_stdin
    }

    /// A file of the same name and origin with another text.
    pub fn with_text(&self, text: impl Into<String>) -> Self {
        let new = SourceFile::new(self.name.clone(), text);
        let had_none = self.template_marks.get() == Some(&false);
        SourceFile {
            is_stdin: self.is_stdin,
            marks_within: had_none.then(|| {
                let changed = Change::between(&self.text, &new.text).now;
                let [start, end] = [
                    changed.start.saturating_sub(LONGEST_MARK),
                    changed.end + LONGEST_MARK,
                ];
                let is_boundary = |at: &usize| new.text.is_char_boundary(*at);
                let start = (0..=start).rev().find(is_boundary).unwrap_or(0);
                start..(end..new.text.len()).find(is_boundary).unwrap_or(new.text.len())
            }),
            ..new
        }
    }

    /// Whether the text has what `look`, always the same, looks for: words of templates. It is asked for on several ways
    /// to the definitions of a file.
    pub(super) fn has_template_marks(&self, look: impl FnOnce(&str) -> bool) -> bool {
        let part = self.marks_within.clone().and_then(|part| self.text.get(part));
        *self
            .template_marks
            .get_or_init(|| look(part.unwrap_or(&self.text)))
    }

    /// The same text under another name.
    pub fn with_name(self, name: impl Into<String>) -> Self {
        SourceFile {
            name: name.into(),
            ..self
        }
    }

    /// The name that findings show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte offset; offsets past the end give the end.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset);
        let start = self.line_starts()[line - 1] as usize;
        let column = match offset - start {
            near if near <= BLOCK => self.text[start..offset].chars().count(),
            _ => self.characters_before(offset) - self.characters_before(start),
        };
        Position {
            line,
            column: column + 1,
        }
    }

    /// How many characters begin before a byte offset, without counting from the start: lines may have megabytes.
    fn characters_before(&self, offset: usize) -> usize {
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count();
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            if self.text.is_ascii() {
                return Vec::new();
            }
            let mut before = 0;
            let counted = bytes.chunks(BLOCK).map(|block| {
                let here = before;
                before += count(block);
                u32::try_from(here).unwrap_or(u32::MAX)
            });
            counted.collect()
        });
        match blocks.get(offset / BLOCK) {
            Some(before) => *before as usize + count(&bytes[offset / BLOCK * BLOCK..offset]),
            None if blocks.is_empty() => offset,
            None => count(bytes),
        }
    }

    /// Its name and the line and column of a place in it: `template.yaml:12:9`.
    pub fn place(&self, span: Span) -> String {
        let Position { line, column } = self.position(span.start as usize);
        format!("{}:{line}:{column}", self.name)
    }

    /// The same for findings in another file: `label` says what is there.
    pub fn elsewhere(&self, span: Span, label: &str) -> Elsewhere {
        let point = |offset: u32| {
            let at = self.position(offset as usize);
            Point {
                line: at.line,
                column: at.column,
                offset: offset as usize,
            }
        };
        Elsewhere {
            file: self.name.clone(),
            start: point(span.start),
            end: point(span.end),
            label: label.to_owned(),
        }
    }

    /// The line of a byte offset, from 1; offsets past the end give the last line.
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts()
            .partition_point(|&start| start as usize <= offset)
    }

    /// The byte offsets of a line (from 1), without its line break.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let starts = self.line_starts();
        let start = starts
            .get(line.saturating_sub(1))
            .map_or(self.text.len(), |&s| s as usize);
        let end = starts.get(line).map_or(self.text.len(), |&s| s as usize);
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// A span cut at the end of its first line.
    pub fn on_one_line(&self, span: Span) -> Span {
        let start = span.start as usize;
        let line_end = self.line_range(self.line(start)).end.max(start);
        Span::new(start, (span.end as usize).min(line_end))
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n');
            std::iter::once(0)
                .chain(breaks.map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX)))
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_at_breaks() {
        let file = SourceFile::new("x", "a\n\u{e9}\u{1F600}b\r\nc");
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        // "b" stands after a two-byte and a four-byte character.
        assert_eq!(file.position(8), Position { line: 2, column: 3 });
        assert_eq!(file.position(99), Position { line: 3, column: 2 });
        assert_eq!(&file.text()[file.line_range(2)], "\u{e9}\u{1F600}b");
    }

    #[test]
    fn a_changed_text_has_the_marks_that_it_has() {
        let look =
            |text: &str| text.contains("Resources") || text.contains("AWS::StepFunctions::StateMachine");
        let first = SourceFile::new(
            "x",
            format!("{}\u{e9}Res{}", "a".repeat(200), "\u{e9}".repeat(100)),
        );
        assert!(!first.has_template_marks(look));
        for (found, with, is_template) in [
            ("Res", "Resources", true),
            ("Res", "Res ources", false),
            ("Res", "", false),
            ("\u{e9}Res", "AWS::StepFunctions::StateMachine", true),
        ] {
            let text = first.text().replacen(found, with, 1);
            let changed = first.with_text(text.as_str());
            assert_eq!(changed.has_template_marks(look), is_template, "{with}");
            // And once more.
            for (found, with) in [("ources", "ource"), (" ", "")] {
                let text = text.replacen(found, with, 1);
                let again = changed.with_text(text.as_str());
                assert_eq!(again.has_template_marks(look), look(&text), "{text}");
            }
        }
    }

    #[test]
    fn columns_far_into_a_line_are_counted_from_the_nearest_block() {
        // 1,000 characters of two bytes and as many of one, twice.
        let half = format!("{}{}", "\u{e9}".repeat(1000), "x".repeat(1000));
        let text = format!("ab\n{half}{half}");
        let file = SourceFile::new("x", text.as_str());
        for (offset, column) in [
            (3, 1),
            (3 + 1998, 1000),
            (3 + 2000, 1001),
            (3 + 3000, 2001),
            (3 + 3100, 2051),
        ] {
            assert_eq!(file.position(offset), Position { line: 2, column }, "{offset}");
        }
        assert_eq!(
            file.position(text.len()),
            Position {
                line: 2,
                column: 4001
            }
        );
        let plain = SourceFile::new("x", "y".repeat(5000));
        assert_eq!(plain.position(4999).column, 5000);
    }
}
