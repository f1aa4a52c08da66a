//! Two machines compared, scope by scope and state by state.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::arrange::Arrange as _;
use crate::asl::{Scope, ScopeFields, ScopeId, ScopeKind, State, StateId, StateMachine, StateType};
use crate::source::{NodeId, NodeRef};
use crate::value::Value;

use super::change::{Change, Class, Kind, Place};
use super::matching::{How, Matches, matches};
use super::meaning::identical;
use super::splits::{self, Part};
use super::{choices, errors, input, variables};

/// Every change from `old` to `new`, cosmetic ones included: the machine's own first, then state by state in the
/// order of the new definition, each state before those inside it, and at the end of a scope the states that it lost.
pub fn diff(old: &StateMachine, new: &StateMachine) -> Vec<Change> {
    variables::with_renames(old, new, compare)
}

fn compare(old: &StateMachine, new: &StateMachine) -> Vec<Change> {
    let mut matches = matches(old, new);
    let splits = splits::splits(old, new, &mut matches);
    let merges = splits::merges(old, new, &matches);
    let mut differ = Differ {
        old,
        new,
        matches,
        splits,
        merges,
        errors_given: error_names(new),
        changes: Vec::new(),
    };
    differ.machine();
    differ.scope(ScopeId::TOP, ScopeId::TOP);
    differ.input();
    grouped(differ.changes)
}

/// All changes of a state together, in the order in which states first come; what is newly read stands first.
fn grouped(mut changes: Vec<Change>) -> Vec<Change> {
    let mut order: FxHashMap<Arc<str>, usize> = FxHashMap::default();
    for change in &changes {
        if let Some(name) = &change.state {
            let next = order.len() + 1;
            order.entry(Arc::clone(name)).or_insert(next);
        }
    }
    changes.arrange_by_key(|change| {
        let place = change.state.as_ref().and_then(|name| order.get(name).copied());
        (place.unwrap_or(0), change.kind != Kind::InputRead)
    });
    changes
}

/// The error names that Fail states give as they are written.
fn error_names(machine: &StateMachine) -> FxHashSet<&str> {
    machine
        .states()
        .iter()
        .filter(|state| state.state_type == Some(StateType::Fail))
        .filter_map(|state| state.fields(machine).error()?.as_str())
        .collect()
}

pub(super) struct Differ<'a> {
    pub(super) old: &'a StateMachine,
    pub(super) new: &'a StateMachine,
    pub(super) matches: Matches,
    /// New states that do a part of what an old one did.
    splits: FxHashMap<StateId, Part>,
    /// Old states a part of whose work a new one does.
    merges: FxHashMap<StateId, Part>,
    pub(super) errors_given: FxHashSet<&'a str>,
    pub(super) changes: Vec<Change>,
}

/// A state at both sides.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: &'a State,
    pub(super) new: &'a State,
}

impl<'a> Differ<'a> {
    /// Notes a change.
    pub(super) fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    fn machine(&mut self) {
        let (old, new) = (self.old.fields(), self.new.fields());
        if self.old.query_language() != self.new.query_language() {
            let message = format!(
                "query language {} -> {}",
                self.old.query_language(),
                self.new.query_language()
            );
            self.add(
                Change::new(Class::Behavioural, Kind::QueryLanguageChanged, None, message)
                    .with_nodes(old.query_language(), new.query_language()),
            );
        }
        if self.old.query_language() == self.new.query_language() {
            let field = "QueryLanguage";
            self.unknown(None, field, old.query_language(), new.query_language());
        }
        const OWN: [&str; 6] = [
            "StartAt",
            "States",
            "QueryLanguage",
            "Comment",
            "Version",
            "TimeoutSeconds",
        ];
        self.plain(None, "TimeoutSeconds", *old, *new);
        for name in names(*old, *new, &OWN) {
            self.plain(None, name, *old, *new);
        }
        self.cosmetic(None, "Comment", old.comment(), new.comment());
        // "1.0" is the only version there is.
        let version = |of: ScopeFields<'a>| of.version().filter(|version| version.as_str() != Some("1.0"));
        self.cosmetic(None, "Version", version(old), version(new));
    }

