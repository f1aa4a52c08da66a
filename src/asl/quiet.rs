//! Which states need no look: nothing was found in them when the text was read before, and what has changed since stands in
//! another state, and says nothing to the rest of the machine.

use std::sync::{Mutex, PoisonError};

use super::{StateId, StateMachine};
use crate::diagnostics::{Finding, Span};

/// By state: whether nothing was found in it.
#[derive(Debug, Default, Clone)]
pub struct Quiet(Vec<bool>);

/// What is heard of the states while they are looked at.
#[derive(Debug, Default)]
pub(super) struct Heard(Option<Mutex<(bool, Vec<bool>)>>);

/// Fields of a state that say nothing to other states: neither where it leads, nor of which language and type it is, nor
/// which variables there are.
const OWN: [&str; 22] = [
    "Arguments",
    "Cause",
    "CausePath",
    "Comment",
    "Error",
    "ErrorPath",
    "HeartbeatSeconds",
    "HeartbeatSecondsPath",
    "InputPath",
    "Output",
    "OutputPath",
    "Parameters",
    "Resource",
    "Result",
    "ResultPath",
    "ResultSelector",
    "Seconds",
    "SecondsPath",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "Timestamp",
    "TimestampPath",
];

impl StateMachine {
    /// The same, whose states are listened to; `quiet` are those in which nothing was found when the text was read before.
    pub fn listened_to(mut self, quiet: Quiet) -> StateMachine {
        if let Some(changed) = self
            .changed_alone()
            .filter(|_| quiet.0.len() == self.states.len())
        {
            self.quiet = quiet;
            self.quiet.0[changed.index()] = false;
        }
        self.heard = Heard(Some(Mutex::new((false, vec![false; self.states.len()]))));
        self
    }

    /// Whether a check of single states may leave this one out.
    pub fn is_quiet(&self, state: StateId) -> bool {
        self.quiet.0.get(state.index()) == Some(&true)
    }

    /// Takes notice of what was found by checks that leave out quiet states; `is_all`: not of one of them alone.
    pub fn hear(&self, findings: &[Finding], is_all: bool) {
        let Some(heard) = &self.heard.0 else { return };
        // What was marked is marked, whoever held the lock.
        let (is_heard, states) = &mut *heard.lock().unwrap_or_else(PoisonError::into_inner);
        *is_heard |= is_all;
        for finding in findings {
            let edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
            let more = finding.related.iter().map(|related| related.span);
            for span in more.chain(edits.map(|edit| edit.span)).chain([finding.span]) {
                self.around(span, |state| states[state.index()] = true);
            }
        }
    }

    /// The states in which nothing was found, once all checks were made.
    pub fn quiet_states(&self) -> Quiet {
        let heard = self.heard.0.as_ref();
        let heard = heard.map(|heard| heard.lock().unwrap_or_else(PoisonError::into_inner));
        let heard = heard.filter(|heard| heard.0);
        Quiet(heard.map_or_else(Vec::new, |heard| {
            heard.1.iter().map(|is_heard| !is_heard).collect()
        }))
    }

    /// Shows the states at a part of the text to `see`, and those that hold them; some beside it as well.
    fn around(&self, span: Span, mut see: impl FnMut(StateId)) {
        let behind = |at: u32| self.states.partition_point(|state| state.name_span.start <= at);
        for state in &self.states[behind(span.start).saturating_sub(1)..behind(span.end)] {
            let mut next = Some(state.id);
            while let Some(id) = next {
                see(id);
                next = self.scope(self.state(id).scope).owner;
            }
        }
    }

    /// The state of which one field is all that is another than when the text was read before, where that says nothing to
    /// other states.
    pub fn changed_alone(&self) -> Option<StateId> {
        let mut at = self.node(self.document.changed()?);
        loop {
            let holder = at.parent()?;
            if let Some(state) = self.states.iter().find(|state| state.node == holder.id()) {
                let is_own = at.key().is_some_and(|key| OWN.contains(&&**key));
                return (is_own && state.bodies.is_empty()).then_some(state.id);
            }
            at = holder;
        }
    }
}
