//! Reading definitions and data.

use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;

use super::Failure;
use super::arguments::Placeholders;
use crate::asl::StateMachine;
use crate::definition::Definition;
use crate::diagnostics::{Finding, Severity};
use crate::source::{self, Document, Input, ParseOptions, Parsed, ReadError, SourceFile};
use crate::value::{Map, Value};

/// Enough for the deepest document that `source/` lets pass, in a build without optimisation, too.
const STACK: usize = 16 * 1024 * 1024;

/// Threads that can walk the deepest document, as many as the machine runs at once.
///
/// # Errors
/// When the system gives none.
pub(super) fn pool() -> Result<rayon::ThreadPool, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    Ok(pool.map_err(ThreadError)?)
}

/// The system gives no threads.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot start threads")]
struct ThreadError(#[source] rayon::ThreadPoolBuildError);

/// How definitions are read: what their placeholders stand for.
///
/// # Errors
/// When a `--define` has no value, or the file of `--substitutions` holds no object.
pub(super) fn parse_options(placeholders: &Placeholders) -> Result<ParseOptions, Failure> {
    let mut options = placeholders.reading.parse_options();
    options.fragment = placeholders.fragment;
    if let Some(path) = &placeholders.substitutions {
        options.substitutions.extend(&Value::object(object(path)?));
    }
    for (name, value) in &placeholders.define {
        options.substitutions.define(name, value);
    }
    Ok(options)
}

/// Reads and parses one definition, `-` being stdin; `TEMPLATE#RESOURCE` is one of those in a template.
///
/// # Errors
/// When it cannot be read, or a template holds several and none is named.
pub(super) fn definition(
    path: &Path,
    stdin_name: &str,
    options: &ParseOptions,
) -> Result<Definition, Failure> {
    let (path, resource) = source::resource(path);
    let file = source::read(&Input::of(path), stdin_name)?;
    Ok(Definition::in_file(file, options, resource)?)
}

/// The machine of a definition whose text is whole.
///
/// # Errors
/// The first mistake of the text.
pub(super) fn machine(definition: &Definition) -> Result<&StateMachine, Failure> {
    match (definition.machine(), definition.text_error()) {
        (Some(machine), None) => Ok(machine),
        _ => Err(unreadable(definition)),
    }
}

/// Why there is no machine in a definition.
pub(super) fn unreadable(definition: &Definition) -> Failure {
    DataError::of(definition.file(), definition.text_error()).into()
}

/// The text of one file, `-` being stdin.
///
/// # Errors
/// When it cannot be read.
pub(super) fn text(path: &Path) -> Result<Arc<SourceFile>, ReadError> {
    source::read(&Input::of(path), "<stdin>")
}

/// A data file (an input, variables) that is not what it should be.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name}:{line}:{column}: {message}")]
#[diagnostic(code("invalid-data"), help("{help}"))]
pub struct DataError {
    name: String,
    line: usize,
    column: usize,
    message: String,
    help: String,
}

impl DataError {
    /// The error for a text that `finding` is about.
    fn of(file: &SourceFile, finding: Option<&Finding>) -> DataError {
        let at = file.position(finding.map_or(0, |finding| finding.span.start as usize));
        let help = finding.and_then(|finding| finding.help.as_deref());
        DataError {
            name: file.name().to_owned(),
            line: at.line,
            column: at.column,
            message: finding.map_or("there is no value", Finding::headline).to_owned(),
            help: help.unwrap_or("write one JSON value").to_owned(),
        }
    }
}

/// A file that an option names and that is not there.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("the {what} {name} does not exist")]
#[diagnostic(code("unreadable"), help("{help}"))]
struct Missing {
    what: &'static str,
    name: String,
    help: String,
}

/// The text of a mock file.
///
/// # Errors
/// When it cannot be read.
pub(super) fn mock_text(path: &Path) -> Result<Arc<SourceFile>, Failure> {
    text(path).map_err(|error| missing(error, "mock file", "--write-mocks"))
}

/// The text of a file with an input.
///
/// # Errors
/// When it cannot be read.
pub(super) fn input_text(path: &Path) -> Result<Arc<SourceFile>, Failure> {
    text(path).map_err(|error| missing(error, "input file", "--write-input"))
}

/// What is said of a file that is not there: how to get one.
fn missing(error: ReadError, what: &'static str, option: &str) -> Failure {
    match error {
        ReadError::NotFound { name } => Missing {
            what,
            help: match is_json(&name) {
                true => json_in_place_of(what),
                false => format!("sfn-tool simulate DEFINITION {option} {name} writes one to begin with"),
            },
            name,
        }
        .into(),
        other => other.into(),
    }
}

/// Whether the name of a file is the JSON that the file should hold.
fn is_json(name: &str) -> bool {
    name.trim_start().starts_with(['{', '['])
}

/// What to write where JSON stands in the place of a file's name.
fn json_in_place_of(what: &str) -> String {
    match what {
        "input file" => "that is the input itself: give it with --input-json".to_owned(),
        _ => "that is JSON, and not the name of a file: write it into a file".to_owned(),
    }
}

/// Reads a value from a JSON or YAML file, `-` being stdin.
///
/// # Errors
/// When it cannot be read, or is neither JSON nor YAML.
pub(super) fn value(path: &Path) -> Result<Value, Failure> {
    let text = text(path).map_err(|error| match error {
        ReadError::NotFound { name } => Failure::from(Missing {
            what: "file",
            help: match is_json(&name) {
                true => json_in_place_of("file"),
                false => "name a file with JSON or YAML, or - for stdin".to_owned(),
            },
            name,
        }),
        other => other.into(),
    })?;
    Ok(document(source::parse_any(text))?.root().to_value())
}

/// An argument that is not JSON.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("the input is not JSON: {message}")]
#[diagnostic(
    code("invalid-data"),
    help("the input is a JSON value, such as {{\"orderId\": 1}}")
)]
struct BadInput {
    message: String,
}

