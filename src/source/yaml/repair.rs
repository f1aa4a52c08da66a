//! What a broken text was most likely meant to be: with one character, a line break or a step of indentation put in or taken
//! out. What stands around a line tells soon which changes mend nothing; the others are tried on the whole text.

use std::ops::Range;

use granit_parser::Parser;

use super::mistakes;
use crate::arrange::Arrange as _;
use crate::source::lines::{end_of, indent, start_of};
use crate::source::repair::{LONGEST_LINE, Repair, boundaries};

/// So many lines are looked at before and behind the one that is changed.
const AROUND: usize = 40;

/// So many bytes are read to try changes on what stands around them.
const READ: usize = 1 << 20;

/// So many lines up to a mistake are looked at closely.
const NEAR: usize = 4;

/// So many lines into which it is indented are looked at, when they are no farther away than so many lines.
const OUTER: usize = 4;
const FAR: usize = 400;

/// So many lines before a mistake are looked at for a bracket or quote that is not closed.
const LOOKED_BACK: usize = 30;

/// What may mend a text that breaks at a byte, the likelier first.
pub(super) fn candidates(text: &str, at: usize) -> Vec<Repair> {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let at = at.unwrap_or_default();
    let mut all = Vec::new();
    let mut left = READ;
    let near = near(text, at).into_iter().map(|line| (line, changes(text, line)));
    let outer = outer(text, start_of(text, at));
    let outer = outer.into_iter().map(|line| (line, moves(text, line, at)));
    for (line, changes) in near.chain(outer) {
        let part = around(text, line, at);
        if changes.is_empty() || left < part.len() || is_whole(&text[part.clone()]) {
            continue;
        }
        let changes = changes.into_iter();
        let mut fit: Vec<Repair> = changes
            .filter(|repair| {
                left = left.saturating_sub(part.len());
                left > 0 && is_whole(&repair.apply(&text[part.clone()], part.start))
            })
            .collect();
        fit.arrange_by_key(|repair| repair.at.abs_diff(at));
        all.extend(fit);
    }
    all.arrange_by_key(|repair| rank(text, repair));
    all.splice(..0, quotes(text, at));
    all
}

/// Quotes around a value that no plain text is for its first character: `{% 1 %}`, `@home`. `at` is where it breaks, behind
/// the brace of an expression.
pub(super) fn quotes(text: &str, at: usize) -> Option<Repair> {
    let (before, rest) = text.split_at_checked(at)?;
    let is_expression = rest.starts_with('%') && before.ends_with('{');
    let begin = at - usize::from(is_expression);
    // Behind a key, or a dash.
    let head = &text[start_of(text, begin)..begin];
    let is_value = head.trim_end() != head && head.trim_end().ends_with([':', '-']);
    if !is_value || !rest.starts_with(['%', '@', '`']) {
        return None;
    }
    let end = match is_expression {
        true => {
            let close = at + rest.get(1..)?.find("%}")? + 3;
            text[close..end_of(text, close)]
                .trim()
                .is_empty()
                .then_some(close)?
        }
        false => {
            let line = &text[begin..end_of(text, begin)];
            begin
                + line
                    .find(" #")
                    .map_or(line, |comment| &line[..comment])
                    .trim_end()
                    .len()
        }
    };
    let value = text.get(begin..end).filter(|value| value.len() <= LONGEST_LINE)?;
    let inserted = match value.contains(['"', '\\']) {
        true => format!("'{}'", value.replace('\'', "''")),
        false => format!("\"{value}\""),
    };
    Some(Repair {
        at: begin,
        removed: end - begin,
        inserted,
    })
}

/// How likely a change is meant, the likeliest first.
fn rank(text: &str, repair: &Repair) -> usize {
    let line = start_of(text, repair.at);
    let own = indent(&text[line..]);
    let words = &text[line + own..end_of(text, repair.at)];
    // What nobody begins a line with.
    let is_stray = words.starts_with(':') || (words.starts_with('-') && !is_item(words));
    if repair.at == line + own && repair.removed == 1 && is_stray {
        return 0;
    }
    // What is open at the end of a line, and two lines in one.
    let is_end = repair.at == line + own + words.trim_end().len();
    if is_end && repair.inserted == mistakes::closers(words) && !repair.inserted.is_empty() {
        return 0;
    }
    if repair.inserted == "\n" && text[repair.at..].starts_with("  ") {
        return 0;
    }
    // A list is seldom meant where there is none.
    if repair.inserted.starts_with('-') {
        return 3;
    }
    let is_move = repair.at <= line + own && repair.inserted.trim_start_matches(' ').is_empty();
    let column = own + repair.inserted.len() - repair.removed.min(own);
    let is_far = repair.inserted.len().max(repair.removed) > 1;
    1 + usize::from(is_move && (is_far || column % 2 == 1))
}

