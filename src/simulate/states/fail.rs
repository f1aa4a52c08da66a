//! Fail: fails its scope, and has no event of its own beside that it was entered.

use std::sync::Arc;

use crate::expr::{Expression, jsonata};
use crate::history::Failure;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::Problem;
use crate::simulate::lane::LaneId;
use crate::value::Value;

/// A Fail state.
#[derive(Debug)]
pub(in crate::simulate) struct Fail {
    pub(in crate::simulate) error: Text,
    pub(in crate::simulate) cause: Text,
}

/// `Error` or `Cause`, in any of its forms.
#[derive(Debug)]
pub(in crate::simulate) enum Text {
    Absent,
    Fixed(Arc<str>),
    /// `ErrorPath: $.path` or `States.Format(...)`, with the field's name.
    Path(Arc<str>, Expression),
    Expression(jsonata::Template),
}

pub(in crate::simulate) fn run(engine: &Engine<'_>, id: LaneId, fail: &Fail) -> Result<Progress, Problem> {
    let around = engine.surroundings(id);
    Ok(Progress::Failed(Failure {
        error: fail.error.evaluate(&around)?,
        cause: fail.cause.evaluate(&around)?,
        missed_heartbeat: false,
    }))
}

impl Text {
    fn evaluate(&self, around: &Surroundings<'_>) -> Result<Option<Arc<str>>, Problem> {
        let (field, value) = match self {
            Text::Absent => return Ok(None),
            Text::Fixed(text) => return Ok(Some(text.clone())),
            Text::Path(field, expression) => {
                let value = expression
                    .evaluate(&around.scope(around.raw_input()), field)
                    .map_err(|error| Problem::runtime(error.to_string()))?;
                (&**field, value)
            }
            Text::Expression(template) => {
                let value =
                    template.evaluate_as(jsonata::Expected::String, &around.evaluation(None, None))?;
                ("", value)
            }
        };
        match value {
            Value::String(text) => Ok(Some(text)),
            // AWS's words for this are not known.
            other => Err(Problem::runtime(format!(
                "The {field} field refers to value \"{}\" which is not a string",
                other.to_json()
            ))),
        }
    }
}
