//! A broken text keeps its tree: it is read again without the lines in which it breaks.
//!
//! YAML's structure is its indentation, so that a line can be left out where no token can. The parser says where it gave up,
//! which is at the line that is wrong or behind it.

use std::ops::Range;
use std::sync::Arc;

use super::{Mistake, ParseOptions, SourceFile, attempt, mistakes};
use crate::diagnostics::Finding;
use crate::source::Format;
use crate::source::document::{Document, NodeId, NodeRef};

/// So many lines are left out before it is given up; each makes the text be read once more.
const MOST: usize = 4;

/// So many lines before the mistake are looked at for a bracket or quote that is not closed.
const LOOKED_BACK: usize = 30;

/// Reads a text that breaks at `mistake`; `None` where it breaks in too many places.
pub(super) fn mend(
    file: &Arc<SourceFile>,
    mistake: &Mistake,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
) -> Option<Document> {
    // A bracket that is not closed breaks all lines behind it.
    without(file, mistake, options, findings, |text, at| {
        second_document(text, at)
            .or_else(|| indented_by_tab(text, at))
            .or_else(|| word_before(text, at))
            .or_else(|| unclosed(text, at))
            .or_else(|| line_with_words(text, at))
    })
    .or_else(|| without(file, mistake, options, findings, line_with_words))
}

/// Reads a text without the lines that `choose` names for the bytes at which it breaks.
fn without(
    file: &Arc<SourceFile>,
    mistake: &Mistake,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
    choose: impl Fn(&str, usize) -> Option<Range<usize>>,
) -> Option<Document> {
    let mut text = file.text().to_owned();
    let mut left_out: Vec<Range<usize>> = Vec::new();
    let mut at = mistake.span.start as usize;
    for _ in 0..MOST {
        let line = choose(&text, at)?;
        // A tab before the words may be what is wrong; what else stands before them stays.
        let begin = text[..line.start]
            .rfind('\n')
            .map_or(0, |line_break| line_break + 1);
        let start = match text[begin..line.start].trim().is_empty() {
            true => begin,
            false => line.start,
        };
        text.replace_range(start..line.end, &" ".repeat(line.end - start));
        left_out.push(line);
        let mut found = Vec::new();
        match attempt(&text, options, &mut found) {
            Ok((builder, root)) => {
                let mut document = builder.finish(file.clone(), Format::Yaml, root);
                for line in left_out {
                    let around: Vec<NodeId> = around(&document, file.text(), &line);
                    around.into_iter().for_each(|object| document.set_broken(object));
                }
                findings.append(&mut found);
                return Some(document);
            }
            Err(mistake) => at = mistake.span.start as usize,
        }
    }
    None
}

/// The words of the line of `at`, or of the one behind it, where a tab stands before them.
fn indented_by_tab(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |line_break| line_break + 1);
    let mut begin = start;
    for line in text[start..].split_inclusive('\n').take(2) {
        let words = line.trim();
        let indent = line.len() - line.trim_start().len();
        if !words.is_empty() && line[..indent].contains('\t') {
            return Some(begin + indent..begin + indent + words.len());
        }
        begin += line.len();
    }
    None
}

/// All from the line that begins a second document.
fn second_document(text: &str, at: usize) -> Option<Range<usize>> {
    let begins = text.get(at..)?.starts_with("---") && text[..at].ends_with('\n');
    begins.then_some(at..text.len())
}

/// The word that stands alone on the line before that of `at`, as far in: a key that is being written makes one text with
/// the key behind it.
fn word_before(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |line_break| line_break + 1);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let before = text[..start].trim_end();
    let begin = before.rfind('\n').map_or(0, |line_break| line_break + 1);
    let line = &before[begin..];
    // The first key of an item has the column behind the dash.
    let (column, word) = match line.trim_start_matches(' ').strip_prefix("- ") {
        Some(word) => (indent(line) + 2, word),
        None => (indent(line), line.trim_start_matches(' ')),
    };
    let is_word = !word.is_empty()
        && word
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_');
    let here = text[start..].lines().next().unwrap_or_default();
    (is_word && indent(here) == column).then(|| before.len() - word.len()..before.len())
}

/// What the nearest line, up to that of `at`, opens and does not close: from the bracket or quote on.
fn unclosed(text: &str, at: usize) -> Option<Range<usize>> {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))?;
    let mut end = text[at..]
        .find('\n')
        .map_or(text.len(), |line_break| at + line_break);
    for _ in 0..LOOKED_BACK {
        let start = text[..end].rfind('\n').map_or(0, |line_break| line_break + 1);
        let line = &text[start..end];
        if let Some(open) = mistakes::unclosed(line) {
            return Some(start + open..start + line.trim_end().len());
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// The words of the line at a byte, or of the nearest line before it that has any, or else behind it.
fn line_with_words(text: &str, at: usize) -> Option<Range<usize>> {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))?;
    let start = text[..at].rfind('\n').map_or(0, |line_break| line_break + 1);
    let end = text[at..]
        .find('\n')
        .map_or(text.len(), |line_break| at + line_break);
    let words = |range: Range<usize>| {
        let line = &text[range.clone()];
        let words = line.trim();
        let start = range.start + (line.len() - line.trim_start().len());
        (!words.is_empty()).then(|| start..start + words.len())
    };
    if let Some(here) = words(start..end) {
        return Some(here);
    }
    let before = text[..start].trim_end().len();
    if before > 0 {
        let start = text[..before].rfind('\n').map_or(0, |line_break| line_break + 1);
        return words(start..before);
    }
    let behind = end + (text[end..].len() - text[end..].trim_start().len());
    let line_end = text[behind..]
        .find('\n')
        .map_or(text.len(), |line_break| behind + line_break);
    words(behind..line_end)
}

/// The objects that a line may belong to which was left out: the innermost around what stands before it that is not indented
/// deeper; where it is indented as none is, those deeper ones as well.
fn around(document: &Document, text: &str, line: &Range<usize>) -> Vec<NodeId> {
    let column = |at: usize| at - text[..at].rfind('\n').map_or(0, |line_break| line_break + 1);
    // The object whose first key it would have been.
    let behind = document
        .all()
        .filter(|node| node.is_object() && node.span().start as usize >= line.end);
    if let Some(next) = behind.min_by_key(|node| node.span().start) {
        let start = next.span().start as usize;
        if column(start) == column(line.start) && text[line.end..start].trim().is_empty() {
            return vec![next.id()];
        }
    }
    let begins = |node: &NodeRef<'_>| node.key_span().start.max(node.span().start);
    let before = document.all().filter(|node| (begins(node) as usize) < line.start);
    let mut at = before.max_by_key(|node| (begins(node), node.span().start));
    let mut deeper = Vec::new();
    while let Some(node) = at {
        let start = node.span().start as usize;
        if node.is_object() && start < line.start {
            let of_line = column(line.start);
            if column(start) <= of_line {
                let begins_line = text[line.start - of_line..line.start].trim().is_empty();
                if column(start) == of_line || !begins_line {
                    deeper.clear();
                }
                deeper.push(node.id());
                return deeper;
            }
            deeper.push(node.id());
        }
        at = node.parent();
    }
    vec![document.root().id()]
}
