//! The lines of a definition in YAML: what is being written stands among them, though nothing in the tree holds it yet.

use crate::source::lines::{end_of, indent, start_of};
use crate::source::{Document, Format, NodeKind};

/// Whether nothing is said in a line.
pub(super) fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Whether there is but the beginning of a definition in YAML: nothing, or a word.
pub(super) fn is_begun(document: &Document) -> bool {
    match document.root().kind() {
        NodeKind::Null => true,
        NodeKind::String(text) => text.chars().all(|letter| letter.is_ascii_alphabetic()),
        _ => false,
    }
}

/// Whether the line of `offset`, up to there, belongs to a definition that is a block of YAML: behind what stands in it, and
/// in front of it, by its indentation.
pub(super) fn belongs_to(document: &Document, offset: usize) -> bool {
    let text = document.file().text();
    let root = document.root();
    let (first, last) = (root.span().start as usize, root.span().end as usize);
    if document.format() != Format::Yaml || text.get(..offset).is_none() || text.get(first..last).is_none() {
        return false;
    }
    let line = start_of(text, offset);
    let column = indent(&text[line..offset]);
    let is_deep_enough = |deep: &dyn Fn(usize) -> bool, lines: &str| {
        let mut lines = lines.lines().filter(|line| !is_blank(line));
        lines.all(|line| deep(indent(line)))
    };
    let first_line = start_of(text, first);
    if root.is_object() {
        let own = first - first_line;
        let is_block = !text[first..].starts_with('{') && is_blank(&text[first_line..first]);
        if !is_block {
            return false;
        }
        if offset < first {
            let line_end = end_of(text, line);
            let between = text.get(line_end..first_line).unwrap_or_default();
            return column == own && between.lines().all(is_blank) && is_word(&text[line..line_end]);
        }
        let last_line = end_of(text, last);
        let between = text.get(last_line..line).unwrap_or_default();
        return column >= own && is_deep_enough(&|indent| indent >= own, between);
    }
    if !is_begun(document) {
        return false;
    }
    // Of a definition without a line the key alone stands there.
    let key = indent(&text[first_line..]);
    let next = end_of(text, first);
    let between = text.get(next..line).unwrap_or_default();
    line > first_line && column > key && is_deep_enough(&|indent| indent > key, between)
}

/// Whether a line is a word that may become a key, or nothing.
fn is_word(line: &str) -> bool {
    line.trim()
        .chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_')
}
