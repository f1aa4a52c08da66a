//! What AWS accepts and users regret: one file a rule in `rules/`, and the registry that lists them.
//!
//! A rule is a [`Rule`] constant and the documentation at the head of its file, under the headings of
//! [`documentation::HEADINGS`]. `explain` shows that text and `docs/rules.md` is generated from it. A new rule is a
//! new file, its name in the list of `rules/mod.rs`, and its fixtures in `fixtures/rules/<rule>/`.

mod context;
pub mod documentation;
mod edits;
mod errors;
mod rule;
mod rules;
mod selection;

pub use context::{Context, Shared};
pub use rule::{Confidence, Group, Rule};
pub use rules::{all, find, nearest};
pub use selection::{Selection, UnknownRule};

use crate::asl::StateMachine;
use crate::diagnostics::Finding;

/// Runs the selected rules over a machine; findings come in the order of the text.
pub fn check(machine: &StateMachine, selection: &Selection) -> Vec<Finding> {
    let shared = Shared::new(machine);
    let mut findings = Vec::new();
    for rule in all().filter(|rule| selection.contains(rule)) {
        let context = Context::new(&shared, rule);
        (rule.check)(&context, &mut findings);
    }
    findings.sort_by(|a, b| (a.span, &a.code).cmp(&(b.span, &b.code)));
    findings
}
