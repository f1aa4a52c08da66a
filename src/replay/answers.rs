//! What each task answered, call by call.

use std::sync::Arc;

use crate::arrange::Arrange as _;
use crate::asl::{Pattern, StateType};
use crate::history::{
    Attempt, EXECUTION_ABORTED, EventKind, Family, Gap, History, Recording, Time, Timeline, Unsuccessful,
    Visit,
};
use crate::mocks::{self, Answer, Outcome};
use crate::value::Value;

/// Longest delay of a mock file's entry, in milliseconds.
const LONGEST_DELAY: i64 = 99_999_999_000;

/// A call that a history tells of.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The task.
    pub state: Arc<str>,
    /// The Map indexes around it, outermost first.
    pub iteration: Vec<usize>,
    /// What it answered; the delay is what passed from its scheduling to its end.
    pub answer: Answer,
    /// When it ended, in milliseconds since 1970-01-01T00:00:00Z; `None` when it did not, or nobody says.
    pub ended: Option<i64>,
    /// The id of the event that it ended with.
    pub end_event: Option<u64>,
    /// The limits under which it answered.
    pub limits: Limits,
}

/// How long a call was allowed to take, as its `...Scheduled` event says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// `timeoutInSeconds`
    pub timeout: Option<i64>,
    /// `heartbeatInSeconds`
    pub heartbeat: Option<i64>,
    /// Whether the event would have told of a heartbeat: a function's does not.
    pub tells_heartbeat: bool,
}

/// The calls of an execution, and what its history does not hold.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The calls in the order in which they were scheduled.
    pub calls: Vec<Answered>,
    /// When the execution started, in milliseconds since 1970-01-01T00:00:00Z; as a run does when nobody says.
    pub start: i64,
    /// What cannot be replayed from this history, each in a sentence.
    pub missing: Vec<String>,
}

impl Answers {
    /// Reads the answers out of an export.
    pub fn of(recording: &Recording) -> Answers {
        let mut answers = Answers::of_history(&recording.history);
        answers.say_what_is_missing(recording);
        answers
    }

    /// Reads the answers out of a history.
    pub fn of_history(history: &History) -> Answers {
        let timeline = Timeline::of(history);
        let first = history.events().first().filter(|_| history.is_timed());
        let mut answers = Answers {
            start: first.map_or(Time::DEFAULT_START, |event| event.at).millis(),
            ..Answers::default()
        };
        let tasks = timeline
            .visits
            .iter()
            .filter(|visit| visit.state_type == StateType::Task);
        let mut calls: Vec<(u32, Answered)> = tasks
            .flat_map(|visit| visit.attempts.iter().map(move |attempt| (visit, attempt)))
            .filter_map(|(visit, attempt)| {
                let call = answers.call(&timeline, visit, attempt)?;
                Some((attempt.begun.order, call))
            })
            .collect();
        calls.arrange_by_key(|(order, _)| *order);
        answers.calls = calls.into_iter().map(|(_, call)| call).collect();
        answers
    }

