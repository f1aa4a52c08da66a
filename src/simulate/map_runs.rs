//! What can be told of the Map Runs of an execution, while they go on and afterwards [API DescribeMapRun].

use std::sync::Arc;

use super::engine::Engine;
use super::lane::Phase;
use super::states::map;
use crate::history::Time;

/// A Map Run.
#[derive(Debug, Clone)]
pub struct MapRunView {
    /// Its ARN.
    pub arn: Arc<str>,
    /// How it stands.
    pub status: MapRunStatus,
    /// When it began.
    pub started: Time,
    /// When it ended.
    pub stopped: Option<Time>,
    /// Most children at a time; 0 for no limit.
    pub max_concurrency: u64,
    /// How many items may fail.
    pub tolerated_count: u64,
    /// How many of a hundred items may fail.
    pub tolerated_percentage: f64,
    /// How often it was redriven, and when last.
    pub redrives: u32,
    /// When it was redriven last.
    pub redriven: Option<Time>,
    /// Its items.
    pub items: MapRunCounts,
    /// Its children.
    pub executions: MapRunCounts,
}

/// How a Map Run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapRunStatus {
    /// Children are running, or will.
    Running,
    /// All are done.
    Succeeded,
    /// Too many failed, or the items cannot be read.
    Failed,
    /// It was stopped with its execution, or with the branch that it was in.
    Aborted,
}

impl MapRunStatus {
    /// As DescribeMapRun has it.
    pub fn as_aws(self) -> &'static str {
        match self {
            MapRunStatus::Running => "RUNNING",
            MapRunStatus::Succeeded => "SUCCEEDED",
            MapRunStatus::Failed => "FAILED",
            MapRunStatus::Aborted => "ABORTED",
        }
    }
}

