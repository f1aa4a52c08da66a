//! The engine: one queue of what happens next, keyed by virtual time and order of arrival.
//!
//! A strand runs from state to state until it must wait: for a moment, a task's answer, its branches. When others
//! are ready it gives way after each state, so that branches take turns; alone, it runs on without touching a queue.
//! Nothing here depends on threads, the wall clock or hashing order: the same run writes the same history.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use base64::Engine as _;

use super::children::Children;
use super::clock::Time;
use super::context::ExecutionContext;
use super::error::{Halt, Step, StopError};
use super::failure::{Failure, names};
use super::flow::{Exit, MOST_BYTES, Problem};
use super::history::{Aside, Event, EventKind, History};
use super::program::{Behaviour, Next, Program, State, StateIndex};
use super::settings::{Settings, longest_execution_seconds};
use super::states;
use super::strand::{Phase, Place, Strand, StrandId, Variables};
use super::surroundings::Surroundings;
use super::test_state::Probe;
use super::{Execution, Status};
use crate::asl::ScopeId;
use crate::expr::jsonata;
use crate::expr::random::RandomSource;
use crate::mocks::{Calls, Mocks};
use crate::value::Value;

/// What a state's work came to.
pub(super) enum Progress {
    /// It is done.
    Exit(Exit),
    /// It failed.
    Failed(Failure),
    /// It waits: something else will resume the strand.
    Blocked,
    /// It goes on at once, but others first.
    Yield,
}

/// What a strand does after a state.
enum Then {
    /// Goes on: its phase says with what.
    Continue,
    /// Stops here: it waits, or is over.
    Pause,
}

/// What happens at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Timer {
    at: Time,
    /// Timers of one moment go off in the order they were set; also names the timer.
    number: u64,
    index: u32,
    generation: u32,
    /// The child execution whose time is up then; `None` for a timer of a strand.
    deadline_of: Option<u32>,
}

/// A run in progress.
pub(super) struct Engine<'p> {
    pub(super) program: &'p Program,
    pub(super) settings: &'p Settings,
    pub(super) calls: Calls<'p>,
    pub(super) random: Arc<RandomSource>,
    jsonata: jsonata::Engine,
    pub(super) context: ExecutionContext,
    pub(super) now: Time,
    pub(super) region: Arc<str>,
    pub(super) mocks: &'p Mocks,
    /// What ResultWriters have written into S3.
    pub(super) written: Vec<(String, Value)>,
    pub(super) children: Children,
    /// How often a state was begun: entered or retried.
    transitions: u64,
    /// What listens to the data flow, when a single state is tested.
    pub(super) probe: Option<Probe>,
    history: History,
    strands: Vec<Strand>,
    generations: Vec<u32>,
    free: Vec<u32>,
    ready: VecDeque<StrandId>,
    timers: BinaryHeap<Reverse<Timer>>,
    timers_set: u64,
    end: Option<(Status, Option<Value>, Option<Failure>)>,
}

