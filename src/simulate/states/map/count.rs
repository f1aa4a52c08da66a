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
    // In the words recorded for MaxItems.
    usize::try_from(number).map_err(|_| Problem::runtime(format!("field {} must be positive", count.field())))
}

/// An integer. AWS reads numbers in strings, too (recorded for MaxItemsPath).
pub(in crate::simulate) fn integer(
    count: &Count,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<i64, Problem> {
    read(count, around, effective, "integer", |value| match value {
        Value::Number(number) if number.is_integer() => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// A number with or without a fraction.
pub(in crate::simulate) fn float(
    count: &Count,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<f64, Problem> {
    read(count, around, effective, "float", |value| match value {
        Value::Number(number) => Some(number.as_f64()),
        Value::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    })
}

fn read<T>(
    count: &Count,
    around: &Surroundings<'_>,
    effective: &Value,
    kind: &str,
    convert: impl Fn(&Value) -> Option<T>,
) -> Result<T, Problem> {
    let (field, place, value) = match count {
        Count::Fixed(field, number) => (*field, String::new(), Value::Number(number.clone())),
        Count::Path(field, path) => {
            let value = path
                .evaluate(&around.scope(effective))
                .map_err(|error| Problem::runtime(error.in_path_field(path.text())))?;
            (*field, format!(": {}", path.text()), value)
        }
        Count::Expression(field, template) => {
            let evaluation = around.evaluation(None, None);
            let value = template.evaluate_as(jsonata::Expected::Number, &evaluation)?;
            (*field, String::new(), value)
        }
    };
    convert(&value).ok_or_else(|| {
        let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
        Problem::runtime(format!(
            "The {field} field refers to value \"{shown}\" which is not a valid {kind}{place}"
        ))
    })
}

impl Count {
    /// What the number is, without `Path`.
    fn field(&self) -> &'static str {
        match self {
            Count::Fixed(field, _) => field,
            Count::Path(field, _) | Count::Expression(field, _) => {
                field.strip_suffix("Path").unwrap_or(field)
            }
        }
    }
}
