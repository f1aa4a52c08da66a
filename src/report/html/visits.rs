//! A history as visits: each stay in a state with its attempts, and the lines of execution that hold them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::asl::StateType;
use crate::history::{Aside, Event, EventKind, Family, TaskTarget, Told};
use crate::picture::{self, Marks};
use crate::simulate::{Execution, Failure, Time};
use crate::value::{Map, Value};

/// A moment of the run: when on the virtual clock, and after how many events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) at: Time,
    pub(super) order: u32,
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Succeeded,
    /// It failed, and a catcher took the error.
    Caught,
    Failed,
    /// Something else ended before it.
    Aborted,
}

impl Fate {
    /// Its name in the page's data and classes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Fate::Succeeded => "succeeded",
            Fate::Caught => "caught",
            Fate::Failed => "failed",
            Fate::Aborted => "aborted",
        }
    }
}

/// One try of what a Task, Parallel or Map does.
#[derive(Debug)]
pub(super) struct Attempt<'e> {
    pub(super) begun: Moment,
    pub(super) ended: Option<Moment>,
    /// What was called, and with what.
    pub(super) call: Option<(String, &'e Value)>,
    /// What the service answered at once, when its result comes later.
    pub(super) submitted: Option<(Moment, &'e Value)>,
    pub(super) result: Option<&'e Value>,
    pub(super) failure: Option<&'e Failure>,
    /// When it is tried again.
    pub(super) retry_at: Option<Time>,
}

/// One stay in a state.
#[derive(Debug)]
pub(super) struct Visit<'e> {
    pub(super) name: &'e Arc<str>,
    pub(super) state_type: StateType,
    pub(super) lane: u32,
    pub(super) entered: Moment,
    pub(super) left: Moment,
    pub(super) input: &'e Value,
    pub(super) output: Option<&'e Value>,
    pub(super) assigned: Option<&'e Map>,
    pub(super) attempts: Vec<Attempt<'e>>,
    /// The error that no retrier took.
    pub(super) failure: Option<&'e Failure>,
    pub(super) fate: Fate,
    /// The visit that followed it.
    pub(super) next: Option<usize>,
    open: bool,
}

impl Visit<'_> {
    /// How often it was tried again.
    pub(super) fn retries(&self) -> u32 {
        u32::try_from(self.attempts.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

/// A line of execution: the top level, a branch, an item.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// The visit that holds it; `None` for the top level.
    pub(super) holder: Option<usize>,
    /// The index of the branch or item.
    pub(super) index: usize,
    /// The attempt of the holder that began it, from 1.
    pub(super) attempt: usize,
    /// Its visits in order.
    pub(super) visits: Vec<usize>,
}

/// All visits of an execution in the order in which their states were entered.
#[derive(Debug, Default)]
pub(super) struct Visits<'e> {
    pub(super) visits: Vec<Visit<'e>>,
    pub(super) lanes: Vec<Lane>,
    /// How many moments there are.
    pub(super) moments: u32,
}

impl<'e> Visits<'e> {
    /// Reads the history of an execution; its events and what was told beside them must have been kept.
    pub(super) fn of(execution: &'e Execution) -> Visits<'e> {
        let history = &execution.history;
        let mut visits = Visits {
            lanes: history.lanes().iter().map(|_| Lane::default()).collect(),
            ..Visits::default()
        };
        for told in history.told() {
            match told {
                Told::Event(event) => visits.event(event),
                Told::Aside(Aside::Opened(number)) => {
                    let Some(lane) = history.lanes().get(*number as usize) else {
                        continue;
                    };
                    let holder = (*number > 0).then(|| visits.open_in(lane.parent)).flatten();
                    visits.lanes[*number as usize] = Lane {
                        holder,
                        index: lane.index,
                        attempt: holder.map_or(0, |holder| visits.visits[holder].attempts.len()),
                        visits: Vec::new(),
                    };
                }
                Told::Aside(Aside::Failed {
                    at,
                    lane,
                    failure,
                    retry_at,
                }) => visits.failed(*at, *lane, failure, *retry_at),
                // Those are told as events.
                Told::Aside(Aside::InChild(_)) => {}
            }
        }
        let end = visits.moment(execution.stopped);
        for visit in visits.visits.iter_mut().filter(|visit| visit.open) {
            visit.open = false;
            if visit.failure.is_none() {
                visit.left = end;
                visit.fate = Fate::Aborted;
                visit.end_attempt(end);
            }
        }
        visits
    }

    /// What a picture of the machine is to mark.
    pub(super) fn marks(&self) -> Marks {
        let mut marks = Marks::for_execution();
        for visit in &self.visits {
            let is = |fate| u32::from(visit.fate == fate);
            marks.add_visit(
                visit.name,
                picture::Visits {
                    entered: 1,
                    retried: visit.retries(),
                    caught: is(Fate::Caught),
                    failed: is(Fate::Failed),
                    unfinished: is(Fate::Aborted),
                },
            );
            if let Some(next) = visit.next {
                marks.add_transition(visit.name, self.visits[next].name, visit.fate == Fate::Caught);
            }
        }
        marks
    }

    /// The numbers of the visits of each state, by its name.
    pub(super) fn by_state(&self) -> FxHashMap<&'e str, u32> {
        let mut counts = FxHashMap::default();
        for visit in &self.visits {
            *counts.entry(&**visit.name).or_default() += 1;
        }
        counts
    }

