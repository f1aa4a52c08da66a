//! A Map Run: its children while they run, and what becomes of it when they end.
//!
//! Items are read, selected and put into batches when a child is due, so that what is held is bounded by how many
//! children run at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Map;
use super::batcher::Batches;
use super::child_result::{ChildOutcome, ChildResult};
use super::distributed::Distributed;
use super::items::{ItemStream, ReadError};
use super::tolerance::{self, Threshold};
use super::writer::Results;
use crate::history::EventKind;
use crate::history::Time;
use crate::history::failure::{Failure, names};
use crate::simulate::children::{ChildBegins, KeptChild};
use crate::simulate::engine::{Engine, Inside, Progress};
use crate::simulate::error::{Halt, Step};
use crate::simulate::fingerprint::Telling;
use crate::simulate::flow::Problem;
use crate::simulate::lane::{Iteration, LaneId, Phase, Place, Variables};
use crate::simulate::map_runs::{self, MapRunStatus, MapRunUpdate};
use crate::simulate::program::State;
use crate::value::Value;

/// A Map Run in progress.
#[derive(Debug)]
pub(in crate::simulate) struct MapRun {
    pub(super) arn: Arc<str>,
    /// Its place among the Map Runs of the execution.
    pub(super) place: usize,
    /// `<machine>/<label>`: the name of the children's state machine.
    pub(super) machine_name: Arc<str>,
    pub(super) effective: Value,
    pub(super) items: Box<dyn ItemStream>,
    /// An item that had no room in the last batch.
    pub(super) waiting: Option<Value>,
    /// The index of the next item.
    pub(super) next_item: usize,
    /// The number of the next child.
    pub(super) next_child: usize,
    pub(super) batches: Option<Batches>,
    /// Most children at a time.
    pub(super) at_once: usize,
    /// The children at work, by number.
    pub(super) active: BTreeMap<usize, Active>,
    pub(super) threshold: Threshold,
    /// All items, and those that children failed on.
    pub(super) total: u64,
    pub(super) failed: u64,
    pub(super) results: Results,
    /// The children that did not end well, by number: they go on when the Map Run does, after it has failed or was stopped.
    pub(super) unsuccessful: BTreeMap<usize, Unsuccessful>,
    /// Whether there are more of them than are kept.
    pub(super) too_many: bool,
    /// Those of them that are to go on.
    pub(super) again: BTreeMap<usize, Unsuccessful>,
    /// Whether it goes on after it has failed or was stopped, and its history does not say so yet.
    pub(super) is_redriven: bool,
}

/// Most children of a Map Run that are kept to go on later.
const MOST_KEPT: usize = 10_000;

/// A child that did not end well. What it came to is no result of the Map Run while it may go on.
#[derive(Debug)]
pub(super) struct Unsuccessful {
    child: Child,
    outcome: ChildOutcome,
    stopped: Time,
    kept: KeptChild,
}

/// A child execution, at work or stopped.
#[derive(Debug)]
pub(super) struct Child {
    name: Arc<str>,
    input: Value,
    /// How many items it has.
    items: u64,
    started: Time,
    /// How often it was redriven.
    redrives: u32,
}

/// A child at work.
#[derive(Debug)]
pub(super) struct Active {
    lane: LaneId,
    child: Child,
}

impl MapRun {
    /// Tells what it will still do, and with what.
    pub(in crate::simulate) fn tell(&self, telling: &mut Telling) {
        telling.add((&self.arn, &self.machine_name));
        telling.value(&self.effective);
        self.items.tell(telling);
        telling.optional(self.waiting.as_ref());
        telling.add((
            self.next_item,
            self.next_child,
            self.at_once,
            self.total,
            self.failed,
        ));
        telling.debug(&(&self.batches, self.threshold));
        for (number, Active { lane, child }) in &self.active {
            telling.add((number, lane, &child.name, child.items, child.started));
            telling.value(&child.input);
        }
        self.results.tell(telling);
    }

    /// The children at work.
    pub(in crate::simulate) fn children(&self) -> Vec<LaneId> {
        self.active.values().map(|active| active.lane).collect()
    }

    pub(in crate::simulate) fn place(&self) -> usize {
        self.place
    }

    pub(in crate::simulate) fn arn(&self) -> &str {
        &self.arn
    }

    /// A child did not end well: it is kept where it may go on later; else what it came to is a result.
    fn keep(&mut self, engine: &Engine<'_>, number: usize, unsuccessful: Unsuccessful) {
        if !self.too_many && self.unsuccessful.len() < MOST_KEPT {
            self.unsuccessful.insert(number, unsuccessful);
            return;
        }
        self.too_many = true;
        self.add_result(engine, number, unsuccessful);
        self.nobody_goes_on(engine);
    }

