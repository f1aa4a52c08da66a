//! What happened in an execution, ours or one that was exported.
//!
//! ```text
//! event.rs       an event: AWS's types and what each carries
//! members.rs     what the details of each type hold, member by member
//! kept.rs        the events of a run, and who takes them as they happen
//! writer.rs      Event -> JSON
//! recorded/      JSON -> events
//! timeline.rs    events -> visits of states, and the lanes that hold them
//! compare/       two timelines -> where they diverge, lane by lane
//! failure.rs     an error with its cause
//! time.rs        the clock's moments
//! ```

mod compare;
mod event;
pub mod failure;
mod kept;
mod members;
mod recorded;
mod time;
mod timeline;
mod writer;

pub use compare::{Allowed, Parting, compare, settled};
pub use event::{
    EXECUTION_ABORTED, EvaluationFailure, Event, EventKind, Family, Other, ScheduledTask, TYPES, TaskTarget,
    Unsuccessful,
};
pub use failure::Failure;
pub use kept::{Aside, ChildExecution, Chosen, EventSink, History, Lane, Retry, SinkClosed, Told};
pub use members::{INPUT, Member, Members, OUTPUT, Payload};
pub use recorded::{Gap, NotAHistory, Recording};
pub use time::Time;
pub use timeline::{Attempt, Fate, Moment, Timeline, Visit};
pub use writer::EventWriter;
