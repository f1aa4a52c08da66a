//! What happened in a run: AWS's events with their ids, order and details.

mod json;
mod kind;

pub use json::EventWriter;
pub use kind::{EventKind, Family, TaskTarget, Unsuccessful};

use super::clock::Time;
use super::failure::Failure;

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

/// What a run does beside the events of its history.
#[derive(Debug, Clone)]
pub enum Aside {
    /// An event of a child execution. Its id is 0: it has none in this history.
    InChild(Event),
    /// A line of execution begins, by its number, in the state that its parent is in.
    Opened(u32),
    /// The state that a line of execution is in has failed. AWS's history does not say so of every type of state, and
    /// never what with.
    Failed {
        /// When.
        at: Time,
        /// The line of execution.
        lane: u32,
        /// The error.
        failure: Failure,
        /// When a retrier has it tried again; `None` when it goes to a catcher or out of the scope.
        retry_at: Option<Time>,
    },
}

/// What happened next: an event or what is told beside them.
#[derive(Debug, Clone, Copy)]
pub enum Told<'h> {
    /// An event, of the execution or of a child.
    Event(&'h Event),
    /// Something else; never [`Aside::InChild`].
    Aside(&'h Aside),
}

/// The events of one execution.
#[derive(Debug, Default)]
pub struct History {
    events: Vec<Event>,
    /// Each with the number of events before it.
    asides: Vec<(usize, Aside)>,
    lanes: Vec<Lane>,
    count: u64,
    counted_only: bool,
    with_asides: bool,
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

    /// The same history, which also keeps what it is told beside its events.
    pub fn with_asides(mut self) -> Self {
        self.with_asides = true;
        self
    }

    /// Adds what is no event of this history, when that is kept.
    pub fn record_aside(&mut self, aside: impl FnOnce() -> Aside) {
        if self.with_asides {
            self.asides.push((self.events.len(), aside()));
        }
    }

    /// The events of child executions in order, when they were kept.
    pub fn in_children(&self) -> impl Iterator<Item = &Event> {
        self.asides.iter().filter_map(|(_, aside)| match aside {
            Aside::InChild(event) => Some(event),
            _ => None,
        })
    }

    /// The events and what was told beside them, in the order in which they happened.
    pub fn told(&self) -> impl Iterator<Item = Told<'_>> {
        let mut asides = self.asides.iter().peekable();
        let mut events = self.events.iter().enumerate();
        let mut next = events.next();
        std::iter::from_fn(move || {
            let number = next.map_or(usize::MAX, |(number, _)| number);
            if let Some((_, aside)) = asides.next_if(|(before, _)| *before <= number) {
                return Some(match aside {
                    Aside::InChild(event) => Told::Event(event),
                    aside => Told::Aside(aside),
                });
            }
            let (_, event) = next?;
            next = events.next();
            Some(Told::Event(event))
        })
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
        let lane = u32::try_from(self.lanes.len()).unwrap_or(u32::MAX);
        self.lanes.push(Lane { parent, index });
        self.record_aside(|| Aside::Opened(lane));
        lane
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_stands_between_the_events_where_it_happened() {
        let start = Time::DEFAULT_START;
        let mut history = History::new().with_asides();
        let event = |history: &mut History| history.record(start, 0, 0, || EventKind::ParallelStateStarted);
        history.open_lane(0, 0);
        event(&mut history);
        history.record_aside(|| {
            Aside::InChild(Event {
                id: 0,
                previous: 0,
                at: start,
                lane: 0,
                kind: EventKind::MapRunSucceeded,
            })
        });
        event(&mut history);
        event(&mut history);
        history.open_lane(0, 1);
        let told: Vec<String> = history
            .told()
            .map(|told| match told {
                Told::Event(event) => format!("{} {}", event.id, event.kind.type_name()),
                Told::Aside(aside) => format!("{aside:?}"),
            })
            .collect();
        assert_eq!(
            told,
            [
                "Opened(0)",
                "1 ParallelStateStarted",
                "0 MapRunSucceeded",
                "2 ParallelStateStarted",
                "3 ParallelStateStarted",
                "Opened(1)"
            ]
        );
    }
}
