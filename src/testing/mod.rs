//! Test files: cases with mocks and expectations, run and judged.
//!
//! ```text
//! fields.rs     the one table of keys: what each holds and means
//! check.rs      a file against that table, and its names against the definition
//! open.rs       a file's text -> TestFile: the definition compiled once, mocks and inputs read once
//! verdict.rs    a case run -> Verdict
//! judge.rs      what happened against what was expected
//! ```

mod assertions;
mod check;
pub mod fields;
mod load;
mod model;
pub mod names;
mod observed;
mod read;
mod schema;
mod snapshot;
mod verdict;

pub use load::{Refused, check, open, open_within, substitutions};
pub use model::{Case, TestFile};
pub use schema::schema;
pub use snapshot::Snapshot;
pub use verdict::{Mismatch, Outcome, Verdict};
