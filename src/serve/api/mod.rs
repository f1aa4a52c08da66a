//! The actions: what is sent to each, and what it answers.
//!
//! ```text
//! children.rs      child executions of Map Runs
//! call.rs          a request: its operation, its members, who sent it when
//! fault.rs         the errors that are answered
//! machines.rs      Create, Update, Delete, Describe, ListStateMachines
//! settings.rs      what a machine is made of, checked
//! versions.rs      Publish, Delete, ListStateMachineVersions
//! aliases.rs       Create, Update, Delete, Describe, ListStateMachineAliases
//! executions.rs    Start, StartSync, Stop, Describe, List, GetExecutionHistory, Redrive, DescribeStateMachineForExecution
//! map_runs.rs      List, Describe, Update
//! tasks.rs         SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat
//! activities.rs    Create, Delete, Describe, List, GetActivityTask
//! tags.rs          TagResource, UntagResource, ListTagsForResource
//! tools.rs         ValidateStateMachineDefinition, TestState
//! ```

mod activities;
mod aliases;
mod call;
mod children;
mod executions;
mod fault;
mod machines;
mod map_runs;
mod settings;
mod tags;
mod tasks;
mod tools;
mod versions;

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use serde_json::{Map, Value};

pub(super) use call::Call;
pub(super) use fault::Fault;
pub(super) use machines::{Adoption, adopt, adopt_again};

use super::Server;
use super::model::Unfit;
use crate::history::Time;

/// What an action answers.
pub(super) enum Answer {
    /// Members, which are put into the order of the model.
    Members(Map<String, Value>),
    /// JSON as it is sent.
    Text(String),
}

type Answered = Result<Answer, Fault>;

impl Answer {
    /// No members.
    fn empty() -> Answered {
        Ok(Answer::Members(Map::new()))
    }
}

/// Makes an answer of members; what is `None` or `null` is left out.
macro_rules! answer {
    ($($name:literal: $value:expr),* $(,)?) => {{
        let mut members = serde_json::Map::new();
        $(members.insert($name.to_owned(), serde_json::Value::from($value));)*
        Ok($crate::serve::api::Answer::Members(members))
    }};
}
use answer;

/// A moment as the protocol has it: seconds with milliseconds.
fn date(time: Time) -> Value {
    Value::from(time.millis() as f64 / 1000.0)
}

/// Answers a request; `body` is the text that was sent.
///
/// # Errors
/// What AWS, or the server, says against it.
pub(super) async fn answer_to(
    server: &Arc<Server>,
    operation: &str,
    body: &[u8],
    region: Option<&str>,
    now: Time,
) -> Result<String, Fault> {
    let Some((name, of_model)) = server.model.operation(operation) else {
        return Err(Fault::new("UnknownOperationException", ""));
    };
    let sent = match body.iter().all(u8::is_ascii_whitespace) {
        true => Map::new(),
        false => read(body)?,
    };
    server.model.check(of_model, &sent).map_err(|unfit| match unfit {
        Unfit::Type(message) => Fault::new("SerializationException", message),
        Unfit::Constraints(message) => Fault::validation(message),
    })?;
    machines::sweep(server);
    let own = server.region();
    let call = Call::new(name, sent, region.unwrap_or(&own), now);
    let members = match whole(act(server, call)).await? {
        Answer::Text(text) => return Ok(text),
        Answer::Members(members) => members,
    };
    Ok(server.model.ordered(of_model, members).to_string())
}

fn read(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        // The words of AWS are not known.
        Ok(_) => Err(Fault::new(
            "SerializationException",
            "Start of structure expected",
        )),
        Err(error) => Err(Fault::new(
            "SerializationException",
            format!("The request is not JSON: {error}"),
        )),
    }
}

/// What an action answers; one that panics is a mistake of ours, which ends no other request.
async fn whole(action: impl Future<Output = Answered>) -> Answered {
    let mut action = pin!(action);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| action.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(Fault::internal())))
    })
    .await
}

async fn act(server: &Arc<Server>, call: Call) -> Answered {
    match call.operation.as_str() {
        "StartExecution" => executions::start(server, &call).await,
        "StartSyncExecution" => executions::start_sync(server, &call).await,
        "GetActivityTask" => activities::get_task(server, &call).await,
        "StopExecution" => executions::stop(server, &call).await,
        "RedriveExecution" => executions::redrive(server, &call).await,
        "UpdateMapRun" => map_runs::update(server, &call).await,
        "SendTaskSuccess" => tasks::success(server, &call).await,
        "SendTaskFailure" => tasks::failure(server, &call).await,
        "SendTaskHeartbeat" => tasks::heartbeat(server, &call).await,
        // These read definitions, which may be large, or run a state: others are served meanwhile. Where the state is kept,
        // what changes something takes effect in the order of the requests.
        "TestState" => tools::test_state(server, call).await,
        "ValidateStateMachineDefinition" => aside(server, call).await,
        "CreateStateMachine" | "UpdateStateMachine" if server.settings.state.is_none() => {
            aside(server, call).await
        }
        _ => at_once(server, &call),
    }
}

/// What takes some time, on a thread of its own.
async fn aside(server: &Arc<Server>, call: Call) -> Answered {
    let server = server.clone();
    let done = tokio::task::spawn_blocking(move || at_once(&server, &call)).await;
    done.unwrap_or_else(|_| Err(Fault::internal()))
}

/// What is answered without waiting.
fn at_once(server: &Server, call: &Call) -> Answered {
    let action = match call.operation.as_str() {
        "CreateStateMachine" => machines::create,
        "UpdateStateMachine" => machines::update,
        "DeleteStateMachine" => machines::delete,
        "DescribeStateMachine" => machines::describe,
        "ListStateMachines" => machines::list,
        "DescribeStateMachineForExecution" => executions::describe_machine,
        "PublishStateMachineVersion" => versions::publish,
        "DeleteStateMachineVersion" => versions::delete,
        "ListStateMachineVersions" => versions::list,
        "CreateStateMachineAlias" => aliases::create,
        "UpdateStateMachineAlias" => aliases::update,
        "DeleteStateMachineAlias" => aliases::delete,
        "DescribeStateMachineAlias" => aliases::describe,
        "ListStateMachineAliases" => aliases::list,
        "DescribeExecution" => executions::describe,
        "ListExecutions" => executions::list,
        "GetExecutionHistory" => executions::history,
        "ListMapRuns" => map_runs::list,
        "DescribeMapRun" => map_runs::describe,
        "CreateActivity" => activities::create,
        "DeleteActivity" => activities::delete,
        "DescribeActivity" => activities::describe,
        "ListActivities" => activities::list,
        "TagResource" => tags::tag,
        "UntagResource" => tags::untag,
        "ListTagsForResource" => tags::list,
        "ValidateStateMachineDefinition" => tools::validate,
        _ => return Err(Fault::new("UnknownOperationException", "")),
    };
    action(server, call)
}
