//! What TestState refuses before it runs anything, in AWS's words where they were recorded.

use super::request::{FieldValidation, Request};
use super::{Refusal, shapes};
use crate::asl::{Pattern, Resource, State, StateMachine, StateType};
use crate::value::Value;

/// Checks the request against the state; gives the value of the mocked result, when there is one.
pub(super) fn check(
    request: &Request,
    machine: &StateMachine,
    state: &State,
) -> Result<Option<Value>, Refusal> {
    let resource = machine
        .field(state.id, "Resource")
        .and_then(|node| node.as_str())
        .map(Resource::parse);
    let Some(mock) = &request.mock else {
        without_mock(request, state, resource.as_ref())?;
        return Ok(None);
    };
    let Some(kind @ (StateType::Task | StateType::Map | StateType::Parallel)) = state.state_type else {
        let name = state.state_type.map_or("", StateType::name);
        return Err(Refusal::validation(format!(
            "State type '{name}' is not supported when a mock is specified"
        )));
    };
    if request.reveal_secrets {
        return Err(Refusal::validation(
            "TestState does not support RevealSecrets when a mock is specified.",
        ));
    }
    if mock.result.is_some() == mock.error.is_some() {
        // AWS's words were not seen.
        return Err(Refusal::validation(
            "A mock must contain either a result or an errorOutput, and not both",
        ));
    }
    let result = mock.value()?;
    if let Some(result) = &result {
        match kind {
            StateType::Parallel => parallel_result(state, result)?,
            StateType::Map => {
                let writes = machine.field(state.id, "ResultWriter").is_some();
                map_result(result, writes)?;
            }
            _ => {}
        }
    }
    context(request, resource.as_ref())?;
    if let (Some(result), Some(resource)) = (&result, &resource)
        && mock.mode != FieldValidation::None
    {
        shapes::check(resource, result, mock.mode == FieldValidation::Strict)?;
    }
    Ok(result)
}

/// The action whose mocked result AWS would check against its API model, where there is none at hand.
pub(super) fn unchecked(request: &Request, machine: &StateMachine, state: &State) -> Option<String> {
    let mock = request.mock.as_ref()?;
    if mock.result.is_none()
        || mock.mode == FieldValidation::None
        || state.state_type != Some(StateType::Task)
    {
        return None;
    }
    let arn = machine.field(state.id, "Resource")?.as_str()?;
    shapes::unchecked(&Resource::parse(arn))
}

/// "TestState only supports the following when a mock is specified" [API TestState].
fn without_mock(request: &Request, state: &State, resource: Option<&Resource<'_>>) -> Result<(), Refusal> {
    let needs_mock = |member: &str| {
        Err(Refusal::validation(format!(
            "TestState does not support {member} when a mock is not specified."
        )))
    };
    if request.configuration.map_iteration_failure_count.is_some() {
        return needs_mock("MapIterationFailureCount");
    }
    if request.context.is_some() {
        return needs_mock("Context");
    }
    if matches!(state.state_type, Some(StateType::Map | StateType::Parallel)) {
        return Err(Refusal::definition(
            "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, \
             Succeed, Fail, Choice]",
        ));
    }
    let waits = match resource {
        Some(Resource::Activity { .. }) => true,
        Some(Resource::Integration { pattern, .. }) => *pattern != Pattern::RequestResponse,
        _ => false,
    };
    if waits {
        // In the words of the documentation; those of the service were not seen.
        return Err(Refusal::validation(
            "TestState only supports Activity tasks, .sync or .waitForTaskToken service integration patterns when a \
             mock is specified.",
        ));
    }
    Ok(())
}

fn parallel_result(state: &State, result: &Value) -> Result<(), Refusal> {
    let items = result.as_array().ok_or_else(not_an_array)?;
    if items.len() != state.bodies.len() {
        return Err(Refusal::validation(
            "Mocked result must contain the same number of items as number of Parallel branches.",
        ));
    }
    Ok(())
}

/// A Map's result is an array; with a ResultWriter it is the object that says where the results are.
fn map_result(result: &Value, writes: bool) -> Result<(), Refusal> {
    if writes && result.as_object().is_none() {
        return Err(Refusal::validation("Mocked result must be a JSON object."));
    }
    if !writes && result.as_array().is_none() {
        return Err(not_an_array());
    }
    Ok(())
}

/// Full text not recorded; in the manner of the one for objects.
fn not_an_array() -> Refusal {
    Refusal::validation("Mocked result must be an array.")
}

fn context(request: &Request, resource: Option<&Resource<'_>>) -> Result<(), Refusal> {
    let Some(context) = &request.context else {
        return Ok(());
    };
    let invalid = |what: &str| {
        Err(Refusal::validation(format!(
            "Invalid Context object provided: {what}"
        )))
    };
    let Some(members) = context.as_object() else {
        return invalid("Context object must be a JSON object");
    };
    let has_token = match resource {
        Some(Resource::Activity { .. }) => true,
        Some(Resource::Integration { pattern, .. }) => *pattern != Pattern::RequestResponse,
        _ => false,
    };
    if members.contains_key("Task") && !has_token {
        return invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' \
             service integration pattern",
        );
    }
    Ok(())
}
