//! `sfn-tool simulate FILE`: run it, with mocked tasks.

mod cost;
mod result;
mod skeletons;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use miette::Diagnostic;

use super::arguments::{Runnable, Writing};
use super::output::Context;
use super::progress::Progress;
use super::{Failure, Outcome, input, page, replay, terminal};
use crate::definition::Definition;
use crate::diagnostics::some_of;
use crate::history::History;
use crate::mocks::{self, Mocks};
use crate::replay::Told;
use crate::report::html;
use crate::report::trace::Look;
use crate::simulate::{
    self, ENDLESS_EVENTS, Execution, MOST_BYTES, MOST_MEMORY, MachineType, STANDARD_EVENTS, Settings, Status,
    Time,
};
use crate::value;

/// The name of an execution that is told no other.
const DEFAULT_NAME: &str = "execution";

/// Run an execution on a virtual clock, with mocked task results
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    run: Runnable,
    /// Mocked task results: a mock file, or Step Functions Local's MockConfigFile.json
    #[arg(long, value_name = "FILE")]
    mocks: Option<PathBuf>,
    /// The test case of a MockConfigFile.json
    #[arg(long, value_name = "NAME", requires = "mocks")]
    test_case: Option<String>,
    /// Replay a recorded history, and report where the run diverges from it
    ///
    /// HISTORY is what `aws stepfunctions get-execution-history` prints. Its input, start time and task results are
    /// used; --mocks supplies what it lacks.
    #[arg(long, value_name = "HISTORY", conflicts_with_all = ["input", "input_json", "start_time", "expect_status",
        "expect_output", "no_history", "write_mocks", "write_input", "html", "cost"])]
    replay: Option<PathBuf>,
    /// The execution's name
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME)]
    execution_name: String,
    /// The state machine's name [default: the file's name]
    #[arg(long, value_name = "NAME")]
    state_machine_name: Option<String>,
    /// The execution's start time: an RFC 3339 time, or now
    #[arg(long, value_name = "TIME", default_value = "2024-01-01T00:00:00Z", value_parser = start_time)]
    start_time: Time,
    /// Run an Express execution as StartSyncExecution does: its context object has no RedriveCount
    #[arg(long)]
    sync: bool,
    /// The execution role [default: one named after the state machine]
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// The account ID in ARNs
    #[arg(long, value_name = "ID", default_value = "123456789012")]
    account: String,
    /// The region in ARNs and for tasks
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    region: String,
    /// Seed for jitter, States.MathRandom, States.UUID and task tokens
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Maximum number of events in the history, or none [default: 25000 for Standard, as on AWS]
    #[arg(long, value_name = "N", value_parser = max_events)]
    max_events: Option<MaxEvents>,
    /// Write mocks for every task to FILE (- for stdout), without running
    ///
    /// The results have the members that later states read.
    #[arg(long, value_name = "FILE")]
    write_mocks: Option<PathBuf>,
    /// Write an input with what the states read to FILE (- for stdout)
    ///
    /// Nothing is run.
    #[arg(long, value_name = "FILE")]
    write_input: Option<PathBuf>,
    #[command(flatten)]
    writing: Writing,
    /// Exit with status 1 unless the execution ends with this status
    #[arg(long, value_name = "STATUS", ignore_case = true)]
    expect_status: Option<ExpectedStatus>,
    /// Exit with status 1 unless it succeeds with the output in FILE
    ///
    /// FILE holds JSON or YAML.
    #[arg(long, value_name = "FILE")]
    expect_output: Option<PathBuf>,
    /// Keep no events: show only the outcome, and save memory in long runs
    #[arg(long, conflicts_with = "full")]
    no_history: bool,
    /// Write an HTML page to FILE: graph, timeline, each state's data
    ///
    /// With - stdout has the page instead of the trace.
    #[arg(long, value_name = "FILE", conflicts_with = "no_history")]
    html: Option<PathBuf>,
    /// Show what is billed, also for a million runs
    #[arg(long)]
    cost: bool,
    /// Memory of Express executions in MB, for the cost [default: 64]
    #[arg(long, value_name = "N", requires = "cost")]
    memory_mb: Option<u64>,
    /// Configuration file with the prices, instead of the nearest sfn-tool.toml
    #[arg(long, value_name = "FILE", requires = "cost")]
    config: Option<PathBuf>,
    /// Output format
    #[arg(long, default_value = "text")]
    format: Format,
    /// Show inputs and outputs in full, and every item of a Map
    #[arg(long)]
    full: bool,
}

/// The values of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A trace, for people
    Text,
    /// Status, output and events
    Json,
    /// What `aws stepfunctions get-execution-history` prints
    History,
}

/// The values of `--expect-status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExpectedStatus {
    /// It completed
    Succeeded,
    /// It failed with an error that was not caught
    Failed,
    /// It exceeded its timeout
    #[value(name = "timed_out", alias = "timed-out")]
    TimedOut,
}

