//! A Distributed Map: each item, or batch of items, is an execution of its own, with a history of its own; the
//! parent's history tells of the Map Run only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::batcher::Batcher;
use super::reader::{ReadError, Reader};
use super::tolerance::{self, Threshold, Tolerance};
use super::writer::{self, Writer, object};
use super::{Map, Prepared, item};
use crate::simulate::clock::Time;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::failure::Failure;
use crate::simulate::flow::Problem;
use crate::simulate::history::EventKind;
use crate::simulate::strand::{Iteration, Phase, Place, StrandId, Variables};
use crate::value::{Map as Members, Value};

/// Most children at a time [Step Functions service quotas].
const MOST_AT_ONCE: usize = 10_000;

/// What a Map has in distributed mode.
#[derive(Debug)]
pub(in crate::simulate) struct Distributed {
    /// `ExecutionType: EXPRESS`
    pub(in crate::simulate) express: bool,
    pub(in crate::simulate) label: Option<Arc<str>>,
    pub(in crate::simulate) reader: Option<Reader>,
    pub(in crate::simulate) batcher: Option<Batcher>,
    pub(in crate::simulate) writer: Option<Writer>,
    pub(in crate::simulate) tolerance: Tolerance,
}

/// Its children while they run.
#[derive(Debug)]
pub(in crate::simulate) struct MapRun {
    arn: Arc<str>,
    /// The last part of the ARN.
    id: String,
    /// `<machine>/<label>`: the name of the children's state machine.
    machine_name: Arc<str>,
    inputs: Vec<Value>,
    /// The index of the next child to start.
    next: usize,
    /// The children at work.
    active: BTreeMap<usize, Child>,
    results: Vec<Option<ChildResult>>,
    failed: usize,
    threshold: Threshold,
    writer: Option<writer::Plan>,
}

#[derive(Debug)]
struct Child {
    strand: StrandId,
    name: Arc<str>,
    started: Time,
}

impl MapRun {
    /// The children at work.
    pub(in crate::simulate) fn children(&self) -> Vec<StrandId> {
        self.active.values().map(|child| child.strand).collect()
    }
}

/// A child execution that has ended.
#[derive(Debug)]
pub(super) struct ChildResult {
    machine_arn: Arc<str>,
    execution_arn: String,
    name: Arc<str>,
    input: Value,
    pub(super) outcome: Result<Value, Failure>,
    started: Time,
    stopped: Time,
}

impl ChildResult {
    /// What it adds to the state's output. What AWS puts there for an item whose failure is tolerated is not known;
    /// this is the error output that a catcher would see.
    pub(super) fn output(&self) -> Value {
        match &self.outcome {
            Ok(output) => output.clone(),
            Err(failure) => failure.output(),
        }
    }

    /// Its description in the files that ResultWriter writes [Exporting Map state results to Amazon S3].
    pub(super) fn description(&self) -> Value {
        let included = || object([("Included", Value::from(true))]);
        let mut members: Vec<(&str, Value)> = Vec::with_capacity(14);
        if let Err(failure) = &self.outcome {
            let text = |text: &Option<Arc<str>>| text.clone().map_or(Value::Null, Value::String);
            members.push(("Cause", text(&failure.cause)));
            members.push(("Error", text(&failure.error)));
        }
        members.push(("ExecutionArn", Value::from(self.execution_arn.as_str())));
        members.push(("Input", Value::from(self.input.to_json())));
        members.push(("InputDetails", included()));
        members.push(("Name", Value::String(self.name.clone())));
        let status = if let Ok(output) = &self.outcome {
            members.push(("Output", Value::from(output.to_json())));
            members.push(("OutputDetails", included()));
            members.push(("RedriveCount", Value::from(0)));
            members.push(("RedriveStatus", Value::from("NOT_REDRIVABLE")));
            let reason = "Execution is SUCCEEDED and cannot be redriven";
            members.push(("RedriveStatusReason", Value::from(reason)));
            "SUCCEEDED"
        } else {
            members.push(("RedriveCount", Value::from(0)));
            members.push(("RedriveStatus", Value::from("REDRIVABLE")));
            "FAILED"
        };
        members.push(("StartDate", Value::from(self.started.in_context())));
        members.push(("StateMachineArn", Value::String(self.machine_arn.clone())));
        members.push(("Status", Value::from(status)));
        members.push(("StopDate", Value::from(self.stopped.in_context())));
        let members = members.into_iter().map(|(key, value)| (Arc::from(key), value));
        Value::object(members.collect::<Members>())
    }
}

