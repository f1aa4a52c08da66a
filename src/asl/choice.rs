//! Choice rules, and the one table of their comparison operators.

use crate::source::NodeId;
use crate::value::Value;

use super::machine::Reference;

/// An entry of a Choice state's `Choices`.
#[derive(Debug, Clone)]
pub struct ChoiceRule {
    /// The rule's object.
    pub node: NodeId,
    /// Where it leads.
    pub next: Option<Reference>,
}

/// What a comparison operator takes on its right side, and tests its variable for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operand {
    /// `String...`: text, compared by UTF-16 code units as Java compares it.
    String,
    /// `StringMatches`: a pattern with `*`.
    Pattern,
    /// `Numeric...`
    Number,
    /// `BooleanEquals`
    Boolean,
    /// `Timestamp...`: RFC 3339.
    Timestamp,
    /// `Is...`: true or false, whether the variable is of the type.
    TypeTest,
}

impl Operand {
    /// Whether a value is of the type that the operators compare with.
    pub fn takes(self, value: &Value) -> bool {
        match self {
            Operand::String | Operand::Pattern | Operand::Timestamp => value.as_str().is_some(),
            Operand::Number => value.as_number().is_some(),
            Operand::Boolean | Operand::TypeTest => value.as_bool().is_some(),
        }
    }
}

/// A comparison operator of Choice rules in JSONPath.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// The field: `NumericLessThanPath`.
    pub name: &'static str,
    /// What it compares with.
    pub operand: Operand,
    /// Whether the right side is a path (`...Path`).
    pub is_path: bool,
}

const fn literal(name: &'static str, operand: Operand) -> Comparison {
    Comparison {
        name,
        operand,
        is_path: false,
    }
}

const fn path(name: &'static str, operand: Operand) -> Comparison {
    Comparison {
        name,
        operand,
        is_path: true,
    }
}

/// All comparison operators [states-language.net, "Choice state"; AWS, "Choice workflow state"].
pub const COMPARISONS: [Comparison; 39] = [
    literal("StringEquals", Operand::String),
    path("StringEqualsPath", Operand::String),
    literal("StringLessThan", Operand::String),
    path("StringLessThanPath", Operand::String),
    literal("StringGreaterThan", Operand::String),
    path("StringGreaterThanPath", Operand::String),
    literal("StringLessThanEquals", Operand::String),
    path("StringLessThanEqualsPath", Operand::String),
    literal("StringGreaterThanEquals", Operand::String),
    path("StringGreaterThanEqualsPath", Operand::String),
    literal("StringMatches", Operand::Pattern),
    literal("NumericEquals", Operand::Number),
    path("NumericEqualsPath", Operand::Number),
    literal("NumericLessThan", Operand::Number),
    path("NumericLessThanPath", Operand::Number),
    literal("NumericGreaterThan", Operand::Number),
    path("NumericGreaterThanPath", Operand::Number),
    literal("NumericLessThanEquals", Operand::Number),
    path("NumericLessThanEqualsPath", Operand::Number),
    literal("NumericGreaterThanEquals", Operand::Number),
    path("NumericGreaterThanEqualsPath", Operand::Number),
    literal("BooleanEquals", Operand::Boolean),
    path("BooleanEqualsPath", Operand::Boolean),
    literal("TimestampEquals", Operand::Timestamp),
    path("TimestampEqualsPath", Operand::Timestamp),
    literal("TimestampLessThan", Operand::Timestamp),
    path("TimestampLessThanPath", Operand::Timestamp),
    literal("TimestampGreaterThan", Operand::Timestamp),
    path("TimestampGreaterThanPath", Operand::Timestamp),
    literal("TimestampLessThanEquals", Operand::Timestamp),
    path("TimestampLessThanEqualsPath", Operand::Timestamp),
    literal("TimestampGreaterThanEquals", Operand::Timestamp),
    path("TimestampGreaterThanEqualsPath", Operand::Timestamp),
    literal("IsNull", Operand::TypeTest),
    literal("IsPresent", Operand::TypeTest),
    literal("IsNumeric", Operand::TypeTest),
    literal("IsString", Operand::TypeTest),
    literal("IsBoolean", Operand::TypeTest),
    literal("IsTimestamp", Operand::TypeTest),
];

/// The operator called `name`.
pub fn comparison(name: &str) -> Option<&'static Comparison> {
    COMPARISONS.iter().find(|c| c.name == name)
}
