//! What is known of a value without running anything: which members an object surely lacks.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::expr::jsonpath::{Path, StepKind};
use crate::source::{NodeKind, NodeRef};

/// An object that holds more members than this, those of inner objects included, is given up: nothing is known of it.
/// It bounds the work, and ends the growth of what a loop nests ever deeper.
const MAX_WEIGHT: usize = 100;

/// The members of an object.
type Members = BTreeMap<Arc<str>, Shape>;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// It may be anything, and as an object have any member.
    Any,
    /// An object that has no other members than these, or, when it is open, may have others.
    Object {
        /// The members it has or may have.
        members: Arc<Members>,
        /// Whether it may have others.
        open: bool,
        /// How many members there are, those of inner objects included.
        weight: usize,
    },
}

impl Shape {
    /// An object of just these members, of whose values nothing is known.
    pub(super) fn closed<'a>(names: impl IntoIterator<Item = &'a str>) -> Shape {
        Shape::object(
            names
                .into_iter()
                .map(|name| (Arc::from(name), Shape::Any))
                .collect(),
            false,
        )
    }

    /// An object. What an open one may have anyway is not kept: nothing would follow from it.
    pub(super) fn object(mut members: Members, open: bool) -> Shape {
        if open {
            members.retain(|_, member| *member != Shape::Any);
            if members.is_empty() {
                return Shape::Any;
            }
        }
        let weights = members.values().map(|member| match member {
            Shape::Any => 1,
            Shape::Object { weight, .. } => 1 + weight,
        });
        let weight = weights.sum();
        if weight > MAX_WEIGHT {
            return Shape::Any;
        }
        Shape::Object {
            members: Arc::new(members),
            open,
            weight,
        }
    }

    /// The shape of a value that is written out, taken as it stands.
    pub(super) fn literal(node: NodeRef<'_>) -> Shape {
        match node.kind() {
            NodeKind::Object(members) => Shape::object(
                members
                    .iter()
                    .map(|m| (m.key.clone(), Shape::literal(node.document().node(m.value))))
                    .collect(),
                false,
            ),
            _ => Shape::Any,
        }
    }

    /// What the properties `names` lead to; `None` when one of them is surely missing.
    pub(super) fn get<'a>(&self, names: impl IntoIterator<Item = &'a Arc<str>>) -> Option<Shape> {
        let mut shape = self;
        for name in names {
            match shape {
                Shape::Any => return Some(Shape::Any),
                Shape::Object { members, open, .. } => match members.get(name) {
                    Some(member) => shape = member,
                    None if *open => return Some(Shape::Any),
                    None => return None,
                },
            }
        }
        Some(shape.clone())
    }

    /// What `path`, whose root has this shape, leads to; `None` when it leads nowhere.
    pub(super) fn follow(&self, path: &Path) -> Option<Shape> {
        let shape = self.get(properties(path))?;
        let whole = path
            .steps()
            .iter()
            .all(|step| matches!(step.kind, StepKind::Property(_)));
        Some(if whole { shape } else { Shape::Any })
    }

    /// The object with `value` put where the properties `names` lead, as ResultPath does it.
    pub(super) fn insert(&self, names: &[Arc<str>], value: Shape) -> Shape {
        let Some((first, rest)) = names.split_first() else {
            return value;
        };
        let (mut members, open) = match self {
            Shape::Any => (Members::new(), true),
            Shape::Object { members, open, .. } => (Members::clone(members), *open),
        };
        let inner = members.get(first).cloned().unwrap_or(if open {
            Shape::Any
        } else {
            Shape::object(Members::new(), false)
        });
        members.insert(first.clone(), inner.insert(rest, value));
        Shape::object(members, open)
    }

    /// What is known when the value has either shape: a member that one of them has may be there.
    pub(super) fn join(&self, other: &Shape) -> Shape {
        let (
            Shape::Object {
                members: a,
                open: open_a,
                ..
            },
            Shape::Object {
                members: b,
                open: open_b,
                ..
            },
        ) = (self, other)
        else {
            return Shape::Any;
        };
        if Arc::ptr_eq(a, b) && open_a == open_b {
            return self.clone();
        }
        let mut members = Members::clone(a);
        for (name, shape) in b.iter() {
            let joined = match members.get(name) {
                Some(mine) => mine.join(shape),
                None => shape.clone(),
            };
            members.insert(name.clone(), joined);
        }
        // An open object says nothing of a member that the other one has.
        for (name, shape) in &mut members {
            if (*open_a && !a.contains_key(name)) || (*open_b && !b.contains_key(name)) {
                *shape = Shape::Any;
            }
        }
        Shape::object(members, *open_a || *open_b)
    }
}

/// The properties that a path begins with.
pub(super) fn properties(path: &Path) -> impl Iterator<Item = &Arc<str>> {
    path.steps().iter().map_while(|step| match &step.kind {
        StepKind::Property(name) => Some(name),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(shape: &Shape, path: &str) -> bool {
        shape
            .follow(&Path::parse(path).expect("a path of the test"))
            .is_none()
    }

    #[test]
    fn only_closed_objects_lack_members() {
        let closed = Shape::closed(["a"]);
        assert!(!missing(&closed, "$.a.b") && missing(&closed, "$.b") && missing(&closed, "$.b[0]"));
        assert!(!missing(&Shape::Any, "$.b"));
        let names = |text: &str| text.split('.').map(Arc::from).collect::<Vec<Arc<str>>>();
        let with = Shape::Any.insert(&names("r"), Shape::closed(["x"]));
        assert!(!missing(&with, "$.other") && missing(&with, "$.r.y") && !missing(&with, "$.r.x"));
        let deep = closed.insert(&names("b.c"), Shape::Any);
        assert!(!missing(&deep, "$.a") && !missing(&deep, "$.b.c") && missing(&deep, "$.b.d"));
        let joined = closed.join(&Shape::closed(["b"]));
        assert!(!missing(&joined, "$.a") && !missing(&joined, "$.b") && missing(&joined, "$.c"));
        assert!(!missing(&closed.join(&Shape::Any), "$.z"));
    }

    #[test]
    fn what_grows_in_a_loop_is_given_up() {
        let mut shape = Shape::closed(["a"]);
        for _ in 0..1_000 {
            let names: Vec<Arc<str>> = ["p", "q"].map(Arc::from).to_vec();
            shape = shape.insert(&names[..1], shape.clone());
            shape = shape.insert(&names[1..], shape.clone());
        }
        assert!(!missing(&shape, "$.p.q.p.a"));
    }
}
