//! A rule of a JSONPath Choice: comparisons joined by And, Or and Not.

use std::sync::Arc;

use super::enter;
use crate::expr::condition::Comparator;
use crate::expr::jsonpath::{Path, PathError};
use crate::expr::spelling;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::Problem;
use crate::value::Value;

/// A comparison, or several joined.
#[derive(Debug)]
pub(in crate::simulate) enum Comparison {
    And(Vec<Comparison>),
    Or(Vec<Comparison>),
    Not(Box<Comparison>),
    Test {
        variable: Path,
        comparator: Comparator,
        operand: Operand,
    },
}

/// What a variable is compared with.
#[derive(Debug)]
pub(in crate::simulate) enum Operand {
    Literal(Value),
    Path(Path),
}

impl Comparison {
    /// What its parts look at, each with its value.
    pub(super) fn tested(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
        tested: &mut Vec<(Arc<str>, Option<Value>)>,
    ) {
        match self {
            Comparison::And(parts) | Comparison::Or(parts) => {
                parts
                    .iter()
                    .for_each(|part| part.tested(around, effective, tested));
            }
            Comparison::Not(part) => part.tested(around, effective, tested),
            Comparison::Test {
                variable, operand, ..
            } => {
                let scope = around.scope(effective);
                let compared = match operand {
                    Operand::Literal(_) => None,
                    Operand::Path(path) => Some(path),
                };
                for path in std::iter::once(variable).chain(compared) {
                    enter(tested, spelling::of_path(path), || {
                        path.lookup(&scope).ok().flatten()
                    });
                }
            }
        }
    }

    /// Whether it holds for `effective`, the value of `$`. Later parts of And and Or are not looked at when an earlier
    /// one decides.
    pub(super) fn holds(&self, around: &Surroundings<'_>, effective: &Value) -> Result<bool, Problem> {
        match self {
            Comparison::And(parts) => {
                for part in parts {
                    if !part.holds(around, effective)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Comparison::Or(parts) => {
                for part in parts {
                    if part.holds(around, effective)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Comparison::Not(part) => Ok(!part.holds(around, effective)?),
            Comparison::Test {
                variable,
                comparator,
                operand,
            } => {
                let scope = around.scope(effective);
                let left = match variable.lookup(&scope) {
                    Err(PathError::NotFound(_) | PathError::UnknownVariable(_))
                        if comparator.takes_missing() =>
                    {
                        None
                    }
                    Ok(None) if !comparator.takes_missing() => return Err(invalid(variable)),
                    Ok(left) => left,
                    Err(error) => return Err(problem(variable, &error)),
                };
                match operand {
                    Operand::Literal(right) => Ok(comparator.matches(left.as_ref(), right)),
                    Operand::Path(path) => match path.lookup(&scope) {
                        Ok(Some(right)) => Ok(comparator.matches(left.as_ref(), &right)),
                        Ok(None) => Err(invalid(path)),
                        Err(error) => Err(problem(path, &error)),
                    },
                }
            }
        }
    }
}

fn problem(path: &Path, error: &PathError) -> Problem {
    match error {
        PathError::NullInput => Problem::runtime(error.to_string()),
        _ => invalid(path),
    }
}

/// In AWS's words [two public run logs].
fn invalid(path: &Path) -> Problem {
    Problem::runtime(format!(
        "Invalid path '{path}': The choice state's condition path references an invalid value."
    ))
}
