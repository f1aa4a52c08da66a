//! Values with which a rule of a Choice state matches, or does not.

use super::data::{self, Around};
use crate::asl::Operand;
use crate::expr::condition::{Comparator, Comparison, Condition, Place, Relation, Side, Test};
use crate::expr::jsonata::Expression;
use crate::expr::shapes::{Kind, Shape, Shapes, candidates};
use crate::value::Value;

/// Decides on values with which `condition` is `truth`; `false` where there are none. What is computed may be anything.
pub(super) fn want(shapes: &mut Shapes, around: &Around<'_>, condition: &Condition, truth: bool) -> bool {
    match (condition, truth) {
        (Condition::Constant(value), truth) => *value == truth,
        (Condition::Opaque(_), _) => true,
        (Condition::Not(inner), truth) => want(shapes, around, inner, !truth),
        (Condition::Expression(expression), truth) => want(shapes, around, expression.meaning(), truth),
        (Condition::And(parts), true) | (Condition::Or(parts), false) => {
            parts.iter().all(|part| want(shapes, around, part, truth))
        }
        (Condition::And(parts), false) | (Condition::Or(parts), true) => parts.iter().any(|part| {
            let mark = shapes.mark();
            let possible = want(shapes, around, part, truth);
            if !possible {
                shapes.go_back(mark);
            }
            possible
        }),
        (Condition::Compare(comparison), truth) => compare(shapes, around, comparison, truth),
    }
}

/// Says of what is compared which type it has, and gives an example.
pub(super) fn read(shapes: &mut Shapes, around: &Around<'_>, condition: &Condition) {
    for comparison in condition.comparisons() {
        let left = resolve(shapes, around, &comparison.place);
        if is_presence(comparison) {
            continue;
        }
        let right = match &comparison.side {
            Side::Place(place) => {
                let right = resolve(shapes, around, place);
                expect(shapes, left, comparison.test, None);
                expect(shapes, right, comparison.test, None);
                shapes.value(right)
            }
            Side::Value(value) => value.clone(),
        };
        expect(shapes, left, comparison.test, Some(&right));
        let example = possible(comparison.test, &right).find(|value| holds(comparison.test, value, &right));
        if let Some(example) = example {
            shapes.suggest(left, &example);
        }
    }
}

fn is_presence(comparison: &Comparison) -> bool {
    matches!(comparison.test, Test::Operator(operator) if operator.name == "IsPresent")
}

fn compare(shapes: &mut Shapes, around: &Around<'_>, comparison: &Comparison, truth: bool) -> bool {
    let test = comparison.test;
    let left = resolve(shapes, around, &comparison.place);
    if is_presence(comparison) {
        let there = matches!(comparison.side, Side::Value(Value::Bool(true))) == truth;
        return shapes.decide_presence(left, there);
    }
    if shapes.is_absent(left) {
        // JSONPath fails; JSONata compares with nothing, which is false.
        return !truth && !matches!(test, Test::Operator(_));
    }
    if shapes.is_computed(left) {
        return true;
    }
    let literal = match &comparison.side {
        Side::Value(value) => Some(value),
        Side::Place(_) => None,
    };
    expect(shapes, left, test, literal);
    let right = match &comparison.side {
        Side::Value(value) => value.clone(),
        Side::Place(place) => {
            let right = resolve(shapes, around, place);
            if shapes.is_computed(right) || shapes.is_absent(right) {
                return true;
            }
            expect(shapes, right, test, None);
            let value = shapes.value(right);
            if shapes.settled(right).is_none() {
                shapes.choose(right, &value);
            }
            value
        }
    };
    // JSONata fails where values of two types are put in order.
    let is_order = matches!(test, Test::Relation(relation) if is_order(relation));
    let fits = |value: &Value| {
        (!is_order || value.type_name() == right.type_name()) && holds(test, value, &right) == truth
    };
    if let Some(value) = shapes.settled(left) {
        return fits(&value);
    }
    let now = shapes.value(left);
    if fits(&now) {
        shapes.choose(left, &now);
        return true;
    }
    let chosen = possible(test, &right).find(fits);
    chosen.is_some_and(|value| shapes.choose(left, &value))
}

/// What is found at a place; it need not be there.
fn resolve(shapes: &mut Shapes, around: &Around<'_>, place: &Place) -> Shape {
    let sure = std::mem::replace(&mut shapes.sure, false);
    let found = match place {
        Place::Path(path) => data::path(shapes, around, path),
        Place::Text(text) => match Expression::compile(text) {
            Ok(expression) => {
                let variable = |name: &str| match name {
                    "states" => Some(around.states),
                    name => around.variables.get(name).copied(),
                };
                expression.trace(shapes, &variable)
            }
            Err(_) => shapes.computed(None),
        },
    };
    shapes.sure = sure;
    found
}

fn is_order(relation: Relation) -> bool {
    !matches!(relation, Relation::Equal | Relation::NotEqual)
}

/// Says which type a test asks for; `literal` is what it compares with, where that is written.
fn expect(shapes: &mut Shapes, shape: Shape, test: Test, literal: Option<&Value>) {
    let kind = match test {
        Test::Operator(operator) => match operator.operand {
            Operand::String | Operand::Pattern => Kind::Text,
            Operand::Number => Kind::Number,
            Operand::Boolean => Kind::Boolean,
            Operand::Timestamp => Kind::Moment,
            Operand::TypeTest => return,
        },
        Test::Truth => Kind::Boolean,
        Test::Relation(relation) => match literal {
            Some(Value::Number(_)) => Kind::Number,
            Some(Value::Bool(_)) => Kind::Boolean,
            None if is_order(relation) => Kind::Number,
            _ => return,
        },
    };
    shapes.expect(shape, kind);
}

/// Whether a value stands so to another.
fn holds(test: Test, left: &Value, right: &Value) -> bool {
    match test {
        Test::Operator(operator) => Comparator::new(operator).matches(Some(left), right),
        Test::Relation(relation) => relation.holds_of(left, right),
        Test::Truth => match left {
            Value::Bool(truth) => *truth,
            Value::Null => false,
            Value::Number(number) => number.as_f64() != 0.0,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        },
    }
}

/// Values one of which stands to `right` as may be asked.
fn possible(test: Test, right: &Value) -> impl Iterator<Item = Value> + use<> {
    let of_pattern = match (test, right.as_str()) {
        (Test::Operator(operator), Some(pattern)) if operator.operand == Operand::Pattern => {
            Some(Value::from(
                pattern
                    .replace("\\*", "\u{0}")
                    .replace('*', "x")
                    .replace('\u{0}', "*"),
            ))
        }
        _ => None,
    };
    let truths = matches!(test, Test::Truth).then_some([Value::Bool(true), Value::Bool(false)]);
    let of_any_type = [
        Value::from("other"),
        Value::from(1),
        Value::Bool(true),
        Value::Bool(false),
    ];
    let moment = Value::from("2024-01-01T00:00:00Z");
    of_pattern
        .into_iter()
        .chain(truths.into_iter().flatten())
        .chain(candidates(right))
        .chain(of_any_type)
        .chain([moment, Value::Null])
}
