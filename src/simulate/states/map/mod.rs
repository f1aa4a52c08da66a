//! Map: runs its processor once for each item; its result is the list of their outputs.

pub(in crate::simulate) mod count;
mod inline;

use std::sync::Arc;

pub(in crate::simulate) use count::Count;
pub(in crate::simulate) use inline::{Running, abort_iteration, iteration_ended, iteration_failed};

use crate::asl::ScopeId;
use crate::expr::jsonata;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::flow::{Flow, PathField, Payload, Problem};
use crate::simulate::program::State;
use crate::simulate::strand::StrandId;
use crate::simulate::surroundings::Surroundings;
use crate::value::Value;

/// A Map state.
#[derive(Debug)]
pub(in crate::simulate) struct Map {
    /// Without Parameters, which a Map takes for the older name of ItemSelector.
    pub(in crate::simulate) flow: Flow,
    pub(in crate::simulate) items: Items,
    pub(in crate::simulate) item_selector: Option<Payload>,
    pub(in crate::simulate) max_concurrency: Option<Count>,
    pub(in crate::simulate) processor: ScopeId,
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
    fn evaluate(&self, around: &Surroundings<'_>, effective: &Value) -> Result<Arc<Vec<Value>>, Problem> {
        match self {
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

pub(in crate::simulate) fn run<'p>(
    engine: &mut Engine<'p>,
    id: StrandId,
    state: &'p State,
    map: &'p Map,
) -> Step<Progress> {
    match prepare(engine, id, map) {
        Ok((effective, items, concurrency)) => {
            inline::start(engine, id, state, map, effective, items, concurrency)
        }
        Err(problem) => engine.problem(id, problem),
    }
}

fn prepare(engine: &Engine<'_>, id: StrandId, map: &Map) -> Result<(Value, Arc<Vec<Value>>, usize), Problem> {
    let around = engine.surroundings(id);
    let effective = map.flow.effective(&around)?;
    let items = map.items.evaluate(&around, &effective)?;
    let concurrency = count::evaluate(&map.max_concurrency, &around, &effective)?;
    Ok((effective, items, concurrency))
}
