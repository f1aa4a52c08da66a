//! Calls that the server answers itself: executions that are started from executions, Step Functions' own API, and what
//! has a real endpoint.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use tokio::sync::oneshot;

use super::execution::{Execution, Message};
use super::{ApiError, EndpointError, Shared, Status, Task, World, failures};
use crate::asl::Pattern;
use crate::asl::error_names::TASK_FAILED;
use crate::history::{Failure, TaskTarget, Unsuccessful};
use crate::mocks;
use crate::services;
use crate::simulate::{Answers, Outside, OutsideCall, Request, Told};
use crate::value::Value;

/// The integration that starts executions.
const STATES: &str = "states";
/// Step Functions' API as SDK integrations call it.
const SFN: &str = "aws-sdk:sfn";

/// Who answers what the mocks leave open.
pub(super) struct Answering(pub(super) Arc<dyn World>);

impl Outside for Answering {
    fn has_activity(&self, arn: &str) -> bool {
        self.0.has_activity(arn)
    }

    fn answers(&self, call: &OutsideCall<'_>) -> Answers {
        if is_own(call.target) || self.0.has_endpoint(call.target) {
            Answers::Taker
        } else if call.pattern == Pattern::WaitForTaskToken {
            Answers::Holder
        } else {
            Answers::Nobody
        }
    }
}

/// Whether this server itself is called.
fn is_own(target: &TaskTarget) -> bool {
    match &*target.resource_type {
        STATES => action(target) == "startExecution",
        SFN => true,
        _ => false,
    }
}

/// `startExecution` of `startExecution.sync:2`.
fn action(target: &TaskTarget) -> &str {
    target.resource.split('.').next().unwrap_or_default()
}

/// What an execution is told of a call that this server answers. It is all that becomes of the call: a journal that holds it
/// needs no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Tells {
    /// The result.
    Success(Json),
    /// The error and the cause; whether the call itself failed, and not the job that it began.
    Failure(Option<String>, Option<String>, bool),
    /// What the call has begun was submitted, and this was answered.
    Submitted(Json),
    /// The execution that it has started, and whose end it waits for.
    Started(String),
    /// Nobody can be called.
    Unusable(String),
}

impl Tells {
    fn of(failure: &Failure, submitting: bool) -> Tells {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        Tells::Failure(text(&failure.error), text(&failure.cause), submitting)
    }

    /// The message to the execution.
    pub(super) fn message(self, key: Arc<str>) -> Message {
        match self {
            Tells::Success(result) => Message::Answer(key, Told::Success(Value::from(&result)), None),
            Tells::Failure(error, cause, submitting) => {
                let failure = Failure {
                    error: error.map(Arc::from),
                    cause: cause.map(Arc::from),
                    missed_heartbeat: false,
                };
                let how = submitting.then_some(Unsuccessful::SubmitFailed);
                Message::Answer(key, Told::Failure(failure, how), None)
            }
            Tells::Submitted(output) => Message::Submitted(key, Value::from(&output)),
            Tells::Started(arn) => Message::Child(key, Arc::from(arn)),
            Tells::Unusable(why) => Message::Fail(Failure::new(failures::ENDPOINT_FAILED, why)),
        }
    }
}

/// What became of a call.
enum Called {
    /// It is answered.
    Answered(Result<Json, Failure>),
    /// It has started this execution.
    Started(Arc<str>, Json),
    /// Nobody can be called.
    Unusable(String),
}

/// Makes a call, of an execution's task where `by` says so; `then` is told what became of it.
fn call(
    world: &Arc<dyn World>,
    request: &Request,
    by: Option<Task>,
    then: impl FnOnce(Called) + Send + 'static,
) {
    let (target, sent) = (&request.target, &request.parameters);
    let asked = world.clone();
    match &*target.resource_type {
        STATES if is_own(target) => {
            let reply = move |answer: Result<Json, ApiError>| {
                then(match answer {
                    Ok(answer) => {
                        let arn = Arc::from(answer["executionArn"].as_str().unwrap_or_default());
                        // The answer of the API with the metadata that Step Functions adds.
                        let mut output = to_json(&mocks::submitted(STATES, "startExecution"));
                        output["ExecutionArn"] = Json::from(&*arn);
                        output["StartDate"] = millis(&answer["startDate"]);
                        Called::Started(arn, output)
                    }
                    Err(error) => Called::Answered(Err(error.raised(STATES, &*asked))),
                });
            };
            world.call("StartExecution", start_parameters(sent), by, Box::new(reply));
        }
        SFN => {
            let reply = move |answer: Result<Json, ApiError>| {
                let answer = answer.map(|answer| sdk_answer(&answer));
                then(Called::Answered(
                    answer.map_err(|error| error.raised(SFN, &*asked)),
                ));
            };
            let parameters = renamed(&to_json(sent), lower);
            world.call(&upper(action(target)), parameters, by, Box::new(reply));
        }
        _ => {
            let reply = move |answer: Result<Json, EndpointError>| {
                then(match answer {
                    Ok(answer) => Called::Answered(Ok(answer)),
                    Err(EndpointError::Task(failure)) => Called::Answered(Err(failure)),
                    Err(EndpointError::Unusable(why)) => Called::Unusable(why),
                });
            };
            world.call_endpoint(target, to_json(sent), Box::new(reply));
        }
    }
}

