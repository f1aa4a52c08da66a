//! What happens later: timers, the earliest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::Engine;
use crate::history::Time;
use crate::simulate::lane::LaneId;

/// What happens at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Timer {
    pub(super) at: Time,
    /// Timers of one moment go off in the order they were set; also names the timer.
    pub(super) number: u64,
    index: u32,
    generation: u32,
    /// The child execution whose time is up then; `None` for a timer of a lane.
    pub(super) deadline_of: Option<u32>,
}

impl Timer {
    /// The lane that set it, which may be over.
    pub(super) fn lane(&self) -> LaneId {
        LaneId {
            index: self.index,
            generation: self.generation,
        }
    }
}

/// The timers of a run.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<Timer>>,
    /// How many have been set.
    set: u64,
    /// So many in the heap make it worth looking for those whose lane is over.
    sweep_at: usize,
}

/// Fewer timers than this are not swept.
const FEW: usize = 4_096;

impl Timers {
    /// Takes out the next one.
    pub(super) fn pop(&mut self) -> Option<Timer> {
        self.heap.pop().map(|Reverse(timer)| timer)
    }

    /// The next one, which stays.
    fn peek(&self) -> Option<Timer> {
        self.heap.peek().map(|Reverse(timer)| *timer)
    }
}

impl Engine<'_> {
    /// The next timer that still means something; those before it, of lanes that are over or wait for another, go.
    pub(super) fn next_timer(&mut self) -> Option<Timer> {
        loop {
            let timer = self.timers.peek()?;
            let id = timer.lane();
            if self.is_alive(id) && (timer.deadline_of.is_some() || self.lane(id).timer == timer.number) {
                return Some(timer);
            }
            self.timers.pop();
        }
    }

    /// The milliseconds until the own timers of lanes go off, with their numbers: of one moment the smaller goes off
    /// first. By the place of the lane.
    pub(in crate::simulate) fn dues(&self) -> FxHashMap<u32, (i64, u64)> {
        let timers = self.timers.heap.iter().map(|Reverse(timer)| timer);
        let own = timers.filter(|timer| {
            let id = timer.lane();
            timer.deadline_of.is_none() && self.is_alive(id) && self.lane(id).timer == timer.number
        });
        own.map(|timer| (timer.index, (timer.at.since(self.now), timer.number)))
            .collect()
    }

    /// Resumes a lane at a moment, unless it is told another.
    pub(in crate::simulate) fn wake_at(&mut self, id: LaneId, at: Time) {
        let number = self.set_timer(id, at, None);
        self.lane_mut(id).timer = number;
    }

    /// Sets a timer: of a lane, or the deadline of the child execution that it began.
    pub(in crate::simulate) fn set_timer(&mut self, id: LaneId, at: Time, deadline_of: Option<u32>) -> u64 {
        // A Map Run of a million children sets a million deadlines, and nearly all are of children that have ended.
        if self.timers.heap.len() >= self.timers.sweep_at.max(FEW) {
            let mut heap = std::mem::take(&mut self.timers.heap);
            heap.retain(|Reverse(timer)| self.is_alive(timer.lane()));
            self.timers.sweep_at = heap.len() * 2;
            self.timers.heap = heap;
        }
        let timers = &mut self.timers;
        timers.set += 1;
        timers.heap.push(Reverse(Timer {
            at,
            number: timers.set,
            index: id.index,
            generation: id.generation,
            deadline_of,
        }));
        timers.set
    }
}
