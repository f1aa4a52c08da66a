//! The tree of a definition's text: every key and value knows its bytes and its parent.

mod builder;
mod put;

use std::any::Any;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::decoded::Places;
use super::substituted::Given;
use super::{Format, Made, Sibling, SourceFile, Substituted, placeholder};
use crate::arrange::Arrange as _;
use crate::diagnostics::Span;
use crate::value::{Map, Number, Value};

pub(super) use builder::Builder;
pub(super) use put::Ends;

/// A node of one [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// A parsed definition.
#[derive(Debug)]
pub struct Document {
    file: Arc<SourceFile>,
    format: Format,
    nodes: Vec<Node>,
    root: NodeId,
    /// Where each key of a large object stands, the last of duplicates: looking through thousands of members for each
    /// of thousands of names would take minutes.
    large: FxHashMap<NodeId, FxHashMap<Arc<str>, u32>>,
    /// See [`NodeRef::is_open`].
    open: FxHashSet<NodeId>,
    /// What is merged into objects when they are deployed: the key that says so, and the name of what it is.
    merged: FxHashMap<NodeId, (&'static str, Arc<str>)>,
    /// See [`NodeRef::is_broken`].
    broken: FxHashSet<NodeId>,
    /// See [`Document::substituted`].
    substituted: Option<Substituted>,
    /// See [`Document::sibling`].
    siblings: Arc<[Sibling]>,
    /// Its own text, where that is not the file's: a definition inside a template.
    text: Option<Arc<str>>,
    /// See [`Document::changed`].
    changed: Option<NodeId>,
    /// See [`Document::kept_before`].
    kept_before: Kept,
    /// See [`Document::kept`].
    kept: Kept,
}

/// What is kept of a tree.
type Kept = Mutex<Vec<Arc<dyn Any + Send + Sync>>>;

/// Objects of more members than this are indexed.
const LARGE: usize = 32;

/// A value in the tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The bytes of the value, quotes included. Of a YAML alias it is the alias (`*name`), while what stands inside the
    /// aliased value keeps the place where it is written; of a block scalar it begins with the `|` or `>`.
    pub span: Span,
    /// The array or object that holds it, and its index among the items or members there.
    pub parent: Option<(NodeId, u32)>,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, decoded.
    String(Arc<str>),
    /// A bare `${Name}` where a value belongs, filled in when the template is deployed; holds the name. Without a name it
    /// is what is missing in a broken text.
    Placeholder(Arc<str>),
    /// An array.
    Array(Vec<NodeId>),
    /// An object: members in order, duplicates kept.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Member {
    /// The key, decoded.
    pub key: Arc<str>,
    /// The bytes of the key, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: NodeId,
}

