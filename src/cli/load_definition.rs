//! What it takes to run a definition: a machine that AWS would take, its name, and an execution's input.

use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;

use super::arguments::{Placeholders, Runnable};
use super::output::Context;
use super::{Failure, input};
use crate::asl::{MachineType, StateMachine};
use crate::definition::Definition;
use crate::diagnostics::{counted, did_you_mean, joined};
use crate::report::findings::{self, FileReport};
use crate::simulate::{Program, placeholder_list};
use crate::source::{self, Substitutions};
use crate::value::Value;

/// Where a definition to run stands, and how it is read.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The file; `-` for stdin.
    pub(super) file: &'a Path,
    /// The file name to report for stdin.
    pub(super) stdin_filename: &'a str,
    /// What stands for its placeholders.
    pub(super) placeholders: &'a Placeholders,
    /// Standard or Express; `None` for what a template says, otherwise Standard.
    pub(super) machine_type: Option<MachineType>,
    /// Whether it is run whatever AWS would say of it.
    pub(super) no_validate: bool,
}

impl Runnable {
    /// The definition that the arguments name. See [`load`].
    pub(super) fn load(&self, context: &Context) -> Result<Loaded, Failure> {
        let wanted = Wanted {
            file: &self.file,
            stdin_filename: &self.stdin_filename,
            placeholders: &self.placeholders,
            machine_type: self.machine_type.map(Into::into),
            no_validate: self.no_validate,
        };
        load(&wanted, context)
    }

    /// The input that they name. See [`execution_input`].
    pub(super) fn input(&self) -> Result<(Value, Arc<str>), Failure> {
        execution_input(self.input.as_deref(), self.input_json.as_deref().unwrap_or("{}"))
    }

    /// Whether they name one.
    pub(super) fn has_input(&self) -> bool {
        self.input.is_some() || self.input_json.is_some()
    }
}

/// A definition with a machine in it that may be run.
pub(super) struct Loaded {
    definition: Definition,
    /// What was given for its placeholders.
    given: Substitutions,
}

impl Loaded {
    /// What `--define` and `--substitutions` gave for its placeholders.
    pub(super) fn given(&self) -> &Substitutions {
        &self.given
    }

    /// The machine.
    ///
    /// # Errors
    /// When its text cannot be read.
    pub(super) fn machine(&self) -> Result<&StateMachine, Failure> {
        self.definition
            .machine()
            .ok_or_else(|| input::unreadable(&self.definition))
    }

    /// Says which placeholders a run takes for the text that they are, where its data may hold it. What a task sends is
    /// mostly known to the deployment alone, and decides nothing here.
    pub(super) fn warn_of_placeholders(&self, program: &Program, context: &Context) {
        let machine = self.definition.machine();
        let mut names = machine
            .map(StateMachine::placeholders_in_data)
            .unwrap_or_default();
        names.retain(|name| {
            !program
                .needed_placeholders()
                .iter()
                .any(|needed| **needed == **name)
        });
        if !names.is_empty() {
            let defines: Vec<String> = names
                .iter()
                .map(|name| format!("--define {name}=VALUE"))
                .collect();
            context.say(&format!(
                "warning: no value for {}: taken as text; give values with {} or --substitutions FILE",
                placeholder_list(&names),
                defines.join(" ")
            ));
        }
    }

    /// Its type.
    pub(super) fn machine_type(&self) -> MachineType {
        self.definition.machine_type()
    }

    /// It compiled.
    ///
    /// # Errors
    /// When it holds what the engine cannot run.
    pub(super) fn program(&self) -> Result<&Program, Failure> {
        let program = self
            .definition
            .program()
            .ok_or_else(|| input::unreadable(&self.definition))?;
        program.map_err(|error| error.clone().into())
    }
}

/// An option that names no state of the definition.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("there is no state '{name}'")]
#[diagnostic(code("unknown-name"))]
pub(super) struct UnknownState {
    name: String,
    #[help]
    help: String,
}

impl UnknownState {
    pub(super) fn of<'a>(name: &str, states: impl Iterator<Item = &'a str>) -> Self {
        UnknownState {
            name: name.to_owned(),
            help: did_you_mean(name, states, || {
                "`sfn-tool graph FILE` lists all states".to_owned()
            })
            .words,
        }
    }
}

/// A definition that cannot be run.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name} cannot be run: it has {}", counted(*count, "error"))]
#[diagnostic(code("invalid-definition"))]
struct InvalidDefinition {
    #[help]
    help: &'static str,
    name: String,
    count: usize,
}

/// The definition, which AWS would take, unless it is taken unchecked.
///
/// # Errors
/// When the file cannot be read, or AWS would refuse the definition, whose findings are shown on stderr.
pub(super) fn load(wanted: &Wanted, context: &Context) -> Result<Loaded, Failure> {
    let options = input::parse_options(wanted.placeholders)?;
    let definition = input::definition(wanted.file, wanted.stdin_filename, &options)?;
    let definition = match wanted.machine_type {
        None => definition,
        Some(told) => definition.of_type(told),
    };
    // What cannot be read is never run.
    if wanted.no_validate && definition.document().is_some() {
        return Ok(Loaded {
            definition,
            given: options.substitutions,
        });
    }
    let findings = definition.refused_as(definition.machine_type());
    let report = FileReport::new(definition.file().clone(), findings);
    let count = report.all_causes().len();
    if count > 0 {
        let mut text = Vec::new();
        // Writing to memory cannot fail.
        let _ = findings::render(&[report], findings::Format::Text, context.color_stderr, &mut text);
        context.say_rendered(&String::from_utf8_lossy(&text));
        let name = definition.file().name().to_owned();
        let help = match definition.document() {
            Some(_) => "--no-validate runs it anyway",
            None => "what cannot be read cannot be run: correct it first",
        };
        return Err(InvalidDefinition { help, name, count }.into());
    }
    let (definition, ends) = definition.completed();
    if !ends.is_empty() {
        let names: Vec<String> = ends.iter().map(|name| format!("'{name}'")).collect();
        context.say(&format!(
            "{} not in the fragment: a run that comes there ends",
            match &names[..] {
                [one] => format!("{one} is"),
                several => format!("{} are", joined(several, "and")),
            }
        ));
    }
    Ok(Loaded {
        definition,
        given: options.substitutions,
    })
}

/// The input and its text as it is sent: JSON as it stands, YAML as the JSON that it means.
///
/// # Errors
/// When the file cannot be read or is neither JSON nor YAML.
pub(super) fn execution_input(file: Option<&Path>, json: &str) -> Result<(Value, Arc<str>), Failure> {
    let Some(path) = file else {
        return Ok((input::json_argument(json)?, Arc::from(json)));
    };
    let file = input::input_text(path)?;
    let text = file.text().trim_end_matches(['\n', '\r']);
    if let Ok(value) = source::parse_value(text) {
        return Ok((value, Arc::from(text)));
    }
    // YAML, or a mistake that is told with its place.
    let value = input::document(source::parse_any(file))?.root().to_value();
    let text = Arc::from(value.to_json());
    Ok((value, text))
}
