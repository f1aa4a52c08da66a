//! What an execution's events say about its states, tasks, retries and waits.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::arrange::Arrange as _;
use crate::asl::StateType;
use crate::history::Timeline;
use crate::simulate::Execution;
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
    /// What each call of a task that succeeded returned.
    pub(super) results: ByState<Value>,
    /// The milliseconds before each retry.
    pub(super) retries: ByState<i64>,
    /// The milliseconds of each visit of a Wait state.
    pub(super) waits: ByState<i64>,
}

impl Observed {
    pub(super) fn of(execution: &Execution) -> Observed {
        let timeline = Timeline::of(&execution.history);
        let own = timeline.visits.iter().filter(|visit| visit.entered_by > 0);
        // What happens in visits side by side comes in the order in which it happened.
        let (mut calls, mut results) = (Vec::new(), Vec::new());
        let (mut retries, mut waits) = (Vec::new(), Vec::new());
        for visit in &timeline.visits {
            for attempt in &visit.attempts {
                if let Some(task) = attempt.task {
                    calls.push((attempt.begun.order, visit.name, task.parameters.clone()));
                    results.extend(
                        attempt
                            .result
                            .map(|result| (attempt.begun.order, visit.name, result.clone())),
                    );
                }
                if let (Some(retry_at), Some(ended)) = (attempt.retry_at, attempt.ended) {
                    retries.push((ended.order, visit.name, retry_at.since(ended.at)));
                }
            }
            if visit.state_type == StateType::Wait && visit.output.is_some() {
                waits.push((
                    visit.left.order,
                    visit.name,
                    visit.left.at.since(visit.entered.at),
                ));
            }
        }
        Observed {
            visited: own.map(|visit| visit.name.clone()).collect(),
            calls: by_state(calls),
            results: by_state(results),
            retries: by_state(retries),
            waits: by_state(waits),
        }
    }
}

fn by_state<T>(mut entries: Vec<(u32, &Arc<str>, T)>) -> ByState<T> {
    entries.arrange_by_key(|(order, ..)| *order);
    let mut states: ByState<T> = ByState::default();
    for (_, name, entry) in entries {
        states.entry(name.clone()).or_default().push(entry);
    }
    states
}
