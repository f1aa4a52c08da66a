//! A machine run on a virtual clock: Program, engine, history.
//!
//! ```text
//! compile/       StateMachine -> Program: states by number, every expression parsed once
//! program.rs     what that comes to
//! settings.rs    what a run is told besides its definition, input and mocks
//! engine/        lanes, one queue keyed (virtual time, order of arrival), retries and catches
//! lane.rs        what the engine runs: the top level, each branch, each iteration
//! children.rs    child executions of Distributed Maps
//! states/        what a state of each type does, one file a type
//! context.rs     the context object; eval_context.rs: with it, all that an expression may read
//! token.rs       task tokens
//! resumable.rs   a run that waits for the world: advanced, answered and stopped from outside
//! director.rs    who decides what a call answers, where that is not the mocks; fingerprint.rs: which runs go on alike
//! map_runs.rs    what can be told of Map Runs
//! counts.rs      how often each state, transition, retrier and catcher was taken
//! s3_output.rs   what an execution leaves in S3
//! error.rs       what stops a run, as opposed to what fails an execution
//! flow.rs        the data flow of a state, in both query languages
//! test_state/    one state alone, as TestState runs it: through the same engine
//! ```

mod children;
mod compile;
mod context;
mod counts;
mod director;
mod engine;
mod error;
mod eval_context;
mod fingerprint;
mod flow;
mod lane;
mod map_runs;
mod program;
#[cfg(feature = "cli")]
pub mod resumable;
mod s3_output;
mod settings;
mod states;
pub mod test_state;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

pub use crate::history::{Failure, Time};
pub use counts::{Counts, StateCounts};
pub use director::{Call, Decision, Director};
pub use engine::{Answers, Closed, NotRedrivable, Outside, OutsideCall, Paused, Request, Told};
pub use error::{CompileError, StopError, placeholder_list};
pub use flow::MOST_BYTES;
pub use map_runs::{MapRunCounts, MapRunStatus, MapRunUpdate, MapRunView};
pub use program::Program;
pub use s3_output::Written;
pub use settings::{
    ENDLESS_EVENTS, MOST_MEMORY, MachineType, STANDARD_EVENTS, Settings, Stop, machine_name, partition,
};
pub use token::TokenSeal;

use crate::cost::Usage;
use crate::history::{EventSink, History};
use crate::mocks::{LeftOver, Mocks};
use crate::value::Value;

/// How an execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It came to its end.
    Succeeded,
    /// An error that nothing caught.
    Failed,
    /// It ran longer than it may.
    TimedOut,
    /// It was stopped from outside.
    Aborted,
}

impl Status {
    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT`, as DescribeExecution has it.
    pub fn as_aws(self) -> &'static str {
        match self {
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::TimedOut => "TIMED_OUT",
            Status::Aborted => "ABORTED",
        }
    }
}

/// An execution that has ended.
#[derive(Debug)]
pub struct Execution {
    /// How.
    pub status: Status,
    /// Its output, when it succeeded.
    pub output: Option<Value>,
    /// What it failed with, when it failed.
    pub failure: Option<Failure>,
    /// Its ARN.
    pub arn: String,
    /// The state machine's ARN.
    pub state_machine_arn: String,
    /// When it began.
    pub started: Time,
    /// When it ended.
    pub stopped: Time,
    /// Standard or Express.
    pub machine_type: MachineType,
    /// How often a state was begun, retries included. The states of Map Runs' children count, too.
    pub transitions: u64,
    /// What it is billed by, its child executions included.
    pub usage: Usage,
    /// What was taken of the definition.
    pub taken: Counts,
    /// Bytes of memory by AWS's estimate, which Express executions are billed by: 50 MB, the definition, and what each
    /// branch and iteration is given ["You can estimate ...", AWS Step Functions Pricing].
    pub memory_bytes: u64,
    /// What ResultWriters have written into S3: `s3://bucket/key` and its content.
    pub written: Vec<(String, Written)>,
    /// The mocked states that never called.
    pub unused_mocks: Vec<Arc<str>>,
    /// The lists of answers that are not used up.
    pub left_over: Vec<LeftOver>,
    /// The states whose activity was taken not to exist, since no mock answers for it.
    pub missing_activities: Vec<Arc<str>>,
    /// What happened.
    pub history: History,
}

/// Runs a program to its end, and keeps its events if the settings say so.
///
/// `input` is the execution's input and `input_text` its text as it was sent, which ExecutionStarted shows.
///
/// # Errors
/// When the tool has to stop: a task without an answer, an execution that goes on and on.
pub fn run(
    program: &Program,
    settings: &Settings,
    mocks: &Mocks,
    input: Value,
    input_text: Arc<str>,
) -> Result<Execution, StopError> {
    if !settings.keep_events {
        return engine::Engine::new(program, settings, mocks, input, None).run(input_text);
    }
    let mut history = History::new(settings.keep_asides);
    let execution = run_into(program, settings, mocks, input, input_text, &mut history)?;
    Ok(Execution { history, ..execution })
}

/// Runs a program to its end and gives its events to `sink` as they happen; the execution has only their count.
///
/// # Errors
/// As for [`run`], and [`StopError::SinkClosed`] when the sink takes no more.
pub fn run_into(
    program: &Program,
    settings: &Settings,
    mocks: &Mocks,
    input: Value,
    input_text: Arc<str>,
    sink: &mut (dyn EventSink + 'static),
) -> Result<Execution, StopError> {
    engine::Engine::new(program, settings, mocks, input, Some(sink)).run(input_text)
}

/// Runs a program to its end like [`run`], while `director` decides what calls answer; what it leaves to the mocks,
/// they decide.
///
/// # Errors
/// Those of [`run`], and [`StopError::Directed`] when the director stops it.
pub fn run_directed(
    program: &Program,
    settings: &Settings,
    mocks: &Mocks,
    director: &dyn Director,
    input: Value,
    input_text: Arc<str>,
) -> Result<Execution, StopError> {
    let mut history = History::new(settings.keep_asides);
    let sink = settings
        .keep_events
        .then_some(&mut history as &mut (dyn EventSink + 'static));
    let mut engine = engine::Engine::new(program, settings, mocks, input, sink);
    engine.director = Some(director);
    let execution = engine.run(input_text)?;
    if !settings.keep_events {
        return Ok(execution);
    }
    Ok(Execution { history, ..execution })
}
