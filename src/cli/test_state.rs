//! `sfn-tool test-state FILE`: one state alone, as AWS's TestState runs it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::arguments::Reading;
use super::output::Context;
use super::{Failure, Outcome, input};
use crate::definition::Definition;
use crate::diagnostics::{Severity, visible};
use crate::simulate::Settings;
use crate::simulate::test_state::{
    self, Answer, Configuration, Given, Level, Mock, NO_MOCK, Refusal, Request, Status, TestError,
};
use crate::source::{self, parse_any};
use crate::value::Value;

/// Run one state, as AWS's TestState does, with a mocked result
#[derive(Debug, Args)]
pub struct Arguments {
    /// A state, or a machine with --state-name, in JSON or YAML, or - for stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The state to run, at any depth of the machine
    #[arg(long, value_name = "NAME")]
    state_name: Option<String>,
    /// The state's input, a JSON or YAML file; {} without it
    #[arg(long, value_name = "FILE", conflicts_with = "input_json")]
    input: Option<PathBuf>,
    /// The state's input as JSON text
    #[arg(long, value_name = "TEXT")]
    input_json: Option<String>,
    /// How much of the data flow to show
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    inspection_level: LevelChoice,
    /// The mocked result of the Task, Map or Parallel state: a file with {"result": "..."} or {"errorOutput": {"error",
    /// "cause"}}
    #[arg(long, value_name = "FILE")]
    mock: Option<PathBuf>,
    /// Variables before the state: a file with an object whose names have no $
    #[arg(long, value_name = "FILE")]
    variables: Option<PathBuf>,
    /// The complete context object: a file with an object
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// A file with retrierRetryCount, errorCausedByState, mapIterationFailureCount, mapItemReaderData
    #[arg(long, value_name = "FILE")]
    state_configuration: Option<PathBuf>,
    /// The execution role, which a Task without a mock needs and the context object names
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// Rejected with a mock, as on AWS; there are no secrets to reveal
    #[arg(long)]
    reveal_secrets: bool,
    /// Output format
    #[arg(long, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LevelChoice {
    /// Only the outcome
    Info,
    /// Also the data after each step
    Debug,
    /// Also the request and the response of an HTTP Task
    Trace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// TestState's response, or {"exception": {"code", "message"}}
    Json,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, or a task has no mock.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let asked = request(arguments)?;
    let answer = match asked.and_then_run() {
        Ok(answer) => answer,
        Err(TestError::Refused(refusal)) => {
            context.rendered(arguments.format == Format::Text, |out| {
                refused(&refusal, arguments.format, out)
            })?;
            if let Some(hint) = refusal.hint {
                context.say(&format!("help: {hint}"));
            }
            return Ok(Outcome::Unreadable);
        }
        Err(TestError::Compile(error)) => return Err(error.into()),
        Err(TestError::Unmocked) => return Err(Unmocked.into()),
        Err(TestError::Stop(error)) => return Err(error.into()),
    };
    context.rendered(arguments.format == Format::Text, |out| match arguments.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &answer)?;
            writeln!(out)
        }
        Format::Text => text(&answer, out),
    })?;
    if let Some(action) = &answer.unchecked {
        context.say(&format!(
            "note: checking the mocked result against the API of {action} is not supported; AWS would check it unless \
             fieldValidationMode is NONE"
        ));
    }
    for part in &answer.ignored {
        context.say(&format!("note: {part}"));
    }
    Ok(match answer.status {
        Status::Succeeded => Outcome::Clean,
        Status::Failed | Status::Retriable | Status::CaughtError => Outcome::Findings,
    })
}

/// The state calls out, and nothing says what it gets.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{}", NO_MOCK)]
#[diagnostic(
    code("no-mock"),
    help("no task is called: give the result with --mock FILE, a file with {{\"result\": \"{{}}\"}}")
)]
struct Unmocked;

/// A definition and what is asked of it, or why AWS refuses the files that the question is made of.
struct Asked(Definition, Result<Request, Refusal>);

