//! The strands of a run: made, found, stopped.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Engine;
use crate::asl::ScopeId;
use crate::history::EventKind;
use crate::simulate::error::Step;
use crate::simulate::program::{Behaviour, State, StateIndex};
use crate::simulate::states;
use crate::simulate::strand::{Iteration, Phase, Place, Strand, StrandId, Variables};
use crate::value::Value;

/// The strands of a run; the place of one that is over is taken by another.
#[derive(Debug)]
pub(super) struct Strands {
    all: Vec<Strand>,
    generations: Vec<u32>,
    free: Vec<u32>,
}

impl Default for Strands {
    /// Most executions have one: those that wait are held by the hundred thousand.
    fn default() -> Self {
        Strands {
            all: Vec::with_capacity(1),
            generations: Vec::with_capacity(1),
            free: Vec::new(),
        }
    }
}

impl Strands {
    fn add(&mut self, strand: Strand) -> StrandId {
        match self.free.pop() {
            Some(index) => {
                self.all[index as usize] = strand;
                StrandId {
                    index,
                    generation: self.generations[index as usize],
                }
            }
            None => {
                let index = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
                self.all.push(strand);
                self.generations.push(0);
                StrandId { index, generation: 0 }
            }
        }
    }
}

impl<'p> Engine<'p> {
    /// The strands that are not over.
    pub(in crate::simulate) fn live_strands(&self) -> impl Iterator<Item = StrandId> {
        let strands = &self.strands;
        let free: FxHashSet<u32> = strands.free.iter().copied().collect();
        let ids = strands
            .generations
            .iter()
            .zip(0..)
            .map(|(generation, index)| StrandId {
                index,
                generation: *generation,
            });
        ids.filter(move |id| !free.contains(&id.index))
    }

    /// Makes a strand at the start of `scope`. It runs when it is [queued](Engine::queue).
    pub(in crate::simulate) fn spawn(
        &mut self,
        place: Place,
        scope: ScopeId,
        input: Value,
        chain: u64,
        variables: Variables,
        iteration: Option<Arc<Iteration>>,
    ) -> StrandId {
        let (lane, child) = match place {
            Place::Top => (self.recorder.open_lane(0, 0, false), None),
            Place::Child { parent, index } => {
                let Strand { lane, child, .. } = *self.strand(parent);
                let begins_child = matches!(
                    &self.state_of(parent).behaviour,
                    Behaviour::Map(map) if map.distributed.is_some()
                );
                let of_child = child.is_some() || begins_child;
                (self.recorder.open_lane(lane, index, of_child), child)
            }
        };
        let bytes = input.json_len();
        if let Place::Child { .. } = place {
            self.given_inside += bytes as u64;
        }
        self.strands.add(Strand {
            place,
            lane,
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

    /// Lets a strand run when its turn comes.
    pub(in crate::simulate) fn queue(&mut self, id: StrandId) {
        self.ready.push_back(id);
    }

    /// Ends a strand: its place is free for another.
    pub(in crate::simulate) fn release(&mut self, id: StrandId) {
        if self.is_alive(id) {
            self.strands.generations[id.index as usize] = id.generation.wrapping_add(1);
            let strand = self.strand_mut_at(id.index);
            let phase = std::mem::replace(&mut strand.phase, Phase::Enter);
            strand.input = Value::Null;
            strand.iteration = None;
            strand.stopped = None;
            strand.variables = Variables::default();
            let lane = strand.lane;
            self.recorder.close_lane(lane);
            self.strands.free.push(id.index);
            if let Some(key) = Self::awaited_key(&phase) {
                self.await_no_more(key);
            }
        }
    }

    /// Stops a strand and what runs inside it. The state it is in says so, when it can: tasks, waits, and the states
    /// that hold others [recorded; API HistoryEvent]; these events lead nowhere.
    pub(in crate::simulate) fn abort(&mut self, id: StrandId) -> Step {
        if !self.is_alive(id) {
            return Ok(());
        }
        match &self.strand(id).phase {
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
        let (state_type, chain) = (state.state_type, self.strand(id).chain);
        let speaks = matches!(
            state.behaviour,
            Behaviour::Task(_) | Behaviour::Wait(_) | Behaviour::Parallel(_) | Behaviour::Map(_)
        );
        if speaks && !matches!(self.strand(id).phase, Phase::Enter) {
            self.record(id, chain, || EventKind::StateAborted(state_type))?;
        }
        self.release(id);
        Ok(())
    }

    pub(in crate::simulate) fn is_alive(&self, id: StrandId) -> bool {
        self.strands.generations[id.index as usize] == id.generation
    }

    pub(in crate::simulate) fn strand(&self, id: StrandId) -> &Strand {
        &self.strands.all[id.index as usize]
    }

    pub(in crate::simulate) fn strand_mut(&mut self, id: StrandId) -> &mut Strand {
        self.strand_mut_at(id.index)
    }

    fn strand_mut_at(&mut self, index: u32) -> &mut Strand {
        &mut self.strands.all[index as usize]
    }

    /// The state a strand is in.
    pub(in crate::simulate) fn state_of(&self, id: StrandId) -> &'p State {
        let index: StateIndex = self.strand(id).state;
        self.program.state(index)
    }
}
