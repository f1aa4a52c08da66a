//! A state machine compiled once for running: states by number, every path, template and comparison parsed.

use std::sync::Arc;

use super::settings::{MachineType, longest_execution_seconds};
use super::states;
use crate::asl::{ScopeId, StateId, StateType};

/// A compiled machine. See [`Program::compile`].
#[derive(Debug, Default)]
pub struct Program {
    pub(super) states: Vec<State>,
    pub(super) scopes: Vec<Scope>,
    /// Bytes of the definition's text.
    pub(super) definition_bytes: u64,
    /// The machine's `TimeoutSeconds`.
    pub(super) timeout_seconds: Option<f64>,
    /// The placeholders whose values a run needs somewhere.
    pub(super) missing: Arc<[Arc<str>]>,
}

impl Program {
    /// Whether the machine says itself how long an execution may run.
    pub fn has_own_timeout(&self) -> bool {
        self.timeout_seconds.is_some()
    }

    /// The placeholders whose values a run needs somewhere: all others stand as text.
    pub fn needed_placeholders(&self) -> &[Arc<str>] {
        &self.missing
    }

    /// The labels of its Distributed Maps, which stand in ARNs.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.states.iter().filter_map(|state| match &state.behaviour {
            Behaviour::Map(map) => map.distributed.as_ref().map(|distributed| &*distributed.label),
            _ => None,
        })
    }

    /// How long an execution may run: its `TimeoutSeconds`, and never longer than its type allows.
    pub(super) fn longest_seconds(&self, machine_type: MachineType) -> f64 {
        let longest = longest_execution_seconds(machine_type);
        self.timeout_seconds.map_or(longest, |own| own.min(longest))
    }

    /// The same in milliseconds.
    pub fn longest_millis(&self, machine_type: MachineType) -> i64 {
        (self.longest_seconds(machine_type) * 1000.0) as i64
    }
}

/// A scope of the machine.
#[derive(Debug)]
pub(super) struct Scope {
    /// The state it begins with.
    pub(super) start: StateIndex,
}

/// The number of a state in [`Program::states`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct StateIndex(u32);

impl StateIndex {
    pub(super) fn of(id: StateId) -> Self {
        StateIndex(u32::try_from(id.index()).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where a state leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// To a state of the same scope.
    State(StateIndex),
    /// To the end of its scope.
    End,
}

/// One state, compiled.
#[derive(Debug)]
pub(super) struct State {
    pub(super) name: Arc<str>,
    pub(super) state_type: StateType,
    pub(super) next: Next,
    pub(super) retriers: Vec<crate::asl::Retrier>,
    pub(super) catchers: Vec<Catcher>,
    pub(super) behaviour: Behaviour,
    /// Whether a placeholder decides what it does.
    pub(super) lacks_value: bool,
    /// Whether a placeholder is among the errors that its handlers name.
    pub(super) lacks_errors: bool,
}

/// A catcher, compiled.
#[derive(Debug)]
pub(super) struct Catcher {
    pub(super) errors: Vec<crate::asl::ErrorName>,
    pub(super) next: StateIndex,
    pub(super) flow: super::flow::CatchFlow,
}

/// What a state of each type does.
#[derive(Debug)]
pub(super) enum Behaviour {
    Pass(Box<states::pass::Pass>),
    Task(Box<states::task::Task>),
    Choice(Box<states::choice::Choice>),
    Wait(Box<states::wait::Wait>),
    Succeed(Box<states::succeed::Succeed>),
    Fail(Box<states::fail::Fail>),
    Parallel(Box<states::parallel::Parallel>),
    Map(Box<states::map::Map>),
}

impl Program {
    pub(super) fn state(&self, index: StateIndex) -> &State {
        &self.states[index.index()]
    }

    pub(super) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }
}
