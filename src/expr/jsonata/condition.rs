//! An expression as a condition: what joins comparisons, and the comparisons, by their place in the text.

use std::sync::Arc;

use jlens_core::ast::{Ast, BinaryOp, Node, NodeKind};

use super::Expression;
use super::plain_path::is_bare;
use crate::asl::comparison;
use crate::expr::condition::{Comparison, Condition, Place, Relation, Side, Test};
use crate::expr::spelling;
use crate::value::{Number, Value};

/// Functions that give another answer each time.
const VARYING: [&str; 5] = ["random", "uuid", "millis", "now", "shuffle"];

/// Whether the function of this name gives another answer each time.
pub fn varies(name: &str) -> bool {
    VARYING.contains(&name)
}

impl Expression {
    /// What it asks, taken as the condition of a Choice rule.
    pub(crate) fn condition(&self) -> Condition {
        Reader(self.inner.ast()).condition(&self.inner.ast().root)
    }
}

struct Reader<'a>(&'a Ast);

impl Reader<'_> {
    fn condition(&self, node: &Node) -> Condition {
        let node = without_brackets(node);
        let known = if is_bare(&node.attrs) {
            self.known(node)
        } else {
            None
        };
        known.unwrap_or_else(|| match self.place(node) {
            Some(place) => compare(place, Test::Truth, Side::Value(Value::Null)),
            None => Condition::Opaque(self.text(node)),
        })
    }

    fn known(&self, node: &Node) -> Option<Condition> {
        Some(match &node.kind {
            NodeKind::Bool { value } => Condition::Constant(*value),
            NodeKind::Binary { op, lhs, rhs } => return self.binary(*op, lhs, rhs),
            NodeKind::Condition {
                condition,
                then,
                otherwise,
            } => {
                let when = Condition::And(vec![self.condition(condition), self.condition(then)]);
                let Some(otherwise) = otherwise else {
                    return Some(when);
                };
                // Joined with itself, what gives nothing is false, as it is here.
                let not = Condition::Not(Box::new(Condition::And(vec![self.condition(condition)])));
                Condition::Or(vec![when, Condition::And(vec![not, self.condition(otherwise)])])
            }
            NodeKind::Function { procedure, args } => match (&procedure.kind, args.as_slice()) {
                (NodeKind::Variable { name }, [of]) => match name.as_str() {
                    "not" => Condition::Not(Box::new(self.condition(of))),
                    "boolean" => self.condition(of),
                    "exists" => {
                        let present = Test::Operator(comparison("IsPresent")?);
                        compare(
                            self.place(without_brackets(of))?,
                            present,
                            Side::Value(Value::Bool(true)),
                        )
                    }
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        })
    }

    fn binary(&self, op: BinaryOp, lhs: &Node, rhs: &Node) -> Option<Condition> {
        let relation = match op {
            BinaryOp::And => return Some(Condition::And(vec![self.condition(lhs), self.condition(rhs)])),
            BinaryOp::Or => return Some(Condition::Or(vec![self.condition(lhs), self.condition(rhs)])),
            BinaryOp::In => return self.is_one_of(lhs, rhs),
            op => relation(op)?,
        };
        let (lhs, rhs) = (without_brackets(lhs), without_brackets(rhs));
        Some(match (literal(lhs), literal(rhs)) {
            (None, Some(right)) => compare(self.place(lhs)?, Test::Relation(relation), Side::Value(right)),
            (Some(left), None) => compare(
                self.place(rhs)?,
                Test::Relation(relation.turned()),
                Side::Value(left),
            ),
            (None, None) => compare(
                self.place(lhs)?,
                Test::Relation(relation),
                Side::Place(self.place(rhs)?),
            ),
            (Some(_), Some(_)) => return None,
        })
    }

    /// `x in ["a", "b"]`
    fn is_one_of(&self, lhs: &Node, rhs: &Node) -> Option<Condition> {
        let place = self.place(without_brackets(lhs))?;
        let NodeKind::Array { items } = &without_brackets(rhs).kind else {
            return None;
        };
        let equals = |item: &Node| {
            let value = literal(without_brackets(item))?;
            Some(compare(
                place.clone(),
                Test::Relation(Relation::Equal),
                Side::Value(value),
            ))
        };
        let parts: Vec<Condition> = items.iter().map(equals).collect::<Option<_>>()?;
        (!parts.is_empty()).then_some(Condition::Or(parts))
    }

    /// A part of the expression as a place; `None` where its value differs from one evaluation to the next.
    fn place(&self, node: &Node) -> Option<Place> {
        let mut varies = false;
        node.walk(&mut |inner| {
            varies |= matches!(&inner.kind, NodeKind::Variable { name } if VARYING.contains(&name.as_str()));
        });
        (!varies).then(|| Place::Text(self.text(node)))
    }

    fn text(&self, node: &Node) -> Arc<str> {
        let text = self.0.source.get(node.span.start..node.span.end);
        spelling::jsonata(text.unwrap_or(&self.0.source)).into()
    }
}

fn compare(place: Place, test: Test, side: Side) -> Condition {
    Condition::Compare(Box::new(Comparison { place, test, side }))
}

/// The expression in round brackets.
fn without_brackets(node: &Node) -> &Node {
    match &node.kind {
        NodeKind::Block { exprs, .. } if is_bare(&node.attrs) => match exprs.as_slice() {
            [only] => without_brackets(only),
            _ => node,
        },
        _ => node,
    }
}

fn literal(node: &Node) -> Option<Value> {
    let number = |value: f64| {
        let number = Number::Float(value);
        Value::Number(number.as_i64().map_or(number, Number::Int))
    };
    Some(match &node.kind {
        NodeKind::String { value } => Value::from(value.as_str()),
        NodeKind::Number { value } => number(*value),
        NodeKind::Negate { expr } => match expr.kind {
            NodeKind::Number { value } => number(-value),
            _ => return None,
        },
        NodeKind::Bool { value } => Value::Bool(*value),
        NodeKind::Null => Value::Null,
        _ => return None,
    })
}

/// The relation that an operator asks for, where it asks for one.
pub(super) fn relation(op: BinaryOp) -> Option<Relation> {
    Some(match op {
        BinaryOp::Eq => Relation::Equal,
        BinaryOp::Ne => Relation::NotEqual,
        BinaryOp::Lt => Relation::Less,
        BinaryOp::Le => Relation::LessEqual,
        BinaryOp::Gt => Relation::Greater,
        BinaryOp::Ge => Relation::GreaterEqual,
        _ => return None,
    })
}