/// Makes a call, and sees to its answer.
pub(super) fn take(shared: &Arc<Shared>, execution: &Arc<Execution>, request: Arc<Request>) {
    let caller = Caller {
        shared: shared.clone(),
        execution: execution.clone(),
        request: request.clone(),
    };
    let by = Task {
        execution: execution.number,
        key: request.key.clone(),
    };
    call(&shared.world, &request, Some(by), move |called| match called {
        Called::Answered(answer) => caller.answered(answer),
        Called::Started(arn, output) => caller.started(&arn, output),
        Called::Unusable(why) => caller.tell(Tells::Unusable(why)),
    });
}

/// Waits for the end of the execution that a call has started.
pub(super) fn wait(shared: &Arc<Shared>, execution: &Arc<Execution>, request: Arc<Request>, child: Arc<str>) {
    let caller = Caller {
        shared: shared.clone(),
        execution: execution.clone(),
        request,
    };
    caller.wait(child);
}

/// Makes the call of a state that is no part of an execution.
pub(super) async fn alone(world: &Arc<dyn World>, request: &Request) -> Result<Value, EndpointError> {
    let (tell, told) = oneshot::channel();
    call(world, request, None, move |called| {
        // Whoever has asked may have gone.
        let _ = tell.send(match called {
            Called::Answered(answer) => answer
                .map(|answer| Value::from(&answer))
                .map_err(EndpointError::Task),
            Called::Started(_, output) => Ok(Value::from(&output)),
            Called::Unusable(why) => Err(EndpointError::Unusable(why)),
        });
    });
    let nobody = || EndpointError::Unusable("the call was not answered".to_owned());
    told.await.unwrap_or_else(|_| Err(nobody()))
}

/// Whose call it is.
#[derive(Clone)]
struct Caller {
    shared: Arc<Shared>,
    execution: Arc<Execution>,
    request: Arc<Request>,
}

impl Caller {
    fn tell(&self, told: Tells) {
        let key = &self.request.key;
        let moment = self.shared.world.tells(self.execution.number, key, &told);
        let moment = moment.unwrap_or_else(|| self.shared.wall.now());
        let message = told.message(key.clone());
        self.execution.send_at(&self.shared, moment, message);
    }

    /// The call has its answer; a job or a callback goes on from there.
    fn answered(&self, answer: Result<Json, Failure>) {
        let waits = self.request.pattern != Pattern::RequestResponse;
        self.tell(match answer {
            Ok(output) if waits => Tells::Submitted(output),
            Ok(output) => Tells::Success(output),
            Err(failure) => Tells::of(&failure, waits),
        });
    }

    /// An execution was started from this one.
    fn started(&self, arn: &Arc<str>, output: Json) {
        let waits = matches!(self.request.pattern, Pattern::Sync | Pattern::Sync2);
        if waits {
            self.tell(Tells::Started(arn.to_string()));
        }
        self.answered(Ok(output));
        if waits {
            self.wait(arn.clone());
        }
    }

    /// Waits for the end of an execution that was started from this one; one that is forgotten has ended.
    fn wait(&self, arn: Arc<str>) {
        let caller = self.clone();
        match self.shared.find(&arn) {
            Some(child) => child.board.on_end(Box::new(move |_| caller.child_ended(&arn))),
            None => caller.child_ended(&arn),
        }
    }

    /// The execution that the call waits for has ended.
    fn child_ended(&self, arn: &str) {
        let succeeded = self
            .shared
            .find(arn)
            .is_some_and(|child| child.board.status() == Status::Succeeded);
        let caller = self.clone();
        let reply = move |answer: Result<Json, ApiError>| {
            let parses = caller.request.pattern == Pattern::Sync2;
            caller.tell(match answer {
                Ok(answer) if succeeded => Tells::Success(job(&answer, parses)),
                // The whole description is the cause [recorded].
                Ok(answer) => {
                    let cause = Value::from(&job(&answer, false)).to_json();
                    Tells::of(&Failure::new(TASK_FAILED, cause), false)
                }
                Err(error) => Tells::of(&error.raised(STATES, &*caller.shared.world), false),
            });
        };
        let parameters = json!({ "executionArn": arn });
        self.shared
            .world
            .call("DescribeExecution", parameters, None, Box::new(reply));
    }
}

impl ApiError {
    /// As a task fails that calls Step Functions as `called`.
    fn raised(&self, called: &str, world: &dyn World) -> Failure {
        let refused = services::Refused {
            code: Some(&self.code),
            message: &self.message,
            status: 400,
            request_id: &world.request_id(),
        };
        let (error, cause) = services::raised(called, &refused);
        Failure::new(error, cause)
    }
}

fn to_json(value: &Value) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

