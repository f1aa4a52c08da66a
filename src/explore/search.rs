//! Runs from the start with the answers so far, one decision further each time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::map::{Map, Target};
use super::{Alternatives, Choice, Cut, Findings, Limits, Step, Way, limits as ending, single, unreached};
use crate::asl::error_names::RUNTIME;
use crate::asl::{StateMachine, StateType};
use crate::graph::ControlFlow;
use crate::history::EventKind;
use crate::lint;
use crate::mocks::Mocks;
use crate::simulate::{
    self, Call, Counts, Decision, Director, Execution, Program, Settings, Status, StopError,
};
use crate::value::Value;

/// A situation: a task is called, and what it is answered is not decided.
#[derive(Debug)]
pub(super) struct Situation {
    /// The task.
    pub(super) state: Arc<str>,
    /// The Map indexes around it, outermost first.
    pub(super) iteration: Vec<usize>,
    /// What it may be answered.
    pub(super) choices: Vec<Arc<Choice>>,
    /// The situation before it and the answer there, on the shortest way.
    pub(super) before: Option<(usize, usize)>,
    /// Calls before it, on that way.
    pub(super) depth: usize,
    /// Virtual milliseconds since the start, on that way.
    pub(super) millis: i64,
    /// State transitions so far, on that way.
    pub(super) transitions: u64,
    /// Lines of execution there.
    pub(super) lines: u64,
}

/// Decides as it was told, and stops at the first call that nothing was decided for.
struct Scripted<'a> {
    script: &'a [Arc<Choice>],
    alternatives: &'a Alternatives,
    next: Cell<usize>,
    found: RefCell<Option<Found>>,
    taken: RefCell<Counts>,
}

struct Found {
    fingerprint: u64,
    situation: Situation,
}

impl Director for Scripted<'_> {
    fn decide(&self, call: &Call<'_>) -> Decision {
        let number = self.next.get();
        if let Some(choice) = self.script.get(number) {
            self.next.set(number + 1);
            return Decision::Answer(choice.answer.clone());
        }
        *self.taken.borrow_mut() = call.taken();
        *self.found.borrow_mut() = Some(Found {
            fingerprint: call.fingerprint(),
            situation: Situation {
                state: call.state.clone(),
                iteration: call.iteration.to_vec(),
                choices: self
                    .alternatives
                    .choices(call.state, call.timeout_seconds, call.heartbeat_seconds),
                before: None,
                depth: number,
                millis: call.now.since(call.started()),
                transitions: call.transitions(),
                lines: call.lines(),
            },
        });
        Decision::Stop
    }
}

/// What is explored: a program, and what it is run with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine<'a> {
    program: &'a Program,
    settings: &'a Settings,
    mocks: &'a Mocks,
    pub(super) alternatives: &'a Alternatives,
    input: &'a Value,
    input_text: &'a Arc<str>,
}

/// Where one run has come to.
pub(super) enum Came {
    To(u64, Situation),
    /// An end, after so many of the calls that were decided.
    ToEnd(Box<Execution>, usize),
}

impl Machine<'_> {
    /// A run in which `director` answers the calls.
    pub(super) fn directed(&self, director: &dyn Director) -> Result<Execution, StopError> {
        let (input, text) = (self.input.clone(), self.input_text.clone());
        simulate::run_directed(self.program, self.settings, self.mocks, director, input, text)
    }

    pub(super) fn run(&self, script: &[Arc<Choice>], taken: &mut Counts) -> Result<Came, StopError> {
        let director = Scripted {
            script,
            alternatives: self.alternatives,
            next: Cell::new(0),
            found: RefCell::default(),
            taken: RefCell::default(),
        };
        match self.directed(&director) {
            Ok(execution) => {
                taken.add(&execution.taken);
                Ok(Came::ToEnd(Box::new(execution), director.next.get()))
            }
            Err(error) => match director.found.into_inner() {
                Some(found) => {
                    taken.add(&director.taken.borrow());
                    Ok(Came::To(found.fingerprint, found.situation))
                }
                None => Err(error),
            },
        }
    }
}

