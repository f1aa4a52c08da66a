//! `sfn-tool graph FILE`: a picture of a definition.

use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;

use super::arguments::Placeholders;
use super::load_definition::UnknownState;
use super::output::Context;
use super::{Failure, Outcome, config, input};
use crate::asl::{StateId, StateMachine};
use crate::config::Overrides;
use crate::history::{NotAHistory, Recording, Timeline};
use crate::picture::{Drawing, Marks, NotCovered};
use crate::report::graph::{self, Format};

/// Draw a definition: an outline, svg, mermaid, dot or data
#[derive(Debug, Args)]
pub struct Arguments {
    /// The definition, in JSON or YAML, or - for stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Output format
    #[arg(long, default_value = "text")]
    format: Format,
    /// Show only this state and its neighbours
    #[arg(long, value_name = "STATE")]
    focus: Option<String>,
    /// Highlight the path of an execution, given as JSON by `simulate` or `aws stepfunctions get-execution-history`; or
    /// the coverage that `test --coverage-json` writes
    #[arg(long, value_name = "FILE")]
    highlight: Option<PathBuf>,
    /// Mark lint findings, as configured by the nearest sfn-tool.toml
    #[arg(long)]
    lint: bool,
    #[command(flatten)]
    placeholders: Placeholders,
}

/// `--highlight` names a file that holds something else.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot highlight {file}")]
#[diagnostic(
    code("invalid-data"),
    help(
        "give what `sfn-tool simulate --format history` or `aws stepfunctions get-execution-history` prints: \
     {{\"events\": [...]}}"
    )
)]
struct HistoryError {
    file: String,
    #[source]
    cause: NotAHistory,
}

/// `--highlight` names coverage of something else.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot highlight {file}")]
#[diagnostic(code("invalid-data"), help("name one of those"))]
struct CoverageError {
    file: String,
    #[source]
    cause: NotCovered,
}

/// A machine that no picture can show.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("a picture of {states} states with so many transitions would be unreadable")]
#[diagnostic(help("show a part with --focus STATE, or use --format dot and graphviz"))]
struct TooLarge {
    states: usize,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, the definition is neither JSON nor YAML, the history is none, or no state has the name.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let options = input::parse_options(&arguments.placeholders)?;
    let definition = input::definition(&arguments.file, "<stdin>", &options)?;
    let machine = input::machine(&definition)?;
    let mut marks = match &arguments.highlight {
        None => Marks::default(),
        Some(path) => {
            let value = input::value(path)?;
            let file = || path.display().to_string();
            let name = machine.document().file().name();
            match Marks::of_coverage(&value, name, definition.resource_with_it()) {
                Some(marks) => marks.map_err(|cause| CoverageError { file: file(), cause })?,
                None => {
                    let recording =
                        Recording::read(&value).map_err(|cause| HistoryError { file: file(), cause })?;
                    Marks::of_execution(&Timeline::of(&recording.history))
                }
            }
        }
    };
    if arguments.lint {
        let settings = config::nearest(&arguments.file, options.reach)?;
        let settings = settings.settings(&arguments.file, &Overrides::default())?;
        marks.add_findings(machine, &definition.lint_with(&settings));
    }
    let flow = definition.flow().ok_or_else(|| input::unreadable(&definition))?;
    let mut drawing = Drawing::new(machine, flow, &marks);
    if let Some(name) = &arguments.focus {
        drawing = drawing.focused(machine, state_called(machine, name)?);
    }
    let name = machine.document().file().name();
    let text = graph::render(&drawing, arguments.format, name).ok_or(TooLarge {
        states: drawing.nodes.len(),
    })?;
    context.rendered(arguments.format == graph::Format::Text, |out| {
        out.write_all(text.as_bytes())
    })?;
    for warning in graph::warnings(&drawing, arguments.format, &text) {
        context.say(&format!("warning: {warning}"));
    }
    Ok(Outcome::Clean)
}

fn state_called(machine: &StateMachine, name: &str) -> Result<StateId, UnknownState> {
    let states = machine.states();
    if let Some(state) = states.iter().find(|state| &*state.name == name) {
        return Ok(state.id);
    }
    Err(UnknownState::of(name, states.iter().map(|state| &*state.name)))
}
