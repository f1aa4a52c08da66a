//! What AWS accepts and users regret: one file a rule in `rules/`, and the registry that lists them.
//!
//! A rule is a [`Rule`] constant and the documentation at the head of its file, under fixed headings. `explain` shows that text and `docs/rules.md` is generated from it. A new rule is a
//! new file, its name in the list of `rules/mod.rs`, and its fixtures in `fixtures/rules/<rule>/`.

mod baseline;
mod context;
mod data_flow;
pub mod documentation;
mod edits;
mod errors;
mod rule;
mod rules;
mod selection;
mod settings;
mod shadowed;
mod suppression;
mod templates;
mod unread;

pub use baseline::Baseline;
pub use context::{Context, Subject};
pub use data_flow::{Cause, Missing};
pub use rule::{Confidence, Group, Rule, RuleOption};
pub use rules::{all, find, nearest};
pub use selection::{Selection, UnknownRule};
pub use settings::Settings;

use crate::asl::StateMachine;
use crate::diagnostics::Finding;
use crate::graph::ControlFlow;

/// Runs the rules over a machine; findings come in the order of the text.
pub fn check(machine: &StateMachine, settings: &Settings) -> Vec<Finding> {
    check_with(machine, &ControlFlow::new(machine), settings)
}

/// [`check`] with the machine's control flow at hand.
pub fn check_with(machine: &StateMachine, flow: &ControlFlow, settings: &Settings) -> Vec<Finding> {
    let subject = Subject::new(machine, flow, settings);
    let mut findings = Vec::new();
    for rule in all().filter(|rule| settings.selection.contains(rule)) {
        let from = findings.len();
        (rule.check)(&Context::new(&subject, rule), &mut findings);
        if let Some(severity) = settings.severities.get(rule.name) {
            findings[from..]
                .iter_mut()
                .for_each(|finding| finding.severity = *severity);
        }
    }
    suppression::apply(&subject, settings, &mut findings);
    findings.sort_by(|a, b| (a.span, &a.code).cmp(&(b.span, &b.code)));
    findings
}
