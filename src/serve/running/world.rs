//! What executions need of the server around them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{ClockMode, Tells};
use crate::history::{Event, Failure, TaskTarget, Time};
use crate::mocks::Mocks;
use crate::serve::mocks::SourceError;
use crate::serve::wall::Wall;

/// An error that the API answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: String,
    pub(crate) message: String,
}

/// A task that waits for its call's answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Task {
    /// The execution's number.
    pub(crate) execution: u64,
    /// The key of the call.
    pub(crate) key: Arc<str>,
}

/// Takes the answer of a call.
pub(crate) type Reply = Box<dyn FnOnce(Result<Json, ApiError>) + Send>;

/// Takes what became of a call of a real endpoint.
pub(crate) type EndpointReply = Box<dyn FnOnce(Result<Json, EndpointError>) + Send>;

/// Why a call of a real endpoint has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EndpointError {
    /// The task fails with it.
    Task(Failure),
    /// The endpoint cannot be used: the execution fails, for nothing of the kind happens on AWS.
    Unusable(String),
}

/// What executions need of the server.
pub(crate) trait World: Send + Sync {
    /// Whether there is an activity with this ARN.
    fn has_activity(&self, arn: &str) -> bool;

    /// Calls this server's own API, as a client does: `StartExecution` with `{"stateMachineArn": ...}`, for a task where `by`
    /// says so. It returns at once; the answer comes then or later.
    fn call(&self, operation: &str, parameters: Json, by: Option<Task>, reply: Reply);

    /// The mocks of an execution that begins or goes on: what `read` gives, or gave when a journal was written.
    ///
    /// # Errors
    /// Those of `read`.
    fn mocks(&self, read: &dyn Fn() -> Result<Arc<Mocks>, SourceError>) -> Result<Arc<Mocks>, SourceError> {
        read()
    }

    /// An execution is told something of the call under `key`. Gives the moment that it is told at, where that is kept.
    fn tells(&self, _execution: u64, _key: &str, _told: &Tells) -> Option<Time> {
        None
    }

    /// Whether a journal is replayed: nobody is called then.
    fn is_replaying(&self) -> bool {
        false
    }

    /// The clock of executions whose machine has no tag, where it is not that of the options.
    fn clock(&self) -> Option<ClockMode> {
        None
    }

    /// The clock on the wall.
    fn wall(&self) -> Arc<Wall> {
        Arc::default()
    }

    /// Whether calls of this resource go to a real endpoint.
    fn has_endpoint(&self, _target: &TaskTarget) -> bool {
        false
    }

    /// Calls it, and returns at once.
    fn call_endpoint(&self, target: &TaskTarget, _parameters: Json, reply: EndpointReply) {
        let why = format!("{} has no endpoint", target.resource);
        reply(Err(EndpointError::Unusable(why)));
    }

    /// The id of an answer.
    fn request_id(&self) -> String {
        String::new()
    }

    /// Whether it is told of each event.
    fn wants_events(&self) -> bool {
        false
    }

    /// Something has happened in an execution. It is called by the threads that let executions go on: it may not wait.
    fn event(&self, _arn: &str, _event: &Event) {}

    /// Tells whoever runs the server of something that is not right in what it was given.
    fn warn(&self, _line: &str) {}

    /// An ended execution is kept no longer; `early` says that it could be, were there more memory for histories.
    fn forgotten(&self, _arn: &str, _early: bool) {}
}
