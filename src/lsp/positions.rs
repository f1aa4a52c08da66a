//! Bytes of a text and the client's lines and columns, both ways.

use std::cell::OnceCell;
use std::ops::Range;

use gen_lsp_types::{self as lsp, Position};

use crate::diagnostics::Span;

/// What a client counts columns in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, which every client knows.
    #[default]
    Utf16,
}

/// So many bytes are counted at most to find a column: definitions on one line may have megabytes.
const BLOCK: usize = 1024;

/// Where the lines of a text begin. The protocol ends a line at `\n`, `\r\n` and `\r` alone.
#[derive(Debug, Default)]
pub(super) struct Lines {
    starts: Vec<u32>,
    is_ascii: bool,
    /// How many UTF-16 code units stand before each block of [`BLOCK`] bytes.
    units: OnceCell<Vec<u32>>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        let mut starts = vec![0];
        push_starts(text.as_bytes(), 0..text.len(), &mut starts);
        Lines {
            starts,
            is_ascii: text.is_ascii(),
            units: OnceCell::new(),
        }
    }

    /// The lines after the bytes `range` became `inserted`, which made `text` of what was there.
    pub(super) fn replaced(self, text: &str, range: Range<usize>, inserted: &str) -> Lines {
        let mut starts = self.starts;
        // A `\r` before it may have got its `\n`, or lost it.
        let line = starts
            .partition_point(|start| *start as usize <= range.start)
            .saturating_sub(2);
        let kept = starts.partition_point(|start| *start as usize <= range.end + 1);
        let moved = |start: u32| start as usize - range.len() + inserted.len();
        let rest: Vec<u32> = starts[kept..].iter().map(|start| number(moved(*start))).collect();
        starts.truncate(line + 1);
        let from = starts.last().map_or(0, |start| *start as usize);
        // What begins first of the rest is found again.
        let to = rest.first().map_or(text.len(), |start| *start as usize);
        push_starts(text.as_bytes(), from..to, &mut starts);
        starts.extend(rest.iter().skip(1));
        Lines {
            starts,
            is_ascii: self.is_ascii && inserted.is_ascii(),
            units: OnceCell::new(),
        }
    }

    /// The client's place of a byte; of one inside a character, the character's.
    pub(super) fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = boundary(text, offset);
        let line = self.starts.partition_point(|start| *start as usize <= offset) - 1;
        let start = self.starts.get(line).map_or(0, |start| *start as usize);
        let column = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => self.units_before(text, offset) - self.units_before(text, start),
        };
        Position::new(number(line), number(column))
    }

    pub(super) fn range(&self, text: &str, span: Span, encoding: Encoding) -> lsp::Range {
        lsp::Range::new(
            self.position(text, span.start as usize, encoding),
            self.position(text, span.end as usize, encoding),
        )
    }

    /// The byte of a client's place. Behind the end of a line is its end, before its break; behind the last line the end of
    /// the text; inside a character its first byte.
    pub(super) fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).map(|start| *start as usize) else {
            return text.len();
        };
        let next = self
            .starts
            .get(line + 1)
            .map_or(text.len(), |next| *next as usize);
        let end = start + text[start..next].trim_end_matches(['\n', '\r']).len();
        let column = position.character as usize;
        if encoding == Encoding::Utf8 || self.is_ascii {
            return boundary(text, start.saturating_add(column).min(end));
        }
        let wanted = self.units_before(text, start).saturating_add(column);
        // From the last block of the line that begins before the place.
        let blocks = self
            .units(text)
            .partition_point(|units| (*units as usize) <= wanted);
        // A column behind the end of the line may lead to a block behind it.
        let from = boundary(text, (blocks.saturating_sub(1) * BLOCK).max(start).min(end));
        let mut units = self.units_before(text, from);
        for (at, character) in text[from..end].char_indices() {
            units += character.len_utf16();
            if units > wanted {
                return from + at;
            }
        }
        end
    }

    pub(super) fn span(&self, text: &str, range: &lsp::Range, encoding: Encoding) -> Span {
        Span::new(
            self.offset(text, range.start, encoding),
            self.offset(text, range.end, encoding),
        )
    }

    fn units(&self, text: &str) -> &[u32] {
        self.units.get_or_init(|| {
            let mut before = 0;
            let counted = text.as_bytes().chunks(BLOCK).map(|block| {
                let here = before;
                before += count(block);
                u32::try_from(here).unwrap_or(u32::MAX)
            });
            counted.collect()
        })
    }

    /// How many UTF-16 code units begin before a byte.
    fn units_before(&self, text: &str, offset: usize) -> usize {
        if self.is_ascii {
            return offset;
        }
        let bytes = text.as_bytes();
        match self.units(text).get(offset / BLOCK) {
            Some(before) => *before as usize + count(&bytes[offset / BLOCK * BLOCK..offset]),
            None => count(bytes),
        }
    }
}