impl<'p> Engine<'p> {
    /// A run of `program` that has not begun.
    pub(super) fn new(program: &'p Program, settings: &'p Settings, mocks: &'p Mocks, input: Value) -> Self {
        let mut history = if settings.keep_events {
            History::new()
        } else {
            History::counting()
        };
        if settings.keep_asides {
            history = history.with_asides();
        }
        let random = Arc::new(RandomSource::new(settings.seed));
        Engine {
            program,
            settings,
            calls: Calls::new(mocks),
            jsonata: jsonata::Engine::new(random.clone(), jsonata::Limits::default()),
            random,
            context: ExecutionContext::new(settings, input),
            now: settings.start,
            region: settings.region.clone(),
            mocks,
            written: Vec::new(),
            children: Children::default(),
            transitions: 0,
            probe: None,
            history,
            strands: Vec::new(),
            generations: Vec::new(),
            free: Vec::new(),
            ready: VecDeque::new(),
            timers: BinaryHeap::new(),
            timers_set: 0,
            end: None,
        }
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the tool has to stop: a call without an answer, a field that is not supported.
    pub(super) fn run(mut self, input_text: Arc<str>) -> Result<Execution, StopError> {
        match self.run_to_end(input_text) {
            Ok(()) | Err(Halt::Ended | Halt::ChildFull(_)) => {}
            Err(Halt::Stop(error)) => return Err(*error),
        }
        let (status, output, failure) = self.end.take().unwrap_or((Status::TimedOut, None, None));
        Ok(Execution {
            status,
            output,
            failure,
            arn: self.settings.execution_arn(),
            state_machine_arn: self.settings.state_machine_arn(),
            started: self.settings.start,
            stopped: self.now,
            unused_mocks: self.calls.unused(),
            written: self.written,
            machine_type: self.settings.machine_type,
            transitions: self.transitions,
            history: self.history,
        })
    }

    fn run_to_end(&mut self, input_text: Arc<str>) -> Step {
        let role_arn = self.settings.role();
        let input = self.context.input.clone();
        // The first state's event names no previous one, like ExecutionStarted itself [aws-facts 8.1].
        let top = self.spawn(Place::Top, ScopeId::TOP, input, 0, Variables::default(), None);
        self.record(top, 0, || EventKind::ExecutionStarted {
            input: input_text,
            role_arn,
        })?;
        self.ready.push_back(top);
        let longest = longest_execution_seconds(self.settings.machine_type);
        let timeout = self
            .program
            .timeout_seconds
            .map_or(longest, |own| own.min(longest));
        let deadline = self.settings.start.after_seconds(timeout);
        loop {
            while let Some(id) = self.ready.pop_front() {
                if !self.is_alive(id) {
                    continue;
                }
                let step = self.advance(id);
                self.past_full_children(step)?;
            }
            match self.timers.pop() {
                Some(Reverse(timer)) if timer.at < deadline => {
                    let id = StrandId {
                        index: timer.index,
                        generation: timer.generation,
                    };
                    if !self.is_alive(id) {
                        continue;
                    }
                    if let Some(child) = timer.deadline_of {
                        self.now = timer.at;
                        let step = self.child_failed(child, Failure::timeout());
                        self.past_full_children(step)?;
                    } else if self.strand(id).timer == timer.number {
                        self.now = timer.at;
                        self.ready.push_back(id);
                    }
                }
                // Nothing moves any more, or not in time.
                _ => {
                    self.now = deadline;
                    // The event stands by itself, and DescribeExecution gives neither error nor cause
                    // [floci#2733, #2782].
                    self.end = Some((Status::TimedOut, None, None));
                    return self.record_last(top, 0, EventKind::ExecutionTimedOut(Failure::timeout()));
                }
            }
        }
    }

    /// Lets a strand run until it waits or is over.
    fn advance(&mut self, id: StrandId) -> Step {
        loop {
            let program: &'p Program = self.program;
            let state = program.state(self.strand(id).state);
            let progress = match self.strand(id).phase {
                Phase::Enter => {
                    self.enter(id, state)?;
                    self.work(id, state)?
                }
                Phase::Work | Phase::Retry => self.work(id, state)?,
                Phase::Wait(_) | Phase::Task(_) => self.resume(id, state)?,
                // Only their children resume these.
                Phase::Branches(_) | Phase::Iterations(_) | Phase::MapRun(_) => Progress::Blocked,
            };
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

    pub(super) fn enter(&mut self, id: StrandId, state: &State) -> Step {
        let now = self.now;
        let input = self.strand(id).input.clone();
        let previous = self.strand(id).chain;
        let entered = self.record(id, previous, || EventKind::StateEntered {
            state_type: state.state_type,
            name: state.name.clone(),
            input,
        })?;
        let strand = self.strand_mut(id);
        strand.before_entered = strand.chain;
        strand.chain = entered;
        strand.entered = (entered, now);
        strand.retry_count = 0;
        strand.retries.clear();
        self.transitions += 1;
        Ok(())
    }

    /// The work of one state that has been entered, alone: its timers go off at once, and nothing follows it.
    pub(super) fn work_alone(&mut self, id: StrandId) -> Step<Progress> {
        let program: &'p Program = self.program;
        let state = program.state(self.strand(id).state);
        let mut progress = self.work(id, state)?;
        loop {
            match progress {
                Progress::Yield => {}
                Progress::Blocked => match self.timers.pop() {
                    Some(Reverse(timer)) => self.now = timer.at,
                    None => return Ok(Progress::Blocked),
                },
                done => return Ok(done),
            }
            progress = self.resume(id, state)?;
        }
    }

    /// Begins a state's work, for the first time or again.
    fn work(&mut self, id: StrandId, state: &'p State) -> Step<Progress> {
        self.strand_mut(id).phase = Phase::Work;
        let result = match &state.behaviour {
            Behaviour::Pass(pass) => states::pass::run(self, id, pass),
            Behaviour::Choice(choice) => states::choice::run(self, id, choice),
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

    /// Goes on with a state whose timer has gone off.
    fn resume(&mut self, id: StrandId, state: &'p State) -> Step<Progress> {
        let phase = std::mem::replace(&mut self.strand_mut(id).phase, Phase::Work);
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

    /// Brings a state's work to its consequence.
    fn settle(&mut self, id: StrandId, progress: Progress) -> Step<Then> {
        match progress {
            Progress::Exit(mut exit) => match self.over_limit(id, &mut exit) {
                Some(failure) => self.fail(id, failure),
                None => self.exit(id, exit),
            },
            Progress::Failed(failure) => self.fail(id, failure),
            Progress::Blocked => Ok(Then::Pause),
            Progress::Yield => Ok(Then::Continue),
        }
    }

    /// States.DataLimitExceeded for an output that is too large; the exact size replaces a bound that is.
    pub(super) fn over_limit(&self, id: StrandId, exit: &mut Exit) -> Option<Failure> {
        if exit.bytes > MOST_BYTES {
            exit.bytes = exit.output.json_len();
        }
        (exit.bytes > MOST_BYTES).then(|| Failure::data_limit(&self.state_of(id).name))
    }

    /// Leaves a state: its event, its variables, and on to the next one or out of the scope.
    fn exit(&mut self, id: StrandId, exit: Exit) -> Step<Then> {
        let state = self.state_of(id);
        let (next, name, state_type) = (
            exit.next.unwrap_or(state.next),
            state.name.clone(),
            state.state_type,
        );
        if let Some(assigned) = &exit.assigned {
            self.strand_mut(id).variables.assign(assigned);
        }
        let previous = self.strand(id).chain;
        let (output, bytes) = (exit.output.clone(), exit.bytes);
        let assigned = exit.assigned;
        let event = self.record(id, previous, || EventKind::StateExited {
            state_type,
            name,
            output,
            assigned,
        })?;
        let strand = self.strand_mut(id);
        strand.chain = event;
        strand.token = None;
        match next {
            Next::State(next) => {
                strand.state = next;
                strand.input = exit.output;
                strand.bytes = bytes;
                strand.phase = Phase::Enter;
                Ok(Then::Continue)
            }
            Next::End => self.scope_ended(id, exit.output),
        }
    }

    /// A strand has come to the end of its scope.
    fn scope_ended(&mut self, id: StrandId, output: Value) -> Step<Then> {
        let Place::Child { parent, index } = self.strand(id).place else {
            let previous = self.strand(id).chain;
            self.end = Some((Status::Succeeded, Some(output.clone()), None));
            self.record_last(id, previous, EventKind::ExecutionSucceeded { output })?;
            return Err(Halt::Ended);
        };
        let chain = self.strand(id).chain;
        if self.strand(id).child != self.strand(parent).child {
            self.end_child(id);
        }
        self.release(id);
        let state = self.state_of(parent);
        let progress = match &state.behaviour {
            Behaviour::Parallel(parallel) => {
                states::parallel::branch_ended(self, parent, parallel, index, output, chain)?
            }
            Behaviour::Map(map) => {
                states::map::iteration_ended(self, parent, state, map, index, output, chain)?
            }
            _ => Progress::Blocked,
        };
        self.settle_and_queue(parent, progress)?;
        Ok(Then::Pause)
    }

    /// A state has failed: a retrier, a catcher, or the strand itself goes with it.
    fn fail(&mut self, id: StrandId, failure: Failure) -> Step<Then> {
        let program: &'p Program = self.program;
        let state = program.state(self.strand(id).state);
        if failure.is_fatal() {
            self.tell_failure(id, &failure, None);
            return self.execution_failed(id, failure);
        }
        if let Some(delay) = self.retry_delay(id, state, &failure) {
            self.tell_failure(id, &failure, Some(self.now.after_seconds(delay)));
            self.strand_mut(id).phase = Phase::Retry;
            self.strand_mut(id).retry_count += 1;
            self.strand_mut(id).token = None;
            self.transitions += 1;
            self.wake_at(id, self.now.after_seconds(delay));
            return Ok(Then::Pause);
        }
        self.tell_failure(id, &failure, None);
        // Retries of Parallel and Map go without the event that they failed; it stands before what follows
        // [recorded; floci#3167].
        match state.behaviour {
            Behaviour::Parallel(_) => self.record_next(id, || EventKind::ParallelStateFailed)?,
            Behaviour::Map(_) => self.record_next(id, || EventKind::MapStateFailed)?,
            _ => {}
        }
        if let Some(catcher) = state.catchers.iter().find(|c| failure.matches(&c.errors)) {
            return match catcher.flow.apply(&self.surroundings(id), &failure) {
                Ok(mut exit) => {
                    exit.next = Some(Next::State(catcher.next));
                    match self.over_limit(id, &mut exit) {
                        Some(failure) => {
                            self.tell_failure(id, &failure, None);
                            self.strand_failed(id, failure)
                        }
                        None => self.exit(id, exit),
                    }
                }
                // A catcher's own failure is not caught again by the same state [floci#3167].
                Err(problem) => match self.problem(id, problem)? {
                    Progress::Failed(failure) if failure.is_fatal() => self.execution_failed(id, failure),
                    Progress::Failed(failure) => {
                        self.tell_failure(id, &failure, None);
                        self.strand_failed(id, failure)
                    }
                    _ => Ok(Then::Pause),
                },
            };
        }
        self.strand_failed(id, failure)
    }

    /// Seconds until the retry that a retrier grants, counted there.
    fn retry_delay(&mut self, id: StrandId, state: &State, failure: &Failure) -> Option<f64> {
        // The first retrier that matches decides; when it is used up, no later one is asked [Handling errors].
        let (number, retrier) = state
            .retriers
            .iter()
            .enumerate()
            .find(|(_, retrier)| failure.matches(&retrier.errors))?;
        let strand = self.strand_mut(id);
        strand.retries.resize(state.retriers.len(), 0);
        let made = &mut strand.retries[number];
        if *made >= retrier.attempts() {
            return None;
        }
        *made += 1;
        let delay = retrier.delay_seconds(*made);
        Some(if retrier.full_jitter {
            self.random.next_double() * delay
        } else {
            delay
        })
    }

    /// A strand's failure that nothing in it takes: its parent's, or the execution's.
    fn strand_failed(&mut self, id: StrandId, failure: Failure) -> Step<Then> {
        let Place::Child { parent, index } = self.strand(id).place else {
            return self.execution_failed(id, failure);
        };
        if self.strand(id).child != self.strand(parent).child {
            return self.execution_failed(id, failure);
        }
        match self.strand(parent).phase {
            Phase::Branches(_) => states::parallel::branch_failed(self, parent, id)?,
            Phase::Iterations(_) => states::map::iteration_failed(self, parent, id, index)?,
            _ => {}
        }
        self.settle_and_queue(parent, Progress::Failed(failure))?;
        Ok(Then::Pause)
    }

    /// The execution that a strand is part of fails: the whole run, or a child of a Map Run.
    fn execution_failed(&mut self, id: StrandId, failure: Failure) -> Step<Then> {
        if let Some(child) = self.strand(id).child {
            self.child_failed(child, failure)?;
            return Ok(Then::Pause);
        }
        let previous = self.strand(id).chain;
        self.end = Some((Status::Failed, None, Some(failure.clone())));
        self.record_last(id, previous, EventKind::ExecutionFailed(failure))?;
        Err(Halt::Ended)
    }

    /// Settles what became of a strand that is not the running one.
    pub(super) fn settle_and_queue(&mut self, id: StrandId, progress: Progress) -> Step {
        if let Then::Continue = self.settle(id, progress)? {
            self.ready.push_back(id);
        }
        Ok(())
    }

    /// The failure that a problem in the state of `id` is, in AWS's frame. A JSONata expression's has its own event.
    pub(super) fn problem(&mut self, id: StrandId, problem: Problem) -> Step<Progress> {
        let name = self.state_of(id).name.clone();
        let entered = self.strand(id).entered.0;
        let failure = match problem {
            Problem::InState(error, what) => Failure::in_state(error, &name, entered, &what),
            Problem::Plain(failure) => failure,
            Problem::Query(error) => {
                let failure = Failure::in_state(names::QUERY_EVALUATION, &name, entered, &error.cause);
                // What fails before the state has done anything follows what stood before the state (recorded by AWS).
                let strand = self.strand(id);
                let previous = if strand.chain == entered {
                    strand.before_entered
                } else {
                    strand.chain
                };
                let shown = failure.clone();
                let event = self.record(id, previous, || EventKind::EvaluationFailed {
                    failure: shown,
                    location: error.location,
                    state: name,
                })?;
                self.strand_mut(id).chain = event;
                failure
            }
        };
        Ok(Progress::Failed(failure))
    }

    /// What the expressions of the state that strand `id` is in may read.
    pub(super) fn surroundings(&self, id: StrandId) -> Surroundings<'_> {
        Surroundings::of(self, id)
    }

    /// What JSONata expressions of this run share.
    pub(super) fn jsonata(&self) -> &jsonata::Engine {
        &self.jsonata
    }

    /// A token for a task: as long and as unreadable as AWS's.
    pub(super) fn task_token(&self) -> String {
        let bytes: Vec<u8> = (0..30)
            .flat_map(|_| self.random.next_u64().to_be_bytes())
            .collect();
        base64::engine::general_purpose::STANDARD.encode(bytes)
    }

    // ---------------------------------------------------------------------------------------- strands

    /// Makes a strand at the start of `scope`. It runs when it is [queued](Engine::queue).
    pub(super) fn spawn(
        &mut self,
        place: Place,
        scope: ScopeId,
        input: Value,
        chain: u64,
        variables: Variables,
        iteration: Option<Arc<super::strand::Iteration>>,
    ) -> StrandId {
        let lane = match place {
            Place::Top => self.history.open_lane(0, 0),
            Place::Child { parent, index } => {
                let lane = self.strand(parent).lane;
                self.history.open_lane(lane, index)
            }
        };
        let child = match place {
            Place::Top => None,
            Place::Child { parent, .. } => self.strand(parent).child,
        };
        let strand = Strand {
            place,
            lane,
            child,
            state: self.program.scope(scope).start,
            phase: Phase::Enter,
            bytes: input.json_len(),
            input,
            chain,
            entered: (0, self.now),
            before_entered: chain,
            variables,
            retry_count: 0,
            retries: Vec::new(),
            timer: 0,
            token: None,
            iteration,
        };
        match self.free.pop() {
            Some(index) => {
                self.strands[index as usize] = strand;
                StrandId {
                    index,
                    generation: self.generations[index as usize],
                }
            }
            None => {
                let index = u32::try_from(self.strands.len()).unwrap_or(u32::MAX);
                self.strands.push(strand);
                self.generations.push(0);
                StrandId { index, generation: 0 }
            }
        }
    }

    /// Lets a strand run when its turn comes.
    pub(super) fn queue(&mut self, id: StrandId) {
        self.ready.push_back(id);
    }

    /// Ends a strand: its place is free for another.
    pub(super) fn release(&mut self, id: StrandId) {
        if self.is_alive(id) {
            self.generations[id.index as usize] = id.generation.wrapping_add(1);
            let strand = self.strand_mut_at(id.index);
            strand.phase = Phase::Enter;
            strand.input = Value::Null;
            strand.iteration = None;
            strand.variables = Variables::default();
            self.free.push(id.index);
        }
    }

    /// Stops a strand and what runs inside it. The state it is in says so, when it can: tasks, waits, and the states
    /// that hold others [recorded; aws-facts 8.1]; these events lead nowhere.
    pub(super) fn abort(&mut self, id: StrandId) -> Step {
        if !self.is_alive(id) {
            return Ok(());
        }
        match &self.strand(id).phase {
            Phase::Enter => {}
            Phase::Branches(running) => {
                for child in running.children() {
                    self.abort(child)?;
                }
            }
            // Their events are their own.
            Phase::MapRun(run) => {
                for child in run.children() {
                    self.release_tree(child);
                }
            }
            Phase::Iterations(running) => {
                let (children, map) = (running.children(), self.state_of(id).name.clone());
                for (index, child) in children {
                    states::map::abort_iteration(self, id, &map, index, child)?;
                }
            }
            _ => {}
        }
        let state = self.state_of(id);
        let (state_type, chain) = (state.state_type, self.strand(id).chain);
        let speaks = matches!(
            state.behaviour,
            Behaviour::Task(_) | Behaviour::Wait(_) | Behaviour::Parallel(_) | Behaviour::Map(_)
        );
        if speaks && !matches!(self.strand(id).phase, Phase::Enter) {
            self.record(id, chain, || EventKind::StateAborted(state_type))?;
        }
        self.release(id);
        Ok(())
    }

    pub(super) fn is_alive(&self, id: StrandId) -> bool {
        self.generations[id.index as usize] == id.generation
    }

    pub(super) fn strand(&self, id: StrandId) -> &Strand {
        &self.strands[id.index as usize]
    }

    pub(super) fn strand_mut(&mut self, id: StrandId) -> &mut Strand {
        self.strand_mut_at(id.index)
    }

    fn strand_mut_at(&mut self, index: u32) -> &mut Strand {
        &mut self.strands[index as usize]
    }

    /// The state a strand is in.
    pub(super) fn state_of(&self, id: StrandId) -> &'p State {
        let index: StateIndex = self.strand(id).state;
        self.program.state(index)
    }

    // ----------------------------------------------------------------------------------- time and events

    /// Resumes a strand at a moment, unless it is told another.
    pub(super) fn wake_at(&mut self, id: StrandId, at: Time) {
        let number = self.set_timer(id, at, None);
        self.strand_mut(id).timer = number;
    }

    /// Sets a timer: of a strand, or the deadline of the child execution that it began.
    pub(super) fn set_timer(&mut self, id: StrandId, at: Time, deadline_of: Option<u32>) -> u64 {
        self.timers_set += 1;
        self.timers.push(Reverse(Timer {
            at,
            number: self.timers_set,
            index: id.index,
            generation: id.generation,
            deadline_of,
        }));
        self.timers_set
    }

    /// Keeps an event of a child execution, for who wants to see it.
    pub(super) fn tell_in_child(
        &mut self,
        at: Time,
        lane: u32,
        previous: u64,
        kind: impl FnOnce() -> EventKind,
    ) {
        self.history.record_aside(|| {
            Aside::InChild(Event {
                id: 0,
                previous,
                at,
                lane,
                kind: kind(),
            })
        });
    }

    /// Keeps what the state that a strand is in has failed with, and when it is tried again.
    fn tell_failure(&mut self, id: StrandId, failure: &Failure, retry_at: Option<Time>) {
        let (at, lane) = (self.now, self.strand(id).lane);
        self.history.record_aside(|| Aside::Failed {
            at,
            lane,
            failure: failure.clone(),
            retry_at,
        });
    }

    /// Writes an event and gives its id.
    ///
    /// # Errors
    /// [`Halt`] when the execution ends here because its history is full.
    pub(super) fn record(
        &mut self,
        id: StrandId,
        previous: u64,
        kind: impl FnOnce() -> EventKind,
    ) -> Step<u64> {
        let lane = self.strand(id).lane;
        if let Some(child) = self.strand(id).child {
            return self.record_in_child(child, lane, previous, kind);
        }
        let count = self.history.count();
        match self.settings.max_events {
            Some(most) if count + 1 >= most => {
                let failure = self.full_history(most);
                self.end = Some((Status::Failed, None, Some(failure.clone())));
                self.history
                    .record(self.now, lane, previous, || EventKind::ExecutionFailed(failure));
                Err(Halt::Ended)
            }
            None if self.settings.endless_after.is_some_and(|most| count >= most) => {
                Err(StopError::Endless(count).into())
            }
            _ => Ok(self.history.record(self.now, lane, previous, kind)),
        }
    }

    /// Writes the event that ends the execution: it always has room.
    fn record_last(&mut self, id: StrandId, previous: u64, kind: EventKind) -> Step {
        let lane = self.strand(id).lane;
        self.history.record(self.now, lane, previous, || kind);
        Ok(())
    }

    /// Writes the next event of a strand's chain.
    pub(super) fn record_next(&mut self, id: StrandId, kind: impl FnOnce() -> EventKind) -> Step {
        let previous = self.strand(id).chain;
        let event = self.record(id, previous, kind)?;
        self.strand_mut(id).chain = event;
        Ok(())
    }
}
