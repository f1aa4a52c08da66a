//! The iterations of an inline Map, written into the history of the execution itself.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Map, Prepared, STATE_DATA};
use crate::arrange::Arrange as _;
use crate::history::EventKind;
use crate::simulate::context::MapItem;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::fingerprint::Telling;
use crate::simulate::flow::Problem;
use crate::simulate::lane::{Iteration, LaneId, Phase, Place};
use crate::simulate::program::State;
use crate::value::Value;

/// Most iterations at a time, whatever MaxConcurrency says [Step Functions service quotas].
const MOST_AT_ONCE: usize = 40;

/// Its iterations while they run.
#[derive(Debug)]
pub(in crate::simulate) struct Running {
    effective: Value,
    items: Arc<Vec<Value>>,
    /// `Map.Item.Source`
    source: Arc<str>,
    /// The index of the next item to start.
    next: usize,
    /// The lanes at work, each with its item's index. Most often the one that has run longest ends first.
    active: VecDeque<(usize, LaneId)>,
    outputs: Vec<Value>,
}

impl Running {
    /// Tells what it will still do, and with what.
    pub(in crate::simulate) fn tell(&self, telling: &mut Telling) {
        telling.value(&self.effective);
        telling.add(self.next);
        telling.value(&Value::Array(self.items.clone()));
        for output in &self.outputs {
            telling.value(output);
        }
    }

    /// The same items and outputs, and nothing at work.
    pub(in crate::simulate) fn copy(&self) -> Box<Running> {
        Box::new(Running {
            effective: self.effective.clone(),
            items: self.items.clone(),
            source: self.source.clone(),
            next: self.next,
            active: VecDeque::new(),
            outputs: self.outputs.clone(),
        })
    }

    /// Takes up iterations that go on.
    pub(in crate::simulate) fn again(&mut self, active: Vec<(usize, LaneId)>) {
        self.active = active.into();
    }

    /// The iterations at work, by index.
    pub(in crate::simulate) fn children(&self) -> Vec<(usize, LaneId)> {
        let mut children: Vec<_> = self.active.iter().copied().collect();
        children.arrange_by_key(|(index, _)| *index);
        children
    }
}

pub(super) fn start<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    prepared: Prepared,
) -> Step<Progress> {
    let Prepared {
        effective,
        items,
        concurrency,
    } = prepared;
    let length = items.len();
    engine.record_next(id, || EventKind::MapStateStarted { length })?;
    let at_once = match concurrency {
        0 => MOST_AT_ONCE,
        some => some.min(MOST_AT_ONCE),
    };
    engine.lane_mut(id).phase = Phase::Iterations(Box::new(Running {
        effective,
        items,
        source: Arc::from(STATE_DATA),
        next: 0,
        active: VecDeque::with_capacity(at_once.min(length)),
        outputs: vec![Value::Null; length],
    }));
    let chain = engine.lane(id).chain;
    if length == 0 {
        engine.tell_no_items(id, || map.items.none())?;
        return succeed(engine, id, map, chain);
    }
    for _ in 0..at_once.min(length) {
        if let Err(problem) = start_next(engine, id, state, map, chain)? {
            return engine.problem(id, problem);
        }
    }
    Ok(Progress::Blocked)
}

/// Starts the next item's iteration; `previous` is the event it follows.
fn start_next<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    previous: u64,
) -> Step<Result<(), Problem>> {
    let Phase::Iterations(running) = &mut engine.lane_mut(id).phase else {
        return Ok(Ok(()));
    };
    let index = running.next;
    running.next += 1;
    let item = MapItem {
        index,
        key: None,
        value: running.items[index].clone(),
        source: Some(running.source.clone()),
    };
    let input = match &map.item_selector {
        None => item.value.clone(),
        Some(selector) => {
            let effective = running.effective.clone();
            let around = engine.surroundings(id);
            match selector.evaluate(&around.with_item(&item), &effective, None, None) {
                Ok(input) => input,
                Err(problem) => return Ok(Err(problem)),
            }
        }
    };
    let started = engine.record(id, previous, || EventKind::MapIterationStarted {
        name: state.name.clone(),
        index,
    })?;
    let lane = engine.lane(id);
    let variables = lane.variables.inner();
    let outer = lane.iteration.clone();
    let child = engine.spawn(
        Place::Child { parent: id, index },
        map.processor,
        input,
        started,
        variables,
        Some(Arc::new(Iteration {
            item: Some(item),
            index: Some(index),
            outer,
        })),
    );
    if let Phase::Iterations(running) = &mut engine.lane_mut(id).phase {
        running.active.push_back((index, child));
    }
    engine.queue(child);
    Ok(Ok(()))
}

