//! The control flow of a machine: one petgraph graph a scope.
//!
//! [`ControlFlow`] holds a [`ScopeGraph`] for the top level, each branch and each processor. Transitions never leave
//! their scope, so that every question of the kind "who reaches whom" is asked of one of them. Everything here is
//! iterative and linear in states and transitions (dominators nearly so): a machine of 10,000 states in one chain is
//! no problem. [`Assignments`] is what its variables hold where.

mod assignments;
mod control_flow;
mod scope_graph;

pub use assignments::Assignments;
pub use control_flow::ControlFlow;
pub use scope_graph::{ScopeGraph, StateSet};
