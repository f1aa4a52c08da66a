//! Map: runs its processor once for each item; its result is the list of their outputs.

pub(in crate::simulate) mod batcher;
mod child_result;
pub(in crate::simulate) mod count;
mod distributed;
mod inline;
mod items;
mod map_run;
mod preview;
pub(in crate::simulate) mod reader;
mod result_file;
pub(in crate::simulate) mod tolerance;
pub(in crate::simulate) mod writer;

use std::sync::Arc;

pub(in crate::simulate) use count::Count;
pub(in crate::simulate) use distributed::Distributed;
pub(in crate::simulate) use inline::{Running, abort_iteration, iteration_failed};
pub(in crate::simulate) use map_run::MapRun;
pub(in crate::simulate) use preview::{Preview, Trouble};

use crate::asl::ScopeId;
use crate::expr::jsonata;
use crate::history::Failure;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::{Flow, PathField, Payload, Problem};
use crate::simulate::program::State;
use crate::simulate::strand::StrandId;
use crate::value::Value;

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
}

impl Items {
    /// The items of an inline Map: an array.
    pub(in crate::simulate) fn evaluate(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Arc<Vec<Value>>, Problem> {
        match self {
            Items::Path(path) => match path.apply(effective, around)?.into_owned() {
                Value::Array(items) => Ok(items),
                _ => Err(no_array(path)),
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

impl Items {
    /// The items of a Distributed Map: an array, or an object, whose members are the items [ItemsPath (Map)].
    pub(in crate::simulate) fn evaluate_dataset(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Value, Problem> {
        let value = match self {
            Items::Path(path) => path.apply(effective, around)?.into_owned(),
            Items::Expression(template) => template.evaluate(&around.evaluation(None, None))?,
        };
        match (value, self) {
            // Objects of the context object are refused all the same (recorded by AWS, 2025) [recorded].
            (Value::Object(_), Items::Path(path)) if path.is_in_context() => Err(no_array(path)),
            (value @ (Value::Array(_) | Value::Object(_)), _) => Ok(value),
            (_, Items::Path(path)) => Err(no_array(path)),
            // In the words for a value of another type.
            (_, Items::Expression(_)) => self.evaluate(around, effective).map(Value::Array),
        }
    }
}

fn no_array(field: &PathField) -> Problem {
    let text = match field {
        // With one `$` less (recorded by AWS) [recorded].
        PathField::At(path) if field.is_in_context() => &path.text()[1..],
        PathField::At(path) => path.text(),
        PathField::Whole | PathField::Empty => "$",
    };
    Problem::runtime(format!("Reference path \"{text}\" must point to array."))
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
    if let Some(distributed) = &map.distributed {
        return distributed::start(engine, id, state, map, distributed);
    }
    match prepare(engine, id, map) {
        Ok(prepared) => inline::start(engine, id, state, map, prepared),
        Err(problem) => engine.problem(id, problem),
    }
}

fn prepare(engine: &Engine<'_>, id: StrandId, map: &Map) -> Result<Prepared, Problem> {
    let around = engine.surroundings(id);
    let effective = map.flow.effective(&around)?;
    let items = map.items.evaluate(&around, &effective)?;
    let concurrency = count::evaluate(&map.max_concurrency, &around, &effective)?;
    Ok(Prepared {
        effective: effective.into_owned(),
        items,
        concurrency,
    })
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
        Some(distributed) => map_run::child_ended(engine, id, state, map, distributed, index, Ok(output)),
        None => inline::iteration_ended(engine, id, state, map, index, output, chain),
    }
}

/// A child execution has failed.
pub(in crate::simulate) fn child_failed<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    state: &'p State,
    map: &'p Map,
    index: usize,
    failure: Failure,
) -> Step<Progress> {
    match &map.distributed {
        Some(distributed) => map_run::child_ended(engine, id, state, map, distributed, index, Err(failure)),
        None => Ok(Progress::Blocked),
    }
}
