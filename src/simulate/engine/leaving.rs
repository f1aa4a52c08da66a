//! How a state is left, and a scope.

use super::{Engine, Progress, Then};
use crate::history::EventKind;
use crate::history::Failure;
use crate::simulate::error::{Halt, Step, StopError};
use crate::simulate::flow::{Exit, MOST_BYTES};
use crate::simulate::lane::{LaneId, Phase, Place, Variables};
use crate::simulate::program::{Behaviour, Next};
use crate::simulate::{Status, states};
use crate::value::{TOO_DEEP, Value};

impl Engine<'_> {
    /// Brings a state's work to its consequence.
    pub(super) fn settle(&mut self, id: LaneId, progress: Progress) -> Step<Then> {
        match progress {
            Progress::Exit(mut exit) => match self.over_limit(id, &mut exit) {
                Some(_) if too_deep(&exit) => {
                    let state = self.state_of(id).name.clone();
                    Err(StopError::TooDeep { state }.into())
                }
                Some(failure) => self.fail(id, failure),
                None => self.exit(id, exit),
            },
            Progress::Failed(failure) => self.fail(id, failure),
            Progress::Blocked => Ok(Then::Pause),
            Progress::Yield => Ok(Then::Continue),
        }
    }

    /// States.DataLimitExceeded for an output or variables that are too large; the output's exact size replaces a bound that is.
    pub(in crate::simulate) fn over_limit(&self, id: LaneId, exit: &mut Exit) -> Option<Failure> {
        if exit.bytes > MOST_BYTES {
            exit.bytes = exit.output.json_len();
        }
        if exit.bytes > MOST_BYTES {
            return Some(Failure::data_limit(&self.state_of(id).name));
        }
        let assigned = exit.assigned.as_ref()?;
        let what = match Variables::beyond_limit(assigned) {
            Some(what) => what,
            None if self.would_hold_too_much(id, assigned) => "The execution's variables".to_owned(),
            None => return None,
        };
        Some(Failure::variables_limit(&what, &self.state_of(id).name))
    }

    /// Leaves a state: its event, its variables, and on to the next one or out of the scope.
    pub(super) fn exit(&mut self, id: LaneId, exit: Exit) -> Step<Then> {
        let state = self.state_of(id);
        let next = exit.next.unwrap_or(state.next);
        if let Some(assigned) = &exit.assigned {
            self.lane_mut(id).variables.assign(assigned);
        }
        let previous = self.lane(id).chain;
        let event = self.record(id, previous, || EventKind::StateExited {
            state_type: state.state_type,
            name: state.name.clone(),
            output: exit.output.clone(),
            assigned: exit.assigned.clone(),
        })?;
        if exit.next.is_none() {
            self.tally.left(self.lane(id).state, state);
        }
        let lane = self.lane_mut(id);
        lane.chain = event;
        lane.token = None;
        lane.stopped = None;
        match next {
            Next::State(_) if self.stops_at_transition => {
                self.end_now(self.now, Status::Aborted, Failure::nothing())?;
                Err(Halt::Ended)
            }
            Next::State(next) => {
                let lane = self.lane_mut(id);
                lane.state = next;
                lane.input = exit.output;
                lane.bytes = exit.bytes;
                lane.phase = Phase::Enter;
                Ok(Then::Continue)
            }
            Next::End => self.scope_ended(id, exit.output),
        }
    }

    /// A lane has come to the end of its scope.
    fn scope_ended(&mut self, id: LaneId, output: Value) -> Step<Then> {
        let Place::Child { parent, index } = self.lane(id).place else {
            let previous = self.lane(id).chain;
            self.end = Some((Status::Succeeded, Some(output.clone()), None));
            self.record_last(id, previous, EventKind::ExecutionSucceeded { output })?;
            return Err(Halt::Ended);
        };
        let chain = self.lane(id).chain;
        if self.lane(id).child != self.lane(parent).child {
            self.end_child(id, &output);
        }
        self.release(id);
        let state = self.state_of(parent);
        let progress = match &state.behaviour {
            Behaviour::Parallel(parallel) => {
                states::parallel::branch_ended(self, parent, parallel, index, output, chain)?
            }
            Behaviour::Map(map) => {
                states::map::iteration_ended(self, parent, state, map, index, output, chain)?
            }
            _ => Progress::Blocked,
        };
        self.settle_and_queue(parent, progress)?;
        Ok(Then::Pause)
    }

    /// Settles what became of a lane that is not the running one.
    pub(in crate::simulate) fn settle_and_queue(&mut self, id: LaneId, progress: Progress) -> Step {
        if let Then::Continue = self.settle(id, progress)? {
            self.ready.push_back(id);
        }
        Ok(())
    }
}

/// Whether it is not the size of an output or of a variable that is too much.
fn too_deep(exit: &Exit) -> bool {
    let mut values = exit.assigned.iter().flat_map(|assigned| assigned.values());
    exit.bytes >= TOO_DEEP || values.any(|value| value.json_len() >= TOO_DEEP)
}
