//! A tree of which one part was read anew.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::{Document, NodeId, NodeKind, NodeRef, SourceFile};

/// Where a part of a text ended, and where the part ends that stands in its place.
#[derive(Debug)]
pub(in crate::source) struct Ends {
    /// The bytes in the part that have changed, and what they are now.
    pub changed_was: Range<u32>,
    /// See there.
    pub changed_now: Range<u32>,
    /// What stands from this byte on, of the text as it was, has not changed.
    pub was: u32,
    /// The byte where the same begins now.
    pub now: u32,
}

impl Document {
    /// The same tree with `part` in the place of the value `old`, of the file that `part` was read from: nothing has changed
    /// there but the text of that value. What parsers add for a value follows what they add for all that stands before it.
    pub(in crate::source) fn put(mut self, old: NodeId, part: Document, ends: Ends) -> Document {
        let changed = self.changed_in(old, &part, &ends);
        let first = self.first_of(old);
        let behind = old.0 + 1;
        let ids = part.nodes.len().wrapping_sub((behind - first) as usize) as u32;
        let new = NodeId(first + part.root.0);
        let (old_end, new_end) = (self.nodes[old.0 as usize].span.end, part.root().span().end);
        let id = |id: NodeId| match id {
            _ if id == old => new,
            NodeId(number) if number >= behind => NodeId(number.wrapping_add(ids)),
            id => id,
        };
        let at = |at: u32| match at {
            _ if at >= ends.was => ends.now + (at - ends.was),
            // What ends with it.
            _ if at == old_end => new_end,
            at => at,
        };
        let (before, rest) = self.nodes.split_at_mut(first as usize);
        if ids != 0 {
            for (parent, _) in before.iter_mut().filter_map(|node| node.parent.as_mut()) {
                *parent = id(*parent);
            }
        }
        let around = rest[(old.0 - first) as usize].parent;
        for node in &mut rest[(behind - first) as usize..] {
            node.span.start = at(node.span.start);
            node.span.end = at(node.span.end);
            if let Some((parent, _)) = &mut node.parent {
                *parent = id(*parent);
            }
            match &mut node.kind {
                NodeKind::Array(items) => items.iter_mut().for_each(|item| *item = id(*item)),
                NodeKind::Object(members) => {
                    for member in members {
                        member.key_span.start = at(member.key_span.start);
                        member.key_span.end = at(member.key_span.end);
                        member.value = id(member.value);
                    }
                }
                _ => {}
            }
        }
        let own = |id: NodeId| NodeId(first + id.0);
        let mut nodes = part.nodes;
        for node in &mut nodes {
            if let Some((parent, _)) = &mut node.parent {
                *parent = own(*parent);
            }
            match &mut node.kind {
                NodeKind::Array(items) => items.iter_mut().for_each(|item| *item = own(*item)),
                NodeKind::Object(members) => {
                    members
                        .iter_mut()
                        .for_each(|member| member.value = own(member.value));
                }
                _ => {}
            }
        }
        nodes[part.root.0 as usize].parent = around.map(|(parent, index)| (id(parent), index));
        self.nodes.splice(first as usize..behind as usize, nodes);
        self.root = id(self.root);
        let is_kept = |id: &NodeId| id.0 < first || id.0 >= behind;
        let large = self.large.into_iter().filter(|(object, _)| is_kept(object));
        let large = large.map(|(object, keys)| (id(object), keys));
        self.large = large
            .chain(part.large.into_iter().map(|(object, keys)| (own(object), keys)))
            .collect();
        let open = self.open.into_iter().filter(is_kept).map(id);
        self.open = open.chain(part.open.into_iter().map(own)).collect();
        let kept = std::mem::take(&mut self.kept);
        Document {
            changed: Some(changed.map_or(new, own)),
            kept_before: if ids == 0 { kept } else { Mutex::default() },
            ..self.placed(part.file)
        }
    }

    /// The one value of `part` that is another than that in its place in `old`, where all around it is the same.
    fn changed_in(&self, old: NodeId, part: &Document, ends: &Ends) -> Option<NodeId> {
        let (old, new) = (self.node(old), part.root());
        let (before, after) = (values(old), values(new));
        let is_around = |node: &NodeRef<'_>, change: &Range<u32>| {
            node.span().start <= change.start && change.end <= node.span().end
        };
        let index = before
            .iter()
            .position(|value| is_around(value, &ends.changed_was))?;
        let (was, now) = (before[index].span(), after.get(index)?.span());
        let keys = |node: NodeRef<'_>| -> Vec<Arc<str>> {
            node.members().iter().map(|member| member.key.clone()).collect()
        };
        let is_all = before.len() == after.len()
            && keys(old) == keys(new)
            && is_around(&after[index], &ends.changed_now)
            && was.start == now.start
            && was.end - ends.changed_was.end == now.end - ends.changed_now.end;
        is_all.then(|| after[index].id())
    }

    /// The first node that was added for a value: it follows the value before it.
    fn first_of(&self, id: NodeId) -> u32 {
        let mut at = id;
        while let Some((holder, index)) = self.nodes[at.0 as usize].parent {
            let before = (index as usize).checked_sub(1);
            let before = before.and_then(|before| match &self.nodes[holder.0 as usize].kind {
                NodeKind::Array(items) => items.get(before).copied(),
                NodeKind::Object(members) => members.get(before).map(|member| member.value),
                _ => None,
            });
            if let Some(before) = before {
                return before.0 + 1;
            }
            at = holder;
        }
        0
    }

    /// The same tree of a file with the same text.
    pub(in crate::source) fn placed(mut self, file: Arc<SourceFile>) -> Document {
        self.file = file;
        self.changed = None;
        self.kept_before = Mutex::default();
        self.kept = Mutex::default();
        self
    }

    /// Whether it is the tree of all of a file, of which nothing is said but what stands in it.
    pub(in crate::source) fn is_plain(&self) -> bool {
        self.text.is_none()
            && self.substituted.is_none()
            && self.siblings.is_empty()
            && self.broken.is_empty()
            && self.merged.is_empty()
    }

    /// How many arrays and objects stand inside one another in it.
    pub(in crate::source) fn height(&self) -> usize {
        let mut heights = vec![0; self.nodes.len()];
        // What a node holds was added before it.
        for (index, node) in self.nodes.iter().enumerate() {
            if matches!(node.kind, NodeKind::Array(_) | NodeKind::Object(_)) {
                heights[index] += 1;
            }
            if let Some((holder, _)) = node.parent {
                let least = heights[index];
                let holder = &mut heights[holder.0 as usize];
                *holder = least.max(*holder);
            }
        }
        heights[self.root.0 as usize]
    }

    /// Whether another is the same tree, of the same places.
    #[cfg(test)]
    pub(in crate::source) fn is_same(&self, other: &Document) -> bool {
        format!("{:?}", self.nodes) == format!("{:?}", other.nodes)
            && (self.root, self.format, &self.large, &self.open)
                == (other.root, other.format, &other.large, &other.open)
            && (&self.merged, &self.broken) == (&other.merged, &other.broken)
            && self.file.text() == other.file.text()
            && self.text == other.text
    }
}

/// The values that an object or array holds.
fn values(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    let members = node
        .members()
        .iter()
        .map(|member| node.document().node(member.value));
    members.chain(node.items()).collect()
}
