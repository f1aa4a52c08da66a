//! One open document, as an editor has it: what stands at a place in it, and what an editor asks about that. A place is a
//! byte of the file's text. Nothing here knows a protocol, and what lies in other files is asked of [`Files`].
//!
//! No answer is better than a wrong one: where a place cannot be told, where a text says something else than it shows, and
//! where what is asked for may be known only when a template is deployed, there is none.

pub mod actions;
pub mod completion;
mod document;
mod errors;
pub mod folding;
mod functions;
pub mod graph;
pub mod hints;
pub mod hover;
pub mod lenses;
mod lines;
mod mends;
mod place;
mod placeholders;
mod reading;
pub mod rename;
pub mod selection;
pub mod symbols;
pub mod targets;
#[cfg(test)]
mod tests;
mod tests_of;
pub mod tokens;
mod values;

pub use document::{Files, Kind, OpenDocument};
pub use reading::named;