/// The parameters of `startExecution`, whose input may be any JSON [Start a new AWS Step Functions state machine from a
/// running execution].
fn start_parameters(sent: &Value) -> Json {
    let mut parameters = Map::new();
    for (name, value) in sent.as_object().into_iter().flat_map(|members| members.iter()) {
        let value = match (&**name, value) {
            // As if it were not there: the execution begins with `{}` [recorded].
            (_, Value::Null) => continue,
            ("Input", Value::String(_)) => to_json(value),
            ("Input", _) => Json::from(value.to_json()),
            _ => to_json(value),
        };
        parameters.insert(lower(name), value);
    }
    Json::Object(parameters)
}

/// What `.sync` gives: the description of the execution, in the spelling of integrations; `.sync:2` gives its output as
/// JSON [Start a new AWS Step Functions state machine from a running execution].
fn job(description: &Json, parses: bool) -> Json {
    let mut job = result(description);
    for name in ["StartDate", "StopDate"] {
        if let Some(date) = job.get_mut(name) {
            *date = millis(date);
        }
    }
    if parses {
        for name in ["Input", "Output"] {
            if let Some(text) = job.get_mut(name)
                && let Some(Ok(value)) = text.as_str().map(serde_json::from_str)
            {
                *text = value;
            }
        }
    }
    job
}

/// Milliseconds of a date in seconds.
fn millis(seconds: &Json) -> Json {
    let millis = seconds.as_f64().map(|seconds| (seconds * 1000.0).round() as i64);
    millis.map_or(Json::Null, Json::from)
}

/// An answer of the API as SDK integrations give it: members begin with a capital letter, dates are text.
fn sdk_answer(answer: &Json) -> Json {
    let mut answer = result(answer);
    spell_dates(&mut answer);
    answer
}

fn spell_dates(value: &mut Json) {
    match value {
        Json::Object(members) => {
            for (name, member) in members {
                let is_date = name.ends_with("Date") || name == "Timestamp";
                match (is_date, millis(member).as_i64()) {
                    (true, Some(millis)) => {
                        *member = Json::from(crate::history::Time::from_millis(millis).in_context());
                    }
                    _ => spell_dates(member),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(spell_dates),
        _ => {}
    }
}

/// An answer in the spelling of integrations, its members by name at every depth [recorded].
fn result(answer: &Json) -> Json {
    let mut result = renamed(answer, upper);
    result.sort_all_objects();
    result
}

/// A value with every member named anew.
fn renamed(value: &Json, name: fn(&str) -> String) -> Json {
    match value {
        Json::Object(members) => members
            .iter()
            .map(|(key, member)| (name(key), renamed(member, name)))
            .collect(),
        Json::Array(items) => items.iter().map(|item| renamed(item, name)).collect(),
        other => other.clone(),
    }
}

fn first(text: &str, change: impl FnOnce(char) -> char) -> String {
    let mut letters = text.chars();
    letters.next().map(change).into_iter().chain(letters).collect()
}

fn upper(text: &str) -> String {
    first(text, |letter| letter.to_ascii_uppercase())
}

fn lower(text: &str) -> String {
    first(text, |letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_that_was_waited_for_is_described_in_the_spelling_of_integrations() {
        let description = json!({
            "executionArn": "a", "status": "SUCCEEDED", "startDate": 1_700_000_000.25, "stopDate": 1_700_000_001.0,
            "input": "{}", "output": "{\"x\":[1]}", "outputDetails": {"included": true},
        });
        let expected = json!({
            "ExecutionArn": "a", "Status": "SUCCEEDED", "StartDate": 1_700_000_000_250_i64,
            "StopDate": 1_700_000_001_000_i64, "Input": "{}", "Output": "{\"x\":[1]}",
            "OutputDetails": {"Included": true},
        });
        assert_eq!(job(&description, false), expected);
        let names: Vec<String> = job(&description, false)
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        assert_eq!(
            names.join(" "),
            "ExecutionArn Input Output OutputDetails StartDate Status StopDate"
        );
        assert_eq!(job(&description, true)["Output"], json!({"x": [1]}));
    }

    #[test]
    fn an_input_of_any_kind_is_sent_as_text() {
        let sent = |text: &str| start_parameters(&crate::source::parse_value(text).expect("JSON"));
        assert_eq!(
            sent(r#"{"StateMachineArn": "m", "Name": "n", "Input": {"a": [1]}}"#),
            json!({"stateMachineArn": "m", "name": "n", "input": "{\"a\":[1]}"})
        );
        assert_eq!(sent(r#"{"Input": null, "Name": "n"}"#), json!({"name": "n"}));
        assert_eq!(sent(r#"{"Input": "{\"a\":2}"}"#), json!({"input": "{\"a\":2}"}));
    }

    #[test]
    fn dates_are_text_for_sdk_integrations() {
        let answer = json!({"startDate": 1_700_000_000.5, "executions": [{"stopDate": 0.0, "name": "n"}]});
        assert_eq!(
            sdk_answer(&answer),
            json!({"StartDate": "2023-11-14T22:13:20.500Z",
                "Executions": [{"StopDate": "1970-01-01T00:00:00Z", "Name": "n"}]})
        );
    }
}
