//! Which state of the old machine is which of the new.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::asl::{ScopeId, State, StateId, StateMachine};
use crate::value::Value;

use super::fields;
use super::meaning::{self, Meant};

/// How two states were found to be one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum How {
    /// Same name, same scope.
    Name,
    /// Same name, another scope.
    Moved,
    /// Another name; how much of what they do is equal, from 0 to 1.
    Renamed(f64),
}

/// The state at the other side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) state: StateId,
    pub(super) how: How,
}

/// All matches between two machines.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// From old states.
    pub(super) to_new: FxHashMap<StateId, Match>,
    /// From new states.
    pub(super) to_old: FxHashMap<StateId, Match>,
    /// Scopes of the new machine, with those of the old that they are compared with.
    pub(super) scopes: FxHashMap<ScopeId, ScopeId>,
}

/// Two states are taken for one under two names from this likeness on.
const ALIKE: f64 = 0.6;
/// Left-over states of one scope that are compared each with each; more are not looked at.
const COMPARED: usize = 100;

/// Matches the states of two machines.
pub(super) fn matches(old: &StateMachine, new: &StateMachine) -> Matches {
    let mut matcher = Matcher {
        old,
        new,
        found: Matches::default(),
        open: vec![(ScopeId::TOP, ScopeId::TOP)],
        pairs: Vec::new(),
    };
    matcher.by_name();
    matcher.moved();
    matcher.by_name();
    // A renamed Map or Parallel opens the scopes inside it, where states may be renamed as well.
    let mut done = 0;
    while done < matcher.pairs.len() {
        let (old_scope, new_scope) = matcher.pairs[done];
        matcher.renamed(old_scope, new_scope);
        matcher.by_name();
        done += 1;
    }
    matcher.found
}

struct Matcher<'a> {
    old: &'a StateMachine,
    new: &'a StateMachine,
    found: Matches,
    open: Vec<(ScopeId, ScopeId)>,
    pairs: Vec<(ScopeId, ScopeId)>,
}

impl Matcher<'_> {
    fn pair(&mut self, old: StateId, new: StateId, how: How) {
        self.found.to_new.insert(old, Match { state: new, how });
        self.found.to_old.insert(new, Match { state: old, how });
        let (before, after) = (self.old.state(old), self.new.state(new));
        if before.state_type == after.state_type {
            let bodies = self.bodies(before, after);
            self.open.extend(bodies);
        }
    }

    /// Branches of one Parallel: those with most names in common, then in order.
    fn bodies(&self, before: &State, after: &State) -> Vec<(ScopeId, ScopeId)> {
        let mut home: FxHashMap<&str, ScopeId> = FxHashMap::default();
        for &body in &before.bodies {
            for &state in &self.old.scope(body).states {
                home.insert(&self.old.state(state).name, body);
            }
        }
        let mut used = FxHashSet::default();
        let mut pairs = Vec::new();
        let mut left = Vec::new();
        for &body in &after.bodies {
            let mut votes: FxHashMap<ScopeId, usize> = FxHashMap::default();
            for &state in &self.new.scope(body).states {
                if let Some(&scope) = home.get(&*self.new.state(state).name) {
                    *votes.entry(scope).or_default() += 1;
                }
            }
            let best = votes
                .into_iter()
                .filter(|(scope, _)| !used.contains(scope))
                .max_by_key(|&(scope, count)| (count, std::cmp::Reverse(scope)));
            match best {
                Some((scope, _)) => {
                    used.insert(scope);
                    pairs.push((scope, body));
                }
                None => left.push(body),
            }
        }
        let rest: Vec<ScopeId> = before
            .bodies
            .iter()
            .copied()
            .filter(|b| !used.contains(b))
            .collect();
        pairs.extend(rest.into_iter().zip(left));
        pairs
    }

    /// States of one name in scopes that belong together.
    fn by_name(&mut self) {
        while let Some((old_scope, new_scope)) = self.open.pop() {
            self.found.scopes.insert(new_scope, old_scope);
            self.pairs.push((old_scope, new_scope));
            for &state in &self.new.scope(new_scope).states {
                if let Some(before) = self.old.find(old_scope, &self.new.state(state).name)
                    && self.is_free(before, state)
                {
                    self.pair(before, state, How::Name);
                }
            }
        }
    }

    fn is_free(&self, old: StateId, new: StateId) -> bool {
        !self.found.to_new.contains_key(&old) && !self.found.to_old.contains_key(&new)
    }

    /// Names are unique in a machine, so a state of that name elsewhere is the same one.
    fn moved(&mut self) {
        let left: FxHashMap<&str, StateId> = self
            .old
            .states()
            .iter()
            .filter(|state| !self.found.to_new.contains_key(&state.id))
            .map(|state| (&*state.name, state.id))
            .collect();
        for state in self.new.states() {
            if let Some(&before) = left.get(&*state.name)
                && self.old.state(before).state_type == state.state_type
                && self.is_free(before, state.id)
            {
                self.pair(before, state.id, How::Moved);
            }
        }
    }

    /// States left over in two scopes that belong together, by shape: equal ones first, then the most alike.
    fn renamed(&mut self, old_scope: ScopeId, new_scope: ScopeId) {
        let olds: Vec<Shape> = self
            .left(self.old, old_scope, |m, id| m.to_new.contains_key(&id))
            .into_iter()
            .take(COMPARED)
            .map(|id| {
                Shape::of(self.old, id, |other| {
                    self.found.to_new.get(&other).map(|m| m.state)
                })
            })
            .collect();
        let news: Vec<Shape> = self
            .left(self.new, new_scope, |m, id| m.to_old.contains_key(&id))
            .into_iter()
            .take(COMPARED)
            .map(|id| Shape::of(self.new, id, Some))
            .collect();
        let mut candidates = Vec::new();
        for (i, old) in olds.iter().enumerate() {
            for (j, new) in news.iter().enumerate() {
                let likeness = old.likeness(new);
                if likeness >= ALIKE {
                    candidates.push((likeness, i, j));
                }
            }
        }
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (likeness, i, j) in candidates {
            if self.is_free(olds[i].state, news[j].state) {
                self.pair(olds[i].state, news[j].state, How::Renamed(likeness));
            }
        }
    }

    fn left(
        &self,
        machine: &StateMachine,
        scope: ScopeId,
        matched: impl Fn(&Matches, StateId) -> bool,
    ) -> Vec<StateId> {
        let states = &machine.scope(scope).states;
        states
            .iter()
            .copied()
            .filter(|id| !matched(&self.found, *id))
            .collect()
    }
}