/// Whether the words of a line begin an item, with one blank behind the dash.
fn is_item(words: &str) -> bool {
    let item = words.strip_prefix("- ");
    item.is_some_and(|item| !item.starts_with(' '))
}

/// Whether a key is being written at a byte, or in the line before: a word of its own, into which nothing is indented.
pub(super) fn is_being_written(text: &str, at: usize) -> bool {
    let line = start_of(text, at.min(text.len()));
    let is_word = |line: &usize| {
        let end = end_of(text, *line);
        let words = text[*line..end].trim();
        let word = words.strip_prefix("- ").unwrap_or(words);
        let is_plain = |letter: char| letter.is_alphanumeric() || "_.$".contains(letter);
        !word.is_empty() && word.chars().all(is_plain) && !is_holder(text, *line, end)
    };
    [Some(line), line_before(text, line)]
        .iter()
        .flatten()
        .any(is_word)
}

/// Whether a part of a text has nothing that breaks it. What it names with an alias may stand before it.
fn is_whole(part: &str) -> bool {
    let part = part.replace(" *", " _");
    Parser::new_from_str(&part).all(|event| event.is_ok())
}

/// The lines in which the cause may be: one that opens what it does not close, that of the mistake, those before it.
fn near(text: &str, at: usize) -> Vec<usize> {
    let line = start_of(text, at);
    let before = std::iter::successors(Some(line), |line| line_before(text, *line));
    let is_open = |line: &usize| mistakes::unclosed(&text[*line..end_of(text, *line)]).is_some();
    let open = before.clone().take(LOOKED_BACK).find(is_open);
    let mut lines: Vec<usize> = open.into_iter().collect();
    for line in before.take(NEAR) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.retain(|line| end_of(text, *line) - line <= LONGEST_LINE);
    lines
}

/// The lines into which one is indented, the innermost first.
fn outer(text: &str, line: usize) -> Vec<usize> {
    let mut outer = Vec::new();
    let mut column = indent(&text[line..]);
    let lines = std::iter::successors(line_before(text, line), |line| line_before(text, *line));
    for line in lines.take(FAR) {
        let own = indent(&text[line..]);
        if own < column {
            column = own;
            // The first line in it may be the one that does not fit.
            let end = end_of(text, line);
            let first = text.len() - text[end..].trim_start().len();
            outer.extend([line, start_of(text, first)]);
        }
        if outer.len() >= OUTER {
            break;
        }
    }
    outer
}

/// Where the nearest line with words before one begins.
fn line_before(text: &str, line: usize) -> Option<usize> {
    let before = text[..line].trim_end();
    (!before.is_empty()).then(|| start_of(before, before.len()))
}

/// The lines around one, from one on that is indented less than all up to the mistake at `at`, to behind that.
fn around(text: &str, line: usize, at: usize) -> Range<usize> {
    let column = |line: usize| indent(&text[line..]);
    let between = std::iter::successors(Some(start_of(text, at.max(line))), |at| line_before(text, *at));
    let between = between.take_while(|at| *at > line).map(column);
    let least = between.min().unwrap_or_else(|| column(line));
    let mut start = line;
    let before = std::iter::successors(line_before(text, line), |at| line_before(text, *at));
    for before in before.take(AROUND) {
        if column(before) <= column(start).min(least) || column(start) > least {
            start = before;
        }
    }
    let mut end = end_of(text, line.max(at));
    for _ in 0..AROUND {
        let next = (end + 1).min(text.len());
        let is_blank = text[next..end_of(text, next)].trim().is_empty();
        if next == text.len() || (!is_blank && column(next) < column(start)) {
            break;
        }
        end = end_of(text, next);
    }
    start..(end + 1).min(text.len())
}

