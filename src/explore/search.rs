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

/// The inputs that runs are tried with.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The first one.
    pub first: &'a Value,
    /// Its text, as it was given.
    pub text: &'a Arc<str>,
    /// Others, for what the first one does not reach.
    pub others: &'a [Value],
}

/// Tries every combination of outcomes, the shortest ways first; on the first input, and on those of the others with which the tasks'
/// first results lead elsewhere.
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
    inputs: Inputs<'_>,
    limits: Limits,
) -> Result<Findings, StopError> {
    let run = Machine {
        program,
        settings,
        mocks,
        alternatives,
        input: inputs.first,
        input_text: inputs.text,
    };
    let mut taken = Counts::default();
    let (mut found, firsts) = one(&run, limits, &mut taken)?;
    // What the ways that are told take, and ways for what they do not.
    let mut covered = Counts::default();
    let mut cover = |run: &Machine<'_>, input: usize, ways: &[Vec<Step>]| -> Result<Vec<Way>, StopError> {
        let mut new = Vec::new();
        for steps in ways {
            let before = covered.parts();
            let ran = single::on_from(run, steps, limits.calls)?;
            if let Some(execution) = ran.execution {
                covered.add(&ran.taken);
                let way = Way {
                    input,
                    ..Way::of(&execution, ran.steps)
                };
                new.extend((covered.parts() > before).then_some(way));
            }
        }
        Ok(new)
    };
    let steps = |ways: &[Way]| ways.iter().map(|way| way.steps.clone()).collect::<Vec<_>>();
    cover(&run, 0, &steps(&found.ends))?;
    found.others = cover(&run, 0, &firsts)?;
    for other in inputs.others {
        let text = Arc::from(other.to_json());
        let run = Machine {
            input: other,
            input_text: &text,
            ..run
        };
        let parts = taken.parts();
        let mut with = taken.clone();
        with.add(&single::on_from(&run, &[], limits.calls)?.taken);
        if with.parts() == parts || found.cut.is_some() {
            continue;
        }
        let left = Limits {
            runs: limits.runs.saturating_sub(found.runs).max(1),
            ..limits
        };
        let (more, firsts) = one(&run, left, &mut taken)?;
        let (input, ends) = (found.inputs.len(), found.ends.len());
        let known = found.add(more);
        cover(&run, input, &steps(&found.ends[ends..]))?;
        found.others.extend(cover(&run, input, &steps(&known))?);
        found.others.extend(cover(&run, input, &firsts)?);
    }
    let flow = ControlFlow::new(machine);
    found.never_answered = lint::never_answered(machine);
    found.unreached = unreached::of(machine, &flow, &taken, found.cut.is_some());
    found.never_repeated = unreached::loops_of(machine, &flow, &taken);
    Ok(found)
}

/// Tries every combination on one input. Beside what it finds are the decisions of runs that first took a part of the
/// definition.
fn one(
    run: &Machine<'_>,
    limits: Limits,
    taken: &mut Counts,
) -> Result<(Findings, Vec<Vec<Step>>), StopError> {
    let mut firsts: Vec<Vec<Step>> = Vec::new();
    let mut map = Map::default();
    let mut known: FxHashMap<u64, usize> = FxHashMap::default();
    let mut queue = VecDeque::new();
    let (mut runs, mut cut) = (1, None);
    match run.run(&[], taken)? {
        Came::ToEnd(execution, _) => map.only_end(Way::of(&execution, Vec::new())),
        Came::To(fingerprint, situation) => {
            known.insert(fingerprint, map.add(situation));
            queue.push_back(0);
        }
    }
    let deadline = run.program.longest_millis(run.settings.machine_type);
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
            let parts = taken.parts();
            let came = run.run(&script, taken)?;
            if taken.parts() > parts {
                firsts.push(map.steps(at, number));
            }
            match came {
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
        for way in single::each(run, limits.calls, taken)? {
            map.add_end(way);
        }
    }
    let mut loops = map.loops();
    ending::end_loops(run, &mut loops)?;
    if let Some(way) = ending::timed_out(run, &map, deadline)? {
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
    // Without a call there is one way.
    let only = || (situations == 0).then(|| ends.first().cloned()).flatten();
    let found = Findings {
        inputs: vec![run.input.clone()],
        others: Vec::new(),
        never_answered: Vec::new(),
        unreached: Vec::new(),
        never_repeated: Vec::new(),
        situations,
        longest: longest.or_else(only),
        most_transitions: most_transitions.or_else(only),
        ends,
        loops,
        runs,
        cut,
        open,
        own_timeout: run.program.has_own_timeout(),
    };
    Ok((found, firsts))
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
