//! The numbers of a Map (`MaxConcurrency` and the like), fixed, by path or by expression.

use crate::expr::jsonata;
use crate::expr::jsonpath::Path;
use crate::simulate::flow::Problem;
use crate::simulate::surroundings::Surroundings;
use crate::value::{Number, Value};

/// A number of a Map.
#[derive(Debug)]
pub(in crate::simulate) enum Count {
    Fixed(usize),
    /// The field's name and its path.
    Path(&'static str, Path),
    /// The field's name and its expression.
    Expression(&'static str, jsonata::Template),
}

/// The number, 0 when the state has none.
pub(in crate::simulate) fn evaluate(
    count: &Option<Count>,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<usize, Problem> {
    match count {
        None => Ok(0),
        Some(Count::Fixed(number)) => Ok(*number),
        Some(Count::Path(field, path)) => {
            let value = path
                .evaluate(&around.scope(effective))
                .map_err(|error| Problem::runtime(error.in_path_field(path.text())))?;
            // AWS reads numbers in strings, too (recorded for MaxItemsPath).
            let number = match &value {
                Value::Number(number) if number.is_integer() => number.as_i64(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            };
            match number {
                Some(number) => usize::try_from(number)
                    .map_err(|_| Problem::runtime(format!("field {} must be positive", base(field)))),
                None => {
                    let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
                    Err(Problem::runtime(format!(
                        "The {field} field refers to value \"{shown}\" which is not a valid integer: {}",
                        path.text()
                    )))
                }
            }
        }
        Some(Count::Expression(field, template)) => {
            let value = template.evaluate_as(jsonata::Expected::Number, &around.evaluation(None, None))?;
            value
                .as_number()
                .and_then(Number::as_i64)
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| Problem::runtime(format!("field {field} must be positive")))
        }
    }
}

/// `MaxConcurrencyPath` is about `MaxConcurrency`.
fn base(field: &str) -> &str {
    field.strip_suffix("Path").unwrap_or(field)
}
