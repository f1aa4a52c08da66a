//! The run that comes nearest to the history.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::{Answers, Moments, Origin, Replayed};
use crate::history::{Allowed, EventKind, History, Parting, Timeline, compare};
use crate::mocks::Mocks;
use crate::simulate::{self, Execution, Program, Settings, Status, StopError};

/// How true a run is to the history.
#[derive(Debug)]
pub enum Faith {
    /// The same events in the same order.
    EventForEvent,
    /// The same events in each line of execution; branches or iterations that ran side by side took other turns.
    LineByLine,
    /// It diverges here.
    Parts(Parting),
}

/// A run with the recorded answers.
#[derive(Debug)]
pub struct Fit {
    /// How true it is.
    pub faith: Faith,
    /// The run.
    pub execution: Execution,
}

/// Runs a definition with the recorded answers: at the recorded moments, and, when branches then take other turns than
/// they took, in the recorded order, and without delays.
///
/// `settings` have the names and the start already; `mocks` answer what the history does not; `allowed` is what may differ.
///
/// # Errors
/// When the tool has to stop: a task or an object that neither the history nor the mocks know.
pub fn fit(
    program: &Program,
    settings: &Settings,
    mocks: &Mocks,
    origin: &Origin,
    answers: &Answers,
    then: &History,
    allowed: &Allowed,
) -> Result<Fit, StopError> {
    let moments = if then.is_timed() {
        [Moments::Recorded, Moments::InOrder, Moments::AtOnce]
    } else {
        [Moments::AtOnce, Moments::InOrder, Moments::Recorded]
    };
    let recorded = Timeline::of(then);
    let mut best: Option<Fit> = None;
    for moments in moments {
        let director = Replayed::new(answers, moments, mocks);
        let (input, text) = (origin.input.clone(), origin.input_text.clone());
        let execution = simulate::run_directed(program, settings, mocks, &director, input, text)?;
        let compared = compare(&recorded, &Timeline::of(&execution.history), allowed);
        let faith = match compared.parting {
            Some(parting) => Faith::Parts(parting),
            None if compared.in_order => Faith::EventForEvent,
            None => Faith::LineByLine,
        };
        let fit = Fit { faith, execution };
        // A machine whose time is shorter than it was runs out of it whoever comes first: moments that it never had would
        // hide that.
        if moments == Moments::Recorded && ran_out(then, &fit.execution) {
            return Ok(fit);
        }
        match (&fit.faith, best.as_ref().map(|best| &best.faith)) {
            (Faith::EventForEvent, _) => return Ok(fit),
            (Faith::LineByLine, None | Some(Faith::Parts(_))) | (Faith::Parts(_), None) => best = Some(fit),
            // Whatever comes later, at other moments, may part earlier for no reason of the definition.
            (Faith::Parts(parting), Some(Faith::Parts(other)))
                if parting.then.unwrap_or(usize::MAX) > other.then.unwrap_or(usize::MAX) =>
            {
                best = Some(fit);
            }
            _ => {}
        }
        // Without concurrency, moments change nothing.
        if then.lanes().len() <= 1 {
            break;
        }
    }
    // There is at least one way to run it.
    best.ok_or(StopError::Directed)
}

/// Whether a run has ended with its `TimeoutSeconds`, and the recorded execution has not.
fn ran_out(then: &History, now: &Execution) -> bool {
    let recorded = then.ending().map(|ending| &ending.kind);
    now.status == Status::TimedOut
        && recorded.is_some_and(|kind| !matches!(kind, EventKind::ExecutionTimedOut(_)))
}

impl Answers {
    /// These answers with the delays of a run, in which transitions take no time.
    #[must_use]
    pub fn delayed_as_in(&self, now: &History) -> Answers {
        let mut delays: FxHashMap<_, VecDeque<f64>> = FxHashMap::default();
        for call in Answers::of_history(now).calls {
            let of_state = delays.entry((call.state, call.iteration)).or_default();
            of_state.push_back(call.answer.delay_seconds);
        }
        let mut answers = self.clone();
        for call in &mut answers.calls {
            let key = (call.state.clone(), call.iteration.clone());
            if let Some(delay) = delays.get_mut(&key).and_then(VecDeque::pop_front) {
                call.answer.delay_seconds = delay;
            }
        }
        answers
    }
}