/// The value of `--max-events`.
#[derive(Debug, Clone, Copy)]
enum MaxEvents {
    None,
    Some(u64),
}

fn max_events(text: &str) -> Result<MaxEvents, String> {
    match text {
        "none" => Ok(MaxEvents::None),
        _ => match text.parse() {
            Ok(most) if most >= 2 => Ok(MaxEvents::Some(most)),
            _ => Err("give a number from 2, or none".to_owned()),
        },
    }
}

fn start_time(text: &str) -> Result<Time, String> {
    if text == "now" {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        return Ok(Time::from_millis(
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        ));
    }
    Time::parse(text).ok_or_else(|| "give an RFC 3339 time (2024-01-01T00:00:00Z), or now".to_owned())
}

/// "StartSyncExecution is not available for STANDARD workflows" [API StartSyncExecution].
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("--sync is for Express state machines: StartSyncExecution takes no Standard one")]
#[diagnostic(help("run it with --type express, or without --sync"))]
struct SyncStandard;

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or does not fit, the definition cannot be run, a task has no mock, or the result cannot
/// be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let loaded = arguments.run.load(context)?;
    let machine = loaded.machine()?;
    if arguments.write_mocks.is_some() || arguments.write_input.is_some() {
        return skeletons::write(
            machine,
            arguments.write_mocks.as_deref(),
            arguments.write_input.as_deref(),
            arguments.writing.force,
            context,
        );
    }
    if arguments.sync && loaded.machine_type() == MachineType::Standard {
        return Err(SyncStandard.into());
    }
    let mut settings = settings(arguments, loaded.machine_type());
    let mut mocks = read_mocks(arguments, &settings)?;
    mocks.fit(machine)?;
    if let Some(history) = &arguments.replay {
        let shown = match arguments.format {
            Format::Text => replay::Shown::Text,
            Format::Json | Format::History => replay::Shown::Json,
        };
        let told = Told {
            machine_name: arguments.state_machine_name.is_some(),
            execution_name: arguments.execution_name != DEFAULT_NAME,
        };
        let program = loaded.program()?;
        loaded.warn_of_placeholders(program, context);
        return replay::run(
            (machine, program),
            history,
            settings,
            told,
            &mocks,
            shown,
            context,
        );
    }
    let (input, input_text) = arguments.run.input()?;
    if input_text.len() > MOST_BYTES {
        context.say(&format!(
            "warning: the input has {} bytes, and AWS takes {MOST_BYTES}",
            input_text.len()
        ));
    }
    let program = loaded.program()?;
    loaded.warn_of_placeholders(program, context);
    context.doubt(&mocks.doubts(machine));
    let quiet_stdout = arguments.no_history || !std::io::stdout().is_terminal();
    let progress = Progress::begin(context, "state transitions", None, quiet_stdout);
    settings.watched = progress.counter();
    let shown = result::Shown {
        format: arguments.format,
        look: Look {
            full: arguments.full,
            color: context.color,
            width: terminal::width(),
            inputs: false,
        },
        outcome_only: context.is_quiet(),
        cost: arguments.cost.then(|| cost::assumed(arguments)).transpose()?,
    };
    let ended = match &arguments.html {
        Some(path) => {
            let mut history = History::new(settings.keep_asides);
            match simulate::run_into(program, &settings, &mocks, input, input_text, &mut history) {
                Ok(execution) => {
                    let execution = Execution { history, ..execution };
                    let name = &settings.machine_name;
                    let render = |out: &mut dyn Write| html::page(machine, &execution, name, out);
                    match page::write(Some(path), context, render)? {
                        true => warn(&execution, context),
                        false => {
                            shown.afterwards(&execution, |execution| warn(execution, context), context)?
                        }
                    }
                    Some(execution)
                }
                Err(error) => {
                    // What had happened until then is shown all the same.
                    let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
                    let stopped = html::Stopped {
                        history: &history,
                        machine_type: settings.machine_type,
                        started: settings.start,
                        why: &error.to_string(),
                        help: help.as_deref(),
                    };
                    let name = &settings.machine_name;
                    page::write(Some(path), context, |out| {
                        html::stopped_page(machine, &stopped, name, out)
                    })?;
                    return Err(error.into());
                }
            }
        }
        None => shown.while_running(
            &settings,
            |sink| match sink {
                Some(sink) => simulate::run_into(program, &settings, &mocks, input, input_text, sink),
                None => simulate::run(program, &settings, &mocks, input, input_text),
            },
            |execution| warn(execution, context),
        )?,
    };
    drop(progress);
    let Some(execution) = ended else {
        return Ok(Outcome::Clean);
    };
    let failure = execution.failure.as_ref();
    if failure.is_some_and(crate::simulate::Failure::is_interpreters) && !arguments.run.has_input() {
        context.say("no --input: the execution began with {}; --write-input FILE writes one with what the states read");
    }
    let met = expectations(arguments, &execution, context)?;
    Ok(match (met, execution.status) {
        (Some(true), _) | (None, Status::Succeeded) => Outcome::Clean,
        (Some(false), _) | (None, Status::Failed | Status::TimedOut | Status::Aborted) => Outcome::Findings,
    })
}

