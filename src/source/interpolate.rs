//! A part of a document with its `${names}` filled in: one row of a table of cases.

use std::sync::Arc;

use super::Made;
use super::document::{Builder, Document, Member, NodeKind, NodeRef};
use super::limits::{MAX_NESTING, MAX_VALUES};
use crate::diagnostics::Span;
use crate::value::{Map, Value};

/// A string that could not be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// The name in it.
    pub name: String,
    /// The string it stands in.
    pub span: Span,
    /// Why it could not.
    pub why: UnfilledWhy,
}

/// Why a string could not be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnfilledWhy {
    /// The name has no value.
    NoValue,
    /// With the value the document would be larger, or deeper, than one may be.
    TooLarge,
}

/// Copies `node`, without its members called `leave_out`, with `values` filled in: a string that is nothing but
/// `${name}` becomes the value, and inside a longer string or a key the value's text is put in, the JSON of what is no
/// string. `made` counts what is made for all rows of a file. `$${` stands for `${` itself. Every part keeps its place in the file. Also gives what could not be filled in.
pub fn fill(node: NodeRef<'_>, leave_out: &str, values: &Map, made: &mut Made) -> (Document, Vec<Unfilled>) {
    let mut filling = Filling {
        values,
        builder: Builder::default(),
        unfilled: Vec::new(),
        made,
    };
    let root = filling.copy(node, Some(leave_out), 1);
    let document = node.document();
    let filled = filling
        .builder
        .finish(document.file().clone(), document.format(), root);
    (filled, filling.unfilled)
}

struct Filling<'v> {
    values: &'v Map,
    builder: Builder,
    unfilled: Vec<Unfilled>,
    made: &'v mut Made,
}

impl Filling<'_> {
    /// Copies a node that stands `depth` deep.
    fn copy(&mut self, node: NodeRef<'_>, leave_out: Option<&str>, depth: usize) -> super::NodeId {
        let span = node.span();
        let kind = match node.kind() {
            NodeKind::Null => NodeKind::Null,
            NodeKind::Bool(b) => NodeKind::Bool(*b),
            NodeKind::Number(n) => NodeKind::Number(n.clone()),
            NodeKind::Placeholder(name) => NodeKind::Placeholder(name.clone()),
            NodeKind::String(text) => match whole(text).map(|name| (name, self.values.get(name))) {
                Some((_, Some(value))) if self.fits(value, depth) => {
                    return self.builder.add_value(value, span);
                }
                Some((name, value)) => {
                    let why = value.map_or(UnfilledWhy::NoValue, |_| UnfilledWhy::TooLarge);
                    self.miss(name, span, why);
                    NodeKind::String(text.clone())
                }
                None => NodeKind::String(self.text(text, span)),
            },
            NodeKind::Array(_) => {
                let items = node.items();
                NodeKind::Array(items.map(|item| self.copy(item, None, depth + 1)).collect())
            }
            NodeKind::Object(members) => {
                let kept = members.iter().filter(|m| leave_out != Some(&*m.key));
                let copied = kept.map(|member| Member {
                    key: self.text(&member.key, member.key_span),
                    key_span: member.key_span,
                    value: self.copy(node.document().node(member.value), None, depth + 1),
                });
                NodeKind::Object(copied.collect())
            }
        };
        self.builder.add(kind, span)
    }

    /// Whether a value may stand `depth` deep: what is built may be walked recursively, and is bounded, like any
    /// document.
    fn fits(&self, value: &Value, depth: usize) -> bool {
        let room = MAX_VALUES.saturating_sub(self.builder.len());
        let mut open = vec![(value, depth)];
        let mut count = 0;
        while let Some((value, depth)) = open.pop() {
            count += 1;
            if count > room || depth > MAX_NESTING {
                return false;
            }
            match value {
                Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
                Value::Object(map) => open.extend(map.values().map(|value| (value, depth + 1))),
                _ => {}
            }
        }
        true
    }

    fn miss(&mut self, name: &str, span: Span, why: UnfilledWhy) {
        self.unfilled.push(Unfilled {
            name: name.to_owned(),
            span,
            why,
        });
    }

    fn text(&mut self, text: &Arc<str>, span: Span) -> Arc<str> {
        if !text.contains("${") {
            return text.clone();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest: &str = text;
        while let Some(at) = rest.find("${") {
            let (before, after) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = &after[2..];
                continue;
            }
            out.push_str(before);
            let Some(end) = after.find('}') else {
                rest = after;
                break;
            };
            let name = &after[2..end];
            let value = self.values.get(name).map(|value| match value {
                Value::String(text) => text.clone(),
                other => Arc::from(other.to_json()),
            });
            match value {
                Some(value) if self.made.take(value.len() + before.len(), span) => out.push_str(&value),
                Some(_) => self.miss(name, span, UnfilledWhy::TooLarge),
                None => {
                    self.miss(name, span, UnfilledWhy::NoValue);
                    out.push_str(&after[..=end]);
                }
            }
            rest = &after[end + 1..];
        }
        out.push_str(rest);
        Arc::from(out)
    }
}