    /// What the children came to that did not end well, and are kept, are results: none of them goes on.
    fn nobody_goes_on(&mut self, engine: &Engine<'_>) {
        for (number, unsuccessful) in std::mem::take(&mut self.unsuccessful) {
            self.add_result(engine, number, unsuccessful);
        }
    }

    /// Whether it can go on after it has failed or was stopped: not where its results are in files already, nor where more
    /// children would have to than are kept.
    pub(in crate::simulate) fn can_go_on(&self) -> bool {
        let children = self.unsuccessful.len() + self.again.len() + self.active.len();
        !self.too_many && children <= MOST_KEPT && !self.results.are_written()
    }

    /// Changes how many children run at a time, and how many items may fail.
    pub(in crate::simulate) fn update(&mut self, update: MapRunUpdate) {
        if let Some(most) = update.max_concurrency {
            self.at_once = map_runs::at_once(most);
        }
        self.threshold.count = update.tolerated_count.or(self.threshold.count);
        self.threshold.percentage = update.tolerated_percentage.or(self.threshold.percentage);
    }

    /// A child has ended so; `kept` is what it can go on with, if it can.
    fn child_ends(
        &mut self,
        engine: &mut Engine<'_>,
        number: usize,
        child: Child,
        (outcome, kept): (ChildOutcome, Option<KeptChild>),
    ) {
        let stopped = engine.now;
        let view = engine.map_runs.get_mut(self.place);
        // One that was stopped with its execution has counted its children.
        if let Some(view) = view.filter(|view| view.status == MapRunStatus::Running) {
            view.child_ends(child.items, outcome.end(), self.results.are_written());
        }
        match kept.filter(|_| !self.results.are_written()) {
            Some(kept) => {
                let unsuccessful = Unsuccessful {
                    child,
                    outcome,
                    stopped,
                    kept,
                };
                self.keep(engine, number, unsuccessful);
            }
            None => self.add_result_of(engine, number, child, outcome, stopped),
        }
    }

    fn add_result(&mut self, engine: &Engine<'_>, number: usize, unsuccessful: Unsuccessful) {
        let Unsuccessful {
            child,
            outcome,
            stopped,
            ..
        } = unsuccessful;
        self.add_result_of(engine, number, child, outcome, stopped);
    }

    fn add_result_of(
        &mut self,
        engine: &Engine<'_>,
        number: usize,
        child: Child,
        outcome: ChildOutcome,
        stopped: Time,
    ) {
        let of = |what: &str| engine.settings.arn_of(what);
        let result = ChildResult {
            machine_arn: of(&format!("stateMachine:{}", self.machine_name)),
            execution_arn: of(&format!("execution:{}:{}", self.machine_name, child.name)),
            name: child.name,
            input: child.input,
            outcome,
            started: child.started,
            stopped,
            redrives: child.redrives,
        };
        self.results.add(number, result);
    }

    /// The next item as its child gets it.
    fn next_item(&mut self, engine: &Engine<'_>, id: LaneId, map: &Map) -> Result<Option<Value>, Trouble> {
        if let Some(item) = self.waiting.take() {
            return Ok(Some(item));
        }
        let Some(item) = self.items.next()? else {
            return Ok(None);
        };
        let index = self.next_item;
        self.next_item += 1;
        let Some(selector) = &map.item_selector else {
            return Ok(Some(item.input()));
        };
        let item = item.in_context(index);
        let around = engine.surroundings(id);
        let input = selector.evaluate(&around.with_item(&item), &self.effective, None, None)?;
        Ok(Some(input))
    }

    /// The next child's input, and how many items it has.
    fn next_input(
        &mut self,
        engine: &Engine<'_>,
        id: LaneId,
        map: &Map,
    ) -> Result<Option<(Value, u64)>, Trouble> {
        let Some(batches) = self.batches.take() else {
            return Ok(self.next_item(engine, id, map)?.map(|input| (input, 1)));
        };
        let input = self.next_batch(&batches, engine, id, map);
        self.batches = Some(batches);
        input
    }

    fn next_batch(
        &mut self,
        batches: &Batches,
        engine: &Engine<'_>,
        id: LaneId,
        map: &Map,
    ) -> Result<Option<(Value, u64)>, Trouble> {
        let mut batch = batches.begin();
        while !batches.is_full(&batch) {
            let Some(item) = self.next_item(engine, id, map)? else {
                break;
            };
            if let Err(item) = batches.add(&mut batch, item) {
                self.waiting = Some(item);
                break;
            }
        }
        let items = batch.len() as u64;
        Ok((items > 0).then(|| (batches.input(batch), items)))
    }
}

