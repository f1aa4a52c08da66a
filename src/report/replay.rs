//! Where a run diverges from what happened, in terms of states.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::diagnostics::{clock, counted, short, visible};
use crate::history::{
    Allowed, EXECUTION_ABORTED, Event, EventKind, Gap, History, Parting, Timeline, Unsuccessful, settled,
};
use crate::replay::{Faith, Fit};
use crate::source;
use crate::value::differences;
use crate::value::{Map, Value};

/// Longest payload that is shown on a line, in characters.
const LONGEST: usize = 160;

/// Writes what became of the replay, for people; `allowed` is what may differ in it.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(then: &History, fit: &Fit, allowed: &Allowed, out: &mut dyn Write) -> io::Result<()> {
    let count = then.events().len();
    match &fit.faith {
        Faith::EventForEvent => writeln!(out, "identical: {} in order", all_match(count)),
        Faith::LineByLine => writeln!(
            out,
            "identical: {}; concurrent branches interleave differently",
            all_match(count)
        ),
        Faith::Parts(parting) => {
            let place = place(parting);
            let before = match parting.then {
                Some(index) => format!("after {index} of {}", counted(count as u64, "event")),
                None if count == 1 => "after its only event".to_owned(),
                None => format!("after all {count} events"),
            };
            let when = elapsed(then, parting.then).map_or(String::new(), |when| format!(", at {when}"));
            writeln!(
                out,
                "diverges from the recorded execution in {}, {before}{when}",
                visible(&place)
            )?;
            writeln!(out, "   then: {}", visible(&said(then, parting.then)))?;
            let now = said(&fit.execution.history, parting.now);
            writeln!(out, "   now:  {}", visible(&now))?;
            for line in payload_differences(then, &fit.execution.history, parting, allowed) {
                writeln!(out, "         {}", visible(&line))?;
            }
            let failure = fit.execution.failure.as_ref();
            let error = failure.and_then(|failure| failure.error.as_deref());
            writeln!(
                out,
                "   it ended {}; the run ends {}{}",
                then.ending()
                    .map_or("nowhere", |event| ended(event.kind.type_name())),
                fit.execution.status.as_aws(),
                error.map_or(String::new(), |error| format!(" with {}", visible(error)))
            )
        }
    }
}

/// Writes `{"same", "order", "events", "parting": {"state", "iteration", "then", "now", "differences"}}`.
///
/// # Errors
/// When `out` cannot be written.
pub fn json(then: &History, fit: &Fit, allowed: &Allowed, out: &mut dyn Write) -> io::Result<()> {
    let event = |history: &History, index: Option<usize>| {
        index.map(|index| {
            let event = &history.events()[index];
            json!({"id": event.id, "type": event.kind.type_name(), "words": said(history, Some(index))})
        })
    };
    let parting = match &fit.faith {
        Faith::Parts(parting) => json!({
            "state": parting.state.as_deref(),
            "iteration": parting.iteration,
            "then": event(then, parting.then),
            "now": event(&fit.execution.history, parting.now),
            "differences": payload_differences(then, &fit.execution.history, parting, allowed),
        }),
        _ => Json::Null,
    };
    let same = parting.is_null();
    let mut answer = json!({
        "same": same,
        "order": matches!(fit.faith, Faith::EventForEvent),
        "events": then.events().len(),
        "status": fit.execution.status.as_aws(),
    });
    if let (false, Some(members)) = (same, answer.as_object_mut()) {
        members.insert("parting".into(), parting);
    }
    serde_json::to_writer_pretty(&mut *out, &answer)?;
    writeln!(out)
}

/// `'Charge'`, `'Charge' (iteration 2)`, `its end`.
fn place(parting: &Parting) -> String {
    let state = match &parting.state {
        Some(name) => format!("'{name}'"),
        None => "the execution's own events".to_owned(),
    };
    match &parting.iteration[..] {
        [] => state,
        indexes => {
            let indexes: Vec<String> = indexes.iter().map(usize::to_string).collect();
            format!("{state} (iteration {})", indexes.join(", "))
        }
    }
}

fn ended(kind: &str) -> &str {
    match kind {
        "ExecutionSucceeded" => "SUCCEEDED",
        "ExecutionFailed" => "FAILED",
        "ExecutionTimedOut" => "TIMED_OUT",
        _ => "ABORTED",
    }
}

/// The time since the start, to the second.
fn elapsed(history: &History, index: Option<usize>) -> Option<String> {
    let events = Some(history.events()).filter(|_| history.is_timed())?;
    let start = events.first()?.at;
    let event = match index {
        Some(index) => events.get(index)?,
        None => events.last()?,
    };
    Some(clock(event.at.since(start).max(0) / 1000 * 1000))
}

