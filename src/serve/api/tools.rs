//! ValidateStateMachineDefinition and TestState: the commands' code.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{Answer, Answered, Call, Fault, answer, settings};
use crate::asl::MachineType;
use crate::diagnostics::Severity;
use crate::history::Failure;
use crate::mocks::Outcome;
use crate::serve::Server;
use crate::serve::running::EndpointError;
use crate::simulate::test_state::{
    self, Callee, Came, Configuration, Given, Level, Mock, NO_MOCK, Refusal, Request, TestError,
};
use crate::source;
use crate::validate::codes::is_told_by_aws;
use crate::value::{self, Value};

pub(super) fn validate(_: &Server, call: &Call) -> Answered {
    let machine_type = call
        .optional("type")
        .and_then(MachineType::named)
        .unwrap_or_default();
    let findings = settings::definition(call.text("definition")).validate_as(machine_type);
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    let warnings = call.optional("severity") == Some("WARNING");
    let mut diagnostics: Vec<Json> = (findings.iter())
        .filter(|finding| warnings || finding.severity == Severity::Error)
        // The commands say more than AWS does; what asks the API asks AWS.
        .filter(|finding| is_told_by_aws(finding))
        .map(|finding| {
            let mut diagnostic = Map::new();
            diagnostic.insert("severity".to_owned(), finding.severity.as_aws().into());
            diagnostic.insert("code".to_owned(), (&*finding.code).into());
            diagnostic.insert("message".to_owned(), finding.message.as_str().into());
            diagnostic.insert("location".to_owned(), finding.location.clone().into());
            Json::Object(diagnostic)
        })
        .collect();
    // 0 means 100 [API ValidateStateMachineDefinition].
    let most = call.number("maxResults").filter(|most| *most > 0).unwrap_or(100) as usize;
    let truncated = diagnostics.len() > most;
    diagnostics.truncate(most);
    answer! {
        "result": if failed { "FAIL" } else { "OK" },
        "diagnostics": diagnostics,
        "truncated": truncated,
    }
}

/// A task without a mock calls the endpoint that executions would call, or this server.
pub(super) async fn test_state(server: &Arc<Server>, call: Call) -> Answered {
    let (server, call) = (server.clone(), Arc::new(call));
    let called = match state_run(&server, &call, None).await? {
        Came::Answer(answer) => return shown(&answer),
        Came::Call(called) => called,
    };
    let outcome = match server.running.call(&called).await {
        Ok(value) => Outcome::Return(value),
        Err(EndpointError::Task(Failure { error, cause, .. })) => Outcome::Throw { error, cause },
        // What stops the tool and not AWS, in our words.
        Err(EndpointError::Unusable(why)) => return Err(Fault::validation(why)),
    };
    match state_run(&server, &call, Some(outcome)).await? {
        Came::Answer(answer) => shown(&answer),
        // Nobody is called twice.
        Came::Call(_) => Err(Fault::internal()),
    }
}

/// Runs the state on a thread of its own; `outcome` is that of the call which it makes.
async fn state_run(server: &Arc<Server>, call: &Arc<Call>, outcome: Option<Outcome>) -> Result<Came, Fault> {
    let (server, call) = (server.clone(), call.clone());
    let done = tokio::task::spawn_blocking(move || {
        let definition = settings::definition(call.text("definition"));
        let request = request(&call)?;
        let callee = match &outcome {
            Some(outcome) => Callee::Was(outcome),
            None => Callee::Outside(server.running.outside()),
        };
        let came = test_state::run_calling(definition.tested(), &request, callee);
        came.map_err(|error| match error {
            TestError::Refused(refusal) => refused(refusal),
            // What stops the tool and not AWS, in our words: a task without a mock, a field that is not supported.
            TestError::Unmocked => Fault::validation(NO_MOCK),
            TestError::Compile(error) => Fault::validation(error.to_string()),
            TestError::Stop(error) => Fault::validation(error.to_string()),
        })
    });
    done.await.unwrap_or_else(|_| Err(Fault::internal()))
}

fn shown(answer: &test_state::Answer) -> Answered {
    match serde_json::to_value(answer) {
        Ok(Json::Object(members)) => Ok(Answer::Members(members)),
        _ => Err(Fault::internal()),
    }
}

fn refused(refusal: Refusal) -> Fault {
    Fault::new(refusal.code, refusal.message)
}

fn request(call: &Call) -> Result<Request, Fault> {
    let variables = match call.optional("variables").map(source::parse_value).transpose() {
        Ok(None) => value::Map::new(),
        Ok(Some(Value::Object(variables))) => value::Map::clone(&variables),
        // The words of AWS are not known.
        _ => return Err(Fault::validation("Variables must be a JSON object")),
    };
    let input = match call.optional("input") {
        Some(text) => Given::parse(text).map_err(|_| super::executions::bad_input(text))?,
        None => Given::from(Value::empty_object()),
    };
    let context = match call.optional("context") {
        // The words of AWS are not known.
        Some(text) => Some(
            Given::parse(text)
                .map_err(|_| Fault::validation("Invalid Context object provided: it must be valid JSON"))?,
        ),
        None => None,
    };
    let read = |name: &str| call.member(name).map(Value::from);
    Ok(Request {
        state_name: call.optional("stateName").map(str::to_owned),
        input,
        level: match call.optional("inspectionLevel") {
            Some("DEBUG") => Level::Debug,
            Some("TRACE") => Level::Trace,
            _ => Level::Info,
        },
        mock: read("mock")
            .map(|mock| Mock::read(&mock))
            .transpose()
            .map_err(refused)?,
        variables,
        context,
        configuration: read("stateConfiguration")
            .map(|configuration| Configuration::read(&configuration))
            .transpose()
            .map_err(refused)?
            .unwrap_or_default(),
        role_arn: call.optional("roleArn").map(Arc::from),
        reveal_secrets: call.flag("revealSecrets"),
        region: Arc::from(call.region.as_str()),
        start: call.now,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_asked_is_read() {
        let sent = json!({"definition": "{}", "input": "[1]", "inspectionLevel": "DEBUG", "variables": "{\"a\": 1}"});
        let Json::Object(sent) = sent else {
            panic!("an object")
        };
        let call = Call::new("TestState", sent, "us-east-1", Default::default());
        let request = request(&call).expect("a request");
        assert_eq!(request.input.value.to_json(), "[1]");
        assert_eq!((request.level, request.variables.len()), (Level::Debug, 1));
    }
}
