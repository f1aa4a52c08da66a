//! # What it does
//! Finds Map states that say what is done with each item in `Iterator`, the old name of `ItemProcessor`.
//!
//! # Why
//! AWS still accepts `Iterator` and advises against it: a ProcessorConfig, and with it a Distributed Map, cannot be
//! written there.
//!
//! # Example
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "Iterator": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}}}}
//! ```
//!
//! # Use instead
//! ```json
//! {"StartAt": "Each", "States": {
//!   "Each": {"Type": "Map", "End": true,
//!     "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}}}}
//! ```
//!
//! # Source
//! [Using Map state in Inline mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html):
//! deprecated fields.

use crate::asl::StateType;
use crate::diagnostics::{Applicability, Finding, Severity};
use crate::lint::{Confidence, Context, Group, Rule, edits};

pub(super) static RULE: Rule = Rule {
    name: "map-iterator",
    summary: "A Map with Iterator, the old name of ItemProcessor",
    severity: Severity::Info,
    confidence: Confidence::High,
    group: Group::Practice,
    default: true,
    options: &[],
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Finding>) {
    for state in cx.live_states().filter(|state| state.state_type == Some(StateType::Map)) {
        let object = cx.machine.node(state.node);
        let fields = cx.fields(state);
        let older = fields.iterator().filter(|_| fields.item_processor().is_none());
        let Some(member) = older.and_then(|iterator| iterator.as_member()) else {
            continue;
        };
        let finding = cx
            .at_span(member.key_span, format!("'{}' has an Iterator, which AWS advises against", state.name))
            .with_location(object.location())
            .with_label("deprecated")
            .with_help("call it ItemProcessor");
        let edit = edits::one(edits::rename_key(object, member, "ItemProcessor"));
        out.push(edits::offer(finding, "Call it ItemProcessor", Applicability::Safe, edit));
    }
}