    /// One call, and what became of it.
    fn call(
        &mut self,
        timeline: &Timeline<'_>,
        visit: &Visit<'_>,
        attempt: &Attempt<'_>,
    ) -> Option<Answered> {
        let task = attempt.task?;
        let mut call = Answered {
            state: visit.name.clone(),
            iteration: timeline.iteration(visit.lane as usize),
            // Until it is seen to end.
            answer: Answer {
                submitted: attempt.submitted.map(|(_, output)| output.clone()),
                worker: attempt.worker.cloned(),
                ..Answer::of(Outcome::Hang)
            },
            ended: None,
            end_event: None,
            limits: Limits {
                timeout: task.timeout,
                heartbeat: task.heartbeat,
                tells_heartbeat: task.target.family != Family::LambdaFunction,
            },
        };
        let history = timeline.history;
        let Some((index, event)) = attempt
            .answered
            .and_then(|index| Some((index, history.events().get(index)?)))
        else {
            return Some(call);
        };
        call.end_event = Some(event.id);
        match &event.kind {
            EventKind::Succeeded { output, .. } => {
                call.answer.outcome = Outcome::Return(output.clone());
                let what = match history.gap(index) {
                    Some(Gap::Cut) => "is truncated in the history: the task returns what is left of it",
                    Some(Gap::Absent) => "is not in the history: it was exported without its data",
                    None => "",
                };
                if !what.is_empty() {
                    self.missing.push(format!(
                        "the output of '{}' (event {}) {what}",
                        call.state, event.id
                    ));
                }
            }
            // The limit of the state strikes by itself. A cause is nothing that it brings.
            EventKind::Unsuccessful {
                how: Unsuccessful::TimedOut,
                failure,
                ..
            } if task.timeout.or(task.heartbeat).is_some() && failure.cause.is_none() => {
                if history.is_timed() {
                    let took = event.at.since(attempt.begun.at);
                    call.answer.heartbeat_every = task
                        .heartbeat
                        .filter(|heartbeat| {
                            let nearer = |timeout: i64| {
                                (timeout * 1000 - took).abs() < (took - heartbeat * 1000).abs()
                            };
                            task.timeout.is_some_and(nearer)
                        })
                        .map(often_enough);
                }
                return Some(call);
            }
            EventKind::Unsuccessful { how, failure, .. } => {
                call.answer.outcome = Outcome::Throw {
                    error: failure.error.clone(),
                    cause: failure.cause.clone(),
                };
                if *how != Unsuccessful::Failed {
                    call.answer.event = Some(Arc::from(event.kind.type_name()));
                } else if call.answer.submitted.is_none() && task.target.family == Family::Task {
                    // A run would take it for submitted by the error's name.
                    let pattern = Pattern::split(&task.target.resource).1;
                    let error = failure.error.as_deref().unwrap_or_default();
                    let had_submitted = mocks::had_submitted(error, &task.target.resource_type, pattern);
                    call.answer.submitted = had_submitted.then_some(Value::Null);
                }
            }
            _ => return Some(call),
        }
        if history.is_timed() {
            call.ended = Some(event.at.millis());
            let took = event.at.since(attempt.begun.at).clamp(0, LONGEST_DELAY);
            call.answer.delay_seconds = took as f64 / 1000.0;
            call.answer.heartbeat_every = task
                .heartbeat
                .filter(|heartbeat| took >= heartbeat * 1000)
                .map(often_enough);
        }
        Some(call)
    }

    fn say_what_is_missing(&mut self, recording: &Recording) {
        let history = &recording.history;
        let timeline = Timeline::of(history);
        for (index, event) in history.events().iter().enumerate() {
            match &event.kind {
                EventKind::MapRunStarted { map_run_arn } => {
                    let visit = timeline.visit_of(index);
                    let name = visit.map_or("", |visit| timeline.visits[visit].name);
                    let arn = match &**map_run_arn {
                        "" => "MAP_RUN_ARN",
                        arn => arn,
                    };
                    self.missing.push(format!(
                        "'{name}' is a Distributed Map: what its items were read from and what the tasks of its child \
                         executions answered is not in this history (the children: aws stepfunctions list-executions \
                         --map-run-arn {arn}); write the mocks of its tasks, and Objects for its ItemReader"
                    ));
                }
                EventKind::Other(other) if &*other.type_name == EXECUTION_ABORTED => self.missing.push(
                    "the execution was stopped by a user: a run continues from there until something ends it"
                        .to_owned(),
                ),
                EventKind::Other(other) if &*other.type_name == "ExecutionRedriven" => self.missing.push(
                    "the execution was redriven: a run ends where the execution first ended".to_owned(),
                ),
                _ => {}
            }
        }
        if recording.has_more {
            self.missing.push(
                "the history is incomplete: it ends with a nextToken; export it without --max-items, or give all pages in \
                 one list"
                    .to_owned(),
            );
        } else if history.ending().is_none() {
            self.missing.push(
                "the history has no end: the execution was still running, or the export is truncated; tasks without a result hang"
                    .to_owned(),
            );
        }
        let mut known = std::collections::HashSet::new();
        self.missing.retain(|sentence| known.insert(sentence.clone()));
    }
}

/// Seconds between heartbeats that keep a task alive: a history tells of none, and only that they came in time.
fn often_enough(heartbeat_seconds: i64) -> f64 {
    heartbeat_seconds as f64 / 2.0
}

impl Limits {
    /// Whether an answer that took `seconds` comes too late under the limits of today. A limit that is as long as it was
    /// never strikes: what was answered was answered in time, whatever the clocks say. A worker may have sent heartbeats,
    /// and a task may have taken its time before its limit began to count.
    pub fn strike_now(self, timeout: Option<i64>, heartbeat: Option<i64>, seconds: f64) -> bool {
        let strikes = |then: Option<i64>, now: Option<i64>| {
            now.is_some_and(|now| then.is_none_or(|then| now < then) && (now as f64) < seconds)
        };
        strikes(self.timeout, timeout) || self.tells_heartbeat && strikes(self.heartbeat, heartbeat)
    }
}
