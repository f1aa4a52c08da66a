//! Values that a service answers: its model says which members they have, and of which type.

use std::sync::Arc;

use super::{Firm, Kind, MOST_DEEP, Shape, Shapes, What};
use crate::services::{self, Reply, Type};
use crate::value::Value;

impl Shapes {
    /// The member `name` of what a service answers, with a value of its type; nothing where it has no such member.
    pub(super) fn given_member(&mut self, of: Shape, name: &str) -> Shape {
        let node = self.node(of);
        let (depth, given) = (node.depth + 1, node.given);
        if depth > MOST_DEEP {
            return self.computed(None);
        }
        let name: Arc<str> = Arc::from(name);
        let Some(found) = given.member(&name) else {
            return self.never(depth, &name);
        };
        let member = self.of_type(found, depth, &name);
        if let What::Object(members) = &mut self.change(of).what {
            members.insert(name, member);
        }
        member
    }

    /// Gives an empty list of what a service answers its first item.
    pub(super) fn fill(&mut self, list: Shape) {
        let node = self.node(list);
        let (depth, given, name) = (node.depth + 1, node.given, node.name.clone());
        let empty = matches!(&node.what, What::Items(items) if items.is_empty());
        if !empty || !self.may_change(list) || depth > MOST_DEEP || given.part().is_none() {
            return;
        }
        if let Some(item) = given.item() {
            let item = self.of_type(item, depth, &name);
            self.change(list).what = What::List(item, 1);
        }
    }

    /// What is surely not there, and not asked for either.
    pub fn nothing(&mut self) -> Shape {
        self.never(0, &Arc::from(""))
    }

    /// What nobody answers.
    fn never(&mut self, depth: u16, name: &Arc<str>) -> Shape {
        let shape = self.add(What::Any, Firm::Fixed, depth, name);
        self.nodes[shape.0 as usize].absent = true;
        shape
    }

    /// Whether it is what nobody answers.
    pub(super) fn is_never(&self, shape: Shape) -> bool {
        let node = self.node(shape);
        node.absent && node.firm == Firm::Fixed
    }

    /// An example of a type.
    fn of_type(&mut self, given: Reply, depth: u16, name: &Arc<str>) -> Shape {
        let Some((shape, spelling)) = given.part() else {
            let shape = self.add(What::Any, Firm::Open, depth, name);
            self.nodes[shape.0 as usize].given = given;
            return shape;
        };
        // What it holds besides is added when it is read.
        let least = services::least(name, shape, spelling, 2);
        self.of_value(&Value::from(&least), given, Firm::Open, depth, name)
    }

    /// What stands for an object of which nothing is read, where a service answers it: an attribute of DynamoDB is a text.
    pub(super) fn unread(&self, shape: Shape) -> Option<(Arc<str>, Value)> {
        let node = self.node(shape);
        let (Type::Structure(structure), spelling) = node.given.part()? else {
            return None;
        };
        let first = structure.members().next()?;
        let text = matches!(first.shape.resolve(), Type::Text(_));
        text.then(|| {
            (
                Arc::from(&*spelling.write(first.name)),
                Value::String(node.name.clone()),
            )
        })
    }

    /// Whether it may be of a kind, where a service answers it.
    pub(super) fn may_become(&self, shape: Shape, kind: Kind) -> bool {
        let shape = match self.node(shape).given {
            Reply::Open => return true,
            Reply::Whole(_) => return kind == Kind::Object,
            Reply::Part(shape, _) => shape,
        };
        match kind {
            Kind::Text | Kind::Moment | Kind::Base64 | Kind::Digits => {
                matches!(shape, Type::Text(_) | Type::Content | Type::Blob(_))
            }
            Kind::Number => matches!(shape, Type::Number { .. }),
            Kind::Boolean => matches!(shape, Type::Boolean),
            Kind::Object => matches!(shape, Type::Structure(_) | Type::Map(_)),
            Kind::List => matches!(shape, Type::List(_)),
        }
    }
}
