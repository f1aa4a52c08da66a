//! Where the parts of a YAML text stand: what is needed to move them as text.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};
use rustc_hash::FxHashMap;

use super::super::Unformattable;
use crate::source::limits::MAX_NESTING;

/// A part of the text.
#[derive(Debug)]
pub(super) struct Part {
    /// Where it begins and ends. Of a block collection, from its first key or dash to the end of its last part.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    /// Moved as it is: a scalar, an alias, a collection in braces or brackets.
    Leaf,
    /// A mapping with a line for each key.
    Mapping(Vec<Entry>),
    /// A sequence with a dash for each item.
    Sequence(Vec<Part>),
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_start: usize,
    pub(super) value: Part,
    /// The text of a scalar value, for `Type`.
    pub(super) scalar: Option<String>,
}

/// A collection whose end has not come.
struct Open {
    start: usize,
    end: usize,
    mapping: bool,
    entries: Vec<Entry>,
    items: Vec<Part>,
    /// The key whose value is next.
    key: Option<(String, usize)>,
}

/// An alias and the anchor that it means, by their places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference {
    pub(super) alias: usize,
    pub(super) anchor: usize,
}

/// Reads the places of a text that `source/` has read before, and the aliases in it. `None` when there is no value in
/// it.
pub(super) fn read(text: &str) -> Result<Option<(Part, Vec<Reference>)>, Unformattable> {
    let mut settings = granit_parser::options! {
        flow_nesting_limit: MAX_NESTING,
        block_nesting_limit: MAX_NESTING,
    };
    settings.set_emit_comments(false);
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut references = Vec::new();
    let mut anchors = FxHashMap::default();
    let mut last = 0;
    for next in Parser::new_from_str_with_options(text, settings) {
        let Ok((event, span)) = next else {
            return Err(Unformattable::new(
                last,
                "a placeholder inside braces or brackets cannot be formatted",
                "quote it, or write the object or list around it in lines of its own",
            ));
        };
        let range = span.byte_range().unwrap_or(last..last);
        match &event {
            Event::Scalar(_, _, anchor, _)
            | Event::MappingStart(_, anchor, _)
            | Event::SequenceStart(_, anchor, _) => {
                anchors.insert(*anchor, range.start);
            }
            Event::Alias(id) => references.extend(anchors.get(id).map(|&anchor| Reference {
                alias: range.start,
                anchor,
            })),
            _ => {}
        }
        let (part, scalar) = match event {
            Event::Scalar(value, style, ..) => {
                let span = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => block_of_text(text, last, &range),
                    _ => range.clone(),
                };
                (Some(leaf(span)), Some(value.into_owned()))
            }
            Event::Alias(_) => (Some(leaf(range.clone())), None),
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                open.push(Open {
                    start: range.start,
                    end: range.start,
                    mapping: matches!(event, Event::MappingStart(..)),
                    entries: Vec::new(),
                    items: Vec::new(),
                    key: None,
                });
                (None, None)
            }
            Event::MappingEnd | Event::SequenceEnd => (open.pop().map(|closed| closed.finish(&range)), None),
            _ => (None, None),
        };
        last = range.end.max(last);
        let Some(part) = part else {
            continue;
        };
        match open.last_mut() {
            Some(around) => around.take(part, scalar),
            None => root = Some(part),
        }
    }
    Ok(root.map(|root| (root, references)))
}

/// The place of a block of text whose content is at `range`: empty lines behind it belong to it only where its header
/// says so (`|+`).
fn block_of_text(text: &str, last: usize, range: &Range<usize>) -> Range<usize> {
    let header = text.get(last.min(range.start)..range.start).unwrap_or_default();
    let content = &text[range.clone()];
    let end = match header.contains("|+") || header.contains(">+") || header.ends_with("+\n") {
        true => content.rfind('\n').map_or(content.len(), |at| at + 1),
        false => content.trim_end().len(),
    };
    range.start..range.start + end
}

fn leaf(span: Range<usize>) -> Part {
    Part {
        span,
        shape: Shape::Leaf,
    }
}

impl Open {
    fn take(&mut self, part: Part, scalar: Option<String>) {
        self.end = self.end.max(part.span.end);
        if !self.mapping {
            self.items.push(part);
            return;
        }
        match self.key.take() {
            // An alias as a key has no text; no field of AWS's is written so.
            None => self.key = Some((scalar.unwrap_or_default(), part.span.start)),
            Some((key, key_start)) => self.entries.push(Entry {
                key,
                key_start,
                value: part,
                scalar,
            }),
        }
    }

    /// The whole, at whose end stands `end`: a bracket, or nothing behind a block.
    fn finish(self, end: &Range<usize>) -> Part {
        let shape = match (end.is_empty(), self.mapping) {
            (false, _) => Shape::Leaf,
            (true, true) => Shape::Mapping(self.entries),
            (true, false) => Shape::Sequence(self.items),
        };
        // The end of a block is told where the next thing begins.
        let end = if end.is_empty() { self.end } else { end.end };
        Part {
            span: self.start..end.max(self.start),
            shape,
        }
    }
}
