//! Which variables are surely assigned when a state is entered.
//!
//! A forward analysis over each scope's graph: what every way into a state has assigned. A set of bits a state, so that
//! thousands of states and variables stay cheap.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Context;
use crate::asl::{ScopeId, State, StateId, StateMachine, StateType, TransitionKind};
use crate::graph::ControlFlow;
use crate::references::{AssignedBy, References};
use crate::source::NodeRef;

/// The variables of a machine.
#[derive(Debug)]
pub struct Variables {
    names: BTreeSet<Arc<str>>,
    numbers: FxHashMap<Arc<str>, usize>,
    /// By state: those surely assigned on entry; `None` when it is never entered.
    entry: Vec<Option<Set>>,
}

/// A set of variables, by number.
#[derive(Debug, Clone, PartialEq)]
struct Set(Vec<u64>);

impl Set {
    fn empty(count: usize) -> Set {
        Set(vec![0; count.div_ceil(64)])
    }

    fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn contains(&self, number: usize) -> bool {
        self.0
            .get(number / 64)
            .is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Keeps what `other` has as well; whether anything went.
    fn intersect(&mut self, other: &Set) -> bool {
        let mut changed = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            changed |= *word & !other != 0;
            *word &= other;
        }
        changed
    }
}

impl Variables {
    pub(super) fn of(machine: &StateMachine, flow: &ControlFlow, references: &References) -> Variables {
        let all = machine
            .states()
            .iter()
            .flat_map(|state| &references.state(state.id).assigned);
        let names: BTreeSet<Arc<str>> = all.map(|assigned| assigned.name.clone()).collect();
        let numbers = names.iter().cloned().zip(0..).collect();
        let mut variables = Variables {
            entry: vec![None; machine.states().len()],
            names,
            numbers,
        };
        if variables.names.is_empty() {
            return variables;
        }
        // Owners come before what they hold.
        for scope in machine.scopes() {
            let on_entry = match scope.owner {
                Some(owner) if !is_distributed(machine, scope.id) => variables.entry[owner.index()].clone(),
                Some(owner) if variables.entry[owner.index()].is_none() => None,
                _ => Some(Set::empty(variables.names.len())),
            };
            if let (Some(on_entry), Some(start)) = (on_entry, flow.scope(scope.id).start()) {
                variables.run(machine, flow, references, start, on_entry);
            }
        }
        variables
    }

    fn run(
        &mut self,
        machine: &StateMachine,
        flow: &ControlFlow,
        references: &References,
        start: StateId,
        on_entry: Set,
    ) {
        let graph = flow.scope(machine.state(start).scope);
        self.entry[start.index()] = Some(on_entry);
        let mut queue = VecDeque::from([start]);
        let mut queued: HashSet<StateId> = HashSet::from([start]);
        while let Some(id) = queue.pop_front() {
            queued.remove(&id);
            let Some(entry) = self.entry[id.index()].clone() else {
                continue;
            };
            for (kind, to) in graph.successors(id) {
                let mut leaves = entry.clone();
                for assigned in &references.state(id).assigned {
                    if happens(kind, assigned.by)
                        && let Some(number) = self.numbers.get(&assigned.name)
                    {
                        leaves.insert(*number);
                    }
                }
                let changed = match &mut self.entry[to.index()] {
                    Some(known) => known.intersect(&leaves),
                    unknown => {
                        *unknown = Some(leaves);
                        true
                    }
                };
                if changed && queued.insert(to) {
                    queue.push_back(to);
                }
            }
        }
    }

    /// Every variable that is assigned anywhere, sorted.
    pub fn names(&self) -> &BTreeSet<Arc<str>> {
        &self.names
    }

    /// Whether `name` is assigned whenever `state` is entered. Of states that are never entered nothing is said.
    pub fn is_sure(&self, state: &State, name: &str) -> bool {
        if self.names.is_empty() {
            return false;
        }
        let Some(entry) = &self.entry[state.id.index()] else {
            return true;
        };
        self.numbers
            .get(name)
            .is_some_and(|number| entry.contains(*number))
    }

    /// A way to `state` on which `name` is not assigned, for the end of a sentence; `None` when none of the ways
    /// assigns it.
    pub fn way_without(&self, cx: &Context<'_>, state: &State, name: &str) -> Option<String> {
        let number = *self.numbers.get(name)?;
        let graph = cx.flow.scope(state.scope);
        let assigns = |id: StateId, kind: TransitionKind| {
            let assigned = &cx.references(cx.machine.state(id)).assigned;
            assigned.iter().any(|a| &*a.name == name && happens(kind, a.by))
        };
        // Whether some way does assign it, or one before the Map or Parallel around.
        let upstream = graph.reaching([state.id]);
        let some_way = upstream.iter().any(|id| {
            let into = graph
                .successors(id)
                .into_iter()
                .filter(|(_, to)| upstream.contains(*to));
            into.into_iter().any(|(kind, _)| assigns(id, kind))
        });
        if !some_way {
            return None;
        }
        // Back from the state over transitions that do not assign it, to the start of the scope.
        let mut from: FxHashMap<StateId, StateId> = FxHashMap::default();
        let mut queue = VecDeque::from([state.id]);
        let mut seen = HashSet::from([state.id]);
        while let Some(id) = queue.pop_front() {
            if graph.start() == Some(id) {
                let mut way = vec![id];
                let mut at = id;
                while let Some(next) = from.get(&at) {
                    way.push(*next);
                    at = *next;
                }
                return Some(match way.len() {
                    1 => format!(" when '{}' is entered first", state.name),
                    2 => format!(" on the way from '{}'", cx.machine.state(id).name),
                    _ => cx.way(&way),
                });
            }
            for (kind, before) in graph.predecessors(id) {
                let lacks = self.entry[before.index()]
                    .as_ref()
                    .is_some_and(|entry| !entry.contains(number));
                if lacks && !assigns(before, kind) && seen.insert(before) {
                    from.insert(before, id);
                    queue.push_back(before);
                }
            }
        }
        None
    }
}

/// Whether an `Assign` happens when its state is left by `kind`. A rule of a Choice state, or its Default, has its own:
/// the state's own is for the Default alone [Choice workflow state: "Assign"].
fn happens(kind: TransitionKind, by: AssignedBy) -> bool {
    match (kind, by) {
        (TransitionKind::Next | TransitionKind::Default, AssignedBy::State) => true,
        (TransitionKind::Choice(i), AssignedBy::Choice(j)) => i == j,
        (TransitionKind::Catch(i), AssignedBy::Catch(j)) => i == j,
        _ => false,
    }
}

/// Whether a scope is the processor of a Distributed Map, whose children are executions of their own.
fn is_distributed(machine: &StateMachine, scope: ScopeId) -> bool {
    let scope = machine.scope(scope);
    let is_map = scope
        .owner
        .is_some_and(|owner| machine.state(owner).state_type == Some(StateType::Map));
    let mode = machine
        .node(scope.node)
        .get("ProcessorConfig")
        .and_then(|config| config.get("Mode"));
    is_map && mode.and_then(NodeRef::as_str) == Some("DISTRIBUTED")
}
