//! What is known of a value without running anything: which members an object surely lacks.

use std::sync::Arc;

use crate::arrange::Arrange as _;
use crate::asl::QueryLanguage;
use crate::expr::jsonpath::{Path, Step, StepKind};
use crate::services::{Reply, Type};
use crate::source::{NodeKind, NodeRef};

/// An object that holds more members than this, those of inner objects included, is given up: nothing is known of it.
/// It bounds the work, and ends the growth of what a loop nests ever deeper.
const MAX_WEIGHT: usize = 100;

/// Of a longer array that is written out, nothing is said of its items.
const MOST_ITEMS: usize = 50;

/// The members of an object, by name. A list, since they are copied far more often than looked up.
type Members = Vec<(Arc<str>, Shape)>;

fn find(members: &[(Arc<str>, Shape)], name: &str) -> Result<usize, usize> {
    members.binary_search_by(|(known, _)| (**known).cmp(name))
}

/// The names of the members that lead to a place.
type Place = [Arc<str>];

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// It may be anything, and as an object have any member.
    Any,
    /// The same, and what the execution was started with has it behind these names. Only where that is followed.
    Given(Arc<[Arc<str>]>),
    /// What a service answers.
    Reply(Reply),
    /// An array, of so many items where that is known, and what each of them may be where that is.
    Array(Option<usize>, Option<Arc<Shape>>),
    /// An object that has no other members than these, or, when it is open, may have others.
    Object {
        /// The members it has or may have.
        members: Arc<Members>,
        /// Whether it may have others.
        open: bool,
        /// Where what the execution was started with has the others, as [`Shape::Given`].
        given: Option<Arc<[Arc<str>]>>,
        /// How many members there are, those of inner objects included.
        weight: usize,
    },
}

