//! Which state of the old machine is which of the new.
//!
//! By name; then, of what is left over, by shape and neighbourhood. Only a match that no other rivals is taken: two
//! states that could both be the one that is gone are both new.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::arrange::Arrange as _;
use crate::asl::{ScopeId, State, StateId, StateMachine};

use super::shape::{Links, Shape, share};

/// How two states were found to be one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum How {
    /// Same name, same scope.
    Name,
    /// Same name, another scope.
    Moved,
    /// Another name; how much of what they do is equal, from 0 to 1.
    Renamed(f64),
    /// Another name and another scope.
    MovedAndRenamed(f64),
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

impl Matches {
    pub(super) fn pair(&mut self, old: StateId, new: StateId, how: How) {
        self.to_new.insert(old, Match { state: new, how });
        self.to_old.insert(new, Match { state: old, how });
    }

    /// What was found elsewhere before it was known that elsewhere is the same place, of a state that is called otherwise:
    /// that has not moved.
    fn stay_where_they_are(&mut self, old: &StateMachine, new: &StateMachine) {
        for (id, found) in &mut self.to_old {
            let scopes = (new.state(*id).scope, old.state(found.state).scope);
            if self.scopes.get(&scopes.0) != Some(&scopes.1) {
                continue;
            }
            found.how = match found.how {
                How::Moved => How::Name,
                How::MovedAndRenamed(likeness) => How::Renamed(likeness),
                how => how,
            };
            if let Some(other) = self.to_new.get_mut(&found.state) {
                other.how = found.how;
            }
        }
    }
}

