//! A Distributed Map: each item, or batch of items, is an execution of its own, with a history of its own; the
//! parent's history tells of the Map Run only.

use std::sync::Arc;

use super::batcher::{Batcher, Batches};
use super::items::{InMemory, ItemStream, ReadError};
use super::map_run::{self, MapRun};
use super::reader::{Reader, Request, S3};
use super::tolerance::{Threshold, Tolerance};
use super::writer::{Results, Writer};
use super::{Map, count};
use crate::history::EventKind;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::{Halt, Step};
use crate::simulate::flow::Problem;
use crate::simulate::lane::LaneId;
use crate::simulate::map_runs::{self, MapRunCounts, MapRunStatus, MapRunView};
use crate::simulate::program::State;
use crate::value::Value;

/// Most children at a time [Step Functions service quotas].
pub(in crate::simulate) const MOST_AT_ONCE: usize = 10_000;

/// What a Map has in distributed mode.
#[derive(Debug)]
pub(in crate::simulate) struct Distributed {
    /// `ExecutionType: EXPRESS`
    pub(in crate::simulate) express: bool,
    /// `Label`, or what stands for it in ARNs.
    pub(in crate::simulate) label: Arc<str>,
    pub(in crate::simulate) reader: Option<Reader>,
    pub(in crate::simulate) batcher: Option<Batcher>,
    pub(in crate::simulate) writer: Option<Writer>,
    pub(in crate::simulate) tolerance: Tolerance,
}

/// What is known before MapStateStarted.
struct Prepared {
    effective: Value,
    /// An array or object in the state's data; null when a reader has the items.
    data: Value,
    /// `MaxConcurrency`, 0 for no limit.
    max_concurrency: u64,
}

/// What is known before MapRunStarted.
struct Plan {
    threshold: Threshold,
    request: Option<Request>,
    batches: Option<Batches>,
    results: Results,
}

/// AWS's order (recorded): the items and MaxConcurrency are evaluated before MapStateStarted, the other numbers and
/// arguments behind it, and what the reader refuses fails the Map Run.
pub(super) fn start<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    distributed: &'p Distributed,
) -> Step<Progress> {
    let prepared = match prepare(engine, id, map, distributed) {
        Ok(prepared) => prepared,
        Err(problem) => return engine.problem(id, problem),
    };
    // How many items a reader finds is not known yet (recorded by AWS).
    let length = InMemory::len(&prepared.data);
    engine.record_next(id, || EventKind::MapStateStarted { length })?;
    let plan = match plan(engine, id, distributed, &prepared.effective) {
        Ok(plan) => plan,
        Err(problem) => return engine.problem(id, problem),
    };
    let machine_name: Arc<str> = Arc::from(format!("{}/{}", engine.settings.machine_name, distributed.label));
    let name = format!("mapRun:{machine_name}:{}", engine.random.uuid());
    let arn: Arc<str> = Arc::from(engine.settings.arn_of(&name));
    let map_run_arn = arn.clone();
    engine.record_next(id, || EventKind::MapRunStarted { map_run_arn })?;
    let place = engine.map_run_begins(MapRunView {
        arn: arn.clone(),
        status: MapRunStatus::Running,
        started: engine.now,
        stopped: None,
        redrives: 0,
        redriven: None,
        max_concurrency: prepared.max_concurrency,
        tolerated_count: plan.threshold.count.unwrap_or_default(),
        tolerated_percentage: plan.threshold.percentage.unwrap_or_default(),
        items: MapRunCounts::default(),
        executions: MapRunCounts::default(),
    });
    // Datasets are read twice: to count the items and find mistakes before anything runs, and then item by item.
    let open = |engine: &Engine<'p>| open(engine, distributed, &prepared.data, plan.request.as_ref());
    let opened = open(engine).and_then(|mut stream| {
        let mut total = 0;
        while stream.next()?.is_some() {
            total += 1;
        }
        Ok((total, open(engine)?))
    });
    let (total, items) = match opened {
        Ok(opened) => opened,
        Err(ReadError::Failed(cause)) => return map_run::reader_failed(engine, id, place, cause),
        Err(ReadError::Stop(error)) => return Err(Halt::from(error)),
    };
    if total == 0 {
        engine.tell_no_items(id, || match (&distributed.reader, &plan.request) {
            (Some(reader), Some(request)) => reader.none(request),
            _ => map.items.none(),
        })?;
    }
    let items_of_run = &mut engine.map_runs[place].items;
    (items_of_run.pending, items_of_run.total) = (total, total);
    let run = MapRun {
        arn,
        machine_name,
        effective: prepared.effective,
        items,
        waiting: None,
        next_item: 0,
        next_child: 0,
        batches: plan.batches,
        at_once: map_runs::at_once(prepared.max_concurrency),
        place,
        active: Default::default(),
        threshold: plan.threshold,
        total,
        failed: 0,
        results: plan.results,
        unsuccessful: Default::default(),
        too_many: false,
        again: Default::default(),
        is_redriven: false,
    };
    map_run::go_on(engine, id, state, map, distributed, Box::new(run))
}

fn prepare(
    engine: &Engine<'_>,
    id: LaneId,
    map: &Map,
    distributed: &Distributed,
) -> Result<Prepared, Problem> {
    let around = engine.surroundings(id);
    let effective = map.flow.effective(&around)?;
    // With an ItemReader, ItemsPath is not looked at [localstack#12117].
    let data = match distributed.reader {
        Some(_) => Value::Null,
        None => map.items.evaluate_dataset(&around, &effective)?,
    };
    let max_concurrency = count::evaluate(&map.max_concurrency, &around, &effective)? as u64;
    Ok(Prepared {
        effective: effective.into_owned(),
        data,
        max_concurrency,
    })
}

fn plan(
    engine: &Engine<'_>,
    id: LaneId,
    distributed: &Distributed,
    effective: &Value,
) -> Result<Plan, Problem> {
    let around = engine.surroundings(id);
    Ok(Plan {
        threshold: distributed.tolerance.evaluate(&around, effective)?,
        request: distributed
            .reader
            .as_ref()
            .map(|reader| reader.request(&around, effective))
            .transpose()?,
        batches: distributed
            .batcher
            .as_ref()
            .map(|batcher| batcher.evaluate(&around, effective))
            .transpose()?,
        results: Results::begin(distributed.writer.as_ref(), &around, effective)?,
    })
}

fn open(
    engine: &Engine<'_>,
    distributed: &Distributed,
    data: &Value,
    request: Option<&Request>,
) -> Result<Box<dyn ItemStream>, ReadError> {
    match (&distributed.reader, request) {
        (Some(reader), Some(request)) => {
            let objects = S3 {
                mocks: engine.mocks,
                written: &engine.written,
            };
            reader.open(request, &objects, engine.now)
        }
        _ => Ok(Box::new(InMemory::state_data(data.clone()))),
    }
}
