//! Names of states: unique in the whole machine, and not too long.

use rustc_hash::FxHashMap;

use super::report::Phase;
use super::{Context, messages};
use crate::asl::StateId;
use crate::diagnostics::Finding;
use crate::source::placeholder;

/// Characters of a state's name at most [Step Functions service quotas].
pub const LONGEST: usize = 80;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    let mut first: FxHashMap<&str, StateId> = FxHashMap::default();
    for state in machine.states() {
        let node = machine.node(state.node);
        if state.name.chars().count() > LONGEST && !placeholder::is_in(&state.name) {
            let finding = Finding::error(
                "INVALID_STATE_NAME",
                messages::long_state(&state.name),
                state.name_span,
            )
            .with_location(node.location())
            .with_label(format!("{} characters", state.name.chars().count()));
            context.report.add(Phase::Name, finding);
        }
        let Some(&earlier) = first.get(&*state.name) else {
            first.insert(&state.name, state.id);
            continue;
        };
        let earlier = machine.state(earlier);
        // Two keys of one object are a matter of the text, and reported there.
        if earlier.scope == state.scope {
            continue;
        }
        let finding = Finding::error(
            "DUPLICATE_STATE_NAME",
            messages::duplicate_state(&state.name),
            state.name_span,
        )
        .with_location(node.location())
        .with_label("the same name again")
        .with_related(earlier.name_span, "the first state of this name")
        .with_help("names are unique in the whole state machine, branches and processors included");
        context.report.add(Phase::Name, finding);
    }
}
