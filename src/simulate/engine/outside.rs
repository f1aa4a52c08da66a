//! Calls that are answered from outside, while the execution waits: by a client, an activity's worker, a service that is
//! really there.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Engine;
use crate::asl::Pattern;
use crate::history::{EventKind, Failure, TaskTarget, Time, Unsuccessful};
use crate::simulate::Status;
use crate::simulate::error::StopError;
use crate::simulate::lane::{LaneId, Phase};
use crate::simulate::program::Behaviour;
use crate::simulate::states;
use crate::value::Value;

/// Who may answer calls from outside.
pub trait Outside: Send + Sync {
    /// Whether there is an activity with this ARN, whose workers may poll.
    fn has_activity(&self, arn: &str) -> bool;

    /// Who answers a call for which there is no mock.
    fn answers(&self, call: &OutsideCall<'_>) -> Answers;
}

/// A call for which there is no mock.
#[derive(Debug)]
pub struct OutsideCall<'a> {
    /// What is called.
    pub target: &'a TaskTarget,
    /// How its end is known.
    pub pattern: Pattern,
}

/// Who answers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Nobody.
    Nobody,
    /// Whoever has the task's token.
    Holder,
    /// Who takes the [`Request`], and tells what was submitted, too.
    Taker,
}

/// A call that waits for its answer.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it is answered under: the task's token, where it has one.
    pub key: Arc<str>,
    /// What is called.
    pub target: Arc<TaskTarget>,
    /// How its end is known.
    pub pattern: Pattern,
    /// What is sent.
    pub parameters: Value,
    /// Who answers it.
    pub answers: Answers,
}

/// An answer from outside.
#[derive(Debug, Clone)]
pub enum Told {
    /// The result.
    Success(Value),
    /// The error, and which event tells of it when it is not the usual one.
    Failure(Failure, Option<Unsuccessful>),
}

/// Nothing waits under that key any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// The calls that are answered from outside, by key.
#[derive(Debug, Default)]
pub(super) struct Awaited {
    lanes: FxHashMap<Arc<str>, LaneId>,
    /// Those that nobody has been told of yet.
    new: Vec<Request>,
    /// How many there were.
    count: u64,
}

impl Awaited {
    /// Forgets them all.
    pub(super) fn clear(&mut self) {
        self.lanes.clear();
        self.new.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }
}

impl Engine<'_> {
    /// Notes that a lane waits for an answer from outside, under its token or a key that is no token.
    pub(in crate::simulate) fn await_outside(
        &mut self,
        id: LaneId,
        target: &Arc<TaskTarget>,
        pattern: Pattern,
        parameters: Value,
        answers: Answers,
    ) -> Arc<str> {
        self.awaited.count += 1;
        let token = self.lane(id).token.clone();
        let key = token.unwrap_or_else(|| Arc::from(format!("call {}", self.awaited.count)));
        self.awaited.lanes.insert(key.clone(), id);
        self.awaited.new.push(Request {
            key: key.clone(),
            target: target.clone(),
            pattern,
            parameters,
            answers,
        });
        key
    }

    /// Forgets that an answer was awaited.
    pub(in crate::simulate) fn await_no_more(&mut self, key: &str) {
        self.awaited.lanes.remove(key);
    }

    /// The calls that wait since this was asked last.
    pub(in crate::simulate) fn take_requests(&mut self) -> Vec<Request> {
        let mut new = std::mem::take(&mut self.awaited.new);
        new.retain(|request| self.awaited.lanes.contains_key(&request.key));
        new
    }

    /// How many calls wait for an answer from outside.
    #[cfg(test)]
    pub(in crate::simulate) fn awaits(&self) -> usize {
        self.awaited.lanes.len()
    }

    /// Does something to the call that waits under `key`, at a moment up to which everything has happened.
    pub(in crate::simulate) fn at_awaited(
        &mut self,
        key: &str,
        at: Time,
        act: impl FnOnce(&mut Self, LaneId, &states::task::Task) -> Result<Result<(), Closed>, StopError>,
    ) -> Result<Result<(), Closed>, StopError> {
        self.advance(at)?;
        if self.end.is_some() {
            return Ok(Err(Closed));
        }
        let Some(id) = self.awaited.lanes.get(key).copied() else {
            return Ok(Err(Closed));
        };
        let program = self.program;
        let Behaviour::Task(task) = &program.state(self.lane(id).state).behaviour else {
            return Ok(Err(Closed));
        };
        self.now = self.now.max(at);
        act(self, id, task)
    }

    /// Lets a lane go on whose call has been answered.
    pub(in crate::simulate) fn answered(&mut self, id: LaneId) {
        // The timer of its limits means nothing any more.
        self.lane_mut(id).timer = 0;
        self.ready.push_back(id);
    }

    /// Ends the execution from outside.
    ///
    /// # Errors
    /// When nobody takes the event.
    pub(in crate::simulate) fn end_now(
        &mut self,
        at: Time,
        status: Status,
        failure: Failure,
    ) -> Result<(), StopError> {
        if self.end.is_some() {
            return Ok(());
        }
        self.now = self.now.max(at);
        self.end = Some((status, None, Some(failure.clone())));
        self.end_map_runs();
        let kind = match status {
            Status::Aborted => EventKind::aborted(&failure),
            _ => EventKind::ExecutionFailed(failure),
        };
        // It stands by itself [recorded].
        let step = self.recorder.record(self.now, 0, 0, || kind);
        self.ended_or_stopped(step.map(|_| ()))
    }

    /// Has the execution stop where a state would follow another.
    pub(in crate::simulate) fn stop_at_transition(&mut self) {
        self.stops_at_transition = true;
    }

    /// Whether a lane waits for an answer from outside, and under which key.
    pub(super) fn awaited_key(phase: &Phase) -> Option<&Arc<str>> {
        match phase {
            Phase::Task(pending) => pending.awaited_key(),
            _ => None,
        }
    }
}
