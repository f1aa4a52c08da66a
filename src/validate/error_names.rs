//! The error names of retriers and catchers.

use super::report::Phase;
use super::{Context, SCHEMA, messages};
use crate::asl::ErrorName;
use crate::asl::error_names::ALL;
use crate::diagnostics::Finding;

pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    for state in machine.states() {
        let retry: Vec<&[ErrorName]> = state.retriers.iter().map(|r| r.errors.as_slice()).collect();
        let catch: Vec<&[ErrorName]> = state.catchers.iter().map(|c| c.errors.as_slice()).collect();
        for list in [retry, catch] {
            all_alone_and_last(context, &list);
        }
    }
}

/// `States.ALL` stands alone in its list, and that list is the last one.
fn all_alone_and_last(context: &mut Context<'_>, list: &[&[ErrorName]]) {
    for (i, errors) in list.iter().enumerate() {
        let Some(all) = errors.iter().find(|error| &*error.name == ALL) else {
            continue;
        };
        let last = i + 1 == list.len();
        if last && errors.len() == 1 {
            continue;
        }
        let node = context.machine.node(all.node);
        let (label, help) = if errors.len() > 1 {
            (
                "it stands beside other names",
                "States.ALL covers the other names: give it an entry of its own, the last one",
            )
        } else {
            (
                "entries follow it",
                "no entry after it is ever used: make it the last one",
            )
        };
        let finding = Finding::error(SCHEMA, messages::ALL_ALONE_LAST, node.token_span())
            .with_location(node.location())
            .with_label(label)
            .with_help(help);
        context.report.add(Phase::Schema, finding);
    }
}
