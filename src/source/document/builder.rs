//! How a document is put together.

use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::limits::MAX_VALUES;
use super::super::{Format, SourceFile, placeholder};
use super::{Document, LARGE, Member, Node, NodeId, NodeKind};
use crate::diagnostics::Span;
use crate::value::Value;

/// Builds a [`Document`] from the leaves up, for the parsers.
#[derive(Debug, Default)]
pub(in crate::source) struct Builder {
    nodes: Vec<Node>,
    open: FxHashSet<NodeId>,
    merged: FxHashMap<NodeId, (&'static str, Arc<str>)>,
    broken: FxHashSet<NodeId>,
}

impl Builder {
    /// Adds a node; the parents of the children it holds are set to it.
    pub(in crate::source) fn add(&mut self, kind: NodeKind, span: Span) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        match &kind {
            NodeKind::Array(items) => {
                for (i, item) in (0..).zip(items) {
                    self.nodes[item.0 as usize].parent = Some((id, i));
                }
            }
            NodeKind::Object(members) => {
                for (i, member) in (0..).zip(members) {
                    self.nodes[member.value.0 as usize].parent = Some((id, i));
                }
            }
            _ => {}
        }
        self.nodes.push(Node {
            kind,
            span,
            parent: None,
        });
        id
    }

    /// How many nodes were added.
    pub(in crate::source) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Says that an object may have more members than are written, or a list more items.
    pub(in crate::source) fn set_open(&mut self, id: NodeId) {
        self.open.insert(id);
    }

    /// Says what is merged into an object when it is deployed: `key` says that, and `name` is the name of the placeholder for it.
    pub(in crate::source) fn set_merged(&mut self, id: NodeId, key: &'static str, name: &str) {
        self.open.insert(id);
        self.merged.insert(id, (key, Arc::from(name)));
    }

    /// What is merged into an object that was added before.
    pub(in crate::source) fn merged(&self, id: NodeId) -> Option<&str> {
        self.merged.get(&id).map(|(_, name)| &**name)
    }

    /// Says that a mistake of the text stands in an object or list: what is there may not be all.
    pub(in crate::source) fn set_broken(&mut self, id: NodeId) {
        self.broken.insert(id);
        self.open.insert(id);
    }

    /// Whether that was said.
    pub(in crate::source) fn is_open(&self, id: NodeId) -> bool {
        self.open.contains(&id)
    }

    /// A node that was added before.
    pub(in crate::source) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Adds a value that no text of the file spells out; all of it is placed at `span`.
    pub(in crate::source) fn add_value(&mut self, value: &Value, span: Span) -> NodeId {
        let kind = match value {
            Value::Null => NodeKind::Null,
            Value::Bool(b) => NodeKind::Bool(*b),
            Value::Number(n) => NodeKind::Number(n.clone()),
            Value::String(s) => NodeKind::String(s.clone()),
            Value::Array(items) => {
                NodeKind::Array(items.iter().map(|item| self.add_value(item, span)).collect())
            }
            Value::Object(map) => NodeKind::Object(
                map.iter()
                    .map(|(key, value)| Member {
                        key: key.clone(),
                        key_span: span,
                        value: self.add_value(value, span),
                    })
                    .collect(),
            ),
        };
        self.add(kind, span)
    }

    /// Adds a copy of a node and all that it holds, every part at its old place. `None` when that would be more values
    /// than a document may have: aliases of aliases grow without bound.
    pub(in crate::source) fn copy(&mut self, id: NodeId) -> Option<NodeId> {
        if self.nodes.len() >= MAX_VALUES {
            return None;
        }
        let span = self.node(id).span;
        let kind = match &self.node(id).kind {
            NodeKind::Null => NodeKind::Null,
            NodeKind::Bool(b) => NodeKind::Bool(*b),
            NodeKind::Number(n) => NodeKind::Number(n.clone()),
            NodeKind::String(s) => NodeKind::String(s.clone()),
            NodeKind::Placeholder(name) => NodeKind::Placeholder(name.clone()),
            NodeKind::Array(items) => {
                let items = items.clone();
                NodeKind::Array(
                    items
                        .into_iter()
                        .map(|item| self.copy(item))
                        .collect::<Option<_>>()?,
                )
            }
            NodeKind::Object(members) => {
                let members: Vec<_> = (members.iter())
                    .map(|m| (m.key.clone(), m.key_span, m.value))
                    .collect();
                let copied = members.into_iter().map(|(key, key_span, value)| {
                    let value = self.copy(value)?;
                    Some(Member { key, key_span, value })
                });
                NodeKind::Object(copied.collect::<Option<_>>()?)
            }
        };
        let copy = self.add(kind, span);
        if self.is_open(id) {
            self.set_open(copy);
        }
        if let Some(merged) = self.merged.get(&id).cloned() {
            self.merged.insert(copy, merged);
        }
        Some(copy)
    }

    /// Moves a node to another place.
    pub(in crate::source) fn set_span(&mut self, id: NodeId, span: Span) {
        self.nodes[id.0 as usize].span = span;
    }

    /// Moves everything: `moved` gives the new place of a byte.
    pub(in crate::source) fn move_spans(&mut self, moved: impl Fn(u32) -> u32) {
        let span = |span: Span| Span {
            start: moved(span.start),
            end: moved(span.end),
        };
        for node in &mut self.nodes {
            node.span = span(node.span);
            if let NodeKind::Object(members) = &mut node.kind {
                members
                    .iter_mut()
                    .for_each(|member| member.key_span = span(member.key_span));
            }
        }
    }

    /// Says of all objects and lists that touch a part of the text that a mistake stands in them.
    pub(in crate::source) fn set_broken_around(&mut self, start: usize, end: usize) {
        for (id, node) in (0..).zip(&self.nodes) {
            let is_holder = matches!(node.kind, NodeKind::Object(_) | NodeKind::Array(_));
            if is_holder && node.span.start as usize <= end && node.span.end as usize >= start {
                self.broken.insert(NodeId(id));
                self.open.insert(NodeId(id));
            }
        }
    }

    /// The finished document.
    pub(in crate::source) fn finish(
        mut self,
        file: Arc<SourceFile>,
        format: Format,
        root: NodeId,
    ) -> Document {
        let mut large = FxHashMap::default();
        for (id, node) in (0..).zip(&self.nodes) {
            let NodeKind::Object(members) = &node.kind else {
                continue;
            };
            if members.len() > LARGE {
                let index = (0..)
                    .zip(members)
                    .map(|(i, member)| (member.key.clone(), i))
                    .collect();
                large.insert(NodeId(id), index);
            }
            // What a name will be that is filled in nobody knows.
            if (members.iter()).any(|member| placeholder::is_in(&member.key)) {
                self.open.insert(NodeId(id));
            }
        }
        Document {
            file,
            format,
            nodes: self.nodes,
            root,
            large,
            open: self.open,
            merged: self.merged,
            broken: self.broken,
            substituted: None,
            siblings: Arc::default(),
            text: None,
            changed: None,
            kept_before: Mutex::default(),
            kept: Mutex::default(),
        }
    }
}
