//! An exported history: what `aws stepfunctions get-execution-history` prints, or `simulate` as JSON.
//!
//! Events are told apart by their types alone, as GetExecutionHistory names them, so that a history of AWS's and one of
//! ours read alike. Every event belongs to the visit of a state that its `previousEventId` leads back to, and every
//! visit to a line of execution: the top level, a branch, an iteration.

mod pages;
mod read;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use thiserror::Error;

use crate::value::{Map, Value};

/// A value that is no history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no history of an execution: there is no list 'events'")]
pub struct NotAHistory;

/// An execution as its history tells of it.
#[derive(Debug, Default)]
pub struct Recording {
    /// The events, in the order of their ids. What is no object is passed over.
    pub events: Vec<Event>,
    /// The stays in states, in the order in which they were entered.
    pub visits: Vec<Visit>,
    /// The lines of execution; the first is the top level.
    pub lanes: Vec<Lane>,
    /// The execution's ARN, which `simulate --format json` prints and GetExecutionHistory does not.
    pub execution_arn: Option<Arc<str>>,
    /// Whether it says that more events follow than there are in it.
    pub has_more: bool,
}

/// One event.
#[derive(Debug)]
pub struct Event {
    /// Its number; 0 when it has none.
    pub id: i64,
    /// The event that led to it; 0 for the first ones.
    pub previous: i64,
    /// `TaskScheduled`; of an unknown type, whatever stands there.
    pub kind: Arc<str>,
    /// When it happened, in milliseconds since 1970-01-01T00:00:00Z; `None` when it does not say.
    pub millis: Option<i64>,
    /// What its `...EventDetails` holds.
    pub details: Option<Arc<Map>>,
    /// The visit it belongs to, by its number; `None` for what the execution says of itself.
    pub visit: Option<usize>,
    /// The line of execution it belongs to, by its number.
    pub lane: usize,
}

/// One stay of the execution in a state.
#[derive(Debug)]
pub struct Visit {
    /// The state's name.
    pub name: Arc<str>,
    /// What the type of the entering event begins with: `Task`, `Parallel`.
    pub kind: Arc<str>,
    /// The visit of the Map or Parallel around it.
    pub around: Option<usize>,
    /// The visit that was left just before, in the same line of execution.
    pub from: Option<usize>,
    /// Its line of execution.
    pub lane: usize,
    /// Whether it was left by an event of its own.
    pub left: bool,
    /// Whether what runs inside it is over: its Map or Parallel has failed for good, or was aborted.
    over: bool,
}

/// A line of execution.
#[derive(Debug)]
pub struct Lane {
    /// The visit of the Map or Parallel that holds it; `None` for the top level.
    #[allow(dead_code)]
    pub around: Option<usize>,
    /// The index of the item, in a Map.
    #[allow(dead_code)]
    pub index: Option<usize>,
    /// The Map indexes from the outermost to this.
    pub indexes: Vec<usize>,
    /// What tells it from others, the same in every run of the same execution: the way from the top level.
    pub path: Arc<str>,
    /// How many states were entered in it.
    entered: usize,
}

impl Event {
    /// A member of the details.
    pub fn detail(&self, key: &str) -> Option<&Value> {
        self.details.as_ref()?.get(key)
    }

    /// A text among the details.
    pub fn text(&self, key: &str) -> Option<&Arc<str>> {
        match self.detail(key)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number among the details.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.detail(key)?.as_number()?.as_i64()
    }
}

impl Recording {
    /// The visit an event belongs to.
    pub fn visit_of(&self, event: &Event) -> Option<&Visit> {
        event.visit.map(|visit| &self.visits[visit])
    }

    /// The Map indexes around a visit, outermost first.
    pub fn indexes(&self, visit: usize) -> &[usize] {
        &self.lanes[self.visits[visit].lane].indexes
    }

    /// The event that ends the execution, when the history goes that far.
    pub fn ending(&self) -> Option<&Event> {
        self.events.iter().rev().find(|event| {
            matches!(
                &*event.kind,
                "ExecutionSucceeded" | "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted"
            )
        })
    }
}
