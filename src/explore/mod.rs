//! Every combination of task outcomes worth trying, over the virtual clock.
//!
//! ```text
//! alternatives.rs   what each task may answer: results, the errors that somebody names, one that nobody names, timeout
//! search.rs         runs from the start with the answers so far, one decision further each time; merges what is alike
//! map.rs            the decisions as a graph: loops, the longest way, the most transitions
//! limits.rs         what ends a loop all the same, and the shortest way on which the execution times out
//! single.rs        one task at a time that answers otherwise, where the search was cut off
//! unreached.rs      states, rules, retriers and catchers that no run has taken, and why
//! ```
//!
//! A run is deterministic, so that a list of decisions - which answer each call got - says where it stands. Two runs
//! that call the same task with every line of execution in the same state, with the same input, variables, retries so
//! far and time left to wait go on alike, and only the first of them is followed. What that leaves out of account: the
//! absolute time and ids of events (an expression that reads them gives other values, which then keep runs apart), the
//! limit of 25,000 events, and random numbers. The time that an execution has left does count: of two runs that are alike
//! the earlier can do whatever the later can, so that an earlier one is followed again, and the later can time out, which
//! is looked for once everything is known.

mod alternatives;
mod limits;
mod map;
mod search;
mod single;
#[cfg(test)]
mod tests;
mod unreached;

use std::sync::Arc;

use crate::lint::NeverAnswered;
use crate::simulate::{Execution, Status};
use crate::value::Value;

pub use alternatives::{Alternatives, Choice, Kind};
pub use search::{Inputs, explore};
pub use unreached::{Unreached, What};

/// How far an exploration goes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most runs.
    pub runs: usize,
    /// Most calls in one run.
    pub calls: usize,
    /// Most state transitions in all runs together; a line of execution that is there counts as one.
    pub transitions: u64,
}

impl Limits {
    /// Enough for workflows that people write, in seconds.
    pub const DEFAULT: Limits = Limits {
        runs: 10_000,
        calls: 250,
        transitions: 1_000_000,
    };
}

/// A decision: what a call was answered.
#[derive(Debug, Clone)]
pub struct Step {
    /// The task.
    pub state: Arc<str>,
    /// The Map indexes around it, outermost first.
    pub iteration: Vec<usize>,
    /// What it was answered.
    pub choice: Arc<Choice>,
}

/// A way from the start to an end, and what became of it.
#[derive(Debug, Clone)]
pub struct Way {
    /// Which of the inputs it begins with.
    pub input: usize,
    /// The decisions, in order.
    pub steps: Vec<Step>,
    /// How the execution ended.
    pub status: Status,
    /// Its output.
    pub output: Option<Value>,
    /// The error's name.
    pub error: Option<Arc<str>>,
    /// The error's cause.
    pub cause: Option<Arc<str>>,
    /// The state it ended in: the one that failed, or the last.
    pub state: Option<Arc<str>>,
    /// Whether that is a Fail state: an end that is meant.
    pub meant: bool,
    /// Virtual milliseconds from start to end.
    pub millis: i64,
    /// State transitions, retries included.
    pub transitions: u64,
}

/// A loop that some answers never leave.
#[derive(Debug)]
pub struct Loop {
    /// Which of the inputs the way begins with.
    pub input: usize,
    /// The tasks called in it, by name.
    pub states: Vec<Arc<str>>,
    /// The way to its first call.
    pub way: Vec<Step>,
    /// The answers of one round.
    pub round: Vec<Step>,
    /// Whether it is a retrier that goes on and on, in one state.
    pub retry: bool,
    /// What ends it all the same; `None` when that is too far away to see.
    pub end: Option<LoopEnd>,
}

/// What an execution comes to that goes round a loop and nothing else.
#[derive(Debug, Clone)]
pub struct LoopEnd {
    /// How it ends.
    pub status: Status,
    /// The error's name.
    pub error: Option<Arc<str>>,
    /// Whole rounds until then.
    pub rounds: usize,
    /// Virtual milliseconds from the start of the execution.
    pub millis: i64,
}

impl Loop {
    /// Whether nothing that the definition says ends it: the limits of the service do at last, or nobody knows what.
    pub fn is_endless(&self, own_timeout: bool) -> bool {
        match &self.end {
            Some(end) => !(own_timeout && end.status == Status::TimedOut),
            None => true,
        }
    }
}

