//! The sizes that TestState's API takes [API TestState, MockInput, MockErrorOutput, TestStateConfiguration]. A request
//! out of bounds is refused in the words in which every AWS service refuses one; of a value that may be secret only its
//! place is named.

use super::request::Request;
use super::{Given, Refusal};
use crate::diagnostics::counted;
use crate::value::Value;

/// Longest text of data.
const DATA: usize = 262_144;
/// Longest name of a state.
const NAME: usize = 80;
/// Longest ARN.
const ARN: usize = 256;
/// Longest error name and cause.
const ERROR: usize = 256;
const CAUSE: usize = 32_768;

/// Refuses what is longer than the API takes.
pub(super) fn check(definition: &str, request: &Request) -> Result<(), Refusal> {
    let mut broken = Broken::default();
    let mock = request.mock.as_ref();
    let error = mock.and_then(|mock| mock.error.as_ref());
    let configuration = &request.configuration;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_json(), str::to_owned);
    broken.most("definition", Some(definition), 1_048_576);
    broken.role(request.role_arn.as_deref());
    broken.most("input", Some(&request.input.sent()), DATA);
    let variables = Value::object(request.variables.clone()).to_json();
    broken.most("variables", Some(&variables), DATA);
    broken.name("stateName", request.state_name.as_deref());
    let result = mock.and_then(|mock| mock.result.as_ref()).map(text);
    broken.most("mock.result", result.as_deref(), DATA);
    broken.most(
        "mock.errorOutput.error",
        error.and_then(|error| error.error.as_deref()),
        ERROR,
    );
    broken.most(
        "mock.errorOutput.cause",
        error.and_then(|error| error.cause.as_deref()),
        CAUSE,
    );
    broken.name(
        "stateConfiguration.errorCausedByState",
        configuration.error_caused_by_state.as_deref(),
    );
    let context = request.context.as_ref().map(Given::sent);
    broken.most("context", context.as_deref(), DATA);
    broken.most(
        "stateConfiguration.mapItemReaderData",
        configuration.map_item_reader_data.as_deref(),
        DATA,
    );
    broken.end()?;
    role(request.role_arn.as_deref())
}

/// Refuses what is no ARN of a role, in the words that CreateStateMachine has for one
/// [aws/amazon-sagemaker-examples#2432].
fn role(arn: Option<&str>) -> Result<(), Refusal> {
    let Some(arn) = arn else { return Ok(()) };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "iam", _, _, role] if role.starts_with("role/") => Ok(()),
        _ => Err(Refusal::arn(format!("Invalid Role Arn: '{arn}'"))),
    }
}

/// What was found out of bounds.
#[derive(Debug, Default)]
struct Broken(Vec<String>);

impl Broken {
    fn most(&mut self, member: &str, text: Option<&str>, most: usize) {
        // Bytes are never fewer than characters.
        if text.is_some_and(|text| text.len() > most && text.chars().count() > most) {
            self.0.push(format!(
                "Value at '{member}' failed to satisfy constraint: Member must have length less than or equal to {most}"
            ));
        }
    }

    /// An ARN is nothing that may be secret.
    fn role(&mut self, arn: Option<&str>) {
        let Some(arn) = arn else { return };
        let bound = match arn.chars().count() {
            0 => "greater than or equal to 1".to_owned(),
            length if length > ARN => format!("less than or equal to {ARN}"),
            _ => return,
        };
        self.0.push(format!(
            "Value '{arn}' at 'roleArn' failed to satisfy constraint: Member must have length {bound}"
        ));
    }

    fn name(&mut self, member: &str, text: Option<&str>) {
        self.most(member, text, NAME);
        if text == Some("") {
            self.0.push(format!(
                "Value at '{member}' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ));
        }
    }

    fn end(self) -> Result<(), Refusal> {
        let found = match self.0.len() {
            0 => return Ok(()),
            count => counted(count, "validation error"),
        };
        Err(Refusal::validation(format!(
            "{found} detected: {}",
            self.0.join("; ")
        )))
    }
}
