//! Variables under other names: one change, and not one wherever they are named.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::change::{Change, Class, Kind, Place};
use crate::asl::StateMachine;
use crate::references::{Assigned, References};
use crate::source::NodeId;
use crate::value::Value;

/// So many pairs of names are tried: each is a comparison of two machines.
const MOST_TRIED: usize = 24;

/// The changes between two machines, where `compare` gives all that it sees: of a variable that was renamed wherever it is
/// named there is one. A name is taken for another where it is gone, the other is new, and less is changed with it renamed.
pub(super) fn with_renames(
    old: &StateMachine,
    new: &StateMachine,
    compare: impl Fn(&StateMachine, &StateMachine) -> Vec<Change>,
) -> Vec<Change> {
    let mut changes = compare(old, new);
    let (before, after) = (names(old), names(new));
    let gone: Vec<&Arc<str>> = before.assigned.difference(&after.all).collect();
    let mut come: Vec<&Arc<str>> = after.assigned.difference(&before.all).collect();
    let mut renamed: Option<StateMachine> = None;
    let mut found = Vec::new();
    let mut tried = 0;
    for name in gone {
        let mut best: Option<(usize, StateMachine, Vec<Change>)> = None;
        for (place, other) in come.iter().enumerate() {
            tried += 1;
            if tried > MOST_TRIED {
                break;
            }
            let Some(machine) = under_name(renamed.as_ref().unwrap_or(old), name, other) else {
                continue;
            };
            let left = compare(&machine, new);
            let least = best
                .as_ref()
                .map_or(changes.len().saturating_sub(1), |(_, _, least)| least.len());
            if left.len() < least {
                best = Some((place, machine, left));
            }
        }
        if let Some((place, machine, left)) = best {
            let other = come.remove(place);
            found.push(change(old, new, name, other));
            renamed = Some(machine);
            changes = left;
        }
    }
    found.extend(changes);
    found
}

struct Names {
    assigned: BTreeSet<Arc<str>>,
    /// Those that are read, too.
    all: BTreeSet<Arc<str>>,
}

fn names(machine: &StateMachine) -> Names {
    let references = References::of(machine);
    let states = || machine.states().iter().map(|state| references.state(state.id));
    let assigned: BTreeSet<Arc<str>> = states()
        .flat_map(|state| state.assigned.iter().map(|assigned| assigned.name.clone()))
        .collect();
    let read = states().flat_map(|state| state.variables());
    let all = assigned.iter().cloned().chain(read).collect();
    Names { assigned, all }
}

/// The machine with another name for a variable, everything at its old place; `None` where a text names it in another way
/// than `$name`.
fn under_name(machine: &StateMachine, name: &str, other: &str) -> Option<StateMachine> {
    let references = References::of(machine);
    let document = machine.document();
    let mut keys: FxHashMap<NodeId, Arc<str>> = FxHashMap::default();
    let mut strings: FxHashMap<NodeId, Arc<str>> = FxHashMap::default();
    for state in machine.states() {
        let of_state = references.state(state.id);
        for assigned in of_state
            .assigned
            .iter()
            .filter(|assigned| *assigned.name == *name)
        {
            let key = &document.node(assigned.node).as_member()?.key;
            let rest = key.strip_prefix(name)?;
            keys.insert(assigned.node, Arc::from(format!("{other}{rest}")));
        }
        for text in &of_state.texts {
            let reads = text.variables().iter().filter(|read| *read.name == *name);
            let written = document.node(text.node).as_str()?;
            let mut renamed = String::new();
            let mut passed = 0;
            for read in reads {
                let start = read.range.start;
                let rest = written.get(start..)?.strip_prefix('$')?.strip_prefix(name)?;
                renamed.push_str(written.get(passed..start)?);
                renamed.push('$');
                renamed.push_str(other);
                passed = written.len() - rest.len();
            }
            if passed > 0 {
                renamed.push_str(&written[passed..]);
                strings.insert(text.node, Arc::from(renamed));
            }
        }
    }
    Some(StateMachine::read(Arc::new(document.with_texts(&strings, &keys))))
}

fn change(old: &StateMachine, new: &StateMachine, name: &Arc<str>, other: &Arc<str>) -> Change {
    let place = |machine: &StateMachine, name: &str| {
        let references = References::of(machine);
        let mut states = machine.states().iter().map(|state| references.state(state.id));
        let is_it = |assigned: &&Assigned| *assigned.name == *name;
        let first = states.find_map(|state| state.assigned.iter().find(is_it))?;
        let node = machine.node(first.node);
        Some(Place {
            location: node.location(),
            span: node.key_span(),
        })
    };
    let message = format!("variable {name} renamed to {other}");
    let mut change = Change::new(Class::Behavioural, Kind::VariableRenamed, None, message);
    change.old = place(old, name);
    change.new = place(new, other);
    change.old_value = Some(Value::String(name.clone()));
    change.new_value = Some(Value::String(other.clone()));
    change
}