/// Adds where lines begin behind the breaks in a part of a text.
fn push_starts(bytes: &[u8], part: Range<usize>, starts: &mut Vec<u32>) {
    for at in part {
        let ends = match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends {
            starts.push(number(at + 1));
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The UTF-16 code units of the characters that begin in these bytes.
fn count(bytes: &[u8]) -> usize {
    let begins = |byte: &u8| usize::from((*byte as i8) >= -0x40) + usize::from(*byte >= 0xF0);
    bytes.iter().map(begins).sum()
}

/// The offset, or the first byte of the character that it is in, or the end of the text.
fn boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str, line: u32, character: u32, encoding: Encoding) -> usize {
        Lines::of(text).offset(text, Position::new(line, character), encoding)
    }

    #[test]
    fn columns_are_units_of_the_encoding() {
        // A character of two bytes and one unit, one of four bytes and two units, a combining accent.
        let text = "a\n\u{e9}\u{1F600}e\u{301}b\r\nc\rd";
        assert_eq!(at(text, 1, 3, Encoding::Utf16), 2 + 2 + 4);
        assert_eq!(at(text, 1, 6, Encoding::Utf8), 2 + 6);
        // Inside of the emoji.
        assert_eq!(at(text, 1, 2, Encoding::Utf16), 2 + 2);
        assert_eq!(at(text, 1, 4, Encoding::Utf8), 2 + 2);
        // Behind the end of a line, and of the text.
        assert_eq!(at(text, 1, 99, Encoding::Utf16), text.find('\r').unwrap());
        assert_eq!(at(text, 3, 0, Encoding::Utf16), text.len() - 1);
        assert_eq!(at(text, 9, 0, Encoding::Utf16), text.len());
        let position = Lines::of(text).position(text, text.find('b').unwrap(), Encoding::Utf16);
        assert_eq!(position, Position::new(1, 5));
    }

    #[test]
    fn a_column_behind_the_end_of_a_short_line_is_its_end_in_a_long_text() {
        let text = format!("\u{e9}\n{}", "x".repeat(3 * BLOCK));
        for column in [2, 2000, u32::MAX] {
            assert_eq!(at(&text, 0, column, Encoding::Utf16), 2, "{column}");
        }
        assert_eq!(at(&text, 1, u32::MAX, Encoding::Utf16), text.len());
    }

    #[test]
    fn columns_far_into_a_line_are_counted_from_a_block() {
        let text = format!("ab\n{}x", "\u{1F600}\u{e9}z".repeat(1000));
        let lines = Lines::of(&text);
        // Each of the thousand has seven bytes and four units.
        for (offset, column) in [
            (3, 0),
            (3 + 7 * 500, 2000),
            (3 + 7 * 999 + 6, 3999),
            (3 + 7000, 4000),
        ] {
            let position = lines.position(&text, offset, Encoding::Utf16);
            assert_eq!(position, Position::new(1, column), "{offset}");
            assert_eq!(lines.offset(&text, position, Encoding::Utf16), offset);
        }
    }

    proptest! {
        #[test]
        fn lines_of_an_edited_text_are_its_lines(
            before in "[a\u{e9}\n\r]{0,30}",
            inserted in "[a\u{1F600}\n\r]{0,4}",
            places in any::<(prop::sample::Index, prop::sample::Index)>(),
        ) {
            let places = [places.0.index(before.len() + 1), places.1.index(before.len() + 1)];
            let places = places.map(|place| boundary(&before, place));
            let range = places[0].min(places[1])..places[0].max(places[1]);
            let mut after = before.clone();
            after.replace_range(range.clone(), &inserted);
            let lines = Lines::of(&before).replaced(&after, range, &inserted);
            prop_assert_eq!(lines.starts, Lines::of(&after).starts);
        }

        #[test]
        fn there_and_back_is_the_same_byte(text in "[a\u{e9}\u{1F600}\u{301}\n\r\"{}]{0,60}") {
            let lines = Lines::of(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                for (offset, _) in text.char_indices() {
                    // What is between \r and \n is the end of the line.
                    let is_inside = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                    let position = lines.position(&text, offset, encoding);
                    let back = lines.offset(&text, position, encoding);
                    prop_assert_eq!(back, offset - usize::from(is_inside));
                }
            }
        }
    }
}
