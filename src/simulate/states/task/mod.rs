//! Task: calls out, and waits for the answer.
//!
//! Where the answer comes from the mocks, everything about a call is known when it is made: its events are written now,
//! and one timer is set for what ends it first: the answer, the timeout or a missed heartbeat. An answer from outside is
//! waited for.

mod limits;
mod outcome;
mod parameters;
mod waiting;

use std::sync::Arc;

use crate::asl::Pattern;
use crate::expr::jsonata;
use crate::history::Failure;
use crate::history::Time;
use crate::history::{EventKind, Family, ScheduledTask, TaskTarget, Unsuccessful};
use crate::mocks::{self, Answer, NoAnswer, NoAnswerKind, Outcome};
use crate::services::{Input, refusals};
use crate::simulate::director::{self, Decision};
use crate::simulate::engine::{Answers, Engine, OutsideCall, Progress};
use crate::simulate::error::{Step, StopError};
use crate::simulate::flow::{Flow, MOST_BYTES, Payload, Problem};
use crate::simulate::lane::{LaneId, Phase};
use crate::simulate::program::State;
use crate::value::Value;

pub(in crate::simulate) use limits::Limit;
use waiting::Waiting;
#[cfg(feature = "cli")]
pub(in crate::simulate) use waiting::{answer, heartbeat, submitted, take_up};

/// A Task state.
#[derive(Debug)]
pub(in crate::simulate) struct Task {
    pub(in crate::simulate) flow: Flow,
    /// What the API that it calls takes, where that is known.
    pub(in crate::simulate) input: Option<Input>,
    pub(in crate::simulate) target: Arc<TaskTarget>,
    pub(in crate::simulate) pattern: Pattern,
    pub(in crate::simulate) timeout: Option<Limit>,
    pub(in crate::simulate) heartbeat: Option<Limit>,
    pub(in crate::simulate) credentials: Option<Payload>,
}

/// A call in progress: what will end it.
#[derive(Debug)]
pub(in crate::simulate) struct Pending {
    ending: Ending,
}

#[derive(Debug)]
enum Ending {
    Returns(Value),
    Fails(Unsuccessful, Failure),
    Outside(Box<Waiting>),
}

impl Pending {
    /// What an answer from outside is awaited under.
    pub(in crate::simulate) fn awaited_key(&self) -> Option<&Arc<str>> {
        match &self.ending {
            Ending::Outside(waiting) => Some(&waiting.key),
            _ => None,
        }
    }
}

impl Task {
    /// Whether `$$.Task.Token` exists: in activities, `.waitForTaskToken` and `.sync` (recorded by AWS).
    fn has_token(&self) -> bool {
        self.target.family == Family::Activity || self.pattern != Pattern::RequestResponse
    }

    /// The action of an integration that it calls: `startJobRun` for `startJobRun.sync`.
    fn action(&self) -> &str {
        Pattern::split(&self.target.resource).0
    }

    /// A mock's entry for it, where the shape of its answer is known.
    fn example(&self) -> Option<Box<serde_json::Value>> {
        let service = &self.target.resource_type;
        (self.target.family == Family::Task)
            .then(|| Box::new(mocks::example_entry(service, self.action(), self.pattern)))
    }
}

/// Evaluates what is sent, writes that it was scheduled, and sets the timer.
pub(in crate::simulate) fn run<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    task: &'p Task,
) -> Step<Progress> {
    if task.has_token() {
        let token = Arc::from(engine.task_token());
        engine.lane_mut(id).token = Some(token);
    }
    match prepare(engine, id, task) {
        Ok(call) => begin(engine, id, state, task, call),
        Err(problem) => engine.problem(id, problem),
    }
}

/// What a call is made with.
struct Call {
    parameters: Value,
    credentials: Option<Value>,
    timeout: Option<i64>,
    heartbeat: Option<i64>,
}