/// What a state is apart from its name: its type, its fields, and its neighbours that are already matched.
struct Shape {
    state: StateId,
    state_type: Option<crate::asl::StateType>,
    fields: Vec<(String, Value)>,
    /// Matched states of the new machine, with the direction: true for those it leads to.
    neighbours: FxHashSet<(bool, StateId)>,
    /// Names of states inside.
    inside: FxHashSet<String>,
}

impl Shape {
    fn of(machine: &StateMachine, id: StateId, to_new: impl Fn(StateId) -> Option<StateId>) -> Self {
        let state = machine.state(id);
        let mut all: Vec<(String, Value)> = fields::of(machine, state)
            .iter()
            .filter_map(|field| Some((field.name.to_owned(), field.canonical(state)?)))
            .collect();
        // The conditions alone: where rules lead is the neighbours' part.
        all.extend(state.choices.iter().enumerate().map(|(i, rule)| {
            let text = crate::graph::condition_text(machine.node(rule.node));
            (format!("Choices[{i}]"), Value::from(text))
        }));
        let kind = meaning::kind_of(state.state_type);
        let retry = Meant::field(machine.node(state.node), kind, "Retry", state.query_language);
        all.extend(retry.map(|list| ("Retry".to_owned(), list.canonical())));
        if state.is_terminal() {
            all.push(("End".to_owned(), Value::from(true)));
        }
        let mut neighbours = FxHashSet::default();
        for transition in state.transitions() {
            let target = machine.resolve(state.scope, transition.target).and_then(&to_new);
            neighbours.extend(target.map(|target| (true, target)));
        }
        for &other in &machine.scope(state.scope).states {
            let leads_here = machine
                .state(other)
                .transitions()
                .any(|t| machine.resolve(state.scope, t.target) == Some(id));
            if leads_here && let Some(other) = to_new(other) {
                neighbours.insert((false, other));
            }
        }
        let inside = state
            .bodies
            .iter()
            .flat_map(|body| &machine.scope(*body).states)
            .map(|inner| machine.state(*inner).name.to_string())
            .collect();
        Shape {
            state: id,
            state_type: state.state_type,
            fields: all,
            neighbours,
            inside,
        }
    }

    /// From 0 to 1: how much of fields, states inside and neighbours is common.
    fn likeness(&self, other: &Shape) -> f64 {
        if self.state_type != other.state_type {
            return 0.0;
        }
        let common = self
            .fields
            .iter()
            .filter(|field| other.fields.contains(field))
            .count();
        let content = share(common, self.fields.len(), other.fields.len());
        let inside = share(
            self.inside.intersection(&other.inside).count(),
            self.inside.len(),
            other.inside.len(),
        );
        let around = share(
            self.neighbours.intersection(&other.neighbours).count(),
            self.neighbours.len(),
            other.neighbours.len(),
        );
        // A state that says next to nothing is known by its neighbours only.
        match (content, inside) {
            (Some(content), Some(inside)) => 0.4 * content + 0.3 * inside + 0.3 * around.unwrap_or(0.0),
            (Some(content), None) | (None, Some(content)) => 0.7 * content + 0.3 * around.unwrap_or(content),
            (None, None) => around.unwrap_or(0.0),
        }
    }
}

/// Common parts of two sets out of all their parts; `None` when both are empty.
fn share(common: usize, left: usize, right: usize) -> Option<f64> {
    let all = left + right - common;
    (all > 0).then(|| common as f64 / all as f64)
}
