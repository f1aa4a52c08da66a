//! A run that owns what it needs and can wait for the world: it is advanced, answered and stopped from outside, and is
//! data in between.

use std::sync::Arc;

use super::engine::{Engine, Parked};
use super::error::StopError;
use super::states::task;
use super::{
    Closed, Execution, Failure, MachineType, MapRunUpdate, MapRunView, NotRedrivable, Outside, Paused,
    Program, Request, Settings, Status, Time, Told,
};
use crate::history::EventSink;
use crate::mocks::Mocks;
use crate::value::Value;

/// What a run is made of.
pub struct Parts {
    /// The machine.
    pub program: Arc<Program>,
    /// Names, start, seed and limits.
    pub settings: Arc<Settings>,
    /// What tasks answer.
    pub mocks: Arc<Mocks>,
    /// Who answers what the mocks leave open.
    pub outside: Arc<dyn Outside>,
    /// Where its events go.
    pub sink: Box<dyn EventSink + Send>,
}

/// So many states are begun before whoever advances a run is asked again.
const SLICE: u64 = 2_000;

/// A run that goes on when it is told to. Moments that it is told never go back.
pub struct ResumableRun {
    parts: Parts,
    /// `None` after a panic: nothing can be known of it then.
    parked: Option<Parked>,
}

/// A run that a panic has left in pieces.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// The tool has to stop.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// A bug has struck before.
    #[error("the run was broken off by an internal error")]
    Broken,
}