/// Two states are taken for one under two names from this likeness on.
pub(super) const ALIKE: f64 = 0.6;
/// By how much a match must be better than any other of the same state.
const MARGIN: f64 = 0.1;
/// How many states that have a field in common are compared with one another; a field that more have tells nothing.
const COMMON: usize = 16;
/// How often what is left over is looked at again with the neighbours found meanwhile.
const ROUNDS: usize = 4;

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
        if done == matcher.pairs.len() {
            matcher.moved_and_renamed();
            matcher.by_name();
        }
    }
    matcher.found.stay_where_they_are(old, new);
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
        self.found.pair(old, new, how);
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

    /// States left over in two scopes that belong together.
    fn renamed(&mut self, old_scope: ScopeId, new_scope: ScopeId) {
        let olds = shapes(self.old, old_scope, |id| self.found.to_new.contains_key(&id));
        let news = shapes(self.new, new_scope, |id| self.found.to_old.contains_key(&id));
        if olds.is_empty() || news.is_empty() {
            return;
        }
        let mut left = LeftOver {
            old_links: Links::of(self.old, old_scope),
            new_links: Links::of(self.new, new_scope),
            old_of: olds.iter().enumerate().map(|(i, s)| (s.state, i)).collect(),
            new_of: news.iter().enumerate().map(|(i, s)| (s.state, i)).collect(),
            olds,
            news,
            open: VecDeque::new(),
        };
        for (i, j) in only_equals(&left.olds, &left.news) {
            self.take(&mut left, i, j);
        }
        self.follow_all(&mut left, new_scope);
        for _ in 0..ROUNDS {
            if !self.most_alike(&mut left) {
                break;
            }
            self.follow_all(&mut left, new_scope);
        }
    }

    fn take(&mut self, left: &mut LeftOver, i: usize, j: usize) {
        let (old, new) = (left.olds[i].state, left.news[j].state);
        let likeness = self.likeness(left, i, j);
        self.pair(old, new, How::Renamed(likeness));
        left.open.push_back((old, new));
    }

    /// Follows the transitions of matched states: what is much alike and is entered from the same state in the same way is
    /// the same state.
    fn follow_all(&mut self, left: &mut LeftOver, new_scope: ScopeId) {
        if let (Some(a), Some(b)) = (left.old_links.start, left.new_links.start) {
            self.follow(left, a, b);
        }
        for &new in &self.new.scope(new_scope).states {
            if let Some(found) = self.found.to_old.get(&new) {
                left.open.push_back((found.state, new));
            }
        }
        while let Some((old, new)) = left.open.pop_front() {
            let (Some(before), Some(after)) = (left.old_links.out.get(&old), left.new_links.out.get(&new))
            else {
                continue;
            };
            let steps: Vec<(StateId, StateId)> = before
                .iter()
                .filter_map(|(slot, a)| {
                    // Of two ways that are called the same nobody can say which is which.
                    let mut same = after.iter().filter(|(other, _)| other == slot);
                    let (_, b) = same.next()?;
                    let single = |of: &[(_, _)]| of.iter().filter(|(other, _)| other == slot).count() == 1;
                    (single(before) && single(after)).then_some((*a, *b))
                })
                .collect();
            for (a, b) in steps {
                self.follow(left, a, b);
            }
        }
    }

    fn follow(&mut self, left: &mut LeftOver, a: StateId, b: StateId) {
        if let (Some(&i), Some(&j)) = (left.old_of.get(&a), left.new_of.get(&b))
            && self.is_free(a, b)
            && self.likeness(left, i, j) >= ALIKE
        {
            self.take(left, i, j);
        }
    }

    /// Takes those that are much alike, each when nothing else is nearly as much; gives whether there was one.
    fn most_alike(&mut self, left: &mut LeftOver) -> bool {
        let mut candidates: Vec<(f64, usize, usize)> = left
            .candidates(|old, new| self.is_free(old, new), &self.found)
            .into_iter()
            .map(|(i, j)| (self.likeness(left, i, j), i, j))
            .filter(|(likeness, ..)| *likeness >= ALIKE - MARGIN)
            .collect();
        candidates.arrange_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        // The second best of each.
        let mut by_old: FxHashMap<usize, Vec<f64>> = FxHashMap::default();
        let mut by_new: FxHashMap<usize, Vec<f64>> = FxHashMap::default();
        for &(likeness, i, j) in &candidates {
            by_old.entry(i).or_default().push(likeness);
            by_new.entry(j).or_default().push(likeness);
        }
        let best = |all: Option<&Vec<f64>>, likeness: f64| {
            all.is_some_and(|all| {
                let first = all.first().is_some_and(|first| *first <= likeness);
                first && all.get(1).is_none_or(|second| likeness - second >= MARGIN)
            })
        };
        let mut taken = false;
        for (likeness, i, j) in candidates {
            if likeness >= ALIKE && best(by_old.get(&i), likeness) && best(by_new.get(&j), likeness) {
                self.take(left, i, j);
                taken = true;
            }
        }
        taken
    }

    fn likeness(&self, left: &LeftOver, i: usize, j: usize) -> f64 {
        let (old, new) = (&left.olds[i], &left.news[j]);
        let before = left.old_links.around(self.old, old.state, |id| {
            self.found.to_new.get(&id).map(|found| found.state)
        });
        let matched = |id: StateId| self.found.to_old.contains_key(&id);
        let after = left.new_links.around(self.new, new.state, Some);
        // Neighbours whose match is not known yet say nothing for or against.
        let known = after.iter().filter(|(_, id)| id.is_none_or(matched)).count();
        let common = before.intersection(&after).count();
        old.likeness(new, share(common, before.len(), known))
    }

    /// Of all that is left over in whatever scope: what says the same as one other state only.
    fn moved_and_renamed(&mut self) {
        let olds: Vec<Shape> = (self.old.states().iter())
            .filter(|state| !self.found.to_new.contains_key(&state.id))
            .map(|state| Shape::of(self.old, state.id))
            .collect();
        let news: Vec<Shape> = (self.new.states().iter())
            .filter(|state| !self.found.to_old.contains_key(&state.id))
            .map(|state| Shape::of(self.new, state.id))
            .collect();
        for (i, j) in only_equals(&olds, &news) {
            // Nothing is known of their neighbours.
            let how = How::MovedAndRenamed(olds[i].likeness(&news[j], Some(0.5)));
            self.pair(olds[i].state, news[j].state, how);
        }
    }
}

