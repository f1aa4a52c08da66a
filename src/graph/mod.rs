//! The control flow of a machine: one petgraph graph a scope.
//!
//! [`ControlFlow`] holds a [`ScopeGraph`] for the top level, each branch and each processor. Transitions never leave
//! their scope, so that every question of the kind "who reaches whom" is asked of one of them. Everything here is
//! iterative and linear in states and transitions (dominators nearly so): a machine of 10,000 states in one chain is
//! no problem.
//!
//! [`Assignments`] is what its variables hold where; [`Drawing`] is what a picture of a machine shows, for whatever draws it; [`Marks`] is what is marked in it.

mod assignments;
mod condition;
mod control_flow;
mod coverage;
mod drawing;
mod execution;
pub mod layout;
mod marks;
mod scope_graph;

pub use assignments::Assignments;
pub use condition::{condition_in_short, condition_text, expression};
pub use control_flow::ControlFlow;
pub use coverage::NotCovered;
pub use drawing::{Drawing, Edge, EdgeKind, Node, Scope, Visits};
pub use marks::Marks;
pub use scope_graph::{ScopeGraph, StateSet};