/// Why the next child cannot start.
enum Trouble {
    Read(ReadError),
    Problem(Problem),
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Self {
        Trouble::Read(error)
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Trouble::Problem(problem)
    }
}

/// Starts as many children as may run, or ends the Map Run when there are none left, or when more items have failed than may.
pub(super) fn go_on<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    distributed: &'p Distributed,
    mut run: Box<MapRun>,
) -> Step<Progress> {
    if run.is_redriven
        && let Err(halt) = record_redriven(engine, id, &run)
    {
        // The history has no room: it is stopped as it is.
        engine.lane_mut(id).phase = Phase::MapRun(run);
        return Err(halt);
    }
    run.is_redriven = false;
    if run.threshold.is_exceeded(run.failed, run.total) {
        let place = run.place;
        let run = abandon(engine, run);
        if engine.may_be_redriven() {
            engine.lane_mut(id).stopped = Some(Box::new(Inside::MapRun(run)));
        }
        return run_failed(engine, id, place, tolerance::exceeded());
    }
    while run.active.len() < run.at_once {
        if let Some((number, child)) = run.again.pop_first() {
            start_again(engine, id, map, distributed, &mut run, number, child)?;
            continue;
        }
        match run.next_input(engine, id, map) {
            Ok(Some((input, items))) => start_child(engine, id, map, distributed, &mut run, input, items),
            Ok(None) => break,
            Err(trouble) => {
                let place = run.place;
                // What is read is not read again: a redrive begins another Map Run, which is a guess.
                abandon(engine, run);
                engine.map_run_ends(place, MapRunStatus::Failed);
                return match trouble {
                    Trouble::Problem(problem) => engine.problem(id, problem),
                    Trouble::Read(ReadError::Stop(error)) => Err(Halt::from(error)),
                    Trouble::Read(ReadError::Failed(cause)) => reader_failed(engine, id, place, cause),
                };
            }
        }
    }
    if run.active.is_empty() {
        return succeed(engine, id, state, map, *run);
    }
    engine.lane_mut(id).phase = Phase::MapRun(run);
    Ok(Progress::Blocked)
}

fn start_child<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    map: &'p Map,
    distributed: &'p Distributed,
    run: &mut MapRun,
    input: Value,
    items: u64,
) {
    let index = run.next_child;
    run.next_child += 1;
    let name: Arc<str> = Arc::from(engine.random.uuid());
    let outer = engine.lane(id).iteration.clone();
    // Children read no variables of their parent [Passing data between states with variables].
    let lane = engine.spawn(
        Place::Child { parent: id, index },
        map.processor,
        input.clone(),
        0,
        Variables::default(),
        Some(Arc::new(Iteration {
            item: None,
            index: Some(index),
            outer,
        })),
    );
    engine.begin_child(
        lane,
        &run.machine_name,
        &name,
        distributed.express,
        (&run.arn, items),
    );
    let started = engine.now;
    if let Some(view) = engine.map_runs.get_mut(run.place) {
        view.child_begins(items);
    }
    run.active.insert(
        index,
        Active {
            lane,
            child: Child {
                name,
                input,
                items,
                started,
                redrives: 0,
            },
        },
    );
    engine.queue(lane);
}

/// A child has ended.
pub(super) fn child_ended<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    distributed: &'p Distributed,
    index: usize,
    ended: (ChildOutcome, Option<KeptChild>),
) -> Step<Progress> {
    let phase = std::mem::replace(&mut engine.lane_mut(id).phase, Phase::Work);
    let Phase::MapRun(mut run) = phase else {
        return Ok(Progress::Blocked);
    };
    if let Some(Active { child, .. }) = run.active.remove(&index) {
        if !matches!(ended.0, ChildOutcome::Succeeded(_)) {
            run.failed += child.items;
        }
        run.child_ends(engine, index, child, ended);
    }
    go_on(engine, id, state, map, distributed, run)
}

/// The Map Run fails or is stopped: its children are stopped, and their results go where those of the others are. What it
/// can go on with later, if it can.
fn abandon(engine: &mut Engine<'_>, mut run: Box<MapRun>) -> Option<Box<MapRun>> {
    let keeps = engine.may_be_redriven() && run.can_go_on();
    for (number, Active { lane, child }) in std::mem::take(&mut run.active) {
        let kept = keeps.then(|| engine.keep_child(lane)).flatten();
        engine.release_tree(lane);
        run.child_ends(engine, number, child, (ChildOutcome::Aborted, kept));
    }
    // Those that were to go on and have not begun to.
    for (number, unsuccessful) in std::mem::take(&mut run.again) {
        let items = unsuccessful.child.items;
        if let Some(view) = engine.map_runs.get_mut(run.place) {
            view.child_waits_no_more(items, unsuccessful.outcome.end());
        }
        run.failed += items;
        run.unsuccessful.insert(number, unsuccessful);
    }
    if keeps {
        return Some(run);
    }
    run.results.abandon(&run.arn, &mut engine.written);
    None
}

