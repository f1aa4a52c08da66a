//! Edits between brackets: JSON, and YAML's flow style.

use std::ops::Range;

use super::Parts;
use super::layout::{end_of, newline, own_members, source};
use super::write::{self, Inline, Written};
use crate::diagnostics::{Edit, Span};
use crate::source::{Format, NodeRef, is_terraform};

/// What stands before a part: the blanks behind the comma or bracket.
fn blanks_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default();
    &before[before.trim_end().len()..]
}

/// How what is added between these brackets is written.
fn inline(node: NodeRef<'_>, plain: bool) -> Inline {
    // A list of scalars shows nothing of the style; what holds it does.
    let shows = match node.parent() {
        Some(parent) if !source(node).is_some_and(|text| text.contains(':')) => parent,
        _ => node,
    };
    let text = source(shows).unwrap_or_default();
    Inline {
        // `{"a":1}` has no blank behind its colons.
        compact: node.document().format() == Format::Json && !text.contains(": "),
        plain: plain && node.document().format() == Format::Yaml,
    }
}

pub(super) fn add_member(object: NodeRef<'_>, key: &str, value: &Written) -> Option<Edit> {
    let text = object.document().file().text();
    let Some(last) = own_members(object).last() else {
        let inline = inline(object, false);
        let start = object.span().start as usize;
        (source(object)? == "{}").then_some(())?;
        return Some(Edit {
            span: Span::new(start, object.span().end as usize),
            text: format!("{{{}{}}}", inline.key(key), inline.text(value.value())),
        });
    };
    let start = last.key_span.start as usize;
    let plain_key = !text.get(start..)?.starts_with(['"', '\'']);
    let inline = inline(object, plain_key);
    let blanks = blanks_before(text, start);
    // Of the only member, the blanks of `{ "a": 1 }` belong to the bracket.
    let first_only = own_members(object).count() == 1 && !blanks.contains('\n');
    let layout = match (first_only, inline.compact) {
        (true, true) => "",
        (true, false) => " ",
        _ => blanks,
    };
    let written = value.laid_out(&inline, layout, unit(object, start), newline(object));
    let end = end_of(object.document().node(last.value)).max(last.key_span.end as usize);
    Some(Edit {
        span: Span::at(end),
        text: format!(",{layout}{}{written}", inline.key(key)),
    })
}

/// By how much a part of a node, which begins at `part`, is indented more than the line of its closing bracket.
fn unit(node: NodeRef<'_>, part: usize) -> String {
    let text = node.document().file().text();
    let inner = blanks_before(text, part);
    let outer = blanks_before(text, (node.span().end as usize).saturating_sub(1));
    let indent = |blanks: &str| blanks.rsplit('\n').next().unwrap_or_default().to_owned();
    match indent(inner).strip_prefix(indent(outer).as_str()) {
        Some(more) if !more.is_empty() => more.to_owned(),
        _ => "  ".to_owned(),
    }
}

pub(super) fn append_item(list: NodeRef<'_>, item: &str) -> Option<Edit> {
    let Some(last) = list.items().next_back() else {
        (source(list)? == "[]").then_some(())?;
        return Some(Edit {
            span: Span::at(list.span().start as usize + 1),
            text: inline(list, false).value(item)?,
        });
    };
    let (inline, layout) = item_layout(list)?;
    Some(Edit {
        span: Span::at(end_of(last)),
        text: format!(",{layout}{}", written_item(list, &inline, layout, item)?),
    })
}

/// An item as it is written behind `layout` in a list that is not empty.
fn written_item(list: NodeRef<'_>, inline: &Inline, layout: &str, item: &str) -> Option<String> {
    let unit = unit(list, list.items().next_back()?.span().start as usize);
    let value = crate::source::parse_value(item).ok()?;
    Some(write::laid_out(inline, &value, layout, unit, newline(list)))
}

/// How items of a list that is not empty are written, and the blanks between them.
fn item_layout<'d>(list: NodeRef<'d>) -> Option<(Inline, &'d str)> {
    let text = list.document().file().text();
    let last = list.items().next_back()?;
    let plain = match last.is_object() {
        true => own_members(last).next().is_some_and(|member| {
            text.get(member.key_span.range())
                .is_some_and(|key| !key.starts_with(['"', '\'']))
        }),
        false => source(last).is_some_and(|text| !text.starts_with(['"', '\''])),
    };
    let inline = inline(list, plain);
    let blanks = blanks_before(text, last.span().start as usize);
    let layout = match list.items().len() {
        1 if !blanks.contains('\n') && inline.compact => "",
        1 if !blanks.contains('\n') => " ",
        _ => blanks,
    };
    Some((inline, layout))
}

pub(super) fn insert_before(list: NodeRef<'_>, other: NodeRef<'_>, item: &str) -> Option<Edit> {
    let (inline, layout) = item_layout(list)?;
    insert_text(list, other, &written_item(list, &inline, layout, item)?)
}

/// Puts a text before an item.
pub(super) fn insert_text(list: NodeRef<'_>, other: NodeRef<'_>, item: &str) -> Option<Edit> {
    let (_, layout) = item_layout(list)?;
    Some(Edit {
        span: Span::at(other.span().start as usize),
        text: format!("{item},{layout}"),
    })
}

/// Takes a part out, with the comma that it no longer needs.
pub(super) fn remove(node: NodeRef<'_>, parts: &Parts<'_>) -> Option<Edit> {
    let part = &parts.this.range;
    let gone = match (&parts.before, &parts.after) {
        (Some(before), _) => {
            comma_only(node, before.range.end..part.start)?;
            before.range.end..part.end
        }
        (None, Some(next)) => {
            comma_only(node, part.end..next.range.start)?;
            part.start..next.range.start
        }
        (None, None) => part.clone(),
    };
    Some(Edit {
        span: Span::new(gone.start, gone.end),
        text: String::new(),
    })
}

/// A comment between would go as well.
fn comma_only(node: NodeRef<'_>, between: Range<usize>) -> Option<()> {
    let file = node.document().file();
    let between = file.text().get(between)?;
    // Terraform's members may stand on lines of their own without one.
    let is_line = || is_terraform(file) && between.contains('\n') && between.trim().is_empty();
    (between.trim() == "," || is_line()).then_some(())
}
