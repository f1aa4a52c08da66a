//! A call that is answered from outside: its limits run, and what comes from outside is written when it comes.

use std::sync::Arc;

use super::{Call, Ending, Pending, Task, after, outcome};
use crate::asl::Pattern;
use crate::history::{EventKind, Failure, Family, ScheduledTask, Time, Unsuccessful};
use crate::mocks::{Answer, Outcome};
use crate::simulate::engine::{Answers, Closed, Engine, Progress, Told};
use crate::simulate::error::{Halt, Step, StopError};
use crate::simulate::lane::{LaneId, Phase};
use crate::value::Value;

/// A call that waits for an answer from outside.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) key: Arc<str>,
    timeout_at: Option<Time>,
    heartbeat: Option<i64>,
    /// When the next heartbeat is missed; an activity's clock starts when a worker takes it up.
    heartbeat_at: Option<Time>,
    /// Whether `TaskSubmitted` is still to come.
    submits: bool,
    /// An answer that came before that.
    held: Option<Told>,
}

impl Waiting {
    /// When a limit strikes.
    fn strikes(&self) -> Option<Time> {
        self.timeout_at.into_iter().chain(self.heartbeat_at).min()
    }

    /// What a limit that strikes fails the task with; at the same moment the timeout does.
    pub(super) fn timed_out(&self) -> Failure {
        let missed_heartbeat = match (self.timeout_at, self.heartbeat_at) {
            (Some(timeout), Some(heartbeat)) => heartbeat < timeout,
            (None, heartbeat) => heartbeat.is_some(),
            (Some(_), None) => false,
        };
        Failure {
            missed_heartbeat,
            ..Failure::timeout()
        }
    }
}

/// Makes the call and waits. `submitted` is what `TaskSubmitted` shows where it is written at once.
pub(super) fn begin(
    engine: &mut Engine<'_>,
    id: LaneId,
    task: &Task,
    call: Call,
    answers: Answers,
    submitted: Option<Value>,
) -> Step<Progress> {
    let Call {
        parameters,
        credentials,
        timeout,
        heartbeat,
    } = call;
    let (region, sent) = (engine.region.clone(), parameters.clone());
    engine.record_next(id, || {
        EventKind::Scheduled(Box::new(ScheduledTask {
            target: task.target.clone(),
            region,
            parameters,
            timeout,
            heartbeat,
            credentials,
        }))
    })?;
    let is_activity = task.target.family == Family::Activity;
    if !is_activity {
        engine.record_next(id, || EventKind::Started {
            target: task.target.clone(),
            worker: None,
        })?;
    }
    let mut submits = task.target.family == Family::Task && task.pattern != Pattern::RequestResponse;
    if submits && answers == Answers::Holder {
        submits = false;
        let output = submitted.filter(|output| !output.is_null());
        let output = output.unwrap_or_else(Value::empty_object);
        engine.record_next(id, || EventKind::Submitted {
            target: task.target.clone(),
            output,
        })?;
    }
    let key = engine.await_outside(id, &task.target, task.pattern, sent, answers);
    let heartbeat_at = heartbeat.filter(|_| !is_activity);
    let waiting = Waiting {
        key,
        timeout_at: timeout.map(|seconds| after(engine.now, seconds)),
        heartbeat,
        heartbeat_at: heartbeat_at.map(|seconds| after(engine.now, seconds)),
        submits,
        held: None,
    };
    let strikes = waiting.strikes();
    engine.lane_mut(id).phase = Phase::Task(Box::new(Pending {
        ending: Ending::Outside(Box::new(waiting)),
    }));
    if let Some(strikes) = strikes {
        engine.wake_at(id, strikes);
    }
    Ok(Progress::Blocked)
}

/// What a lane waits for, when that is an answer from outside.
fn waiting<'e>(engine: &'e mut Engine<'_>, id: LaneId) -> Option<&'e mut Waiting> {
    match &mut engine.lane_mut(id).phase {
        Phase::Task(pending) => match &mut pending.ending {
            Ending::Outside(waiting) => Some(waiting),
            _ => None,
        },
        _ => None,
    }
}

/// What became of something that was told from outside, or why nothing did.
type Heard = Result<Result<(), Closed>, StopError>;

/// A worker takes the activity up: its heartbeat runs from here.
pub(in crate::simulate) fn take_up(
    engine: &mut Engine<'_>,
    key: &str,
    at: Time,
    worker: Option<Arc<str>>,
) -> Heard {
    engine.at_awaited(key, at, |engine, id, task| {
        let target = task.target.clone();
        written(engine.record_next(id, || EventKind::Started { target, worker }))?;
        beat(engine, id, at);
        Ok(Ok(()))
    })
}

/// The task is still worked on.
pub(in crate::simulate) fn heartbeat(engine: &mut Engine<'_>, key: &str, at: Time) -> Heard {
    engine.at_awaited(key, at, |engine, id, _| {
        beat(engine, id, at);
        Ok(Ok(()))
    })
}

/// Starts the heartbeat's time anew.
fn beat(engine: &mut Engine<'_>, id: LaneId, at: Time) {
    let Some(waiting) = waiting(engine, id) else {
        return;
    };
    let Some(seconds) = waiting.heartbeat else { return };
    waiting.heartbeat_at = Some(after(at, seconds));
    if let Some(strikes) = waiting.strikes() {
        engine.wake_at(id, strikes);
    }
}

/// What the call has started was submitted.
pub(in crate::simulate) fn submitted(engine: &mut Engine<'_>, key: &str, at: Time, output: Value) -> Heard {
    engine.at_awaited(key, at, |engine, id, task| {
        let Some(waiting) = waiting(engine, id).filter(|waiting| waiting.submits) else {
            return Ok(Ok(()));
        };
        waiting.submits = false;
        let held = waiting.held.take();
        let target = task.target.clone();
        written(engine.record_next(id, || EventKind::Submitted { target, output }))?;
        if let Some(told) = held {
            end(engine, id, key, task, told);
        }
        Ok(Ok(()))
    })
}

/// The call is answered. An answer that overtakes what was submitted is kept until that has come.
pub(in crate::simulate) fn answer(engine: &mut Engine<'_>, key: &str, at: Time, told: Told) -> Heard {
    engine.at_awaited(key, at, |engine, id, task| {
        let Some(waiting) = waiting(engine, id).filter(|waiting| waiting.held.is_none()) else {
            return Ok(Err(Closed));
        };
        let fails_before = matches!(told, Told::Failure(_, Some(_)));
        if waiting.submits && !fails_before {
            waiting.held = Some(told);
        } else {
            end(engine, id, key, task, told);
        }
        Ok(Ok(()))
    })
}

fn end(engine: &mut Engine<'_>, id: LaneId, key: &str, task: &Task, told: Told) {
    let ending = match told {
        Told::Success(result) => outcome::answered(task, &Answer::of(Outcome::Return(result)), true),
        Told::Failure(failure, how) => Ending::Fails(how.unwrap_or(Unsuccessful::Failed), failure),
    };
    engine.lane_mut(id).phase = Phase::Task(Box::new(Pending { ending }));
    engine.await_no_more(key);
    engine.answered(id);
}

/// An execution whose history is full has ended, which is no error.
fn written(step: Step) -> Result<(), StopError> {
    match step {
        Err(Halt::Stop(error)) => Err(*error),
        _ => Ok(()),
    }
}
