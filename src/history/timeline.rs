//! A history as visits: each stay in a state with its attempts, and the lanes that hold them.

use std::sync::Arc;

use super::{Aside, Event, EventKind, Failure, History, ScheduledTask, Time, Told};
use crate::asl::StateType;
use crate::value::{Map, Value};

/// A moment of the run: when on the clock, and after how many events.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// After how many events.
    pub order: u32,
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It did what it was to do.
    Succeeded,
    /// It failed, and a catcher took the error.
    Caught,
    /// It failed.
    Failed,
    /// Something else ended before it.
    Aborted,
}

impl Fate {
    /// Its name in data and classes.
    pub fn name(self) -> &'static str {
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
pub struct Attempt<'h> {
    /// When it was begun.
    pub begun: Moment,
    /// When it ended.
    pub ended: Option<Moment>,
    /// What was called, and with what.
    pub task: Option<&'h ScheduledTask>,
    /// The event that says so, by its index.
    pub scheduled: Option<usize>,
    /// The worker of an activity that took it.
    pub worker: Option<&'h Arc<str>>,
    /// What the service answered at once, when its result comes later.
    pub submitted: Option<(Moment, &'h Value)>,
    /// The event with its answer, by its index.
    pub answered: Option<usize>,
    /// Its result.
    pub result: Option<&'h Value>,
    /// What it failed with.
    pub failure: Option<&'h Failure>,
    /// When it is tried again.
    pub retry_at: Option<Time>,
}

/// One stay in a state.
#[derive(Debug)]
pub struct Visit<'h> {
    /// The state's name.
    pub name: &'h Arc<str>,
    /// Its type.
    pub state_type: StateType,
    /// Its lane.
    pub lane: u32,
    /// The number of the event by which it was entered; 0 in a child execution.
    pub entered_by: u64,
    /// When it was entered.
    pub entered: Moment,
    /// When it was left, or nothing happened in it any more.
    pub left: Moment,
    /// Its input.
    pub input: &'h Value,
    /// Its output, when it was left.
    pub output: Option<&'h Value>,
    /// The variables that it assigned.
    pub assigned: Option<&'h Map>,
    /// Its tries.
    pub attempts: Vec<Attempt<'h>>,
    /// The error that no retrier took, as far as the history tells it.
    pub failure: Option<&'h Failure>,
    /// How it ended.
    pub fate: Fate,
    /// The visit that followed it.
    pub next: Option<usize>,
    open: bool,
    /// Whether it has failed, and not been tried again since.
    failing: bool,
}

