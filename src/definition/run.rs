//! Running a definition, for a program that uses the crate.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Definition, Findings, Mocks};
use crate::history::{Event, EventKind, EventWriter, Told};
use crate::simulate::{self, Settings, Status, Time};
use crate::value::Value;

/// An execution to run: its input, and what it depends on beside the definition.
#[derive(Debug, Clone)]
pub struct Run {
    input: Json,
    mocks: Mocks,
    start: Option<String>,
    seed: u64,
    name: Option<String>,
}

impl Run {
    /// An execution with this input, and no mocks.
    pub fn new(input: impl Into<Json>) -> Run {
        Run {
            input: input.into(),
            mocks: Mocks::new(),
            start: None,
            seed: 0,
            name: None,
        }
    }

    /// What its tasks answer.
    pub fn mocks(mut self, mocks: Mocks) -> Run {
        self.mocks = mocks;
        self
    }

    /// When it starts, on the virtual clock: an RFC 3339 time.
    pub fn start_time(mut self, time: &str) -> Run {
        self.start = Some(time.to_owned());
        self
    }

    /// Where jitter, random numbers and UUIDs come from.
    pub fn seed(mut self, seed: u64) -> Run {
        self.seed = seed;
        self
    }

    /// What it is called.
    pub fn execution_name(mut self, name: &str) -> Run {
        self.name = Some(name.to_owned());
        self
    }
}

/// Why a definition was not run to an end. An execution that fails is no such error: see [`Execution::status`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// AWS would refuse the definition.
    #[error("AWS would refuse the definition:\n{0}")]
    Refused(Findings),
    /// The definition holds what cannot be run here: which field, and why.
    #[error("{0}")]
    Unsupported(String),
    /// The mocks are none, or are for a state that the machine does not have.
    #[error("{0}")]
    Mocks(String),
    /// The start time is no time.
    #[error("{0} is no RFC 3339 time, such as 2026-01-01T00:00:00Z")]
    StartTime(String),
    /// The run had to stop: a task was called that has no mock, or the execution goes on and on.
    #[error("{0}")]
    Stopped(String),
}

/// An execution that has ended.
#[derive(Debug)]
pub struct Execution {
    status: Status,
    output: Option<Json>,
    error: Option<String>,
    cause: Option<String>,
    visited: Vec<String>,
    unused: Vec<String>,
    transitions: u64,
    events: Vec<Event>,
}

impl Execution {
    fn of(execution: simulate::Execution) -> Execution {
        let entered = |event: &Event| match &event.kind {
            EventKind::StateEntered { name, .. } => Some(name.to_string()),
            _ => None,
        };
        let visited = execution.history.told().filter_map(|told| match told {
            Told::Event(event) => entered(event),
            Told::Aside(_) => None,
        });
        let failure = execution.failure.as_ref();
        Execution {
            status: execution.status,
            output: execution.output.as_ref().map(to_json),
            error: failure.and_then(|failure| failure.error.as_deref().map(str::to_owned)),
            cause: failure.and_then(|failure| failure.cause.as_deref().map(str::to_owned)),
            visited: visited.collect(),
            unused: execution
                .unused_mocks
                .iter()
                .map(|name| name.to_string())
                .collect(),
            transitions: execution.transitions,
            events: execution.history.events().to_vec(),
        }
    }

    /// How it ended.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Its output, when it succeeded.
    pub fn output(&self) -> Option<&Json> {
        self.output.as_ref()
    }

    /// The name of the error that it failed with.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// What happened, when it failed.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The names of the states in the order in which they were entered, those of child executions included.
    pub fn visited(&self) -> &[String] {
        &self.visited
    }

    /// How often a state was begun, retries included: what Standard executions are billed by.
    pub fn transitions(&self) -> u64 {
        self.transitions
    }

    /// The mocked states that were never called.
    pub fn unused_mocks(&self) -> &[String] {
        &self.unused
    }

    /// Its history, as `aws stepfunctions get-execution-history` prints it: `{"events": [...]}`.
    pub fn history_json(&self) -> String {
        let mut writer = EventWriter::default();
        let mut out = String::from("{\"events\":[");
        for (number, event) in self.events.iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            writer.write(event, &mut out);
        }
        out.push_str("]}");
        out
    }
}

/// A value of the engine as a caller takes it. A number is written by AWS's rules and read again; no value is so deep that
/// this could fail.
pub(super) fn to_json(value: &Value) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

impl Definition {
    /// Runs it with this input and these mocks. The same call gives the same execution.
    ///
    /// # Errors
    /// When AWS would refuse the definition, the mocks do not fit, or the run has to stop.
    pub fn simulate(&self, input: impl Into<Json>, mocks: &Mocks) -> Result<Execution, RunError> {
        self.run(&Run::new(input).mocks(mocks.clone()))
    }

    /// Runs an execution of it.
    ///
    /// # Errors
    /// Those of [`Definition::simulate`], and a start time that is none.
    pub fn run(&self, run: &Run) -> Result<Execution, RunError> {
        let refused = self.refusals();
        if !refused.is_empty() {
            return Err(RunError::Refused(refused));
        }
        let (Some(machine), Some(program)) = (self.machine(), self.program()) else {
            let why = self
                .text_error()
                .map_or("there is no definition", |finding| finding.headline());
            return Err(RunError::Unsupported(why.to_owned()));
        };
        let program = program.map_err(|error| RunError::Unsupported(error.to_string()))?;
        let mut settings = Settings::of_type(self.machine_type());
        settings.machine_name = Arc::from(self.name());
        settings.seed = run.seed;
        settings.keep_asides = true;
        if let Some(name) = &run.name {
            settings.execution_name = Arc::from(name.as_str());
        }
        if let Some(start) = &run.start {
            settings.start = Time::parse(start).ok_or_else(|| RunError::StartTime(start.clone()))?;
        }
        let mocks = (run.mocks.read(machine, &settings.machine_name)).map_err(|error| {
            let advice = error
                .advice()
                .map(|advice| format!("\n{advice}"))
                .unwrap_or_default();
            RunError::Mocks(format!("{error}{advice}"))
        })?;
        let input = Value::from(&run.input);
        let text = Arc::from(input.to_json());
        match simulate::run(program, &settings, &mocks, input, text) {
            Ok(execution) => Ok(Execution::of(execution)),
            Err(error) => {
                let advice = error.advice("the mocks");
                let advice = advice.map(|advice| format!("\n{advice}")).unwrap_or_default();
                Err(RunError::Stopped(format!("{error}{advice}")))
            }
        }
    }
}
