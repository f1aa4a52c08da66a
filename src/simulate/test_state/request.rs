//! What a test asks for: the members of TestState's request [API TestState].

use std::sync::Arc;

use super::{Given, Refusal};
use crate::history::Time;
use crate::value::{Map, Value};

/// How much the answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The outcome alone.
    Info,
    /// The data after each step, too.
    Debug,
    /// As DEBUG; AWS shows the request and response of HTTP tasks, too.
    Trace,
}

/// How strictly a mocked result is checked against the API's model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum FieldValidation {
    /// Required members must be there, and what is there must fit.
    #[default]
    Strict,
    /// What is there must fit.
    Present,
    /// Nothing is checked.
    None,
}

/// `mock`
#[derive(Debug, Clone, Default)]
pub struct Mock {
    /// `result`: a JSON text. A value that is no string is taken as it stands, which AWS would not.
    pub(super) result: Option<Value>,
    /// `errorOutput`
    pub(super) error: Option<MockedError>,
    pub(super) mode: FieldValidation,
}

/// `errorOutput`
#[derive(Debug, Clone)]
pub(super) struct MockedError {
    pub(super) error: Option<Arc<str>>,
    pub(super) cause: Option<Arc<str>>,
}

/// `stateConfiguration`
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// `retrierRetryCount`: retries that the retrier which matches has made.
    pub(super) retrier_retry_count: Option<u64>,
    /// `errorCausedByState`
    pub(super) error_caused_by_state: Option<Arc<str>>,
    /// `mapIterationFailureCount`
    pub(super) map_iteration_failure_count: Option<u64>,
    /// `mapItemReaderData`
    pub(super) map_item_reader_data: Option<Arc<str>>,
}

impl Request {
    /// The retries that were made. "You can also test what happens when all retry attempts are exhausted by increasing
    /// RetryCount values in your context object" [Testing state machines with TestState API].
    pub(super) fn retries(&self) -> u64 {
        let in_context = || {
            let state = self.context.as_ref()?.value.get("State")?;
            u64::try_from(state.get("RetryCount")?.as_number()?.as_i64()?).ok()
        };
        self.configuration
            .retrier_retry_count
            .or_else(in_context)
            .unwrap_or(0)
    }
}

/// A test of one state.
#[derive(Debug)]
pub struct Request {
    /// Which state of a machine.
    pub state_name: Option<String>,
    /// The state's input.
    pub input: Given,
    /// How much the answer shows.
    pub level: Level,
    /// What the task, Map or Parallel gives.
    pub mock: Option<Mock>,
    /// The variables before the state.
    pub variables: Map,
    /// The context object: all of it.
    pub context: Option<Given>,
    /// How far the state is.
    pub configuration: Configuration,
    /// The role that the state would be run with. The context object shows it.
    pub role_arn: Option<Arc<str>>,
    /// `revealSecrets`
    pub reveal_secrets: bool,
    /// The region of ARNs in the context object.
    pub region: Arc<str>,
    /// When it is tested: the context object shows it.
    pub start: Time,
}

fn expects(member: &str, what: &str) -> Refusal {
    Refusal::validation(format!("'{member}' must be {what}"))
}

/// The text of a member, when it is there.
fn text(object: &Value, member: &str) -> Result<Option<Arc<str>>, Refusal> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(expects(member, "a string")),
    }
}

/// A number of times, when it is there.
fn count(object: &Value, member: &str) -> Result<Option<u64>, Refusal> {
    let Some(value) = object.get(member).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let number = value
        .as_number()
        .filter(|number| number.is_integer())
        .and_then(|number| number.as_i64())
        .ok_or_else(|| expects(member, "a whole number"))?;
    u64::try_from(number).map(Some).map_err(|_| {
        Refusal::validation(format!(
            "1 validation error detected: Value '{number}' at 'stateConfiguration.{member}' failed to satisfy \
             constraint: Member must have value greater than or equal to 0"
        ))
    })
}

/// A member that the request does not have: the nearest mistake is a wrong name.
fn only(object: &Value, name: &str, members: &[&str]) -> Result<(), Refusal> {
    let Some(map) = object.as_object() else {
        return Err(expects(name, "an object"));
    };
    match map.keys().find(|key| !members.contains(&&***key)) {
        Some(key) => Err(Refusal::validation(format!(
            "'{name}' has no member '{key}': it has {}",
            members.join(", ")
        ))),
        None => Ok(()),
    }
}

impl Mock {
    /// Reads `mock`.
    ///
    /// # Errors
    /// When a member is unknown or of another type.
    pub fn read(value: &Value) -> Result<Mock, Refusal> {
        only(value, "mock", &["result", "errorOutput", "fieldValidationMode"])?;
        let error = match value.get("errorOutput") {
            None | Some(Value::Null) => None,
            Some(output) => {
                only(output, "errorOutput", &["error", "cause"])?;
                Some(MockedError {
                    error: text(output, "error")?,
                    cause: text(output, "cause")?,
                })
            }
        };
        let mode = match text(value, "fieldValidationMode")?.as_deref() {
            None | Some("STRICT") => FieldValidation::Strict,
            Some("PRESENT") => FieldValidation::Present,
            Some("NONE") => FieldValidation::None,
            Some(other) => {
                return Err(Refusal::validation(format!(
                    "1 validation error detected: Value '{other}' at 'mock.fieldValidationMode' failed to satisfy \
                     constraint: Member must satisfy enum value set: [STRICT, PRESENT, NONE]"
                )));
            }
        };
        Ok(Mock {
            result: value.get("result").filter(|result| !result.is_null()).cloned(),
            error,
            mode,
        })
    }

    /// The value of `result`, when there is one.
    pub(super) fn value(&self) -> Result<Option<Given>, Refusal> {
        match &self.result {
            Some(Value::String(text)) => Given::parse(text)
                .map(Some)
                .map_err(|_| Refusal::validation("Mocked result must be valid JSON")),
            other => Ok(other.clone().map(Given::from)),
        }
    }
}

impl Configuration {
    /// Reads `stateConfiguration`.
    ///
    /// # Errors
    /// When a member is unknown or of another type.
    pub fn read(value: &Value) -> Result<Configuration, Refusal> {
        const MEMBERS: [&str; 4] = [
            "retrierRetryCount",
            "errorCausedByState",
            "mapIterationFailureCount",
            "mapItemReaderData",
        ];
        only(value, "stateConfiguration", &MEMBERS)?;
        Ok(Configuration {
            retrier_retry_count: count(value, "retrierRetryCount")?,
            error_caused_by_state: text(value, "errorCausedByState")?,
            map_iteration_failure_count: count(value, "mapIterationFailureCount")?,
            map_item_reader_data: text(value, "mapItemReaderData")?,
        })
    }
}
