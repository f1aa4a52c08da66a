//! What was taken of definitions, rendered.

mod json;
mod lcov;
mod text;

pub use json::{json, write};
pub use lcov::lcov;
pub use text::text;
pub(super) use text::{missed, parts, words};

use crate::asl::TransitionKind;
use crate::asl::{StateId, StateMachine};
use crate::coverage::{Kind, Point};

/// The state that a transition leads to, by its name.
fn target(machine: &StateMachine, state: StateId, kind: TransitionKind) -> Option<&str> {
    let mut transitions = machine.state(state).transitions();
    let transition = transitions.find(|transition| transition.kind == kind)?;
    Some(&transition.target.name)
}

/// The line of a point in the definition's file.
pub(super) fn line(machine: &StateMachine, point: &Point) -> usize {
    machine.document().file().line(point.span.start as usize)
}

/// The errors that a retrier or catcher is for.
fn errors(machine: &StateMachine, point: &Point) -> Option<String> {
    let state = machine.state(point.state);
    let errors = match point.kind {
        Kind::Retrier(number) => &state.retriers.get(number)?.errors,
        Kind::Transition(TransitionKind::Catch(number)) => &state.catchers.get(number)?.errors,
        _ => return None,
    };
    let names: Vec<&str> = errors.iter().map(|error| &*error.name).collect();
    Some(names.join(", "))
}