/// Says what mocks were for nothing, and which were missing.
fn warn(execution: &Execution, context: &Context) {
    match &execution.unused_mocks[..] {
        [] => {}
        [state] => context.say(&format!("warning: the mock of '{state}' was never used")),
        states => {
            let names: Vec<String> = states.iter().map(|state| format!("'{state}'")).collect();
            context.say(&format!(
                "warning: {} mocks were never used: {}",
                names.len(),
                some_of(&names, UNUSED, UNUSED)
            ));
        }
    }
    for state in &execution.missing_activities {
        context.say(&format!(
            "warning: no mock answers for the activity of '{state}', so it is taken not to exist: write \
             {{\"States\": {{\"{state}\": {{\"Return\": {{}}}}}}}} into a file and give it with --mocks FILE"
        ));
    }
    for left in &execution.left_over {
        context.say(&format!("warning: {left}"));
    }
}

/// Most names of unused mocks that are said.
const UNUSED: usize = 8;

/// Whether the execution is what was expected of it; what is not is told on stderr. `None` when nothing was expected.
fn expectations(
    arguments: &Arguments,
    execution: &Execution,
    context: &Context,
) -> Result<Option<bool>, Failure> {
    let mut differences = Vec::new();
    if let Some(expected) = arguments.expect_status {
        let status = match execution.status {
            Status::Succeeded => Some(ExpectedStatus::Succeeded),
            Status::Failed => Some(ExpectedStatus::Failed),
            Status::TimedOut => Some(ExpectedStatus::TimedOut),
            // Nothing stops a run from outside.
            Status::Aborted => None,
        };
        if status != Some(expected) {
            let expected = expected
                .to_possible_value()
                .map(|value| value.get_name().to_uppercase());
            differences.push(format!(
                "status: expected {}, got {}",
                expected.unwrap_or_default(),
                execution.status.as_aws()
            ));
        }
    }
    if let Some(path) = &arguments.expect_output {
        let expected = input::value(path)?;
        match &execution.output {
            Some(output) => differences.extend(
                value::differences(&expected, output)
                    .into_iter()
                    .map(|difference| format!("output {difference}")),
            ),
            None => differences.push(format!(
                "output: there is none, the execution {}",
                execution.status.as_aws()
            )),
        }
    }
    for difference in &differences {
        context.say(&format!("not as expected: {difference}"));
    }
    let expecting = arguments.expect_status.is_some() || arguments.expect_output.is_some();
    Ok(expecting.then_some(differences.is_empty()))
}

fn settings(arguments: &Arguments, machine_type: MachineType) -> Settings {
    let standard = machine_type == MachineType::Standard;
    let (max_events, endless_after) = match arguments.max_events {
        Some(MaxEvents::Some(most)) => (Some(most), None),
        Some(MaxEvents::None) => (None, None),
        None if standard => (Some(STANDARD_EVENTS), None),
        None => (None, Some(ENDLESS_EVENTS)),
    };
    let name = arguments
        .state_machine_name
        .clone()
        .unwrap_or_else(|| Definition::machine_name(&arguments.run.file));
    Settings {
        synchronous: arguments.sync,
        tested: false,
        machine_type,
        machine_name: Arc::from(name),
        express_id: None,
        execution_name: Arc::from(arguments.execution_name.as_str()),
        account: Arc::from(arguments.account.as_str()),
        region: Arc::from(arguments.region.as_str()),
        role_arn: arguments.role_arn.as_deref().map(Arc::from),
        start: arguments.start_time,
        seed: arguments.seed,
        max_events,
        endless_after,
        max_memory: Some(MOST_MEMORY),
        keep_events: !arguments.no_history,
        keep_asides: !arguments.no_history && (arguments.format == Format::Text || arguments.html.is_some()),
        watched: None,
        stop: None,
        token_seal: None,
    }
}

fn read_mocks(arguments: &Arguments, settings: &Settings) -> Result<Mocks, Failure> {
    let Some(path) = &arguments.mocks else {
        return Ok(Mocks::default());
    };
    let file = input::mock_text(path)?;
    let machine_name = arguments
        .state_machine_name
        .as_ref()
        .map(|_| &*settings.machine_name);
    let reach = arguments.run.placeholders.reading.reach();
    Ok(mocks::read_within(
        file,
        machine_name,
        arguments.test_case.as_deref(),
        reach,
    )?)
}