    /// What is newly read of the execution's input.
    fn input(&mut self) {
        for (path, reader) in input::newly_read(self.old, self.new) {
            let state = self.new.state(reader.state);
            let message = format!("the execution's input must have {path}, which was not read before");
            self.add(
                Change::new(Class::Breaking, Kind::InputRead, Some(&state.name), message)
                    .with_places(None, Some(self.new.node(reader.node))),
            );
        }
    }

    fn scope(&mut self, old_id: ScopeId, new_id: ScopeId) {
        let (old, new) = (self.old.scope(old_id), self.new.scope(new_id));
        let owner = new.owner.map(|id| &self.new.state(id).name);
        self.target(
            owner,
            Kind::StartMoved,
            &scope_words(new),
            (old, old.start_at.as_ref()),
            (new, new.start_at.as_ref()),
        );
        self.unknown_states(owner, old, new);
        if new.kind == ScopeKind::Processor {
            self.processor(owner, old, new);
        }
        let states = &self.new.scope(new_id).states;
        for &id in states {
            match self.matches.to_old.get(&id) {
                Some(found) => {
                    let (before, how) = (found.state, found.how);
                    self.state(before, id, how);
                }
                None => self.added(id),
            }
        }
        for &id in &old.states {
            if !self.matches.to_new.contains_key(&id) {
                self.removed(id);
            }
        }
    }

    fn added(&mut self, id: StateId) {
        let state = self.new.state(id);
        let name = Some(&state.name);
        let mut change = match self.splits.get(&id) {
            Some(part) => {
                let of = &self.old.state(part.of).name;
                let message = format!(
                    "{} state split off from '{of}' ({})",
                    type_word(state),
                    sure(part.certainty)
                );
                Change::new(Class::Behavioural, Kind::StateSplit, name, message)
                    .with_certainty(part.certainty)
            }
            None => {
                let around: Vec<String> = self
                    .wrapped_by(state)
                    .map(|id| format!("'{}'", self.new.state(id).name))
                    .collect();
                let around = match around.is_empty() {
                    true => String::new(),
                    false => format!(" around {}", around.join(", ")),
                };
                let message = format!(
                    "{} state added{around}{}",
                    type_word(state),
                    inside(self.new, state)
                );
                Change::new(Class::Behavioural, Kind::StateAdded, name, message)
            }
        };
        change.new = Some(place(self.new, state));
        self.add(change);
        for body in &state.bodies {
            self.scope_without_match(*body);
        }
    }

    /// States of a scope that has no counterpart: those that came from elsewhere are still compared.
    fn scope_without_match(&mut self, new_id: ScopeId) {
        for id in self.new.scope(new_id).states.clone() {
            match self.matches.to_old.get(&id) {
                Some(found) => {
                    let (before, how) = (found.state, found.how);
                    self.state(before, id, how);
                }
                None => self.added(id),
            }
        }
    }

    fn removed(&mut self, id: StateId) {
        let state = self.old.state(id);
        let error = self.lost_error(state);
        let (class, note) = match error {
            Some(name) => (
                Class::Breaking,
                format!(", and with it the error name \"{name}\""),
            ),
            None => (Class::Behavioural, String::new()),
        };
        let mut change = match self.merges.get(&id) {
            Some(part) => {
                let into = &self.new.state(part.of).name;
                let message = format!(
                    "{} state merged into '{into}' ({}){note}",
                    type_word(state),
                    sure(part.certainty)
                );
                Change::new(class, Kind::StateMerged, Some(&state.name), message)
                    .with_certainty(part.certainty)
            }
            None => {
                let where_it_was = inside(self.old, state);
                let message = format!("{} state removed{where_it_was}{note}", type_word(state));
                Change::new(class, Kind::StateRemoved, Some(&state.name), message)
            }
        };
        change.old = Some(place(self.old, state));
        self.add(change);
        for body in &state.bodies {
            for &inner in &self.old.scope(*body).states {
                if !self.matches.to_new.contains_key(&inner) {
                    self.removed(inner);
                }
            }
        }
    }