/// An iteration has come to its end; `chain` is its last event.
pub(super) fn iteration_ended<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    index: usize,
    output: Value,
    chain: u64,
) -> Step<Progress> {
    let succeeded = engine.record(id, chain, || EventKind::MapIterationSucceeded {
        name: state.name.clone(),
        index,
    })?;
    let Phase::Iterations(running) = &mut engine.lane_mut(id).phase else {
        return Ok(Progress::Blocked);
    };
    running.outputs[index] = output;
    if let Some(at) = running.active.iter().position(|(active, _)| *active == index) {
        running.active.remove(at);
    }
    if running.next < running.items.len() {
        // The next one follows the last state's event; that the iteration succeeded leads nowhere (recorded by AWS).
        return match start_next(engine, id, state, map, chain)? {
            Ok(()) => Ok(Progress::Blocked),
            Err(problem) => engine.problem(id, problem),
        };
    }
    if !running.active.is_empty() {
        return Ok(Progress::Blocked);
    }
    succeed(engine, id, map, succeeded)
}

/// All is done; `last` is the event that both what succeeded and what is left name (recorded by AWS).
fn succeed<'p>(engine: &mut Engine<'p>, id: LaneId, map: &'p Map, last: u64) -> Step<Progress> {
    let lane = engine.lane_mut(id);
    lane.chain = last;
    let Phase::Iterations(running) = std::mem::replace(&mut lane.phase, Phase::Work) else {
        return Ok(Progress::Blocked);
    };
    engine.record(id, last, || EventKind::MapStateSucceeded)?;
    let result = Value::from(running.outputs);
    match map.flow.finish(&engine.surroundings(id), result) {
        Ok(exit) => Ok(Progress::Exit(exit)),
        Err(problem) => engine.problem(id, problem),
    }
}

/// An iteration has failed: the others are stopped, and the state goes on from its last event.
pub(in crate::simulate) fn iteration_failed(
    engine: &mut Engine<'_>,
    id: LaneId,
    failed: LaneId,
    index: usize,
) -> Step {
    let chain = engine.lane(failed).chain;
    let name = engine.state_of(id).name.clone();
    let Phase::Iterations(running) = std::mem::replace(&mut engine.lane_mut(id).phase, Phase::Work) else {
        return Ok(());
    };
    if engine.may_be_redriven() {
        let inside = engine.stopped_iterations(running.copy(), running.children());
        engine.lane_mut(id).stopped = Some(Box::new(inside));
    }
    let failed_name = name.clone();
    engine.record(id, chain, || EventKind::MapIterationFailed {
        name: failed_name,
        index,
    })?;
    engine.release(failed);
    for (index, child) in running.children() {
        if child != failed {
            abort_iteration(engine, id, &name, index, child)?;
        }
    }
    engine.lane_mut(id).chain = chain;
    Ok(())
}

/// Stops an iteration and what runs in it.
pub(in crate::simulate) fn abort_iteration(
    engine: &mut Engine<'_>,
    id: LaneId,
    name: &Arc<str>,
    index: usize,
    child: LaneId,
) -> Step {
    if !engine.is_alive(child) {
        return Ok(());
    }
    let chain = engine.lane(child).chain;
    engine.abort(child)?;
    let name = name.clone();
    engine.record(id, chain, || EventKind::MapIterationAborted { name, index })?;
    Ok(())
}
