//! Where a run parts from what happened.
//!
//! Branches and iterations run side by side, and which of them writes its event first says nothing of what they do: each
//! line of execution is compared with itself.

use std::sync::{Arc, LazyLock};

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::history::recorded::{Event, Recording};
use crate::source;
use crate::value::{Map, Value};

/// The first event that differs.
#[derive(Debug)]
pub struct Parting {
    /// The state it happens in; `None` for the execution itself.
    pub state: Option<Arc<str>>,
    /// The Map indexes around it, outermost first.
    pub iteration: Vec<usize>,
    /// The event of the history, by its index; `None` when it has ended there.
    pub then: Option<usize>,
    /// The event of the run, by its index; `None` when it has ended there.
    pub now: Option<usize>,
}

/// The first event that only one of them has: of the first differences in each line of execution, the earliest.
///
/// Ids and timestamps are not compared, nor what no two runs have in common: task tokens, UUIDs, and moments. A history
/// without an end, or of an execution that was stopped from outside, is compared as far as it goes.
pub fn compare(then: &Recording, now: &Recording) -> Option<Parting> {
    let (of_then, of_now) = (by_lane(then), by_lane(now));
    let whole = then
        .ending()
        .is_some_and(|ending| &*ending.kind != "ExecutionAborted");
    let mut paths: Vec<&str> = of_then.keys().chain(of_now.keys()).copied().collect();
    paths.sort_unstable();
    paths.dedup();
    let none = Vec::new();
    let partings = paths.into_iter().filter_map(|path| {
        let then_lane = of_then.get(path).unwrap_or(&none);
        let now_lane = of_now.get(path).unwrap_or(&none);
        let at = (0..then_lane.len().max(now_lane.len())).find(|at| {
            match (then_lane.get(*at), now_lane.get(*at)) {
                (Some(a), Some(b)) => !same_event(&then.events[*a], &now.events[*b]),
                _ => true,
            }
        })?;
        let (in_then, in_now) = (then_lane.get(at).copied(), now_lane.get(at).copied());
        // What was not written down may have happened.
        let known = in_then.is_some_and(|index| &*then.events[index].kind != "ExecutionAborted");
        (whole || known).then_some((in_then, in_now))
    });
    let (in_then, in_now) = partings.min_by_key(|(in_then, in_now)| {
        let moments = [
            in_then.and_then(|index| then.events[index].millis),
            in_now.and_then(|index| now.events[index].millis),
        ];
        // Without timestamps a run's clock says nothing.
        let timed = then.events.first().is_some_and(|event| event.millis.is_some());
        let moment = moments.into_iter().flatten().min().filter(|_| timed);
        (
            moment,
            in_now.unwrap_or(usize::MAX).min(in_then.unwrap_or(usize::MAX)),
        )
    })?;
    let (recording, index) = match (in_then, in_now) {
        (Some(index), _) => (then, index),
        (None, Some(index)) => (now, index),
        (None, None) => return None,
    };
    let event = &recording.events[index];
    let in_state = recording
        .visit_of(event)
        .or_else(|| now.visit_of(&now.events[in_now?]));
    Some(Parting {
        state: in_state.map(|visit| visit.name.clone()),
        iteration: recording.lanes[event.lane].indexes.clone(),
        then: in_then,
        now: in_now,
    })
}

/// The events of each line of execution, by the way to it.
fn by_lane(recording: &Recording) -> FxHashMap<&str, Vec<usize>> {
    let mut lanes: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, event) in recording.events.iter().enumerate() {
        let path = &*recording.lanes[event.lane].path;
        lanes.entry(path).or_default().push(index);
    }
    lanes
}

/// Whether both tell the same events in the same order, each led to by the same one.
pub fn same_order(then: &Recording, now: &Recording) -> bool {
    then.events.len() == now.events.len()
        && then
            .events
            .iter()
            .zip(&now.events)
            .all(|(a, b)| a.id == b.id && a.previous == b.previous && same_event(a, b))
}

/// Members of details that say nothing of what happened: notes on the export, and names given anew in each run.
const NOT_COMPARED: [&str; 8] = [
    "inputDetails",
    "outputDetails",
    "assignedVariablesDetails",
    "roleArn",
    "stateMachineAliasArn",
    "stateMachineVersionArn",
    "mapRunArn",
    "redriveCount",
];

fn same_event(a: &Event, b: &Event) -> bool {
    let none = Map::new();
    let details = |event: &'_ Event| event.details.clone().unwrap_or_else(|| Arc::new(none.clone()));
    let (of_a, of_b) = (details(a), details(b));
    let of_both = |map: &Map, other: &Map| {
        map.iter()
            .filter(|(key, _)| !NOT_COMPARED.contains(&&***key))
            .all(|(key, value)| other.get(key).is_some_and(|other| same_value(value, other)))
    };
    // What only one of them has is found from its side.
    let keys = |map: &Map, other: &Map| {
        map.keys()
            .all(|key| NOT_COMPARED.contains(&&**key) || other.contains_key(key))
    };
    a.kind == b.kind && of_both(&of_a, &of_b) && keys(&of_b, &of_a)
}

fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => same_text(a, b),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_value(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same_value(a, b)))
        }
        _ => a == b,
    }
}

/// What no two runs have in common, wherever it stands in a text: moments, UUIDs, and the number of the event by which
/// a state was entered, which a cause names.
static OF_ONE_RUN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) event\ id\ \#\d+
        | [0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}
        | \d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)",
    )
    .ok()
});

/// Shortest task token: AWS's have some hundred characters.
const TOKEN: usize = 100;

fn same_text(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let json = |text: &str| {
        let nested = text.starts_with(['{', '[', '"']);
        nested.then(|| source::parse_value(text).ok()).flatten()
    };
    if let (Some(a), Some(b)) = (json(a), json(b)) {
        return same_value(&a, &b);
    }
    if is_token(a) && is_token(b) {
        return true;
    }
    OF_ONE_RUN
        .as_ref()
        .is_some_and(|regex| regex.replace_all(a, "*") == regex.replace_all(b, "*"))
}

fn is_token(text: &str) -> bool {
    text.len() >= TOKEN
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b))
}
