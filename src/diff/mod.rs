//! What changes between two machines.
//!
//! States are matched by name, scope by scope; what is left over by name in another scope (moved) and by shape
//! (renamed). Matched states are compared by what their fields mean: defaults written out, the older names of fields,
//! key order and formatting are no difference. Each [`Change`] says one thing in the words of the language, with its
//! place in both definitions, and is classed by whom it concerns.

mod change;
mod choices;
mod compare;
mod defaults;
mod definition;
mod errors;
mod fields;
mod histories;
mod input;
mod matching;
mod meaning;
mod parts;
mod shape;
mod splits;
#[cfg(test)]
mod tests;
mod values;

pub use change::{Change, Class, Kind, Place};
pub use compare::diff;
pub use definition::canonical_text;
pub use histories::{Parting, Step, parting, renames};
