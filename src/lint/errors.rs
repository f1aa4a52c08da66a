//! What error names in `ErrorEquals` stand for, as far as rules ask.

use super::{Context, edits};
use crate::asl::State;
use crate::diagnostics::Edit;
use crate::source::NodeRef;

/// Takes an error name out of its retrier or catcher, and what holds nothing else with it.
pub(super) fn remove_name(cx: &Context<'_>, state: &State, name: NodeRef<'_>) -> Option<Vec<Edit>> {
    let entry = name.parent()?.parent()?;
    let list = entry.parent()?;
    if name.parent()?.items().len() < 2 && cx.is_only_way(state, entry) {
        return None;
    }
    let state = cx.machine.node(state.node);
    edits::one(match (name.parent()?.items().len(), list.items().len()) {
        (0 | 1, 0 | 1) => edits::remove_member(state, list.key()?),
        (0 | 1, _) => edits::remove_item(entry),
        _ => edits::remove_item(name),
    })
}