/// Stops the Map Run that a lane is in, whose execution or branch was stopped; what it can go on with later.
pub(in crate::simulate) fn stop(engine: &mut Engine<'_>, id: LaneId) -> Option<Box<MapRun>> {
    let phase = std::mem::replace(&mut engine.lane_mut(id).phase, Phase::Work);
    let Phase::MapRun(run) = phase else {
        engine.lane_mut(id).phase = phase;
        return None;
    };
    let place = run.place;
    let run = abandon(engine, run);
    engine.map_run_is_aborted(place);
    run
}

/// Lets a Map Run go on after it has failed or was stopped: with the children that did not end well, and then with the
/// items that are left [Redriving Map Runs in Step Functions executions].
pub(in crate::simulate) fn redrive(engine: &mut Engine<'_>, id: LaneId, mut run: Box<MapRun>) {
    for (number, unsuccessful) in std::mem::take(&mut run.unsuccessful) {
        let goes_on = engine.has_room(&unsuccessful.kept);
        let items = unsuccessful.child.items;
        if let Some(view) = engine.map_runs.get_mut(run.place) {
            view.child_waits(items, unsuccessful.outcome.end(), goes_on);
        }
        if goes_on {
            run.failed = run.failed.saturating_sub(items);
            run.again.insert(number, unsuccessful);
        } else {
            run.add_result(engine, number, unsuccessful);
        }
    }
    let now = engine.now;
    if let Some(view) = engine.map_runs.get_mut(run.place) {
        view.goes_on(now);
    }
    run.is_redriven = true;
    engine.lane_mut(id).phase = Phase::MapRun(run);
    engine.queue(id);
}

/// Writes that a Map Run goes on. Its own step does, which knows what becomes of a child whose history is full.
fn record_redriven(engine: &mut Engine<'_>, id: LaneId, run: &MapRun) -> Step {
    let count = engine.map_runs.get(run.place).map_or(0, |view| view.redrives);
    let redriven = || EventKind::map_run_redriven(&run.arn, count);
    engine.record_next(id, redriven).map(drop)
}

/// Lets a child go on that did not end well; an Express one begins anew.
fn start_again<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    map: &'p Map,
    distributed: &'p Distributed,
    run: &mut MapRun,
    number: usize,
    unsuccessful: Unsuccessful,
) -> Step {
    let Unsuccessful { mut child, kept, .. } = unsuccessful;
    child.redrives += 1;
    let begins = ChildBegins {
        machine_name: run.machine_name.clone(),
        name: child.name.clone(),
        express: distributed.express,
        input: child.input.clone(),
        started: child.started,
        redrives: child.redrives,
    };
    if let Some(view) = engine.map_runs.get_mut(run.place) {
        view.child_begins_again(child.items);
    }
    let lane = engine.child_again((id, number), map.processor, begins, kept)?;
    run.active.insert(number, Active { lane, child });
    Ok(())
}

/// The dataset cannot be read.
pub(super) fn reader_failed(
    engine: &mut Engine<'_>,
    id: LaneId,
    place: usize,
    cause: String,
) -> Step<Progress> {
    run_failed(engine, id, place, Failure::new(names::ITEM_READER_FAILED, cause))
}

/// The Map Run has failed, and with it the state.
fn run_failed(engine: &mut Engine<'_>, id: LaneId, place: usize, failure: Failure) -> Step<Progress> {
    engine.map_run_ends(place, MapRunStatus::Failed);
    let shown = failure.clone();
    engine.record_next(id, || EventKind::MapRunFailed(shown))?;
    Ok(Progress::Failed(failure))
}

/// All is done. What succeeded follows one another; what is left follows that the run was started [floci#3167].
fn succeed<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    mut run: MapRun,
) -> Step<Progress> {
    run.nobody_goes_on(engine);
    let result = match run.results.finish(&state.name, &run.arn, &mut engine.written) {
        Ok(result) => result,
        Err(failure) => return run_failed(engine, id, run.place, failure),
    };
    engine.map_run_ends(run.place, MapRunStatus::Succeeded);
    let started = engine.lane(id).chain;
    let succeeded = engine.record(id, started, || EventKind::MapRunSucceeded)?;
    engine.record(id, succeeded, || EventKind::MapStateSucceeded)?;
    match map.flow.finish(&engine.surroundings(id), result) {
        Ok(exit) => Ok(Progress::Exit(exit)),
        Err(problem) => engine.problem(id, problem),
    }
}
