//! The child executions of an execution's Map Runs. What can be told of one stands in its events.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Status;
use super::board::View;
use super::events::Log;
use crate::history::{ChildExecution, EXECUTION_ABORTED, Event, EventKind, Failure, Time};
use crate::simulate::{MapRunStatus, MapRunView};
use crate::value::Value;

/// The children of one execution, in the order in which they began, and those that something has happened to.
#[derive(Default)]
pub(super) struct Children {
    /// By the number that each has as long as it is known.
    all: BTreeMap<u64, (Arc<ChildExecution>, Log)>,
    numbers: FxHashMap<Arc<ChildExecution>, u64>,
    begun: u64,
    news: Vec<News>,
}

/// What has happened to a child.
pub(super) enum News {
    Begun(Arc<ChildExecution>),
    GoesOn(Arc<ChildExecution>),
    Ended(Arc<ChildExecution>),
}

/// A child execution.
pub(crate) struct ChildView {
    /// Its names, and its Map Run.
    pub(crate) child: Arc<ChildExecution>,
    /// The execution that its Map Run is of.
    pub(crate) of: Arc<str>,
    /// Its place among those of its execution, which it keeps.
    pub(crate) place: u64,
    /// Its input's text.
    pub(crate) input: Arc<str>,
    /// How it stands.
    pub(crate) view: View,
}

impl ChildView {
    /// Says whether it waits to go on, with its Map Run that does.
    pub(super) fn waits_for(&mut self, map_runs: &[MapRunView]) {
        let mut map_runs = map_runs.iter();
        let map_run = map_runs.find(|map_run| map_run.arn == self.child.map_run);
        let goes_on = |map_run: &MapRunView| {
            let runs = map_run.status == MapRunStatus::Running;
            runs && self
                .view
                .stopped
                .is_some_and(|stopped| map_run.redriven.is_some_and(|at| stopped <= at))
        };
        let unsuccessful = matches!(
            self.view.status,
            Status::Failed | Status::TimedOut | Status::Aborted
        );
        if unsuccessful && map_run.is_some_and(goes_on) {
            self.view.status = Status::PendingRedrive;
        }
    }
}

impl Children {
    /// Something has happened in one; gives how much memory that takes.
    pub(super) fn add(&mut self, child: &Arc<ChildExecution>, event: Event) -> usize {
        let known = self.numbers.get(child).copied();
        let number = match known {
            Some(number) => number,
            None if event.id == 1 => {
                self.begun += 1;
                self.news.push(News::Begun(child.clone()));
                self.numbers.insert(child.clone(), self.begun);
                self.all.insert(self.begun, (child.clone(), Log::default()));
                self.begun
            }
            // The others are of one that is kept no longer.
            None => return 0,
        };
        let Some((_, log)) = self.all.get_mut(&number) else {
            return 0;
        };
        if event.kind.is_end() {
            self.news.push(News::Ended(child.clone()));
        } else if log.events().last().is_some_and(|last| last.kind.is_end()) {
            self.news.push(News::GoesOn(child.clone()));
        }
        log.add(event)
    }

    /// What has happened since this was asked last.
    pub(super) fn news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<ChildExecution>> {
        self.all.values().map(|(child, _)| child)
    }

    /// Forgets one, and gives how much memory it has taken.
    pub(super) fn forget(&mut self, child: &ChildExecution) -> usize {
        let number = self.numbers.remove(child);
        let forgotten = number.and_then(|number| self.all.remove(&number));
        forgotten.map_or(0, |(_, log)| log.bytes())
    }

    fn get(&self, child: &ChildExecution) -> Option<(u64, &Arc<ChildExecution>, &[Event])> {
        let number = *self.numbers.get(child)?;
        let (child, log) = self.all.get(&number)?;
        Some((number, child, log.events()))
    }

    pub(super) fn events(&self, child: &ChildExecution) -> Option<&[Event]> {
        let (.., events) = self.get(child)?;
        Some(events)
    }

    /// What can be told of one.
    pub(super) fn view(&self, of: &Arc<str>, child: &ChildExecution) -> Option<ChildView> {
        let (number, child, events) = self.get(child)?;
        Some(view(of, number, child, events))
    }

    /// What can be told of those of a Map Run.
    pub(super) fn of_map_run(&self, of: &Arc<str>, map_run: &str) -> Vec<ChildView> {
        let wanted = self
            .all
            .iter()
            .filter(|(_, (child, _))| &*child.map_run == map_run);
        wanted
            .map(|(number, (child, log))| view(of, *number, child, log.events()))
            .collect()
    }
}

fn view(of: &Arc<str>, place: u64, child: &Arc<ChildExecution>, events: &[Event]) -> ChildView {
    let input = match events.first().map(|event| &event.kind) {
        Some(EventKind::ExecutionStarted { input, .. }) => input.clone(),
        _ => Arc::from(""),
    };
    let last = events.last().filter(|event| event.kind.is_end());
    let redriven = |event: &&Event| event.kind.type_name() == "ExecutionRedriven";
    let mut redrives = events.iter().filter(redriven);
    let (redriven, earlier) = (redrives.next_back().map(|event| event.at), redrives.count());
    let (status, output, failure) = match last.map(|event| &event.kind) {
        None => (Status::Running, None, None),
        Some(EventKind::ExecutionSucceeded { output }) => (Status::Succeeded, Some(output.clone()), None),
        Some(EventKind::ExecutionFailed(failure)) => (Status::Failed, None, Some(failure.clone())),
        Some(EventKind::Other(other)) if &*other.type_name == EXECUTION_ABORTED => {
            let text = |name: &str| match other.details.get(name) {
                Some(Value::String(text)) => Some(text.clone()),
                _ => None,
            };
            let failure = Failure {
                error: text("error"),
                cause: text("cause"),
                ..Failure::nothing()
            };
            (Status::Aborted, None, Some(failure))
        }
        Some(_) => (Status::TimedOut, None, None),
    };
    ChildView {
        child: child.clone(),
        of: of.clone(),
        place,
        input,
        view: View {
            status,
            output,
            failure,
            stopped: last.map(|event| event.at),
            redrives: u32::try_from(earlier)
                .unwrap_or(u32::MAX)
                .saturating_add(u32::from(redriven.is_some())),
            redriven,
            ..View::begun(events.first().map_or_else(Time::default, |event| event.at))
        },
    }
}
