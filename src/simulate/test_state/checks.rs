//! What TestState refuses before it runs anything, in AWS's words where they were recorded.

use super::request::{FieldValidation, Request};
use super::{Given, Refusal, context, shapes};
use crate::asl::{Pattern, Resource, State, StateMachine, StateType};
use crate::validate;
use crate::value::Value;

/// Checks the request against the state; gives the value of the mocked result, when there is one.
pub(super) fn check(
    request: &Request,
    machine: &StateMachine,
    state: &State,
) -> Result<Option<Given>, Refusal> {
    variables(request)?;
    let resource = state.resource.as_deref().map(Resource::parse);
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
        // Recorded by AWS of a mock that has both [recorded; Testing state machines with TestState API]; of one that
        // has neither, the words are not known.
        return Err(Refusal::validation(
            "A test mock should have only one of the following fields: [result, errorOutput].",
        ));
    }
    // "This field is required if mock.errorOutput is specified" [API MockErrorOutput]. The words are ours.
    if mock.error.as_ref().is_some_and(|output| output.error.is_none()) {
        return Err(Refusal::validation(
            "The errorOutput of a test mock must have the field 'error'.",
        ));
    }
    let given = mock.value()?;
    let result = given.as_ref().map(|given| &given.value);
    if let Some(result) = result {
        match kind {
            StateType::Parallel => parallel_result(state, result)?,
            StateType::Map => {
                map_result(result, machine.exports_results(state.id))?;
            }
            _ => {}
        }
    }
    let context = request.context.as_ref().map(|given| &given.value);
    context::check(context, resource.as_ref())?;
    caused_by(request, machine, state, kind)?;
    if let (Some(result), Some(resource)) = (result, &resource)
        && mock.mode != FieldValidation::None
    {
        shapes::check(resource, result, mock.mode == FieldValidation::Strict)?;
    }
    Ok(given)
}

/// "Object keys are the variable names" [API TestState]. What AWS says of a key that is no name was not seen; the words
/// are those for a name in Assign.
fn variables(request: &Request) -> Result<(), Refusal> {
    let mut names = request.variables.keys();
    let refused = names.find_map(|name| Some((name, validate::variable_refusal(name)?)));
    let Some((name, words)) = refused else {
        return Ok(());
    };
    let refusal = Refusal::validation(words);
    let bare = name
        .strip_prefix('$')
        .filter(|bare| validate::is_variable_name(bare));
    Err(match bare {
        Some(bare) => refusal.hint(format!("in 'variables' names have no $: write \"{bare}\"")),
        None => refusal,
    })
}

/// The action whose mocked result AWS would check against its API model, where there is none at hand.
pub(super) fn unchecked(request: &Request, state: &State) -> Option<String> {
    let mock = request.mock.as_ref()?;
    if mock.result.is_none()
        || mock.mode == FieldValidation::None
        || state.state_type != Some(StateType::Task)
    {
        return None;
    }
    shapes::unchecked(&state.resource())
}

/// What of the mocked result AWS ignores: a sentence about each part.
pub(super) fn ignored(request: &Request, state: &State, result: Option<&Given>) -> Vec<String> {
    let checks =
        |mode: FieldValidation| mode != FieldValidation::None && state.state_type == Some(StateType::Task);
    match (&request.mock, result) {
        (Some(mock), Some(result)) if checks(mock.mode) => shapes::ignored(&state.resource(), &result.value),
        _ => Vec::new(),
    }
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
    if state.state_type == Some(StateType::Task) && request.role_arn.is_none() {
        // [recorded; Testing state machines with TestState API]
        return Err(
            Refusal::validation("RoleArn must be specified when testing a Task state")
                .hint("nothing is called here: give the task's result with --mock FILE, which needs no role"),
        );
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

/// [recorded; Testing state machines with TestState API]
fn not_an_array() -> Refusal {
    Refusal::validation("Mocked result must be an array.")
}

/// `errorCausedByState` names a state inside the Map or Parallel whose error is mocked. The guide wants it with every error of
/// one, `States.TaskFailed` above all [Testing state machines with TestState API]; AWS's own tests mock that error without
/// it, and find it caught [sample-stepfunctions-testing-with-testStateAPI]. The words are ours.
fn caused_by(
    request: &Request,
    machine: &StateMachine,
    state: &State,
    kind: StateType,
) -> Result<(), Refusal> {
    let name = request.configuration.error_caused_by_state.as_deref();
    let Some(name) = name.filter(|_| kind != StateType::Task) else {
        return Ok(());
    };
    let inside = |other: &&State| other.scope != state.scope;
    let states = || machine.states().iter().filter(inside);
    if states().any(|inner| &*inner.name == name) {
        return Ok(());
    }
    let known: Vec<&str> = states().map(|inner| &*inner.name).collect();
    Err(Refusal::validation(format!(
        "ErrorCausedByState '{name}' is no state inside the {}, which has {}",
        kind.name(),
        known.join(", ")
    )))
}