pub(super) fn start<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    map: &'p Map,
    distributed: &'p Distributed,
    prepared: Prepared,
) -> Step<Progress> {
    // How many items a reader finds is not known yet (recorded by AWS).
    let length = if distributed.reader.is_some() {
        0
    } else {
        prepared.items.len()
    };
    engine.record_next(id, || EventKind::MapStateStarted { length })?;
    let Plans {
        threshold,
        reader,
        batcher,
        writer,
    } = match plan(engine, id, distributed, &prepared.effective) {
        Ok(plans) => plans,
        Err(problem) => return engine.problem(id, problem),
    };
    let run_id = engine.random.uuid();
    let label = match &distributed.label {
        Some(label) => label.clone(),
        None => Arc::from(engine.random.uuid()),
    };
    let machine_name: Arc<str> = Arc::from(format!("{}/{label}", engine.settings.machine_name));
    let settings = engine.settings;
    let arn: Arc<str> = Arc::from(format!(
        "arn:aws:states:{}:{}:mapRun:{machine_name}:{run_id}",
        settings.region, settings.account
    ));
    let map_run_arn = arn.clone();
    engine.record_next(id, || EventKind::MapRunStarted { map_run_arn })?;
    let (items, source) = match (&distributed.reader, reader) {
        (Some(own), Some(plan)) => match own.read(&plan, engine.mocks) {
            Ok(read) => read,
            Err(ReadError::Stop(error)) => return Err(error.into()),
            Err(ReadError::Failed(failure)) => return run_failed(engine, id, failure),
        },
        _ => (prepared.items.to_vec(), Arc::from(super::STATE_DATA)),
    };
    let inputs = match select(engine, id, map, &prepared.effective, items, &source) {
        Ok(inputs) => inputs,
        Err(problem) => return engine.problem(id, problem),
    };
    let inputs = match batcher {
        Some(batcher) => batcher.batches(inputs),
        None => inputs,
    };
    let at_once = match prepared.concurrency {
        0 => MOST_AT_ONCE,
        some => some.min(MOST_AT_ONCE),
    };
    let total = inputs.len();
    engine.strand_mut(id).phase = Phase::MapRun(Box::new(MapRun {
        arn,
        id: run_id,
        machine_name,
        inputs,
        next: 0,
        active: BTreeMap::new(),
        results: std::iter::repeat_with(|| None).take(total).collect(),
        failed: 0,
        threshold,
        writer,
    }));
    if total == 0 {
        return succeed(engine, id, map, distributed);
    }
    for _ in 0..at_once.min(total) {
        start_next(engine, id, map, distributed);
    }
    Ok(Progress::Blocked)
}

/// The fields of the state, evaluated.
struct Plans {
    threshold: Threshold,
    reader: Option<super::reader::Plan>,
    batcher: Option<super::batcher::Plan>,
    writer: Option<writer::Plan>,
}

fn plan(
    engine: &Engine<'_>,
    id: StrandId,
    distributed: &Distributed,
    effective: &Value,
) -> Result<Plans, Problem> {
    let around = engine.surroundings(id);
    Ok(Plans {
        threshold: distributed.tolerance.evaluate(&around, effective)?,
        reader: distributed
            .reader
            .as_ref()
            .map(|reader| reader.plan(&around, effective))
            .transpose()?,
        batcher: distributed
            .batcher
            .as_ref()
            .map(|batcher| batcher.plan(&around, effective))
            .transpose()?,
        writer: distributed
            .writer
            .as_ref()
            .map(|writer| writer.plan(&around, effective))
            .transpose()?,
    })
}

/// The items as ItemSelector makes them.
fn select(
    engine: &Engine<'_>,
    id: StrandId,
    map: &Map,
    effective: &Value,
    items: Vec<Value>,
    source: &Arc<str>,
) -> Result<Vec<Value>, Problem> {
    let Some(selector) = &map.item_selector else {
        return Ok(items);
    };
    let around = engine.surroundings(id);
    items
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let item = item(index, value, source);
            selector.evaluate(&around.with_item(&item), effective, None, None)
        })
        .collect()
}

