//! What stands at a byte of the text.

use super::document::{Document, Member, NodeRef};
use crate::diagnostics::Span;

/// What stands at a place.
#[derive(Debug, Clone, Copy)]
pub struct At<'d> {
    /// The innermost node whose bytes hold the place; the one whose key does.
    pub node: NodeRef<'d>,
    /// Whether it is the key of `node`.
    pub on_key: bool,
}

impl Document {
    /// The innermost node or key at the byte `offset` of the file. A place behind the last byte of a token is at the token
    /// still: that is where a caret stands when a word was typed. `None` outside of the outermost value.
    ///
    /// Where the members of an object stand in order, which only YAML's merges disturb, each step costs a binary search.
    pub fn at(&self, offset: usize) -> Option<At<'_>> {
        let mut node = self.root();
        if !touches(node.span(), offset) {
            return None;
        }
        loop {
            let next = match node.is_object() {
                true => self.member_at(node, offset),
                false => item_at(node, offset).map(|node| At { node, on_key: false }),
            };
            match next {
                Some(at) if !at.on_key => node = at.node,
                Some(at) => return Some(at),
                None => return Some(At { node, on_key: false }),
            }
        }
    }

    fn member_at<'d>(&'d self, object: NodeRef<'d>, offset: usize) -> Option<At<'d>> {
        let members = object.members();
        let at = |index: usize| {
            let member = members.get(index)?;
            let node = self.node(member.value);
            // A value that is missing may have its place right behind the key: the caret is at the key then.
            let on_key = touches(member.key_span, offset);
            let holds = touches(node.span(), offset) && node.span().start >= member.key_span.start;
            (on_key || holds).then_some(At { node, on_key })
        };
        let after = members.partition_point(|member| member.key_span.start as usize <= offset);
        let near = after.checked_sub(1).and_then(at);
        near.or_else(|| (0..members.len()).find_map(at))
    }
}

fn item_at(list: NodeRef<'_>, offset: usize) -> Option<NodeRef<'_>> {
    let holds = |node: &NodeRef<'_>| touches(node.span(), offset);
    let near = last_item_from(list, offset).filter(holds);
    near.or_else(|| list.items().find(holds))
}

/// The last item that begins at `offset` or before, where items stand in order, which only YAML's aliases disturb.
fn last_item_from(list: NodeRef<'_>, offset: usize) -> Option<NodeRef<'_>> {
    // As `partition_point` does it, of items that are looked up one by one.
    let (mut low, mut high) = (0, list.items().len());
    while low < high {
        let middle = low + (high - low) / 2;
        match list.item(middle) {
            Some(item) if item.span().start as usize <= offset => low = middle + 1,
            _ => high = middle,
        }
    }
    list.item(low.checked_sub(1)?)
}

fn touches(span: Span, offset: usize) -> bool {
    span.start as usize <= offset && offset <= span.end as usize
}

impl<'d> NodeRef<'d> {
    /// The member, by its value, or the item of this node that holds all of a span, its key included.
    pub(crate) fn part_around(self, span: Span) -> Option<NodeRef<'d>> {
        let holds = |part: &NodeRef<'d>| {
            let key = part
                .as_member()
                .map_or(part.span().start, |member| member.key_span.start);
            key <= span.start && span.end <= part.span().end
        };
        if self.is_array() {
            let near = last_item_from(self, span.start as usize).filter(holds);
            return near.or_else(|| self.items().find(holds));
        }
        let members = self.members();
        let value = |member: &Member| self.document().node(member.value);
        // As in `at`: in order but for merges.
        let after = members.partition_point(|member| member.key_span.start <= span.start);
        let near = after
            .checked_sub(1)
            .and_then(|index| members.get(index))
            .map(value);
        near.filter(holds)
            .or_else(|| members.iter().map(value).find(holds))
    }

    /// The place in this string's decoded text of the byte `offset` of the file; `None` where the string says something
    /// else than the text, and outside of it.
    pub fn offset_in_text(self, offset: usize) -> Option<usize> {
        let span = self.span();
        if !touches(span, offset) {
            return None;
        }
        self.decoded_places()?.decoded(offset)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{SourceFile, parse};

    /// What stands at the mark: the path, `key` or the kind of value.
    fn at(name: &str, marked: &str) -> Option<(String, bool)> {
        let offset = marked.find("<|>").unwrap();
        let text = marked.replace("<|>", "");
        let parsed = parse(Arc::new(SourceFile::new(name, text)));
        let document = parsed.document.unwrap();
        let found = document.at(offset)?;
        Some((found.node.location(), found.on_key))
    }

    #[test]
    fn keys_values_and_the_space_between() {
        for (marked, path, on_key) in [
            (r#"{"a": <|>1, "b": [1, 22]}"#, "/a", false),
            (r#"{"a": 1<|>, "b": [1, 22]}"#, "/a", false),
            (r#"{"a": 1, "<|>b": [1, 22]}"#, "/b", true),
            (r#"{"a": 1, <|>"b": [1, 22]}"#, "/b", true),
            (r#"{"a": 1, "b"<|>: [1, 22]}"#, "/b", true),
            (r#"{"a": 1, "b": [1, 2<|>2]}"#, "/b[1]", false),
            (r#"{"a": 1, "b": [1,<|> 22]}"#, "/b", false),
            (r#"{"a": 1, <|> "b": [1, 22]}"#, "", false),
        ] {
            assert_eq!(at("x.json", marked), Some((path.to_owned(), on_key)), "{marked}");
        }
        assert_eq!(at("x.json", "<|> {}"), None);
    }

    #[test]
    fn merged_members_do_not_hide_what_is_written() {
        let text = "B: &b\n  One: 1\n  Two: 2\nC:\n  <<: *b\n  Thr<|>ee: 3\n  Four: 4\n";
        assert_eq!(at("x.yaml", text), Some(("/C/Three".to_owned(), true)));
        let text = "B: &b\n  One: 1\n  Tw<|>o: 2\nC:\n  <<: *b\n  Three: 3\n";
        assert_eq!(at("x.yaml", text), Some(("/B/Two".to_owned(), true)));
    }

    #[test]
    fn a_place_in_a_decoded_string() {
        let text = r#"{"a": "x\n<|>y"}"#;
        let offset = text.find("<|>").unwrap();
        let parsed = parse(Arc::new(SourceFile::new("x.json", text.replace("<|>", ""))));
        let document = parsed.document.unwrap();
        let node = document.root().get("a").unwrap();
        assert_eq!(node.offset_in_text(offset), Some(2));
        // Before the closing quote.
        assert_eq!(node.offset_in_text(offset + 1), Some(3));
        assert_eq!(node.offset_in_text(0), None);
    }
}
