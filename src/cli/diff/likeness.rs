//! Which definitions are the same under another name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pair::read;
use super::sides::Side;
use crate::diff;
use crate::source::ParseOptions;

/// `flows/order.asl` of `flows/order.asl.yaml`, with the resource where one is named.
pub(super) fn stem(path: &str) -> (&str, &str) {
    let (file, resource) = path.split_once('#').unwrap_or((path, ""));
    (file.rsplit_once('.').map_or(file, |(stem, _)| stem), resource)
}

/// More definitions than these are not compared each with each.
const MOST_RENAMED: usize = 200;

/// What a definition is known by.
struct Likeness {
    text: String,
    states: BTreeSet<Arc<str>>,
}

impl Likeness {
    fn of(side: &Side, options: &ParseOptions) -> Option<Likeness> {
        let definition = read(side, side.read().ok()??, options).ok()?;
        let machine = definition.compared()?;
        Some(Likeness {
            text: diff::canonical_text(machine),
            states: machine.states().iter().map(|state| state.name.clone()).collect(),
        })
    }

    /// How alike two are, in percent: by the names of their states, unless they mean the same.
    fn to(&self, other: &Likeness) -> usize {
        if self.text == other.text {
            return 101;
        }
        let shared = self.states.intersection(&other.states).count();
        match shared {
            // One name says nothing: many have a state called Done.
            0 | 1 => 0,
            shared => 100 * shared / self.states.union(&other.states).count(),
        }
    }
}

/// The old and new paths of definitions that are under another name: the most alike first, at least half of whose states
/// have the same names.
pub(super) fn renamed(
    before: &BTreeMap<String, Side>,
    after: &BTreeMap<String, Side>,
    options: &ParseOptions,
) -> Vec<(String, String)> {
    if before.is_empty() || after.is_empty() || before.len() > MOST_RENAMED || after.len() > MOST_RENAMED {
        return Vec::new();
    }
    let all = |sides: &BTreeMap<String, Side>| -> Vec<(String, Likeness)> {
        let known = sides.iter();
        known
            .filter_map(|(path, side)| Some((path.clone(), Likeness::of(side, options)?)))
            .collect()
    };
    let (before, after) = (all(before), all(after));
    let mut found = Vec::new();
    for (old, was) in &before {
        for (new, is) in &after {
            let alike = was.to(is);
            if alike >= 50 {
                found.push((std::cmp::Reverse(alike), old.clone(), new.clone()));
            }
        }
    }
    found.sort();
    let mut taken = BTreeSet::new();
    found.retain(|(_, old, new)| {
        let is_free = !taken.contains(&(true, old.clone())) && !taken.contains(&(false, new.clone()));
        if is_free {
            taken.insert((true, old.clone()));
            taken.insert((false, new.clone()));
        }
        is_free
    });
    found.into_iter().map(|(_, old, new)| (old, new)).collect()
}
