//! The numbers of a Map (`MaxConcurrency` and the like), fixed, by path or by expression.

use crate::expr::jsonata;
use crate::expr::jsonpath::Path;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::Problem;
use crate::value::{Number, Value};

/// A number of a Map.
#[derive(Debug)]
pub(in crate::simulate) enum Count {
    /// The field's name and its value.
    Fixed(&'static str, Number),
    /// The field's name and its path.
    Path(&'static str, Path),
    /// The field's name and its expression.
    Expression(&'static str, jsonata::Template),
}

/// A number that must not be negative; 0 when the state has none.
pub(in crate::simulate) fn evaluate(
    count: &Option<Count>,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<usize, Problem> {
    let Some(count) = count else { return Ok(0) };
    let number = integer(count, around, effective)?;
    usize::try_from(number).map_err(|_| must_be_positive(count))
}

/// A number that must not be 0 either.
pub(in crate::simulate) fn positive(
    count: &Count,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<usize, Problem> {
    let number = usize::try_from(integer(count, around, effective)?);
    number
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| must_be_positive(count))
}

/// In the words recorded for MaxItems.
fn must_be_positive(count: &Count) -> Problem {
    Problem::runtime(format!("field {} must be positive", count.field()))
}

/// An integer, of an expression one that is not negative. AWS reads numbers in strings, too (recorded for MaxItemsPath).
pub(in crate::simulate) fn integer(
    count: &Count,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<i64, Problem> {
    match count {
        Count::Expression(_, template) => {
            Ok(template.evaluate_integer(0..=i64::MAX, &around.evaluation(None, None))?)
        }
        Count::Fixed(_, number) => number
            .as_i64()
            .filter(|_| number.is_integer())
            .ok_or_else(|| not_valid(count, &Value::Number(number.clone()), "integer")),
        Count::Path(_, path) => {
            let value = read(path, around, effective)?;
            match &value {
                Value::Number(number) if number.is_integer() => number.as_i64(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            }
            .ok_or_else(|| not_valid(count, &value, "integer"))
        }
    }
}

/// A percentage, with or without a fraction.
pub(in crate::simulate) fn percentage(
    count: &Count,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<f64, Problem> {
    let (value, number) = match count {
        Count::Expression(_, template) => {
            let value = template.evaluate_as(jsonata::Expected::Number, &around.evaluation(None, None))?;
            let number = value.as_number().map(Number::as_f64);
            (value, number)
        }
        Count::Fixed(_, number) => (Value::Number(number.clone()), Some(number.as_f64())),
        Count::Path(_, path) => {
            let value = read(path, around, effective)?;
            let number = match &value {
                Value::Number(number) => Some(number.as_f64()),
                Value::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
                _ => None,
            };
            (value, number)
        }
    };
    match (number, count) {
        (Some(number), _) if (0.0..=100.0).contains(&number) => Ok(number),
        // Its words were not seen.
        (_, Count::Expression(_, template)) => Err(template
            .refused("must be between 0 and 100 but was", &value)
            .into()),
        (Some(_), _) => Err(Problem::runtime(
            "ToleratedFailurePercentage must be between 0 and 100.",
        )),
        (None, _) => Err(not_valid(count, &value, "float")),
    }
}

fn read(path: &Path, around: &Surroundings<'_>, effective: &Value) -> Result<Value, Problem> {
    path.evaluate(&around.scope(effective))
        .map_err(|error| Problem::runtime(error.in_path_field(path.text())))
}

fn not_valid(count: &Count, value: &Value, kind: &str) -> Problem {
    let (field, place) = match count {
        Count::Path(field, path) => (*field, format!(": {}", path.text())),
        _ => (count.field(), String::new()),
    };
    let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
    Problem::runtime(format!(
        "The {field} field refers to value \"{shown}\" which is not a valid {kind}{place}"
    ))
}

impl Count {
    /// What the number is, without `Path`.
    fn field(&self) -> &'static str {
        match self {
            Count::Fixed(field, _) | Count::Expression(field, _) => field,
            Count::Path(field, _) => field.strip_suffix("Path").unwrap_or(field),
        }
    }
}
