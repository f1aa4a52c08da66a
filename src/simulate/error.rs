//! What stops a run, as opposed to what fails an execution.

use std::fmt;
use std::sync::Arc;

use crate::history::SinkClosed;
use crate::mocks::{MockError, NoAnswer, NoAnswerKind, ObjectError};
use crate::value::MAX_DEPTH;

/// A definition that cannot be run: which field of which state, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// AWS's path of the field: `/States/A/InputPath`.
    pub location: String,
    /// Why it cannot be run.
    pub message: String,
    /// The placeholders that need a value, all of the definition, where one of them is the reason.
    pub missing: Vec<Arc<str>>,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.location.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.location, self.message)
        }
    }
}

impl std::error::Error for CompileError {}

#[cfg(feature = "cli")]
impl miette::Diagnostic for CompileError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.missing.is_empty()).then(|| Box::new(by_options(&self.missing)) as Box<dyn fmt::Display>)
    }
}

/// How the commands that take options give placeholders values.
#[cfg(feature = "cli")]
fn by_options(names: &[Arc<str>]) -> String {
    let defines: Vec<String> = names
        .iter()
        .map(|name| format!("--define {name}=VALUE"))
        .collect();
    format!(
        "{}\nor --substitutions FILE, with a value for each",
        defines.join(" ")
    )
}

/// `${a}, ${b}`
pub fn placeholder_list<N: fmt::Display>(names: &[N]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("${{{name}}}")).collect();
    names.join(", ")
}

/// A run that the tool itself had to stop: exit status 2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StopError {
    /// A task was called and nothing says what it answers.
    #[error("{0}")]
    NoAnswer(NoAnswer),
    /// An ItemReader asked for an object, and nothing says what it holds.
    #[error("the mocks have no object s3://{bucket}/{key}")]
    NoObject {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
    },
    /// The file of an object cannot be read.
    #[error("{0}")]
    Object(ObjectError),
    /// A computed answer cannot be computed.
    #[error("{0}")]
    Computed(MockError),
    /// A mock waits for somebody outside, and nobody is there.
    #[error("the mock of '{state}' is External: only `sfn-tool serve` has clients and workers that answer")]
    External {
        /// The state.
        state: Arc<str>,
    },
    /// The data is nested deeper than values are walked.
    #[error("the data of '{state}' is nested more than {MAX_DEPTH} deep, which is this tool's limit")]
    TooDeep {
        /// The state whose output or variable it is.
        state: Arc<str>,
    },
    /// The execution goes on and on.
    #[error("the execution does not end: it has written {0} events")]
    Endless(u64),
    /// What the states hold takes too much memory.
    #[error("the execution holds more than {0} MiB of data, which is this tool's limit")]
    Memory(usize),
    /// Whoever took the events takes no more: a closed pipe, a full disk.
    #[error("the events cannot be written")]
    SinkClosed,
    /// A placeholder decides what comes next, and has no value.
    #[error(
        "'{state}' cannot be run: {} {} no value, and what happens depends on {}",
        placeholder_list(names),
        if names.len() == 1 { "has" } else { "have" },
        if names.len() == 1 { "it" } else { "them" }
    )]
    Placeholders {
        /// The state.
        state: Arc<str>,
        /// All placeholders of the definition whose values are needed somewhere.
        names: Arc<[Arc<str>]>,
    },
    /// Whoever decides what calls answer, or wanted the run, has stopped it.
    #[error("the run was stopped")]
    Directed,
}

impl From<SinkClosed> for StopError {
    fn from(_: SinkClosed) -> Self {
        StopError::SinkClosed
    }
}

#[cfg(feature = "cli")]
impl miette::Diagnostic for StopError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let advice = match self {
            StopError::NoAnswer(NoAnswer {
                kind: NoAnswerKind::NoMock,
                ..
            }) => {
                let advice = self.advice("the file given with --mocks")?;
                format!("{advice}\n--write-mocks FILE writes one for every task")
            }
            StopError::Placeholders { names, .. } => by_options(names),
            StopError::Endless(_) => format!("{}; --max-events N allows more events", self.advice("")?),
            _ => self.advice("the file given with --mocks")?,
        };
        Some(Box::new(advice))
    }
}

impl StopError {
    /// What to do, where that can be said; `mocks` is where mocks are written.
    pub fn advice(&self, mocks: &str) -> Option<String> {
        match self {
            StopError::NoAnswer(call) => Some(match call.kind {
                NoAnswerKind::NoMock => {
                    let key = yaml_key(&call.state);
                    format!("add it to {mocks}:\n  States:\n    {key}:{}", entry_lines(call))
                }
                NoAnswerKind::Exhausted(_) => {
                    "a list has one entry for each call, retries included; an object instead of a list serves every \
                     call"
                    .to_owned()
                }
            }),
            StopError::NoObject { bucket, key } => Some(format!(
                "add it to {mocks}:\n  Objects:\n    s3://{bucket}/{key}:\n      Body: \"...\"\nwhere it is missing on AWS, too, write Throw: {{Cause: ...}} in \
                 place of Body"
            )),
            StopError::Computed(_) => {
                Some("an error in the mock ends the run; for an error of the task, write an entry with Throw".to_owned())
            }
            StopError::External { .. } => {
                Some("write what it answers in place of External: Return, Throw, Compute or Hang".to_owned())
            }
            StopError::Object(_)
            | StopError::SinkClosed
            | StopError::Directed
            | StopError::Placeholders { .. } => None,
            StopError::Endless(_) => Some("look for a loop without an exit".to_owned()),
            StopError::Memory(_) => Some(
                "look for a Map whose items each give much data: AWS fails it with States.DataLimitExceeded if its result is larger \
                 than 256 KiB"
                    .to_owned(),
            ),
            StopError::TooDeep { .. } => {
                Some("look for a loop that nests its own data in each iteration".to_owned())
            }
        }
    }
}

/// Longer examples help nobody at a prompt.
const LONGEST_EXAMPLE: usize = 300;

/// The lines of an entry for a call, in YAML.
fn entry_lines(call: &NoAnswer) -> String {
    let members = call.example.as_deref().and_then(serde_json::Value::as_object);
    let lines: Option<String> = members.map(|members| {
        let lines = members
            .iter()
            .map(|(name, value)| format!("\n      {name}: {value}"));
        lines.collect()
    });
    lines
        .filter(|lines| lines.len() <= LONGEST_EXAMPLE)
        .unwrap_or_else(|| "\n      Return: {}".to_owned())
}

/// A state's name as a key of YAML: quoted unless it is plain.
fn yaml_key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let starts_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts_plain && name.chars().all(plain) {
        name.to_owned()
    } else {
        serde_json::Value::from(name).to_string()
    }
}

/// Why the engine's code returns early.
#[derive(Debug)]
pub(super) enum Halt {
    /// The execution has ended; its outcome is set.
    Ended,
    /// The history of the child execution with this number is full.
    ChildFull(u32),
    /// The tool stops.
    Stop(Box<StopError>),
}

impl From<StopError> for Halt {
    fn from(error: StopError) -> Self {
        Halt::Stop(Box::new(error))
    }
}

/// The result of a step of the engine.
pub(super) type Step<T = ()> = Result<T, Halt>;
