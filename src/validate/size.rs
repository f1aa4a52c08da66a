//! How long a definition may be.

use super::Context;
use super::report::Phase;
use crate::diagnostics::Finding;

/// Characters of a definition at most [API CreateStateMachine: definition].
const LONGEST: usize = 1_048_576;

pub(super) fn check(context: &mut Context<'_>) {
    let text = context.machine.document().text();
    // A character has one byte at least.
    if text.len() <= LONGEST {
        return;
    }
    let length = text.chars().count();
    if length <= LONGEST {
        return;
    }
    let compact = context
        .machine
        .document()
        .root()
        .to_value()
        .to_json()
        .chars()
        .count();
    let help = if compact <= LONGEST {
        format!("without indentation it has {compact} characters: deploy it minified")
    } else {
        "move parts of it into state machines of their own, and call them with states:startExecution"
            .to_owned()
    };
    // AWS refuses the request itself, in the words of every API for a text that is too long.
    let finding = Finding::error(
        "VALIDATION_EXCEPTION",
        format!("Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to {LONGEST}"),
        context.machine.document().root().token_span(),
    )
    .with_label(format!("the definition has {length} characters"))
    .with_help(help);
    context.report.add(Phase::Schema, finding);
}
