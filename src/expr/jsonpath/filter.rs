//! Filters: `[?(@.status == 'paid' && @.total > 10)]`.

use std::cmp::Ordering;
use std::sync::Arc;

use regex::Regex;

use super::evaluate;
use super::path::Step;
use crate::value::Value;

/// A condition on an item.
#[derive(Debug, Clone)]
pub enum Filter {
    /// `a && b`
    And(Vec<Filter>),
    /// `a || b`
    Or(Vec<Filter>),
    /// `!a`
    Not(Box<Filter>),
    /// `@.a`: whether the place exists, null included.
    Exists(Operand),
    /// `a == b`
    Compare(Operand, CompareOperator, Operand),
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub enum Operand {
    /// `@.a`, from the item.
    Item(Vec<Step>),
    /// `$.a`, from the whole document.
    Document(Vec<Step>),
    /// A literal.
    Literal(Value),
    /// `/pattern/flags`
    Pattern(Regex),
}

/// Jayway's operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOperator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `=~`: the whole text matches the pattern.
    Matches,
    /// `in`: the left value is in the right list.
    In,
    /// `nin`: it is not.
    NotIn,
    /// `contains`: the left list or text holds the right value.
    Contains,
    /// `all`: the left list holds every item of the right one.
    All,
    /// `subsetof`: every item of the left list is in the right one.
    SubsetOf,
    /// `anyof`: some item of the left list is in the right one.
    AnyOf,
    /// `noneof`: none is.
    NoneOf,
    /// `size`: the left list or text has so many items.
    Size,
    /// `empty`: whether the left list or text has no items.
    Empty,
}

impl CompareOperator {
    /// All operators with their spelling; where one begins another, the longer stands first.
    pub const ALL: [(&'static str, CompareOperator); 16] = [
        ("==", CompareOperator::Equal),
        ("=~", CompareOperator::Matches),
        ("!=", CompareOperator::NotEqual),
        ("<=", CompareOperator::LessEqual),
        (">=", CompareOperator::GreaterEqual),
        ("<", CompareOperator::Less),
        (">", CompareOperator::Greater),
        ("in", CompareOperator::In),
        ("nin", CompareOperator::NotIn),
        ("contains", CompareOperator::Contains),
        ("all", CompareOperator::All),
        ("subsetof", CompareOperator::SubsetOf),
        ("anyof", CompareOperator::AnyOf),
        ("noneof", CompareOperator::NoneOf),
        ("size", CompareOperator::Size),
        ("empty", CompareOperator::Empty),
    ];
}

impl Filter {
    /// Whether `item`, a part of `document`, passes. `@` "does not match scalar values. It only matches objects"
    /// [Using JSONPath paths: Reference paths], so no filter accepts a text, a number, a boolean or null.
    pub(super) fn accepts(&self, item: &Value, document: &Value) -> bool {
        matches!(item, Value::Object(_) | Value::Array(_)) && self.holds(item, document)
    }

    fn holds(&self, item: &Value, document: &Value) -> bool {
        match self {
            Filter::And(all) => all.iter().all(|filter| filter.holds(item, document)),
            Filter::Or(any) => any.iter().any(|filter| filter.holds(item, document)),
            Filter::Not(inner) => !inner.holds(item, document),
            Filter::Exists(operand) => operand.value(item, document).is_some(),
            Filter::Compare(left, CompareOperator::Matches, right) => matches(left, right, item, document),
            Filter::Compare(left, operator, right) => {
                let (left, right) = (left.value(item, document), right.value(item, document));
                compare(*operator, left.as_ref(), right.as_ref())
            }
        }
    }
}

impl Operand {
    /// Its value; `None` when the place does not exist.
    fn value(&self, item: &Value, document: &Value) -> Option<Value> {
        let (steps, from) = match self {
            Operand::Item(steps) => (steps, item),
            Operand::Document(steps) => (steps, document),
            Operand::Literal(value) => return Some(value.clone()),
            Operand::Pattern(_) => return None,
        };
        let definite = steps.iter().all(|step| step.kind.is_definite());
        evaluate::apply(steps, definite, from).ok().flatten()
    }
}

/// `=~` takes the pattern on either side, as Jayway does.
fn matches(left: &Operand, right: &Operand, item: &Value, document: &Value) -> bool {
    let (pattern, other) = match (left, right) {
        (other, Operand::Pattern(pattern)) | (Operand::Pattern(pattern), other) => (pattern, other),
        _ => return false,
    };
    match other.value(item, document) {
        Some(Value::String(text)) => pattern.is_match(&text),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => pattern.is_match(&value.to_json()),
        _ => false,
    }
}

fn compare(operator: CompareOperator, left: Option<&Value>, right: Option<&Value>) -> bool {
    use CompareOperator as Op;
    if operator == Op::NotEqual {
        return !equal(left, right);
    }
    let (Some(left), Some(right)) = (left, right) else {
        return false;
    };
    let ordered = |accept: fn(Ordering) -> bool| order(left, right).is_some_and(accept);
    match operator {
        Op::Equal => equal(Some(left), Some(right)),
        Op::NotEqual | Op::Matches => false,
        Op::Less => ordered(Ordering::is_lt),
        Op::LessEqual => ordered(Ordering::is_le),
        Op::Greater => ordered(Ordering::is_gt),
        Op::GreaterEqual => ordered(Ordering::is_ge),
        Op::In => right.as_array().is_some_and(|list| contains(list, left)),
        Op::NotIn => right.as_array().is_some_and(|list| !contains(list, left)),
        Op::Contains => match (left, right) {
            (Value::String(text), Value::String(part)) => text.contains(&**part),
            (Value::Array(list), item) => contains(list, item),
            _ => false,
        },
        Op::All => lists(left, right, |a, b| b.iter().all(|item| contains(a, item))),
        Op::SubsetOf => lists(left, right, |a, b| a.iter().all(|item| contains(b, item))),
        Op::AnyOf => lists(left, right, |a, b| a.iter().any(|item| contains(b, item))),
        Op::NoneOf => lists(left, right, |a, b| !a.iter().any(|item| contains(b, item))),
        Op::Size => match (size(left), right.as_number()) {
            (Some(size), Some(number)) => number.as_i64() == i64::try_from(size).ok(),
            _ => false,
        },
        Op::Empty => match (size(left), right.as_bool()) {
            (Some(size), Some(expected)) => (size == 0) == expected,
            _ => false,
        },
    }
}

/// Equality as Jayway's value nodes have it: a number equals the text that spells it, what is missing equals nothing.
fn equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(Value::Number(number)), Some(Value::String(text)))
        | (Some(Value::String(text)), Some(Value::Number(number))) => {
            crate::value::Number::parse(text).is_some_and(|other| other == *number)
        }
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => Some(a.compare(b)),
        (Value::String(a), Value::String(b)) => Some(a.encode_utf16().cmp(b.encode_utf16())),
        _ => None,
    }
}

fn contains(list: &[Value], item: &Value) -> bool {
    list.iter().any(|other| equal(Some(other), Some(item)))
}

fn lists(left: &Value, right: &Value, test: impl Fn(&[Value], &[Value]) -> bool) -> bool {
    match (left, right) {
        (Value::Array(a), Value::Array(b)) => test(a, b),
        _ => false,
    }
}

fn size(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.encode_utf16().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(map) => Some(map.len()),
        _ => None,
    }
}

/// A list literal, for the parser.
pub(super) fn list(items: Vec<Value>) -> Value {
    Value::Array(Arc::new(items))
}
