//! What changes between two machines.
//!
//! ```text
//! meaning.rs defaults.rs   a value in one spelling, by the field it stands in; what absence means
//! definition.rs            a whole definition in one spelling
//! matching.rs shape.rs     which state is which: by name, then by shape and neighbourhood
//! splits.rs                states that are two now, and two that are one
//! compare.rs parts.rs      the changes of matched states, in the words of the language
//! choices.rs errors.rs     those of Choice rules, of retriers and catchers
//! catching.rs              names in catchers that make no difference
//! variables.rs             which variable is which
//! languages.rs             what a state in JSONPath says in JSONata
//! fields.rs values.rs      those of fields that are compared by their values
//! unknown.rs               what is known only when it is deployed
//! change.rs                one change, as data
//! of_definitions.rs        the whole of it, for two definitions
//! input.rs                 what is read of the execution's input
//! histories.rs             where two executions of one input part
//! ```
//!
//! Each [`Change`] says one thing, with its place in both definitions, and is classed by whom it concerns.

mod catching;
mod change;
mod choices;
mod compare;
mod defaults;
mod definition;
mod errors;
mod fields;
mod histories;
mod input;
mod languages;
mod matching;
mod meaning;
mod of_definitions;
mod parts;
mod shape;
mod splits;
#[cfg(test)]
mod tests;
mod unknown;
mod values;
mod variables;

#[cfg(feature = "cli")]
pub use change::NotFollowed;
pub use change::{Change, Class, Kind, Place};
pub use compare::diff;
pub use definition::canonical_text;
pub use histories::{Parting, Step, parting, renames};
pub use of_definitions::Difference;
