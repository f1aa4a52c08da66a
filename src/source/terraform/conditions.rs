//! Conditions and operators: as far as values are known, or are taken for something.

use std::cmp::Ordering;

use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOperator, Expression, UnaryOperator};

use super::module::{Place, span};
use super::value::{Evaluator, Kind, Val, Why};
use crate::value::Number;

impl Evaluator<'_> {
    /// Whether a condition holds: what is known, or else what is assumed.
    pub(super) fn holds(&mut self, file: usize, condition: &Expression) -> Option<bool> {
        if let Kind::Bool(known) = self.value(file, condition).kind {
            return Some(known);
        }
        let (mut inner, mut is_turned) = (condition, false);
        loop {
            match inner {
                Expression::Parenthesis(parenthesis) => inner = parenthesis.inner(),
                Expression::UnaryOp(op) if *op.operator.value() == UnaryOperator::Not => {
                    (inner, is_turned) = (&op.expr, !is_turned);
                }
                _ => break,
            }
        }
        let source = self.source(file);
        let written = source.text().get(span(inner.span()).range()).unwrap_or_default();
        let text = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let known = self.assumed.iter().find(|(condition, _)| *condition == text);
        match known {
            Some((_, holds)) => Some(*holds != is_turned),
            None => {
                self.met.get_or_insert(text);
                None
            }
        }
    }

    /// What an operator gives of values that are known: enough for `!true` and `local.env == "prod"`.
    pub(super) fn operation(&mut self, place: Place, expression: &Expression) -> Val {
        let known = match expression {
            Expression::UnaryOp(op) => {
                let value = self.value(place.file, &op.expr).kind;
                match (*op.operator.value(), value) {
                    (UnaryOperator::Not, Kind::Bool(value)) => Some(Kind::Bool(!value)),
                    (UnaryOperator::Neg, Kind::Number(number)) => {
                        let spelt = number.to_string();
                        let negative = match spelt.strip_prefix('-') {
                            Some(positive) => positive.to_owned(),
                            None => format!("-{spelt}"),
                        };
                        Number::parse(&negative).map(Kind::Number)
                    }
                    _ => None,
                }
            }
            Expression::BinaryOp(op) => {
                let operator = *op.operator.value();
                let left = self.value(place.file, &op.lhs_expr);
                let right = self.value(place.file, &op.rhs_expr);
                let compared = compared(operator, &left, &right).map(Kind::Bool);
                compared.or_else(|| calculated(operator, &left, &right).map(Kind::Number))
            }
            _ => None,
        };
        match known {
            Some(kind) => Val::new(kind, place),
            None => self.unknown(place, Why::Computed),
        }
    }
}

/// What a comparison of two values gives, or a word between two conditions.
fn compared(operator: BinaryOperator, left: &Val, right: &Val) -> Option<bool> {
    let equal = || match (&left.kind, &right.kind) {
        (Kind::Text(_), Kind::Text(_)) => left.as_text().zip(right.as_text()).map(|(a, b)| a == b),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Number(a), Kind::Number(b)) => Some(number(a)? == number(b)?),
        (Kind::Null, Kind::Null) => Some(true),
        (Kind::Unknown { .. }, _) | (_, Kind::Unknown { .. }) => None,
        (Kind::Null, _) | (_, Kind::Null) => Some(false),
        _ => None,
    };
    let ordered = || match (&left.kind, &right.kind) {
        (Kind::Number(a), Kind::Number(b)) => number(a)?.partial_cmp(&number(b)?),
        _ => None,
    };
    match (operator, &left.kind, &right.kind) {
        (BinaryOperator::Eq, ..) => equal(),
        (BinaryOperator::NotEq, ..) => equal().map(|equal| !equal),
        (BinaryOperator::Less, ..) => ordered().map(Ordering::is_lt),
        (BinaryOperator::LessEq, ..) => ordered().map(Ordering::is_le),
        (BinaryOperator::Greater, ..) => ordered().map(Ordering::is_gt),
        (BinaryOperator::GreaterEq, ..) => ordered().map(Ordering::is_ge),
        // Whatever the other one is.
        (BinaryOperator::And, Kind::Bool(false), _) | (BinaryOperator::And, _, Kind::Bool(false)) => {
            Some(false)
        }
        (BinaryOperator::Or, Kind::Bool(true), _) | (BinaryOperator::Or, _, Kind::Bool(true)) => Some(true),
        (BinaryOperator::And, Kind::Bool(true), Kind::Bool(true)) => Some(true),
        (BinaryOperator::Or, Kind::Bool(false), Kind::Bool(false)) => Some(false),
        _ => None,
    }
}

fn number(number: &Number) -> Option<f64> {
    number.to_string().parse().ok()
}

/// What is calculated of two whole numbers: enough for `length(list) - 1`.
fn calculated(operator: BinaryOperator, left: &Val, right: &Val) -> Option<Number> {
    let (Kind::Number(left), Kind::Number(right)) = (&left.kind, &right.kind) else {
        return None;
    };
    let whole = |number: &Number| number.to_string().parse::<i64>().ok();
    let (left, right) = (whole(left)?, whole(right)?);
    let result = match operator {
        BinaryOperator::Plus => left.checked_add(right)?,
        BinaryOperator::Minus => left.checked_sub(right)?,
        BinaryOperator::Mul => left.checked_mul(right)?,
        BinaryOperator::Mod => left.checked_rem(right)?,
        _ => return None,
    };
    Number::parse(&result.to_string())
}
