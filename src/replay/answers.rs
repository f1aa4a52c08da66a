//! What each task answered, call by call.

use std::sync::Arc;

use crate::history::recorded::{Event, Recording};
use crate::mocks::{Answer, Outcome};
use crate::simulate::Time;
use crate::source;
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
    pub end_event: Option<i64>,
    /// The id of its `...Scheduled` event.
    pub scheduled: i64,
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
    /// Reads the answers out of a history.
    pub fn of(recording: &Recording) -> Answers {
        let start = recording.events.first().and_then(|event| event.millis);
        let mut answers = Answers {
            start: start.unwrap_or(Time::DEFAULT_START.millis()),
            ..Answers::default()
        };
        // The call that is under way in each visit.
        let mut open: Vec<Option<usize>> = vec![None; recording.visits.len()];
        for event in &recording.events {
            let Some(visit) = event.visit else { continue };
            let Some(what) = of_task(&event.kind) else {
                continue;
            };
            if &*recording.visits[visit].kind != "Task" {
                continue;
            }
            if what == "Scheduled" {
                open[visit] = Some(answers.calls.len());
                answers.calls.push(Answered {
                    state: recording.visits[visit].name.clone(),
                    iteration: recording.indexes(visit).to_vec(),
                    // Until it is seen to end.
                    answer: Answer {
                        outcome: Outcome::Hang,
                        delay_seconds: 0.0,
                        submitted: None,
                        worker: None,
                        event: None,
                    },
                    ended: None,
                    end_event: None,
                    scheduled: event.id,
                });
                continue;
            }
            let Some(number) = open[visit] else { continue };
            answers.take(recording, number, event, what);
            if !matches!(what, "Started" | "Submitted") {
                open[visit] = None;
            }
        }
        answers.say_what_is_missing(recording);
        answers
    }

    /// Takes in what became of a call.
    fn take(&mut self, recording: &Recording, number: usize, event: &Event, what: &str) {
        let call = &mut self.calls[number];
        let scheduled = event_with(recording, call.scheduled);
        let limits = ["timeoutInSeconds", "heartbeatInSeconds"];
        let limited = scheduled.is_some_and(|event| limits.iter().any(|limit| event.number(limit).is_some()));
        if !matches!(what, "Started" | "Submitted") {
            call.end_event = Some(event.id);
        }
        match what {
            "Started" => call.answer.worker = event.text("workerName").cloned(),
            "Submitted" => call.answer.submitted = payload(event, "output"),
            "Succeeded" if is_cut(event, "outputDetails") => {
                call.answer.outcome = Outcome::Return(payload(event, "output").unwrap_or(Value::Null));
                let id = event.id;
                self.missing.push(format!(
                    "the output of '{}' (event {id}) is cut off in the history: the task answers what is left of it",
                    call.state
                ));
            }
            "Succeeded" => match payload(event, "output") {
                Some(output) => call.answer.outcome = Outcome::Return(output),
                None => {
                    call.answer.outcome = Outcome::Return(Value::Null);
                    let id = event.id;
                    self.missing.push(format!(
                        "the output of '{}' (event {id}) is not in the history: it was exported without its data",
                        call.state
                    ));
                }
            },
            // The limit of the state strikes by itself. A cause is nothing that it brings.
            "TimedOut" if limited && event.text("cause").is_none() => return,
            _ => {
                call.answer.outcome = Outcome::Throw {
                    error: event.text("error").cloned(),
                    cause: event.text("cause").cloned(),
                };
                if what != "Failed" {
                    call.answer.event = Some(event.kind.clone());
                }
            }
        }
        let call = &mut self.calls[number];
        if call.end_event.is_none() {
            return;
        }
        call.ended = event.millis;
        if let (Some(ended), Some(scheduled)) = (event.millis, scheduled.and_then(|event| event.millis)) {
            let took = ended.saturating_sub(scheduled).clamp(0, LONGEST_DELAY);
            call.answer.delay_seconds = took as f64 / 1000.0;
        }
    }

    fn say_what_is_missing(&mut self, recording: &Recording) {
        for event in &recording.events {
            match &*event.kind {
                "MapRunStarted" => {
                    let name = recording.visit_of(event).map_or("", |visit| &visit.name);
                    let arn = event.text("mapRunArn").map_or("MAP_RUN_ARN", |arn| arn);
                    self.missing.push(format!(
                        "'{name}' is a Distributed Map: what its items were read from and what the tasks of its child \
                         executions answered is not in this history (the children: aws stepfunctions list-executions \
                         --map-run-arn {arn}); write the mocks of its tasks, and Objects for its ItemReader"
                    ));
                }
                "ExecutionAborted" => self.missing.push(
                    "the execution was stopped from outside: a run goes on from there, until something ends it"
                        .to_owned(),
                ),
                "ExecutionRedriven" => self.missing.push(
                    "the execution was redriven: a run ends where it had ended the first time".to_owned(),
                ),
                _ => {}
            }
        }
        if recording.has_more {
            self.missing.push(
                "the history is not whole: it ends with a nextToken; export it without --max-items, or give all pages in \
                 one list"
                    .to_owned(),
            );
        } else if recording.ending().is_none() {
            self.missing.push(
                "the history has no end: the execution was still running, or the export is cut; tasks without an \
                 answer hang"
                    .to_owned(),
            );
        }
        let mut known = std::collections::HashSet::new();
        self.missing.retain(|sentence| known.insert(sentence.clone()));
    }
}

/// What the type of a task's event says behind its family: `Scheduled`, `StartFailed`.
fn of_task(kind: &str) -> Option<&str> {
    // The states' own events begin with the same word.
    if kind.starts_with("TaskState") {
        return None;
    }
    ["LambdaFunction", "Activity", "Task"]
        .into_iter()
        .find_map(|family| kind.strip_prefix(family))
}

/// Whether AWS cut a payload off [API HistoryEventExecutionDataDetails].
pub(super) fn is_cut(event: &Event, details: &str) -> bool {
    let truncated = event.detail(details).and_then(|details| details.get("truncated"));
    matches!(truncated, Some(Value::Bool(true)))
}

/// The value of a payload: JSON in a text.
fn payload(event: &Event, key: &str) -> Option<Value> {
    let text = event.text(key)?;
    // What a task returns is JSON; a text that is none can only stand for itself.
    Some(source::parse_value(text).unwrap_or_else(|_| Value::String(text.clone())))
}

fn event_with(recording: &Recording, id: i64) -> Option<&Event> {
    let at = recording
        .events
        .binary_search_by_key(&id, |event| event.id)
        .ok()?;
    recording.events.get(at)
}