/// Tries every combination of outcomes on one input, the shortest ways first.
///
/// `mocks` hold what S3 does; what the tasks answer are the `alternatives`.
///
/// # Errors
/// What stops a run: an object that is not there, a field that is not supported, an execution that goes on and on without
/// a call.
pub fn explore(
    machine: &StateMachine,
    program: &Program,
    settings: &Settings,
    mocks: &Mocks,
    alternatives: &Alternatives,
    input: (&Value, &Arc<str>),
    limits: Limits,
) -> Result<Findings, StopError> {
    let run = Machine {
        program,
        settings,
        mocks,
        alternatives,
        input: input.0,
        input_text: input.1,
    };
    let mut taken = Counts::default();
    let mut map = Map::default();
    let mut known: FxHashMap<u64, usize> = FxHashMap::default();
    let mut queue = VecDeque::new();
    let (mut runs, mut cut) = (1, None);
    match run.run(&[], &mut taken)? {
        Came::ToEnd(execution, _) => map.only_end(Way::of(&execution, Vec::new())),
        Came::To(fingerprint, situation) => {
            known.insert(fingerprint, map.add(situation));
            queue.push_back(0);
        }
    }
    let deadline = program.longest_millis(settings.machine_type);
    // Whether it can matter when a situation is come to: a machine without a limit of its own has a year.
    let timed = deadline < YEAR_MILLIS;
    let mut open: Vec<Arc<str>> = Vec::new();
    let mut simulated = 0;
    'search: while let Some(at) = queue.pop_front() {
        if map.situation(at).depth >= limits.calls {
            cut = cut.or(Some(Cut::Calls));
            open.push(map.situation(at).state.clone());
            continue;
        }
        let before = map.script(at);
        for number in 0..map.situation(at).choices.len() {
            let over = if runs >= limits.runs {
                Some(Cut::Runs)
            } else if simulated >= limits.transitions {
                Some(Cut::Transitions)
            } else {
                None
            };
            if over.is_some() {
                cut = over;
                let waiting = std::iter::once(at).chain(queue);
                open.extend(waiting.map(|at| map.situation(at).state.clone()));
                break 'search;
            }
            runs += 1;
            let mut script = before.clone();
            script.push(map.situation(at).choices[number].clone());
            match run.run(&script, &mut taken)? {
                Came::ToEnd(execution, _) => {
                    simulated += execution.transitions;
                    let steps = map.steps(at, number);
                    map.end(at, number, Way::of(&execution, steps));
                }
                Came::To(fingerprint, mut situation) => {
                    let (millis, transitions) = (situation.millis, situation.transitions);
                    simulated += transitions + situation.lines;
                    let as_early = known
                        .get(&fingerprint)
                        .copied()
                        .filter(|to| !timed || map.situation(*to).millis <= millis);
                    let to = match as_early {
                        Some(to) => to,
                        None => {
                            situation.before = Some((at, number));
                            let to = map.add(situation);
                            known.insert(fingerprint, to);
                            queue.push_back(to);
                            to
                        }
                    };
                    map.edge(at, Target::Situation(to), number, millis, transitions);
                }
            }
        }
    }
    if cut.is_some() {
        for way in single::each(&run, limits.calls, &mut taken)? {
            map.add_end(way);
        }
    }
    let mut loops = map.loops();
    ending::end_loops(&run, &mut loops)?;
    if let Some(way) = ending::timed_out(&run, &map, deadline)? {
        map.add_end(way);
    }
    // A way as it is run: what a longer way adds up to is what its run says.
    let way_of = |steps: Option<Vec<Step>>| -> Result<Option<Way>, StopError> {
        let Some(steps) = steps else { return Ok(None) };
        let script: Vec<Arc<Choice>> = steps.iter().map(|step| step.choice.clone()).collect();
        Ok(match run.run(&script, &mut Counts::default())? {
            Came::ToEnd(execution, calls) => {
                let mut steps = steps;
                steps.truncate(calls);
                Some(Way::of(&execution, steps))
            }
            Came::To(..) => None,
        })
    };
    let (longest, most_transitions) = (
        way_of(map.longest(|weight| weight.millis))?,
        way_of(map.longest(|weight| weight.transitions))?,
    );
    let situations = map.len();
    let ends = map.into_ends();
    let flow = ControlFlow::new(machine);
    // Without a call there is one way.
    let only = || (situations == 0).then(|| ends.first().cloned()).flatten();
    Ok(Findings {
        never_answered: lint::never_answered(machine),
        unreached: unreached::of(machine, &flow, &taken, cut.is_some()),
        never_repeated: unreached::loops_of(machine, &flow, &taken),
        situations,
        longest: longest.or_else(only),
        most_transitions: most_transitions.or_else(only),
        ends,
        loops,
        runs,
        cut,
        open,
        own_timeout: program.has_own_timeout(),
    })
}

/// The longest that a Standard execution runs.
const YEAR_MILLIS: i64 = 365 * 86_400_000;

/// Whether the interpreter ended the execution: in a Fail state because of its `ErrorPath` or `CausePath`.
fn is_broken(execution: &Execution) -> bool {
    let failure = execution.failure.as_ref();
    failure.is_some_and(|failure| failure.error.as_deref() == Some(RUNTIME) && failure.is_interpreters())
}

/// The state that an execution ended in, and whether it is a Fail state that did what it is there for.
pub(super) fn last_state(execution: &Execution) -> (Option<Arc<str>>, bool) {
    let events = execution.history.events();
    let Some(mut at) = events.last() else {
        return (None, false);
    };
    // Ids count from 1.
    while let Some(before) = at.previous.checked_sub(1).and_then(|id| events.get(id as usize)) {
        at = before;
        match &at.kind {
            EventKind::StateEntered { state_type, name, .. } => {
                return (
                    Some(name.clone()),
                    *state_type == StateType::Fail && !is_broken(execution),
                );
            }
            EventKind::EvaluationFailed(failed) => return (Some(failed.state.clone()), false),
            EventKind::StateExited { name, .. } if execution.status == Status::Succeeded => {
                return (Some(name.clone()), false);
            }
            // A Map or Parallel that fails after what runs in it has ended.
            EventKind::StateExited { .. } => return (None, false),
            _ => {}
        }
    }
    (None, false)
}
