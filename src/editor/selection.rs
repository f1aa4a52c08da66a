//! What a selection grows to: the word, the string, the member, the object around it.

use std::ops::Range;

use super::OpenDocument;
use super::place::{key_text, string_text};
use crate::diagnostics::Span;
use crate::source::{Document, NodeRef};

/// The spans around a place, the innermost first, each larger than the one before.
pub fn at(open: &OpenDocument, offset: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let whole = Span::new(0, open.file().text().len());
    let holds = |document: &&Document| document.at(offset).is_some();
    if let Some(document) = open.trees().find(holds)
        && let Some(at) = document.at(offset)
    {
        let mut node = at.node;
        if let (true, Some(member)) = (at.on_key, node.as_member()) {
            found.extend(key_text(document, member));
            found.push(member.key_span);
        } else {
            found.extend(word(node, offset));
            found.extend(inside(node, offset));
            found.extend(string_text(node));
            found.push(node.span());
        }
        loop {
            if let Some(member) = node.as_member() {
                found.push(Span {
                    start: member.key_span.start,
                    end: node.span().end.max(member.key_span.end),
                });
            }
            let Some(parent) = node.parent() else { break };
            found.push(parent.span());
            node = parent;
        }
    }
    found.push(whole);
    // Only what grows: what an alias stands for lies elsewhere.
    let mut grown: Vec<Span> = Vec::new();
    for span in found {
        let holds_place = span.start as usize <= offset && offset <= span.end as usize;
        let grows = grown
            .last()
            .is_none_or(|last| span.contains(*last) && span != *last);
        if holds_place && grows {
            grown.push(span);
        }
    }
    grown
}

/// The word of a string at a place.
fn word(node: NodeRef<'_>, offset: usize) -> Option<Span> {
    let text = node.as_str()?;
    let range = word_at(text, node.offset_in_text(offset)?)?;
    Some(node.span_in_source(range))
}

/// The path at a place of a string, and what stands between the brackets around it, without and with them.
fn inside(node: NodeRef<'_>, offset: usize) -> Vec<Span> {
    let parts = || {
        let (text, at) = (node.as_str()?, node.offset_in_text(offset)?);
        let mut parts: Vec<Range<usize>> = super::hover::word_range(text, at).into_iter().collect();
        let mut open: Vec<usize> = Vec::new();
        for (place, letter) in text.char_indices() {
            match letter {
                '(' | '[' | '{' => open.push(place),
                ')' | ']' | '}' => {
                    if let Some(begin) = open.pop().filter(|begin| *begin < at && at <= place) {
                        parts.extend([begin + 1..place, begin..place + 1]);
                    }
                }
                _ => {}
            }
        }
        Some(parts)
    };
    node.spans_in_source(parts().unwrap_or_default())
}

/// The letters, digits and underscores around a byte of a text.
pub(super) fn word_at(text: &str, at: usize) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let start = before.trim_end_matches(is_word).len();
    let end = at + (after.len() - after.trim_start_matches(is_word).len());
    (start < end).then_some(start..end)
}
