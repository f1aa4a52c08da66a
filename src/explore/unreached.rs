//! What no run has taken, and why.

use std::sync::Arc;

use petgraph::algo::toposort;
use petgraph::graph::DiGraph;
use rustc_hash::FxHashMap;

use crate::asl::error_names::{HEARTBEAT_TIMEOUT, RUNTIME, TIMEOUT, covers};
use crate::asl::{ErrorName, Retrier, State, StateId, StateMachine, StateType, TransitionKind};
use crate::graph::{ControlFlow, ScopeGraph};
use crate::simulate::Counts;

/// A part of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The state.
    State,
    /// The Choice rule with this index.
    Choice(usize),
    /// The Choice state's `Default`.
    Default,
    /// The retrier with this index.
    Retrier(usize),
    /// The catcher with this index.
    Catcher(usize),
}

/// A part of a definition that no run has taken.
#[derive(Debug, Clone)]
pub struct Unreached {
    /// The state.
    pub state: Arc<str>,
    /// What of it.
    pub what: What,
    /// Where it stands: a line, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// Why a state is not entered that the definition does not lead to.
const NOTHING: &str = "nothing leads to it";

/// What `taken` leaves out of `machine`; `cut` when not everything was tried. What stands in a state that was never
/// entered is not named again.
pub(super) fn of(machine: &StateMachine, flow: &ControlFlow, taken: &Counts, cut: bool) -> Vec<Unreached> {
    let mut unreached = Vec::new();
    for state in machine.states() {
        let mut add = |what, node, why: String| {
            let span = machine.node(node).span();
            let why = if cut && why != NOTHING {
                format!("{why}, as far as it was tried")
            } else {
                why
            };
            unreached.push(Unreached {
                state: state.name.clone(),
                what,
                line: machine.document().file().position(span.start as usize).line,
                why,
            });
        };
        let own = taken.state(state.id).cloned().unwrap_or_default();
        if own.entered == 0 {
            let why = match flow.is_live(machine, state) {
                true => "no run got there",
                false => NOTHING,
            };
            add(What::State, state.node, why.to_owned());
            continue;
        }
        let never = |counts: &[u64], index: usize| counts.get(index).is_none_or(|count| *count == 0);
        for (index, rule) in state.choices.iter().enumerate() {
            if never(&own.choices, index) {
                add(
                    What::Choice(index),
                    rule.node,
                    "no value that was tried makes it true".to_owned(),
                );
            }
        }
        if state.default.is_some() && own.default == 0 {
            add(
                What::Default,
                state.node,
                "for every value that was tried a rule is true".to_owned(),
            );
        }
        for (index, retrier) in state.retriers.iter().enumerate() {
            if never(&own.retriers, index) {
                let before = state.retriers[..index].iter().map(|retrier| &retrier.errors[..]);
                let why = match retrier.attempts() {
                    0 => "MaxAttempts is 0".to_owned(),
                    _ => why(machine, state, &retrier.errors, before),
                };
                add(What::Retrier(index), retrier.node, why);
            }
        }
        for (index, catcher) in state.catchers.iter().enumerate() {
            if never(&own.catchers, index) {
                let retried = state
                    .retriers
                    .iter()
                    .filter(|retrier| endless(retrier))
                    .map(|retrier| &retrier.errors[..]);
                let before = state.catchers[..index].iter().map(|catcher| &catcher.errors[..]);
                let why = why(machine, state, &catcher.errors, retried.chain(before));
                add(What::Catcher(index), catcher.node, why);
            }
        }
    }
    unreached
}

/// The loops of `machine` that no run has gone round, each by the names of its states: nothing is known of how they end.
pub(super) fn loops_of(machine: &StateMachine, flow: &ControlFlow, taken: &Counts) -> Vec<Vec<Arc<str>>> {
    let name = |state: &StateId| machine.state(*state).name.clone();
    let cycles = |scope: &ScopeGraph| {
        let cycles = scope.cycles().iter();
        let alone = cycles.filter(|cycle| !is_gone_round(cycle, scope, taken));
        alone
            .map(|cycle| cycle.iter().map(name).collect())
            .collect::<Vec<_>>()
    };
    flow.scopes().iter().flat_map(cycles).collect()
}

/// Whether the transitions taken among the states of `cycle` lead round.
fn is_gone_round(cycle: &[StateId], scope: &ScopeGraph, taken: &Counts) -> bool {
    let is_taken = |from: StateId, kind: TransitionKind| {
        let at = |counts: &[u64], index: usize| counts.get(index).is_some_and(|count| *count > 0);
        taken.state(from).is_some_and(|own| match kind {
            TransitionKind::Next => own.next > 0,
            TransitionKind::Default => own.default > 0,
            TransitionKind::Choice(index) => at(&own.choices, index),
            TransitionKind::Catch(index) => at(&own.catchers, index),
        })
    };
    let nodes: FxHashMap<StateId, u32> = cycle.iter().copied().zip(0..).collect();
    let edges = nodes.iter().flat_map(|(state, from)| {
        let taken = scope
            .successors(*state)
            .into_iter()
            .filter(|(kind, _)| is_taken(*state, *kind));
        let inside = taken.filter_map(|(_, to)| nodes.get(&to));
        inside.map(|to| (*from, *to)).collect::<Vec<_>>()
    });
    toposort(&DiGraph::<(), ()>::from_edges(edges), None).is_err()
}

/// So many retries that nobody sees them used up.
fn endless(retrier: &Retrier) -> bool {
    retrier.attempts() > 100
}

/// Why nothing came to a retrier or catcher for `errors`.
fn why<'a>(
    machine: &StateMachine,
    state: &State,
    errors: &[ErrorName],
    before: impl Iterator<Item = &'a [ErrorName]>,
) -> String {
    let named = |name: &str| errors.iter().any(|error| &*error.name == name);
    let before: Vec<&ErrorName> = before.flatten().collect();
    let taken = |error: &ErrorName| before.iter().any(|entry| covers(&entry.name, &error.name));
    if errors.iter().all(taken) {
        return "an earlier handler takes its errors".to_owned();
    }
    if state.state_type == Some(StateType::Task)
        && errors
            .iter()
            .all(|error| matches!(&*error.name, TIMEOUT | HEARTBEAT_TIMEOUT))
    {
        return if machine.is_limited(state.id) {
            "the task was never called, or an earlier handler takes its errors".to_owned()
        } else {
            "the task has no TimeoutSeconds that could expire".to_owned()
        };
    }
    if named(RUNTIME) {
        return "States.Runtime is never caught".to_owned();
    }
    if errors.iter().all(|error| error.name.starts_with("States.")) {
        return "no task outcome raises it here".to_owned();
    }
    "no error that was tried reached it".to_owned()
}