fn prepare(engine: &Engine<'_>, id: LaneId, task: &Task) -> Result<Call, Problem> {
    let around = engine.surroundings(id);
    let effective = task.flow.effective(&around)?;
    let payload = task.flow.payload(&around, &effective)?;
    // An input that is sent as it came was small enough as one.
    if task.flow.makes_payload() && payload.json_len() > MOST_BYTES {
        let name = &engine.state_of(id).name;
        return Err(Problem::Plain(Failure::parameters_limit(name)));
    }
    let credentials = task
        .credentials
        .as_ref()
        .map(|credentials| credentials.evaluate(&around, &effective, None, None))
        .transpose()?;
    if let (Some(fields), Some(value)) = (&task.credentials, &credentials)
        && value.get("RoleArn").is_some_and(|role| role.as_str().is_none())
    {
        if let Payload::Jsonata(template) = fields {
            template.check_member("RoleArn", jsonata::Expected::String, value)?;
        }
        // In the words quoted for a parameter of the wrong type.
        return Err(Problem::runtime(refusals::must_be("STRING", "RoleArn")));
    }
    Ok(Call {
        parameters: parameters::check(task, payload)?,
        credentials,
        timeout: limits::seconds(&task.timeout, &around, &effective)?,
        heartbeat: limits::seconds(&task.heartbeat, &around, &effective)?,
    })
}

fn begin(engine: &mut Engine<'_>, id: LaneId, state: &State, task: &Task, call: Call) -> Step<Progress> {
    if let Some(probe) = &engine.probe {
        probe.note_call();
    }
    let indexes = engine.lane(id).indexes();
    let (timeout, heartbeat) = (call.timeout, call.heartbeat);
    let decision = engine.director.map_or(Decision::Mocks, |director| {
        director.decide(&director::Call {
            state: &state.name,
            iteration: &indexes,
            now: engine.now,
            timeout_seconds: timeout,
            heartbeat_seconds: heartbeat,
            in_child: engine.lane(id).child.is_some(),
            engine,
            lane: id,
        })
    });
    let answer = match decision {
        Decision::Answer(answer) => answer,
        Decision::Stop => return Err(StopError::Directed.into()),
        Decision::Mocks => match engine.calls.next(engine.mocks, &state.name, &indexes) {
            Ok(answer) => answer,
            // An activity that nobody speaks for is one that does not exist [recorded].
            Err(none) if none.kind == NoAnswerKind::NoMock && task.target.family == Family::Activity => {
                return activity(engine, id, state, task, call);
            }
            Err(none) => {
                if let (Some(outside), NoAnswerKind::NoMock) = (engine.outside, &none.kind) {
                    let answers = outside.answers(&OutsideCall {
                        target: &task.target,
                        pattern: task.pattern,
                    });
                    if answers != Answers::Nobody {
                        return waiting::begin(engine, id, task, call, answers, None);
                    }
                }
                return Err(StopError::NoAnswer(NoAnswer {
                    example: task.example(),
                    ..none
                })
                .into());
            }
        },
    };
    if answer.outcome == Outcome::External {
        if engine.outside.is_none() {
            let state = state.name.clone();
            return Err(StopError::External { state }.into());
        }
        if task.target.family == Family::Activity {
            return activity(engine, id, state, task, call);
        }
        return waiting::begin(engine, id, task, call, Answers::Holder, answer.submitted.clone());
    }
    let answer = computed(engine, id, answer, &call.parameters)?;
    let region = engine.region.clone();
    engine.record_next(id, || {
        EventKind::Scheduled(Box::new(ScheduledTask {
            target: task.target.clone(),
            region,
            parameters: call.parameters,
            timeout,
            heartbeat,
            credentials: call.credentials,
        }))
    })?;
    // A test of one state takes the mocked result as it is.
    let judged = engine.probe.is_none();
    let (ending, at) = outcome::ending(task, &answer, (timeout, heartbeat), engine.now, judged);
    write_start(engine, id, task, &answer, &ending)?;
    engine.lane_mut(id).phase = Phase::Task(Box::new(Pending { ending }));
    if at <= engine.now {
        return Ok(Progress::Yield);
    }
    engine.wake_at(id, at);
    Ok(Progress::Blocked)
}

