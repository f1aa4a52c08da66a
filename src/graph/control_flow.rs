//! The graphs of all scopes of a machine.

use crate::asl::{ScopeId, State, StateMachine};

use super::ScopeGraph;

/// The control flow of a whole machine, scope by scope.
#[derive(Debug)]
pub struct ControlFlow {
    scopes: Vec<ScopeGraph>,
}

impl ControlFlow {
    /// Builds the graph of every scope of `machine`. Transitions to states that do not exist are left out
    /// (see [`ScopeGraph::dangles`]).
    pub fn new(machine: &StateMachine) -> Self {
        ControlFlow {
            scopes: machine
                .scopes()
                .iter()
                .map(|scope| ScopeGraph::new(machine, scope.id))
                .collect(),
        }
    }

    /// The graph of one scope.
    pub fn scope(&self, id: ScopeId) -> &ScopeGraph {
        &self.scopes[id.index()]
    }

    /// All graphs, the top level first, each before those inside it.
    pub fn scopes(&self) -> &[ScopeGraph] {
        &self.scopes
    }

    /// Whether an execution can enter `state`: it is reached from `StartAt` of its scope, and so is every Map or
    /// Parallel around it.
    pub fn is_live(&self, machine: &StateMachine, state: &State) -> bool {
        let mut state = state;
        loop {
            if !self.scope(state.scope).reachable().contains(state.id) {
                return false;
            }
            match machine.scope(state.scope).owner {
                Some(owner) => state = machine.state(owner),
                None => return true,
            }
        }
    }
}
