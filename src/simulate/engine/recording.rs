//! Events: numbered here, and given to whoever takes them.

use std::sync::Arc;

use super::Engine;
use crate::history::Failure;
use crate::history::Time;
use crate::history::{Aside, ChildExecution, Chosen, Event, EventKind, EventSink, Lane, Retry};
use crate::simulate::Status;
use crate::simulate::error::{Halt, Step, StopError};
use crate::simulate::lane::LaneId;
use crate::simulate::settings::Stop;

/// Where the events of a run go.
pub(super) struct Recorder<'p> {
    /// `None`: they are only counted, and not even built.
    sink: Option<&'p mut (dyn EventSink + 'static)>,
    /// Whether the sink takes what happens beside the history, too.
    asides: bool,
    /// Whether it takes the histories of child executions.
    children: bool,
    count: u64,
    lanes: u32,
    /// Events since the process's memory was looked at, and what it was at first.
    since_look: u32,
    memory_before: Option<usize>,
}

/// Events between two looks at the process's memory.
const BETWEEN_LOOKS: u32 = 256;

/// What a run has recorded so far: all that there is to know when it goes on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    count: u64,
    lanes: u32,
}

impl<'p> Recorder<'p> {
    pub(super) fn new(sink: Option<&'p mut (dyn EventSink + 'static)>) -> Self {
        Recorder::going_on(sink, Written::default())
    }

    /// That of a run which has recorded something before.
    pub(super) fn going_on(sink: Option<&'p mut (dyn EventSink + 'static)>, written: Written) -> Self {
        Recorder {
            asides: sink.as_ref().is_some_and(|sink| sink.takes_asides()),
            children: sink.as_ref().is_some_and(|sink| sink.takes_children()),
            sink,
            count: written.count,
            lanes: written.lanes,
            since_look: 0,
            memory_before: None,
        }
    }

    /// By how much the process has grown since the run's first events; `None` where it is not time to look.
    fn growth(&mut self) -> Option<usize> {
        self.since_look += 1;
        if self.since_look < BETWEEN_LOOKS {
            return None;
        }
        self.since_look = 0;
        let memory = memory_stats::memory_stats()?.physical_mem;
        Some(memory.saturating_sub(*self.memory_before.get_or_insert(memory)))
    }

    /// What it has recorded.
    pub(super) fn written(&self) -> Written {
        Written {
            count: self.count,
            lanes: self.lanes,
        }
    }

    /// How many events the execution has written.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Numbers an event and hands it on.
    pub(super) fn record(
        &mut self,
        at: Time,
        lane: u32,
        previous: u64,
        kind: impl FnOnce() -> EventKind,
    ) -> Step<u64> {
        self.count += 1;
        if let Some(sink) = &mut self.sink {
            sink.event(Event {
                id: self.count,
                previous,
                at,
                lane,
                kind: kind(),
            })
            .map_err(StopError::from)?;
        }
        Ok(self.count)
    }

    /// Tells something beside the history, when anybody wants to know.
    fn tell(&mut self, aside: impl FnOnce() -> Aside) -> Step {
        if let (true, Some(sink)) = (self.asides, &mut self.sink) {
            sink.aside(aside()).map_err(StopError::from)?;
        }
        Ok(())
    }

    /// Opens a lane inside `parent`, for what has this index there; the first is the top level. A lane that nobody is
    /// told of has no number of its own.
    pub(super) fn open_lane(&mut self, parent: u32, index: usize, of_child: bool) -> u32 {
        let Some(sink) = &mut self.sink else { return UNTOLD };
        if of_child && !self.asides {
            return UNTOLD;
        }
        let number = self.lanes;
        self.lanes = self.lanes.saturating_add(1);
        sink.lane_opened(number, Lane { parent, index });
        number
    }

    /// Tells that nothing more happens on a lane.
    pub(super) fn close_lane(&mut self, number: u32) {
        if let Some(sink) = &mut self.sink
            && number != UNTOLD
        {
            sink.lane_closed(number);
        }
    }
}

