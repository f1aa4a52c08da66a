//! An execution that goes on after it has failed, from where it failed [Restarting state machine executions with redrive].
//!
//! What has ended well is not done again. A Parallel or inline Map state keeps, when a branch or an iteration fails, what
//! the others had come to; those that failed or were stopped go on in the state they were in, which begins its work anew.

use std::sync::Arc;

use super::Engine;
use crate::asl::{MachineType, ScopeId};
use crate::history::{EventKind, Time};
use crate::simulate::error::{Step, StopError};
use crate::simulate::lane::{Iteration, LaneId, Phase, Place, Variables};
use crate::simulate::program::{Behaviour, StateIndex};
use crate::simulate::settings::longest_execution_seconds;
use crate::simulate::{Status, states};
use crate::value::Value;

/// A lane that was stopped, or has failed.
#[derive(Debug)]
pub(in crate::simulate) struct Stopped {
    state: StateIndex,
    /// Whether the state had been entered.
    entered: Option<(u64, Time)>,
    input: Value,
    bytes: usize,
    variables: Variables,
    iteration: Option<Arc<Iteration>>,
    /// What was inside the state.
    inside: Option<Box<Inside>>,
}

/// What was inside a state when it was stopped, or failed.
#[derive(Debug)]
pub(in crate::simulate) enum Inside {
    /// The branches of a Parallel: what each had come to.
    Branches(Vec<Branch>),
    /// The iterations of an inline Map, and those that were at work, by index.
    Iterations(Box<states::map::Running>, Vec<(usize, Stopped)>),
    /// A Map Run; `None` for one that cannot go on.
    MapRun(Option<Box<states::map::MapRun>>),
}

/// What a branch had come to.
#[derive(Debug)]
pub(in crate::simulate) enum Branch {
    Done(Value),
    Stopped(Box<Stopped>),
}

/// Why an execution cannot be redriven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRedrivable {
    /// It has not failed.
    NotFailed,
    /// Its history has no room for another event and what follows it.
    FullHistory,
    /// It began longer ago than an execution may run.
    TooLong,
    /// It failed too long ago.
    TooLate,
    /// A Map Run would have to go on that cannot.
    MapRun,
}

