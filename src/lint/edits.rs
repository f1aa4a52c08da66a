//! Edits that fixes are made of: they keep the text around them, and are offered only where they are certain.

use crate::diagnostics::{Edit, Span};
use crate::source::NodeRef;

/// Adds the member `key` with the JSON text `value` behind the last member of `object`, laid out like that one.
/// `None` for an object that is empty or written in YAML's block style.
pub(super) fn add_member(object: NodeRef<'_>, key: &str, value: &str) -> Option<Edit> {
    let text = object.document().file().text();
    let span = object.span();
    let last = object.members().last()?;
    if !text.get(span.range())?.starts_with('{') {
        return None;
    }
    let before_key = text.get(span.start as usize..last.key_span.start as usize)?;
    // What stands between the last member and the one before: a line break and indentation, a space, or nothing.
    let layout: String = before_key
        .chars()
        .rev()
        .take_while(|c| c.is_whitespace())
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let end = object.document().node(last.value).span().end as usize;
    Some(Edit {
        span: Span::at(end),
        text: format!(",{layout}\"{key}\": {value}"),
    })
}

/// Removes an item of an array together with the comma before it. `None` for the first item and for YAML's block
/// style.
pub(super) fn remove_item(item: NodeRef<'_>) -> Option<Edit> {
    let text = item.document().file().text();
    let array = item.parent()?;
    let mut previous = None;
    for other in array.items() {
        if other.id() == item.id() {
            break;
        }
        previous = Some(other);
    }
    let span = Span::new(previous?.span().end as usize, item.span().end as usize);
    let between = text.get(span.start as usize..item.span().start as usize)?;
    (between.trim() == ",").then(|| Edit {
        span,
        text: String::new(),
    })
}

/// `text` as a JSON string.
pub(super) fn json_string(text: &str) -> String {
    crate::value::Value::from(text).to_json()
}
