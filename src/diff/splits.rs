//! States that are two now, and two that are one.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::asl::{StateId, StateMachine};
use crate::value::Value;

use super::matching::{ALIKE, How, Matches};
use super::shape::values;

/// A state that has taken over a part of another one's work.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// The state whose work it was, in the other machine.
    pub(super) of: StateId,
    /// How much of what that state no longer does is done here, from 0 to 1.
    pub(super) certainty: f64,
}

/// How many rows of states that lead to one state are looked at.
const FEW: usize = 16;

/// States of `new` that do what a state of `old` did, together with the state beside them. A state that is gone for two
/// new ones is matched with the one that does more of its work.
pub(super) fn splits(
    old: &StateMachine,
    new: &StateMachine,
    matches: &mut Matches,
) -> FxHashMap<StateId, Part> {
    let finder = Finder {
        from: old,
        to: new,
        forward: |matches, id| Some(matches.to_new.get(&id)?.state),
        back: |matches, id| Some(matches.to_old.get(&id)?.state),
    };
    for (gone, first, second, certainty) in finder.of_two(matches) {
        let share = |id| {
            finder
                .leaves(finder.to, id)
                .intersection(&finder.leaves(old, gone))
                .count()
        };
        let kept = if share(second) > share(first) {
            second
        } else {
            first
        };
        if !matches.to_new.contains_key(&gone) && !matches.to_old.contains_key(&kept) {
            matches.pair(gone, kept, How::Renamed(certainty));
        }
    }
    finder.parts(matches)
}

/// States of `old` whose work a state of `new` does beside its own.
pub(super) fn merges(old: &StateMachine, new: &StateMachine, matches: &Matches) -> FxHashMap<StateId, Part> {
    let finder = Finder {
        from: new,
        to: old,
        forward: |matches, id| Some(matches.to_old.get(&id)?.state),
        back: |matches, id| Some(matches.to_new.get(&id)?.state),
    };
    finder.parts(matches)
}

/// Looks for the work of states of `from` in states of `to`.
struct Finder<'m> {
    from: &'m StateMachine,
    to: &'m StateMachine,
    /// The match of a state of `from`, and of one of `to`.
    forward: fn(&Matches, StateId) -> Option<StateId>,
    back: fn(&Matches, StateId) -> Option<StateId>,
}

/// The smallest parts of a state's fields, as `name.member = value`.
type Leaves = BTreeSet<String>;

impl Finder<'_> {
    fn leaves(&self, machine: &StateMachine, id: StateId) -> Leaves {
        let mut found = BTreeSet::new();
        for (name, value) in values(machine, id) {
            // Where the result is put is said by states that have nothing else in common, too.
            if name != "ResultPath" {
                flatten(&name, &value, &mut found);
            }
        }
        found
    }

    /// The state of `to` that `id` goes on to without a condition, in the same scope.
    fn next(&self, machine: &StateMachine, id: StateId) -> Option<StateId> {
        let state = machine.state(id);
        machine.resolve(state.scope, state.next.as_ref()?)
    }

    /// Where an unmatched state stands beside the match of a state that has lost what it says.
    fn parts(&self, matches: &Matches) -> FxHashMap<StateId, Part> {
        let mut found = FxHashMap::default();
        let free = |id: &StateId| (self.back)(matches, *id).is_none();
        let ids: Vec<StateId> = self
            .to
            .states()
            .iter()
            .map(|s| s.id)
            .filter(|id| free(id))
            .collect();
        if ids.is_empty() {
            return found;
        }
        // Who goes on to whom, for the states that matter.
        let mut before: FxHashMap<StateId, Vec<StateId>> = FxHashMap::default();
        for state in self.to.states() {
            if let Some(next) = self.next(self.to, state.id) {
                before.entry(next).or_default().push(state.id);
            }
        }
        for id in ids {
            let own = self.leaves(self.to, id);
            let mut beside: Vec<StateId> = before.get(&id).cloned().unwrap_or_default();
            beside.extend(self.next(self.to, id));
            let best = beside
                .into_iter()
                .filter_map(|neighbour| {
                    let was = (self.back)(matches, neighbour)?;
                    let mut lost = self.leaves(self.from, was);
                    for kept in self.leaves(self.to, neighbour) {
                        lost.remove(&kept);
                    }
                    let taken = lost.intersection(&own).count();
                    (taken > 0 && !lost.is_empty()).then(|| Part {
                        of: was,
                        certainty: taken as f64 / lost.len().max(own.len()) as f64,
                    })
                })
                .filter(|part| part.certainty >= 0.5)
                .max_by(|a, b| a.certainty.total_cmp(&b.certainty));
            found.extend(best.map(|part| (id, part)));
        }
        found
    }

    /// Unmatched states of `from` and the two unmatched states in a row that do together what it did, standing where it
    /// stood: `(gone, first, second, how much of its work they do)`.
    fn of_two(&self, matches: &Matches) -> Vec<(StateId, StateId, StateId, f64)> {
        let rows: Vec<(StateId, StateId)> = (self.to.states().iter())
            .filter(|state| (self.back)(matches, state.id).is_none())
            .filter_map(|state| {
                let second = self.next(self.to, state.id)?;
                let is_free = second != state.id && (self.back)(matches, second).is_none();
                is_free.then_some((state.id, second))
            })
            .collect();
        let mut found = Vec::new();
        if rows.is_empty() {
            return found;
        }
        // By where they lead; `None` is the end.
        let mut leading_to: FxHashMap<Option<StateId>, Vec<(StateId, StateId)>> = FxHashMap::default();
        for row in rows {
            let end = self.to.state(row.1).is_terminal();
            let after = self.next(self.to, row.1);
            if end || after.is_some() {
                leading_to.entry(after).or_default().push(row);
            }
        }
        let gone = self.from.states().iter();
        for gone in gone.filter(|state| (self.forward)(matches, state.id).is_none()) {
            let after = match self.next(self.from, gone.id) {
                Some(next) => match (self.forward)(matches, next) {
                    Some(next) => Some(next),
                    None => continue,
                },
                None if gone.is_terminal() => None,
                None => continue,
            };
            let Some(rows) = leading_to.get(&after).filter(|rows| rows.len() <= FEW) else {
                continue;
            };
            let work = self.leaves(self.from, gone.id);
            let mut candidates = rows.iter().filter_map(|&(first, second)| {
                let (a, b) = (self.leaves(self.to, first), self.leaves(self.to, second));
                let both: Leaves = a.union(&b).cloned().collect();
                let common = both.intersection(&work).count();
                let all = both.union(&work).count();
                let each = a.intersection(&work).next().is_some() && b.intersection(&work).next().is_some();
                let certainty = common as f64 / all.max(1) as f64;
                (each && certainty >= ALIKE).then_some((first, second, certainty))
            });
            // Two such rows: nobody knows which.
            if let (Some((first, second, certainty)), None) = (candidates.next(), candidates.next()) {
                found.push((gone.id, first, second, certainty));
            }
        }
        found
    }
}

fn flatten(path: &str, value: &Value, found: &mut Leaves) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map.iter() {
                flatten(&format!("{path}.{key}"), value, found);
            }
        }
        _ => {
            found.insert(format!("{path} = {}", value.to_json()));
        }
    }
}