impl Engine<'_> {
    /// Whether what fails is kept for the execution to go on from there.
    pub(in crate::simulate) fn may_be_redriven(&self) -> bool {
        self.outside.is_some()
    }

    /// What a lane is in the middle of.
    pub(in crate::simulate) fn stopped(&mut self, id: LaneId) -> Stopped {
        let inside = match &self.lane(id).phase {
            Phase::Branches(running) => {
                let (branches, outputs) = (running.children(), running.outputs().to_vec());
                Some(self.stopped_branches(&branches, outputs))
            }
            Phase::Iterations(running) => {
                let (running, children) = (running.copy(), running.children());
                Some(self.stopped_iterations(running, children))
            }
            Phase::MapRun(_) => Some(Inside::MapRun(states::map::stop(self, id))),
            _ => None,
        };
        let lane = self.lane_mut(id);
        Stopped {
            state: lane.state,
            entered: (!matches!(lane.phase, Phase::Enter)).then_some(lane.entered),
            input: lane.input.clone(),
            bytes: lane.bytes,
            variables: lane.variables.clone(),
            iteration: lane.iteration.clone(),
            inside: inside.map(Box::new).or_else(|| lane.stopped.take()),
        }
    }

    /// What the branches of a Parallel had come to.
    pub(in crate::simulate) fn stopped_branches(
        &mut self,
        branches: &[LaneId],
        outputs: Vec<Option<Value>>,
    ) -> Inside {
        let stopped = branches.iter().zip(outputs).map(|(id, output)| match output {
            Some(output) => Branch::Done(output),
            None => Branch::Stopped(Box::new(self.stopped(*id))),
        });
        Inside::Branches(stopped.collect())
    }

    /// What the iterations of a Map had come to.
    pub(in crate::simulate) fn stopped_iterations(
        &mut self,
        running: Box<states::map::Running>,
        children: Vec<(usize, LaneId)>,
    ) -> Inside {
        let alive = children.into_iter().filter(|(_, id)| self.is_alive(*id));
        let alive: Vec<_> = alive.collect();
        let stopped = alive.into_iter().map(|(index, id)| (index, self.stopped(id)));
        Inside::Iterations(running, stopped.collect())
    }

    /// Why the execution could not go on from where it has failed, was stopped or ran too long [Restarting state machine
    /// executions with redrive; API DescribeExecution].
    ///
    /// # Errors
    /// The reason.
    pub(in crate::simulate) fn may_go_on(&self, at: Time) -> Result<(), NotRedrivable> {
        const PERIOD: i64 = 14 * 24 * 60 * 60 * 1000;
        match &self.end {
            Some((status, ..)) if *status != Status::Succeeded => {}
            _ => return Err(NotRedrivable::NotFailed),
        }
        let longest = longest_execution_seconds(MachineType::Standard);
        let full = |most: u64| self.recorder.count() + 1 >= most;
        if self.settings.max_events.is_some_and(full) {
            return Err(NotRedrivable::FullHistory);
        }
        if at.since(self.settings.start) as f64 > longest * 1000.0 {
            return Err(NotRedrivable::TooLong);
        }
        if at.since(self.now) > PERIOD {
            return Err(NotRedrivable::TooLate);
        }
        Ok(())
    }

    /// Lets an execution that has failed, was stopped or ran too long go on from there.
    ///
    /// # Errors
    /// When nobody takes the event; inside, why it cannot go on.
    pub(in crate::simulate) fn redrive(&mut self, at: Time) -> Result<Result<(), NotRedrivable>, StopError> {
        if let Err(why) = self.may_go_on(at) {
            return Ok(Err(why));
        }
        let top = LaneId {
            index: 0,
            generation: 0,
        };
        if self.needs_map_run(top) {
            return Ok(Err(NotRedrivable::MapRun));
        }
        self.end = None;
        self.now = self.now.max(at);
        self.redrives += 1;
        // "the timeout counter is reset" for the machine's own as for its states'.
        self.timed_from = self.now;
        self.context.set_redrive_count(self.redrives);
        self.ready.clear();
        self.awaited.clear();
        let redrives = self.redrives;
        let last = self.recorder.count();
        // That it follows the event before it is a guess: nobody has shown AWS's `previousEventId`.
        let step = self
            .recorder
            .record(self.now, 0, last, || EventKind::redriven(redrives));
        let event = match step {
            Ok(event) => event,
            Err(halt) => {
                self.ended_or_stopped(Err(halt))?;
                return Ok(Ok(()));
            }
        };
        let step = self.revive(top, event);
        self.ended_or_stopped(step)?;
        Ok(Ok(()))
    }

    /// Whether a Map Run that cannot go on was at work, or has failed, in the state that a lane is in or inside it.
    fn needs_map_run(&self, id: LaneId) -> bool {
        if !self.is_alive(id) {
            return false;
        }
        match &self.lane(id).phase {
            Phase::MapRun(run) => !run.can_go_on(),
            Phase::Branches(running) => running
                .children()
                .into_iter()
                .any(|child| self.needs_map_run(child)),
            Phase::Iterations(running) => {
                let mut children = running.children().into_iter();
                children.any(|(_, child)| self.needs_map_run(child))
            }
            _ => holds_lost_map_run(self.lane(id).stopped.as_deref()),
        }
    }

    /// Lets a lane go on from where it was stopped; what it writes follows the event `after`.
    fn revive(&mut self, id: LaneId, after: u64) -> Step {
        if !self.is_alive(id) {
            return Ok(());
        }
        if matches!(self.lane(id).phase, Phase::MapRun(_)) {
            let run = states::map::stop(self, id);
            self.lane_mut(id).stopped = Some(Box::new(Inside::MapRun(run)));
        }
        let lane = self.lane_mut(id);
        lane.timer = 0;
        lane.token = None;
        lane.chain = after;
        match &lane.phase {
            Phase::Branches(running) => {
                for child in running.children() {
                    self.revive(child, after)?;
                }
                return Ok(());
            }
            Phase::Iterations(running) => {
                for (_, child) in running.children() {
                    self.revive(child, after)?;
                }
                return Ok(());
            }
            Phase::Enter => {}
            _ => {
                lane.phase = Phase::Work;
                lane.retry_count = 0;
                lane.retries.clear();
            }
        }
        match lane.stopped.take() {
            Some(inside) => self.revive_inside(id, *inside, after),
            None => {
                self.queue(id);
                Ok(())
            }
        }
    }

    /// Lets what was inside a state go on; the state waits for it.
    fn revive_inside(&mut self, id: LaneId, inside: Inside, after: u64) -> Step {
        match (inside, &self.state_of(id).behaviour) {
            (Inside::Branches(branches), Behaviour::Parallel(parallel)) => {
                let mut outputs = Vec::with_capacity(branches.len());
                let mut lanes = Vec::with_capacity(branches.len());
                for ((index, branch), scope) in branches.into_iter().enumerate().zip(&parallel.branches) {
                    let (output, lane) = match branch {
                        // A lane that is over, in the place of the branch that is done.
                        Branch::Done(output) => {
                            let done = self.spawn_stopped(id, index, *scope, None, after)?;
                            self.release(done);
                            (Some(output), done)
                        }
                        Branch::Stopped(stopped) => {
                            let lane = self.spawn_stopped(id, index, *scope, Some(*stopped), after)?;
                            (None, lane)
                        }
                    };
                    outputs.push(output);
                    lanes.push(lane);
                }
                let running = states::parallel::Running::again(lanes, outputs);
                self.lane_mut(id).phase = Phase::Branches(Box::new(running));
            }
            (Inside::Iterations(mut running, stopped), Behaviour::Map(map)) => {
                let mut active = Vec::with_capacity(stopped.len());
                for (index, stopped) in stopped {
                    let lane = self.spawn_stopped(id, index, map.processor, Some(stopped), after)?;
                    active.push((index, lane));
                }
                running.again(active);
                self.lane_mut(id).phase = Phase::Iterations(running);
            }
            (Inside::MapRun(Some(run)), _) => states::map::redrive(self, id, run),
            // What is kept is of the state that it is kept with.
            _ => self.queue(id),
        }
        Ok(())
    }

    /// Makes the lane of a branch or an iteration that was stopped, and lets it go on.
    fn spawn_stopped(
        &mut self,
        parent: LaneId,
        index: usize,
        scope: ScopeId,
        stopped: Option<Stopped>,
        after: u64,
    ) -> Step<LaneId> {
        let place = Place::Child { parent, index };
        let Some(stopped) = stopped else {
            return Ok(self.spawn(place, scope, Value::Null, after, Variables::default(), None));
        };
        let id = self.spawn_where_stopped(place, scope, &stopped);
        self.go_on_where_stopped(id, stopped, after)?;
        Ok(id)
    }

    /// Makes a lane that stands where another was stopped.
    pub(in crate::simulate) fn spawn_where_stopped(
        &mut self,
        place: Place,
        scope: ScopeId,
        stopped: &Stopped,
    ) -> LaneId {
        let (input, variables) = (stopped.input.clone(), stopped.variables.clone());
        let id = self.spawn(place, scope, input, 0, variables, stopped.iteration.clone());
        let lane = self.lane_mut(id);
        lane.state = stopped.state;
        lane.bytes = stopped.bytes;
        if let Some(entered) = stopped.entered {
            lane.entered = entered;
            lane.phase = Phase::Work;
        }
        id
    }

    /// Lets such a lane go on behind the event `after`, and what was inside its state.
    pub(in crate::simulate) fn go_on_where_stopped(
        &mut self,
        id: LaneId,
        stopped: Stopped,
        after: u64,
    ) -> Step {
        self.lane_mut(id).chain = after;
        match stopped.inside {
            Some(inside) => self.revive_inside(id, *inside, after),
            None => {
                self.queue(id);
                Ok(())
            }
        }
    }
}

/// Whether something holds a Map Run that cannot go on.
fn holds_lost_map_run(inside: Option<&Inside>) -> bool {
    let is_one = |stopped: &Stopped| holds_lost_map_run(stopped.inside.as_deref());
    match inside {
        None => false,
        Some(Inside::MapRun(run)) => run.is_none(),
        Some(Inside::Branches(branches)) => branches.iter().any(|branch| match branch {
            Branch::Done(_) => false,
            Branch::Stopped(stopped) => is_one(stopped),
        }),
        Some(Inside::Iterations(_, stopped)) => stopped.iter().any(|(_, stopped)| is_one(stopped)),
    }
}
