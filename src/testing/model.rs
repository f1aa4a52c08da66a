//! A test file as data.

use std::path::PathBuf;
use std::sync::Arc;

use regex::Regex;

use crate::asl::StateMachine;
use crate::contract::Contract;
use crate::diagnostics::Span;
use crate::expr::jsonata::Expression;
use crate::expr::jsonpath::Path;
use crate::mocks::{MockError, Mocks};
use crate::simulate::{Program, Settings, Status};
use crate::source::{Reach, SourceFile};
use crate::value::Value;

/// A test file that can be run: its definition read, checked and compiled once for all cases.
#[derive(Debug)]
pub struct TestFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where the files may lie that it names.
    pub reach: Reach,
    /// Where the definition is.
    pub definition: PathBuf,
    /// The resource of the template that has it inside.
    pub resource: Option<String>,
    /// The definition.
    pub machine: StateMachine,
    /// The definition, compiled.
    pub program: Program,
    /// The definition's placeholders without a value: they stand as text.
    pub placeholders: Vec<Arc<str>>,
    /// What tasks are sent and return, in every case.
    pub contracts: Vec<TaskContract>,
    /// The cases in their order, those of tables row by row.
    pub cases: Vec<Case>,
    /// The files that it reads besides itself: a change in one of them may change what comes out.
    pub reads: Vec<PathBuf>,
    /// What is to be said of its mocks, which are used all the same.
    pub doubts: Vec<MockError>,
}

/// The schemas of what a task is sent and returns.
#[derive(Debug)]
pub struct TaskContract {
    /// The task.
    pub state: Arc<str>,
    /// Of what it is sent.
    pub parameters: Option<At<Arc<Contract>>>,
    /// Of what it returns.
    pub result: Option<At<Arc<Contract>>>,
}

/// One execution, and what is expected of it.
#[derive(Debug)]
pub struct Case {
    /// Its name, unique in the file.
    pub name: Arc<str>,
    /// The bytes of its name in the file.
    pub span: Span,
    /// The input.
    pub input: Value,
    /// The input's text.
    pub input_text: Arc<str>,
    /// Names, start, seed and limits.
    pub settings: Settings,
    /// What the tasks answer.
    pub mocks: Arc<Mocks>,
    /// The states that the case itself mocks: one that is never called is worth a word.
    pub own_mocks: Vec<Arc<str>>,
    /// What is expected.
    pub expect: Expect,
}

/// A part of an expectation, and the key that it stands under.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// What is expected.
    pub value: T,
    /// The bytes of its key.
    pub span: Span,
}

/// What is expected of an execution.
#[derive(Debug, Default)]
pub struct Expect {
    /// How it ends; `None` where an error or a cause is expected, or only a snapshot.
    pub status: Option<At<Status>>,
    /// The output.
    pub output: Option<At<Value>>,
    /// The schema of the output.
    pub output_schema: Option<At<Arc<Contract>>>,
    /// Parts of the output.
    pub output_paths: Vec<At<(Path, Value)>>,
    /// Expressions that give true.
    pub conditions: Vec<At<Expression>>,
    /// The error's name.
    pub error: Option<At<Words>>,
    /// The error's cause.
    pub cause: Option<At<Words>>,
    /// The states entered; `None` stands for any number of states.
    pub visited: Option<At<Vec<Option<Arc<str>>>>>,
    /// How often states are entered.
    pub visits: Vec<At<(Arc<str>, Bound)>>,
    /// The calls of tasks.
    pub tasks: Vec<At<(Arc<str>, Calls)>>,
    /// The retries of states.
    pub retries: Vec<At<(Arc<str>, Retries)>>,
    /// What Wait states wait.
    pub waits: Vec<At<(Arc<str>, Waits)>>,
    /// Longest duration, in virtual seconds.
    pub max_duration: Option<At<f64>>,
    /// Events.
    pub events: Option<At<Events>>,
    /// The file of a snapshot.
    pub snapshot: Option<At<PathBuf>>,
}

/// Words that are expected.
#[derive(Debug, Clone)]
pub enum Words {
    /// These.
    Exact(Arc<str>),
    /// What this fits.
    Matches(Regex),
}

/// How often something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The minimum number of times.
    pub least: u64,
    /// The maximum number of times.
    pub most: u64,
}

/// What is expected of a task's calls.
#[derive(Debug, Clone)]
pub enum Calls {
    /// These, in order.
    Each(Vec<Call>),
    /// So many, all of them like this.
    Every(Option<Bound>, Call),
}

/// What is expected of a call.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// What it is made with.
    pub parameters: Option<Value>,
    /// Parts of that.
    pub paths: Vec<(Path, Value)>,
}

/// What is expected of a state's retries.
#[derive(Debug, Clone, PartialEq)]
pub enum Retries {
    /// So many.
    Count(u64),
    /// One after each of these waits, in seconds.
    After(Vec<f64>),
}

/// What is expected of a Wait state.
#[derive(Debug, Clone, PartialEq)]
pub enum Waits {
    /// So many seconds at every visit.
    Every(f64),
    /// So many seconds at each visit.
    Each(Vec<f64>),
}

/// What is expected of the events.
#[derive(Debug, Clone)]
pub enum Events {
    /// These in this order, others in between: each as members that an event has.
    InOrder(Vec<Value>),
    /// So many of each type.
    Counts(Vec<(Arc<str>, Bound)>),
}

impl Bound {
    /// Exactly so often.
    pub fn exactly(count: u64) -> Bound {
        Bound {
            least: count,
            most: count,
        }
    }

    /// Whether `count` is within.
    pub fn takes(self, count: u64) -> bool {
        (self.least..=self.most).contains(&count)
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (least, most) if least == most => write!(f, "{least}"),
            (least, u64::MAX) => write!(f, "at least {least}"),
            (0, most) => write!(f, "at most {most}"),
            (least, most) => write!(f, "{least} to {most}"),
        }
    }
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Words::Exact(text) => f.write_str(text),
            Words::Matches(pattern) => write!(f, "what matches /{pattern}/"),
        }
    }
}

impl Words {
    /// Whether `text` is what is expected.
    pub fn fit(&self, text: &str) -> bool {
        match self {
            Words::Exact(exact) => **exact == *text,
            Words::Matches(pattern) => pattern.is_match(text),
        }
    }
}

impl Expect {
    /// Whether the events have to be kept to tell.
    pub fn needs_events(&self) -> bool {
        let waits = |retries: &At<(Arc<str>, Retries)>| matches!(retries.value.1, Retries::After(_));
        self.visited.is_some()
            || self.events.is_some()
            || self.snapshot.is_some()
            || !self.tasks.is_empty()
            || !self.waits.is_empty()
            || self.retries.iter().any(waits)
    }
}
