//! What an execution fails with when the tool itself cannot go on with it. The names are ours: nothing of the kind happens
//! on AWS.

use crate::history::Failure;
use crate::simulate::StopError;
use crate::simulate::resumable::ResumeError;

/// A call that nobody answers.
pub(super) const NOT_MOCKED: &str = "SfnTool.NotMocked";
/// Mocks that cannot be read, do not fit, or fail.
pub(super) const BAD_MOCKS: &str = "SfnTool.BadMocks";
/// A definition that AWS takes and the tool cannot run.
pub(super) const UNSUPPORTED: &str = "SfnTool.Unsupported";
/// A real endpoint that cannot be used.
pub(super) const ENDPOINT_FAILED: &str = "SfnTool.EndpointFailed";
/// More than the tool does.
const LIMIT: &str = "SfnTool.LimitExceeded";
/// A bug.
const INTERNAL: &str = "SfnTool.InternalError";

/// What a run that had to stop fails with.
pub(super) fn of(error: &ResumeError) -> Failure {
    let ResumeError::Stop(error) = error else {
        return internal();
    };
    let name = match error {
        StopError::NoAnswer(_) | StopError::NoObject { .. } => NOT_MOCKED,
        StopError::Object(_) | StopError::Computed(_) | StopError::External { .. } => BAD_MOCKS,
        StopError::TooDeep { .. } | StopError::Endless(_) | StopError::Memory(_) => LIMIT,
        StopError::Placeholders { .. } => UNSUPPORTED,
        StopError::SinkClosed | StopError::Directed => INTERNAL,
    };
    let advice = error.advice("the machine's mocks");
    let cause = match advice {
        Some(advice) => format!("{error}\n{advice}"),
        None => error.to_string(),
    };
    Failure::new(name, cause)
}

/// What an execution that met a bug fails with.
pub(super) fn internal() -> Failure {
    Failure::new(
        INTERNAL,
        "a bug in sfn-tool has ended this execution; the others go on",
    )
}

/// What an execution fails with whose history has no room in memory.
pub(super) fn no_memory(most: usize) -> Failure {
    let mib = most >> 20;
    Failure::new(
        LIMIT,
        format!(
            "The histories of all executions take more than {mib} MiB, and this one's most of them; start the server with \
             --history-memory and a greater number"
        ),
    )
}