    /// The error name of a Fail state of the old machine, when no Fail state gives it any more.
    pub(super) fn lost_error(&self, state: &State) -> Option<&'a str> {
        (state.state_type == Some(StateType::Fail)).then_some(())?;
        let name = state.fields(self.old).error()?.as_str()?;
        (!self.errors_given.contains(name)).then_some(name)
    }

    fn state(&mut self, old_id: StateId, new_id: StateId, how: How) {
        let pair = Pair {
            old: self.old.state(old_id),
            new: self.new.state(new_id),
        };
        if how == How::Name && self.unknown_state(pair) {
            return;
        }
        let name = Some(&pair.new.name);
        let placed = |mut change: Change| {
            change.old = Some(place(self.old, pair.old));
            change.new = Some(place(self.new, pair.new));
            change
        };
        let change = match how {
            How::Name => None,
            How::Moved => Some(self.moved(pair, "").with_certainty(1.0)),
            How::Renamed(likeness) | How::MovedAndRenamed(likeness) => {
                let certainty = if likeness > 0.995 {
                    "the same otherwise".to_owned()
                } else {
                    sure(likeness)
                };
                let mut change = match how {
                    How::MovedAndRenamed(_) => {
                        let mut change = self.moved(
                            pair,
                            &format!("renamed, was '{}' ({certainty}), and ", pair.old.name),
                        );
                        change.class = Class::Breaking;
                        change
                    }
                    _ => {
                        let message = format!("renamed, was '{}' ({certainty})", pair.old.name);
                        Change::new(Class::Breaking, Kind::StateRenamed, name, message)
                    }
                };
                change.old_value = Some(Value::String(Arc::clone(&pair.old.name)));
                change.new_value = Some(Value::String(Arc::clone(&pair.new.name)));
                Some(change.with_certainty(likeness))
            }
        };
        self.changes.extend(change.map(placed));
        let (old, new) = (pair.old.fields(self.old), pair.new.fields(self.new));
        if how == How::Name
            && pair.old.query_language == pair.new.query_language
            && same_but_comments(*old, *new)
            && pair.old.bodies.is_empty()
            && self.same_targets(pair)
        {
            self.cosmetic(name, "Comment", old.comment(), new.comment());
            return;
        }
        if old.type_name().map(NodeRef::to_value) != new.type_name().map(NodeRef::to_value) {
            let word = |state: &'a State, node: Option<NodeRef<'a>>| match state.state_type {
                None => node.and_then(NodeRef::as_str).unwrap_or("untyped"),
                Some(known) => known.name(),
            };
            let message = format!(
                "type {} -> {}",
                word(pair.old, old.type_name()),
                word(pair.new, new.type_name())
            );
            self.add(
                Change::new(Class::Behavioural, Kind::TypeChanged, name, message)
                    .with_nodes(old.type_name(), new.type_name()),
            );
        }
        let machines_differ = self.old.query_language() != self.new.query_language();
        let own = old.query_language().or(new.query_language()).is_some();
        // A change of the machine's language is said once, at the machine.
        if pair.old.query_language != pair.new.query_language && (!machines_differ || own) {
            let message = format!(
                "query language {} -> {}",
                pair.old.query_language, pair.new.query_language
            );
            self.add(
                Change::new(Class::Behavioural, Kind::QueryLanguageChanged, name, message)
                    .with_nodes(old.query_language(), new.query_language()),
            );
        }
        self.transition(pair);
        choices::compare(self, pair);
        self.fields(pair);
        errors::retriers(self, pair);
        errors::catchers(self, pair);
        self.cosmetic(name, "Comment", old.comment(), new.comment());
        self.unknown_fields(pair);
        self.bodies(pair);
    }

    /// A state in another scope: wrapped by a new state, taken out of one that is gone, or moved.
    fn moved(&self, pair: Pair<'_>, before: &str) -> Change {
        let (from, to) = (home(self.old, pair.old), home(self.new, pair.new));
        let new_owner = self.new.scope(pair.new.scope).owner.map(|id| self.new.state(id));
        let old_owner = self.old.scope(pair.old.scope).owner.map(|id| self.old.state(id));
        let (kind, words) = match (old_owner, new_owner) {
            (_, Some(owner)) if self.wrapped_by(owner).any(|id| id == pair.new.id) => {
                let list = match self.new.scope(pair.new.scope).kind {
                    ScopeKind::Branch(_) => ", whose output is a list with that of each branch",
                    _ => ", which runs it for each item",
                };
                let words = format!("wrapped in {to}, a new {} state{list}", type_word(owner));
                (Kind::StateWrapped, words)
            }
            (Some(owner), _) if self.unwrapped(owner, pair.new) => {
                let words = format!(
                    "taken out of {from}, a {} state that was removed",
                    type_word(owner)
                );
                (Kind::StateUnwrapped, words)
            }
            _ => (Kind::StateMoved, format!("moved from {from} to {to}")),
        };
        Change::new(
            Class::Behavioural,
            kind,
            Some(&pair.new.name),
            format!("{before}{words}"),
        )
    }

    /// The states directly inside an added Map or Parallel that stood in the scope where it stands.
    fn wrapped_by(&self, owner: &'a State) -> impl Iterator<Item = StateId> + '_ {
        let is_new = !self.matches.to_old.contains_key(&owner.id);
        let home = self.matches.scopes.get(&owner.scope);
        let bodies = owner.bodies.iter().filter(move |_| is_new);
        let inside = bodies.flat_map(|body| &self.new.scope(*body).states).copied();
        inside.filter(move |id| {
            let was = self.matches.to_old.get(id);
            was.is_some_and(|was| home == Some(&self.old.state(was.state).scope))
        })
    }

    /// Whether a state of the old machine is gone and `state` stands now where it stood.
    fn unwrapped(&self, owner: &State, state: &State) -> bool {
        !self.matches.to_new.contains_key(&owner.id)
            && self.matches.scopes.get(&state.scope) == Some(&owner.scope)
    }

    /// Whether the new state `to` is a wrapper that begins with what the old state `from` has become.
    pub(super) fn leads_into_wrapper(&self, from: StateId, to: StateId) -> bool {
        let owner = self.new.state(to);
        self.wrapped_by(owner).any(|id| {
            let state = self.new.state(id);
            let scope = self.new.scope(state.scope);
            let starts = scope
                .start_at
                .as_ref()
                .and_then(|start| self.new.resolve(scope.id, start));
            starts == Some(id) && self.matches.to_old.get(&id).is_some_and(|was| was.state == from)
        })
    }

    /// The new Map or Parallel that a state is wrapped in.
    pub(super) fn wrapper(&self, state: &State) -> Option<&'a State> {
        let owner = self.new.state(self.new.scope(state.scope).owner?);
        self.wrapped_by(owner).any(|id| id == state.id).then_some(owner)
    }

    /// Branches and processors.
    fn bodies(&mut self, pair: Pair<'a>) {
        let name = Some(&pair.new.name);
        for &body in &pair.new.bodies {
            let scope = self.new.scope(body);
            let matched = self
                .matches
                .scopes
                .get(&body)
                .copied()
                .filter(|old| pair.old.bodies.contains(old));
            let Some(old_id) = matched else {
                let message = format!("{} added", body_word(scope.kind));
                let change = Change::new(Class::Behavioural, Kind::BranchAdded, name, message);
                self.add(change.with_places(None, Some(self.new.node(scope.node))));
                self.scope_without_match(body);
                continue;
            };
            let old_scope = self.old.scope(old_id);
            if old_scope.kind != scope.kind {
                let message = format!(
                    "{} is now {}, and so is its result",
                    body_word(old_scope.kind),
                    body_word(scope.kind)
                );
                let change = Change::new(Class::Behavioural, Kind::BranchMoved, name, message);
                let places = (self.old.node(old_scope.node), self.new.node(scope.node));
                self.add(change.with_places(Some(places.0), Some(places.1)));
            }
            self.scope(old_id, body);
        }
        let kept: Vec<ScopeId> = pair
            .new
            .bodies
            .iter()
            .filter_map(|b| self.matches.scopes.get(b))
            .copied()
            .collect();
        for &body in pair.old.bodies.iter().filter(|body| !kept.contains(body)) {
            let scope = self.old.scope(body);
            let message = format!("{} removed", body_word(scope.kind));
            let change = Change::new(Class::Behavioural, Kind::BranchRemoved, name, message);
            self.add(change.with_places(Some(self.old.node(scope.node)), None));
            for &inner in &scope.states {
                if !self.matches.to_new.contains_key(&inner) {
                    self.removed(inner);
                }
            }
        }
    }

    /// A node of the old machine.
    pub(super) fn old_node(&self, id: NodeId) -> NodeRef<'a> {
        self.old.node(id)
    }

    /// A node of the new machine.
    pub(super) fn new_node(&self, id: NodeId) -> NodeRef<'a> {
        self.new.node(id)
    }
}

