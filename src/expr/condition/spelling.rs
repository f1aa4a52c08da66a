//! The two spellings of a condition: a full one that tells different conditions apart, and a short one for the edges of
//! a drawing. Texts that mean the same, as `$['a']` and `$.a` do, are spelt the same in both.

use super::{Comparison, Condition, Place, Side, Test};
use crate::asl::{self, Operand};
use crate::expr::spelling;
use crate::value::{Number, Value};

/// How a comparison is spelt.
type Spell = fn(&Comparison) -> String;

impl Condition {
    /// What it tests, in full: `$.total NumericGreaterThan 1000`, `not ($.a IsPresent true)`, or the text of a JSONata
    /// condition without its delimiters.
    pub fn text(&self) -> String {
        spell(self, false, full)
    }

    /// The same in few words: `$.total > 1000`, `$.a is not present`.
    pub fn label(&self) -> String {
        spell(self, false, short)
    }
}

/// `inside` when it stands beside others, so that it needs its own brackets.
fn spell(condition: &Condition, inside: bool, compared: Spell) -> String {
    let (parts, word) = match condition {
        Condition::Constant(value) => return value.to_string(),
        Condition::Expression(expression) => return spelling::jsonata(&expression.text),
        // A rule without an operator, whose object says nothing.
        Condition::Opaque(text) if &**text == "{}" => return "?".to_owned(),
        Condition::Opaque(text) => return text.to_string(),
        Condition::Not(inner) => return format!("not ({})", spell(inner, false, compared)),
        Condition::Compare(comparison) => return compared(comparison),
        Condition::And(parts) => (parts, " and "),
        Condition::Or(parts) => (parts, " or "),
    };
    let alone = parts.len() < 2;
    let spelt: Vec<String> = parts
        .iter()
        .map(|part| spell(part, inside || !alone, compared))
        .collect();
    match inside && !alone {
        true => format!("({})", spelt.join(word)),
        false => spelt.join(word),
    }
}

fn full(comparison: &Comparison) -> String {
    let place = comparison.place.spelling();
    match comparison.test {
        Test::Operator(operator) => format!("{place} {} {}", operator.name, side(&comparison.side)),
        _ => place.to_string(),
    }
}

fn short(comparison: &Comparison) -> String {
    let place = comparison.place.spelling();
    match (comparison.test, &comparison.side) {
        (Test::Operator(operator), Side::Value(value)) if operator.operand == Operand::TypeTest => {
            let not = if value.as_bool() == Some(false) {
                " not"
            } else {
                ""
            };
            format!("{place} is{not} {}", tested_type(operator))
        }
        (Test::Operator(operator), right) => format!("{place} {} {}", symbol(operator), side(right)),
        _ => place.to_string(),
    }
}

/// `IsPresent` -> `present`, `IsNumeric` -> `a number`.
fn tested_type(operator: &asl::Comparison) -> &'static str {
    match operator.name {
        "IsNull" => "null",
        "IsPresent" => "present",
        "IsNumeric" => "a number",
        "IsString" => "a string",
        "IsBoolean" => "a boolean",
        "IsTimestamp" => "a timestamp",
        other => other,
    }
}

/// `NumericLessThanEqualsPath` -> `<=`. The operators of the table end in one of these words.
fn symbol(operator: &asl::Comparison) -> &'static str {
    let name = operator.name.strip_suffix("Path").unwrap_or(operator.name);
    [
        ("Matches", "like"),
        ("LessThanEquals", "<="),
        ("GreaterThanEquals", ">="),
        ("LessThan", "<"),
        ("GreaterThan", ">"),
        ("Equals", "="),
    ]
    .into_iter()
    .find_map(|(end, symbol)| name.ends_with(end).then_some(symbol))
    .unwrap_or("?")
}

/// What a variable is compared with: paths as they are, other text in quotes, `1.0` and `1e0` as `1`.
fn side(side: &Side) -> String {
    match side {
        Side::Place(place) => Place::spelling(place).to_string(),
        Side::Value(Value::Number(number)) => match number.as_i64() {
            Some(integer) => Number::Int(integer).to_string(),
            None => number.to_string(),
        },
        Side::Value(value) => value.to_json(),
    }
}