    fn moment(&mut self, at: Time) -> Moment {
        self.moments += 1;
        Moment {
            at,
            order: self.moments,
        }
    }

    /// The visit that a lane is in.
    fn open_in(&self, lane: u32) -> Option<usize> {
        let last = *self.lanes.get(lane as usize)?.visits.last()?;
        self.visits[last].open.then_some(last)
    }

    fn event(&mut self, event: &'e Event) {
        let now = self.moment(event.at);
        if let EventKind::StateEntered {
            state_type,
            name,
            input,
        } = &event.kind
        {
            let number = self.visits.len();
            let Some(lane) = self.lanes.get_mut(event.lane as usize) else {
                return;
            };
            if let Some(&before) = lane.visits.last() {
                self.visits[before].next = Some(number);
            }
            lane.visits.push(number);
            self.visits.push(Visit {
                name,
                state_type: *state_type,
                lane: event.lane,
                entered: now,
                left: now,
                input,
                output: None,
                assigned: None,
                attempts: Vec::new(),
                failure: None,
                fate: Fate::Succeeded,
                next: None,
                open: true,
            });
            return;
        }
        let Some(open) = self.open_in(event.lane) else {
            return;
        };
        let visit = &mut self.visits[open];
        match &event.kind {
            EventKind::StateExited { output, assigned, .. } => {
                visit.left = now;
                visit.open = false;
                visit.output = Some(output);
                visit.assigned = assigned.as_deref();
                visit.fate = match visit.failure {
                    Some(_) => Fate::Caught,
                    None => Fate::Succeeded,
                };
                visit.end_attempt(now);
            }
            EventKind::StateAborted(_) => {
                visit.open = false;
                // The task whose error ends a Parallel is said to be aborted, too.
                if visit.failure.is_none() {
                    visit.left = now;
                    visit.fate = Fate::Aborted;
                    visit.end_attempt(now);
                }
            }
            EventKind::Scheduled(task) => {
                visit.begin_attempt(now, Some((called(&task.target), &task.parameters)));
            }
            EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. } => {
                visit.begin_attempt(now, None);
            }
            EventKind::Submitted { output, .. } => {
                if let Some(attempt) = visit.attempts.last_mut() {
                    attempt.submitted = Some((now, output));
                }
            }
            EventKind::Succeeded { output, .. } => {
                visit.end_attempt(now);
                if let Some(attempt) = visit.attempts.last_mut() {
                    attempt.result = Some(output);
                }
            }
            EventKind::Unsuccessful { failure, .. } => {
                visit.end_attempt(now);
                if let Some(attempt) = visit.attempts.last_mut() {
                    attempt.failure = Some(failure);
                }
            }
            _ => {}
        }
    }

    /// The state that a lane is in has failed.
    fn failed(&mut self, at: Time, lane: u32, failure: &'e Failure, retry_at: Option<Time>) {
        let now = self.moment(at);
        let Some(open) = self.open_in(lane) else {
            return;
        };
        let visit = &mut self.visits[open];
        if retry_at.is_some() && visit.attempts.last().is_none_or(|last| last.retry_at.is_some()) {
            // It failed before it had begun.
            visit.begin_attempt(now, None);
        }
        visit.end_attempt(now);
        if let Some(attempt) = visit.attempts.last_mut().filter(|last| last.retry_at.is_none()) {
            attempt.failure.get_or_insert(failure);
            attempt.retry_at = retry_at;
        }
        if retry_at.is_none() {
            // Until it is left: a catcher may take the error yet. Otherwise all ends here.
            visit.failure = Some(failure);
            visit.fate = Fate::Failed;
            visit.left = now;
        }
    }
}