/// The changes of a line that may have been meant.
fn changes(text: &str, start: usize) -> Vec<Repair> {
    let end = end_of(text, start);
    let line = text[start..end].trim_end();
    let mut all = Vec::new();
    let first = indent(line);
    let words = &line[first..];
    if words.is_empty() {
        return all;
    }
    all.extend(moves(text, start, start));
    all.extend(without_tabs(text, start, end));
    for (at, letter) in line.char_indices().skip(first) {
        let is_blank_of_dash = letter == ' ' && line[..at].trim_start_matches(' ') == "-";
        // Without its percent sign an expression is an object in braces.
        let is_delimiter = letter == '%' && (line[..at].ends_with('{') || line[at + 1..].starts_with('}'));
        if !letter.is_alphanumeric() && !is_delimiter && (letter != ' ' || is_blank_of_dash) {
            all.push(Repair::remove(start + at, letter.len_utf8()));
        }
    }
    let at = |place: usize, text: &str| Repair::insert(start + place, text);
    let closers = mistakes::closers(line);
    if closers.len() > 1 {
        all.push(at(line.len(), &closers));
    }
    // A dash, before the blank that was behind it.
    if first > 0 {
        all.push(at(first - 1, "-"));
    }
    all.push(at(first, "- "));
    if first > 1 {
        all.push(Repair {
            removed: 1,
            ..at(first - 2, "-")
        });
    }
    if words.starts_with('-') && !words.starts_with("- ") {
        all.push(at(first + 1, " "));
    }
    let has_quotes = line.contains(['"', '\'']);
    let has_brackets = line.contains(['[', ']', '{', '}']);
    for place in boundaries(line).filter(|place| *place >= first) {
        let (before, behind) = (&line[..place], &line[place..]);
        if before.ends_with(':') && !behind.is_empty() && !behind.starts_with(' ') {
            all.push(at(place, " "));
        }
        let is_key = !before.trim_start_matches([' ', '-']).contains([':', ' ']);
        let is_end = behind.is_empty() && is_holder(text, start, end);
        if is_key && (behind.starts_with(' ') || is_end) && !before.ends_with([' ', '-']) {
            all.push(at(place, ":"));
        }
        if has_quotes {
            all.extend(["\"", "'"].map(|quote| at(place, quote)));
        }
        if has_brackets {
            all.extend(["[", "]", "{", "}", ","].map(|bracket| at(place, bracket)));
        }
    }
    all.extend(joined(line).map(|place| at(place, "\n")));
    all
}

/// A line that is indented with tabs as far as one of those beside it is with spaces, or a step farther.
fn without_tabs(text: &str, start: usize, end: usize) -> Vec<Repair> {
    let line = &text[start..end];
    let blanks = line.len() - line.trim_start().len();
    if !line[..blanks].contains('\t') {
        return Vec::new();
    }
    let before = line_before(text, start).map(|line| indent(&text[line..]));
    let behind = text.len() - text[end..].trim_start().len();
    let behind = behind - start_of(text, behind);
    let columns = [before, Some(behind), before.map(|column| column + 2)];
    let columns = columns.into_iter().flatten();
    columns
        .map(|column| Repair {
            at: start,
            removed: blanks,
            inserted: " ".repeat(column),
        })
        .collect()
}

/// A line that begins at `start` farther in or out, as the lines around it, or as that of `at`.
fn moves(text: &str, start: usize, at: usize) -> Vec<Repair> {
    let own = indent(&text[start..]);
    let words = start + own;
    let columns = columns(text, start, at).into_iter();
    let mut all: Vec<Repair> = columns
        .filter_map(|column| match column {
            _ if column > own => Some(Repair::insert(words, " ".repeat(column - own))),
            _ if column < own => Some(Repair::remove(start + column, own - column)),
            _ => None,
        })
        .collect();
    // What stands before the words.
    if text[words..].starts_with([':', '-', '?', ',', '"', '\'', '{', '[', '}', ']']) {
        all.push(Repair::remove(words, 1));
    }
    all
}

/// Whether the next line is indented into this one.
fn is_holder(text: &str, start: usize, end: usize) -> bool {
    let next = text[end..].trim_start();
    let next = text.len() - next.len();
    let line = &text[start..end];
    let column = line.len() - line.trim_start_matches([' ', '-']).len();
    next < text.len() && next - start_of(text, next) > column
}

/// How far a line may have been meant to be indented: as the lines around it, or their items.
fn columns(text: &str, start: usize, mistake: usize) -> Vec<usize> {
    let own = indent(&text[start..]);
    let mut columns = Vec::new();
    let mut at = Some(start);
    for _ in 0..AROUND {
        at = at.and_then(|at| line_before(text, at));
        let Some(line) = at else {
            break;
        };
        let column = indent(&text[line..]);
        columns.push(column);
        if text[line + column..].starts_with("- ") {
            columns.push(column + 2);
        }
    }
    let end = end_of(text, start);
    let next = text.len() - text[end..].trim_start().len();
    columns.push(next - start_of(text, next));
    columns.push(indent(&text[start_of(text, mistake)..]));
    columns.retain(|column| own.abs_diff(*column) <= 2);
    columns.arrange_by_key(|column| own.abs_diff(*column));
    columns.dedup();
    columns
}

/// Where two lines are one: blanks as of an indentation, or none, stand before a second key.
fn joined(line: &str) -> Option<usize> {
    let colon = line.find(": ")?;
    let second = colon
        + 2
        + line[colon + 2..]
            .find(": ")
            .or_else(|| line[colon + 2..].strip_suffix(':').map(str::len))?;
    let key =
        line[..second].trim_end_matches(|letter: char| letter.is_alphanumeric() || "_.$-".contains(letter));
    let key = key.len();
    let before = line[..key].trim_end_matches(' ').len();
    (before < key).then_some(before)
}
