//! The control flow of a machine: one petgraph graph a scope.
