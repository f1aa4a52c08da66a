//! Reading definitions.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;

use super::arguments::Files;
use crate::source::{self, Parsed, SourceFile};

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
    let from_stdin = path == Path::new("-");
    let name = if from_stdin {
        stdin_name.to_owned()
    } else {
        path.display().to_string()
    };
    let text = if from_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|cause| ReadError {
        name: name.clone(),
        cause,
    })?;
    Ok(source::parse(Arc::new(SourceFile::new(name, text))))
}
