//! A broken text keeps its tree: it is read again as it was most likely meant, or without the lines in which it breaks.
//!
//! YAML's structure is its indentation, so that a line can be left out where no token can. The parser says where it gave up,
//! which is at the line that is wrong or behind it.

use std::ops::Range;
use std::sync::Arc;

use super::{Builder, ParseOptions, SourceFile, attempt, mistakes, repair};
use crate::diagnostics::{Finding, Span};
use crate::source::document::{Document, NodeId};
use crate::source::lines::{end_of, indent, start_of};
use crate::source::repair::Repair;
use crate::source::{Format, INVALID};

/// So many lines are left out before it is given up; each makes the text be read once more.
const MOST: usize = 4;

/// So many changes that may mend a text are tried on all of it.
const TRIED: usize = 4;

/// So many lines before the mistake are looked at for a bracket or quote that is not closed.
const LOOKED_BACK: usize = 30;

/// Reads a text that breaks at `mistake`, which is told better where it is known; `None` where it breaks in too many places.
pub(super) fn mend(
    file: &Arc<SourceFile>,
    mistake: &mut Finding,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
) -> Option<Document> {
    let at = mistake.span.start as usize;
    if !repair::is_being_written(file.text(), at)
        && let Some(document) = repaired(file, mistake, options, findings)
    {
        return Some(document);
    }
    // One of several.
    if let Some(repair) = repair::quotes(file.text(), at) {
        mistake.fixes = repair.finding(file.text()).fixes;
    }
    // A bracket that is not closed breaks all lines behind it.
    without(file, mistake, options, findings, |text, at| {
        second_document(text, at)
            .or_else(|| indented_by_tab(text, at))
            .or_else(|| word_before(text, at))
            .or_else(|| unclosed(text, at))
            .or_else(|| line_with_words(text, at))
    })
    .or_else(|| without(file, mistake, options, findings, line_with_words))
    .or_else(|| without(file, mistake, options, findings, words_before))
    // What stands before it is whole.
    .or_else(|| without(file, mistake, options, findings, all_behind))
}

/// Reads a text with one change that mends it: that after which least is wrong.
fn repaired(
    file: &Arc<SourceFile>,
    mistake: &mut Finding,
    options: &ParseOptions,
    findings: &mut Vec<Finding>,
) -> Option<Document> {
    let text = file.text();
    let mut best: Option<(Repair, (Builder, NodeId), Vec<Finding>)> = None;
    for repair in repair::candidates(text, mistake.span.start as usize)
        .into_iter()
        .take(TRIED)
    {
        let mut found = Vec::new();
        let Ok(read) = attempt(&repair.apply(text, 0), options, &mut found) else {
            continue;
        };
        let least = best.as_ref().map_or(usize::MAX, |(_, _, least)| least.len());
        if found.len() < least {
            best = Some((repair, read, found));
        }
        if best.as_ref().is_some_and(|(_, _, least)| least.is_empty()) {
            break;
        }
    }
    let (repair, (mut builder, root), mut found) = best?;
    repair.move_back(&mut builder);
    mark_around(&mut builder, root, text, &(repair.at..repair.at + repair.removed));
    let told = repair.finding(text);
    // The parser's words where they say what to do.
    match mistake.help.is_some() && start_of(text, mistake.span.start as usize) == start_of(text, repair.at) {
        true => mistake.fixes = told.fixes,
        false => *mistake = told,
    }
    // What comes twice may do so for the change.
    found.retain(|finding| (finding.span.end as usize) < repair.at);
    findings.append(&mut found);
    Some(builder.finish(file.clone(), Format::Yaml, root))
}

/// Says that a mistake stands around a part of a text: in what its line holds, and what that stands beside.
fn mark_around(builder: &mut Builder, root: NodeId, text: &str, part: &Range<usize>) {
    let before = text[..start_of(text, part.start)].trim_end().len();
    let behind = text[end_of(text, part.end)..].trim_start();
    builder.set_broken_around(before, text.len() - behind.len());
    builder.set_broken(root);
}

/// Reads a text without the lines that `choose` names for the bytes at which it breaks.
fn without(
    file: &Arc<SourceFile>,
    mistake: &mut Finding,
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
        let begin = start_of(&text, line.start);
        let start = match text[begin..line.start].trim().is_empty() {
            true => begin,
            false => line.start,
        };
        text.replace_range(start..line.end, &" ".repeat(line.end - start));
        left_out.push(line);
        let mut found = Vec::new();
        match attempt(&text, options, &mut found) {
            Ok((mut builder, root)) => {
                let first = left_out.iter().map(|line| line.start).min();
                if let [line] = &left_out[..]
                    && end_of(file.text(), line.start) < start_of(file.text(), mistake.span.start as usize)
                {
                    *mistake = fits_nothing(mistake, file.text(), line);
                }
                for line in left_out {
                    mark_around(&mut builder, root, file.text(), &line);
                }
                found.retain(|finding| first.is_none_or(|first| (finding.span.end as usize) < first));
                findings.append(&mut found);
                return Some(builder.finish(file.clone(), Format::Yaml, root));
            }
            Err(mistake) => at = mistake.span.start as usize,
        }
    }
    None
}

/// The words of the line of `at`, or of the one behind it, where a tab stands before them.
fn indented_by_tab(text: &str, at: usize) -> Option<Range<usize>> {
    text.get(..at)?;
    let start = start_of(text, at);
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
    text.get(..at)?;
    let start = start_of(text, at);
    let before = text[..start].trim_end();
    let begin = start_of(before, before.len());
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
    let mut end = end_of(text, at);
    for _ in 0..LOOKED_BACK {
        let start = start_of(text, end);
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
    let start = start_of(text, at);
    let end = end_of(text, at);
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
        let start = start_of(text, before);
        return words(start..before);
    }
    let behind = end + (text[end..].len() - text[end..].trim_start().len());
    let line_end = end_of(text, behind);
    words(behind..line_end)
}

/// The words of the nearest line before that of `at`, comments left out.
fn words_before(text: &str, at: usize) -> Option<Range<usize>> {
    let mut before = &text[..start_of(text, at.min(text.len()))];
    loop {
        before = before.trim_end();
        let line = start_of(before, before.len());
        let begin = line + indent(&before[line..]);
        match &before[begin..] {
            "" => return None,
            words if words.starts_with('#') => before = &before[..line],
            _ => return Some(begin..before.len()),
        }
    }
}

/// All from the line of `at` on.
fn all_behind(text: &str, at: usize) -> Option<Range<usize>> {
    let line = start_of(text, at.min(text.len()));
    (line > 0).then_some(line..text.trim_end().len().max(line))
}

/// What is told where a text breaks behind the line that is why.
fn fits_nothing(mistake: &Finding, text: &str, line: &Range<usize>) -> Finding {
    let span = Span::new(line.start, end_of(text, line.start).min(line.end));
    let related = match mistake.label.is_some() {
        true => "it breaks here",
        false => &mistake.message,
    };
    Finding::error(INVALID, "What follows does not fit this line", span).with_related(mistake.span, related)
}
