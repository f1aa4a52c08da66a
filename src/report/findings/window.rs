//! What is shown of a file: its text made safe to print, and of very long lines only the part around the spans.
//!
//! Generated definitions come as one line of several MB; a person needs some words around the mistake.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::arrange::Arrange as _;
use crate::diagnostics::{Span, is_spelt_out};
use crate::source::SourceFile;

/// Lines of more bytes than this are cut.
const LONG_LINE: usize = 400;
/// Bytes shown on each side of a span on a line that is cut.
const AROUND: usize = 60;
/// At most this much of one span is shown on a line that is cut.
const LONGEST_SPAN: usize = 200;
/// Stands for what is left out.
const GAP: &str = " \u{2026} ";

/// The file's text with every character that is no plain text on a line (controls, exotic line breaks) as blanks of the
/// same length in bytes. Offsets and lines stay; terminals cannot be steered by what a definition holds.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    // Carriage returns are bad only where they are not part of a line break.
    let bad = |(i, c): (usize, char)| match c {
        '\n' | '\t' => false,
        '\r' => !text[i + 1..].starts_with('\n'),
        _ => is_spelt_out(c),
    };
    if !text.char_indices().any(bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.char_indices() {
        if bad((i, c)) {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A span cut to what lies on its first line, on character boundaries.
pub(super) fn on_one_line(file: &SourceFile, span: Span) -> Range<usize> {
    let text = file.text();
    let start = floor(text, span.start as usize);
    let line = file.line_range(file.line(start));
    let end = floor(text, span.end as usize).min(line.end.max(start));
    start..end.max(start)
}

/// Whether a line that a span touches is too long to be shown whole.
pub(super) fn needs_cutting(file: &SourceFile, spans: &[Range<usize>]) -> bool {
    (spans.iter()).any(|span| file.line_range(file.line(span.start)).len() > LONG_LINE)
}

/// A copy of a file in which long lines are cut to what is around some spans.
pub(super) struct Cut {
    /// The text shown; line numbers are the file's.
    pub(super) text: String,
    /// Where the spans are in it, in the order given.
    pub(super) spans: Vec<Range<usize>>,
}

/// Cuts the long lines of `printable` (the file's text made printable). Each of `spans` lies on one line.
pub(super) fn cut(file: &SourceFile, printable: &str, spans: &[Range<usize>]) -> Cut {
    let mut shown = Cut {
        text: String::new(),
        spans: spans.to_vec(),
    };
    // What nobody looks at stays out, but for its line breaks: they number the lines.
    let mut marked: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, span) in spans.iter().enumerate() {
        marked.entry(file.line(span.start)).or_default().push(i);
    }
    let mut number = 1;
    for (marked, here) in marked {
        (number..marked).for_each(|_| shown.text.push('\n'));
        number = marked + 1;
        let line = file.line_range(marked);
        let pieces = if line.len() <= LONG_LINE {
            vec![line.clone()]
        } else {
            pieces(printable, &line, spans, &here)
        };
        let mut at = line.start;
        for piece in pieces {
            if piece.start > at {
                shown.text.push_str(GAP);
            }
            for &i in &here {
                if piece.start <= spans[i].start && spans[i].start <= piece.end {
                    let start = shown.text.len() + (spans[i].start - piece.start);
                    shown.spans[i] = start..start + spans[i].end.min(piece.end) - spans[i].start;
                }
            }
            shown.text.push_str(&printable[piece.clone()]);
            at = piece.end;
        }
        if at < line.end {
            shown.text.push_str(GAP);
        }
        shown.text.push('\n');
    }
    shown
}

/// The parts of a long line that are shown: around each span, in order, those that meet joined.
fn pieces(text: &str, line: &Range<usize>, spans: &[Range<usize>], here: &[usize]) -> Vec<Range<usize>> {
    let mut wanted: Vec<Range<usize>> = (here.iter())
        .map(|&i| {
            let end = spans[i].end.min(spans[i].start + LONGEST_SPAN);
            let start = floor(text, spans[i].start.saturating_sub(AROUND)).max(line.start);
            start..floor(text, (end + AROUND).min(line.end))
        })
        .collect();
    wanted.arrange_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in wanted {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// The character boundary at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
