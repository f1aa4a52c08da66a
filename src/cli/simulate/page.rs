//! `--html FILE`: the execution as a page.

use std::path::Path;

use miette::Diagnostic;

use super::super::output::Context;
use super::super::{Failure, atomic_write};
use crate::asl::StateMachine;
use crate::report::html;
use crate::simulate::Execution;

/// The page's file cannot be written.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write {name}")]
#[diagnostic(code("unwritable"))]
struct WritePage {
    name: String,
    #[source]
    cause: std::io::Error,
}

/// Writes the page of an execution of a machine called `name`; gives whether it went to stdout, where nothing else may
/// stand.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(
    path: &Path,
    machine: &StateMachine,
    execution: &Execution,
    name: &str,
    context: &Context,
) -> Result<bool, Failure> {
    if path == Path::new("-") {
        context.result(|out| html::page(machine, execution, name, out))?;
        return Ok(true);
    }
    atomic_write::write(path, |out| html::page(machine, execution, name, out)).map_err(|cause| {
        WritePage {
            name: path.display().to_string(),
            cause,
        }
    })?;
    context.detail(|| format!("wrote {}", path.display()));
    Ok(false)
}
