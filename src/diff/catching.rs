//! Names in catchers that make no difference: a catcher before them takes all of it, or one behind them would take it, too, and
//! do the same.

use crate::asl::error_names::{WIDE_NAMES, covers};
use crate::asl::fields::Kind as FieldKind;
use crate::asl::{Catcher, ErrorName, State, StateMachine};
use crate::source::placeholder;
use crate::value::Value;

use super::errors::full;
use super::unknown::MERGED;

/// What a catcher does beside where it leads.
pub(super) const EFFECTS: [&str; 3] = ["ResultPath", "Output", "Assign"];

/// More names than these are each taken to make a difference.
const MOST_NAMES: usize = 200;

/// The names of each catcher of a state that make a difference, each looked at while the others stay.
pub(super) fn effective(machine: &StateMachine, state: &State) -> Vec<Vec<ErrorName>> {
    remaining(machine, state, false)
}

/// The names that make a difference. `together`: what nothing comes to is gone already, so that they are the same for all
/// lists that do the same; else it may come to be reached where another one goes.
fn remaining(machine: &StateMachine, state: &State, together: bool) -> Vec<Vec<ErrorName>> {
    let catchers = &state.catchers;
    let names = catchers.iter().map(|catcher| catcher.errors.len()).sum::<usize>();
    if catchers.len() < 2 || names > MOST_NAMES {
        return catchers.iter().map(|catcher| catcher.errors.clone()).collect();
    }
    let effects: Vec<_> = catchers
        .iter()
        .map(|catcher| effect(machine, state, catcher))
        .collect();
    let any = |names: &[ErrorName], test: fn(&str, &str) -> bool, name: &ErrorName| {
        names.iter().any(|other| test(&other.name, &name.name))
    };
    // Nothing comes to a name that is taken before.
    let mut reached: Vec<Vec<ErrorName>> = Vec::new();
    for catcher in catchers {
        let is_taken = |name: &&ErrorName| reached.iter().any(|before| any(before, covers, name));
        let names = catcher.errors.iter().filter(|name| !is_taken(name));
        reached.push(names.cloned().collect());
    }
    let is_needed = |at: usize, name: &ErrorName| {
        // What else would take it, in order.
        for behind in at + 1..catchers.len() {
            let names = match together {
                true => &reached[behind],
                false => &catchers[behind].errors,
            };
            let does_the_same = effects[at].is_some() && effects[at] == effects[behind];
            if any(names, covers, name) {
                return !does_the_same;
            }
            if !does_the_same && any(names, may_meet, name) {
                return true;
            }
        }
        true
    };
    (reached.iter().enumerate())
        .map(|(at, names)| {
            let needed = names.iter().filter(|name| is_needed(at, name));
            needed.cloned().collect()
        })
        .collect()
}

/// A state's list of catchers, less the names that make no difference.
pub(super) fn needed(machine: &StateMachine, state: &State, list: &[Value]) -> Value {
    let effective = remaining(machine, state, true);
    let catchers = list.iter().enumerate().filter_map(|(at, catcher)| {
        let (Some(known), Some(names)) = (state.catchers.get(at), effective.get(at)) else {
            return Some(catcher.clone());
        };
        let (Some(fields), true) = (catcher.as_object(), names.len() < known.errors.len()) else {
            return Some(catcher.clone());
        };
        let is_needed = |name: &&Value| names.iter().any(|needed| name.as_str() == Some(&*needed.name));
        let fields = fields.iter().map(|(key, value)| {
            let value = match (&**key, value.as_array()) {
                ("ErrorEquals", Some(written)) => Value::array(written.iter().filter(is_needed).cloned()),
                _ => value.clone(),
            };
            (key.clone(), value)
        });
        (!names.is_empty()).then(|| Value::object(fields.collect()))
    });
    Value::array(catchers)
}

/// Where a catcher leads and what it hands on; `None` where that is not all known.
fn effect(machine: &StateMachine, state: &State, catcher: &Catcher) -> Option<(String, Vec<Option<Value>>)> {
    let object = machine.node(catcher.node);
    let next = catcher.next.as_ref()?;
    let is_open = object.is_open() || MERGED.iter().any(|key| object.get(key).is_some());
    let fields = EFFECTS.map(|field| full(object, FieldKind::Catcher, field, state.query_language));
    (!is_open).then(|| (next.name.to_string(), fields.to_vec()))
}

/// Whether an error may be one of both names: one of them stands for errors of many names, or is known only when it is
/// deployed.
fn may_meet(a: &str, b: &str) -> bool {
    let is_wide = |name: &str| WIDE_NAMES.contains(&name) || placeholder::is_in(name);
    a == b || is_wide(a) || is_wide(b)
}