/// How many stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MapRunCounts {
    /// They have not begun.
    pub pending: u64,
    /// They are at work.
    pub running: u64,
    /// They are done.
    pub succeeded: u64,
    /// They have failed.
    pub failed: u64,
    /// They ran too long.
    pub timed_out: u64,
    /// They were stopped.
    pub aborted: u64,
    /// They are to go on, and have not begun to.
    pub pending_redrive: u64,
    /// They did not end well, and cannot go on.
    pub not_redrivable: u64,
    /// All of them.
    pub total: u64,
    /// A ResultWriter has what they came to.
    pub results_written: u64,
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChildEnd {
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl MapRunCounts {
    fn end(&mut self, count: u64, end: ChildEnd, written: bool) {
        self.running = self.running.saturating_sub(count);
        match end {
            ChildEnd::Succeeded => self.succeeded += count,
            ChildEnd::Failed => self.failed += count,
            ChildEnd::TimedOut => self.timed_out += count,
            ChildEnd::Aborted => self.aborted += count,
        }
        if written {
            self.results_written += count;
        }
    }
}

impl MapRunView {
    /// A child with `items` items begins.
    pub(super) fn child_begins(&mut self, items: u64) {
        self.items.pending = self.items.pending.saturating_sub(items);
        self.items.running += items;
        self.executions.running += 1;
        self.executions.total += 1;
    }

    /// One that did not end well waits to go on; or it cannot.
    pub(super) fn child_waits(&mut self, items: u64, end: ChildEnd, goes_on: bool) {
        for (counts, count) in [(&mut self.items, items), (&mut self.executions, 1)] {
            if !goes_on {
                counts.not_redrivable += count;
                continue;
            }
            let ended = match end {
                ChildEnd::Succeeded => continue,
                ChildEnd::Failed => &mut counts.failed,
                ChildEnd::TimedOut => &mut counts.timed_out,
                ChildEnd::Aborted => &mut counts.aborted,
            };
            *ended = ended.saturating_sub(count);
            counts.pending_redrive += count;
        }
    }

    /// One that waited to go on is what it was.
    pub(super) fn child_waits_no_more(&mut self, items: u64, end: ChildEnd) {
        for (counts, count) in [(&mut self.items, items), (&mut self.executions, 1)] {
            counts.pending_redrive = counts.pending_redrive.saturating_sub(count);
            counts.running += count;
            counts.end(count, end, false);
        }
    }

    /// It goes on.
    pub(super) fn goes_on(&mut self, at: Time) {
        self.status = MapRunStatus::Running;
        self.stopped = None;
        self.redrives += 1;
        self.redriven = Some(at);
    }

    /// A child goes on that waited for it.
    pub(super) fn child_begins_again(&mut self, items: u64) {
        for (counts, count) in [(&mut self.items, items), (&mut self.executions, 1)] {
            counts.pending_redrive = counts.pending_redrive.saturating_sub(count);
            counts.running += count;
        }
    }

    /// It ends; `written` says that a ResultWriter takes what it came to.
    pub(super) fn child_ends(&mut self, items: u64, end: ChildEnd, written: bool) {
        self.items.end(items, end, written);
        self.executions.end(1, end, written);
    }
}

/// What may be changed of a Map Run; `None` leaves it as it is [API UpdateMapRun].
#[derive(Debug, Clone, Copy, Default)]
pub struct MapRunUpdate {
    /// Most children at a time; 0 for no limit.
    pub max_concurrency: Option<u64>,
    /// How many items may fail.
    pub tolerated_count: Option<u64>,
    /// How many of a hundred items may fail.
    pub tolerated_percentage: Option<f64>,
}

impl Engine<'_> {
    /// Takes note of a Map Run that begins, and gives its place among them.
    pub(super) fn map_run_begins(&mut self, view: MapRunView) -> usize {
        self.map_runs.push(view);
        self.map_runs.len() - 1
    }

    /// A Map Run has come to its end.
    pub(super) fn map_run_ends(&mut self, place: usize, status: MapRunStatus) {
        let now = self.now;
        if let Some(view) = self.map_runs.get_mut(place) {
            view.status = status;
            view.stopped = Some(now);
        }
    }

    /// Stops all Map Runs that still run, with what is at work in them: their execution has ended.
    pub(super) fn end_map_runs(&mut self) {
        for place in 0..self.map_runs.len() {
            self.map_run_is_aborted(place);
        }
        self.children_are_stopped();
    }

    /// Stops a Map Run with what is at work in it.
    pub(super) fn map_run_is_aborted(&mut self, place: usize) {
        let now = self.now;
        let running = self.map_runs.get_mut(place);
        let Some(view) = running.filter(|view| view.status == MapRunStatus::Running) else {
            return;
        };
        view.status = MapRunStatus::Aborted;
        view.stopped = Some(now);
        for counts in [&mut view.items, &mut view.executions] {
            counts.end(counts.running, ChildEnd::Aborted, false);
        }
    }

    /// Changes a Map Run that goes on: items that have not begun see it. Says whether there is one.
    pub(super) fn update_map_run(&mut self, arn: &str, update: MapRunUpdate) -> bool {
        let place = self
            .map_runs
            .iter()
            .position(|view| &*view.arn == arn && view.status == MapRunStatus::Running);
        let Some(view) = place.and_then(|place| self.map_runs.get_mut(place)) else {
            return false;
        };
        view.max_concurrency = update.max_concurrency.unwrap_or(view.max_concurrency);
        view.tolerated_count = update.tolerated_count.unwrap_or(view.tolerated_count);
        view.tolerated_percentage = update.tolerated_percentage.unwrap_or(view.tolerated_percentage);
        let ids: Vec<_> = self.live_lanes().collect();
        for id in ids {
            if let Phase::MapRun(run) = &mut self.lane_mut(id).phase
                && run.arn() == arn
            {
                run.update(update);
                // More may begin now.
                self.queue(id);
                return true;
            }
        }
        false
    }
}

/// Most children at a time, of what MaxConcurrency says.
pub(super) fn at_once(max_concurrency: u64) -> usize {
    match usize::try_from(max_concurrency) {
        Ok(some) if some > 0 => some.min(map::MOST_AT_ONCE),
        _ => map::MOST_AT_ONCE,
    }
}
