//! What happened, again: a recorded history to mocks and a test case, and where a run parts from it.
//!
//! ```text
//! answers.rs     Recording -> Answers: what each task answered, call by call
//! fit.rs         the run that comes nearest to the history
//! again.rs       Answers -> Director: the same answers at the same moments
//! compare.rs     two Recordings -> Parting: the first event that differs, line of execution by line
//! export.rs      Answers -> mock file, test file
//! ```

mod again;
mod answers;
mod compare;
mod export;
mod fit;
mod origin;

pub use again::{Moments, Replayed};
pub use answers::{Answered, Answers};
pub use compare::{Parting, compare, same_order};
pub use export::{Expected, mock_file, test_case, test_file};
pub use fit::{Faith, Fit, fit};
pub use origin::{Origin, OriginError};
