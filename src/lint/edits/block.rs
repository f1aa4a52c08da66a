//! Edits in YAML's block style, where lines and their indentation are what brackets are elsewhere.

use std::ops::Range;

use super::layout::{end_of, is_flow, line, newline, own_members, source};
use super::{Part, Parts, Written, write};
use crate::diagnostics::{Edit, Span};
use crate::source::{NodeKind, NodeRef, parse_value};

/// Where a block collection's own line ends, behind a comment of its last line. `None` where something else stands
/// there, and behind text that keeps its blank lines (`|+`).
fn end_line(node: NodeRef<'_>) -> Option<usize> {
    let text = node.document().file().text();
    let end = end_of(node);
    let (_, line_end) = line(text, end);
    let rest = text.get(end..line_end)?.trim_start_matches([' ', '\t', ':']);
    (!keeps_blank_lines(node) && (rest.is_empty() || rest.starts_with('#'))).then_some(line_end)
}

/// Whether a node ends with a text whose header says more than where it ends: `|+`, `>2`.
fn keeps_blank_lines(node: NodeRef<'_>) -> bool {
    let last = match node.kind() {
        _ if is_flow(node, '{') || is_flow(node, '[') => None,
        NodeKind::Array(_) => node.items().next_back(),
        NodeKind::Object(_) => own_members(node)
            .last()
            .map(|member| node.document().node(member.value)),
        _ => None,
    };
    match last {
        Some(last) => keeps_blank_lines(last),
        None => {
            let text = source(node).and_then(|text| text.strip_prefix(['|', '>']));
            text.is_some_and(|text| text.starts_with(|c: char| c == '+' || c.is_ascii_digit()))
        }
    }
}

/// The column of a mapping's keys, when nothing but blanks and dashes stands before the first.
fn column(object: NodeRef<'_>) -> Option<usize> {
    let text = object.document().file().text();
    let first = own_members(object).next()?.key_span.start as usize;
    if first != object.span().start as usize {
        return None;
    }
    let (start, _) = line(text, first);
    let before = text.get(start..first)?;
    before
        .bytes()
        .all(|b| matches!(b, b' ' | b'-'))
        .then_some(first - start)
}

/// The line of an item with its dash: where it begins, and the dash's column.
fn dash(item: NodeRef<'_>) -> Option<(usize, usize)> {
    let text = item.document().file().text();
    let (start, _) = line(text, item.span().start as usize);
    let before = text.get(start..item.span().start as usize)?;
    let blanks = before.len() - before.trim_start_matches(' ').len();
    let rest = before.get(blanks..)?.strip_prefix('-')?;
    (!rest.is_empty() && rest.bytes().all(|b| b == b' ')).then_some((start, blanks))
}

pub(super) fn add_member(object: NodeRef<'_>, key: &str, value: &Written) -> Option<Edit> {
    let column = column(object)?;
    let end = end_line(object)?;
    // Lists are indented as the lists beside it are.
    let lists = own_members(object).map(|member| object.document().node(member.value));
    let dashes = lists
        .filter(|list| list.is_array() && !is_flow(*list, '['))
        .find_map(|list| dash(list.items().next()?).map(|(_, column)| column));
    let step = match dashes {
        Some(dashes) => dashes.checked_sub(column)?,
        None => step(object, column),
    };
    let newline = newline(object);
    let mut out = format!(
        "{newline}{:column$}{}:",
        "",
        write::plain(key).unwrap_or_else(|| super::json_string(key))
    );
    value.block(column, step, newline, &mut out);
    Some(Edit {
        span: Span::at(end),
        text: out,
    })
}

/// How much farther in than the object around it an object is; two columns where that is a list, or there is none.
fn step(object: NodeRef<'_>, inner: usize) -> usize {
    let outer = object
        .parent()
        .filter(|parent| parent.is_object())
        .and_then(column);
    let step = outer.and_then(|outer| inner.checked_sub(outer));
    step.filter(|step| *step > 0).unwrap_or(2)
}

