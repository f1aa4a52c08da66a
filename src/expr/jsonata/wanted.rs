//! Values with which a filter lets an item pass.

use jlens_core::ast::{BinaryOp, Node, NodeKind};

use super::condition::relation;
use super::trace::{Tracer, number};
use crate::expr::condition::Relation;
use crate::expr::shapes::{Kind, Shape};
use crate::value::Value;

/// Functions whose result is like what they are given: one that is fine for the result is fine for that.
const ALIKE: [&str; 5] = ["lowercase", "uppercase", "trim", "string", "boolean"];

impl Tracer<'_> {
    /// Suggests values with which `node` is `truth`, where nothing better is known.
    pub(super) fn hold(&mut self, node: &Node, context: Shape, truth: bool) {
        match &node.kind {
            NodeKind::Block { exprs, .. } => {
                if let [only] = &exprs[..] {
                    self.hold(only, context, truth);
                }
            }
            NodeKind::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or),
                lhs,
                rhs,
            } => {
                self.hold(lhs, context, truth);
                // One of the two decides what the whole is.
                if truth == (*op == BinaryOp::And) {
                    self.hold(rhs, context, truth);
                }
            }
            NodeKind::Binary { op, lhs, rhs } => {
                if let Some(relation) = relation(*op) {
                    let relation = if truth { relation } else { relation.complement() };
                    self.related(relation, lhs, rhs, context);
                }
            }
            NodeKind::Function { procedure, args } => match (name_of(procedure), &args[..]) {
                (Some("not"), [inner]) => self.hold(inner, context, !truth),
                (Some("contains"), [text, part]) if truth => {
                    let (text, part) = (self.value(text, context), self.value(part, context));
                    if let Some(part) = self.shapes.settled(part) {
                        self.shapes.suggest(text, &part);
                    }
                }
                _ => {}
            },
            // A name of the item; what begins otherwise may be an index.
            NodeKind::Name { .. } => self.flag(node, context, truth),
            NodeKind::Path { steps, .. } if matches!(steps.first(), Some(first) if matches!(first.kind, NodeKind::Name { .. })) =>
            {
                self.flag(node, context, truth);
            }
            _ => {}
        }
    }

    fn flag(&mut self, node: &Node, context: Shape, truth: bool) {
        let place = self.value(node, context);
        self.shapes.suggest(place, &Value::Bool(truth));
    }

    fn related(&mut self, relation: Relation, lhs: &Node, rhs: &Node, context: Shape) {
        let (left, right) = (self.value(lhs, context), self.value(rhs, context));
        let (a, b) = (self.shapes.settled(left), self.shapes.settled(right));
        match (a, b) {
            (_, Some(value)) => self.related_to(lhs, left, relation, &value, context),
            (Some(value), None) => self.related_to(rhs, right, relation.turned(), &value, context),
            (None, None) => {
                let moment = |place| self.shapes.kind(place) == Some(Kind::Moment);
                if moment(left) || moment(right) {
                    self.shapes.expect(left, Kind::Moment);
                    self.shapes.expect(right, Kind::Moment);
                }
                if !self.moments(relation, lhs, context) && !self.moments(relation.turned(), rhs, context) {
                    self.both(relation, left, right);
                }
            }
        }
    }

    /// That what `node` gives stands so to `value`.
    fn related_to(&mut self, node: &Node, place: Shape, relation: Relation, value: &Value, context: Shape) {
        let NodeKind::Function { procedure, args } = &node.kind else {
            return self.shapes.suggest_relation(place, relation, value);
        };
        let (Some(name), [inner, ..]) = (name_of(procedure), &args[..]) else {
            return;
        };
        let inner = self.value(inner, context);
        if ALIKE.contains(&name) {
            self.shapes.suggest_relation(inner, relation, value);
        }
        let counts = |count: &usize| {
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            relation.holds_of(&number(*count as f64), value)
        };
        if name == "count"
            && let Some(count) = (1..10).find(counts)
        {
            self.shapes.nth(inner, count - 1);
        }
    }

    /// A moment that is before or after all that runs have to do with, where `node` reads one with `$toMillis`.
    fn moments(&mut self, relation: Relation, node: &Node, context: Shape) -> bool {
        let moment = match relation {
            Relation::Less | Relation::LessEqual => "2000-01-01T00:00:00Z",
            Relation::Greater | Relation::GreaterEqual => "2100-01-01T00:00:00Z",
            Relation::Equal | Relation::NotEqual => return false,
        };
        let place = match &node.kind {
            NodeKind::Function { procedure, args }
                if name_of(procedure) == Some("toMillis") && args.len() == 1 =>
            {
                self.value(&args[0], context)
            }
            _ => {
                let place = self.value(node, context);
                if self.shapes.kind(place) != Some(Kind::Moment) || self.shapes.is_computed(place) {
                    return false;
                }
                place
            }
        };
        self.shapes.prefer(place, &Value::from(moment));
        !self.shapes.is_computed(place)
    }

    /// Two values that may both be chosen.
    fn both(&mut self, relation: Relation, left: Shape, right: Shape) {
        if !matches!(relation, Relation::Equal | Relation::NotEqual) {
            self.shapes.expect(left, Kind::Number);
            self.shapes.expect(right, Kind::Number);
        }
        let value = self.shapes.value(right);
        if matches!(value, Value::Object(_) | Value::Array(_)) {
            return;
        }
        self.shapes.suggest_relation(left, relation, &value);
        if self.shapes.settled(left).is_none() {
            self.shapes.suggest(right, &value);
        }
    }
}

fn name_of(procedure: &Node) -> Option<&str> {
    match &procedure.kind {
        NodeKind::Variable { name } => Some(name),
        _ => None,
    }
}