/// The states of a scope that are not matched.
fn shapes(machine: &StateMachine, scope: ScopeId, matched: impl Fn(StateId) -> bool) -> Vec<Shape> {
    let states = &machine.scope(scope).states;
    states
        .iter()
        .filter(|id| !matched(**id))
        .map(|id| Shape::of(machine, *id))
        .collect()
}

/// The pairs that say the same, and that no other state says.
fn only_equals(olds: &[Shape], news: &[Shape]) -> Vec<(usize, usize)> {
    let mut said: FxHashMap<_, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
    for (i, old) in olds.iter().enumerate().filter(|(_, shape)| !shape.is_plain()) {
        said.entry(old.key()).or_default().0.push(i);
    }
    for (j, new) in news.iter().enumerate().filter(|(_, shape)| !shape.is_plain()) {
        said.entry(new.key()).or_default().1.push(j);
    }
    let mut pairs: Vec<(usize, usize)> = said
        .into_values()
        .filter_map(|(olds, news)| match (&*olds, &*news) {
            ([i], [j]) => Some((*i, *j)),
            _ => None,
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// What two scopes have left over when names are matched.
struct LeftOver {
    olds: Vec<Shape>,
    news: Vec<Shape>,
    old_of: FxHashMap<StateId, usize>,
    new_of: FxHashMap<StateId, usize>,
    old_links: Links,
    new_links: Links,
    /// Matched states whose transitions are to be followed.
    open: VecDeque<(StateId, StateId)>,
}

impl LeftOver {
    /// The pairs worth a closer look: those with a field or a neighbour in common that few have.
    fn candidates(&self, is_free: impl Fn(StateId, StateId) -> bool, found: &Matches) -> Vec<(usize, usize)> {
        let mut with: FxHashMap<Feature<'_>, Vec<usize>> = FxHashMap::default();
        for (j, new) in self.news.iter().enumerate() {
            if !found.to_old.contains_key(&new.state) {
                for feature in features(new, &self.new_links, Some) {
                    with.entry(feature).or_default().push(j);
                }
            }
        }
        let mut pairs = Vec::new();
        for (i, old) in self.olds.iter().enumerate() {
            if found.to_new.contains_key(&old.state) {
                continue;
            }
            let mut seen: FxHashSet<usize> = FxHashSet::default();
            let to_new = |id| found.to_new.get(&id).map(|found| found.state);
            for feature in features(old, &self.old_links, to_new) {
                let sharing = with.get(&feature).filter(|all| all.len() <= COMMON);
                seen.extend(sharing.into_iter().flatten());
            }
            let mut seen: Vec<usize> = seen.into_iter().collect();
            seen.sort_unstable();
            let free = seen
                .into_iter()
                .filter(|&j| is_free(old.state, self.news[j].state));
            pairs.extend(free.map(|j| (i, j)));
        }
        pairs
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Feature<'s> {
    Field(&'s (String, String)),
    Inside(&'s str),
    LeadsTo(StateId),
    ComesFrom(StateId),
    Start,
}

fn features<'s>(
    shape: &'s Shape,
    links: &Links,
    name: impl Fn(StateId) -> Option<StateId>,
) -> Vec<Feature<'s>> {
    let mut found: Vec<Feature<'s>> = shape.fields.iter().map(Feature::Field).collect();
    found.extend(shape.inside().map(Feature::Inside));
    for (_, to) in links.out.get(&shape.state).into_iter().flatten() {
        found.extend(name(*to).map(Feature::LeadsTo));
    }
    for &from in links.into.get(&shape.state).into_iter().flatten() {
        found.extend(name(from).map(Feature::ComesFrom));
    }
    if links.start == Some(shape.state) {
        found.push(Feature::Start);
    }
    found
}