/// How deep a value's arrays and objects go.
pub(super) fn depth(value: &Value) -> usize {
    let mut deepest = 0;
    let mut open = vec![(value, 1)];
    while let Some((value, depth)) = open.pop() {
        deepest = deepest.max(depth);
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(map) => open.extend(map.values().map(|value| (value, depth + 1))),
            _ => {}
        }
    }
    deepest
}

/// The name in a string that is nothing but `${name}`.
fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    (!name.contains('}')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::{SourceFile, parse_any};
    use super::*;

    fn filled(text: &str, values: &serde_json::Value) -> (String, Vec<Unfilled>) {
        let parsed = parse_any(Arc::new(SourceFile::new("t.json", text)));
        let document = parsed.document.unwrap();
        let values = Value::from(values);
        let (filled, unfilled) = fill(
            document.root(),
            "Table",
            values.as_object().unwrap(),
            &mut Made::default(),
        );
        (filled.root().to_value().to_json(), unfilled)
    }

    #[test]
    fn values_stand_whole_or_in_text() {
        let text =
            r#"{"Table": 1, "${key}": ["${n}", "a ${n} b ${s}", "$${n}", "${gone}", "${s", {"x": true}]}"#;
        let values = serde_json::json!({"key": "k", "n": [1, 2], "s": "text"});
        let (json, unfilled) = filled(text, &values);
        assert_eq!(
            json,
            r#"{"k":[[1,2],"a [1,2] b text","${n}","${gone}","${s",{"x":true}]}"#
        );
        let [gone] = &unfilled[..] else {
            panic!("{unfilled:?}")
        };
        assert_eq!((&*gone.name, gone.why), ("gone", UnfilledWhy::NoValue));
        assert_eq!(&text[gone.span.range()], "\"${gone}\"");
    }

    #[test]
    fn what_is_filled_in_is_as_bounded_as_a_document() {
        let deep = (0..MAX_NESTING - 2).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
        let values = serde_json::json!({"deep": deep, "wide": vec![0; 900_000]});
        let (_, unfilled) = filled(r#"["${deep}"]"#, &values);
        assert!(unfilled.is_empty());
        let (_, unfilled) = filled(r#"[["${deep}"]]"#, &values);
        assert_eq!(unfilled[0].why, UnfilledWhy::TooLarge);
        let (_, unfilled) = filled(r#"["${wide}", "${wide}", "${wide}"]"#, &values);
        assert_eq!(unfilled.len(), 1);
        // Of text there is one measure for all rows: here a mebibyte is put in seventy times.
        let values = serde_json::json!({"x": "x".repeat(1 << 20)});
        let (_, unfilled) = filled(&format!("[\"{}\"]", "${x} ".repeat(70)), &values);
        assert!(
            unfilled
                .iter()
                .all(|missing| missing.why == UnfilledWhy::TooLarge)
        );
        assert_eq!(unfilled.len(), 7);
    }
}