impl Visit<'_> {
    /// How often it was tried again.
    pub fn retries(&self) -> u32 {
        u32::try_from(self.attempts.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

/// A line of execution: the top level, a branch, an item.
#[derive(Debug, Default)]
pub struct TimelineLane {
    /// The visit that holds it; `None` for the top level.
    pub holder: Option<usize>,
    /// The index of the branch or item.
    pub index: usize,
    /// The attempt of the holder that began it, from 1.
    pub attempt: usize,
    /// Its visits in order.
    pub visits: Vec<usize>,
    opened: bool,
}

/// All visits of an execution in the order in which their states were entered.
#[derive(Debug)]
pub struct Timeline<'h> {
    /// What it was read from.
    pub history: &'h History,
    /// The visits.
    pub visits: Vec<Visit<'h>>,
    /// The lanes; the first is the top level.
    pub lanes: Vec<TimelineLane>,
    /// How many moments there are.
    pub moments: u32,
    /// The visit that each event belongs to; `None` for what the execution says of itself.
    visit_of: Vec<Option<usize>>,
}

impl<'h> Timeline<'h> {
    /// Reads a history, of a run or exported. What was told beside the events of a run says for sure which error a
    /// catcher took and when a retry comes; without it, the timeline says what the events tell.
    pub fn of(history: &'h History) -> Timeline<'h> {
        let lanes = history.lanes().len().max(1);
        let mut timeline = Timeline {
            history,
            visits: Vec::new(),
            lanes: (0..lanes).map(|_| TimelineLane::default()).collect(),
            moments: 0,
            visit_of: Vec::with_capacity(history.events().len()),
        };
        for told in history.told() {
            match told {
                Told::Event(event) => {
                    let index = timeline.visit_of.len();
                    let own = history
                        .events()
                        .get(index)
                        .filter(|own| std::ptr::eq(*own, event));
                    let visit = timeline.event(event, own.map(|_| index));
                    if own.is_some() {
                        timeline.visit_of.push(visit);
                    }
                }
                Told::Aside(Aside::Failed {
                    at,
                    lane,
                    failure,
                    retry,
                }) => timeline.failed(*at, *lane, failure, retry.map(|retry| retry.at)),
                // Lanes are opened by their first event; events of child executions are told as events.
                Told::Aside(
                    Aside::Opened(_) | Aside::InChild(_) | Aside::Chose(_) | Aside::NoItems { .. },
                ) => {}
            }
        }
        timeline.finish();
        timeline
    }

    /// The visit that an event belongs to; `None` for what the execution says of itself.
    pub fn visit_of(&self, event: usize) -> Option<usize> {
        self.visit_of.get(event).copied().flatten()
    }

    /// The lane that an event belongs to. What the execution says of itself is the top level's.
    pub fn lane_of(&self, event: usize) -> usize {
        match self.history.events().get(event) {
            Some(event) if !is_of_execution(&event.kind) => (event.lane as usize).min(self.lanes.len() - 1),
            _ => 0,
        }
    }

    /// The indexes of the Map items around a lane, outermost first.
    pub fn iteration(&self, mut lane: usize) -> Vec<usize> {
        let mut indexes = Vec::new();
        while let Some(holder) = self.lanes.get(lane).and_then(|lane| lane.holder) {
            let holder = &self.visits[holder];
            if holder.state_type == StateType::Map {
                indexes.push(self.lanes[lane].index);
            }
            lane = holder.lane as usize;
        }
        indexes.reverse();
        indexes
    }

    /// The indexes of the Map items that an event belongs to, outermost first.
    pub fn iteration_of(&self, event: usize) -> Vec<usize> {
        let mut indexes = self.iteration(self.lane_of(event));
        indexes.extend(
            self.history
                .events()
                .get(event)
                .and_then(|event| event.kind.item()),
        );
        indexes
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

    /// Opens a lane with its first event.
    fn open_lane(&mut self, number: u32) {
        let Some(lane) = self.history.lanes().get(number as usize) else {
            return;
        };
        if self.lanes[number as usize].opened {
            return;
        }
        let holder = (number > 0).then(|| self.open_in(lane.parent)).flatten();
        self.lanes[number as usize] = TimelineLane {
            holder,
            index: lane.index,
            attempt: holder.map_or(0, |holder| self.visits[holder].attempts.len()),
            visits: Vec::new(),
            opened: true,
        };
    }

    /// Takes in an event, whose `index` it has unless it is a child execution's; gives its visit.
    fn event(&mut self, event: &'h Event, index: Option<usize>) -> Option<usize> {
        let now = self.moment(event.at);
        if is_of_execution(&event.kind) {
            if let (EventKind::ExecutionFailed(failure), Some(_)) = (&event.kind, index) {
                self.failed_before(event, now, Some(failure));
            }
            return None;
        }
        self.open_lane(event.lane);
        if let EventKind::StateEntered {
            state_type,
            name,
            input,
            ..
        } = &event.kind
        {
            let number = self.visits.len();
            let lane = self.lanes.get_mut(event.lane as usize)?;
            if let Some(&before) = lane.visits.last() {
                self.visits[before].next = Some(number);
            }
            lane.visits.push(number);
            self.visits.push(Visit {
                name,
                state_type: *state_type,
                lane: event.lane,
                entered_by: event.id,
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
                // It does nothing else.
                failing: *state_type == StateType::Fail,
            });
            return Some(number);
        }
        match &event.kind {
            EventKind::MapIterationFailed { .. }
            | EventKind::ParallelStateFailed
            | EventKind::MapStateFailed => self.failed_before(event, now, None),
            _ => {}
        }
        let open = self.open_in(event.lane)?;
        self.visits[open].take(&event.kind, now, index);
        Some(open)
    }

    /// What fails without an event of its own (a time that is none, a path without a result) has failed when the event
    /// that follows it tells of a failure.
    fn failed_before(&mut self, event: &Event, now: Moment, failure: Option<&'h Failure>) {
        let events = self.history.events();
        let Ok(before) = events.binary_search_by_key(&event.previous, |event| event.id) else {
            return;
        };
        let Some(visit) = self.visit_of(before) else {
            return;
        };
        let visit = &mut self.visits[visit];
        if visit.open && !visit.failing && !matches!(visit.state_type, StateType::Parallel | StateType::Map) {
            visit.fail(now, failure);
        }
    }

    /// The state that a lane is in has failed.
    fn failed(&mut self, at: Time, lane: u32, failure: &'h Failure, retry_at: Option<Time>) {
        let now = self.moment(at);
        let Some(open) = self.open_in(lane) else {
            return;
        };
        let visit = &mut self.visits[open];
        if retry_at.is_some() && visit.attempts.last().is_none_or(|last| last.retry_at.is_some()) {
            // It failed before it had begun.
            visit.begin_attempt(now, None, None);
        }
        visit.end_attempt(now);
        visit.failing = false;
        if let Some(attempt) = visit.attempts.last_mut().filter(|last| last.retry_at.is_none()) {
            attempt.failure.get_or_insert(failure);
            attempt.retry_at = retry_at;
        }
        if retry_at.is_none() {
            visit.fail(now, Some(failure));
        }
    }

    fn finish(&mut self) {
        let end = self.history.events().last().map(|event| event.at);
        let end = self.moment(end.unwrap_or_default());
        for visit in self.visits.iter_mut().filter(|visit| visit.open) {
            visit.open = false;
            if visit.failing {
                visit.fate = Fate::Failed;
                visit.name_failure();
            } else {
                visit.abort(end);
            }
        }
    }
}

fn is_of_execution(kind: &EventKind) -> bool {
    match kind {
        EventKind::ExecutionStarted { .. } => true,
        EventKind::Other(other) => other.type_name.starts_with("Execution"),
        kind => kind.is_end(),
    }
}

impl<'h> Visit<'h> {
    /// Takes in an event that happens in it.
    fn take(&mut self, kind: &'h EventKind, now: Moment, index: Option<usize>) {
        match kind {
            EventKind::StateExited { output, assigned, .. } => {
                self.left = now;
                self.open = false;
                self.output = Some(output);
                self.assigned = assigned.as_deref();
                self.end_attempt(now);
                self.fate = if self.failing {
                    Fate::Caught
                } else {
                    Fate::Succeeded
                };
                self.name_failure();
            }
            // The task whose error ends a Parallel is said to be aborted, too.
            EventKind::StateAborted(_) if !self.failing => {
                self.open = false;
                self.abort(now);
            }
            EventKind::Scheduled(task) => self.begin_attempt(now, Some(task), index),
            EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. } => {
                self.begin_attempt(now, None, None);
            }
            EventKind::Started { worker, .. } => {
                if let Some(attempt) = self.attempts.last_mut() {
                    attempt.worker = worker.as_ref();
                }
            }
            EventKind::Submitted { output, .. } => {
                if let Some(attempt) = self.attempts.last_mut() {
                    attempt.submitted = Some((now, output));
                }
            }
            EventKind::Succeeded { output, .. } => {
                self.failing = false;
                self.end_attempt(now);
                if let Some(attempt) = self.attempts.last_mut() {
                    attempt.result = Some(output);
                    attempt.answered = index;
                }
            }
            EventKind::Unsuccessful { failure, .. } => {
                self.end_attempt(now);
                self.failing = true;
                self.left = now;
                if let Some(attempt) = self.attempts.last_mut() {
                    attempt.failure = Some(failure);
                    attempt.answered = index;
                }
            }
            EventKind::EvaluationFailed(failed) if !self.failing => {
                self.end_attempt(now);
                self.failing = true;
                self.left = now;
                self.failure = Some(&failed.failure);
            }
            EventKind::ParallelStateFailed | EventKind::MapStateFailed if !self.failing => {
                self.fail(now, None)
            }
            _ => {}
        }
    }

    /// It has failed; until it is left, a catcher may take the error yet.
    fn fail(&mut self, now: Moment, failure: Option<&'h Failure>) {
        self.failing = true;
        self.left = now;
        self.failure = failure.or(self.failure);
        self.end_attempt(now);
    }

    fn abort(&mut self, now: Moment) {
        self.left = now;
        self.fate = Fate::Aborted;
        self.end_attempt(now);
    }

    /// What it has failed with for good, when nothing but its last attempt tells.
    fn name_failure(&mut self) {
        let last = self.attempts.last().and_then(|attempt| attempt.failure);
        self.failure = if self.failing { self.failure.or(last) } else { None };
    }

    fn begin_attempt(&mut self, now: Moment, task: Option<&'h ScheduledTask>, scheduled: Option<usize>) {
        self.failing = false;
        self.failure = None;
        self.attempts.push(Attempt {
            begun: now,
            ended: None,
            task,
            scheduled,
            worker: None,
            submitted: None,
            answered: None,
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
