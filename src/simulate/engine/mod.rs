//! The engine: one queue of what happens next, keyed by virtual time and order of arrival.
//!
//! A lane runs from state to state until it must wait: for a moment, a task's answer, its branches. When others
//! are ready it gives way after each state, so that branches take turns; alone, it runs on without touching a queue.
//! Nothing here depends on threads, the wall clock or hashing order: the same run writes the same history.

mod failing;
mod lanes;
mod leaving;
mod outside;
mod parked;
mod recording;
mod redriving;
mod timers;
mod variables;

use std::cell::{Cell, OnceCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine as _;

use super::children::Children;
use lanes::Lanes;
use outside::Awaited;
use recording::Recorder;
use timers::Timers;

pub use outside::{Answers, Closed, Outside, OutsideCall, Request, Told};
pub(super) use parked::Parked;
pub use redriving::NotRedrivable;
pub(super) use redriving::{Inside, Stopped};

use super::context::ExecutionContext;
use super::counts::Tally;
use super::director::Director;
use super::error::{Halt, Step, StopError};
use super::eval_context::Surroundings;
use super::flow::Exit;
use super::lane::{LaneId, Phase, Place, Variables};
use super::map_runs::MapRunView;
use super::program::{Behaviour, Program, State};
use super::settings::{MachineType, Settings};
use super::states;
use super::test_state::Probe;
use super::token;
use super::{Execution, Status};
use crate::asl::ScopeId;
use crate::cost::Usage;
use crate::expr::jsonata;
use crate::expr::random::RandomSource;
use crate::history::Failure;
use crate::history::Time;
use crate::history::{EventKind, EventSink, History};
use crate::mocks::{Calls, Mocks};
use crate::simulate::s3_output::Written;
use crate::value::Value;

/// What a state's work came to.
pub(super) enum Progress {
    /// It is done.
    Exit(Exit),
    /// It failed.
    Failed(Failure),
    /// It waits: something else will resume the lane.
    Blocked,
    /// It goes on at once, but others first.
    Yield,
}

/// What AWS's estimate of an execution's memory begins with, in bytes [AWS Step Functions Pricing].
const MEMORY_AT_LEAST: u64 = 50_000_000;

/// What a lane does after a state.
enum Then {
    /// Goes on: its phase says with what.
    Continue,
    /// Stops here: it waits, or is over.
    Pause,
}

/// A run in progress.
pub(super) struct Engine<'p> {
    pub(super) program: &'p Program,
    pub(super) settings: &'p Settings,
    pub(super) calls: Calls,
    /// Who decides what calls answer, before the mocks do.
    pub(super) director: Option<&'p dyn Director>,
    /// Who answers calls that the mocks leave open, when somebody does.
    pub(super) outside: Option<&'p dyn Outside>,
    pub(super) random: Arc<RandomSource>,
    /// Made when the first expression is evaluated.
    jsonata: OnceCell<jsonata::Engine>,
    pub(super) context: ExecutionContext,
    /// The input's text as it was sent, until the first state is entered.
    input_text: Option<Arc<str>>,
    pub(super) now: Time,
    pub(super) region: Arc<str>,
    pub(super) mocks: &'p Mocks,
    /// What ResultWriters have written into S3.
    pub(super) written: Vec<(String, Written)>,
    pub(super) children: Children,
    /// Its Map Runs, those that are over included.
    pub(super) map_runs: Vec<MapRunView>,
    /// How often a state was begun: entered or retried.
    transitions: u64,
    /// What is billed.
    pub(super) usage: Usage,
    /// What was taken of the program.
    pub(super) tally: Tally,
    /// Bytes that branches and iterations were given.
    given_inside: u64,
    /// What listens to the data flow, when a single state is tested.
    pub(super) probe: Option<Probe>,
    recorder: Recorder<'p>,
    /// Bytes that variables hold at most: see [`variables`].
    held_at_most: Cell<usize>,
    /// The states whose activity does not exist, since no mock answers for it.
    pub(super) missing_activities: Vec<Arc<str>>,
    lanes: Lanes,
    ready: VecDeque<LaneId>,
    timers: Timers,
    /// The calls that are answered from outside.
    awaited: Awaited,
    /// How often it was redriven, and since when the machine's timeout runs.
    redrives: u32,
    timed_from: Time,
    /// Whether it is stopped where a state would follow another: its machine is deleted.
    stops_at_transition: bool,
    /// So many states may be begun before whoever advances it is asked again.
    pub(super) slice: u64,
    end: Option<End>,
}

