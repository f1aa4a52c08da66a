//! What can be told of an execution while it goes on, and who waits to be told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::Status;
use crate::history::{Failure, Time};
use crate::simulate::MapRunView;
use crate::value::Value;

/// What can be told of an execution.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// How it stands.
    pub(crate) status: Status,
    /// Its output, when it succeeded.
    pub(crate) output: Option<Value>,
    /// What it failed with, or was stopped with.
    pub(crate) failure: Option<Failure>,
    /// When it began.
    pub(crate) started: Time,
    /// When it ended.
    pub(crate) stopped: Option<Time>,
    /// How often it was redriven.
    pub(crate) redrives: u32,
    /// When it was redriven last.
    pub(crate) redriven: Option<Time>,
    /// Bytes of memory that an Express execution is billed by.
    pub(crate) memory_bytes: u64,
    /// Milliseconds that it is billed by.
    pub(crate) billed_millis: u64,
}

/// What lists are chosen and ordered by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) status: Status,
    /// How often it was redriven.
    pub(crate) redrives: u32,
    /// When it ended; of one that runs, when it was redriven last or began.
    pub(crate) at: Time,
}

impl View {
    pub(crate) fn standing(&self) -> Standing {
        Standing {
            status: self.status,
            redrives: self.redrives,
            at: self.stopped.or(self.redriven).unwrap_or(self.started),
        }
    }

    /// That of an execution which has begun then.
    pub(super) fn begun(started: Time) -> View {
        View {
            status: Status::Running,
            output: None,
            failure: None,
            started,
            stopped: None,
            redrives: 0,
            redriven: None,
            memory_bytes: 0,
            billed_millis: 0,
        }
    }
}

/// Called when the execution has ended.
type OnEnd = Box<dyn FnOnce(&View) + Send>;

pub(super) struct Board(Mutex<State>);

struct State {
    view: View,
    map_runs: Vec<MapRunView>,
    /// The client tokens of the last redrives, with when it went on and when they were used on the wall.
    redrives: VecDeque<(String, Time, Time)>,
    /// Whether nothing happens in it before somebody outside, or its clock, lets it.
    rests: bool,
    /// Whether what it waits for is none of this server's: a real endpoint's answer.
    waits_elsewhere: bool,
    /// The executions that are all it waits for.
    waits_for: Vec<Arc<str>>,
    until_rest: Vec<oneshot::Sender<()>>,
    until_end: Vec<oneshot::Sender<()>>,
    on_end: Vec<OnEnd>,
}

impl Board {
    pub(super) fn new(started: Time) -> Self {
        Board(Mutex::new(State {
            view: View::begun(started),
            map_runs: Vec::new(),
            redrives: VecDeque::new(),
            rests: false,
            waits_elsewhere: false,
            waits_for: Vec::new(),
            until_rest: Vec::new(),
            until_end: Vec::new(),
            on_end: Vec::new(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn view(&self) -> View {
        self.lock().view.clone()
    }

    pub(super) fn standing(&self) -> Standing {
        self.lock().view.standing()
    }

    pub(super) fn status(&self) -> Status {
        self.lock().view.status
    }

    /// When it went on for a client that says so again: "the last 10 client tokens", each "valid for up to 15 minutes"
    /// [API RedriveExecution].
    pub(super) fn redriven_with(&self, token: &str, wall: Time) -> Option<Time> {
        const VALID: i64 = 15 * 60 * 1000;
        let state = self.lock();
        let mut known = state.redrives.iter();
        known
            .find(|(known, _, used)| known == token && wall.since(*used) <= VALID)
            .map(|(_, at, _)| *at)
    }

    /// It goes on after it has failed.
    pub(super) fn redriven(&self, at: Time, token: Option<String>, wall: Time) {
        let mut state = self.lock();
        if let Some(token) = token {
            state.redrives.push_back((token, at, wall));
            if state.redrives.len() > 10 {
                state.redrives.pop_front();
            }
        }
        let view = &mut state.view;
        view.status = Status::Running;
        view.failure = None;
        view.stopped = None;
        view.redrives += 1;
        view.redriven = Some(at);
        state.rests = false;
    }

    /// Its Map Runs, in the order in which they began.
    pub(super) fn map_runs(&self) -> Vec<MapRunView> {
        self.lock().map_runs.clone()
    }

    /// Shows how its Map Runs stand.
    pub(super) fn show_map_runs(&self, map_runs: &[MapRunView]) {
        self.lock().map_runs = map_runs.to_vec();
    }

    /// It goes on.
    pub(super) fn moves(&self) {
        let mut state = self.lock();
        state.rests = false;
        state.waits_elsewhere = false;
        state.waits_for = Vec::new();
    }

    /// It waits for a real endpoint.
    pub(super) fn waits_elsewhere(&self) {
        self.lock().waits_elsewhere = true;
    }

    /// It waits for the ends of these executions, and for nothing else.
    pub(super) fn waits_for(&self, executions: Vec<Arc<str>>) {
        self.lock().waits_for = executions;
    }

    /// The executions that are all it waits for.
    pub(super) fn awaited(&self) -> Vec<Arc<str>> {
        self.lock().waits_for.clone()
    }

    /// Whether it, or an execution that it has started, has its turn or waits for it.
    pub(super) fn is_at_work(&self) -> bool {
        let state = self.lock();
        !state.rests && !state.waits_elsewhere && state.view.status == Status::Running
    }

    /// It waits.
    pub(super) fn rests(&self) {
        let mut state = self.lock();
        state.rests = true;
        for waiter in std::mem::take(&mut state.until_rest) {
            // Whoever waited may have gone.
            let _ = waiter.send(());
        }
    }

    /// It has ended.
    pub(super) fn ended(&self, view: View) {
        let mut state = self.lock();
        state.view = view.clone();
        let waiters: Vec<_> = state.until_rest.drain(..).collect();
        let waiters = waiters.into_iter().chain(std::mem::take(&mut state.until_end));
        let on_end = std::mem::take(&mut state.on_end);
        drop(state);
        for waiter in waiters {
            let _ = waiter.send(());
        }
        for told in on_end {
            told(&view);
        }
    }

    /// Done when it rests or has ended; `None` where it does.
    pub(super) fn until_rest(&self) -> Option<oneshot::Receiver<()>> {
        let mut state = self.lock();
        if state.rests || state.view.status != Status::Running {
            return None;
        }
        let (tell, told) = oneshot::channel();
        state.until_rest.retain(|waiter| !waiter.is_closed());
        state.until_rest.push(tell);
        Some(told)
    }

    /// Done when it has ended; `None` where it has.
    pub(super) fn until_end(&self) -> Option<oneshot::Receiver<()>> {
        let mut state = self.lock();
        if state.view.status != Status::Running {
            return None;
        }
        let (tell, told) = oneshot::channel();
        state.until_end.retain(|waiter| !waiter.is_closed());
        state.until_end.push(tell);
        Some(told)
    }

    /// Calls `told` when it has ended; at once where it has.
    pub(super) fn on_end(&self, told: OnEnd) {
        let mut state = self.lock();
        if state.view.status == Status::Running {
            state.on_end.push(told);
            return;
        }
        let view = state.view.clone();
        drop(state);
        told(&view);
    }
}