/// Whether two states' objects are equal but for their comments.
fn same_but_comments(old: NodeRef<'_>, new: NodeRef<'_>) -> bool {
    fn members(node: NodeRef<'_>) -> impl Iterator<Item = &crate::source::Member> {
        node.members().iter().filter(|m| &*m.key != "Comment")
    }
    members(old).count() == members(new).count()
        && members(old).all(|member| {
            new.get(&member.key)
                .is_some_and(|value| identical(old.document().node(member.value), value))
        })
}

/// The names of members at either side, in the order of the text, without some.
pub(super) fn names<'a>(old: NodeRef<'a>, new: NodeRef<'a>, without: &[&str]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for member in old.members().iter().chain(new.members()) {
        if !without.contains(&&*member.key) && !names.contains(&&*member.key) {
            names.push(&member.key);
        }
    }
    names
}

fn place(machine: &StateMachine, state: &State) -> Place {
    Place {
        location: machine.node(state.node).location(),
        span: state.name_span,
    }
}

fn type_word(state: &State) -> &'static str {
    state.state_type.map_or("untyped", StateType::name)
}

fn body_word(kind: ScopeKind) -> String {
    match kind {
        ScopeKind::TopLevel => "the top level".to_owned(),
        // Counted as AWS counts: Branches[0].
        ScopeKind::Branch(i) => format!("Branches[{i}]"),
        ScopeKind::Processor => "the processor".to_owned(),
    }
}

fn scope_words(scope: &Scope) -> String {
    match scope.kind {
        ScopeKind::TopLevel => "starts at".to_owned(),
        kind => format!("{} starts at", body_word(kind)),
    }
}

/// `65 % sure`
fn sure(certainty: f64) -> String {
    format!("{:.0} % sure", certainty * 100.0)
}

/// Where a state stands: `the top level`, `Branches[0] of 'P'`.
fn home(machine: &StateMachine, state: &State) -> String {
    let scope = machine.scope(state.scope);
    match scope.owner {
        Some(owner) => format!("{} of '{}'", body_word(scope.kind), machine.state(owner).name),
        None => body_word(scope.kind),
    }
}

/// ` in Branches[0] of 'P'`; nothing at the top level.
fn inside(machine: &StateMachine, state: &State) -> String {
    match machine.scope(state.scope).owner {
        Some(_) => format!(" in {}", home(machine, state)),
        None => String::new(),
    }
}
