//! Reading definitions.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;

use super::Failure;
use super::arguments::Files;
use crate::diagnostics::Severity;
use crate::source::{self, Document, Parsed, SourceFile};
use crate::value::{Map, Value};

/// A file that could not be read.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot read {name}")]
#[diagnostic(help("give a definition, a folder with *.asl.json or *.asl.yaml files, or - for stdin"))]
pub struct ReadError {
    name: String,
    #[source]
    cause: std::io::Error,
}

/// Reads and parses every file that `files` names, in order.
///
/// # Errors
/// The first file that cannot be read.
pub(super) fn definitions(files: &Files) -> Result<Vec<Parsed>, ReadError> {
    files
        .files
        .iter()
        .map(|path| definition(path, &files.stdin_filename))
        .collect()
}

/// Reads and parses one file, `-` being stdin.
///
/// # Errors
/// When it cannot be read.
pub(super) fn definition(path: &Path, stdin_name: &str) -> Result<Parsed, ReadError> {
    let name = if path == Path::new("-") {
        stdin_name.to_owned()
    } else {
        path.display().to_string()
    };
    Ok(source::parse(Arc::new(SourceFile::new(name, text(path)?))))
}

/// The text of one file, `-` being stdin.
///
/// # Errors
/// When it cannot be read.
pub(super) fn text(path: &Path) -> Result<String, ReadError> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|cause| ReadError {
        name: path.display().to_string(),
        cause,
    })
}

/// A data file (an input, variables) that is not what it should be.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name}:{line}:{column}: {message}")]
#[diagnostic(help("{help}"))]
pub struct DataError {
    name: String,
    line: usize,
    column: usize,
    message: String,
    help: String,
}

/// Reads a value from a JSON or YAML file, `-` being stdin.
///
/// # Errors
/// When it cannot be read, or is neither JSON nor YAML.
pub(super) fn value(path: &Path) -> Result<Value, Failure> {
    Ok(document(path)?.root().to_value())
}

/// Reads the tree of a JSON or YAML file, `-` being stdin.
///
/// # Errors
/// When it cannot be read, or is neither JSON nor YAML.
pub(super) fn document(path: &Path) -> Result<Document, Failure> {
    let parsed = definition(path, "<stdin>")?;
    let first = parsed
        .findings
        .into_iter()
        .find(|f| f.severity == Severity::Error);
    match (parsed.document, first) {
        (Some(document), None) => Ok(document),
        (_, finding) => {
            let offset = finding.as_ref().map_or(0, |f| f.span.start as usize);
            let at = parsed.file.position(offset);
            let message = finding
                .as_ref()
                .map_or("there is no value", |f| &f.message)
                .to_owned();
            let help = finding
                .and_then(|f| f.help)
                .unwrap_or_else(|| "write one JSON value".to_owned());
            let name = parsed.file.name().to_owned();
            Err(DataError {
                name,
                line: at.line,
                column: at.column,
                message,
                help,
            }
            .into())
        }
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
