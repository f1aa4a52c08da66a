//! What happened, again: a recorded history to mocks and a test case, and where a run diverges from it.
//!
//! ```text
//! answers.rs           Recording -> Answers: what each task answered, call by call
//! closest_run.rs       the run that comes nearest to the history
//! replay_director.rs   Answers -> Director: the same answers at the same moments
//! learned.rs           names that no event states, learnt from what calls were sent
//! recorded_start.rs    what a history says of the execution as a whole
//! export.rs            Answers -> mock file, test file
//! ```

mod answers;
mod closest_run;
mod export;
mod learned;
mod recorded_start;
mod replay_director;

pub use answers::{Answered, Answers, Limits};
pub use closest_run::{Faith, Fit, fit};
pub use export::{Expected, mock_file, test_case, test_file};
pub use learned::Told;
pub use recorded_start::{Origin, OriginError};
pub use replay_director::{Moments, Replayed};
