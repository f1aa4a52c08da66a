//! What is to be marked in a picture: what an execution did, and what was found.

use rustc_hash::FxHashMap;
use std::sync::Arc;

use crate::asl::{StateId, StateMachine};
use crate::diagnostics::{Finding, Span};
use crate::history::{Fate, Timeline};

use super::drawing::{EdgeKind, Visits};

/// Marks of states and transitions. An execution names states, so that two states of one name in a broken definition
/// are marked alike.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    pub(super) execution: bool,
    pub(super) visits: FxHashMap<Arc<str>, Visits>,
    /// By the two names, and whether an error led from one to the other.
    pub(super) taken: FxHashMap<(Arc<str>, Arc<str>, bool), u32>,
    pub(super) findings: FxHashMap<StateId, Vec<String>>,
}

impl Marks {
    /// The marks of an execution.
    pub fn of_execution(timeline: &Timeline<'_>) -> Marks {
        let mut marks = Marks {
            execution: true,
            ..Marks::default()
        };
        for visit in &timeline.visits {
            let is = |fate| u32::from(visit.fate == fate);
            marks.add_visit(
                visit.name,
                Visits {
                    entered: 1,
                    retried: visit.retries(),
                    caught: is(Fate::Caught),
                    failed: is(Fate::Failed),
                    unfinished: is(Fate::Aborted),
                },
            );
            if let Some(next) = visit.next {
                let next = timeline.visits[next].name;
                marks.add_transition(visit.name, next, visit.fate == Fate::Caught);
            }
        }
        marks
    }

    /// Adds what an execution did with the state called `name`.
    fn add_visit(&mut self, name: &Arc<str>, visit: Visits) {
        let visits = self.visits.entry(name.clone()).or_default();
        visits.entered += visit.entered;
        visits.retried += visit.retried;
        visits.caught += visit.caught;
        visits.failed += visit.failed;
        visits.unfinished += visit.unfinished;
    }

    /// Adds that an execution went from a state to another, led by an error or not.
    fn add_transition(&mut self, from: &Arc<str>, to: &Arc<str>, on_error: bool) {
        *self
            .taken
            .entry((from.clone(), to.clone(), on_error))
            .or_default() += 1;
    }

    /// Adds `findings`, each to the innermost state that its place lies in; what lies in none is left out.
    pub fn add_findings(&mut self, machine: &StateMachine, findings: &[Finding]) {
        for finding in findings {
            let around = |span: Span| span.start <= finding.span.start && finding.span.end <= span.end;
            // Nested states come after those around them.
            let state = machine
                .states()
                .iter()
                .rfind(|state| around(state.name_span) || around(machine.node(state.node).span()));
            if let Some(state) = state {
                let text = format!("{}: {}", finding.code, finding.headline());
                self.findings.entry(state.id).or_default().push(text);
            }
        }
    }

    /// Whether the marks are of an execution.
    pub fn is_execution(&self) -> bool {
        self.execution
    }

    pub(super) fn visits(&self, name: &Arc<str>) -> Option<Visits> {
        self.visits.get(name).copied()
    }

    pub(super) fn taken(&self, from: &Arc<str>, to: &Arc<str>, kind: EdgeKind) -> u32 {
        let key = (from.clone(), to.clone(), kind == EdgeKind::Catch);
        self.taken.get(&key).copied().unwrap_or(0)
    }

    pub(super) fn findings(&self, state: StateId) -> &[String] {
        self.findings.get(&state).map_or(&[], Vec::as_slice)
    }
}
