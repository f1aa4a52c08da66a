//! What AWS accepts and users regret: one file a rule in `rules/`, and the registry that lists them.
//!
//! A rule is a [`Rule`] constant and the documentation at the head of its file, under fixed headings. `explain` shows that text and `docs/rules.md` is generated from it. A new rule is a
//! new file, its name in the list of `rules/mod.rs`, and its fixtures in `fixtures/rules/<rule>/`.

#[cfg(feature = "cli")]
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

#[cfg(feature = "cli")]
pub use baseline::{Baseline, BaselineError};
pub use context::{Context, Subject};
pub use data_flow::{
    Cause, Given, Looks, Missing, NeverAnswered, given, members as known_members, never_answered,
    what_there_is,
};
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
    find_all(&Subject::new(machine, flow, settings), settings)
}

/// So many bytes a definition may have for rules that are off to be tried on it: rules are not much dearer than what
/// starting the tool costs then.
const SMALL: usize = 200_000;

/// The same, and how many findings the rules that are off by default would add; nothing is said of large definitions,
/// where trying them takes time.
pub fn check_beyond(
    machine: &StateMachine,
    flow: &ControlFlow,
    settings: &Settings,
) -> (Vec<Finding>, Vec<(&'static Rule, usize)>) {
    let subject = Subject::new(machine, flow, settings);
    let findings = find_all(&subject, settings);
    if machine.document().file().text().len() > SMALL {
        return (findings, Vec::new());
    }
    let off = settings.selection.off();
    let mut more = Vec::new();
    for rule in off {
        (rule.check)(&Context::new(&subject, rule), &mut more);
    }
    suppression::hide(&subject, &mut more);
    let count = |rule: &'static Rule| more.iter().filter(|finding| finding.code == rule.name).count();
    let counts = off
        .iter()
        .map(|rule| (*rule, count(rule)))
        .filter(|(_, count)| *count > 0);
    (findings, counts.collect())
}

fn find_all<'m>(subject: &'m Subject<'m>, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in all().filter(|rule| settings.selection.contains(rule)) {
        let from = findings.len();
        (rule.check)(&Context::new(subject, rule), &mut findings);
        if let Some(severity) = settings.severities.get(rule.name) {
            findings[from..]
                .iter_mut()
                .for_each(|finding| finding.severity = *severity);
        }
    }
    suppression::apply(subject, settings, &mut findings);
    findings.sort_by(|a, b| (a.span, &a.code).cmp(&(b.span, &b.code)));
    findings
}