/// Takes a member out with its lines; comments on lines of their own stay.
pub(super) fn remove_member(object: NodeRef<'_>, parts: &Parts<'_>) -> Option<Edit> {
    let text = object.document().file().text();
    column(object)?;
    if parts.before.is_none() && parts.after.is_none() {
        return None;
    }
    let Part { range: member, value } = &parts.this;
    let (start, _) = line(text, member.start);
    let (_, end) = line(text, member.end);
    let behind = text.get(member.end..end)?;
    if !behind.trim_start_matches([' ', '\t', ':']).is_empty() && !behind.trim_start().starts_with('#') {
        return None;
    }
    end_line(*value)?;
    let gone = if text.get(start..member.start)?.bytes().all(|b| b == b' ') {
        start..past_line(text, end)
    } else {
        // The first one stands behind a dash, and the next one takes its place.
        let next = &parts.after.as_ref()?.range;
        if text.get(member.end..next.start)?.contains('#') {
            return None;
        }
        member.start..next.start
    };
    Some(removal(text, gone))
}

fn past_line(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(rest.starts_with('\n'))
    }
}

/// Without its last line, a file ends where the line before did.
fn removal(text: &str, mut gone: Range<usize>) -> Edit {
    let last = gone.end == text.len() && !text.ends_with('\n');
    if last && text[..gone.start].ends_with('\n') {
        gone.start -= 1;
        if text[..gone.start].ends_with('\r') {
            gone.start -= 1;
        }
    }
    Edit {
        span: Span::new(gone.start, gone.end),
        text: String::new(),
    }
}

fn written_item(item: &str, column: usize, newline: &str) -> Option<String> {
    let value = parse_value(item).ok()?;
    let mut out = format!("{:column$}-", "");
    write::block_item(&value, column, newline, &mut out);
    Some(out)
}

pub(super) fn append_item(list: NodeRef<'_>, item: &str) -> Option<Edit> {
    let (_, column) = dash(list.items().next_back()?)?;
    let newline = newline(list);
    Some(Edit {
        span: Span::at(end_line(list)?),
        text: format!("{newline}{}", written_item(item, column, newline)?),
    })
}

pub(super) fn insert_before(other: NodeRef<'_>, item: &str) -> Option<Edit> {
    let text = other.document().file().text();
    let (start, column) = dash(other)?;
    let newline = newline(other);
    Some(Edit {
        span: Span::at(with_comments(text, start, column)),
        text: format!("{}{newline}", written_item(item, column, newline)?),
    })
}

/// Where the comments begin that stand right above a line, indented as it is.
fn with_comments(text: &str, mut start: usize, column: usize) -> usize {
    while start > 0 {
        let (above, end) = line(text, start - 1);
        let words = text[above..end].trim_start_matches(' ');
        if !words.starts_with('#') || end - above - words.len() != column {
            break;
        }
        start = above;
    }
    start
}

/// The lines of an item.
fn item_lines(item: NodeRef<'_>) -> Option<(Range<usize>, usize)> {
    let text = item.document().file().text();
    let (start, column) = dash(item)?;
    let end = match item.is_object() || item.is_array() {
        true => end_line(item)?,
        false => line(text, end_of(item)).1,
    };
    Some((start..past_line(text, end), column))
}

pub(super) fn remove_item(item: NodeRef<'_>) -> Option<Edit> {
    let (lines, _) = item_lines(item)?;
    Some(removal(item.document().file().text(), lines))
}

pub(super) fn move_before(item: NodeRef<'_>, earlier: NodeRef<'_>) -> Option<Vec<Edit>> {
    let text = item.document().file().text();
    let (lines, column) = item_lines(item)?;
    let lines = with_comments(text, lines.start, column)..lines.end;
    let (start, _) = dash(earlier)?;
    let start = with_comments(text, start, column);
    let mut moved = text.get(lines.clone())?.to_owned();
    if !moved.ends_with('\n') {
        moved.push_str(newline(item));
    }
    let insertion = Edit {
        span: Span::at(start),
        text: moved,
    };
    Some(vec![insertion, removal(text, lines)])
}
