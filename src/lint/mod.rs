//! What AWS accepts and users regret: one file a rule in `rules/`, and the registry that lists them.
//!
//! A rule is a [`Rule`] constant and the documentation at the head of its file, under fixed headings. `explain` shows that text and `docs/rules.md` is generated from it. A new rule is a
//! new file, its name in the list of `rules/mod.rs`, and its fixtures in `fixtures/rules/<rule>/`.

#[cfg(feature = "cli")]
mod baseline;
mod context;
mod data_flow;
pub mod documentation;
pub(crate) mod edits;
mod errors;
mod every_rule;
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
    Cause, Compared, Given, Looks, Missing, Misspelt, NeverAnswered, Sort, given, members as known_members,
    never_answered, what_there_is,
};
pub use rule::{Confidence, Group, Rule, RuleOption};
pub use rules::{all, find, nearest, unused_at_keys};
pub use selection::{Selection, UnknownRule};
pub use settings::Settings;

use crate::arrange::Arrange as _;
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

/// [`check_with`], and what `other` gives: side by side where the definition is so large that threads pay.
pub fn check_beside<T>(
    machine: &StateMachine,
    flow: &ControlFlow,
    settings: &Settings,
    other: impl FnOnce() -> T,
) -> (Vec<Finding>, T) {
    if machine.states().len() < MANY_STATES {
        return (check_with(machine, flow, settings), other());
    }
    let subject = Subject::new(machine, flow, settings);
    let (findings, given) = every_rule::run_beside(&subject, settings, other);
    (told(&subject, settings, findings), given)
}

/// With fewer states, starting threads takes as long as what they do.
const MANY_STATES: usize = 50;

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

fn find_all(subject: &Subject<'_>, settings: &Settings) -> Vec<Finding> {
    let findings = every_rule::run(subject, settings);
    told(subject, settings, findings)
}

/// What is told of all that the rules found.
fn told(subject: &Subject<'_>, settings: &Settings, mut findings: Vec<Finding>) -> Vec<Finding> {
    suppression::apply(subject, settings, &mut findings);
    findings.arrange_by(|a, b| (a.span, &a.code).cmp(&(b.span, &b.code)));
    findings
}
