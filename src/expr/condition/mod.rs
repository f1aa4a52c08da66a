//! Conditions of Choice rules, in both query languages as one tree, and what can be told of them without a value: which
//! covers which, which exclude one another, how they are spelt. The engine runs what it compiles from the same tree.

mod domain;
mod facts;
mod line;
mod operator;
mod pattern;
mod read;
mod spelling;

use std::sync::Arc;

use crate::asl;
use crate::expr::jsonpath::Path;
use crate::value::Value;

pub use facts::{Claim, Facts, cover_everything};
pub use operator::{Comparator, Relation};

/// When a rule of a Choice state holds.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The same for every input.
    Constant(bool),
    /// All of them.
    And(Vec<Condition>),
    /// One of them at least.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A comparison.
    Compare(Box<Comparison>),
    /// A JSONata expression: its text in one spelling, and the same as a tree.
    Expression(Arc<str>, Box<Condition>),
    /// Nothing can be told of it: it does not parse, or it gives another answer each time. The text in one spelling.
    Opaque(Arc<str>),
}

/// What is compared, how, and with what.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The left side.
    pub place: Place,
    /// The operator.
    pub test: Test,
    /// The right side.
    pub side: Side,
}

/// Where a value is found.
#[derive(Debug, Clone)]
pub enum Place {
    /// A path of JSONPath.
    Path(Path),
    /// An expression of JSONata, or a path that does not parse; in one spelling.
    Text(Arc<str>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    /// By an operator of JSONPath.
    Operator(&'static asl::Comparison),
    /// By an operator of JSONata.
    Relation(Relation),
    /// JSONata: taken as a boolean. There is no right side.
    Truth,
}

/// What a value is compared with.
#[derive(Debug, Clone)]
pub enum Side {
    /// A value of the definition.
    Value(Value),
    /// What is found at a place.
    Place(Place),
}

impl Condition {
    /// That a text is found at a place.
    pub fn is_text(place: &Place, text: &str) -> Condition {
        let test = match (place, asl::comparison("StringEquals")) {
            (Place::Path(_), Some(operator)) => Test::Operator(operator),
            _ => Test::Relation(Relation::Equal),
        };
        let (place, side) = (place.clone(), Side::Value(Value::from(text)));
        Condition::Compare(Box::new(Comparison { place, test, side }))
    }

    /// The places whose value it compares with a text of the definition.
    pub fn compared_with_text(&self) -> Vec<&Place> {
        match self {
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().flat_map(Condition::compared_with_text).collect()
            }
            Condition::Not(inner) | Condition::Expression(_, inner) => inner.compared_with_text(),
            Condition::Compare(comparison) => match comparison.side {
                Side::Value(Value::String(_)) => vec![&comparison.place],
                _ => Vec::new(),
            },
            Condition::Constant(_) | Condition::Opaque(_) => Vec::new(),
        }
    }

    /// That it is true.
    pub fn holds(&self) -> Claim<'_> {
        Claim::new(self, true)
    }

    /// That it is false, which an input makes it that does not fail the state.
    pub fn complement(&self) -> Claim<'_> {
        Claim::new(self, false)
    }

    /// Whether it is true, or fails the state, whenever `other` is true. `false` where that cannot be told.
    pub fn covers(&self, other: &Condition) -> bool {
        !facts::possible([other.holds(), self.complement()])
    }

    /// Whether it is never true together with `other`. `false` where that cannot be told.
    pub fn excludes(&self, other: &Condition) -> bool {
        !facts::possible([self.holds(), other.holds()])
    }

    /// Whether no input makes it true. `false` where that cannot be told.
    pub fn is_never_true(&self) -> bool {
        !facts::possible([self.holds()])
    }
}

#[cfg(test)]
mod tests;
