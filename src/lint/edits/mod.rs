//! Edits that fixes are made of: they keep every byte around them, comments included, in JSON and in YAML's block and
//! flow style. Each is `None` where the text has no certain place for it: inside an alias, a merge or a value that was
//! filled in, and where a comment stands in the way.

mod block;
mod flow;
mod layout;
mod write;

use std::ops::Range;

use crate::diagnostics::{Applicability, Edit, Finding, Fix, Span};
use crate::source::{Format, Member, NodeRef, parse_value};
use crate::value::write_quoted;
use layout::{in_place, own_members};
pub(super) use write::Written;

/// Adds a fix to a finding, when there are edits for it.
pub(super) fn offer(
    finding: Finding,
    title: impl Into<String>,
    applicability: Applicability,
    edits: Option<Vec<Edit>>,
) -> Finding {
    match edits {
        Some(edits) => finding.with_fix(Fix {
            title: title.into(),
            applicability,
            edits,
        }),
        None => finding,
    }
}

/// One edit as a list, for [`offer`].
pub(super) fn one(edit: Option<Edit>) -> Option<Vec<Edit>> {
    edit.map(|edit| vec![edit])
}

/// Adds the member `key` with the JSON text `value` behind the last member of `object`, laid out like that one.
pub(crate) fn add_member(object: NodeRef<'_>, key: &str, value: &str) -> Option<Edit> {
    add_value(object, key, &Written::new(parse_value(value).ok()?))
}

/// The same with a value that is added to many objects.
pub(super) fn add_value(object: NodeRef<'_>, key: &str, value: &Written) -> Option<Edit> {
    if !object.is_object() || !in_place(object) || object.get(key).is_some() {
        return None;
    }
    match layout::is_flow(object, '{') {
        true => flow::add_member(object, key, value),
        false => block::add_member(object, key, value),
    }
}

/// Takes a member out of its object. `None` for the only member in YAML's block style.
pub(crate) fn remove_member(object: NodeRef<'_>, key: &str) -> Option<Edit> {
    if !in_place(object) {
        return None;
    }
    // Only the neighbours are looked at: thousands of members may go from one object.
    let members = object.members();
    let index = object.index_of(key)?;
    let own = |member: &&Member| layout::is_own(object, member);
    let part = |member: &Member| {
        let value = object.document().node(member.value);
        let start = member.key_span.start as usize;
        let end = layout::end_of(value).max(member.key_span.end as usize);
        Part {
            range: start..end,
            value,
        }
    };
    let parts = Parts {
        before: members[..index].iter().rev().find(own).map(part),
        this: members.get(index).filter(own).map(part)?,
        after: members[index + 1..].iter().find(own).map(part),
    };
    match layout::is_flow(object, '{') {
        true => flow::remove(object, &parts),
        false => block::remove_member(object, &parts),
    }
}

/// A member or item where it stands.
struct Part<'d> {
    range: Range<usize>,
    value: NodeRef<'d>,
}

/// A member or item, and the ones beside it.
struct Parts<'d> {
    before: Option<Part<'d>>,
    this: Part<'d>,
    after: Option<Part<'d>>,
}

/// Puts an item, given as JSON, behind the last one of a list.
pub(super) fn append_item(list: NodeRef<'_>, item: &str) -> Option<Edit> {
    if !list.is_array() || !in_place(list) {
        return None;
    }
    match layout::is_flow(list, '[') {
        true => flow::append_item(list, item),
        false => block::append_item(list, item),
    }
}

/// Puts an item, given as JSON, before another one of its list.
pub(super) fn insert_before(other: NodeRef<'_>, item: &str) -> Option<Edit> {
    let list = other.parent().filter(|list| list.is_array() && in_place(other))?;
    match layout::is_flow(list, '[') {
        true => flow::insert_before(list, other, item),
        false => block::insert_before(other, item),
    }
}

/// Takes an item out of its list. `None` for the only one, since most lists must not be empty.
pub(super) fn remove_item(item: NodeRef<'_>) -> Option<Edit> {
    let list = item.parent().filter(|list| list.is_array() && in_place(item))?;
    let index = item.index()?;
    list.item(index).filter(|other| other.id() == item.id())?;
    // What stands beside it must be known, or be nothing.
    let beside = |index: Option<usize>| match index.and_then(|index| list.item(index)) {
        Some(value) => item_part(value).map(Some),
        None => Some(None),
    };
    let parts = Parts {
        before: beside(index.checked_sub(1))?,
        this: item_part(item)?,
        after: beside(index.checked_add(1))?,
    };
    if parts.before.is_none() && parts.after.is_none() {
        return None;
    }
    match layout::is_flow(list, '[') {
        true => flow::remove(list, &parts),
        false => block::remove_item(item),
    }
}

