//! `sfn-tool mocks from-history HISTORY`: what an execution's tasks answered, as a mock file and a test case.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::arguments::{MachineTypeChoice, Placeholders, Writing};
use super::load_definition::{self, Wanted};
use super::output::Context;
use super::output_file::{self, Kind};
use super::replay::{self, Past};
use super::{Failure, Outcome};
use crate::definition::Definition;
use crate::diagnostics::visible;
use crate::history::Allowed;
use crate::mocks::Mocks;
use crate::replay::{Answers, Expected, Faith, Told, fit, mock_file, test_file};
use crate::report;
use crate::simulate::{MachineType, Settings};
use crate::value::Value;
use crate::value::{printable, yaml};

/// Create mocks from recorded executions
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the task results of a recorded execution as a mock file
    FromHistory(FromHistory),
}

/// The arguments of `mocks from-history`.
#[derive(Debug, Args)]
struct FromHistory {
    /// What `aws stepfunctions get-execution-history` or `sfn-tool simulate` printed; - for stdin
    #[arg(value_name = "HISTORY")]
    history: PathBuf,
    /// The definition: the mocks are tried on it, and their delays made to fit
    #[arg(long, value_name = "FILE")]
    definition: Option<PathBuf>,
    #[command(flatten)]
    placeholders: Placeholders,
    /// Write a test file with the execution as its case
    #[arg(long, value_name = "FILE", requires = "definition")]
    write_test: Option<PathBuf>,
    /// Write the execution's input, as it was sent
    #[arg(long, value_name = "FILE")]
    write_input: Option<PathBuf>,
    #[command(flatten)]
    writing: Writing,
    /// The type of the state machine [default: what the history says, or standard]
    #[arg(long = "type", value_name = "TYPE")]
    machine_type: Option<MachineTypeChoice>,
    /// The execution's name, where the history does not say
    #[arg(long, value_name = "NAME")]
    execution_name: Option<String>,
    /// The state machine's name, where the history does not say
    #[arg(long, value_name = "NAME")]
    state_machine_name: Option<String>,
    /// How the mock file is written
    #[arg(long, default_value = "yaml")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written, the history is none, or the definition cannot be run.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::FromHistory(arguments) => from_history(arguments, context),
    }
}

fn from_history(arguments: &FromHistory, context: &Context) -> Result<Outcome, Failure> {
    let mut past = replay::read(&arguments.history)?;
    let name = |name: &Option<String>| name.as_deref().map(std::sync::Arc::from);
    let origin = &mut past.origin;
    origin.execution_name = origin.execution_name.take().or(name(&arguments.execution_name));
    origin.machine_name = origin.machine_name.take().or(name(&arguments.state_machine_name));
    let machine_type = match arguments.machine_type {
        Some(choice) => choice.into(),
        None => past.origin.machine_type.unwrap_or(MachineType::Standard),
    };
    for sentence in &past.answers.missing {
        context.say(&format!("warning: {sentence}"));
    }
    let answers = match &arguments.definition {
        None => past.answers.clone(),
        Some(path) => tried(arguments, path, machine_type, &mut past, context)?,
    };
    let mocks = mock_file(&answers);
    let force = arguments.writing.force;
    if let Some(path) = &arguments.write_input {
        write(path, force, &format!("{}\n", past.origin.input_text))?;
    }
    if let (Some(path), Some(definition)) = (&arguments.write_test, &arguments.definition) {
        let case = case_name(&arguments.history);
        let test = test_file(
            &beside(definition, path),
            past.origin.execution_name.as_deref().unwrap_or(&case),
            machine_type,
            &past.origin,
            mocks.clone(),
            &Expected::of(&past.recording),
        );
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        write(
            path,
            force,
            &written(&test, if is_json { Format::Json } else { Format::Yaml }),
        )?;
        context.say(&format!("wrote {}", path.display()));
    }
    let text = written(&mocks, arguments.format);
    context.result(|out| out.write_all(text.as_bytes()))?;
    Ok(Outcome::Clean)
}

/// The answers with the delays of a run of the definition, which is compared with the history; how true it is, is told
/// on stderr.
fn tried(
    arguments: &FromHistory,
    definition: &Path,
    machine_type: MachineType,
    past: &mut Past,
    context: &Context,
) -> Result<Answers, Failure> {
    let loaded = load_definition::load(
        &Wanted {
            file: definition,
            stdin_filename: "<stdin>",
            placeholders: &arguments.placeholders,
            machine_type: Some(machine_type),
            no_validate: false,
        },
        context,
    )?;
    let program = loaded.program()?;
    let mut settings = Settings {
        machine_type,
        machine_name: Definition::machine_name(definition).into(),
        ..Settings::default()
    };
    let mocks = Mocks::default();
    past.complete(program, &settings, &mocks, Told::default());
    past.origin.apply(&mut settings);
    let allowed = Allowed::undeployed(loaded.machine()?);
    match fit(
        program,
        &settings,
        &mocks,
        &past.origin,
        &past.answers,
        &past.recording.history,
        &allowed,
    ) {
        Err(error) => {
            context.say(&format!(
                "warning: not tried on {}: {error}",
                definition.display()
            ));
            Ok(past.answers.clone())
        }
        Ok(fit) => {
            let mut told = Vec::new();
            // Writing to memory cannot fail.
            let _ = report::replay::text(&past.recording.history, &fit, &allowed, &mut told);
            let told = String::from_utf8_lossy(&told);
            context.say_rendered(&format!("{}: {told}", visible(&definition.display().to_string())));
            Ok(match fit.faith {
                Faith::Parts(_) => past.answers.clone(),
                _ => past.answers.delayed_as_in(&fit.execution.history),
            })
        }
    }
}

fn written(value: &Value, format: Format) -> String {
    match format {
        Format::Yaml => yaml(value),
        // A value's numbers are written as they are spelt, one line an entry is not worth losing that.
        Format::Json => format!("{}\n", printable(&value.to_json())),
    }
}

fn write(path: &Path, force: bool, text: &str) -> Result<(), Failure> {
    output_file::write(path, &Kind::Edited { force }, |out| {
        out.write_all(text.as_bytes())
    })
}

/// `order-12` for `order-12.json`.
fn case_name(history: &Path) -> String {
    let name = history.file_name().and_then(|name| name.to_str());
    let stem = name.and_then(|name| name.split('.').next()).unwrap_or_default();
    if stem.is_empty() || stem == "-" {
        "recorded".to_owned()
    } else {
        stem.to_owned()
    }
}

/// The definition's path as a file at `from` names it: relative to that file's folder where both are relative.
fn beside(definition: &Path, from: &Path) -> String {
    let folder = from.parent().unwrap_or(Path::new(""));
    if definition.is_absolute() || folder.is_absolute() {
        let absolute = std::path::absolute(definition).unwrap_or_else(|_| definition.to_owned());
        return absolute.display().to_string();
    }
    if let Ok(inner) = definition.strip_prefix(folder) {
        return inner.display().to_string();
    }
    let up = folder
        .components()
        .filter(|part| matches!(part, std::path::Component::Normal(_)));
    let mut path: PathBuf = up.map(|_| "..").collect();
    path.push(definition);
    path.display().to_string()
}
