//! Comparing values by what they mean, and spelling them.

use std::sync::Arc;

use crate::graph::expression;
use crate::source::{NodeKind, NodeRef};
use crate::value::{Map, Value};

/// A node's value with the spellings of an expression made one: white space inside `{% %}` does not count.
pub(super) fn canonical(node: NodeRef<'_>) -> Value {
    normal(&node.to_value())
}

/// Whether two values mean the same, as [`canonical`] makes them; nothing is copied.
pub(super) fn equal(a: NodeRef<'_>, b: NodeRef<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (NodeKind::String(x), NodeKind::String(y)) => {
            x == y || (x.len() != y.len() && canonical(a) == canonical(b))
        }
        (NodeKind::Array(_), NodeKind::Array(_)) => {
            a.items().len() == b.items().len() && a.items().zip(b.items()).all(|(a, b)| equal(a, b))
        }
        (NodeKind::Object(xs), NodeKind::Object(ys)) => {
            xs.len() == ys.len()
                && xs.iter().enumerate().all(|(i, x)| {
                    // Mostly a member stands where it stood.
                    let y = ys.get(i).filter(|y| y.key == x.key).or_else(|| b.member(&x.key));
                    y.is_some_and(|y| equal(a.document().node(x.value), b.document().node(y.value)))
                })
        }
        (NodeKind::Array(_) | NodeKind::Object(_), _) | (_, NodeKind::Array(_) | NodeKind::Object(_)) => {
            false
        }
        _ => a.to_value() == b.to_value(),
    }
}

fn normal(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let inner = expression(text);
            if inner.len() == text.len() {
                value.clone()
            } else {
                Value::string(format!("{{% {inner} %}}"))
            }
        }
        Value::Array(items) => Value::array(items.iter().map(normal)),
        Value::Object(map) => Value::object(
            map.iter()
                .map(|(key, item)| (Arc::clone(key), normal(item)))
                .collect::<Map>(),
        ),
        _ => value.clone(),
    }
}

/// A value on one line, cut when it is long.
pub(super) fn spell(value: &Value) -> String {
    const LONGEST: usize = 72;
    let text = value.to_json();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let kept: String = text.chars().take(LONGEST - 3).collect();
    format!("{kept}...")
}

/// A difference inside a value: the path to it below the field, and what stands at either side.
pub(super) struct Leaf<'o, 'n> {
    /// `.QueueUrl`, `[2].id`; empty when the whole value differs.
    pub(super) path: String,
    pub(super) old: Option<NodeRef<'o>>,
    pub(super) new: Option<NodeRef<'n>>,
}

/// The smallest differences between two values: members of objects one by one, items of arrays of one length.
pub(super) fn leaves<'o, 'n>(old: NodeRef<'o>, new: NodeRef<'n>) -> Vec<Leaf<'o, 'n>> {
    let mut found = Vec::new();
    collect(old, new, String::new(), &mut found);
    found
}

fn collect<'o, 'n>(old: NodeRef<'o>, new: NodeRef<'n>, path: String, found: &mut Vec<Leaf<'o, 'n>>) {
    if old.is_object() && new.is_object() {
        for member in old.members() {
            let before = old.document().node(member.value);
            let path = format!("{path}.{}", member.key);
            match new.get(&member.key) {
                Some(after) => collect(before, after, path, found),
                None => found.push(Leaf {
                    path,
                    old: Some(before),
                    new: None,
                }),
            }
        }
        for member in new.members() {
            if old.get(&member.key).is_none() {
                found.push(Leaf {
                    path: format!("{path}.{}", member.key),
                    old: None,
                    new: Some(new.document().node(member.value)),
                });
            }
        }
    } else if old.is_array() && new.is_array() && old.items().len() == new.items().len() {
        for (i, (before, after)) in old.items().zip(new.items()).enumerate() {
            collect(before, after, format!("{path}[{i}]"), found);
        }
    } else if !equal(old, new) {
        found.push(Leaf {
            path,
            old: Some(old),
            new: Some(new),
        });
    }
}