/// How an execution has ended, its output and what it failed with.
type End = (Status, Option<Value>, Option<Failure>);

/// Where a run has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paused {
    /// To its end.
    Ended,
    /// Nothing happens before this moment, which lies behind the horizon.
    WaitsUntil(Time),
    /// To the end of its slice: it could go on at once.
    Sliced,
    /// Calls are answered from outside; if they are not, this is when something happens.
    WaitsForOutside(Time),
}

impl<'p> Engine<'p> {
    /// A run of `program` that has not begun; its events go to `sink`, or are only counted.
    pub(super) fn new(
        program: &'p Program,
        settings: &'p Settings,
        mocks: &'p Mocks,
        input: Value,
        sink: Option<&'p mut (dyn EventSink + 'static)>,
    ) -> Self {
        let random = Arc::new(RandomSource::new(settings.seed));
        Engine {
            program,
            settings,
            calls: Calls::default(),
            director: None,
            outside: None,
            jsonata: OnceCell::new(),
            random,
            context: ExecutionContext::new(input),
            input_text: None,
            now: settings.start,
            region: settings.region.clone(),
            mocks,
            written: Vec::new(),
            children: Children::default(),
            map_runs: Vec::new(),
            transitions: 0,
            usage: Usage::default(),
            given_inside: 0,
            tally: Tally::new(program),
            probe: None,
            recorder: Recorder::new(sink),
            held_at_most: Cell::new(0),
            missing_activities: Vec::new(),
            lanes: Lanes::default(),
            ready: VecDeque::new(),
            timers: Timers::default(),
            awaited: Awaited::default(),
            redrives: 0,
            timed_from: settings.start,
            stops_at_transition: false,
            slice: u64::MAX,
            end: None,
        }
    }

    /// How often a state was begun so far.
    pub(super) fn transitions(&self) -> u64 {
        self.transitions
    }

    /// The lanes whose turn it is, the next first.
    pub(super) fn waiting_turns(&self) -> impl Iterator<Item = LaneId> {
        self.ready.iter().copied().filter(|id| self.is_alive(*id))
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the tool has to stop: a call without an answer, a field that is not supported.
    pub(super) fn run(mut self, input_text: Arc<str>) -> Result<Execution, StopError> {
        self.begin(input_text)?;
        self.advance(Time::FAR)?;
        Ok(self.conclude())
    }

    /// What the execution has come to; one that has not ended is cut off here.
    pub(super) fn conclude(mut self) -> Execution {
        self.bill_last();
        let (status, output, failure) = self.end.take().unwrap_or((Status::TimedOut, None, None));
        Execution {
            status,
            output,
            failure,
            arn: self.settings.execution_arn(),
            state_machine_arn: self.settings.state_machine_arn(),
            started: self.settings.start,
            stopped: self.now,
            unused_mocks: self.calls.unused(self.mocks),
            left_over: self.calls.left_over(self.mocks),
            missing_activities: self.missing_activities,
            written: self.written,
            machine_type: self.settings.machine_type,
            transitions: self.transitions,
            usage: self.usage,
            memory_bytes: MEMORY_AT_LEAST + self.program.definition_bytes + self.given_inside,
            taken: self.tally.taken(self.program),
            history: History::of(self.recorder.count()),
        }
    }

    /// Begins the execution: nothing of its first state has happened yet.
    ///
    /// # Errors
    /// When nobody takes its first event.
    pub(super) fn begin(&mut self, input_text: Arc<str>) -> Result<(), StopError> {
        let step = self.try_begin(input_text);
        self.ended_or_stopped(step)
    }

    fn try_begin(&mut self, input_text: Arc<str>) -> Step {
        let role_arn = self.settings.role();
        let input = self.context.input.clone();
        // The first state's event names no previous one, like ExecutionStarted itself [API HistoryEvent; recorded].
        let top = self.spawn(Place::Top, ScopeId::TOP, input, 0, Variables::default(), None);
        self.input_text = Some(input_text.clone());
        self.record(top, 0, || EventKind::ExecutionStarted {
            input: input_text,
            role_arn,
        })?;
        self.ready.push_back(top);
        Ok(())
    }

    /// Goes on until the execution has ended, or only what lies behind `horizon` or comes from outside can happen. The
    /// clock stands at the last thing that happened then.
    ///
    /// # Errors
    /// When the tool has to stop: a call without an answer, a field that is not supported.
    pub(super) fn advance(&mut self, horizon: Time) -> Result<Paused, StopError> {
        if self.end.is_some() {
            return Ok(Paused::Ended);
        }
        match self.go_on(horizon) {
            Ok(paused) => Ok(paused),
            Err(halt) => {
                self.ended_or_stopped(Err(halt))?;
                self.end_map_runs();
                Ok(Paused::Ended)
            }
        }
    }

    /// An execution that has ended is no error.
    fn ended_or_stopped(&self, step: Step) -> Result<(), StopError> {
        match step {
            Ok(()) | Err(Halt::Ended | Halt::ChildFull(_)) => Ok(()),
            Err(Halt::Stop(error)) => Err(*error),
        }
    }

    fn go_on(&mut self, horizon: Time) -> Step<Paused> {
        let timeout = self.program.longest_seconds(self.settings.machine_type);
        let deadline = self.timed_from.after_seconds(timeout);
        loop {
            while let Some(id) = self.ready.pop_front() {
                if !self.is_alive(id) {
                    continue;
                }
                let step = self.run_lane(id);
                self.past_full_children(step)?;
                if self.slice == 0 {
                    return Ok(Paused::Sliced);
                }
            }
            let next = self.next_timer().filter(|timer| timer.at < deadline);
            let at = next.map_or(deadline, |timer| timer.at);
            if at > horizon {
                return Ok(match self.awaited.is_empty() {
                    true => Paused::WaitsUntil(at),
                    false => Paused::WaitsForOutside(at),
                });
            }
            self.now = self.now.max(at);
            match next {
                Some(timer) => {
                    self.timers.pop();
                    if let Some(child) = timer.deadline_of {
                        let step = self.child_timed_out(child);
                        self.past_full_children(step)?;
                    } else {
                        self.ready.push_back(timer.lane());
                    }
                }
                // Nothing moves any more, or not in time.
                None => {
                    // The event stands by itself, and DescribeExecution gives neither error nor cause
                    // [floci#2733, #2782].
                    self.end = Some((Status::TimedOut, None, None));
                    self.end_map_runs();
                    self.recorder.record(self.now, 0, 0, || {
                        EventKind::ExecutionTimedOut(Failure::timeout())
                    })?;
                    return Ok(Paused::Ended);
                }
            }
        }
    }

    /// Lets a lane run until it waits or is over.
    fn run_lane(&mut self, id: LaneId) -> Step {
        loop {
            let program: &'p Program = self.program;
            let state = program.state(self.lane(id).state);
            let progress = match self.lane(id).phase {
                Phase::Enter => {
                    self.enter(id, state)?;
                    self.work(id, state)?
                }
                Phase::Work | Phase::Retry => self.work(id, state)?,
                Phase::Wait(_) | Phase::Task(_) => self.resume(id, state)?,
                // Only their children resume these, and whoever changes how many may run at a time.
                Phase::Branches(_) | Phase::Iterations(_) => Progress::Blocked,
                Phase::MapRun(_) => states::map::go_on(self, id, state)?,
            };
            self.slice -= 1;
            if self.slice == 0 {
                // It goes on where it would have gone on.
                let goes_on = match progress {
                    Progress::Yield => true,
                    _ => matches!(self.settle(id, progress)?, Then::Continue),
                };
                match (goes_on, self.ready.is_empty()) {
                    (true, true) => self.ready.push_front(id),
                    (true, false) => self.ready.push_back(id),
                    (false, _) => {}
                }
                return Ok(());
            }
            if let Progress::Yield = progress {
                if self.ready.is_empty() {
                    continue;
                }
                self.ready.push_back(id);
                return Ok(());
            }
            if let Then::Pause = self.settle(id, progress)? {
                return Ok(());
            }
            if !self.ready.is_empty() {
                self.ready.push_back(id);
                return Ok(());
            }
        }
    }

    pub(super) fn enter(&mut self, id: LaneId, state: &State) -> Step {
        let now = self.now;
        // Taken out while the event is made, so that it is cloned only when anybody takes that.
        let lane = self.lane_mut(id);
        let (previous, input) = (lane.chain, std::mem::take(&mut lane.input));
        let text = match lane.place {
            Place::Top if previous == 0 => self.input_text.take(),
            _ => None,
        };
        let entered = self.record(id, previous, || EventKind::StateEntered {
            state_type: state.state_type,
            name: state.name.clone(),
            input: input.clone(),
            text,
        });
        let lane = self.lane_mut(id);
        lane.input = input;
        let entered = entered?;
        // In an iteration, the first state is one that something stands before already [floci#3167].
        let begins_inside = lane.entered.0 == 0 && matches!(lane.place, Place::Child { .. });
        lane.before_entered = if begins_inside { entered } else { lane.chain };
        lane.chain = entered;
        lane.entered = (entered, now);
        lane.retry_count = 0;
        lane.retries.clear();
        let index = lane.state;
        self.tally.entered(index);
        self.count_transition(id);
        Ok(())
    }

    /// Counts that the state a lane is in is begun.
    fn count_transition(&mut self, id: LaneId) {
        self.transitions += 1;
        if self.machine_type(id) == MachineType::Standard {
            self.usage.transitions += 1;
        }
        if let Some(watched) = &self.settings.watched {
            watched.store(self.transitions, Ordering::Relaxed);
        }
    }

    /// The work of one state that has been entered, alone: its timers go off at once, and nothing follows it.
    pub(super) fn work_alone(&mut self, id: LaneId) -> Step<Progress> {
        let program: &'p Program = self.program;
        let state = program.state(self.lane(id).state);
        let mut progress = self.work(id, state)?;
        loop {
            match progress {
                Progress::Yield => {}
                // Whoever is called answers later, and no limit strikes before.
                Progress::Blocked if !self.awaited.is_empty() => return Ok(Progress::Blocked),
                Progress::Blocked => match self.timers.pop() {
                    Some(timer) => self.now = timer.at,
                    None => return Ok(Progress::Blocked),
                },
                done => return Ok(done),
            }
            progress = self.resume(id, state)?;
        }
    }

    /// Begins a state's work, for the first time or again.
    fn work(&mut self, id: LaneId, state: &'p State) -> Step<Progress> {
        if state.lacks_value {
            return Err(self.lacks_value(state));
        }
        self.lane_mut(id).phase = Phase::Work;
        let result = match &state.behaviour {
            Behaviour::Pass(pass) => states::pass::run(self, id, pass),
            Behaviour::Choice(choice) => return states::choice::run(self, id, choice),
            Behaviour::Wait(wait) => states::wait::run(self, id, wait),
            Behaviour::Succeed(succeed) => states::succeed::run(self, id, succeed),
            Behaviour::Fail(fail) => states::fail::run(self, id, fail),
            Behaviour::Task(task) => return states::task::run(self, id, state, task),
            Behaviour::Parallel(parallel) => return states::parallel::run(self, id, parallel),
            Behaviour::Map(map) => return states::map::run(self, id, state, map),
        };
        match result {
            Ok(progress) => Ok(progress),
            Err(problem) => self.problem(id, problem),
        }
    }

    /// What stops the run at a state that a placeholder decides about.
    fn lacks_value(&self, state: &State) -> Halt {
        StopError::Placeholders {
            state: state.name.clone(),
            names: self.program.missing.clone(),
        }
        .into()
    }

    /// Goes on with a state whose timer has gone off.
    fn resume(&mut self, id: LaneId, state: &'p State) -> Step<Progress> {
        let phase = std::mem::replace(&mut self.lane_mut(id).phase, Phase::Work);
        match (phase, &state.behaviour) {
            (Phase::Task(pending), Behaviour::Task(task)) => states::task::resume(self, id, task, *pending),
            (Phase::Wait(pending), Behaviour::Wait(wait)) => {
                match states::wait::resume(self, id, wait, &pending) {
                    Ok(exit) => Ok(Progress::Exit(exit)),
                    Err(problem) => self.problem(id, problem),
                }
            }
            _ => Ok(Progress::Blocked),
        }
    }

    /// What the expressions of the state that lane `id` is in may read.
    pub(super) fn surroundings(&self, id: LaneId) -> Surroundings<'_> {
        Surroundings::of(self, id)
    }

    /// What JSONata expressions of this run share.
    pub(super) fn jsonata(&self) -> &jsonata::Engine {
        self.jsonata
            .get_or_init(|| jsonata::Engine::new(self.random.clone(), jsonata::Limits::aws()))
    }

    /// A token for a task: as long and as unreadable as AWS's.
    pub(super) fn task_token(&self) -> String {
        let mut bytes = [0; token::BYTES];
        for word in bytes.chunks_exact_mut(8) {
            word.copy_from_slice(&self.random.next_u64().to_be_bytes());
        }
        if let Some(seal) = self.settings.token_seal {
            seal.seal(&mut bytes);
        }
        base64::engine::general_purpose::STANDARD.encode(bytes)
    }
}
