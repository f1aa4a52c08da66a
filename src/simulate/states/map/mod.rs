//! Map: runs its processor once for each item; its result is the list of their outputs.

pub(in crate::simulate) mod batcher;
pub(in crate::simulate) mod count;
pub(in crate::simulate) mod distributed;
mod inline;
pub(in crate::simulate) mod reader;
pub(in crate::simulate) mod tolerance;
pub(in crate::simulate) mod writer;

use std::sync::Arc;

pub(in crate::simulate) use count::Count;
pub(in crate::simulate) use distributed::{Distributed, MapRun};
pub(in crate::simulate) use inline::{Running, abort_iteration, iteration_failed};

use crate::asl::ScopeId;
use crate::expr::jsonata;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::failure::Failure;
use crate::simulate::flow::{Flow, PathField, Payload, Problem};
use crate::simulate::program::State;
use crate::simulate::strand::StrandId;
use crate::simulate::surroundings::Surroundings;
use crate::value::{Map as Members, Value};

/// `Map.Item.Source` of items that come from the state's input.
const STATE_DATA: &str = "STATE_DATA";

/// A Map state.
#[derive(Debug)]
pub(in crate::simulate) struct Map {
    /// Without Parameters, which a Map takes for the older name of ItemSelector.
    pub(in crate::simulate) flow: Flow,
    pub(in crate::simulate) items: Items,
    pub(in crate::simulate) item_selector: Option<Payload>,
    pub(in crate::simulate) max_concurrency: Option<Count>,
    pub(in crate::simulate) processor: ScopeId,
    /// `None` for an inline Map.
    pub(in crate::simulate) distributed: Option<Box<Distributed>>,
}

/// What is iterated over.
#[derive(Debug)]
pub(in crate::simulate) enum Items {
    /// `ItemsPath`
    Path(PathField),
    /// `Items`
    Expression(jsonata::Template),
    /// An `ItemReader` gives them.
    Reader,
}

impl Items {
    fn evaluate(&self, around: &Surroundings<'_>, effective: &Value) -> Result<Arc<Vec<Value>>, Problem> {
        match self {
            Items::Reader => Ok(Arc::default()),
            Items::Path(path) => match path.apply(effective, around)? {
                Value::Array(items) => Ok(items),
                _ => {
                    let text = match path {
                        PathField::At(path) => path.text(),
                        PathField::Whole | PathField::Empty => "$",
                    };
                    Err(Problem::runtime(format!(
                        "Reference path \"{text}\" must point to array."
                    )))
                }
            },
            Items::Expression(template) => {
                match template.evaluate_as(jsonata::Expected::Array, &around.evaluation(None, None))? {
                    Value::Array(items) => Ok(items),
                    // `evaluate_as` lets literals pass; the checks before a run have seen to them.
                    _ => Err(Problem::runtime("The Items field is not an array.")),
                }
            }
        }
    }
}

/// What is known before the first item.
struct Prepared {
    effective: Value,
    items: Arc<Vec<Value>>,
    /// `MaxConcurrency`, 0 when there is none.
    concurrency: usize,
}

pub(in crate::simulate) fn run<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    state: &'p State,
    map: &'p Map,
) -> Step<Progress> {
    let prepared = match prepare(engine, id, map) {
        Ok(prepared) => prepared,
        Err(problem) => return engine.problem(id, problem),
    };
    match &map.distributed {
        Some(distributed) => distributed::start(engine, id, map, distributed, prepared),
        None => inline::start(engine, id, state, map, prepared),
    }
}

fn prepare(engine: &Engine<'_>, id: StrandId, map: &Map) -> Result<Prepared, Problem> {
    let around = engine.surroundings(id);
    let effective = map.flow.effective(&around)?;
    let items = map.items.evaluate(&around, &effective)?;
    let concurrency = count::evaluate(&map.max_concurrency, &around, &effective)?;
    Ok(Prepared {
        effective,
        items,
        concurrency,
    })
}

/// `Map.Item` of the context object.
fn item(index: usize, value: &Value, source: &Arc<str>) -> Value {
    let mut item = Members::with_capacity(3);
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    item.insert(Arc::from("Index"), Value::from(index));
    item.insert(Arc::from("Value"), value.clone());
    item.insert(Arc::from("Source"), Value::String(source.clone()));
    Value::object(item)
}

/// An iteration, or a child, has come to its end; `chain` is its last event.
pub(in crate::simulate) fn iteration_ended<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    state: &'p State,
    map: &'p Map,
    index: usize,
    output: Value,
    chain: u64,
) -> Step<Progress> {
    match &map.distributed {
        Some(distributed) => distributed::child_ended(engine, id, map, distributed, index, Ok(output)),
        None => inline::iteration_ended(engine, id, state, map, index, output, chain),
    }
}

/// A child execution has failed.
pub(in crate::simulate) fn child_failed<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    map: &'p Map,
    index: usize,
    failure: Failure,
) -> Step<Progress> {
    match &map.distributed {
        Some(distributed) => distributed::child_ended(engine, id, map, distributed, index, Err(failure)),
        None => Ok(Progress::Blocked),
    }
}