impl Shape {
    /// An object of just these members, of whose values nothing is known.
    pub(super) fn closed<'a>(names: impl IntoIterator<Item = &'a str>) -> Shape {
        Shape::written(names.into_iter().map(|name| (Arc::from(name), Shape::Any)))
    }

    /// An object of just these members; of two with one name the last counts.
    pub(super) fn written(members: impl Iterator<Item = (Arc<str>, Shape)>) -> Shape {
        let mut members: Members = members.collect();
        members.reverse();
        members.arrange_by(|a, b| a.0.cmp(&b.0));
        members.dedup_by(|a, b| a.0 == b.0);
        Shape::object(members, false, None)
    }

    /// An object of members in order. What an open one may have anyway is not kept: nothing would follow from it.
    fn object(mut members: Members, open: bool, given: Option<Arc<[Arc<str>]>>) -> Shape {
        if let Some(given) = &given {
            if members.is_empty() {
                return Shape::Given(given.clone());
            }
        } else if open {
            members.retain(|(_, member)| *member != Shape::Any);
            if members.is_empty() {
                return Shape::Any;
            }
        }
        let weights = members.iter().map(|(_, member)| match member {
            Shape::Any | Shape::Given(_) | Shape::Reply(_) | Shape::Array(..) => 1 + member.weight_of_item(),
            Shape::Object { weight, .. } => 1 + weight,
        });
        let weight = weights.sum();
        if weight > MAX_WEIGHT {
            return Shape::Any;
        }
        Shape::Object {
            members: Arc::new(members),
            open,
            given,
            weight,
        }
    }

    /// The shape of a value that is written out, taken as it stands.
    pub(super) fn literal(node: NodeRef<'_>) -> Shape {
        match node.kind() {
            NodeKind::Object(members) => Shape::written(
                members
                    .iter()
                    .map(|m| (m.key.clone(), Shape::literal(node.document().node(m.value)))),
            ),
            NodeKind::Array(items) => {
                let are_few = items.len() <= MOST_ITEMS && !node.is_open();
                let shapes = node.items().filter(|_| are_few).map(Shape::literal);
                let item = shapes.reduce(|all, item| all.join(&item));
                Shape::Array((!node.is_open()).then_some(items.len()), item.map(Arc::new))
            }
            _ => Shape::Any,
        }
    }

    /// The weight of what an array holds.
    fn weight_of_item(&self) -> usize {
        match self {
            Shape::Array(_, Some(item)) => match &**item {
                Shape::Object { weight, .. } => *weight,
                item => item.weight_of_item(),
            },
            _ => 0,
        }
    }

    /// What stands behind the properties `names`, of an array in its items; `None` where nothing is known of it.
    pub(super) fn look_into(&self, names: &[&str]) -> Option<Shape> {
        let mut shape = self.clone();
        for name in names {
            shape = shape.item().get([name], QueryLanguage::Jsonata)?;
        }
        Some(shape.item())
    }

    /// What an item of an array may be; of what is none, itself.
    fn item(self) -> Shape {
        match self {
            Shape::Array(_, Some(item)) => Shape::clone(&item).item(),
            Shape::Array(_, None) => Shape::Any,
            shape => shape,
        }
    }

    /// What the properties `names` lead to in `language`; `None` when one of them is surely missing. JSONata reads a name
    /// of an array in each of its items, and in JSONPath an array has no names.
    pub(super) fn get(
        &self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
        language: QueryLanguage,
    ) -> Option<Shape> {
        let each = language == QueryLanguage::Jsonata;
        let mut shape = self;
        let mut names = names.into_iter();
        while let Some(name) = names.next() {
            let given = match shape {
                Shape::Any => return Some(Shape::Any),
                Shape::Array(..) => return each.then_some(Shape::Any),
                Shape::Given(given) => given,
                Shape::Reply(reply) => {
                    let member = |reply: Reply, name: &str| match each {
                        true => reply.one().member(name),
                        false => reply.member(name).filter(|_| !is_list(reply)),
                    };
                    let first = member(*reply, name.as_ref())?;
                    let found = names.try_fold(first, |reply, name| member(reply, name.as_ref()));
                    return found.map(Shape::reply);
                }
                Shape::Object {
                    members, open, given, ..
                } => match (find(members, name.as_ref()), given) {
                    (Ok(index), _) => {
                        shape = &members[index].1;
                        continue;
                    }
                    (Err(_), Some(given)) => given,
                    (Err(_), None) if *open => return Some(Shape::Any),
                    (Err(_), None) => return None,
                },
            };
            let rest = std::iter::once(name).chain(names);
            let rest = rest.map(|name| Arc::from(name.as_ref()));
            return Some(Shape::Given(given.iter().cloned().chain(rest).collect()));
        }
        Some(shape.clone())
    }

    /// Whether what it stands for may have an item of this index, counted from the end below zero.
    pub(super) fn may_have_item(&self, index: i32) -> bool {
        let count = match self {
            Shape::Object { .. } => return false,
            Shape::Reply(reply) => return is_list(*reply) || reply.names().is_none(),
            Shape::Array(Some(count), _) => *count,
            Shape::Any | Shape::Given(_) | Shape::Array(None, _) => return true,
        };
        let at = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        if index < 0 { at <= count } else { at < count }
    }

    /// Whether the steps of a JSONPath may lead somewhere in it; those of which that cannot be told may.
    pub(super) fn may_lead(&self, steps: &[Step]) -> bool {
        let Some((first, rest)) = steps.split_first() else {
            return true;
        };
        let in_item = || match self {
            Shape::Array(_, item) => item.as_ref().is_none_or(|item| item.may_lead(rest)),
            Shape::Reply(reply) if is_list(*reply) => {
                reply.item().is_none_or(|item| Shape::reply(item).may_lead(rest))
            }
            _ => true,
        };
        match &first.kind {
            StepKind::Property(name) => {
                let found = self.get([name], QueryLanguage::JsonPath);
                found.is_some_and(|found| found.may_lead(rest))
            }
            StepKind::Index(index) => self.may_have_item(*index) && in_item(),
            StepKind::Wildcard | StepKind::Slice { .. } => in_item(),
            _ => true,
        }
    }

    /// Whether it is an array, of so many items where that is known.
    pub(super) fn array(&self) -> Option<Option<usize>> {
        match self {
            Shape::Array(count, _) => Some(*count),
            Shape::Reply(reply) if is_list(*reply) => Some(None),
            _ => None,
        }
    }

    /// Where what the execution was started with has it; `None` where it comes from anywhere else.
    pub(super) fn given(&self) -> Option<&[Arc<str>]> {
        match self {
            Shape::Given(given) => Some(given),
            Shape::Any | Shape::Reply(_) | Shape::Array(..) | Shape::Object { .. } => None,
        }
    }

    /// Where a member comes from that it is not known to have, where that is followed, and the members that it is known to
    /// have.
    pub(super) fn place(&self) -> Option<(&Place, Vec<Arc<str>>)> {
        match self {
            Shape::Given(given) => Some((given, Vec::new())),
            Shape::Object {
                given: Some(given), ..
            } => Some((given, self.names())),
            _ => None,
        }
    }

    /// What a service answers.
    pub(super) fn reply(reply: Reply) -> Shape {
        match reply {
            Reply::Open => Shape::Any,
            reply => Shape::Reply(reply),
        }
    }

    /// The members that it is known to have, or that it may have.
    pub(super) fn names(&self) -> Vec<Arc<str>> {
        match self {
            Shape::Any | Shape::Given(_) | Shape::Array(..) => Vec::new(),
            Shape::Reply(reply) => {
                let names = reply.one().names().unwrap_or_default();
                let mut names: Vec<Arc<str>> = names.iter().map(|name| Arc::from(&**name)).collect();
                names.sort();
                names
            }
            Shape::Object { members, .. } => members.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    /// What the JSONPath `path`, whose root has this shape, leads to; `None` when it leads nowhere.
    pub(super) fn follow(&self, path: &Path) -> Option<Shape> {
        let shape = self.get(properties(path), QueryLanguage::JsonPath)?;
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
        let (mut members, open, given) = match self {
            Shape::Any | Shape::Array(..) => (Members::new(), true, None),
            Shape::Given(given) => (Members::new(), true, Some(given.clone())),
            Shape::Reply(_) => match self.members() {
                None => (Members::new(), true, None),
                Some((members, open)) => (Members::clone(&members), open, None),
            },
            Shape::Object {
                members, open, given, ..
            } => (Members::clone(members), *open, given.clone()),
        };
        match find(&members, first) {
            Ok(index) => members[index].1 = members[index].1.insert(rest, value),
            Err(index) => {
                let inner = match (&given, open) {
                    (Some(given), _) => {
                        let inside = given.iter().chain([first]).cloned();
                        Shape::Given(inside.collect())
                    }
                    (None, true) => Shape::Any,
                    (None, false) => Shape::object(Members::new(), false, None),
                };
                members.insert(index, (first.clone(), inner.insert(rest, value)));
            }
        }
        Shape::object(members, open, given)
    }

    /// What is known when the value has either shape: a member that one of them has may be there.
    pub(super) fn join(&self, other: &Shape) -> Shape {
        if self.is_same(other) {
            return self.clone();
        }
        if let (Shape::Array(_, own), Shape::Array(_, others)) = (self, other) {
            let item = own.as_ref().zip(others.as_ref());
            return Shape::Array(None, item.map(|(own, others)| Arc::new(own.join(others))));
        }
        let (Some((a, open_a)), Some((b, open_b))) = (self.members(), other.members()) else {
            return Shape::Any;
        };
        // An open object says nothing of a member that the other one has alone.
        let alone = |(name, shape): &(Arc<str>, Shape), other_open: bool| match other_open {
            true => (name.clone(), Shape::Any),
            false => (name.clone(), shape.clone()),
        };
        let mut members = Members::with_capacity(a.len().max(b.len()));
        let (mut rest_a, mut rest_b) = (&a[..], &b[..]);
        loop {
            match (rest_a.split_first(), rest_b.split_first()) {
                (Some((mine, after_a)), Some((theirs, after_b))) if mine.0 == theirs.0 => {
                    members.push((mine.0.clone(), mine.1.join(&theirs.1)));
                    (rest_a, rest_b) = (after_a, after_b);
                }
                (Some((mine, after)), theirs) if theirs.is_none_or(|(theirs, _)| mine.0 < theirs.0) => {
                    members.push(alone(mine, open_b));
                    rest_a = after;
                }
                (_, Some((theirs, after))) => {
                    members.push(alone(theirs, open_a));
                    rest_b = after;
                }
                (Some(_), None) | (None, None) => break,
            }
        }
        Shape::object(members, open_a || open_b, None)
    }

    /// What may come from what the execution was started with, when the value has either shape.
    pub(super) fn join_given(&self, other: &Shape) -> Shape {
        let (
            Shape::Object {
                members: a,
                open: open_a,
                given: given_a,
                ..
            },
            Shape::Object {
                members: b,
                open: open_b,
                given: given_b,
                ..
            },
        ) = (self, other)
        else {
            return match (self, other) {
                (Shape::Given(_), _) | (_, Shape::Any) => self.clone(),
                (_, other) => other.clone(),
            };
        };
        // A member that only one of them has is given where the other one has what was given.
        let mut members = Members::new();
        for (name, mine) in a.iter() {
            match find(b, name) {
                Ok(index) => members.push((name.clone(), mine.join_given(&b[index].1))),
                Err(_) if given_b.is_none() => members.push((name.clone(), mine.clone())),
                Err(_) => {}
            }
        }
        if given_a.is_none() {
            members.extend(b.iter().filter(|(name, _)| find(a, name).is_err()).cloned());
        }
        members.arrange_by(|a, b| a.0.cmp(&b.0));
        let given = given_a.as_ref().or(given_b.as_ref()).cloned();
        Shape::object(members, *open_a || *open_b, given)
    }

    /// The members of an object, and whether it may have others; `None` for what may be anything.
    fn members(&self) -> Option<(Arc<Members>, bool)> {
        match self {
            Shape::Any | Shape::Given(_) | Shape::Array(..) => None,
            Shape::Reply(reply) => {
                let names = reply.spellings()?;
                let member = |name: &str| reply.member(name).map_or(Shape::Any, Shape::reply);
                match Shape::written(names.iter().map(|name| (Arc::from(&**name), member(name)))) {
                    Shape::Object { members, open, .. } => Some((members, open)),
                    Shape::Any | Shape::Given(_) | Shape::Reply(_) | Shape::Array(..) => None,
                }
            }
            Shape::Object { members, open, .. } => Some((members.clone(), *open)),
        }
    }

    /// Whether two shapes are known to be one, without comparing what they hold.
    pub(super) fn is_same(&self, other: &Shape) -> bool {
        match (self, other) {
            (Shape::Any, Shape::Any) => true,
            (Shape::Given(a), Shape::Given(b)) => a == b,
            (Shape::Reply(a), Shape::Reply(b)) => a == b,
            (Shape::Array(a, item_a), Shape::Array(b, item_b)) => {
                let is_same = match (item_a, item_b) {
                    (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a.is_same(b),
                    (a, b) => a.is_none() && b.is_none(),
                };
                a == b && is_same
            }
            (
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
            ) => Arc::ptr_eq(a, b) && open_a == open_b,
            _ => false,
        }
    }
}

fn is_list(reply: Reply) -> bool {
    matches!(reply, Reply::Part(Type::List(_), _))
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