/// An activity is answered by its workers. One that nobody speaks for is one that does not exist [recorded].
fn activity(engine: &mut Engine<'_>, id: LaneId, state: &State, task: &Task, call: Call) -> Step<Progress> {
    let arn = &task.target.resource;
    if engine.outside.is_some_and(|outside| outside.has_activity(arn)) {
        return waiting::begin(engine, id, task, call, Answers::Holder, None);
    }
    engine.missing_activities.push(state.name.clone());
    engine.problem(
        id,
        Problem::runtime(format!("The activity {arn} does not exist.")),
    )
}

/// The answer, with its result computed if it is one that is: `$states.input` is what the task is sent, whatever the
/// state's query language.
fn computed(engine: &Engine<'_>, id: LaneId, answer: Arc<Answer>, parameters: &Value) -> Step<Arc<Answer>> {
    let Outcome::Compute(computed) = &answer.outcome else {
        return Ok(answer);
    };
    let around = engine.surroundings(id);
    let mut evaluation = around.evaluation(None, None);
    evaluation.states.input = parameters.clone();
    let result = computed
        .evaluate(&engine.state_of(id).name, &evaluation)
        .map_err(StopError::Computed)?;
    Ok(Arc::new(Answer {
        outcome: Outcome::Return(result),
        ..Answer::clone(&answer)
    }))
}

/// `...Started` and `TaskSubmitted`, as far as the call comes.
fn write_start(engine: &mut Engine<'_>, id: LaneId, task: &Task, answer: &Answer, ending: &Ending) -> Step {
    let how = match ending {
        Ending::Fails(how, _) => Some(*how),
        Ending::Returns(_) | Ending::Outside(_) => None,
    };
    if matches!(
        how,
        Some(Unsuccessful::StartFailed | Unsuccessful::ScheduleFailed)
    ) {
        return Ok(());
    }
    // An activity that hangs without a worker was never taken up.
    let taken_up = task.target.family != Family::Activity
        || how != Some(Unsuccessful::TimedOut)
        || answer.worker.is_some();
    if taken_up {
        engine.record_next(id, || EventKind::Started {
            target: task.target.clone(),
            worker: answer.worker.clone(),
        })?;
    }
    let service = &task.target.resource_type;
    let submits = task.target.family == Family::Task
        && task.pattern != Pattern::RequestResponse
        && match (&answer.submitted, ending) {
            (Some(output), _) => !output.is_null(),
            (None, Ending::Fails(Unsuccessful::SubmitFailed, _)) => false,
            (None, Ending::Fails(Unsuccessful::Failed, failure)) => {
                let error = failure.error.as_deref().unwrap_or_default();
                mocks::had_submitted(error, service, task.pattern)
            }
            (None, _) => true,
        };
    if submits {
        let output = answer
            .submitted
            .clone()
            .unwrap_or_else(|| mocks::submitted(service, task.action()));
        engine.record_next(id, || EventKind::Submitted {
            target: task.target.clone(),
            output,
        })?;
    }
    Ok(())
}

/// The moment of the timer has come: the call ends.
pub(in crate::simulate) fn resume<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    task: &'p Task,
    pending: Pending,
) -> Step<Progress> {
    let ending = match pending.ending {
        // Nothing has come before a limit struck.
        Ending::Outside(waiting) => {
            engine.await_no_more(&waiting.key);
            Ending::Fails(Unsuccessful::TimedOut, waiting.timed_out())
        }
        ending => ending,
    };
    match ending {
        Ending::Outside(_) => Ok(Progress::Blocked),
        Ending::Returns(result) => {
            let output = result.clone();
            engine.record_next(id, || EventKind::Succeeded {
                target: task.target.clone(),
                output,
            })?;
            match task.flow.finish(&engine.surroundings(id), result) {
                Ok(exit) => Ok(Progress::Exit(exit)),
                Err(problem) => engine.problem(id, problem),
            }
        }
        Ending::Fails(how, failure) => {
            let shown = failure.clone();
            engine.record_next(id, || EventKind::Unsuccessful {
                target: task.target.clone(),
                how,
                failure: shown,
            })?;
            Ok(Progress::Failed(failure))
        }
    }
}

/// When a timer of a limit goes off.
fn after(now: Time, seconds: i64) -> Time {
    now.after_millis(seconds.saturating_mul(1000))
}
