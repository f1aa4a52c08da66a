//! What a state is apart from its name.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::asl::{ScopeId, StateId, StateMachine, StateType};
use crate::value::Value;

use super::meaning::Meant;
use super::{choices, fields};

/// A state's type, what its fields say, and the names of the states inside it.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) state: StateId,
    pub(super) state_type: Option<StateType>,
    /// By the field's name and its canonical value as text; defaults and transitions are left out.
    pub(super) fields: Vec<(String, String)>,
    inside: FxHashSet<String>,
}

impl Shape {
    pub(super) fn of(machine: &StateMachine, id: StateId) -> Self {
        let state = machine.state(id);
        let mut all: Vec<(String, String)> = values(machine, id)
            .into_iter()
            .map(|(name, value)| (name, value.to_json()))
            .collect();
        all.sort();
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
            inside,
        }
    }

    /// Whether it says nothing of its own, like a Pass state without fields: it is known by its neighbours only.
    pub(super) fn is_plain(&self) -> bool {
        self.fields.is_empty() && self.inside.is_empty()
    }

    /// The names of the states inside it.
    pub(super) fn inside(&self) -> impl Iterator<Item = &str> {
        self.inside.iter().map(String::as_str)
    }

    /// What it says, to be compared as a whole.
    pub(super) fn key(&self) -> (Option<StateType>, Vec<(String, String)>, Vec<String>) {
        let mut inside: Vec<String> = self.inside.iter().cloned().collect();
        inside.sort();
        (self.state_type, self.fields.clone(), inside)
    }

    /// From 0 to 1: how much of fields, states inside and neighbours is common.
    pub(super) fn likeness(&self, other: &Shape, around: Option<f64>) -> f64 {
        if self.state_type != other.state_type {
            return 0.0;
        }
        let common = self
            .fields
            .iter()
            .filter(|field| other.fields.binary_search(field).is_ok())
            .count();
        let content = share(common, self.fields.len(), other.fields.len());
        let inside = share(
            self.inside.intersection(&other.inside).count(),
            self.inside.len(),
            other.inside.len(),
        );
        match (content, inside) {
            (Some(content), Some(inside)) => 0.4 * content + 0.3 * inside + 0.3 * around.unwrap_or(0.0),
            (Some(content), None) | (None, Some(content)) => 0.7 * content + 0.3 * around.unwrap_or(content),
            (None, None) => around.unwrap_or(0.0),
        }
    }
}

/// The fields of a state that say what it does, with their canonical values.
pub(super) fn values(machine: &StateMachine, id: StateId) -> Vec<(String, Value)> {
    let state = machine.state(id);
    let mut all: Vec<(String, Value)> = fields::of(machine, state)
        .iter()
        .filter_map(|field| Some((field.name.to_owned(), field.canonical(state)?)))
        .collect();
    // The conditions alone: where rules lead is the neighbours' part.
    all.extend(state.choices.iter().enumerate().map(|(i, rule)| {
        (
            format!("Choices[{i}]"),
            Value::from(choices::test(machine.node(rule.node))),
        )
    }));
    let kind = state.kind();
    let retry = Meant::field(machine.node(state.node), kind, "Retry", state.query_language);
    let retry = retry.map(|list| ("Retry".to_owned(), list.canonical()));
    all.extend(retry.filter(|(_, list)| list.as_array().is_none_or(|list| !list.is_empty())));
    all
}

/// Common parts of two sets out of all their parts; `None` when both are empty.
pub(super) fn share(common: usize, left: usize, right: usize) -> Option<f64> {
    let all = left + right - common;
    (all > 0).then(|| common as f64 / all as f64)
}

/// How a state is left or entered, apart from the name at the other end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    /// `Next`
    Next,
    /// A rule with this test.
    Rule(String),
    /// `Default`
    Default,
    /// A catcher for these errors.
    Catch(String),
}

/// The transitions of one scope, both ways.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// From each state: the slots it is left by, and where they lead.
    pub(super) out: FxHashMap<StateId, Vec<(Slot, StateId)>>,
    /// To each state: where it is entered from.
    pub(super) into: FxHashMap<StateId, Vec<StateId>>,
    pub(super) start: Option<StateId>,
}

impl Links {
    pub(super) fn of(machine: &StateMachine, scope: ScopeId) -> Links {
        let mut links = Links {
            start: (machine.scope(scope).start_at.as_ref()).and_then(|start| machine.resolve(scope, start)),
            ..Links::default()
        };
        for &id in &machine.scope(scope).states {
            let state = machine.state(id);
            let mut add = |slot: Slot, target| {
                if let Some(to) = machine.resolve(scope, target) {
                    links.out.entry(id).or_default().push((slot, to));
                    links.into.entry(to).or_default().push(id);
                }
            };
            state.next.iter().for_each(|target| add(Slot::Next, target));
            for rule in &state.choices {
                if let Some(target) = &rule.next {
                    add(Slot::Rule(choices::test(machine.node(rule.node))), target);
                }
            }
            state.default.iter().for_each(|target| add(Slot::Default, target));
            for catcher in &state.catchers {
                if let Some(target) = &catcher.next {
                    let mut errors: Vec<&str> = catcher.errors.iter().map(|error| &*error.name).collect();
                    errors.sort_unstable();
                    add(Slot::Catch(errors.join(" ")), target);
                }
            }
        }
        links
    }

    /// The states that lead to one and those that it leads to, each as `name` calls it (true for the latter), and
    /// whether the scope begins or ends with it; neighbours without such a name are left out.
    pub(super) fn around(
        &self,
        machine: &StateMachine,
        id: StateId,
        name: impl Fn(StateId) -> Option<StateId>,
    ) -> FxHashSet<(bool, Option<StateId>)> {
        let mut found = FxHashSet::default();
        for (_, to) in self.out.get(&id).into_iter().flatten() {
            found.extend(name(*to).map(|to| (true, Some(to))));
        }
        for &from in self.into.get(&id).into_iter().flatten() {
            found.extend(name(from).map(|from| (false, Some(from))));
        }
        if self.start == Some(id) {
            found.insert((false, None));
        }
        if machine.state(id).is_terminal() {
            found.insert((true, None));
        }
        found
    }
}
