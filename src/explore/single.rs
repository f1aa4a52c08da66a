//! One task at a time that answers otherwise: what a search that was cut off still tells.
//!
//! Where many tasks run side by side, their outcomes multiply, and a search by the number of decisions comes to no end
//! before it is cut off. Every task's own errors are tried all the same: the others have their first result, and this one
//! answers all its calls alike. Tasks that are come to only so have their turn in the same way. The number of runs is that
//! of the outcomes of all tasks, beyond the limits of the search.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::search::Machine;
use super::{Alternatives, Choice, Step, Way};
use crate::simulate::{Call, Counts, Decision, Director, Execution, StopError};

/// What tasks answer at every call; all others have their first outcome.
type Policy = FxHashMap<Arc<str>, Arc<Choice>>;

/// A task that was called, with what it may be answered.
type Called = (Arc<str>, Vec<Arc<Choice>>);

struct Steady<'a> {
    /// What the first calls are answered.
    script: &'a [Step],
    policy: &'a Policy,
    alternatives: &'a Alternatives,
    most_calls: usize,
    steps: RefCell<Vec<Step>>,
    called: RefCell<Vec<Called>>,
    /// What was taken until the run was stopped, if it was.
    stopped: RefCell<Option<Counts>>,
}

impl Director for Steady<'_> {
    fn decide(&self, call: &Call<'_>) -> Decision {
        let choices = (self.alternatives).choices(call.state, call.timeout_seconds, call.heartbeat_seconds);
        let mut steps = self.steps.borrow_mut();
        let scripted = self.script.get(steps.len()).map(|step| &step.choice);
        let answer = scripted.or(self.policy.get(call.state)).or(choices.first());
        let Some(choice) = answer.filter(|_| steps.len() < self.most_calls).cloned() else {
            *self.stopped.borrow_mut() = Some(call.taken());
            return Decision::Stop;
        };
        steps.push(Step {
            state: call.state.clone(),
            iteration: call.iteration.to_vec(),
            choice: choice.clone(),
        });
        self.called.borrow_mut().push((call.state.clone(), choices));
        Decision::Answer(choice.answer.clone())
    }
}

/// What a run came to.
pub(super) struct Ran {
    /// The execution, unless it called too often: a loop, perhaps.
    pub(super) execution: Option<Execution>,
    pub(super) steps: Vec<Step>,
    pub(super) taken: Counts,
    called: Vec<Called>,
}

/// Runs with the answers of `script`, and then the first outcome of each task.
///
/// # Errors
/// As [`super::explore`].
pub(super) fn on_from(machine: &Machine<'_>, script: &[Step], most_calls: usize) -> Result<Ran, StopError> {
    ran(machine, script, &Policy::default(), most_calls)
}

fn ran(machine: &Machine<'_>, script: &[Step], policy: &Policy, most_calls: usize) -> Result<Ran, StopError> {
    let director = Steady {
        script,
        policy,
        alternatives: machine.alternatives,
        most_calls,
        steps: RefCell::default(),
        called: RefCell::default(),
        stopped: RefCell::default(),
    };
    let (execution, taken) = match machine.directed(&director) {
        Ok(execution) => {
            let taken = execution.taken.clone();
            (Some(execution), taken)
        }
        Err(error) => (None, director.stopped.take().ok_or(error)?),
    };
    Ok(Ran {
        execution,
        steps: director.steps.into_inner(),
        taken,
        called: director.called.into_inner(),
    })
}

/// Lets each task answer each of its outcomes, one task at a time: the ends that the runs came to, with all their
/// decisions.
///
/// # Errors
/// As [`super::explore`].
pub(super) fn each(
    machine: &Machine<'_>,
    most_calls: usize,
    taken: &mut Counts,
) -> Result<Vec<Way>, StopError> {
    let mut ways = Vec::new();
    let mut known: FxHashSet<Arc<str>> = FxHashSet::default();
    let mut queue = VecDeque::from([Policy::default()]);
    while let Some(policy) = queue.pop_front() {
        let ran = ran(machine, &[], &policy, most_calls)?;
        taken.add(&ran.taken);
        ways.extend((ran.execution).map(|execution| Way::of(&execution, ran.steps)));
        for (state, choices) in ran.called {
            if policy.contains_key(&state) || !known.insert(state.clone()) {
                continue;
            }
            for choice in choices.into_iter().skip(1) {
                let mut other = policy.clone();
                other.insert(state.clone(), choice);
                queue.push_back(other);
            }
        }
    }
    Ok(ways)
}
