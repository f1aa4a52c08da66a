//! An exported history: what `aws stepfunctions get-execution-history` prints, or `simulate` as JSON.
//!
//! Every event becomes one as a run writes it, and finds its lane by the event that its `previousEventId` leads back to.

mod details;
mod lanes;
mod pages;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use thiserror::Error;

use super::{Event, History, Time};
use crate::arrange::Arrange as _;
use crate::expr::timestamp;
use crate::value::{Map, Value};
use details::Details;
use pages::Pages;

/// A value that is no history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no history of an execution: there is no list 'events'")]
pub struct NotAHistory;

/// Why a payload is not in an export, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// It was exported without its data.
    Absent,
    /// AWS cut it off [API HistoryEventExecutionDataDetails].
    Cut,
}

/// An execution as an export tells of it.
#[derive(Debug, Default)]
pub struct Recording {
    /// The events, in the order of their ids. What is no object is passed over.
    pub history: History,
    /// The execution's ARN, which `simulate --format json` prints and GetExecutionHistory does not.
    pub execution_arn: Option<Arc<str>>,
    /// The ARNs of the state machine's version and alias that were started.
    pub machine_arns: Vec<Arc<str>>,
    /// Whether it says that more events follow than there are in it.
    pub has_more: bool,
}

impl Recording {
    /// Reads what `aws stepfunctions get-execution-history` prints, in either order of events, whole or in pages, or what
    /// `simulate` prints as JSON.
    ///
    /// # Errors
    /// When there is no list of events in it. Events of unknown types are kept, and belong where they stand.
    pub fn read(history: &Value) -> Result<Recording, NotAHistory> {
        let pages = Pages::of(history)?;
        let mut events: Vec<(u64, &Map)> = pages
            .events
            .into_iter()
            .map(|event| (number(event, "id"), event))
            .collect();
        // `--reverse-order` begins with the last; events without ids keep their places.
        events.arrange_by_key(|(id, _)| *id);
        // Pages that overlap give an event twice.
        events.dedup_by(|(id, _), (before, _)| *id != 0 && id == before);
        let mut recording = Recording {
            execution_arn: pages.execution_arn,
            has_more: pages.more,
            ..Recording::default()
        };
        let timed = events.iter().any(|(_, event)| moment(event).is_some());
        let mut details = Details::default();
        // What does not say when it happened, happened when the event before it did.
        let mut at = events
            .iter()
            .find_map(|(_, event)| moment(event))
            .unwrap_or_default();
        let mut read = Vec::with_capacity(events.len());
        for (index, (id, event)) in events.into_iter().enumerate() {
            at = moment(event).unwrap_or(at);
            let (kind, gap) = details.read(event);
            if let Some(gap) = gap {
                recording.history.note_gap(index, gap);
            }
            read.push(Event {
                id,
                previous: number(event, "previousEventId"),
                at,
                lane: 0,
                kind,
            });
        }
        recording.machine_arns = details.machine_arns;
        recording.machine_arns.extend(pages.machine_arn);
        let lanes = lanes::assign(&mut read);
        recording.history.fill(read, lanes, timed);
        Ok(recording)
    }
}

fn number(event: &Map, key: &str) -> u64 {
    let number = event.get(key).and_then(Value::as_number);
    number.map_or(0, |number| number.as_f64().max(0.0) as u64)
}

/// RFC 3339, or the seconds that version 1 of the CLI prints.
fn moment(event: &Map) -> Option<Time> {
    match event.get("timestamp")? {
        Value::String(text) => timestamp::parse(text).map(|moment| Time::from_millis(moment.millis())),
        Value::Number(seconds) => Some(Time::from_millis((seconds.as_f64() * 1000.0).round() as i64)),
        _ => None,
    }
}

/// A text among an object's members.
fn text(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}
