//! The child executions of an execution's Map Runs. What can be told of one stands in its events.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Status;
use super::board::View;
use crate::history::{ChildExecution, EXECUTION_ABORTED, Event, EventKind, Failure, Time};
use crate::simulate::{MapRunStatus, MapRunView};
use crate::value::Value;

/// The children of one execution, in the order in which they began, and those that something has happened to.
#[derive(Default)]
pub(super) struct Children {
    all: IndexMap<Arc<ChildExecution>, Vec<Event>>,
    news: News,
}

/// The children that have begun, and those that have ended.
#[derive(Default)]
pub(super) struct News {
    pub(super) begun: Vec<Arc<ChildExecution>>,
    pub(super) ended: Vec<Arc<ChildExecution>>,
}

/// A child execution.
pub(crate) struct ChildView {
    /// Its names, and its Map Run.
    pub(crate) child: Arc<ChildExecution>,
    /// The execution that its Map Run is of.
    pub(crate) of: Arc<str>,
    /// Its place among those of its execution.
    pub(crate) place: usize,
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
    /// Something has happened in one.
    pub(super) fn add(&mut self, child: &Arc<ChildExecution>, event: Event) {
        if event.kind.is_end() {
            self.news.ended.push(child.clone());
        }
        match self.all.get_mut(child) {
            Some(events) => events.push(event),
            // The others are of one that is kept no longer.
            None if event.id == 1 => {
                self.news.begun.push(child.clone());
                self.all.insert(child.clone(), vec![event]);
            }
            None => {}
        }
    }

    /// What has happened since this was asked last.
    pub(super) fn news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    /// How many events they have.
    pub(super) fn count(&self) -> usize {
        self.all.values().map(Vec::len).sum()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<ChildExecution>> {
        self.all.keys()
    }

    pub(super) fn forget(&mut self, child: &ChildExecution) {
        self.all.shift_remove(child);
    }

    pub(super) fn events(&self, child: &ChildExecution) -> Option<&[Event]> {
        self.all.get(child).map(Vec::as_slice)
    }

    /// What can be told of one.
    pub(super) fn view(&self, of: &Arc<str>, child: &ChildExecution) -> Option<ChildView> {
        let (place, child, events) = self.all.get_full(child)?;
        Some(view(of, place, child, events))
    }

    /// What can be told of those of a Map Run.
    pub(super) fn of_map_run(&self, of: &Arc<str>, map_run: &str) -> Vec<ChildView> {
        let all = self.all.iter().enumerate();
        let wanted = all.filter(|(_, (child, _))| &*child.map_run == map_run);
        wanted
            .map(|(place, (child, events))| view(of, place, child, events))
            .collect()
    }
}

fn view(of: &Arc<str>, place: usize, child: &Arc<ChildExecution>, events: &[Event]) -> ChildView {
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
