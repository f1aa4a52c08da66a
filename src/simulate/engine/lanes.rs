//! The lanes of a run: made, found, stopped.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Engine;
use crate::asl::ScopeId;
use crate::history::EventKind;
use crate::simulate::error::Step;
use crate::simulate::lane::{Iteration, Lane, LaneId, Phase, Place, Variables};
use crate::simulate::program::{Behaviour, State, StateIndex};
use crate::simulate::states;
use crate::value::Value;

/// The lanes of a run; the place of one that is over is taken by another.
#[derive(Debug)]
pub(super) struct Lanes {
    all: Vec<Lane>,
    generations: Vec<u32>,
    free: Vec<u32>,
}

impl Default for Lanes {
    /// Most executions have one: those that wait are held by the hundred thousand.
    fn default() -> Self {
        Lanes {
            all: Vec::with_capacity(1),
            generations: Vec::with_capacity(1),
            free: Vec::new(),
        }
    }
}

impl Lanes {
    fn add(&mut self, lane: Lane) -> LaneId {
        match self.free.pop() {
            Some(index) => {
                self.all[index as usize] = lane;
                LaneId {
                    index,
                    generation: self.generations[index as usize],
                }
            }
            None => {
                let index = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
                self.all.push(lane);
                self.generations.push(0);
                LaneId { index, generation: 0 }
            }
        }
    }
}

impl<'p> Engine<'p> {
    /// The lanes that are not over.
    pub(in crate::simulate) fn live_lanes(&self) -> impl Iterator<Item = LaneId> {
        let lanes = &self.lanes;
        let free: FxHashSet<u32> = lanes.free.iter().copied().collect();
        let ids = lanes
            .generations
            .iter()
            .zip(0..)
            .map(|(generation, index)| LaneId {
                index,
                generation: *generation,
            });
        ids.filter(move |id| !free.contains(&id.index))
    }

    /// Makes a lane at the start of `scope`. It runs when it is [queued](Engine::queue).
    pub(in crate::simulate) fn spawn(
        &mut self,
        place: Place,
        scope: ScopeId,
        input: Value,
        chain: u64,
        variables: Variables,
        iteration: Option<Arc<Iteration>>,
    ) -> LaneId {
        let (number, child) = match place {
            Place::Top => (self.recorder.open_lane(0, 0, false), None),
            Place::Child { parent, index } => {
                let Lane { number, child, .. } = *self.lane(parent);
                let begins_child = matches!(
                    &self.state_of(parent).behaviour,
                    Behaviour::Map(map) if map.distributed.is_some()
                );
                let of_child = child.is_some() || begins_child;
                (self.recorder.open_lane(number, index, of_child), child)
            }
        };
        let bytes = input.json_len();
        if let Place::Child { .. } = place {
            self.given_inside += bytes as u64;
        }
        self.lanes.add(Lane {
            place,
            number,
            child,
            state: self.program.scope(scope).start,
            phase: Phase::Enter,
            bytes,
            input,
            chain,
            entered: (0, self.now),
            before_entered: chain,
            variables,
            retry_count: 0,
            retries: Vec::new(),
            timer: 0,
            token: None,
            iteration,
            stopped: None,
        })
    }

    /// Lets a lane run when its turn comes.
    pub(in crate::simulate) fn queue(&mut self, id: LaneId) {
        self.ready.push_back(id);
    }

    /// Ends a lane: its place is free for another.
    pub(in crate::simulate) fn release(&mut self, id: LaneId) {
        if self.is_alive(id) {
            self.lanes.generations[id.index as usize] = id.generation.wrapping_add(1);
            let lane = self.lane_mut_at(id.index);
            let phase = std::mem::replace(&mut lane.phase, Phase::Enter);
            lane.input = Value::Null;
            lane.iteration = None;
            lane.stopped = None;
            lane.variables = Variables::default();
            let number = lane.number;
            self.recorder.close_lane(number);
            self.lanes.free.push(id.index);
            if let Some(key) = Self::awaited_key(&phase) {
                self.await_no_more(key);
            }
        }
    }

    /// Stops a lane and what runs inside it. The state it is in says so, when it can: tasks, waits, and the states
    /// that hold others [recorded; API HistoryEvent]; these events lead nowhere.
    pub(in crate::simulate) fn abort(&mut self, id: LaneId) -> Step {
        if !self.is_alive(id) {
            return Ok(());
        }
        match &self.lane(id).phase {
            Phase::Enter => {}
            Phase::Branches(running) => {
                for child in running.children() {
                    self.abort(child)?;
                }
            }
            // Their events are their own.
            Phase::MapRun(run) => {
                let (place, children) = (run.place(), run.children());
                for child in children {
                    self.release_tree(child);
                }
                self.map_run_is_aborted(place);
            }
            Phase::Iterations(running) => {
                let (children, map) = (running.children(), self.state_of(id).name.clone());
                for (index, child) in children {
                    states::map::abort_iteration(self, id, &map, index, child)?;
                }
            }
            _ => {}
        }
        let state = self.state_of(id);
        let (state_type, chain) = (state.state_type, self.lane(id).chain);
        let speaks = matches!(
            state.behaviour,
            Behaviour::Task(_) | Behaviour::Wait(_) | Behaviour::Parallel(_) | Behaviour::Map(_)
        );
        if speaks && !matches!(self.lane(id).phase, Phase::Enter) {
            self.record(id, chain, || EventKind::StateAborted(state_type))?;
        }
        self.release(id);
        Ok(())
    }

    pub(in crate::simulate) fn is_alive(&self, id: LaneId) -> bool {
        self.lanes.generations[id.index as usize] == id.generation
    }

    pub(in crate::simulate) fn lane(&self, id: LaneId) -> &Lane {
        &self.lanes.all[id.index as usize]
    }

    pub(in crate::simulate) fn lane_mut(&mut self, id: LaneId) -> &mut Lane {
        self.lane_mut_at(id.index)
    }

    fn lane_mut_at(&mut self, index: u32) -> &mut Lane {
        &mut self.lanes.all[index as usize]
    }

    /// The state a lane is in.
    pub(in crate::simulate) fn state_of(&self, id: LaneId) -> &'p State {
        let index: StateIndex = self.lane(id).state;
        self.program.state(index)
    }
}
