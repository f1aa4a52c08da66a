//! A part of a document with its `${names}` filled in: one row of a table of cases.

use std::sync::Arc;

use super::document::{Builder, Document, Member, NodeKind, NodeRef};
use super::limits::MAX_VALUES;
use crate::diagnostics::Span;
use crate::value::{Map, Value};

/// A name that has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// The name.
    pub name: String,
    /// The string it stands in.
    pub span: Span,
}

/// Copies `node`, without its members called `leave_out`, with `values` filled in: a string that is nothing but
/// `${name}` becomes the value, and inside a longer string or a key the value's text is put in, the JSON of what is no
/// string. `$${` stands for `${` itself. Every part keeps its place in the file. Also gives the names without a value.
pub fn fill(node: NodeRef<'_>, leave_out: &str, values: &Map) -> (Document, Vec<Unfilled>) {
    let mut filling = Filling {
        values,
        builder: Builder::default(),
        unfilled: Vec::new(),
    };
    let root = filling.copy(node, Some(leave_out));
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
}

impl Filling<'_> {
    fn copy(&mut self, node: NodeRef<'_>, leave_out: Option<&str>) -> super::NodeId {
        let span = node.span();
        let kind = match node.kind() {
            NodeKind::Null => NodeKind::Null,
            NodeKind::Bool(b) => NodeKind::Bool(*b),
            NodeKind::Number(n) => NodeKind::Number(n.clone()),
            NodeKind::Placeholder(name) => NodeKind::Placeholder(name.clone()),
            NodeKind::String(text) => {
                if let Some(name) = whole(text) {
                    match self.values.get(name) {
                        // A row's value is copied into each place that it fills: bounded as a document is.
                        Some(value) if self.builder.len() < MAX_VALUES => {
                            return self.builder.add_value(value, span);
                        }
                        _ => {
                            self.unfilled.push(Unfilled {
                                name: name.to_owned(),
                                span,
                            });
                            NodeKind::String(text.clone())
                        }
                    }
                } else {
                    NodeKind::String(self.text(text, span))
                }
            }
            NodeKind::Array(_) => NodeKind::Array(node.items().map(|item| self.copy(item, None)).collect()),
            NodeKind::Object(members) => {
                let kept = members.iter().filter(|m| leave_out != Some(&*m.key));
                let copied = kept.map(|member| Member {
                    key: self.text(&member.key, member.key_span),
                    key_span: member.key_span,
                    value: self.copy(node.document().node(member.value), None),
                });
                NodeKind::Object(copied.collect())
            }
        };
        self.builder.add(kind, span)
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
            match self.values.get(name) {
                Some(Value::String(text)) => out.push_str(text),
                Some(value) => value.write_json(&mut out),
                None => {
                    self.unfilled.push(Unfilled {
                        name: name.to_owned(),
                        span,
                    });
                    out.push_str(&after[..=end]);
                }
            }
            rest = &after[end + 1..];
        }
        out.push_str(rest);
        Arc::from(out)
    }
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

    #[test]
    fn values_stand_whole_or_in_text() {
        let text =
            r#"{"Table": 1, "${key}": ["${n}", "a ${n} b ${s}", "$${n}", "${gone}", "${s", {"x": true}]}"#;
        let parsed = parse_any(Arc::new(SourceFile::new("t.json", text)));
        let document = parsed.document.unwrap();
        let values = Value::from(&serde_json::json!({"key": "k", "n": [1, 2], "s": "text"}));
        let (filled, unfilled) = fill(document.root(), "Table", values.as_object().unwrap());
        assert_eq!(
            filled.root().to_value().to_json(),
            r#"{"k":[[1,2],"a [1,2] b text","${n}","${gone}","${s",{"x":true}]}"#
        );
        assert_eq!(unfilled.len(), 1);
        assert_eq!(unfilled[0].name, "gone");
        assert_eq!(&text[unfilled[0].span.range()], "\"${gone}\"");
    }
}