/// The input that an argument holds as JSON text.
///
/// # Errors
/// When it is not JSON.
pub(super) fn json_argument(json: &str) -> Result<Value, Failure> {
    source::parse_value(json).map_err(not_json)
}

/// What is said of an argument that is not JSON.
pub(super) fn not_json(error: source::ValueError) -> Failure {
    BadInput {
        message: error.message,
    }
    .into()
}

/// The input that arguments name: in a file, or as JSON text.
///
/// # Errors
/// Those of [`value`] and [`json_argument`].
pub(super) fn given(file: Option<&Path>, json: Option<&str>) -> Result<Option<Value>, Failure> {
    match (file, json) {
        (Some(path), _) => Ok(Some(
            document(source::parse_any(input_text(path)?))?.root().to_value(),
        )),
        (None, json) => json.map(json_argument).transpose(),
    }
}

/// The tree of a text.
///
/// # Errors
/// When it is neither JSON nor YAML.
pub(super) fn document(parsed: Parsed) -> Result<Document, Failure> {
    let first = parsed
        .findings
        .into_iter()
        .find(|f| f.severity == Severity::Error);
    match (parsed.document, first) {
        (Some(document), None) => Ok(document),
        (_, finding) => Err(DataError::of(&parsed.file, finding.as_ref()).into()),
    }
}

/// Reads an object from a JSON or YAML file, `-` being stdin.
///
/// # Errors
/// Those of [`value`], and when it is no object.
pub(super) fn object(path: &Path) -> Result<Map, Failure> {
    match value(path)? {
        Value::Object(map) => Ok(Arc::unwrap_or_clone(map)),
        other => Err(DataError {
            name: path.display().to_string(),
            line: 1,
            column: 1,
            message: format!("expected an object, found {}", other.type_name()),
            help: "write a JSON object: {\"name\": value}".to_owned(),
        }
        .into()),
    }
}
