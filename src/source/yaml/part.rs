//! A part of a text that is read for itself: the lines of a block mapping below its key.

use std::ops::Range;
use std::sync::Arc;

use super::{Reader, flow};
use crate::source::document::{Document, NodeRef};
use crate::source::{Format, ParseOptions, SourceFile};

/// Whether a text may have what counts beyond the lines that it stands in: anchors, aliases, merges and directives.
pub(in crate::source) fn has_far_reaching(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_name = |at: usize| {
        let before = at.checked_sub(1).map_or(b'\n', |before| bytes[before]);
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        (before.is_ascii_whitespace() || b"[{,:".contains(&before))
            && !(next.is_ascii_whitespace() || b"]},:".contains(&next))
    };
    let mut signs = bytes
        .iter()
        .zip(0..)
        .filter(|(byte, _)| matches!(byte, b'&' | b'*'));
    signs.any(|(_, at)| is_name(at)) || text.contains("<<") || text.starts_with('%') || text.contains("\n%")
}

/// The lines of a block mapping that stands below its key, and in which a change stands: up to the next line that is
/// indented less. `None` of anything else.
pub(in crate::source) fn part_at(node: NodeRef<'_>, change: &Range<usize>) -> Option<Range<usize>> {
    let text = node.document().file().text();
    let (first, start) = (node.members().first()?, node.span().start as usize);
    let above = text.get(node.as_member()?.key_span.end as usize..start)?;
    let line = above.strip_prefix(':')?.trim_start_matches(' ');
    let indent = line.strip_prefix("\r\n").or_else(|| line.strip_prefix('\n'))?;
    if indent.is_empty()
        || indent.bytes().any(|byte| byte != b' ')
        || first.key_span.start != node.span().start
    {
        return None;
    }
    let mut end = line_end(text, node.span().end as usize);
    while end < text.len() {
        let next = line_end(text, end);
        let words = text[end..next].trim_start();
        if !words.is_empty() && !words.starts_with('#') {
            break;
        }
        end = next;
    }
    let part = start - indent.len()..end;
    let is_inside = start <= change.start && change.end <= part.end;
    (is_inside && is_indented(&text[part.clone()], indent.len())).then_some(part)
}

/// The tree of the lines `range` of a file, where they are a block mapping without mistakes.
pub(in crate::source) fn part(
    file: &Arc<SourceFile>,
    range: Range<usize>,
    options: &ParseOptions,
) -> Option<Document> {
    let text = file.text().get(range.clone())?;
    let indent = text.len() - text.trim_start_matches(' ').len();
    // What follows begins a line; and where a bare placeholder is broken YAML, all of the text is read in another way.
    let is_whole = text.ends_with('\n') || range.end == file.text().len();
    if !is_whole || !is_indented(text, indent) || !flow::candidates(text).is_empty() {
        return None;
    }
    let mut findings = Vec::new();
    let mut reader = Reader::new(text, &[], options, &mut findings);
    let root = reader.run(text).ok()?;
    let mut builder = std::mem::take(&mut reader.builder);
    if !findings.is_empty() {
        return None;
    }
    let start = u32::try_from(range.start).ok()?;
    builder.move_spans(|at| at + start);
    let document = builder.finish(file.clone(), Format::Yaml, root);
    // Where an empty block scalar ends goes by what follows.
    let is_scalar = |node: &NodeRef<'_>| !node.is_object() && !node.is_array();
    let is_empty = |node: NodeRef<'_>| node.span().is_empty() || node.as_str() == Some("");
    if document.all().filter(is_scalar).last().is_some_and(is_empty) {
        return None;
    }
    // A key that says nothing of what stands before it, and an end that does not go by what follows either.
    let (first, whole) = (document.root().members().first()?, document.root().span());
    let is_plain = first.key_span.start == whole.start
        && text[indent..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\''))
        && whole.end as usize <= range.start + text.trim_end().len();
    is_plain.then_some(document)
}

/// Whether each line that is not blank begins with so many spaces, and nothing is indented by tabs, or broken in another way.
fn is_indented(text: &str, indent: usize) -> bool {
    text.split('\n').all(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let words = line.trim_start_matches(' ');
        !words.contains(['\t', '\r']) && (words.is_empty() || line.len() - words.len() >= indent)
    })
}

/// The byte behind the break of the line in which a byte stands.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}
