//! What an execution's events say about its states, tasks, retries and waits.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::asl::StateType;
use crate::history::{Aside, Event, EventKind, Told};
use crate::simulate::{Execution, Time};
use crate::value::Value;

/// Something for each of some states, in the order in which they came first.
pub(super) type ByState<T> = IndexMap<Arc<str>, Vec<T>, FxBuildHasher>;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Observed {
    /// The states entered, in the order of the history; without those of a Map Run's children, whose events are not in
    /// it.
    pub(super) visited: Vec<Arc<str>>,
    /// What each call of a task was made with, those of Map Runs' children among them.
    pub(super) calls: ByState<Value>,
    /// The milliseconds before each retry.
    pub(super) retries: ByState<i64>,
    /// The milliseconds of each visit of a Wait state.
    pub(super) waits: ByState<i64>,
}

/// The state that a line of execution is in.
struct Current {
    name: Arc<str>,
    entered: Time,
}

impl Observed {
    pub(super) fn of(execution: &Execution) -> Observed {
        let history = &execution.history;
        let mut observed = Observed::default();
        let mut lanes: Vec<Option<Current>> = Vec::new();
        lanes.resize_with(history.lanes().len().max(1), || None);
        for told in history.told() {
            match told {
                Told::Event(event) => observed.event(event, &mut lanes),
                Told::Aside(Aside::Failed {
                    at,
                    lane,
                    retry_at: Some(retry),
                    ..
                }) => {
                    if let Some(Some(current)) = lanes.get(*lane as usize) {
                        let waits = observed.retries.entry(current.name.clone()).or_default();
                        waits.push(retry.since(*at));
                    }
                }
                Told::Aside(_) => {}
            }
        }
        observed
    }

    fn event(&mut self, event: &Event, lanes: &mut [Option<Current>]) {
        let Some(lane) = lanes.get_mut(event.lane as usize) else {
            return;
        };
        if let EventKind::StateEntered { name, .. } = &event.kind {
            *lane = Some(Current {
                name: name.clone(),
                entered: event.at,
            });
            // A child's events have no number: they are not in the history.
            if event.id > 0 {
                self.visited.push(name.clone());
            }
            return;
        }
        let Some(current) = lane else { return };
        match &event.kind {
            EventKind::Scheduled(task) => {
                let calls = self.calls.entry(current.name.clone()).or_default();
                calls.push(task.parameters.clone());
            }
            EventKind::StateExited {
                state_type: StateType::Wait,
                ..
            } => {
                let waited = event.at.since(current.entered);
                self.waits.entry(current.name.clone()).or_default().push(waited);
            }
            _ => {}
        }
    }
}
