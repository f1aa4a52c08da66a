//! `TimeoutSeconds` and `HeartbeatSeconds`, fixed, by path or by expression.

use crate::expr::jsonata;
use crate::expr::jsonpath::Path;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::Problem;
use crate::value::{Number, Value};

/// A limit in seconds.
#[derive(Debug)]
pub(in crate::simulate) enum Limit {
    Fixed(i64),
    /// The field's name and its path.
    Path(&'static str, Path),
    Expression(jsonata::Template),
}

/// Most seconds of either [Task workflow state].
const MOST_SECONDS: i64 = 99_999_999;

/// The seconds of a limit that the state has.
pub(super) fn seconds(
    limit: &Option<Limit>,
    around: &Surroundings<'_>,
    effective: &Value,
) -> Result<Option<i64>, Problem> {
    let (field, text, value) = match limit {
        None => return Ok(None),
        Some(Limit::Fixed(seconds)) => return Ok(Some(*seconds)),
        Some(Limit::Path(field, path)) => {
            // Unlike a Wait's SecondsPath, which has words of its own (recorded by AWS) [recorded].
            let value = path
                .evaluate(&around.scope(effective))
                .map_err(|error| Problem::runtime(error.in_path_field(path.text())))?;
            (field, path.text(), value)
        }
        Some(Limit::Expression(template)) => {
            let seconds = template.evaluate_integer(1..=MOST_SECONDS, &around.evaluation(None, None))?;
            return Ok(Some(seconds));
        }
    };
    value
        .as_number()
        .filter(|number| number.is_integer())
        .and_then(Number::as_i64)
        .filter(|seconds| (1..=MOST_SECONDS).contains(seconds))
        .map(Some)
        // In the words recorded for MaxConcurrencyPath.
        .ok_or_else(|| {
            let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
            Problem::runtime(format!(
                "The {field} field refers to value \"{shown}\" which is not a valid integer: {text}"
            ))
        })
}
