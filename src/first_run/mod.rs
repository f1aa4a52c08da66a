//! What a first run of a machine needs: an execution input, and results of its tasks that later states can read.
//!
//! The machine is walked from its start with values of which nothing is known ([`Shapes`](crate::expr::shapes)): what a
//! state reads they get, what it compares they become. At a Choice state the walk goes where it comes to an end that is no
//! failure, and decides on values that lead there; what other ways read is added afterwards. Nothing is run.
//!
//! ```text
//! walk.rs      scopes and states: the way to the end, and what stands beside it
//! state.rs     what a state of each type reads, and what it passes on
//! sent.rs      what the API that parameters are sent to expects of them
//! data.rs      paths, calls and templates, in both query languages
//! choose.rs    values with which a rule of a Choice state matches
//! ```

mod choose;
mod data;
mod sent;
mod state;
#[cfg(test)]
mod tests;
mod walk;

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use crate::asl::{State, StateId, StateMachine};
use crate::mocks;
use crate::value::Value;

/// What a first run needs.
#[derive(Debug)]
pub struct FirstRun {
    /// The execution's input.
    pub input: Value,
    /// A mock file: every task, and what ItemReaders read.
    pub mocks: Json,
}

/// What another run needs, which takes a way that the first one does not.
#[derive(Debug)]
pub struct OtherRun {
    /// The execution's input.
    pub input: Value,
    /// The results of tasks.
    pub results: Vec<(StateId, Value)>,
}

/// Ways of Choice states at most that runs are made for.
const MOST_WAYS: usize = 100;

/// Finds out what a first run of `machine` needs.
pub fn first_run(machine: &StateMachine) -> FirstRun {
    first_run_on(machine, None)
}

/// As [`first_run`], where the execution's input may be given.
pub fn first_run_on(machine: &StateMachine, input: Option<&Value>) -> FirstRun {
    let mut entries = entries(machine);
    let found = walk::walk(machine, &entries, input, None);
    for (state, result) in found.results {
        if let (Some(entry), Ok(result)) = (entries.get_mut(&state), serde_json::to_value(&result)) {
            entry["Return"] = result;
        }
    }
    let json = |value: &Value| serde_json::to_value(value).unwrap_or_default();
    let read = |state: StateId| {
        let (item, place) = found.readers.get(&state)?;
        Some((json(item), json(place)))
    };
    FirstRun {
        mocks: mocks::skeleton(machine, &entries, read),
        input: found.input,
    }
}

/// Finds out what runs need that take each rule of the Choice states and each default, as far as values can be found with
/// which that is so.
pub fn other_runs(machine: &StateMachine, input: Option<&Value>) -> Vec<OtherRun> {
    let entries = entries(machine);
    let ways = machine.states().iter().flat_map(|state| {
        let defaults = usize::from(state.default.is_some());
        (0..state.choices.len() + defaults).map(|number| (state.id, number))
    });
    let mut runs = Vec::new();
    for way in ways.take(MOST_WAYS) {
        let found = walk::walk(machine, &entries, input, Some(way));
        if found.is_taken {
            runs.push(OtherRun {
                input: found.input,
                results: found.results,
            });
        }
    }
    runs
}

/// An answer in the shape of its integration for each task.
fn entries(machine: &StateMachine) -> FxHashMap<StateId, Json> {
    let states = machine.states().iter();
    let entry = |state: &State| Some((state.id, mocks::skeleton_entry(machine, state)?));
    states.filter_map(entry).collect()
}
