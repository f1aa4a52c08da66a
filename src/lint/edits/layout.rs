//! Where the parts of a document stand in its text.

use crate::source::{Format, Member, NodeKind, NodeRef, is_terraform};

/// A node's text.
pub(super) fn source<'d>(node: NodeRef<'d>) -> Option<&'d str> {
    node.document().file().text().get(node.span().range())
}

/// Whether an array or object is written with brackets.
pub(super) fn is_flow(node: NodeRef<'_>, bracket: char) -> bool {
    source(node).is_some_and(|text| text.starts_with(bracket))
}

/// Whether a node is written where it counts. What an alias or a merge stands for is written elsewhere, and an edit
/// there would change other places, too.
pub(super) fn in_place(node: NodeRef<'_>) -> bool {
    let is_assembled = is_terraform(node.document().file());
    if node.document().format() == Format::Json && !is_assembled {
        return true;
    }
    // What Terraform puts together stands here only where it is written with brackets, inside of what holds it.
    let has_brackets = |node: NodeRef<'_>| {
        let is_scalar = !node.is_object() && !node.is_array();
        is_scalar || source(node).is_some_and(|text| text.starts_with(['{', '[']))
    };
    if is_assembled && !has_brackets(node) {
        return false;
    }
    let mut at = node;
    while let Some(parent) = at.parent() {
        if is_assembled && (parent.span() == at.span() || !has_brackets(parent)) {
            return false;
        }
        if !parent.span().contains(at.key_span()) || !parent.span().contains(at.span()) {
            return false;
        }
        at = parent;
    }
    !source(node).is_some_and(|text| text.starts_with('*'))
}

/// The members that an object's own text holds, in the order of the text: none of a merge.
pub(super) fn own_members<'d>(object: NodeRef<'d>) -> impl Iterator<Item = &'d Member> {
    object
        .members()
        .iter()
        .filter(move |member| is_own(object, member))
}

/// Whether the object's own text holds a member.
pub(super) fn is_own(object: NodeRef<'_>, member: &Member) -> bool {
    let value = object.document().node(member.value).span();
    // What was filled in for a placeholder stands all at one place.
    object.span().contains(member.key_span) && member.key_span != value
}

/// Where the text of a value ends; for a value that is not written at all, where it would begin.
pub(super) fn end_of(node: NodeRef<'_>) -> usize {
    let span = node.span();
    let text = source(node).unwrap_or_default();
    let last = match node.kind() {
        _ if text.starts_with(['{', '[', '*']) => None,
        NodeKind::Array(_) => node.items().next_back(),
        NodeKind::Object(_) => own_members(node).last().map(|m| node.document().node(m.value)),
        NodeKind::Null if text.is_empty() => return node.key_span().end.min(span.end) as usize,
        _ => None,
    };
    match last {
        Some(last) => end_of(last).max(last.key_span().end as usize),
        None => span.end as usize,
    }
}

/// The bytes of the line that `at` stands in, without its end.
pub(super) fn line(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    let end = if text[start..end].ends_with('\r') {
        end - 1
    } else {
        end
    };
    (start, end.max(at))
}

/// How the file of a node ends its lines.
pub(super) fn newline(node: NodeRef<'_>) -> &'static str {
    let file = node.document().file();
    let first = file.line_range(1);
    match file.text()[first.end..].starts_with("\r\n") {
        true => "\r\n",
        false => "\n",
    }
}
