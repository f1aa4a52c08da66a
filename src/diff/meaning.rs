//! What a value means, apart from how it is spelt: by the field it stands in and the language of its state.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::asl::QueryLanguage;
use crate::asl::fields::{Content, Kind};
use crate::expr::jsonata::{Delimited, delimited};
use crate::expr::spelling;
use crate::source::{NodeKind, NodeRef};
use crate::value::{Map, Number, Value};

use super::defaults;

/// A value, and how it is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant<'d> {
    pub(super) node: NodeRef<'d>,
    pub(super) content: Content,
}

impl<'d> Meant<'d> {
    /// The field `name` of an object of a `kind`, if it is there.
    pub(super) fn field(
        object: NodeRef<'d>,
        kind: Kind,
        name: &str,
        language: QueryLanguage,
    ) -> Option<Meant<'d>> {
        Some(Meant {
            node: object.get(name)?,
            content: Content::of(kind, name, language),
        })
    }

    /// The members of an object that mean something: no comments, of duplicate keys the last.
    pub(super) fn members(self) -> Vec<(&'d Arc<str>, Meant<'d>)> {
        let members = self.node.members();
        let counts = |i: usize, key: &Arc<str>| !members[i + 1..].iter().any(|other| other.key == *key);
        (members.iter().enumerate())
            .filter(|(_, member)| !self.is_comment(&member.key))
            // Objects of very many members are data or templates, where a duplicate is a mistake already told.
            .filter(|(i, member)| members.len() > 64 || counts(*i, &member.key))
            .map(|(_, member)| {
                let node = self.node.document().node(member.value);
                let content = self.member(&member.key);
                (&member.key, Meant { node, content })
            })
            .collect()
    }

    fn member(self, key: &str) -> Content {
        match self.content.member(key) {
            // States are compared one by one.
            Content::States(_) => Content::Data,
            content => content,
        }
    }

    fn is_comment(self, key: &str) -> bool {
        key == "Comment" && matches!(self.content, Content::Object(kind, _) if kind.field(key).is_some())
    }

    /// The member of an object.
    pub(super) fn get(self, key: &str) -> Option<Meant<'d>> {
        let node = self.node.get(key).filter(|_| !self.is_comment(key))?;
        let content = self.member(key);
        Some(Meant { node, content })
    }

    /// The items of a list.
    pub(super) fn items(self) -> impl ExactSizeIterator<Item = Meant<'d>> {
        self.node.items().map(move |node| Meant {
            node,
            content: self.content.item(),
        })
    }

    /// Its value in one spelling: defaults, comments and empty lists of handlers left out, paths and expressions spelt
    /// one way, numbers as integers where they are.
    pub(super) fn canonical(self) -> Value {
        match self.node.kind() {
            NodeKind::Null | NodeKind::Bool(_) | NodeKind::Placeholder(_) => self.node.to_value(),
            NodeKind::Number(number) => canonical_number(number),
            NodeKind::String(text) => self.text(text),
            NodeKind::Array(_) if self.content == Content::ErrorNames => {
                // What is no text has no place here; it keeps its own.
                let names: BTreeMap<String, Value> = (self.items())
                    .map(|item| (item.canonical().to_json(), item.canonical()))
                    .collect();
                Value::array(names.into_values())
            }
            NodeKind::Array(_) => Value::array(self.items().map(Meant::canonical)),
            NodeKind::Object(_) => Value::object(
                self.members()
                    .into_iter()
                    .filter_map(|(key, value)| Some((Arc::clone(key), self.unless_default(key, value)?)))
                    .collect::<Map>(),
            ),
        }
    }

    /// The canonical value of a member, unless it says what its absence says.
    pub(super) fn unless_default(self, key: &str, value: Meant<'d>) -> Option<Value> {
        let value = value.canonical();
        match self.content {
            Content::Object(kind, language) if defaults::is_default(kind, language, key, &value) => None,
            _ => Some(value),
        }
    }

    fn text(self, text: &Arc<str>) -> Value {
        match self.content {
            Content::Path => Value::string(spelling::path(text)),
            Content::PathOrCall => Value::string(spelling::path_or_call(text)),
            Content::Template(QueryLanguage::Jsonata) => match delimited(text) {
                Delimited::Expression(range) => {
                    Value::string(format!("{{% {} %}}", spelling::jsonata(&text[range])))
                }
                Delimited::Literal | Delimited::Unbalanced => Value::String(text.clone()),
            },
            _ => Value::String(text.clone()),
        }
    }

    /// Whether two values mean the same; where they are spelt the same nothing is copied.
    pub(super) fn equals(self, other: Meant<'_>) -> bool {
        (self.content == other.content && identical(self.node, other.node))
            || self.canonical() == other.canonical()
    }
}

/// `1.0` and `1e0` are `1`.
fn canonical_number(number: &Number) -> Value {
    match number.as_i64() {
        Some(integer) => Value::Number(Number::Int(integer)),
        None => Value::Number(number.clone()),
    }
}

/// Whether two values are spelt alike, but for white space, the order of keys, and what JSON and YAML do differently.
pub(super) fn identical(a: NodeRef<'_>, b: NodeRef<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (NodeKind::String(x), NodeKind::String(y)) => x == y,
        (NodeKind::Array(_), NodeKind::Array(_)) => {
            a.items().len() == b.items().len() && a.items().zip(b.items()).all(|(a, b)| identical(a, b))
        }
        (NodeKind::Object(xs), NodeKind::Object(ys)) => {
            xs.len() == ys.len()
                && xs.iter().enumerate().all(|(i, x)| {
                    // Mostly a member stands where it stood.
                    let y = ys.get(i).filter(|y| y.key == x.key).or_else(|| b.member(&x.key));
                    y.is_some_and(|y| identical(a.document().node(x.value), b.document().node(y.value)))
                })
        }
        (NodeKind::Array(_) | NodeKind::Object(_), _) | (_, NodeKind::Array(_) | NodeKind::Object(_)) => {
            false
        }
        _ => a.to_value() == b.to_value(),
    }
}
