//! Functions on numbers.

use crate::expr::intrinsic::{Arguments, Wrong};
use crate::expr::random::JavaRandom;
use crate::value::Value;

/// `States.MathRandom(start, end[, seed])`: an integer from `start` to `end`, `end` excluded. One seed gives one number:
/// that of `java.util.Random`, whose numbers AWS gives for JSONata's `$random` [floci#2676].
pub(in crate::expr::intrinsic) fn random(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let (start, end) = (arguments.integer(0)?, arguments.integer(1)?);
    let span = end
        .checked_sub(start)
        .filter(|span| *span > 0)
        .ok_or_else(|| format!("the end must lie above the start: {start} to {end}"))?;
    let drawn = match arguments.values.get(2) {
        Some(_) => {
            let mut random = JavaRandom::new(arguments.integer(2)?);
            match u32::try_from(span) {
                Ok(bound) if bound <= i32::MAX as u32 => i64::from(random.next_int(bound)),
                _ => scaled(random.next_double(), span),
            }
        }
        None => scaled(arguments.random.next_double(), span),
    };
    Ok(Value::from(start.saturating_add(drawn)))
}

/// `fraction`, which lies below 1, of `span`, rounded down.
fn scaled(fraction: f64, span: i64) -> i64 {
    ((fraction * span as f64) as i64).min(span - 1)
}

/// `States.MathAdd(a, b)`, each from -2147483648 to 2147483647.
pub(in crate::expr::intrinsic) fn add(arguments: &Arguments<'_>) -> Result<Value, Wrong> {
    let bounded = |index| {
        let n = arguments.integer(index)?;
        i32::try_from(n)
            .map(i64::from)
            .map_err(|_| format!("argument {} must fit 32 bits: {n}", index + 1))
    };
    Ok(Value::from(bounded(0)? + bounded(1)?))
}
