//! Who decides what a call answers, when that is not only the mocks' business.

use std::fmt;
use std::sync::Arc;

use super::counts::Counts;
use super::engine::Engine;
use super::lane::LaneId;
use crate::history::Time;
use crate::mocks::Answer;

/// Decides what calls answer during one run.
pub trait Director {
    /// What `call` gets.
    fn decide(&self, call: &Call<'_>) -> Decision;
}

/// What a call gets.
#[derive(Debug, Clone)]
pub enum Decision {
    /// What the mocks say.
    Mocks,
    /// This.
    Answer(Arc<Answer>),
    /// Nothing: the run stops here with [`StopError::Directed`](super::StopError::Directed).
    Stop,
}

/// A call that a task is about to make.
pub struct Call<'a> {
    /// The task's name.
    pub state: &'a Arc<str>,
    /// The Map indexes around it, outermost first.
    pub iteration: &'a [usize],
    /// When it is made.
    pub now: Time,
    /// Its timeout, in seconds.
    pub timeout_seconds: Option<i64>,
    /// Its heartbeat, in seconds.
    pub heartbeat_seconds: Option<i64>,
    /// Whether it is made in a child execution of a Map Run.
    pub in_child: bool,
    pub(super) engine: &'a Engine<'a>,
    pub(super) lane: LaneId,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} at {}", self.state, self.iteration, self.now)
    }
}

impl Call<'_> {
    /// A number that is equal for runs that go on alike when their calls are answered alike: every lane is
    /// in the same state, with the same input, variables, retries so far and time left to wait.
    pub fn fingerprint(&self) -> u64 {
        self.engine.fingerprint(self.lane)
    }

    /// When the execution began.
    pub fn started(&self) -> Time {
        self.engine.settings.start
    }

    /// How often a state was begun so far, retries included.
    pub fn transitions(&self) -> u64 {
        self.engine.transitions()
    }

    /// How many lines of execution there are: the top level, running branches and iterations.
    pub fn lines(&self) -> u64 {
        self.engine.live_lanes().count() as u64
    }

    /// What was taken of the definition so far.
    pub fn taken(&self) -> Counts {
        self.engine.tally.taken(self.engine.program)
    }
}