/// The number of lanes that nobody is told of.
const UNTOLD: u32 = u32::MAX;

impl Engine<'_> {
    /// Whether anybody takes the histories of child executions.
    pub(in crate::simulate) fn tells_children(&self) -> bool {
        self.recorder.children
    }

    /// Hands on an event of a child execution, which has a number there and none in this history.
    pub(in crate::simulate) fn tell_in_child(
        &mut self,
        child: Option<&Arc<ChildExecution>>,
        event: impl FnOnce() -> Event,
    ) -> Step {
        if let (Some(child), Some(sink)) = (child, &mut self.recorder.sink) {
            sink.child_event(child, event());
            return Ok(());
        }
        self.recorder.tell(|| Aside::InChild(Event { id: 0, ..event() }))
    }

    /// Tells what the state that a lane is in has failed with, and when it is tried again.
    pub(super) fn tell_failure(&mut self, id: LaneId, failure: &Failure, retry: Option<Retry>) -> Step {
        let (at, lane) = (self.now, self.lane(id).number);
        self.recorder.tell(|| Aside::Failed {
            at,
            lane,
            failure: failure.clone(),
            retry,
        })
    }

    /// Whether anybody wants to know what happens beside the history.
    pub(in crate::simulate) fn tells_asides(&self) -> bool {
        self.recorder.asides
    }

    /// Tells what the Choice state that a lane is in has chosen: the rule, its condition, and what was looked at.
    pub(in crate::simulate) fn tell_choice(
        &mut self,
        id: LaneId,
        chosen: impl FnOnce(u32) -> Chosen,
    ) -> Step {
        let lane = self.lane(id).number;
        self.recorder.tell(|| Aside::Chose(Box::new(chosen(lane))))
    }

    /// Tells why the Map that a lane is in has no items.
    pub(in crate::simulate) fn tell_no_items(&mut self, id: LaneId, why: impl FnOnce() -> String) -> Step {
        let lane = self.lane(id).number;
        self.recorder.tell(|| Aside::NoItems { lane, why: why() })
    }

    /// Writes an event and gives its id.
    ///
    /// # Errors
    /// [`Halt`] when the execution ends here because its history is full.
    pub(in crate::simulate) fn record(
        &mut self,
        id: LaneId,
        previous: u64,
        kind: impl FnOnce() -> EventKind,
    ) -> Step<u64> {
        if self.settings.stop.as_ref().is_some_and(Stop::is_due) {
            return Err(StopError::Directed.into());
        }
        if let Some(most) = self.settings.max_memory
            && self.recorder.growth().is_some_and(|growth| growth > most)
        {
            return Err(StopError::Memory(most >> 20).into());
        }
        let lane = self.lane(id).number;
        if let Some(child) = self.lane(id).child {
            return self.record_in_child(child, lane, previous, kind);
        }
        let count = self.recorder.count;
        match self.settings.max_events {
            Some(most) if count + 1 >= most => {
                let failure = self.full_history(most);
                self.end = Some((Status::Failed, None, Some(failure.clone())));
                self.recorder
                    .record(self.now, lane, previous, || EventKind::ExecutionFailed(failure))?;
                Err(Halt::Ended)
            }
            None if self.settings.endless_after.is_some_and(|most| count >= most) => {
                Err(StopError::Endless(count).into())
            }
            _ => self.recorder.record(self.now, lane, previous, kind),
        }
    }

    /// Writes the event that ends the execution: it always has room.
    pub(super) fn record_last(&mut self, id: LaneId, previous: u64, kind: EventKind) -> Step {
        let lane = self.lane(id).number;
        self.recorder.record(self.now, lane, previous, || kind)?;
        Ok(())
    }

    /// Writes the next event of a lane's chain.
    pub(in crate::simulate) fn record_next(&mut self, id: LaneId, kind: impl FnOnce() -> EventKind) -> Step {
        let previous = self.lane(id).chain;
        let event = self.record(id, previous, kind)?;
        self.lane_mut(id).chain = event;
        Ok(())
    }
}
