//! Wait: holds its lane for a time, or until a moment.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::expr::jsonata;
use crate::expr::jsonpath::Path;
use crate::history::Time;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::{Exit, Flow, Problem};
use crate::simulate::lane::{LaneId, Phase};
use crate::value::{Number, Value};

/// A Wait state.
#[derive(Debug)]
pub(in crate::simulate) struct Wait {
    pub(in crate::simulate) flow: Flow,
    pub(in crate::simulate) until: Until,
}

impl Wait {
    /// Whether it waits for a number of seconds, not until a moment.
    pub(in crate::simulate) fn counts_seconds(&self) -> bool {
        matches!(
            self.until,
            Until::Seconds(_) | Until::SecondsPath(_) | Until::SecondsExpression(_)
        )
    }

    /// What the state is left with. Its work is done then: a failure of Output or Assign follows that it was entered, as
    /// that of a moment that is none does (I).
    fn left(&self, around: &Surroundings<'_>, effective: Cow<'_, Value>) -> Result<Exit, Problem> {
        self.flow.pass_on(around, effective).map_err(Problem::at_work)
    }
}

/// How long it waits.
#[derive(Debug)]
pub(in crate::simulate) enum Until {
    Seconds(i64),
    SecondsPath(Path),
    SecondsExpression(jsonata::Template),
    Timestamp(Time),
    TimestampPath(Path),
    TimestampExpression(jsonata::Template),
}

/// A wait in progress.
#[derive(Debug)]
pub(in crate::simulate) struct Pending {
    effective: Value,
}

/// Longest wait in seconds. A wait of 24,855 days was recorded to go on, one of 24,856 to fail: a signed 32-bit
/// number of seconds.
const LONGEST: i64 = i32::MAX as i64;

/// The seconds that `Seconds` may be [pf-sfn-asl-numeric-ranges].
const SECONDS: RangeInclusive<i64> = 0..=99_999_999;

pub(in crate::simulate) fn run(
    engine: &mut Engine<'_>,
    id: LaneId,
    wait: &Wait,
) -> Result<Progress, Problem> {
    let around = engine.surroundings(id);
    let effective = wait.flow.effective(&around)?;
    let until = wait.until.moment(&around, &effective, engine.now)?;
    if until.since(engine.now) > LONGEST * 1000 {
        return Err(Problem::runtime("Wait state delay is too long."));
    }
    if until <= engine.now {
        return Ok(Progress::Exit(wait.left(&around, effective)?));
    }
    engine.lane_mut(id).phase = Phase::Wait(Box::new(Pending {
        effective: effective.into_owned(),
    }));
    engine.wake_at(id, until);
    Ok(Progress::Blocked)
}

/// Ends the wait. Output and Assign are evaluated when the state is left.
pub(in crate::simulate) fn resume(
    engine: &Engine<'_>,
    id: LaneId,
    wait: &Wait,
    pending: &Pending,
) -> Result<Exit, Problem> {
    wait.left(&engine.surroundings(id), Cow::Borrowed(&pending.effective))
}

impl Until {
    fn moment(&self, around: &Surroundings<'_>, effective: &Value, now: Time) -> Result<Time, Problem> {
        match self {
            Until::Seconds(seconds) => Ok(after(now, *seconds)),
            Until::Timestamp(time) => Ok(time.to_the_second()),
            Until::SecondsPath(path) => {
                let value = read("SecondsPath", path, around, effective)?;
                let integer = value
                    .as_number()
                    .filter(|number| number.is_integer())
                    .and_then(Number::as_i64);
                // As another emulator words it, whose text for a missing value is the recorded one (I).
                let fault = match integer {
                    Some(seconds) if seconds >= 0 => return Ok(after(now, seconds)),
                    Some(_) => "references a negative value",
                    None => "cannot be parsed as a long value",
                };
                Err(Problem::runtime(format!(
                    "The SecondsPath parameter {fault}: {} == {}",
                    path.text(),
                    shown(&value)
                )))
            }
            Until::TimestampPath(path) => {
                let value = read("TimestampPath", path, around, effective)?;
                moment(&value).ok_or_else(|| {
                    Problem::runtime(format!(
                        "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time \
                         format string: {} == {}",
                        path.text(),
                        shown(&value)
                    ))
                })
            }
            Until::SecondsExpression(template) => {
                let seconds = template.evaluate_integer(SECONDS, &around.evaluation(None, None))?;
                Ok(after(now, seconds))
            }
            Until::TimestampExpression(template) => {
                let value =
                    template.evaluate_as(jsonata::Expected::String, &around.evaluation(None, None))?;
                // Recorded by AWS.
                const FAULT: &str = "cannot be parsed as an ISO-8601 extended offset date-time format string";
                moment(&value).ok_or_else(|| template.refused(FAULT, &value).into())
            }
        }
    }
}

/// "Step Functions considers the time value up to seconds and truncates milliseconds" [Wait workflow state].
fn moment(value: &Value) -> Option<Time> {
    Some(Time::parse(value.as_str()?)?.to_the_second())
}

fn after(now: Time, seconds: i64) -> Time {
    now.after_millis(seconds.saturating_mul(1000))
}

/// Reads one of the `...Path` fields, in AWS's words when nothing is there.
fn read(field: &str, path: &Path, around: &Surroundings<'_>, effective: &Value) -> Result<Value, Problem> {
    path.evaluate(&around.scope(effective)).map_err(|_| {
        Problem::runtime(format!(
            "The {field} parameter does not reference an input value: {}",
            path.text()
        ))
    })
}

/// A value as these messages show it: text as it is, anything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => other.to_json(),
    }
}
