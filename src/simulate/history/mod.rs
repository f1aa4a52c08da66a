//! What happened in a run: AWS's events with their ids, order and details.

mod json;
mod kind;

pub use json::EventWriter;
pub use kind::{EventKind, Family, TaskTarget, Unsuccessful};

use super::clock::Time;

/// One event of a [`History`].
#[derive(Debug, Clone)]
pub struct Event {
    /// Its number, from 1.
    pub id: u64,
    /// The event that led to it; 0 for the first ones.
    pub previous: u64,
    /// When it happened.
    pub at: Time,
    /// The line of execution that it belongs to, by its number among [`History::lanes`].
    pub lane: u32,
    /// What happened.
    pub kind: EventKind,
}

/// A line of execution: the top level, a branch, an iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    /// The lane of the state that holds it; its own number for the top level, which is 0.
    pub parent: u32,
    /// The index of the branch or item.
    pub index: usize,
}

/// The events of one execution.
#[derive(Debug, Default)]
pub struct History {
    events: Vec<Event>,
    in_children: Vec<Event>,
    lanes: Vec<Lane>,
    count: u64,
    counted_only: bool,
    with_children: bool,
}

impl History {
    /// A history that keeps its events.
    pub fn new() -> Self {
        History::default()
    }

    /// A history that numbers its events and forgets them.
    pub fn counting() -> Self {
        History {
            counted_only: true,
            ..History::default()
        }
    }

    /// The same history, which also keeps the events of child executions.
    pub fn with_children(mut self) -> Self {
        self.with_children = true;
        self
    }

    /// Adds an event of a child execution, when those are kept. Its id is 0: it has none in this history.
    pub fn record_in_child(&mut self, at: Time, lane: u32, previous: u64, kind: impl FnOnce() -> EventKind) {
        if self.with_children {
            self.in_children.push(Event {
                id: 0,
                previous,
                at,
                lane,
                kind: kind(),
            });
        }
    }

    /// The events of child executions in order, when they were kept.
    pub fn in_children(&self) -> &[Event] {
        &self.in_children
    }

    /// Adds an event and gives its id. `kind` is built only when events are kept.
    pub fn record(&mut self, at: Time, lane: u32, previous: u64, kind: impl FnOnce() -> EventKind) -> u64 {
        self.count += 1;
        if !self.counted_only {
            self.events.push(Event {
                id: self.count,
                previous,
                at,
                lane,
                kind: kind(),
            });
        }
        self.count
    }

    /// Opens a lane and gives its number; the first is the top level.
    pub fn open_lane(&mut self, parent: u32, index: usize) -> u32 {
        if self.counted_only {
            return 0;
        }
        self.lanes.push(Lane { parent, index });
        u32::try_from(self.lanes.len() - 1).unwrap_or(u32::MAX)
    }

    /// The lanes, in the order they were opened.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// How many events there were, kept or not.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The events in order; none when they were only counted.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}