fn item_part(value: NodeRef<'_>) -> Option<Part<'_>> {
    let range = value.span().start as usize..layout::end_of(value);
    in_place(value).then_some(Part { range, value })
}

/// Moves an item of a list before an earlier one of the same list.
pub(super) fn move_before(item: NodeRef<'_>, earlier: NodeRef<'_>) -> Option<Vec<Edit>> {
    let list = item.parent().filter(|list| list.is_array())?;
    if earlier.parent()?.id() != list.id() || !in_place(item) || !in_place(earlier) {
        return None;
    }
    match layout::is_flow(list, '[') {
        true => {
            let removal = remove_item(item)?;
            let insertion = flow::insert_text(list, earlier, layout::source(item)?)?;
            Some(vec![insertion, removal])
        }
        false => block::move_before(item, earlier),
    }
}

/// Writes another text in place of a string, quoted as that one is.
pub(super) fn replace_string(node: NodeRef<'_>, text: &str) -> Option<Edit> {
    if !in_place(node) {
        return None;
    }
    let old = layout::source(node)?;
    let yaml = node.document().format() == Format::Yaml;
    let new = match old.as_bytes().first()? {
        b'"' => json_string(text),
        b'\'' => format!("'{}'", text.replace('\'', "''")),
        _ if yaml && node.as_str() == Some(old) => write::plain(text).unwrap_or_else(|| json_string(text)),
        _ => return None,
    };
    Some(Edit {
        span: node.span(),
        text: new,
    })
}

/// Edits that each write other words in place of a part of a string (a range of its decoded text); the words are such that
/// no quotes touch them. They are of the parts alone where the string stands in quotes on one line. Elsewhere the whole of it
/// is written anew, and the first has an edit alone: thousands would each hold the string.
pub(super) fn replace_parts(node: NodeRef<'_>, parts: &[(Range<usize>, &str)]) -> Vec<Option<Edit>> {
    let in_quotes = |text: &str| text.starts_with(['"', '\'']) && !text.contains('\n');
    if in_place(node) && layout::source(node).is_some_and(in_quotes) {
        let spans = node.spans_in_source(parts.iter().map(|(part, _)| part.clone()));
        // The text may decode to something else.
        let whole = node.token_span();
        if spans.iter().all(|span| *span != whole) {
            let edit = |(span, (_, text)): (Span, &(Range<usize>, &str))| {
                Some(Edit {
                    span,
                    text: (*text).to_owned(),
                })
            };
            return spans.into_iter().zip(parts).map(edit).collect();
        }
    }
    let mut edits = vec![None; parts.len()];
    if let (Some(first), Some((part, new)), Some(old)) = (edits.first_mut(), parts.first(), node.as_str()) {
        let mut text = old.to_owned();
        if old.get(part.clone()).is_some() {
            text.replace_range(part.clone(), new);
            *first = replace_string(node, &text);
        }
    }
    edits
}

/// Writes other words in place of a part of a string (a range of its decoded text). Both are to be words that no
/// quoting touches.
pub(super) fn replace_part(node: NodeRef<'_>, part: Range<usize>, text: &str) -> Option<Edit> {
    let old = node.as_str()?.get(part.clone())?;
    let span = node.span_in_source(part);
    let written = node.document().file().text().get(span.range())?;
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-');
    (in_place(node) && written == old && text.chars().all(word)).then(|| Edit {
        span,
        text: text.to_owned(),
    })
}

/// Writes an integer or boolean in place of another.
pub(super) fn replace_word(node: NodeRef<'_>, word: &str) -> Option<Edit> {
    let old = layout::source(node)?;
    let plain = !old.is_empty()
        && old
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    (in_place(node) && plain).then(|| Edit {
        span: node.span(),
        text: word.to_owned(),
    })
}

/// Gives a member's key a `.$` at its end.
pub(super) fn add_dollar(object: NodeRef<'_>, member: &Member) -> Option<Edit> {
    let (_, end) = key_text(object, member)?;
    Some(Edit {
        span: Span::at(end),
        text: ".$".to_owned(),
    })
}

/// Takes the `.$` from the end of a member's key.
pub(super) fn remove_dollar(object: NodeRef<'_>, member: &Member) -> Option<Edit> {
    let (text, end) = key_text(object, member)?;
    text.ends_with(".$").then(|| Edit {
        span: Span::new(end - 2, end),
        text: String::new(),
    })
}

/// Gives a member another name, a word that no quoting touches.
pub(super) fn rename_key(object: NodeRef<'_>, member: &Member, name: &str) -> Option<Edit> {
    let (text, end) = key_text(object, member)?;
    Some(Edit {
        span: Span::new(end - text.len(), end),
        text: name.to_owned(),
    })
}

/// A key as it is written, without quotes, and where it ends.
fn key_text<'m>(object: NodeRef<'m>, member: &Member) -> Option<(&'m str, usize)> {
    let source = object.document().file().text();
    let key = source.get(member.key_span.range())?;
    let own = own_members(object).any(|own| own.key_span == member.key_span);
    if !own || !in_place(object) {
        return None;
    }
    let quoted = key.len() > 1 && key.ends_with(['"', '\'']);
    let inner = if quoted { &key[1..key.len() - 1] } else { key };
    (inner == &*member.key).then_some((inner, member.key_span.end as usize - usize::from(quoted)))
}

/// `text` as a string in JSON, which YAML reads as the same.
pub(crate) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(text, &mut out);
    out
}

#[cfg(test)]
mod tests;
