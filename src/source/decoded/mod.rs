//! Where the characters of a decoded string stand in the text: escapes, folded lines, the indentation of block scalars.
//!
//! The parsers give the decoded string only. Whoever has something to say about a part of it (an expression) asks here,
//! and the raw text is read once more; that is rare, and costs nothing where nobody asks.

use std::ops::Range;

use super::Format;
use crate::diagnostics::Span;

mod block;
mod quoted;

/// A stretch of the decoded string and the source it comes from. Of equal length they are the same text; otherwise
/// (an escape, a folded line break) the stretch is one unit.
struct Run {
    decoded: Range<usize>,
    source: Range<usize>,
}

/// A decoded string under construction, with the place of every part.
#[derive(Default)]
struct Decoder {
    text: String,
    runs: Vec<Run>,
}

impl Decoder {
    /// Takes over `source[range]` as it stands.
    fn verbatim(&mut self, source: &str, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(&source[range.clone()]);
        match self.runs.last_mut() {
            Some(last) if last.source.end == range.start && last.decoded.len() == last.source.len() => {
                last.decoded.end = self.text.len();
                last.source.end = range.end;
            }
            _ => self.runs.push(Run {
                decoded: start..self.text.len(),
                source: range,
            }),
        }
    }

    /// Adds `text`, for which `source` stands in the file.
    fn unit(&mut self, text: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.runs.push(Run {
            decoded: start..self.text.len(),
            source,
        });
    }
}

/// The map of one string, or of several put together.
#[derive(Default)]
pub(super) struct Places {
    runs: Vec<Run>,
}

impl Places {
    /// The places of `decoded`, the value of the token at `span` in `source`. `None` when the text does not decode to it:
    /// a value was substituted, or the token is an alias.
    pub(super) fn of(source: &str, span: Span, format: Format, decoded: &str) -> Option<Places> {
        let token = source.get(span.range())?;
        let range = span.range();
        let mut decoder = Decoder::default();
        match (format, token.as_bytes().first()) {
            (Format::Json, Some(b'"')) => quoted::json(source, inside(token, range), &mut decoder)?,
            (Format::Yaml, Some(b'"')) => quoted::double(source, inside(token, range), &mut decoder)?,
            (Format::Yaml, Some(b'\'')) => quoted::single(source, inside(token, range), &mut decoder),
            (Format::Yaml, Some(b'|' | b'>')) => return block::places(source, range, decoded),
            (Format::Yaml, Some(_)) => quoted::plain(source, range, &mut decoder),
            _ => {}
        }
        (decoder.text == decoded).then_some(Places { runs: decoder.runs })
    }

    /// Goes on with `text`, for all of which `source` stands.
    pub(super) fn add_unit(&mut self, text: &str, source: Span) {
        let start = self.runs.last().map_or(0, |run| run.decoded.end);
        if !text.is_empty() {
            self.runs.push(Run {
                decoded: start..start + text.len(),
                source: source.range(),
            });
        }
    }

    /// Goes on with another string.
    pub(super) fn append(&mut self, next: Places) {
        let start = self.runs.last().map_or(0, |run| run.decoded.end);
        self.runs.extend(next.runs.into_iter().map(|run| Run {
            decoded: start + run.decoded.start..start + run.decoded.end,
            source: run.source,
        }));
    }

    /// The places of a part of the string.
    pub(super) fn part(&self, part: &Range<usize>) -> Places {
        let first = self.runs.partition_point(|run| run.decoded.end <= part.start);
        let inside = self.runs[first..]
            .iter()
            .take_while(|run| run.decoded.start < part.end);
        let runs = inside.map(|run| {
            let decoded = run.decoded.start.max(part.start)..run.decoded.end.min(part.end);
            let source = match run.decoded.len() == run.source.len() {
                true => {
                    let begins = run.source.start + (decoded.start - run.decoded.start);
                    begins..begins + decoded.len()
                }
                false => run.source.clone(),
            };
            Run {
                decoded: decoded.start - part.start..decoded.end - part.start,
                source,
            }
        });
        Places {
            runs: runs.filter(|run| !run.decoded.is_empty()).collect(),
        }
    }

    /// Where the decoded byte `offset` stands; inside a unit, where the unit begins.
    pub(super) fn start(&self, offset: usize) -> Option<usize> {
        let i = self.runs.partition_point(|run| run.decoded.end <= offset);
        match self.runs.get(i) {
            Some(run) if run.decoded.len() == run.source.len() => {
                Some(run.source.start + offset.saturating_sub(run.decoded.start))
            }
            Some(run) => Some(run.source.start),
            None => self.runs.last().map(|run| run.source.end),
        }
    }

    /// Which decoded byte stands at `source`, a byte of the token; inside a unit, where the unit begins. What stands before
    /// the text (a quote) is at its first byte, what stands behind it at its end.
    pub(super) fn decoded(&self, source: usize) -> Option<usize> {
        let i = self.runs.partition_point(|run| run.source.end <= source);
        match self.runs.get(i) {
            Some(run) if run.decoded.len() == run.source.len() => {
                Some(run.decoded.start + source.saturating_sub(run.source.start))
            }
            Some(run) => Some(run.decoded.start),
            None => Some(self.runs.last().map_or(0, |run| run.decoded.end)),
        }
    }

    /// Where what stands before the decoded byte `offset` ends.
    pub(super) fn end(&self, offset: usize) -> Option<usize> {
        let i = self.runs.partition_point(|run| run.decoded.end < offset);
        match self.runs.get(i) {
            Some(run) if run.decoded.len() == run.source.len() => {
                Some(run.source.start + offset.saturating_sub(run.decoded.start))
            }
            Some(run) if offset == run.decoded.start => Some(run.source.start),
            Some(run) => Some(run.source.end),
            None => self.runs.last().map(|run| run.source.end),
        }
    }
}

/// The range of a quoted token without its quotes. One that is being typed may have none at its end.
fn inside(token: &str, range: Range<usize>) -> Range<usize> {
    let is_closed = token.len() > 1 && token.as_bytes().first() == token.as_bytes().last();
    range.start + 1..range.end - usize::from(is_closed)
}
