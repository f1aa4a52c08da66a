//! Mocked errors that the service does not raise: what is tested with them is not what will happen.

use crate::asl::{StateMachine, StateType};
use crate::cli::output::Context;
use crate::mocks::{Mocks, Outcome};
use crate::services::{Never, never_raises};

/// Warns of each.
pub(super) fn warn(machine: &StateMachine, mocks: &Mocks, context: &Context) {
    for state in machine
        .states()
        .iter()
        .filter(|state| state.state_type == Some(StateType::Task))
    {
        let resource = state.resource();
        for answer in mocks.answers(&state.name) {
            let Outcome::Throw {
                error: Some(error), ..
            } = &answer.outcome
            else {
                continue;
            };
            let why = match never_raises(&resource, error) {
                Some(Never::Misspelt(meant)) => format!("did you mean '{meant}'?"),
                Some(Never::Unprefixed(prefix)) => format!("its errors are named {prefix}.*"),
                Some(Never::Foreign(owner)) => format!("{owner}.* are errors of another service"),
                None => continue,
            };
            let what = resource.describe().unwrap_or_default();
            let name = &state.name;
            context.say(&format!(
                "warning: the mock of '{name}' throws '{error}', which {what} does not: {why}"
            ));
        }
    }
}