/// Starts the next child.
fn start_next<'p>(engine: &mut Engine<'p>, id: StrandId, map: &'p Map, distributed: &'p Distributed) {
    let Phase::MapRun(run) = &mut engine.strand_mut(id).phase else {
        return;
    };
    let index = run.next;
    run.next += 1;
    let (input, machine_name) = (run.inputs[index].clone(), run.machine_name.clone());
    let name: Arc<str> = Arc::from(engine.random.uuid());
    let mut indexes = engine
        .strand(id)
        .iteration
        .as_ref()
        .map_or_else(Vec::new, |iteration| iteration.indexes.clone());
    indexes.push(index);
    let iteration = Arc::new(Iteration { item: None, indexes });
    // Children read no variables of their parent [Passing data between states with variables].
    let strand = engine.spawn(
        Place::Child { parent: id, index },
        map.processor,
        input,
        0,
        Variables::default(),
        Some(iteration),
    );
    engine.begin_child(strand, &machine_name, &name, distributed.express);
    let started = engine.now;
    if let Phase::MapRun(run) = &mut engine.strand_mut(id).phase {
        run.active.insert(
            index,
            Child {
                strand,
                name,
                started,
            },
        );
    }
    engine.queue(strand);
}

/// A child has ended.
pub(in crate::simulate) fn child_ended<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    map: &'p Map,
    distributed: &'p Distributed,
    index: usize,
    outcome: Result<Value, Failure>,
) -> Step<Progress> {
    let (stopped, settings) = (engine.now, engine.settings);
    let Phase::MapRun(run) = &mut engine.strand_mut(id).phase else {
        return Ok(Progress::Blocked);
    };
    let Some(child) = run.active.remove(&index) else {
        return Ok(Progress::Blocked);
    };
    run.failed += usize::from(outcome.is_err());
    let of = |what: &str| format!("arn:aws:states:{}:{}:{what}", settings.region, settings.account);
    run.results[index] = Some(ChildResult {
        machine_arn: Arc::from(of(&format!("stateMachine:{}", run.machine_name))),
        execution_arn: of(&format!("execution:{}:{}", run.machine_name, child.name)),
        name: child.name,
        input: run.inputs[index].clone(),
        outcome,
        started: child.started,
        stopped,
    });
    if run.threshold.is_exceeded(run.failed, run.inputs.len()) {
        for child in run.children() {
            engine.release_tree(child);
        }
        return run_failed(engine, id, tolerance::exceeded());
    }
    if run.next < run.inputs.len() {
        start_next(engine, id, map, distributed);
        return Ok(Progress::Blocked);
    }
    if !run.active.is_empty() {
        return Ok(Progress::Blocked);
    }
    succeed(engine, id, map, distributed)
}

/// The Map Run has failed, and with it the state.
fn run_failed(engine: &mut Engine<'_>, id: StrandId, failure: Failure) -> Step<Progress> {
    engine.strand_mut(id).phase = Phase::Work;
    let shown = failure.clone();
    engine.record_next(id, || EventKind::MapRunFailed(shown))?;
    Ok(Progress::Failed(failure))
}

/// All is done. What succeeded follows one another; what is left follows that the run was started [floci#3167].
fn succeed<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    map: &'p Map,
    distributed: &'p Distributed,
) -> Step<Progress> {
    let Phase::MapRun(run) = std::mem::replace(&mut engine.strand_mut(id).phase, Phase::Work) else {
        return Ok(Progress::Blocked);
    };
    let children: Vec<ChildResult> = run.results.into_iter().flatten().collect();
    let result = match (&distributed.writer, &run.writer) {
        (Some(writer), Some(plan)) => {
            let written = writer.write(plan, &run.arn, &run.id, &children);
            engine.written.extend(written.objects);
            written.result
        }
        _ => Value::array(children.iter().map(ChildResult::output)),
    };
    let started = engine.strand(id).chain;
    let succeeded = engine.record(id, started, || EventKind::MapRunSucceeded)?;
    engine.record(id, succeeded, || EventKind::MapStateSucceeded)?;
    match map.flow.finish(&engine.surroundings(id), result) {
        Ok(exit) => Ok(Progress::Exit(exit)),
        Err(problem) => engine.problem(id, problem),
    }
}
