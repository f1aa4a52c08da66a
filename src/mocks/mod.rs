//! Mock files of both forms: the answers a run gets.
//!
//! [`read`] takes Step Functions Local's `MockConfigFile.json` and the tool's own form, told apart by their keys, and
//! gives [`Mocks`]; [`Calls`] hands their answers out during one run.

mod calls;
mod computed;
mod doubts;
mod error;
mod native_format;
mod objects;
mod read;
mod sfn_local;
mod skeleton;
mod skeleton_objects;
mod spool;
mod submitting;
mod written;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::arrange::Arrange as _;
use crate::diagnostics::Span;
use crate::source::{NodeId, SourceFile};
use crate::value::Value;

pub use calls::{Calls, LeftOver, NoAnswer, NoAnswerKind};
pub use computed::Computed;
#[cfg(feature = "cli")]
pub use doubts::warnings;
pub use error::MockError;
pub use native_format::ENTRY;
pub use objects::{Content, NamedFile, ObjectError};
#[cfg(feature = "cli")]
pub use read::{check, findings_of, is_mock_file};
pub use read::{read, read_inline, read_within};
pub use skeleton::{example_entry, skeleton, skeleton_entry};
pub use spool::Spool;
pub use submitting::{had_submitted, submitted};
pub use written::Written;

/// What the tasks of one definition answer, and what S3 holds.
#[derive(Debug, Default)]
pub struct Mocks {
    file: Option<Arc<SourceFile>>,
    states: FxHashMap<Arc<str>, StateMocks>,
    objects: Vec<(Arc<str>, Object)>,
    /// Whether they come from a `MockConfigFile.json`, whose answers are those of the services.
    of_local: bool,
    /// The answer of every call, whatever the state: all that the test of a single state needs.
    every_call: Option<Arc<Answer>>,
}

/// The answers of one state.
#[derive(Debug, Clone)]
struct StateMocks {
    entries: Entries,
    /// Where the state is named in the mock file.
    place: NodeId,
    /// The bytes of the name there.
    span: Span,
}

impl StateMocks {
    /// Every answer that is written, as often as it is.
    fn answers(&self) -> impl Iterator<Item = &Arc<Answer>> {
        let written: Vec<&Arc<Answer>> = match &self.entries {
            Entries::Always(answer) => vec![answer],
            Entries::InOrder { general, pinned } => {
                let mut iterations: Vec<_> = pinned.iter().collect();
                iterations.arrange_by_key(|(iteration, _)| *iteration);
                let pinned = iterations.into_iter().flat_map(|(_, answers)| answers);
                general.iter().chain(pinned).collect()
            }
        };
        written.into_iter()
    }
}

#[derive(Debug, Clone)]
enum Entries {
    /// An object: the same answer for every call.
    Always(Arc<Answer>),
    /// A list: one answer a call.
    InOrder {
        /// For calls of any iteration, in order.
        general: Vec<Arc<Answer>>,
        /// For the calls of one iteration only, by its Map indexes, outermost first.
        pinned: FxHashMap<Vec<usize>, Vec<Arc<Answer>>>,
    },
}

/// What a call gets.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// Virtual seconds until it answers.
    pub delay_seconds: f64,
    /// Virtual seconds between its heartbeats; `None`: it sends none.
    pub heartbeat_every: Option<f64>,
    /// The output of the `TaskSubmitted` event of `.sync` and `.waitForTaskToken`; null says that there is none.
    pub submitted: Option<Value>,
    /// The name of the activity's worker.
    pub worker: Option<Arc<str>>,
    /// The type of the event that tells of the failure, when it is not the usual one: `TaskStartFailed`.
    pub event: Option<Arc<str>>,
    /// Where the outcome is written.
    pub place: Place,
}

/// Where something is written, if it is; which makes no difference.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place(pub Option<Span>);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// How a call ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With a result.
    Return(Value),
    /// With an error.
    Throw {
        /// Its name.
        error: Option<Arc<str>>,
        /// Its cause.
        cause: Option<Arc<str>>,
    },
    /// With a result that is computed from what the task is sent.
    Compute(Arc<Computed>),
    /// Never: the state's timeout or heartbeat strikes.
    Hang,
    /// From outside, while the execution waits: only `serve` has clients and workers that answer.
    External,
}

/// What S3 holds under one key.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// Text.
    Body(Arc<str>),
    /// A JSON value.
    Json(Value),
    /// A file.
    File(NamedFile),
    /// Nothing that can be read: reading it fails with this cause.
    Throw(Arc<str>),
}

impl Answer {
    /// One that comes at once, and says no more than its outcome.
    pub fn of(outcome: Outcome) -> Self {
        Answer {
            outcome,
            delay_seconds: 0.0,
            heartbeat_every: None,
            submitted: None,
            worker: None,
            event: None,
            place: Place::default(),
        }
    }

    /// Whether its heartbeats come often enough for a `HeartbeatSeconds` of so many.
    pub fn keeps_alive(&self, heartbeat_seconds: i64) -> bool {
        self.heartbeat_every
            .is_some_and(|every| every < heartbeat_seconds as f64)
    }
}

impl Mocks {
    /// Mocks that answer every call with `outcome`, at once.
    pub fn answering(outcome: Outcome) -> Self {
        Mocks {
            every_call: Some(Arc::new(Answer::of(outcome))),
            ..Mocks::default()
        }
    }

    /// These mocks over those of `base`, state by state and object by object. Both have been [fitted](Mocks::fit).
    pub fn over(&self, base: &Mocks) -> Mocks {
        let mut merged = Mocks::default();
        for layer in [base, self] {
            for (name, mocks) in &layer.states {
                merged.states.insert(name.clone(), mocks.clone());
            }
            for (uri, object) in &layer.objects {
                merged.objects.retain(|(known, _)| known != uri);
                merged.objects.push((uri.clone(), object.clone()));
            }
        }
        merged
    }

    /// Takes the objects of `other` where it has none of its own; gives their addresses.
    #[cfg(feature = "cli")]
    pub fn take_objects(&mut self, other: &Mocks) -> Vec<Arc<str>> {
        if !self.objects.is_empty() {
            return Vec::new();
        }
        self.objects.clone_from(&other.objects);
        self.objects.iter().map(|(uri, _)| uri.clone()).collect()
    }

    /// Every answer that is written for a state, each once.
    pub fn answers(&self, state: &str) -> Vec<Arc<Answer>> {
        let mut answers: Vec<Arc<Answer>> = Vec::new();
        for answer in self.states.get(state).into_iter().flat_map(StateMocks::answers) {
            if !answers.contains(answer) {
                answers.push(answer.clone());
            }
        }
        answers
    }

    /// Whether a state is mocked.
    pub fn has(&self, state: &str) -> bool {
        self.every_call.is_some() || self.states.contains_key(state)
    }
}
