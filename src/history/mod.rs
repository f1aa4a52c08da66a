//! What happened in an execution, ours or one that was exported.
//!
//! ```text
//! event.rs       an event: AWS's types and what each carries
//! members.rs     what the details of each type hold, member by member
//! kept.rs        the events of a run, and who takes them as they happen
//! writer.rs      Event -> JSON
//! recorded/      JSON -> events
//! failure.rs     an error with its cause
//! time.rs        the clock's moments
//! ```

mod event;
pub mod failure;
mod kept;
mod members;
pub mod recorded;
mod time;
mod writer;

pub use event::{
    EvaluationFailure, Event, EventKind, Family, ScheduledTask, TYPES, TaskTarget, Unsuccessful,
};
pub use failure::Failure;
pub use kept::{Aside, EventSink, History, Lane, SinkClosed, Told};
pub use members::{Member, Members, Payload};
pub use time::Time;
pub use writer::EventWriter;
