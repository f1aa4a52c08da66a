//! Who decides what a call answers, when that is not only the mocks' business.

use std::fmt;
use std::sync::Arc;

use super::clock::Time;
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
    /// The shorter of its timeout and its heartbeat, in seconds.
    pub limit_seconds: Option<i64>,
    /// Whether it is made in a child execution of a Map Run.
    pub in_child: bool,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} at {}", self.state, self.iteration, self.now)
    }
}
