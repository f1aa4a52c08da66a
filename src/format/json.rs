//! JSON, printed anew: two spaces, one member a line, lists of scalars on one line where they fit. Strings, numbers and
//! placeholders are copied as they are written.

use super::WIDTH;
use super::order;
use crate::arrange::Arrange as _;
use crate::asl::StateFields;
use crate::asl::fields::Content;
use crate::source::{Document, Member, NodeKind, NodeRef};

/// The canonical text of a definition, with `\n` at its end.
pub(super) fn print(document: &Document) -> String {
    let text = document.file().text();
    let mut printer = Printer {
        text,
        out: String::with_capacity(text.len() + text.len() / 4),
    };
    printer.value(document.root(), order::MACHINE, 0, 0);
    printer.out.push('\n');
    printer.out
}

struct Printer<'t> {
    text: &'t str,
    out: String,
}

impl<'t> Printer<'t> {
    /// Prints a value that stands `depth` levels deep, its line begun with `before` characters; its nesting is capped
    /// by `source/`.
    fn value(&mut self, node: NodeRef<'t>, content: Content, depth: usize, before: usize) {
        match node.kind() {
            NodeKind::Object(members) if !members.is_empty() => self.object(node, members, content, depth),
            NodeKind::Array(items) if !items.is_empty() => self.array(node, content, depth, before),
            NodeKind::Object(_) => self.out.push_str("{}"),
            NodeKind::Array(_) => self.out.push_str("[]"),
            _ => self.out.push_str(self.spelling(node)),
        }
    }

    fn spelling(&self, node: NodeRef<'t>) -> &'t str {
        &self.text[node.span().range()]
    }

    fn object(&mut self, node: NodeRef<'t>, members: &'t [Member], content: Content, depth: usize) {
        let (content, kind) = order::object(content, || {
            StateFields::from(node).type_name().and_then(NodeRef::as_str)
        });
        let mut ordered: Vec<&Member> = members.iter().collect();
        if let Some(kind) = kind {
            ordered.arrange_by_key(|member| order::rank(kind, &member.key));
        }
        self.out.push('{');
        for (i, member) in ordered.into_iter().enumerate() {
            self.line(i, depth + 1);
            let key = &self.text[member.key_span.range()];
            self.out.push_str(key);
            self.out.push_str(": ");
            let inside = content.member(&member.key);
            let before = 2 * (depth + 1) + key.chars().count() + 2;
            self.value(node.document().node(member.value), inside, depth + 1, before);
        }
        self.line_end(depth);
        self.out.push('}');
    }

    fn array(&mut self, node: NodeRef<'t>, content: Content, depth: usize, before: usize) {
        let inside = content.item();
        let scalar = |item: NodeRef<'t>| !item.is_object() && !item.is_array();
        if node.items().all(scalar) {
            // Brackets, and a comma behind them.
            let width = node
                .items()
                .map(|item| self.spelling(item).chars().count() + 2)
                .sum::<usize>()
                + 1;
            if before + width <= WIDTH {
                self.out.push('[');
                for (i, item) in node.items().enumerate() {
                    if i > 0 {
                        self.out.push_str(", ");
                    }
                    self.out.push_str(self.spelling(item));
                }
                self.out.push(']');
                return;
            }
        }
        self.out.push('[');
        for (i, item) in node.items().enumerate() {
            self.line(i, depth + 1);
            self.value(item, inside, depth + 1, 2 * (depth + 1));
        }
        self.line_end(depth);
        self.out.push(']');
    }

    /// Begins the line of the member or item of this index.
    fn line(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.line_end(depth);
    }

    fn line_end(&mut self, depth: usize) {
        self.out.push('\n');
        for _ in 0..depth {
            self.out.push_str("  ");
        }
    }
}
