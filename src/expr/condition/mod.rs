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
use std::sync::OnceLock;

use crate::asl::{self, Operand};
use crate::expr::jsonata::Expression;
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
    /// A JSONata expression.
    Expression(Box<Jsonata>),
    /// Nothing can be told of it: it does not parse, or it gives another answer each time.
    Opaque(Arc<str>),
}

/// A JSONata expression, which is taken apart when somebody asks what it means: most only show it.
#[derive(Debug, Clone)]
pub struct Jsonata {
    text: Arc<str>,
    /// The definition's own; `None` where the text is none.
    expression: Option<Arc<Expression>>,
    meaning: OnceLock<Condition>,
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

impl Jsonata {
    /// The expression as a tree of comparisons.
    pub fn meaning(&self) -> &Condition {
        self.meaning.get_or_init(|| match &self.expression {
            Some(expression) => expression.condition(),
            None => Condition::Opaque(self.text.clone()),
        })
    }
}

impl Comparison {
    /// Whether numbers or moments are compared: how often, how long, how late.
    pub fn is_of_amounts(&self) -> bool {
        match (self.test, &self.side) {
            (Test::Operator(operator), _) => matches!(operator.operand, Operand::Number | Operand::Timestamp),
            (Test::Relation(_), Side::Value(value)) => value.as_number().is_some(),
            (Test::Relation(relation), Side::Place(_)) => {
                !matches!(relation, Relation::Equal | Relation::NotEqual)
            }
            (Test::Truth, _) => false,
        }
    }
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

    /// The comparisons in it.
    pub fn comparisons(&self) -> Vec<&Comparison> {
        let (mut found, mut open) = (Vec::new(), vec![self]);
        while let Some(condition) = open.pop() {
            match condition {
                Condition::And(parts) | Condition::Or(parts) => open.extend(parts.iter().rev()),
                Condition::Not(inner) => open.push(inner),
                Condition::Expression(expression) => open.push(expression.meaning()),
                Condition::Compare(comparison) => found.push(&**comparison),
                Condition::Constant(_) | Condition::Opaque(_) => {}
            }
        }
        found
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
