//! What it takes to run a definition: a machine that AWS would take, its name, and an execution's input.

use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;

use super::arguments::{Placeholders, Runnable};
use super::output::Context;
use super::{Failure, input};
use crate::asl::StateMachine;
use crate::diagnostics::Severity;
use crate::report::findings::{self, FileReport};
use crate::simulate::{self, MachineType};
use crate::source;
use crate::validate;
use crate::value::Value;

/// Where a definition to run stands, and how it is read.
#[derive(Debug)]
pub(super) struct Definition<'a> {
    /// The file; `-` for stdin.
    pub(super) file: &'a Path,
    /// The name that findings in stdin are shown under.
    pub(super) stdin_filename: &'a str,
    /// What stands for its placeholders.
    pub(super) placeholders: &'a Placeholders,
    /// Standard or Express; `None` for what a template says, otherwise Standard.
    pub(super) machine_type: Option<MachineType>,
    /// Whether it is run whatever AWS would say of it.
    pub(super) no_validate: bool,
}

impl Runnable {
    /// The machine that the arguments name, and its type. See [`machine`].
    pub(super) fn machine(&self, context: &Context) -> Result<(StateMachine, MachineType), Failure> {
        let definition = Definition {
            file: &self.file,
            stdin_filename: &self.stdin_filename,
            placeholders: &self.placeholders,
            machine_type: self.machine_type.map(Into::into),
            no_validate: self.no_validate,
        };
        machine(&definition, context)
    }

    /// The input that they name. See [`execution_input`].
    pub(super) fn input(&self) -> Result<(Value, Arc<str>), Failure> {
        execution_input(self.input.as_deref(), &self.input_json)
    }
}

/// A definition that cannot be run.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name} cannot be run: it has {count} {}", if *count == 1 { "error" } else { "errors" })]
#[diagnostic(help("--no-validate runs it as far as it goes"))]
struct InvalidDefinition {
    name: String,
    count: usize,
}

/// A definition whose text cannot be read.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{0} is no definition")]
struct NoDefinition(String);

/// The machine, which AWS would take, unless it is taken unchecked; and its type.
///
/// # Errors
/// When the file cannot be read, or AWS would refuse the definition, whose findings are shown on stderr.
pub(super) fn machine(
    definition: &Definition,
    context: &Context,
) -> Result<(StateMachine, MachineType), Failure> {
    let options = input::parse_options(definition.placeholders)?;
    let parsed = input::definition(definition.file, definition.stdin_filename, &options)?;
    let source::Parsed {
        file,
        document,
        mut findings,
        embedding,
    } = parsed;
    let machine_type = (definition.machine_type)
        .or_else(|| MachineType::of_template(embedding.as_ref()))
        .unwrap_or_default();
    let machine = document.map(|document| StateMachine::read(Arc::new(document)));
    if let (Some(machine), false) = (&machine, definition.no_validate) {
        findings.extend(validate::validate(machine, &validate::Options { machine_type }));
    }
    findings.retain(|finding| finding.severity == Severity::Error);
    let name = file.name().to_owned();
    if !findings.is_empty() && (machine.is_none() || !definition.no_validate) {
        let count = findings.len();
        let report = FileReport {
            file,
            findings,
            truncated: false,
        };
        let mut text = Vec::new();
        // Writing to memory cannot fail.
        let _ = findings::render(&[report], findings::Format::Text, context.color_stderr, &mut text);
        context.say(String::from_utf8_lossy(&text).trim_end());
        return Err(InvalidDefinition { name, count }.into());
    }
    let machine = machine.ok_or(NoDefinition(name))?;
    Ok((machine, machine_type))
}

/// The name of the machine that a definition is run as: that of the template's resource, or the file's.
pub(super) fn machine_name(file: &Path) -> String {
    match source::resource(file) {
        (_, Some(resource)) => resource.to_owned(),
        (file, None) => simulate::machine_name(file),
    }
}

/// The input and its text as it is sent: JSON as it stands, YAML as the JSON that it means.
///
/// # Errors
/// When the file cannot be read or is neither JSON nor YAML.
pub(super) fn execution_input(file: Option<&Path>, json: &str) -> Result<(Value, Arc<str>), Failure> {
    let Some(path) = file else {
        return Ok((input::json_argument(json)?, Arc::from(json)));
    };
    let file = input::text(path)?;
    let text = file.text().trim_end_matches(['\n', '\r']);
    if let Ok(value) = source::parse_value(text) {
        return Ok((value, Arc::from(text)));
    }
    // YAML, or a mistake that is told with its place.
    let value = input::document(source::parse_any(file))?.root().to_value();
    let text = Arc::from(value.to_json());
    Ok((value, text))
}