impl Document {
    /// The file this was read from.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Whether it was written in JSON or in YAML.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The outermost value.
    pub fn root(&self) -> NodeRef<'_> {
        self.node(self.root)
    }

    /// A node by its id (ids of another document panic or name another node).
    pub fn node(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef { document: self, id }
    }

    /// The definition's text as AWS gets it: the file's, or what a template holds of it.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_else(|| self.file.text())
    }

    /// What is kept of it: of each type one value, which is made when it is first asked for and shared from then on.
    /// What takes time to find out about a definition is found out once, whoever asks.
    pub(crate) fn kept<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        // Nothing is half done in the list whoever held the lock.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut values = kept.iter();
        if let Some(found) = values.find_map(|value| value.clone().downcast::<T>().ok()) {
            return found;
        }
        let new = Arc::new(T::default());
        kept.push(new.clone());
        new
    }

    /// What was kept of the tree as it was before, for the first who takes it, where all but [what has
    /// changed](Document::changed) has the places among its nodes that it had.
    pub(crate) fn kept_before<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let mut kept = self.kept_before.lock().unwrap_or_else(PoisonError::into_inner);
        let index = kept.iter().position(|value| value.is::<T>())?;
        kept.swap_remove(index).downcast().ok()
    }

    /// The same tree with all that is unknown in it as text: a string in the place of each bare placeholder, what a template
    /// puts in the place of names, and a member for what is merged into an object when it is deployed. `None` where there is
    /// none of it. What compares definitions compares this.
    pub(crate) fn with_unknown_as_text(&self) -> Option<Document> {
        let texts = self.with_placeholders_as_text();
        let is_put_in = |given: &&Given| given.unknown.is_some();
        let put_in =
            (self.substituted.as_ref()).filter(|all| all.given.iter().any(|given| is_put_in(&given)));
        if self.merged.is_empty() && put_in.is_none() {
            return texts;
        }
        let mut document = texts.unwrap_or_else(|| self.copied(self.nodes.clone()));
        let mut made = Made::default();
        for node in document.nodes.iter_mut().filter(|_| put_in.is_some()) {
            if let NodeKind::String(text) = &mut node.kind
                && let Some(filled) = put_in.and_then(|all| all.filled(text, &mut made))
            {
                *text = Arc::from(filled);
            }
        }
        let mut merged: Vec<_> = self.merged.iter().collect();
        merged.arrange_by_key(|(id, _)| **id);
        for (&object, (key, name)) in merged {
            let id = NodeId(u32::try_from(document.nodes.len()).unwrap_or(u32::MAX));
            let span = document.nodes[object.0 as usize].span;
            let NodeKind::Object(members) = &mut document.nodes[object.0 as usize].kind else {
                continue;
            };
            let index = u32::try_from(members.len()).unwrap_or(u32::MAX);
            members.push(Member {
                key: Arc::from(*key),
                key_span: span,
                value: id,
            });
            document.nodes.push(Node {
                kind: NodeKind::String(Arc::from(format!("${{{name}}}"))),
                span,
                parent: Some((object, index)),
            });
            if let Some(known) = document.large.get_mut(&object) {
                known.insert(Arc::from(*key), index);
            }
        }
        Some(document)
    }

    /// The same tree with a string in the place of each bare placeholder: `${Name}`. `None` where there is none.
    pub(crate) fn with_placeholders_as_text(&self) -> Option<Document> {
        let bare = |node: &Node| matches!(node.kind, NodeKind::Placeholder(_));
        if !self.nodes.iter().any(bare) {
            return None;
        }
        let mut nodes = self.nodes.clone();
        for node in &mut nodes {
            if let NodeKind::Placeholder(name) = &node.kind {
                node.kind = NodeKind::String(Arc::from(format!("${{{name}}}")));
            }
        }
        Some(self.copied(nodes))
    }

    /// The same tree with other texts in some strings, and other keys of some members, which are named by their values.
    pub(crate) fn with_texts(
        &self,
        strings: &FxHashMap<NodeId, Arc<str>>,
        keys: &FxHashMap<NodeId, Arc<str>>,
    ) -> Document {
        let mut document = self.copied(self.nodes.clone());
        for (id, text) in strings {
            document.nodes[id.0 as usize].kind = NodeKind::String(text.clone());
        }
        for (id, key) in keys {
            let Some((object, index)) = self.nodes[id.0 as usize].parent else {
                continue;
            };
            let NodeKind::Object(members) = &mut document.nodes[object.0 as usize].kind else {
                continue;
            };
            let old = std::mem::replace(&mut members[index as usize].key, key.clone());
            if let Some(known) = document.large.get_mut(&object) {
                known.remove(&old);
                known.insert(key.clone(), index);
            }
        }
        document
    }

    /// The same with other nodes in the places of its own.
    fn copied(&self, nodes: Vec<Node>) -> Document {
        Document {
            file: self.file.clone(),
            format: self.format,
            nodes,
            root: self.root,
            large: self.large.clone(),
            open: self.open.clone(),
            merged: self.merged.clone(),
            broken: self.broken.clone(),
            substituted: self.substituted.clone(),
            siblings: self.siblings.clone(),
            text: self.text.clone(),
            changed: None,
            kept_before: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// The names of the placeholders in it that nothing was put in the place of, each once, in the order of the text;
    /// those in comments aside.
    pub(crate) fn open_placeholders(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for node in self
            .all()
            .filter(|node| node.key().map(|key| &**key) != Some("Comment"))
        {
            for name in node.placeholders() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// The bytes of the file that are its own: all, but inside a template.
    pub fn range(&self) -> Range<usize> {
        match self.text {
            None => 0..self.file.text().len(),
            Some(_) => self.root().span().range(),
        }
    }

    /// The names that it leaves to be filled in, where there is a list of those that are given.
    pub fn substituted(&self) -> Option<&Substituted> {
        self.substituted.as_ref()
    }

    /// Says what is given of the names in it.
    pub(super) fn set_substituted(&mut self, substituted: Substituted) {
        self.substituted = Some(substituted);
    }

    /// The state machines of its template.
    pub(super) fn siblings(&self) -> &[Sibling] {
        &self.siblings
    }

    /// Says which state machines stand in the same template.
    pub(super) fn set_siblings(&mut self, siblings: Arc<[Sibling]>) {
        self.siblings = siblings;
    }

    /// Says that a mistake of the text stands in an object.
    pub(super) fn set_broken(&mut self, id: NodeId) {
        self.broken.insert(id);
        self.open.insert(id);
    }

    /// Whether its text is broken, and was read all the same. See [`ParseOptions::mend`](super::ParseOptions::mend).
    pub(crate) fn is_mended(&self) -> bool {
        !self.broken.is_empty()
    }

    /// The objects and lists in which mistakes of the text stand.
    pub(crate) fn broken(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.broken.iter().map(|id| self.node(*id))
    }

    /// Gives it a text of its own: it stands inside a template.
    pub(super) fn set_text(&mut self, text: Arc<str>) {
        self.text = Some(text);
    }

    /// The same tree with every part at the place in `file` that `place` gives for it.
    pub(super) fn moved(mut self, file: Arc<SourceFile>, place: impl Fn(Span) -> Span) -> Document {
        for node in &mut self.nodes {
            node.span = place(node.span);
            if let NodeKind::Object(members) = &mut node.kind {
                for member in members {
                    // A key is shown as it stands: what is one word of the text may be spread over lines of the file.
                    member.key_span = file.on_one_line(place(member.key_span));
                }
            }
        }
        self.file = file;
        self
    }

    /// Every node.
    pub fn all(&self) -> impl Iterator<Item = NodeRef<'_>> {
        (0u32..)
            .take(self.nodes.len())
            .map(|number| self.node(NodeId(number)))
    }

    /// The value that is all that is another than when its text was read before; `None` where that is not known.
    pub(crate) fn changed(&self) -> Option<NodeId> {
        self.changed
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}

/// A node together with its document: what everything outside `source/` works with.
#[derive(Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document,
    id: NodeId,
}

impl std::fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {:?}", self.kind(), self.span())
    }
}