impl<'e> Visit<'e> {
    fn begin_attempt(&mut self, now: Moment, call: Option<(String, &'e Value)>) {
        self.attempts.push(Attempt {
            begun: now,
            ended: None,
            call,
            submitted: None,
            result: None,
            failure: None,
            retry_at: None,
        });
    }

    fn end_attempt(&mut self, now: Moment) {
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.ended.get_or_insert(now);
        }
    }
}

/// `lambda:invoke`, or the function's or activity's ARN.
fn called(target: &TaskTarget) -> String {
    match target.family {
        Family::Task => format!("{}:{}", target.resource_type, target.resource),
        Family::LambdaFunction | Family::Activity => target.resource.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asl::StateMachine;
    use crate::mocks;
    use crate::simulate::{self, Program, Settings};
    use crate::source::{SourceFile, parse};

    const DEFINITION: &str = r#"{"StartAt": "Both", "States": {
        "Both": {"Type": "Parallel", "Next": "Done", "Catch": [{"ErrorEquals": ["TooLate"], "Next": "Done"}],
            "Branches": [
                {"StartAt": "Call", "States": {
                    "Call": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"Message": "m", "TopicArn": "t"},
                        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 5}],
                        "Catch": [{"ErrorEquals": ["Gone"], "Next": "Wait"}], "End": true},
                    "Wait": {"Type": "Wait", "Seconds": 60, "End": true}}},
                {"StartAt": "Pause", "States": {
                    "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Late"},
                    "Late": {"Type": "Fail", "Error": "TooLate"}}}]},
        "Done": {"Type": "Pass", "End": true}}}"#;
    const MOCKS: &str = r#"{"States": {"Call": [{"Throw": {"Error": "Busy"}, "DelaySeconds": 2}, {"Throw": {"Error": "Gone"}}]}}"#;

    #[test]
    fn a_history_is_told_as_visits() {
        let parsed = parse(Arc::new(SourceFile::new("m.json", DEFINITION)));
        let machine = StateMachine::read(Arc::new(parsed.document.expect("JSON")));
        let mut mocks = mocks::read(Arc::new(SourceFile::new("k.json", MOCKS)), None, None).expect("mocks");
        mocks.fit(&machine).expect("the mocks of its tasks");
        let program = Program::compile(&machine).expect("a program");
        let settings = Settings {
            keep_asides: true,
            ..Settings::default()
        };
        let input = Value::empty_object();
        let execution =
            simulate::run(&program, &settings, &mocks, input, Arc::from("{}")).expect("an execution");
        let visits = Visits::of(&execution);
        let seconds = |moment: Moment| moment.at.since(execution.started) / 1000;
        let told: Vec<_> = visits
            .visits
            .iter()
            .map(|visit| {
                let error = visit.failure.and_then(|failure| failure.error.as_deref());
                (
                    &**visit.name,
                    visit.fate,
                    seconds(visit.entered),
                    seconds(visit.left),
                    error,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Both", Fate::Caught, 0, 30, Some("TooLate")),
                ("Call", Fate::Caught, 0, 7, Some("Gone")),
                ("Pause", Fate::Succeeded, 0, 30, None),
                // Its branch is stopped when the other fails.
                ("Wait", Fate::Aborted, 7, 30, None),
                ("Late", Fate::Failed, 30, 30, Some("TooLate")),
                ("Done", Fate::Succeeded, 30, 30, None),
            ]
        );
        let call = &visits.visits[1];
        let attempts: Vec<_> = call
            .attempts
            .iter()
            .map(|attempt| {
                let retry_at = attempt.retry_at.map(|at| at.since(execution.started) / 1000);
                (seconds(attempt.begun), attempt.ended.map(seconds), retry_at)
            })
            .collect();
        assert_eq!(attempts, [(0, Some(2), Some(7)), (7, Some(7), None)]);
        assert_eq!(
            call.attempts[0].failure.and_then(|f| f.error.as_deref()),
            Some("Busy")
        );
        assert_eq!((call.retries(), call.next), (1, Some(3)));
        let lanes: Vec<_> = visits
            .lanes
            .iter()
            .map(|lane| (lane.holder, lane.index, &lane.visits[..]))
            .collect();
        assert_eq!(
            lanes,
            [
                (None, 0, &[0, 5][..]),
                (Some(0), 0, &[1, 3]),
                (Some(0), 1, &[2, 4])
            ]
        );
    }
}