/// What an exploration has found.
#[derive(Debug)]
pub struct Findings {
    /// The inputs that the runs begin with.
    pub inputs: Vec<Value>,
    /// The shortest way to each end: to each error at each state, to each Fail state, to success.
    pub ends: Vec<Way>,
    /// Ways that take what those to the ends do not.
    pub others: Vec<Way>,
    /// Loops without an end.
    pub loops: Vec<Loop>,
    /// What is read of results and no service answers.
    pub never_answered: Vec<NeverAnswered>,
    /// What no run has taken.
    pub unreached: Vec<Unreached>,
    /// The loops that no run has gone round, by the names of their states.
    pub never_repeated: Vec<Vec<Arc<str>>>,
    /// The way that takes longest; loops are gone round once at most.
    pub longest: Option<Way>,
    /// The way with the most transitions; loops are gone round once at most.
    pub most_transitions: Option<Way>,
    /// Runs made.
    pub runs: usize,
    /// Different situations in which a task is called.
    pub situations: usize,
    /// Whether a limit ended it before everything was tried.
    pub cut: Option<Cut>,
    /// Situations that were come to and not followed.
    pub open: Vec<Arc<str>>,
    /// Whether the machine has a `TimeoutSeconds` of its own.
    pub own_timeout: bool,
}

/// The limit that ended an exploration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// [`Limits::runs`].
    Runs,
    /// [`Limits::calls`].
    Calls,
    /// [`Limits::transitions`].
    Transitions,
}

impl Findings {
    /// The errors that nothing catches: ends that no Fail state means.
    pub fn uncaught(&self) -> impl Iterator<Item = &Way> {
        self.ends
            .iter()
            .filter(|way| way.status != Status::Succeeded && !way.meant)
    }

    /// The loops that nothing in the definition ends.
    pub fn endless(&self) -> impl Iterator<Item = &Loop> {
        self.loops
            .iter()
            .filter(|found| found.is_endless(self.own_timeout))
    }
}

impl Findings {
    /// Adds what the runs with another input have found, less the ends and loops that are known: those are given back.
    fn add(&mut self, more: Findings) -> Vec<Way> {
        let input = self.inputs.len();
        self.inputs.extend(more.inputs);
        let (known, new): (Vec<Way>, Vec<Way>) =
            (more.ends.into_iter()).partition(|way| self.ends.iter().any(|known| known.has_end_of(way)));
        self.ends.extend(new.into_iter().map(|way| Way { input, ..way }));
        for new in more.loops {
            if !self
                .loops
                .iter()
                .any(|known| (known.retry, &known.states) == (new.retry, &new.states))
            {
                self.loops.push(Loop { input, ..new });
            }
        }
        let weigh: [fn(&Way) -> u64; 2] = [
            |way| u64::try_from(way.millis).unwrap_or(0),
            |way| way.transitions,
        ];
        let most = [
            (&mut self.longest, more.longest),
            (&mut self.most_transitions, more.most_transitions),
        ];
        for (weight, (mine, new)) in weigh.into_iter().zip(most) {
            if new.as_ref().map(weight) > mine.as_ref().map(weight) {
                *mine = new.map(|way| Way { input, ..way });
            }
        }
        self.runs += more.runs;
        self.situations += more.situations;
        self.cut = self.cut.or(more.cut);
        self.open.extend(more.open);
        known
    }
}

impl Way {
    /// Whether both come to the same end.
    fn has_end_of(&self, other: &Way) -> bool {
        self.status == other.status && self.error == other.error && self.state == other.state
    }

    fn of(execution: &Execution, steps: Vec<Step>) -> Way {
        let failure = execution.failure.as_ref();
        let (state, meant) = search::last_state(execution);
        Way {
            input: 0,
            steps,
            status: execution.status,
            output: execution.output.clone(),
            error: failure.and_then(|failure| failure.error.clone()),
            cause: failure.and_then(|failure| failure.shown_cause().cloned()),
            state,
            meant,
            millis: execution.stopped.since(execution.started),
            transitions: execution.transitions,
        }
    }
}
