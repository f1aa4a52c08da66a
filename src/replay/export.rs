//! Answers as a mock file, and as a test case.

use std::sync::Arc;

use super::{Answered, Answers, Origin};
use crate::history::{EventKind, Recording};
use crate::mocks::Outcome;
use crate::simulate::{MachineType, Time};
use crate::value::{Map, Value};

/// A mock file of the tool's own form: for each task its answers in the order of its calls, each pinned to its
/// iteration where a Map runs several side by side.
pub fn mock_file(answers: &Answers) -> Value {
    let mut states = Map::new();
    for call in &answers.calls {
        let entries = states.get_mut(&call.state);
        let entry = entry(call);
        match entries {
            Some(Value::Array(entries)) => Arc::make_mut(entries).push(entry),
            _ => {
                states.insert(call.state.clone(), Value::array([entry]));
            }
        }
    }
    object([("States", Some(Value::object(states)))])
}

fn entry(call: &Answered) -> Value {
    let text = |text: &Option<Arc<str>>| text.clone().map(Value::String);
    let answer = &call.answer;
    let iteration = (!call.iteration.is_empty())
        .then(|| Value::array(call.iteration.iter().map(|index| Value::from(*index as i64))));
    let outcome = match &answer.outcome {
        Outcome::Return(value) => ("Return", value.clone()),
        Outcome::Throw { error, cause } => {
            ("Throw", object([("Error", text(error)), ("Cause", text(cause))]))
        }
        // A history holds results, never how they came about.
        Outcome::Hang | Outcome::Compute(_) | Outcome::External => ("Hang", Value::from(true)),
    };
    // What hangs, hangs until its limit strikes.
    let delays = answer.delay_seconds > 0.0 && answer.outcome != Outcome::Hang;
    object([
        ("Iteration", iteration),
        (outcome.0, Some(outcome.1)),
        ("Event", text(&answer.event)),
        ("DelaySeconds", delays.then(|| number(answer.delay_seconds))),
        ("HeartbeatEverySeconds", answer.heartbeat_every.map(number)),
        ("Submitted", answer.submitted.clone()),
        ("Worker", text(&answer.worker)),
    ])
}

/// `5` for 5.0.
fn number(seconds: f64) -> Value {
    if seconds.fract() == 0.0 {
        Value::from(seconds as i64)
    } else {
        Value::from(seconds)
    }
}

fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let members = members.into_iter();
    Value::object(
        members
            .filter_map(|(key, value)| Some((Arc::from(key), value?)))
            .collect(),
    )
}

/// How an execution ended, as a test expects it.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT`; `None` where a run has no such end.
    pub status: Option<&'static str>,
    /// The output.
    pub output: Option<Value>,
    /// The error's name.
    pub error: Option<Arc<str>>,
    /// The error's cause.
    pub cause: Option<Arc<str>>,
}

impl Expected {
    /// The end that a history tells of.
    pub fn of(recording: &Recording) -> Expected {
        let history = &recording.history;
        let Some(ending) = history.ending() else {
            return Expected::default();
        };
        let whole = history.gap(history.events().len() - 1).is_none();
        match &ending.kind {
            EventKind::ExecutionSucceeded { output } => Expected {
                status: Some("SUCCEEDED"),
                output: Some(output.clone()).filter(|_| whole),
                ..Expected::default()
            },
            EventKind::ExecutionFailed(failure) => Expected {
                status: Some("FAILED"),
                error: failure.error.clone(),
                cause: failure.cause.clone(),
                ..Expected::default()
            },
            // Neither error nor cause: as DescribeExecution answers.
            EventKind::ExecutionTimedOut(_) => Expected {
                status: Some("TIMED_OUT"),
                ..Expected::default()
            },
            _ => Expected::default(),
        }
    }
}

/// A test file with one case: the execution, and how it ended.
///
/// `definition` is the path of the definition as the test file names it.
pub fn test_file(
    definition: &str,
    name: &str,
    machine_type: MachineType,
    origin: &Origin,
    mocks: Value,
    expected: &Expected,
) -> Value {
    let text = |text: &Option<Arc<str>>| text.clone().map(Value::String);
    let machine_type = match machine_type {
        MachineType::Standard => "STANDARD",
        MachineType::Express => "EXPRESS",
    };
    let case = test_case(name, &origin.input, None, expected);
    object([
        ("Definition", Some(Value::from(definition))),
        ("Type", Some(Value::from(machine_type))),
        (
            "StartTime",
            origin.start.map(|start: Time| Value::from(start.in_context())),
        ),
        ("StateMachineName", text(&origin.machine_name)),
        ("ExecutionName", text(&origin.execution_name)),
        ("RoleArn", text(&origin.role_arn)),
        ("Account", text(&origin.account)),
        ("Region", text(&origin.region)),
        ("Mocks", Some(mocks)),
        ("Cases", Some(Value::array([case]))),
    ])
}

/// A test case.
pub fn test_case(name: &str, input: &Value, mocks: Option<Value>, expected: &Expected) -> Value {
    let text = |text: &Option<Arc<str>>| text.clone().map(Value::String);
    let expect = object([
        ("Status", expected.status.map(Value::from)),
        ("Output", expected.output.clone()),
        ("Error", text(&expected.error)),
        ("Cause", text(&expected.cause)),
    ]);
    let expects = expect.as_object().is_some_and(|expect| !expect.is_empty());
    object([
        ("Name", Some(Value::from(name))),
        ("Input", Some(input.clone())),
        ("Mocks", mocks),
        ("Expect", expects.then_some(expect)),
    ])
}
