//! One state alone, for a program that uses the crate.

use serde_json::{Value as Json, json};

use super::Definition;
use super::run::to_json;
use crate::simulate::Settings;
use crate::simulate::test_state::{
    self, Answer, Configuration, Given, Level, Mock, NO_MOCK, Request, Status, TestError,
};
use crate::value::{Map, Value};

/// A test of one state, as AWS's TestState makes it.
#[derive(Debug, Clone)]
pub struct StateTest {
    state: Option<String>,
    input: Json,
    mock: Option<Json>,
    variables: Json,
    context: Option<Json>,
}

impl StateTest {
    /// Of the state called `state`, at any depth of the machine, with this input.
    pub fn of(state: &str, input: impl Into<Json>) -> StateTest {
        StateTest {
            state: Some(state.to_owned()),
            ..StateTest::alone(input)
        }
    }

    /// Of a definition that is one state and no machine.
    pub fn alone(input: impl Into<Json>) -> StateTest {
        StateTest {
            state: None,
            input: input.into(),
            mock: None,
            variables: json!({}),
            context: None,
        }
    }

    /// What the task, Map or Parallel gives.
    pub fn returns(mut self, result: impl Into<Json>) -> StateTest {
        self.mock = Some(json!({ "result": result.into().to_string() }));
        self
    }

    /// The error that the task, Map or Parallel fails with.
    pub fn throws(mut self, error: &str, cause: &str) -> StateTest {
        self.mock = Some(json!({ "errorOutput": { "error": error, "cause": cause } }));
        self
    }

    /// The variables before the state: an object.
    pub fn variables(mut self, variables: impl Into<Json>) -> StateTest {
        self.variables = variables.into();
        self
    }

    /// The context object: all of it.
    pub fn context(mut self, context: impl Into<Json>) -> StateTest {
        self.context = Some(context.into());
        self
    }
}

/// What came of a state.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StateOutcome {
    /// How it ended.
    pub status: Status,
    /// Its output.
    pub output: Option<Json>,
    /// The name of its error.
    pub error: Option<String>,
    /// What happened.
    pub cause: Option<String>,
    /// The state that comes next.
    pub next_state: Option<String>,
    /// Its data after each step, by AWS's names: `inspectionData` of the level DEBUG.
    pub inspection: Option<Json>,
}

/// Why a state was not tested.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateTestError {
    /// AWS would refuse the request.
    #[error("{exception}: {message}")]
    Refused {
        /// The name of the exception: `ValidationException`, `InvalidDefinition`.
        exception: String,
        /// Why.
        message: String,
    },
    /// The state holds what cannot be run here: which field, and why.
    #[error("{0}")]
    Unsupported(String),
    /// The test had to stop: a task was called that has no mock.
    #[error("{0}")]
    Stopped(String),
}

impl From<TestError> for StateTestError {
    fn from(error: TestError) -> StateTestError {
        match error {
            TestError::Refused(refusal) => StateTestError::Refused {
                exception: refusal.code.to_owned(),
                message: refusal.message,
            },
            TestError::Compile(error) => StateTestError::Unsupported(error.to_string()),
            TestError::Unmocked => StateTestError::Stopped(NO_MOCK.to_owned()),
            TestError::Stop(error) => StateTestError::Stopped(error.to_string()),
        }
    }
}

impl Definition {
    /// Tests one state of it, as AWS's TestState does.
    ///
    /// # Errors
    /// When AWS would refuse the request, or the state cannot be run.
    pub fn test_state(&self, test: &StateTest) -> Result<StateOutcome, StateTestError> {
        let variables = match Value::from(&test.variables) {
            Value::Object(variables) => Map::clone(&variables),
            _ => {
                return Err(StateTestError::Refused {
                    exception: "ValidationException".to_owned(),
                    message: "variables must be an object".to_owned(),
                });
            }
        };
        let given = |json: &Json| Given::from(Value::from(json));
        let mock = test.mock.as_ref().map(|mock| Mock::read(&Value::from(mock)));
        let defaults = Settings::default();
        let request = Request {
            state_name: test.state.clone(),
            input: given(&test.input),
            level: Level::Debug,
            mock: mock.transpose().map_err(TestError::Refused)?,
            variables,
            context: test.context.as_ref().map(given),
            configuration: Configuration::default(),
            // One is wanted of every Task; which is of no account.
            role_arn: Some("arn:aws:iam::123456789012:role/StateMachineRole".into()),
            reveal_secrets: false,
            region: defaults.region,
            start: defaults.start,
        };
        let answer: Answer = test_state::run(self.tested(), &request)?;
        Ok(StateOutcome {
            status: answer.status,
            output: answer
                .output
                .map(|text| serde_json::from_str(&text).unwrap_or(Json::String(text))),
            error: answer.error.map(|name| name.to_string()),
            cause: answer.cause.map(|cause| cause.to_string()),
            next_state: answer.next_state.map(|name| name.to_string()),
            inspection: answer.inspection_data.as_ref().map(to_json),
        })
    }
}