impl Asked {
    fn and_then_run(self) -> Result<Answer, TestError> {
        test_state::run(self.0.tested(), &self.1.map_err(TestError::Refused)?)
    }
}

fn request(arguments: &Arguments) -> Result<Asked, Failure> {
    let value = |path: &Option<PathBuf>| path.as_deref().map(input::value).transpose();
    let definition = input::definition(&arguments.file, "<stdin>", &arguments.reading.parse_options())?;
    let (mock, configuration) = (value(&arguments.mock)?, value(&arguments.state_configuration)?);
    let variables = arguments
        .variables
        .as_deref()
        .map(|path: &Path| input::object(path));
    let variables = variables.transpose()?.unwrap_or_default();
    let data = match (&arguments.input, &arguments.input_json) {
        (Some(path), _) => data_of(path)?,
        (None, Some(text)) => match Given::parse(text) {
            Ok(data) => Ok(data),
            Err(error) => Err(Refusal::of_input(text)
                .map(|refusal| refusal.hint(format!("the input is not JSON: {}", error.message)))
                .ok_or_else(|| input::not_json(error))?),
        },
        (None, None) => Ok(Given::from(Value::empty_object())),
    };
    let given = arguments.context.as_deref().map(document).transpose()?;
    let defaults = Settings::default();
    let read = || -> Result<Request, Refusal> {
        Ok(Request {
            state_name: arguments.state_name.clone(),
            input: data?,
            level: match arguments.inspection_level {
                LevelChoice::Info => Level::Info,
                LevelChoice::Debug => Level::Debug,
                LevelChoice::Trace => Level::Trace,
            },
            mock: mock.as_ref().map(Mock::read).transpose()?,
            variables,
            context: given,
            configuration: configuration
                .as_ref()
                .map(Configuration::read)
                .transpose()?
                .unwrap_or_default(),
            role_arn: arguments.role_arn.as_deref().map(Arc::from),
            reveal_secrets: arguments.reveal_secrets,
            region: defaults.region,
            start: defaults.start,
        })
    };
    let request = read();
    Ok(Asked(definition, request))
}

/// The data of a JSON or YAML file, or what AWS says of it where it is neither and would be sent as JSON.
fn data_of(path: &Path) -> Result<Result<Given, Refusal>, Failure> {
    let file = input::text(path)?;
    let parsed = parse_any(file.clone());
    let mistake = parsed
        .findings
        .iter()
        .find(|found| found.severity == Severity::Error);
    let refusal = match mistake {
        Some(mistake) if source::Format::of(&file) == source::Format::Json => Refusal::of_input(file.text())
            .map(|refusal| refusal.hint(format!("the input is not JSON: {}", mistake.message))),
        _ => None,
    };
    match refusal {
        Some(refusal) => Ok(Err(refusal)),
        None => Ok(Ok(Given::of(&input::document(parsed)?))),
    }
}

/// The data of a JSON or YAML file.
fn document(path: &Path) -> Result<Given, Failure> {
    Ok(Given::of(&input::document(parse_any(input::text(path)?))?))
}

fn refused(refusal: &Refusal, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &json!({ "exception": refusal }))?;
            writeln!(out)
        }
        Format::Text => writeln!(
            out,
            "rejected with {}: {}",
            refusal.code,
            visible(&refusal.message)
        ),
    }
}

fn text(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let status = serde_json::to_value(answer.status)?;
    writeln!(out, "{}", status.as_str().unwrap_or_default())?;
    for (name, value) in [
        ("output", answer.output.as_deref()),
        ("error", answer.error.as_deref()),
        ("cause", answer.cause.as_deref()),
        ("next state", answer.next_state.as_deref()),
    ] {
        if let Some(value) = value {
            writeln!(out, "  {name:<10} {}", visible(value))?;
        }
    }
    if let Some(data) = answer.inspection_data.as_ref().and_then(Value::as_object) {
        writeln!(out, "inspection")?;
        for (name, value) in data {
            let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
            writeln!(out, "  {name:<20} {}", visible(&shown))?;
        }
    }
    Ok(())
}