impl<'d> NodeRef<'d> {
    /// Its id, to be kept where a borrow cannot be.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its document.
    pub fn document(self) -> &'d Document {
        self.document
    }

    fn node(self) -> &'d Node {
        &self.document.nodes[self.id.0 as usize]
    }

    /// What it is.
    pub fn kind(self) -> &'d NodeKind {
        &self.node().kind
    }

    /// Its bytes.
    pub fn span(self) -> Span {
        self.node().span
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<&'d str> {
        match self.kind() {
            NodeKind::String(s) => Some(s),
            _ => None,
        }
    }

    /// The shared text of a string.
    pub fn as_arc_str(self) -> Option<&'d Arc<str>> {
        match self.kind() {
            NodeKind::String(s) => Some(s),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            NodeKind::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The number.
    pub fn as_number(self) -> Option<&'d Number> {
        match self.kind() {
            NodeKind::Number(n) => Some(n),
            _ => None,
        }
    }

    /// The items of an array; nothing for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = NodeRef<'d>> + DoubleEndedIterator + use<'d> {
        let items: &'d [NodeId] = match self.kind() {
            NodeKind::Array(items) => items,
            _ => &[],
        };
        items.iter().map(move |&id| self.document.node(id))
    }

    /// One item of an array.
    pub fn item(self, index: usize) -> Option<NodeRef<'d>> {
        match self.kind() {
            NodeKind::Array(items) => items.get(index).map(|&id| self.document.node(id)),
            _ => None,
        }
    }

    /// The members of an object, duplicates included; nothing for anything else.
    pub fn members(self) -> &'d [Member] {
        match self.kind() {
            NodeKind::Object(members) => members,
            _ => &[],
        }
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        matches!(self.kind(), NodeKind::Null)
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        matches!(self.kind(), NodeKind::Object(_))
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        matches!(self.kind(), NodeKind::Array(_))
    }

    /// Whether it may be any value: a placeholder and nothing else, bare or in quotes.
    pub fn is_unknown(self) -> bool {
        match self.kind() {
            NodeKind::Placeholder(_) => true,
            NodeKind::String(text) => placeholder::whole(text).is_some(),
            _ => false,
        }
    }

    /// The name of the placeholder that it is, bare or as all of a text.
    pub fn as_placeholder(self) -> Option<&'d str> {
        match self.kind() {
            NodeKind::Placeholder(name) => Some(name),
            NodeKind::String(text) => placeholder::whole(text),
            _ => None,
        }
    }

    /// Whether it may have more members or items than are written: something is merged into it that is known only when it
    /// is deployed, the name of a member is, or an item of a list.
    pub fn is_open(self) -> bool {
        let said = || self.document.open.contains(&self.id);
        match self.kind() {
            NodeKind::Object(_) => said(),
            NodeKind::Array(_) => said() || self.items().any(NodeRef::is_unknown),
            _ => false,
        }
    }

    /// What is merged into it when it is deployed: the key that says so, and the name of the placeholder for it.
    pub(super) fn merged(self) -> Option<(&'static str, &'d str)> {
        let (key, name) = self.document.merged.get(&self.id)?;
        Some((key, name))
    }

    /// Whether a mistake of the text stands in it, and in no object within it.
    pub fn is_broken(self) -> bool {
        self.document.broken.contains(&self.id)
    }

    /// Whether it is a bare placeholder, or a string that holds one.
    pub fn has_placeholder(self) -> bool {
        match self.kind() {
            NodeKind::Placeholder(_) => true,
            NodeKind::String(text) => placeholder::is_in(text),
            _ => false,
        }
    }

    /// The names of the placeholders that it holds and nothing was put in the place of: one where it is bare, any
    /// number in a string.
    pub fn placeholders(self) -> Vec<&'d str> {
        match self.kind() {
            // What is missing in a broken text is filled in by nobody.
            NodeKind::Placeholder(name) if name.is_empty() => Vec::new(),
            NodeKind::Placeholder(name) => vec![name],
            NodeKind::String(text) => placeholder::names(text).collect(),
            _ => Vec::new(),
        }
    }

    /// The value of the member `key`; the last one, as parsers that let duplicates pass have it.
    pub fn get(self, key: &str) -> Option<NodeRef<'d>> {
        self.member(key).map(|m| self.document.node(m.value))
    }

    /// The member `key`; the last one.
    pub fn member(self, key: &str) -> Option<&'d Member> {
        let members = self.members();
        if members.len() > LARGE {
            let index = *self.document.large.get(&self.id)?.get(key)?;
            return members.get(index as usize);
        }
        members.iter().rev().find(|m| &*m.key == key)
    }

    /// The place of the member `key` among the members; `None` when there is none, or two. Of two in a large object it
    /// is the last one's.
    pub fn index_of(self, key: &str) -> Option<usize> {
        let members = self.members();
        if members.len() > LARGE {
            return Some(*self.document.large.get(&self.id)?.get(key)? as usize);
        }
        let mut found = (0..members.len()).filter(|i| &*members[*i].key == key);
        found.next().filter(|_| found.next().is_none())
    }

    /// Its place among the items or members of what holds it.
    pub fn index(self) -> Option<usize> {
        self.node().parent.map(|(_, index)| index as usize)
    }

    /// The array or object that holds it.
    pub fn parent(self) -> Option<NodeRef<'d>> {
        self.node().parent.map(|(id, _)| self.document.node(id))
    }

    /// The member whose value it is.
    pub fn as_member(self) -> Option<&'d Member> {
        let (parent, index) = self.node().parent?;
        self.document.node(parent).members().get(index as usize)
    }

    /// The key under which it stands in its object.
    pub fn key(self) -> Option<&'d Arc<str>> {
        self.as_member().map(|m| &m.key)
    }

    /// The bytes of the key under which it stands; its own bytes where it has none (array items, the root).
    pub fn key_span(self) -> Span {
        self.as_member().map_or(self.span(), |m| m.key_span)
    }

    /// AWS's path of this node, `/States/A/Choices[0]/Next`; empty for the root. Names are written raw.
    pub fn location(self) -> String {
        let mut steps = Vec::new();
        let mut node = self;
        while let Some((parent, index)) = node.node().parent {
            node = self.document.node(parent);
            steps.push((node, index));
        }
        let mut location = String::new();
        for (holder, index) in steps.into_iter().rev() {
            match holder.members().get(index as usize) {
                Some(member) => {
                    location.push('/');
                    location.push_str(&member.key);
                }
                None => {
                    location.push('[');
                    location.push_str(&index.to_string());
                    location.push(']');
                }
            }
        }
        location
    }

    /// What it is, in words: "a number".
    pub fn described(self) -> &'static str {
        match self.kind() {
            NodeKind::Null => "null",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::Placeholder(_) => "a placeholder",
            NodeKind::Array(_) => "an array",
            NodeKind::Object(_) => "an object",
        }
    }

    /// A span of one line for a finding about this node: a scalar's own bytes (cut at the end of its first line), the
    /// key of an array or object, or where it has no key its opening bracket (in YAML its first line).
    pub fn token_span(self) -> Span {
        let span = self.span();
        match self.kind() {
            NodeKind::Array(_) | NodeKind::Object(_) => match self.as_member() {
                Some(member) => member.key_span,
                None => {
                    let text = &self.document.file.text()[span.range()];
                    let bracket = text.starts_with(['{', '[']).then_some(1);
                    let first_line = || text.find(['\n', '\r']).unwrap_or(text.len());
                    let start = span.start as usize;
                    Span::new(start, start + bracket.unwrap_or_else(first_line))
                }
            },
            _ => {
                let text = &self.document.file.text()[span.range()];
                let mut lines = text.split(['\n', '\r']);
                let first = lines.next().unwrap_or(text);
                if self.document.format == Format::Yaml && text.starts_with(['|', '>']) {
                    // The header of a block scalar says nothing; its first words do.
                    if let Some(words) = lines.map(str::trim).find(|line| !line.is_empty()) {
                        let start = span.start as usize + (words.as_ptr() as usize - text.as_ptr() as usize);
                        return Span::new(start, start + words.len());
                    }
                }
                Span::new(span.start as usize, span.start as usize + first.len())
            }
        }
    }

    /// The bytes of the file that `part`, a range of this string's decoded text, comes from. The whole token (of one
    /// line, see [`NodeRef::token_span`]) where the text says something else, and for what is no string. An empty part
    /// gives an empty span.
    pub fn span_in_source(self, part: Range<usize>) -> Span {
        self.part_in_source(self.decoded_places().as_ref(), part)
    }

    /// The same of many parts, for which the string is decoded once.
    pub fn spans_in_source(self, parts: impl IntoIterator<Item = Range<usize>>) -> Vec<Span> {
        let Some(places) = self.decoded_places() else {
            let whole = self.token_span();
            return parts.into_iter().map(|_| whole).collect();
        };
        let span = |part| self.part_in_source(Some(&places), part);
        parts.into_iter().map(span).collect()
    }

    fn part_in_source(self, places: Option<&Places>, part: Range<usize>) -> Span {
        let (Some(places), Some(text)) = (places, self.as_str()) else {
            return self.token_span();
        };
        // A part that cuts a character has all of it.
        let from = (0..=part.start.min(text.len()))
            .rev()
            .find(|&i| text.is_char_boundary(i));
        let to = (part.end.min(text.len())..=text.len()).find(|&i| text.is_char_boundary(i));
        let part = from.unwrap_or(0)..to.unwrap_or(text.len());
        match (places.start(part.start), places.end(part.end)) {
            (Some(start), Some(_)) if part.is_empty() => Span::at(start),
            (Some(start), Some(end)) => Span::new(start, end),
            // An empty string has no parts: show its quotes.
            _ => self.token_span(),
        }
    }

    /// Where the parts of this string's decoded text stand; `None` where the text says something else.
    pub(super) fn decoded_places(self) -> Option<Places> {
        let text = self.as_str()?;
        Places::of(self.document.file.text(), self.span(), self.document.format, text)
    }

    /// The value, with placeholders as the strings they are written as. Of duplicate keys the last counts.
    pub fn to_value(self) -> Value {
        match self.kind() {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(b) => Value::Bool(*b),
            NodeKind::Number(n) => Value::Number(n.clone()),
            NodeKind::String(s) => Value::String(s.clone()),
            NodeKind::Placeholder(name) => Value::string(format!("${{{name}}}")),
            NodeKind::Array(_) => Value::array(self.items().map(NodeRef::to_value)),
            NodeKind::Object(members) => Value::object(
                members
                    .iter()
                    .map(|m| (m.key.clone(), self.document.node(m.value).to_value()))
                    .collect::<Map>(),
            ),
        }
    }
}
