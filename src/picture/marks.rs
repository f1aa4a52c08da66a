//! What is to be marked in a picture: what an execution did, and what was found.

use rustc_hash::FxHashMap;
use std::sync::Arc;

use crate::asl::{Catcher, State, StateId, StateMachine, Transition, TransitionKind};
use crate::diagnostics::{Finding, Span};
use crate::history::{Failure, Fate, Timeline};

use super::drawing::Visits;

/// The names of two states, from and to.
type Ends = (Arc<str>, Arc<str>);

/// Marks of states and transitions. An execution names states, so that two states of one name in a broken definition
/// are marked alike.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    pub(super) execution: bool,
    pub(super) visits: FxHashMap<Arc<str>, Visits>,
    /// How often a transition was taken, by its state's name and its place there, where that is known.
    pub(super) places: FxHashMap<(Arc<str>, String), u32>,
    /// How often an execution went from one state to another without an error.
    pub(super) onward: FxHashMap<Ends, u32>,
    /// The errors that led from one state to another.
    pub(super) caught: FxHashMap<Ends, Vec<Option<Failure>>>,
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
                let ends = (visit.name.clone(), timeline.visits[next].name.clone());
                match visit.fate == Fate::Caught {
                    true => marks.caught.entry(ends).or_default().push(visit.failure.cloned()),
                    false => *marks.onward.entry(ends).or_default() += 1,
                }
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

    /// How often a transition of `state` was taken. A history names the states alone: of several catchers that lead to
    /// one state, the one counts that handles the error.
    pub(super) fn taken(&self, state: &State, transition: &Transition<'_>) -> u32 {
        let place = (state.name.clone(), transition.kind.place());
        let known = self.places.get(&place).copied().unwrap_or(0);
        let target = &transition.target.name;
        let ends = (state.name.clone(), target.clone());
        let TransitionKind::Catch(number) = transition.kind else {
            return known + self.onward.get(&ends).copied().unwrap_or(0);
        };
        let leads = |catcher: &Catcher| catcher.next.as_ref().is_some_and(|next| next.name == *target);
        let handled = |failure: &&Option<Failure>| {
            let handles = |catcher: &Catcher| {
                let failure = failure.as_ref();
                leads(catcher) && failure.is_none_or(|failure| failure.matches(&catcher.errors))
            };
            let catcher = state.catchers.iter().position(handles);
            catcher.or_else(|| state.catchers.iter().position(leads)) == Some(number)
        };
        let caught = self.caught.get(&ends).into_iter().flatten().filter(handled);
        known + u32::try_from(caught.count()).unwrap_or(u32::MAX)
    }

    pub(super) fn findings(&self, state: StateId) -> &[String] {
        self.findings.get(&state).map_or(&[], Vec::as_slice)
    }
}
