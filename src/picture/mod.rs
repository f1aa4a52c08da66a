//! What a picture of a machine shows, whoever draws it: [`Drawing`] is its states and transitions with their labels,
//! [`Marks`] is what is marked in it (an execution, coverage, findings), and `layout` is where everything stands.

mod coverage;
mod drawing;
pub mod layout;
mod marks;

pub use coverage::NotCovered;
pub use drawing::{Drawing, Edge, EdgeKind, Node, Scope, Visits};
pub use marks::Marks;
