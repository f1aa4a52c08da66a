//! Test files: cases with mocks and expectations, run and judged.
//!
//! ```text
//! fields.rs     the one table of keys: what each holds and means
//! check.rs      a file against that table, and its names against the definition
//! schema.rs     that table as a JSON Schema
//! load.rs       a file's text -> TestFile: the definition compiled once
//! opening.rs    what a test file names, each file read once, and its cases
//! rows.rs       the rows of tables, each a case of its own
//! read.rs       settings and expectations, from the nodes that hold them
//! model.rs      TestFile, Case, and what a case expects
//! verdict.rs    a case run -> Verdict
//! observed.rs   what an execution did, as expectations ask for it
//! assertions.rs what happened against what was expected
//! comparisons.rs what of a value, a list or a text is not as expected, in lines
//! snapshot.rs   a snapshot of an execution, compared and written
//! names.rs      the names that a test file or mock file asks for, for completion
//! ```

mod assertions;
mod check;
mod comparisons;
pub mod fields;
mod load;
mod model;
pub mod names;
mod observed;
mod opening;
mod read;
mod rows;
mod schema;
mod snapshot;
#[cfg(test)]
mod tests;
mod verdict;

pub use load::{Refused, check, open, open_within, substitutions};
pub use model::{Case, TestFile};
pub use schema::schema;
pub use snapshot::Snapshot;
pub use verdict::{Mismatch, Outcome, Verdict};
