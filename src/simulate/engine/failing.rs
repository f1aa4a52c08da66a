//! What becomes of a failure: a retry, a catcher, or the end of a lane.

use super::{Engine, Progress, Then};
use crate::asl::ErrorName;
use crate::history::failure::{Failure, names};
use crate::history::{EvaluationFailure, EventKind, Retry};
use crate::simulate::error::{Halt, Step};
use crate::simulate::flow::Problem;
use crate::simulate::lane::{LaneId, Phase, Place};
use crate::simulate::program::{Behaviour, Next, Program, State};
use crate::simulate::{Status, states};
use crate::source::placeholder;

impl<'p> Engine<'p> {
    /// A state has failed: a retrier, a catcher, or the lane itself goes with it.
    pub(super) fn fail(&mut self, id: LaneId, failure: Failure) -> Step<Then> {
        let program: &'p Program = self.program;
        let state = program.state(self.lane(id).state);
        if failure.is_fatal() {
            self.tell_failure(id, &failure, None)?;
            return self.execution_failed(id, failure);
        }
        if state.lacks_errors && decides(state, &failure) {
            return Err(self.lacks_value(state));
        }
        if let Some(retry) = self.retry(id, state, &failure) {
            self.tell_failure(id, &failure, Some(retry))?;
            self.lane_mut(id).phase = Phase::Retry;
            self.lane_mut(id).stopped = None;
            self.lane_mut(id).retry_count += 1;
            self.lane_mut(id).token = None;
            self.count_transition(id);
            self.wake_at(id, retry.at);
            return Ok(Then::Pause);
        }
        self.tell_failure(id, &failure, None)?;
        // Retries of Parallel and Map go without the event that they failed; it stands before what follows
        // [recorded; floci#3167].
        match state.behaviour {
            Behaviour::Parallel(_) => self.record_next(id, || EventKind::ParallelStateFailed)?,
            Behaviour::Map(_) => self.record_next(id, || EventKind::MapStateFailed)?,
            _ => {}
        }
        let mut catchers = state.catchers.iter().enumerate();
        if let Some((number, catcher)) = catchers.find(|(_, c)| failure.matches(&c.errors)) {
            self.tally.caught(self.lane(id).state, state, number);
            return match catcher.flow.apply(&self.surroundings(id), &failure) {
                Ok(mut exit) => {
                    exit.next = Some(Next::State(catcher.next));
                    match self.over_limit(id, &mut exit) {
                        Some(failure) => {
                            self.tell_failure(id, &failure, None)?;
                            self.lane_failed(id, failure)
                        }
                        None => self.exit(id, exit),
                    }
                }
                // A catcher's own failure is not caught again by the same state [floci#3167].
                Err(problem) => match self.problem(id, problem)? {
                    Progress::Failed(failure) if failure.is_fatal() => self.execution_failed(id, failure),
                    Progress::Failed(failure) => {
                        self.tell_failure(id, &failure, None)?;
                        self.lane_failed(id, failure)
                    }
                    _ => Ok(Then::Pause),
                },
            };
        }
        self.lane_failed(id, failure)
    }

    /// The retry that a retrier grants, counted there.
    fn retry(&mut self, id: LaneId, state: &State, failure: &Failure) -> Option<Retry> {
        // The first retrier that matches decides; when it is used up, no later one is asked [Handling errors].
        let (number, retrier) = state
            .retriers
            .iter()
            .enumerate()
            .find(|(_, retrier)| failure.matches(&retrier.errors))?;
        let lane = self.lane_mut(id);
        lane.retries.resize(state.retriers.len(), 0);
        let made = &mut lane.retries[number];
        if *made >= retrier.attempts() {
            return None;
        }
        *made += 1;
        let (made, delay) = (*made, retrier.delay_seconds(*made));
        let index = lane.state;
        self.tally.retried(index, state, number);
        let delay = if retrier.full_jitter {
            self.random.next_double() * delay
        } else {
            delay
        };
        Some(Retry {
            at: self.now.after_seconds(delay),
            retrier: number,
            number: made,
            most: retrier.attempts(),
        })
    }

    /// A lane's failure that nothing in it takes: its parent's, or the execution's.
    fn lane_failed(&mut self, id: LaneId, failure: Failure) -> Step<Then> {
        let Place::Child { parent, index } = self.lane(id).place else {
            return self.execution_failed(id, failure);
        };
        if self.lane(id).child != self.lane(parent).child {
            return self.execution_failed(id, failure);
        }
        match self.lane(parent).phase {
            Phase::Branches(_) => states::parallel::branch_failed(self, parent, id)?,
            Phase::Iterations(_) => states::map::iteration_failed(self, parent, id, index)?,
            _ => {}
        }
        self.settle_and_queue(parent, Progress::Failed(failure))?;
        Ok(Then::Pause)
    }

    /// The execution that a lane is part of fails: the whole run, or a child of a Map Run.
    fn execution_failed(&mut self, id: LaneId, failure: Failure) -> Step<Then> {
        if let Some(child) = self.lane(id).child {
            self.child_failed(child, failure)?;
            return Ok(Then::Pause);
        }
        let previous = self.lane(id).chain;
        self.end = Some((Status::Failed, None, Some(failure.clone())));
        self.record_last(id, previous, EventKind::ExecutionFailed(failure))?;
        Err(Halt::Ended)
    }

    /// The failure that a problem in the state of `id` is, in AWS's frame. A JSONata expression's has its own event.
    pub(in crate::simulate) fn problem(&mut self, id: LaneId, problem: Problem) -> Step<Progress> {
        let name = self.state_of(id).name.clone();
        let entered = self.lane(id).entered.0;
        let framed = |error: &str, what: &str| match &self.probe {
            None => Failure::in_state(error, &name, entered, what),
            // TestState gives the bare text (recorded by AWS) [recorded; Testing state machines with TestState API].
            Some(_) => Failure::new(error, what),
        };
        let failure = match problem {
            Problem::InState(error, what) => framed(error, &what),
            Problem::Plain(failure) => failure,
            Problem::Query(error) => {
                let failure = framed(names::QUERY_EVALUATION, &error.cause);
                // What fails before the state has done anything follows what stood before the state; a value that was
                // computed and then found to be no good follows that the state was entered (recorded by AWS).
                let lane = self.lane(id);
                let previous = if lane.chain == entered && !error.at_work {
                    lane.before_entered
                } else {
                    lane.chain
                };
                let shown = failure.clone();
                let event = self.record(id, previous, || {
                    EventKind::EvaluationFailed(Box::new(EvaluationFailure {
                        failure: shown,
                        location: error.location,
                        state: name,
                    }))
                })?;
                self.lane_mut(id).chain = event;
                failure
            }
        };
        Ok(Progress::Failed(failure))
    }
}

/// Whether a name that is a placeholder may be this failure's, before a handler that is known to take it.
fn decides(state: &State, failure: &Failure) -> bool {
    let may_decide = |lists: &mut dyn Iterator<Item = &Vec<ErrorName>>| {
        lists
            .take_while(|errors| !failure.matches(errors))
            .flatten()
            .any(|error| placeholder::is_in(&error.name))
    };
    may_decide(&mut state.retriers.iter().map(|retrier| &retrier.errors))
        || may_decide(&mut state.catchers.iter().map(|catcher| &catcher.errors))
}
