//! `sfn-tool explore FILE`: every combination of task outcomes worth trying.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::arguments::Runnable;
use super::output::Context;
use super::{Failure, Outcome, input};
use crate::definition::Definition;
use crate::diagnostics::{counted, some_of};
use crate::explore::{self, Alternatives, Findings, Limits};
use crate::first_run::{first_run_on, other_runs};
use crate::mocks::{self, Mocks};
use crate::report::explore as report;
use crate::simulate::{MachineType, Settings, Time};
use crate::source::{SourceFile, Substitutions};
use crate::value::yaml;
use crate::value::{Map, Value};

/// Try every combination of task outcomes, and report what can go wrong
///
/// Outcomes are results, each error that a handler names, an error that no handler names, and timeouts. Reports uncaught
/// errors with the shortest path to each, endless loops, states and transitions that are never reached, the longest path
/// and the one with the most transitions. Exits with status 1 if an error is not caught or a loop has no end. Without an
/// input, the runs begin with one that has what the states read.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    run: Runnable,
    /// Possible task results: every entry of a list is tried at every call. A task without a mock returns a result in
    /// the shape of its integration
    #[arg(long, value_name = "FILE")]
    mocks: Option<PathBuf>,
    /// The test case of a MockConfigFile.json
    #[arg(long, value_name = "NAME", requires = "mocks")]
    test_case: Option<String>,
    /// The executions' start time: an RFC 3339 time
    #[arg(long, value_name = "TIME", value_parser = start_time)]
    start_time: Option<Time>,
    /// Maximum number of runs
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.runs)]
    max_runs: usize,
    /// Maximum number of calls in one run
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.calls)]
    max_calls: usize,
    /// Maximum number of state transitions in all runs together; each active branch or iteration counts as one
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.transitions)]
    max_transitions: u64,
    /// Exit with status 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    /// Output format
    #[arg(long, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// The paths as the cases of a test file, in YAML
    Test,
}

fn start_time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "give an RFC 3339 time (2024-01-01T00:00:00Z)".to_owned())
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or does not fit, the definition cannot be run, or a run has to stop.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let loaded = arguments.run.load(context)?;
    let (machine, machine_type) = (loaded.machine()?, loaded.machine_type());
    let reach = arguments.run.placeholders.reading.reach();
    let mut mocks = match &arguments.mocks {
        None => Mocks::default(),
        Some(path) => mocks::read_within(
            input::mock_text(path)?,
            None,
            arguments.test_case.as_deref(),
            reach.clone(),
        )?,
    };
    mocks.fit(machine)?;
    context.doubt(&mocks.doubts(machine));
    let given = match arguments.run.has_input() {
        true => Some(arguments.run.input()?),
        false => None,
    };
    // What is written for a person to start from is what a task without a mock answers, and what S3 holds.
    let needed = first_run_on(machine, given.as_ref().map(|(input, _)| input));
    let others = other_runs(machine, given.as_ref().map(|(input, _)| input));
    let skeleton = needed.mocks.to_string();
    let skeletons = mocks::read_within(
        Arc::new(SourceFile::new("skeleton.json", skeleton.as_str())),
        None,
        None,
        reach,
    )?;
    let invented = mocks.take_objects(&skeletons);
    if !invented.is_empty() {
        context.say(&format!(
            "no Objects in --mocks: S3 holds what the states read: {}",
            some_of(&invented, 5, 5)
        ));
    }
    let objects = match invented[..] {
        [] => None,
        _ => Some(Value::from(&needed.mocks["Objects"])),
    };
    let is_given = given.is_some();
    let (input, input_text) = match given {
        Some(given) => given,
        None => {
            let text = needed.input.to_json();
            if !needed.input.as_object().is_some_and(Map::is_empty) {
                context.say(&format!(
                    "no --input: the runs begin with one made from what the states read: {}",
                    shortened(&text)
                ));
            }
            (needed.input, Arc::from(text))
        }
    };
    let program = loaded.program()?;
    loaded.warn_of_placeholders(program, context);
    let mut settings = Settings {
        machine_name: Definition::machine_name(&arguments.run.file).into(),
        ..Settings::of_type(machine_type)
    };
    if let Some(start) = arguments.start_time {
        settings.start = start;
    }
    let limits = Limits {
        runs: arguments.max_runs.max(1),
        calls: arguments.max_calls,
        transitions: arguments.max_transitions,
    };
    let (mut inputs, mut results) = (Vec::new(), Vec::new());
    for other in others {
        if !is_given && other.input != input && !inputs.contains(&other.input) {
            inputs.push(other.input);
        }
        results.extend(other.results);
    }
    let alternatives = Alternatives::of(machine, &mocks, &skeletons, &results);
    let names: Vec<String> = (alternatives.made_up().iter())
        .map(|name| format!("'{name}'"))
        .collect();
    if !names.is_empty() {
        context.say(&format!(
            "no mocks of {}: the runs try results that the Choice rules tell apart",
            some_of(&names, 5, 5)
        ));
    }
    let found = explore::explore(
        machine,
        program,
        &settings,
        &mocks,
        &alternatives,
        explore::Inputs {
            first: &input,
            text: &input_text,
            others: &inputs,
        },
        limits,
    )?;
    if found.inputs.len() > 1 {
        context.say(&format!(
            "{} made up that the Choice rules tell apart",
            counted(found.inputs.len() as u64 - 1, "more input")
        ));
    }
    context.rendered(arguments.format == Format::Text, |out| match arguments.format {
        Format::Text if context.is_quiet() => out.write_all(report::outcome(&found).as_bytes()),
        Format::Text => report::text(&found, out),
        Format::Json => report::json(&found, out),
        Format::Test => {
            let head = head(arguments, machine_type, loaded.given(), objects);
            let file = report::test_file(&found, head);
            out.write_all(yaml(&file).as_bytes())
        }
    })?;
    Ok(outcome(&found, arguments.exit_zero))
}

/// The beginning of a text that may be long.
fn shortened(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} ... (simulate --write-input FILE writes it)", &text[..end]),
        None => text.to_owned(),
    }
}

fn outcome(found: &Findings, exit_zero: bool) -> Outcome {
    let bad = found.uncaught().next().is_some() || found.endless().next().is_some();
    if bad && !exit_zero {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

/// What stands above the cases of a test file.
fn head(
    arguments: &Arguments,
    machine_type: MachineType,
    given: &Substitutions,
    objects: Option<Value>,
) -> Map {
    let path = |path: &Path| Value::from(path.display().to_string());
    let mut head = Map::new();
    head.insert(Arc::from("Definition"), path(&arguments.run.file));
    if !given.is_empty() {
        head.insert(Arc::from("Substitutions"), given.to_value());
    }
    let of_type = match machine_type {
        MachineType::Standard => "STANDARD",
        MachineType::Express => "EXPRESS",
    };
    head.insert(Arc::from("Type"), Value::from(of_type));
    if let Some(start) = arguments.start_time {
        head.insert(Arc::from("StartTime"), Value::from(start.in_context()));
    }
    // Its objects; the states are those of each case.
    let mut mocks = Map::new();
    if let Some(file) = &arguments.mocks {
        mocks.insert(Arc::from("File"), path(file));
        if let Some(case) = &arguments.test_case {
            mocks.insert(Arc::from("TestCase"), Value::from(case.as_str()));
        }
    }
    if let Some(objects) = objects {
        mocks.insert(Arc::from("Objects"), objects);
    }
    if !mocks.is_empty() {
        head.insert(Arc::from("Mocks"), Value::object(mocks));
    }
    head
}