impl ResumableRun {
    /// Begins a run: nothing of its first state has happened yet.
    ///
    /// # Errors
    /// When nobody takes its first event.
    pub fn begin(mut parts: Parts, input: Value, input_text: Arc<str>) -> Result<Self, StopError> {
        let sink: &mut (dyn EventSink + 'static) = &mut *parts.sink;
        let mut engine = Engine::new(&parts.program, &parts.settings, &parts.mocks, input, Some(sink));
        engine.begin(input_text)?;
        let parked = Some(engine.park());
        Ok(ResumableRun { parts, parked })
    }

    /// Does something with the engine.
    fn with<R>(&mut self, act: impl FnOnce(&mut Engine<'_>) -> R) -> Result<R, ResumeError> {
        let parked = self.parked.take().ok_or(ResumeError::Broken)?;
        let Parts {
            program,
            settings,
            mocks,
            outside,
            sink,
        } = &mut self.parts;
        let sink: &mut (dyn EventSink + 'static) = &mut **sink;
        let mut engine = Engine::unpark(parked, program, settings, mocks, Some(&**outside), Some(sink));
        let result = act(&mut engine);
        self.parked = Some(engine.park());
        Ok(result)
    }

    /// Goes on until it ends, waits for an answer, nothing happens up to `horizon`, or it has begun very many states: then
    /// others may want to go on, or somebody to stop it.
    ///
    /// # Errors
    /// When the tool has to stop; the run can only be [failed](Self::fail) then.
    pub fn advance(&mut self, horizon: Time) -> Result<Paused, ResumeError> {
        Ok(self.with(|engine| {
            engine.slice = SLICE;
            engine.advance(horizon)
        })??)
    }

    /// The calls that wait for an answer from outside since this was asked last.
    pub fn take_requests(&mut self) -> Vec<Request> {
        self.with(|engine| engine.take_requests()).unwrap_or_default()
    }

    /// How many calls wait for an answer from outside.
    #[cfg(test)]
    pub fn awaits(&mut self) -> usize {
        self.with(|engine| engine.awaits()).unwrap_or_default()
    }

    /// A worker takes up the activity that waits under `key`.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance); inside, that nothing waits there any more.
    pub fn take_up(
        &mut self,
        key: &str,
        at: Time,
        worker: Option<Arc<str>>,
    ) -> Result<Result<(), Closed>, ResumeError> {
        Ok(self.with(|engine| task::take_up(engine, key, at, worker))??)
    }

    /// The call that waits under `key` has been submitted, and this was answered.
    ///
    /// # Errors
    /// As for [`take_up`](Self::take_up).
    pub fn submitted(
        &mut self,
        key: &str,
        at: Time,
        output: Value,
    ) -> Result<Result<(), Closed>, ResumeError> {
        Ok(self.with(|engine| task::submitted(engine, key, at, output))??)
    }

    /// The call that waits under `key` is answered. Nothing follows before the run is [advanced](Self::advance).
    ///
    /// # Errors
    /// As for [`take_up`](Self::take_up).
    pub fn answer(&mut self, key: &str, at: Time, told: Told) -> Result<Result<(), Closed>, ResumeError> {
        Ok(self.with(|engine| task::answer(engine, key, at, told))??)
    }

    /// The call that waits under `key` is still worked on.
    ///
    /// # Errors
    /// As for [`take_up`](Self::take_up).
    pub fn heartbeat(&mut self, key: &str, at: Time) -> Result<Result<(), Closed>, ResumeError> {
        Ok(self.with(|engine| task::heartbeat(engine, key, at))??)
    }

    /// Ends the execution as StopExecution does; one that has ended stays as it is.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance).
    pub fn stop(&mut self, at: Time, failure: Failure) -> Result<(), ResumeError> {
        Ok(self.with(|engine| engine.end_now(at, Status::Aborted, failure))??)
    }

    /// Stops the execution at its next state transition, once everything up to a moment has happened.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance).
    pub fn stop_at_transition(&mut self, at: Time) -> Result<(), ResumeError> {
        self.with(|engine| {
            engine.advance(at)?;
            engine.stop_at_transition();
            Ok::<(), StopError>(())
        })??;
        Ok(())
    }

    /// Ends the execution with an error that no handler sees.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance).
    pub fn fail(&mut self, at: Time, failure: Failure) -> Result<(), ResumeError> {
        Ok(self.with(|engine| engine.end_now(at, Status::Failed, failure))??)
    }

    /// Standard or Express.
    pub fn machine_type(&self) -> MachineType {
        self.parts.settings.machine_type
    }

    /// The Map Runs so far.
    pub fn map_runs(&self) -> &[MapRunView] {
        self.parked.as_ref().map_or(&[], Parked::map_runs)
    }

    /// Changes a Map Run that goes on. Says whether there is one.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance).
    pub fn update_map_run(&mut self, arn: &str, at: Time, update: MapRunUpdate) -> Result<bool, ResumeError> {
        let update = |engine: &mut Engine<'_>| {
            engine.advance(at)?;
            Ok::<bool, StopError>(engine.update_map_run(arn, update))
        };
        Ok(self.with(update)??)
    }

    /// Lets an execution that has failed, was stopped or ran too long go on from there.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance); inside, why it cannot go on.
    pub fn redrive(&mut self, at: Time) -> Result<Result<(), NotRedrivable>, ResumeError> {
        Ok(self.with(|engine| engine.redrive(at))??)
    }

    /// Takes other mocks for the calls that it makes from now on, beginning with their first answers; mocks that say what its
    /// own say change nothing.
    pub fn take_mocks(&mut self, mocks: Arc<Mocks>) {
        if Arc::ptr_eq(&mocks, &self.parts.mocks) || mocks.written() == self.parts.mocks.written() {
            return;
        }
        self.parts.mocks = mocks;
        if let Some(parked) = &mut self.parked {
            parked.forget_calls();
        }
    }

    /// Whether it could [go on](Self::redrive) at a moment.
    ///
    /// # Errors
    /// Why not.
    pub fn may_be_redriven(&mut self, at: Time) -> Result<(), NotRedrivable> {
        let asked = self.with(|engine| engine.may_go_on(at));
        asked.unwrap_or(Err(NotRedrivable::NotFailed))
    }

    /// When the last thing happened.
    pub fn now(&self) -> Option<Time> {
        self.parked.as_ref().map(Parked::now)
    }

    /// How the execution has ended, if it has: its output, or what it failed with.
    pub fn end(&self) -> Option<(Status, Option<&Value>, Option<&Failure>)> {
        let (status, output, failure) = self.parked.as_ref()?.end()?;
        Some((*status, output.as_ref(), failure.as_ref()))
    }

    /// What the execution has come to, once it has ended; `None` after a panic. Its events went to the sink.
    pub fn conclude(mut self) -> Option<Execution> {
        let parked = self.parked.take()?;
        let Parts {
            program,
            settings,
            mocks,
            ..
        } = &self.parts;
        Some(Engine::unpark(parked, program, settings, mocks, None, None).conclude())
    }
}