/// An event in words.
fn said(history: &History, index: Option<usize>) -> String {
    let Some((index, event)) = index.and_then(|index| Some((index, history.events().get(index)?))) else {
        return "nothing more".to_owned();
    };
    let timeline = Timeline::of(history);
    let name = timeline
        .visit_of(index)
        .map_or("", |visit| timeline.visits[visit].name);
    let payload = |value: &Value| match history.gap(index) {
        Some(Gap::Absent) => "data that is not in the history".to_owned(),
        _ => short(&value.to_json(), LONGEST),
    };
    match &event.kind {
        EventKind::ExecutionStarted { input, .. } => {
            format!("the execution starts with {}", short(input, LONGEST))
        }
        EventKind::ExecutionSucceeded { output } => {
            format!("the execution succeeds with {}", payload(output))
        }
        EventKind::ExecutionFailed(failure) => format!("the execution fails with {}", failure.words(LONGEST)),
        EventKind::ExecutionTimedOut(_) => "the execution times out".to_owned(),
        EventKind::Other(other) if &*other.type_name == EXECUTION_ABORTED => {
            "the execution is stopped".to_owned()
        }
        EventKind::EvaluationFailed(failed) => {
            format!(
                "an expression of '{name}' fails with {}",
                failed.failure.words(LONGEST)
            )
        }
        EventKind::MapStateStarted { length } => {
            format!("'{name}' begins with {}", counted(*length as u64, "item"))
        }
        EventKind::StateEntered { input, .. } => format!("'{name}' is entered with {}", payload(input)),
        EventKind::StateExited { output, .. } => format!("'{name}' is left with {}", payload(output)),
        EventKind::StateAborted(_) => format!("'{name}' is stopped"),
        EventKind::Scheduled(task) => {
            let target = &task.target;
            let of = match &*target.resource_type {
                "" => String::new(),
                of => format!("{of} "),
            };
            format!(
                "'{name}' calls {of}{} with {}",
                target.resource,
                payload(&task.parameters)
            )
        }
        EventKind::Submitted { output, .. } => format!("'{name}' has submitted: {}", payload(output)),
        EventKind::Succeeded { output, .. } => format!("'{name}' is answered {}", payload(output)),
        EventKind::Unsuccessful {
            how: Unsuccessful::TimedOut,
            ..
        } => format!("'{name}' times out"),
        EventKind::Unsuccessful { failure, .. } => {
            format!(
                "'{name}' fails with {} ({})",
                failure.words(LONGEST),
                event.kind.type_name()
            )
        }
        EventKind::MapRunFailed(failure) => {
            format!("'{name}' fails with {} (MapRunFailed)", failure.words(LONGEST))
        }
        EventKind::MapIterationStarted { name, index } => format!("iteration {index} of '{name}' begins"),
        EventKind::MapIterationSucceeded { name, index } => format!("iteration {index} of '{name}' succeeds"),
        EventKind::MapIterationFailed { name, index } => format!("iteration {index} of '{name}' fails"),
        EventKind::MapIterationAborted { name, index } => format!("iteration {index} of '{name}' is stopped"),
        kind if name.is_empty() => kind.type_name().to_owned(),
        kind => format!("'{name}': {}", kind.type_name()),
    }
}

/// What differs inside two events of one type.
fn payload_differences(then: &History, now: &History, parting: &Parting, allowed: &Allowed) -> Vec<String> {
    let (Some(then), Some(now)) = (
        parting.then.and_then(|index| then.events().get(index)),
        parting.now.and_then(|index| now.events().get(index)),
    ) else {
        return Vec::new();
    };
    // Another state is another thing altogether.
    let name = |event: &Event| match &event.kind {
        EventKind::StateEntered { name, .. } | EventKind::StateExited { name, .. } => Some(name.clone()),
        _ => None,
    };
    if then.kind.type_name() != now.kind.type_name() || name(then) != name(now) {
        return Vec::new();
    }
    let (then, now) = (unfolded(then.kind.details()), unfolded(now.kind.details()));
    differences(&then, &settled(&then, &now, allowed))
}

/// The details with texts that are JSON as values.
fn unfolded(details: Value) -> Value {
    let members = details.as_object().into_iter().flat_map(|members| members.iter());
    let members = members.map(|(key, value)| {
        let value = match value {
            Value::String(text) if text.starts_with(['{', '[', '"']) => {
                source::parse_value(text).unwrap_or_else(|_| value.clone())
            }
            other => other.clone(),
        };
        (Arc::clone(key), value)
    });
    Value::object(members.collect::<Map>())
}

/// `all 12 events match`.
fn all_match(count: usize) -> String {
    match count {
        1 => "the only event matches".to_owned(),
        _ => format!("all {count} events match"),
    }
}
