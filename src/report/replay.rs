//! Where a run parts from what happened, in terms of states.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::history::recorded::{Event, Recording};
use crate::replay::{Faith, Fit, Parting};
use crate::source;
use crate::value::differences;
use crate::value::{Map, Value};

/// Longest payload that is shown on a line, in characters.
const LONGEST: usize = 160;

/// Writes what became of the replay, for people.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(then: &Recording, fit: &Fit, out: &mut dyn Write) -> io::Result<()> {
    let count = then.events.len();
    match &fit.faith {
        Faith::EventForEvent => writeln!(out, "the same: all {count} events, one by one"),
        Faith::LineByLine => writeln!(
            out,
            "the same: all {count} events; branches that run side by side take other turns"
        ),
        Faith::Parts(parting) => {
            let place = place(parting);
            let before = match parting.then {
                Some(index) => format!("after {index} of {count} events"),
                None => format!("after all {count} events"),
            };
            let when = elapsed(then, parting.then).map_or(String::new(), |when| format!(", at {when}"));
            writeln!(out, "parts from what happened in {place}, {before}{when}")?;
            writeln!(out, "   then: {}", said(then, parting.then))?;
            writeln!(out, "   now:  {}", said(&fit.now, parting.now))?;
            for line in payload_differences(then, &fit.now, parting) {
                writeln!(out, "         {line}")?;
            }
            let failure = fit.execution.failure.as_ref();
            let error = failure.and_then(|failure| failure.error.as_deref());
            writeln!(
                out,
                "   it ended {}; the run ends {}{}",
                then.ending().map_or("nowhere", |event| ended(&event.kind)),
                fit.execution.status.as_aws(),
                error.map_or(String::new(), |error| format!(" with {error}"))
            )
        }
    }
}

/// Writes `{"same", "order", "events", "parting": {"state", "iteration", "then", "now", "differences"}}`.
///
/// # Errors
/// When `out` cannot be written.
pub fn json(then: &Recording, fit: &Fit, out: &mut dyn Write) -> io::Result<()> {
    let event = |recording: &Recording, index: Option<usize>| {
        index.map(|index| {
            let event = &recording.events[index];
            json!({"id": event.id, "type": &*event.kind, "words": said(recording, Some(index))})
        })
    };
    let parting = match &fit.faith {
        Faith::Parts(parting) => json!({
            "state": parting.state.as_deref(),
            "iteration": parting.iteration,
            "then": event(then, parting.then),
            "now": event(&fit.now, parting.now),
            "differences": payload_differences(then, &fit.now, parting),
        }),
        _ => Json::Null,
    };
    let same = parting.is_null();
    let mut answer = json!({
        "same": same,
        "order": matches!(fit.faith, Faith::EventForEvent),
        "events": then.events.len(),
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

/// `00:01:30` since the start.
fn elapsed(recording: &Recording, index: Option<usize>) -> Option<String> {
    let start = recording.events.first()?.millis?;
    let event = match index {
        Some(index) => recording.events.get(index)?,
        None => recording.events.last()?,
    };
    let seconds = (event.millis? - start).max(0) / 1000;
    Some(format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    ))
}

/// An event in words.
fn said(recording: &Recording, index: Option<usize>) -> String {
    let Some(event) = index.and_then(|index| recording.events.get(index)) else {
        return "nothing more".to_owned();
    };
    let name = recording.visit_of(event).map_or("", |visit| &visit.name);
    let payload = |key| event.text(key).map_or(String::new(), |text| short(text));
    let error = || {
        let error = event
            .text("error")
            .map_or("an error without a name", |error| error);
        match event.text("cause") {
            Some(cause) => format!("{error}: {}", short(cause)),
            None => error.to_owned(),
        }
    };
    let kind = &*event.kind;
    match kind {
        "ExecutionStarted" => format!("the execution starts with {}", payload("input")),
        "ExecutionSucceeded" => format!("the execution succeeds with {}", payload("output")),
        "ExecutionFailed" => format!("the execution fails with {}", error()),
        "ExecutionTimedOut" => "the execution times out".to_owned(),
        "ExecutionAborted" => "the execution is stopped".to_owned(),
        "EvaluationFailed" => format!("an expression of '{name}' fails with {}", error()),
        "MapStateStarted" => format!(
            "'{name}' begins with {} items",
            event.number("length").unwrap_or(0)
        ),
        _ if kind.ends_with("StateEntered") => {
            format!("'{name}' is entered with {}", payload("input"))
        }
        _ if kind.ends_with("StateExited") => format!("'{name}' is left with {}", payload("output")),
        _ if kind.ends_with("Scheduled") => {
            let sent = if event.text("parameters").is_some() {
                payload("parameters")
            } else {
                payload("input")
            };
            let what = event.text("resource").map_or("", |resource| resource);
            let of = event
                .text("resourceType")
                .map_or(String::new(), |of| format!("{of} "));
            format!("'{name}' calls {of}{what} with {sent}")
        }
        _ if kind.ends_with("Submitted") => format!("'{name}' has submitted: {}", payload("output")),
        _ if kind.starts_with("MapIteration") => {
            let index = event.number("index").unwrap_or(0);
            let what = match kind.trim_start_matches("MapIteration") {
                "Started" => "begins",
                "Succeeded" => "succeeds",
                "Failed" => "fails",
                _ => "is stopped",
            };
            format!("iteration {index} of '{name}' {what}")
        }
        _ if kind.ends_with("TimedOut") => format!("'{name}' times out"),
        _ if kind.ends_with("Aborted") => format!("'{name}' is stopped"),
        _ if kind.ends_with("Succeeded") && event.details.is_some() => {
            format!("'{name}' is answered {}", payload("output"))
        }
        _ if kind.ends_with("Failed") && event.details.is_some() => {
            format!("'{name}' fails with {} ({kind})", error())
        }
        _ if name.is_empty() => kind.to_owned(),
        _ => format!("'{name}': {kind}"),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// What differs inside two events of one type.
fn payload_differences(then: &Recording, now: &Recording, parting: &Parting) -> Vec<String> {
    let (Some(then), Some(now)) = (
        parting.then.and_then(|index| then.events.get(index)),
        parting.now.and_then(|index| now.events.get(index)),
    ) else {
        return Vec::new();
    };
    // Another state is another thing altogether.
    if then.kind != now.kind || then.text("name") != now.text("name") {
        return Vec::new();
    }
    differences(&unfolded(then), &unfolded(now))
}

/// The details with their payloads as values.
fn unfolded(event: &Event) -> Value {
    let details = event.details.clone().unwrap_or_default();
    let shown = |key: &str| !key.ends_with("Details");
    let members = details.iter().filter(|(key, _)| shown(key)).map(|(key, value)| {
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
