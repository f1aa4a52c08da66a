//! Step Functions Local's `MockConfigFile.json`: `StateMachines`, `TestCases` and `MockedResponses`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::error::MockError;
use super::native_format::throw;
use super::read::{Reader, members};
use super::{Answer, Entries, Mocks, Outcome, Place, StateMocks};
use crate::arrange::Arrange as _;
use crate::asl::{Resource, State};
use crate::diagnostics::{Help, did_you_mean, nearest};
use crate::source::NodeRef;
use crate::value::Value;

/// Most invocations that one response may number: a range of millions would be a mistake.
const MOST_INVOCATIONS: usize = 100_000;

pub(super) fn read(
    reader: &Reader<'_>,
    root: NodeRef<'_>,
    machine_name: Option<&str>,
    test_case: Option<&str>,
) -> Result<Mocks, MockError> {
    let machines = required(reader, root, "StateMachines")?;
    let responses = required(reader, root, "MockedResponses")?;
    let (machine_name, machine) = choose(
        reader,
        machines,
        machine_name,
        "state machine",
        "--state-machine-name (in a test file: StateMachineName)",
    )?;
    let cases = required(reader, machine, "TestCases")?;
    let (_, case) = choose(
        reader,
        cases,
        test_case,
        &format!("test case of '{machine_name}'"),
        "--test-case (in a test file: TestCase)",
    )?;
    reader.object(case)?;
    let mut mocks = Mocks::default();
    for (member, node) in members(root.document(), case) {
        let Some(general) = reader.kept(response(reader, responses, node)) else {
            continue;
        };
        let state = StateMocks {
            entries: Entries::InOrder {
                general,
                pinned: FxHashMap::default(),
            },
            place: node.id(),
            span: member.key_span,
        };
        mocks.states.insert(member.key.clone(), state);
    }
    Ok(mocks)
}

/// The answers of the response that `node` names.
fn response(
    reader: &Reader<'_>,
    responses: NodeRef<'_>,
    node: NodeRef<'_>,
) -> Result<Vec<Arc<Answer>>, MockError> {
    let name = reader.text(node)?;
    let Some(response) = responses.get(&name) else {
        let error = reader.error(node, format!("MockedResponses has no '{name}'"));
        let known = responses.members().iter().map(|member| &*member.key);
        return Err(match nearest(&name, known) {
            Some(near) => error.help(Help::asks(near)),
            None => error,
        });
    };
    steps(reader, response)
}

fn required<'d>(reader: &Reader<'_>, node: NodeRef<'d>, name: &str) -> Result<NodeRef<'d>, MockError> {
    reader.object(node)?;
    let found = node
        .get(name)
        .ok_or_else(|| reader.error(node, format!("'{name}' is missing")))?;
    reader.object(found)?;
    Ok(found)
}

/// The member that was asked for, or the only one.
fn choose<'d>(
    reader: &Reader<'_>,
    node: NodeRef<'d>,
    name: Option<&str>,
    what: &str,
    option: &str,
) -> Result<(String, NodeRef<'d>), MockError> {
    let known: Vec<&str> = node.members().iter().map(|member| &*member.key).collect();
    let name = match (name, &known[..]) {
        (Some(name), _) => name,
        (None, [only]) => only,
        (None, _) => {
            return Err(reader
                .error(node, format!("which {what}?"))
                .help(format!("give {option}, one of: {}", known.join(", "))));
        }
    };
    match node.get(name) {
        Some(found) => Ok((name.to_owned(), found)),
        None => {
            let error = reader.error(node, format!("there is no {what} called '{name}'"));
            let there_are = || format!("there are: {}", known.join(", "));
            Err(error.help(did_you_mean(name, known.iter().copied(), there_are)))
        }
    }
}

/// A response: answers by invocation, numbered `"0"`, `"1-2"` without a gap.
fn steps(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<Vec<Arc<Answer>>, MockError> {
    reader.object(node)?;
    let mut steps = Vec::new();
    for (member, step) in members(node.document(), node) {
        let bad = |message: String| {
            MockError::at(reader.file, member.key_span, message)
                .help("invocations are numbered \"0\", \"1\" or, for several, \"1-3\"")
        };
        let (first, last) =
            range(&member.key).ok_or_else(|| bad(format!("'{}' is not an invocation", member.key)))?;
        if last < first || last >= MOST_INVOCATIONS {
            return Err(bad(format!("'{}' is not a range of invocations", member.key)));
        }
        steps.push((first, last, member, answer(reader, step)?));
    }
    steps.arrange_by_key(|(first, ..)| *first);
    let mut answers = Vec::new();
    for (first, last, member, answer) in steps {
        if first != answers.len() {
            return Err(MockError::at(
                reader.file,
                member.key_span,
                format!("invocation {} comes next, not {first}", answers.len()),
            )
            .help("invocations are numbered from 0, without a gap and without overlap"));
        }
        let answer = Arc::new(answer);
        answers.resize(last + 1, answer);
    }
    Ok(answers)
}

/// `"2"` and `"1-3"`, blanks around the numbers allowed.
fn range(key: &str) -> Option<(usize, usize)> {
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match key.split_once('-') {
        Some((first, last)) => Some((number(first)?, number(last)?)),
        None => number(key).map(|n| (n, n)),
    }
}

fn answer(reader: &Reader<'_>, node: NodeRef<'_>) -> Result<Answer, MockError> {
    reader.object(node)?;
    let (outcome, place) = match (node.get("Return"), node.get("Throw")) {
        (Some(value), None) => (Outcome::Return(value.to_value()), value.span()),
        (None, Some(error)) => (throw(reader, error)?, error.span()),
        _ => {
            return Err(reader
                .error(node, "an invocation has Return or Throw, not both")
                .help("write Return: <value> or Throw: {Error: ..., Cause: ...}"));
        }
    };
    Ok(Answer {
        place: Place(Some(place)),
        ..Answer::of(outcome)
    })
}

/// Reads the answers as what the task of `state` gets: this form holds what the service answers [mock-config].
///
/// A function called by its ARN gives the `Payload` of the Invoke response alone, and a response with a
/// `FunctionError` is that function's error.
pub(super) fn adapt(entries: &mut Entries, state: &State) {
    let Entries::InOrder { general, .. } = entries else {
        return;
    };
    let resource = state.resource();
    let by_arn = matches!(resource, Resource::LambdaFunction { .. });
    let invokes = match resource {
        Resource::Integration { service, action, .. } => (service, action) == ("lambda", "invoke"),
        _ => by_arn,
    };
    for answer in general {
        let answer = Arc::make_mut(answer);
        if let (Outcome::Return(response), true) = (&answer.outcome, invokes) {
            if response.get("FunctionError").is_some() {
                answer.outcome = function_error(response);
            } else if let (Some(payload), true) = (response.get("Payload"), by_arn) {
                answer.outcome = Outcome::Return(payload.clone());
            }
        }
    }
}

/// The error of a function: its `errorType`, with the whole payload as cause [recorded].
fn function_error(response: &Value) -> Outcome {
    let payload = response.get("Payload");
    let error = payload
        .and_then(|payload| payload.get("errorType"))
        .and_then(Value::as_str)
        .unwrap_or("Lambda.Unknown");
    Outcome::Throw {
        error: Some(Arc::from(error)),
        cause: payload.map(|payload| Arc::from(payload.to_json())),
    }
}
