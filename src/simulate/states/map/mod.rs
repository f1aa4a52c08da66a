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

use std::borrow::Cow;
use std::sync::Arc;

pub(in crate::simulate) use child_result::ChildOutcome;
pub(in crate::simulate) use count::Count;
pub(in crate::simulate) use distributed::{Distributed, MOST_AT_ONCE};
pub(in crate::simulate) use inline::{Running, abort_iteration, iteration_failed};
pub(in crate::simulate) use map_run::{MapRun, redrive, stop};
pub(in crate::simulate) use preview::{Preview, Trouble};

use crate::asl::ScopeId;
use crate::asl::error_names::REFERENCE_PATH_CONFLICT;
use crate::expr::jsonata;
use crate::expr::jsonpath::ReferencePath;
use crate::history::failure::Failure;
use crate::simulate::children::KeptChild;
use crate::simulate::engine::{Engine, Progress};
use crate::simulate::error::Step;
use crate::simulate::eval_context::Surroundings;
use crate::simulate::flow::{Flow, PathField, Payload, Problem};
use crate::simulate::lane::{LaneId, Phase};
use crate::simulate::program::{Behaviour, State};
use crate::value::Value;

/// `Map.Item.Source` of items that come from the state's input.
pub(in crate::simulate) const STATE_DATA: &str = "STATE_DATA";

/// A Map state.
#[derive(Debug)]
pub(in crate::simulate) struct Map {
    /// Without Parameters, which a Map takes for the older name of ItemSelector.
    pub(in crate::simulate) flow: Flow,
    pub(in crate::simulate) items: Items,
    pub(in crate::simulate) item_selector: Option<Payload>,
    pub(in crate::simulate) max_concurrency: Option<Count>,
    /// Whether it has an `ItemsPath`, be that `$`.
    pub(in crate::simulate) has_items_path: bool,
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
    /// The state's input: JSONata without `Items`.
    Input,
}

impl Items {
    /// The items of an inline Map: an array.
    pub(in crate::simulate) fn evaluate(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Arc<Vec<Value>>, Problem> {
        match self.value(jsonata::Expected::Array, around, effective)? {
            Value::Array(items) => Ok(items),
            other => Err(self.refuse(&other)),
        }
    }

    /// The items of a Distributed Map: an array, or an object, whose members are the items [ItemsPath (Map)].
    pub(in crate::simulate) fn evaluate_dataset(
        &self,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Value, Problem> {
        match self.value(jsonata::Expected::ArrayOrObject, around, effective)? {
            // Objects of the context object are refused all the same (recorded by AWS, 2025) [recorded].
            Value::Object(_) if self.is_in_context() => Err(self.refuse(&Value::Null)),
            value @ (Value::Array(_) | Value::Object(_)) => Ok(value),
            other => Err(self.refuse(&other)),
        }
    }

    fn value(
        &self,
        expected: jsonata::Expected,
        around: &Surroundings<'_>,
        effective: &Value,
    ) -> Result<Value, Problem> {
        match self {
            Items::Path(path) => {
                let found = path.apply(effective, around).map(Cow::into_owned);
                found.map_err(|problem| missing(path, effective).unwrap_or(problem))
            }
            Items::Expression(template) => {
                Ok(template.evaluate_as(expected, &around.evaluation(None, None))?)
            }
            Items::Input => Ok(effective.clone()),
        }
    }

    /// Why there are none, when what they give is empty.
    fn none(&self) -> String {
        match self {
            Items::Path(PathField::At(path)) => format!("'{}' is empty", path.text()),
            Items::Path(_) | Items::Input => "the state's input is empty".to_owned(),
            Items::Expression(_) => "Items gives an empty array".to_owned(),
        }
    }

    fn is_in_context(&self) -> bool {
        matches!(self, Items::Path(path) if path.is_in_context())
    }

    /// What happens with a value that nothing iterates over.
    fn refuse(&self, value: &Value) -> Problem {
        let path = match self {
            // With one `$` less (recorded by AWS) [recorded].
            Items::Path(PathField::At(path)) if self.is_in_context() => &path.text()[1..],
            Items::Path(PathField::At(path)) => path.text(),
            Items::Path(_) => "$",
            // Recorded by AWS for the state's input; `Items` that is neither an array nor an expression has the same.
            Items::Input | Items::Expression(_) => {
                let cause = format!("Map state input must be an array but was: {}", value.to_json());
                return jsonata::QueryEvaluationError::without_expression(cause).into();
            }
        };
        Problem::runtime(format!("Reference path \"{path}\" must point to array."))
    }
}

/// An ItemsPath that finds nothing is a reference path that cannot be applied, as a ResultPath would be
/// [fsx-s3ap-patterns; guidance-for-medialake].
fn missing(path: &PathField, effective: &Value) -> Option<Problem> {
    let PathField::At(path) = path else { return None };
    let cause = ReferencePath::parse(path.text()).ok()?.take(effective).err()?;
    Some(Problem::Plain(Failure::new(REFERENCE_PATH_CONFLICT, cause)))
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
    id: LaneId,
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

fn prepare(engine: &Engine<'_>, id: LaneId, map: &Map) -> Result<Prepared, Problem> {
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

/// Goes on with a Map Run: more children may run than before.
pub(in crate::simulate) fn go_on<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
) -> Step<Progress> {
    let Behaviour::Map(map) = &state.behaviour else {
        return Ok(Progress::Blocked);
    };
    let Some(distributed) = &map.distributed else {
        return Ok(Progress::Blocked);
    };
    match std::mem::replace(&mut engine.lane_mut(id).phase, Phase::Work) {
        Phase::MapRun(run) => map_run::go_on(engine, id, state, map, distributed, run),
        other => {
            engine.lane_mut(id).phase = other;
            Ok(Progress::Blocked)
        }
    }
}

/// An iteration, or a child, has come to its end; `chain` is its last event.
pub(in crate::simulate) fn iteration_ended<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    index: usize,
    output: Value,
    chain: u64,
) -> Step<Progress> {
    match &map.distributed {
        Some(distributed) => {
            let outcome = ChildOutcome::Succeeded(output);
            map_run::child_ended(engine, id, state, map, distributed, index, (outcome, None))
        }
        None => inline::iteration_ended(engine, id, state, map, index, output, chain),
    }
}

/// A child execution has failed, or run too long.
pub(in crate::simulate) fn child_stopped<'p>(
    engine: &mut Engine<'p>,
    id: LaneId,
    state: &'p State,
    map: &'p Map,
    index: usize,
    outcome: (ChildOutcome, Option<KeptChild>),
) -> Step<Progress> {
    match &map.distributed {
        Some(distributed) => map_run::child_ended(engine, id, state, map, distributed, index, outcome),
        None => Ok(Progress::Blocked),
    }
}
