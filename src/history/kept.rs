//! The events of a run, and who takes them as they happen.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::recorded::Gap;
use super::{Event, Failure, Time};
use crate::value::Value;

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
        /// How a retrier has it tried again; `None` when it goes to a catcher or out of the scope.
        retry: Option<Retry>,
    },
    /// The Choice state that a line of execution is in has chosen.
    Chose(Box<Chosen>),
    /// The Map that a line of execution is in has no items.
    NoItems {
        /// The line of execution.
        lane: u32,
        /// Where they were looked for.
        why: String,
    },
}

/// A retry that a retrier grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// When.
    pub at: Time,
    /// The retrier's index.
    pub retrier: usize,
    /// How many retries it has granted, this one included.
    pub number: u64,
    /// How many it grants at most.
    pub most: u64,
}

/// What a Choice state has chosen, and by what.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The line of execution.
    pub lane: u32,
    /// The rule's index; `None` for `Default`.
    pub rule: Option<usize>,
    /// The rule's condition in few words.
    pub condition: Option<Arc<str>>,
    /// What was looked at, each with its value; `None` where there is none. For `Default` what any rule looks at.
    pub tested: Vec<(Arc<str>, Option<Value>)>,
}

/// An execution that a Map Run has started.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChildExecution {
    /// Its ARN: `...:execution:MACHINE/LABEL:NAME`.
    pub arn: String,
    /// Its name.
    pub name: Arc<str>,
    /// The ARN of its Map Run.
    pub map_run: Arc<str>,
    /// How many items it was given.
    pub items: u64,
    /// Whether it is an Express one.
    pub express: bool,
}

/// What happened next: an event or what is told beside them.
#[derive(Debug, Clone, Copy)]
pub enum Told<'h> {
    /// An event, of the execution or of a child.
    Event(&'h Event),
    /// Something else; never [`Aside::InChild`].
    Aside(&'h Aside),
}

/// A sink takes no more: the run ends with `StopError::SinkClosed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinkClosed;

/// Takes the events of a run as they happen, so that a run of millions of events need not be held: it keeps them
/// ([`History`]), or writes them at once.
pub trait EventSink {
    /// An event of the execution.
    ///
    /// # Errors
    /// When the sink takes no more, and the run shall stop.
    fn event(&mut self, event: Event) -> Result<(), SinkClosed>;

    /// Whether it takes what happens beside the history, too.
    fn takes_asides(&self) -> bool {
        false
    }

    /// Something that is no event of the history. Lanes have methods of their own: it is never [`Aside::Opened`].
    ///
    /// # Errors
    /// As for [`EventSink::event`].
    fn aside(&mut self, _aside: Aside) -> Result<(), SinkClosed> {
        Ok(())
    }

    /// Whether it takes the histories of child executions, whose events are no asides then.
    fn takes_children(&self) -> bool {
        false
    }

    /// An event of a child execution, numbered there. The first is its ExecutionStarted, the last says how it ended.
    fn child_event(&mut self, _child: &Arc<ChildExecution>, _event: Event) {}

    /// A lane has been opened; its events come later. The first is the top level, and each is opened after the event
    /// of the state that holds it. Lanes of child executions are told only to those who take asides.
    fn lane_opened(&mut self, _number: u32, _lane: Lane) {}

    /// Nothing more happens on a lane. Those that run when the execution ends are never closed.
    fn lane_closed(&mut self, _number: u32) {}
}

/// The events of one execution, kept: of a run, or of an export.
#[derive(Debug, Default)]
pub struct History {
    events: Vec<Event>,
    /// Each with the number of events before it.
    asides: Vec<(usize, Aside)>,
    lanes: Vec<Lane>,
    count: u64,
    with_asides: bool,
    /// Whether an export says of no event when it happened.
    untimed: bool,
    /// What an export does not hold, by the index of the event.
    gaps: FxHashMap<usize, Gap>,
}

impl History {
    /// An empty history; `with_asides` keeps what it is told beside its events.
    pub fn new(with_asides: bool) -> Self {
        History {
            with_asides,
            ..History::default()
        }
    }

    /// The history of a run whose `count` events went elsewhere.
    pub(crate) fn of(count: u64) -> Self {
        History {
            count,
            ..History::default()
        }
    }

    /// Takes the events of an export.
    pub(super) fn fill(&mut self, events: Vec<Event>, lanes: Vec<Lane>, timed: bool) {
        self.count = events.len() as u64;
        self.events = events;
        self.lanes = lanes;
        self.untimed = !timed;
    }

    pub(super) fn note_gap(&mut self, event: usize, gap: Gap) {
        self.gaps.insert(event, gap);
    }

    /// Why an event does not have its payload; never so in the history of a run.
    pub fn gap(&self, event: usize) -> Option<Gap> {
        self.gaps.get(&event).copied()
    }

    /// Whether its events say when they happened.
    pub fn is_timed(&self) -> bool {
        !self.untimed
    }

    /// The event that ends the execution, when the history goes that far.
    pub fn ending(&self) -> Option<&Event> {
        self.events.iter().rev().find(|event| event.kind.is_end())
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

    /// The lanes, in the order they were opened.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// How many events there were, kept or not.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The events in order; none when they went elsewhere.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}

impl EventSink for History {
    fn event(&mut self, event: Event) -> Result<(), SinkClosed> {
        self.count = event.id;
        self.events.push(event);
        Ok(())
    }

    fn takes_asides(&self) -> bool {
        self.with_asides
    }

    fn aside(&mut self, aside: Aside) -> Result<(), SinkClosed> {
        self.asides.push((self.events.len(), aside));
        Ok(())
    }

    fn lane_opened(&mut self, number: u32, lane: Lane) {
        self.lanes.push(lane);
        if self.with_asides {
            self.asides.push((self.events.len(), Aside::Opened(number)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::EventKind;

    #[test]
    fn what_is_told_stands_between_the_events_where_it_happened() {
        let start = Time::DEFAULT_START;
        let event = |id, kind| Event {
            id,
            previous: 0,
            at: start,
            lane: 0,
            kind,
        };
        let started = |id| event(id, EventKind::ParallelStateStarted);
        let mut history = History::new(true);
        history.lane_opened(0, Lane { parent: 0, index: 0 });
        assert_eq!(history.event(started(1)), Ok(()));
        assert_eq!(
            history.aside(Aside::InChild(event(0, EventKind::MapRunSucceeded))),
            Ok(())
        );
        assert_eq!(history.event(started(2)), Ok(()));
        assert_eq!(history.event(started(3)), Ok(()));
        history.lane_opened(1, Lane { parent: 0, index: 1 });
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
