//! `--html FILE`: the execution as a page.

use std::path::Path;

use super::super::Failure;
use super::super::output::Context;
use super::super::output_file::{self, Kind};
use crate::asl::StateMachine;
use crate::report::html;
use crate::simulate::Execution;

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
    output_file::write(path, &Kind::Report(&output_file::PAGE), |out| {
        html::page(machine, execution, name, out)
    })?;
    context.detail(|| format!("wrote {}", path.display()));
    Ok(false)
}
