//! Executions at work, and what outside may do to them.
//!
//! ```text
//! execution.rs    one execution: messages to it, and the turns that it takes
//! events.rs       its events, and how much memory those of all take
//! board.rs        what can be told of it, and who waits
//! children.rs     what can be told of the child executions of its Map Runs
//! known.rs        those that are known: at work, or ended and kept
//! ended.rs        the order in which they have ended
//! clock.rs        its time
//! workers.rs      the threads' queue of executions whose turn it is
//! timers.rs       the thread that wakes those whose time has come
//! activities.rs   queues of activities, and their workers' polls
//! calls.rs        calls that this server answers itself
//! failures.rs     what an execution fails with where the tool cannot go on
//! world.rs        what executions need of the server around them
//! ```
//!
//! An execution that waits is data; it costs no thread. Nothing here knows of HTTP.

mod activities;
mod board;
mod calls;
mod children;
mod clock;
mod ended;
mod events;
mod execution;
mod failures;
mod known;
#[cfg(test)]
mod tests;
mod timers;
mod workers;
mod world;

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::oneshot;

pub(crate) use activities::ActivityTask;
pub(crate) use board::{Standing, View};
pub(crate) use calls::Tells;
pub(crate) use children::ChildView;
pub(crate) use clock::ClockMode;
pub(crate) use world::{ApiError, EndpointError, EndpointReply, Reply, Task, World};

use self::activities::Activities;
use self::clock::Clock;
use self::events::{Events, Memory};
use self::execution::{Execution, Message, Origin, Work};
use self::known::Known;
use self::timers::Timers;
use self::workers::Queue;
use super::mocks::{SourceError, Sources};
use super::wall::Wall;
use crate::arrange::Arrange as _;
use crate::asl::StateMachine;
use crate::history::{ChildExecution, Event, Failure, Time};
use crate::mocks::Mocks;
use crate::simulate::resumable::{Parts, ResumableRun};
use crate::simulate::{
    self, MapRunUpdate, MapRunView, NotRedrivable, Outside, Program, Request, Settings, TokenSeal, Told,
};
use crate::source::{self, SourceFile};
use crate::value::Value;

/// How long GetActivityTask waits [API GetActivityTask].
pub(crate) const POLL: Duration = Duration::from_secs(60);

/// How executions are run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// The clock of executions whose machine has no tag that says another.
    pub(crate) clock: ClockMode,
    /// What tokens are sealed with.
    pub(crate) seed: u64,
    /// So many ended executions are kept,
    pub(crate) keep: usize,
    /// and fewer where the histories of all executions take more bytes than these.
    pub(crate) most_bytes: usize,
    /// So many may be running.
    pub(crate) most_running: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            clock: ClockMode::Fast,
            seed: 0,
            keep: 10_000,
            most_bytes: 256 << 20,
            most_running: 100_000,
        }
    }
}

/// What is started.
pub(crate) struct Start {
    /// Names, seed and type; the moment is set here.
    pub(crate) settings: Settings,
    /// The definition, read.
    pub(crate) machine: Arc<StateMachine>,
    /// The definition, compiled, or why it cannot be run.
    pub(crate) program: Result<Arc<Program>, String>,
    /// The test case: what stood behind `#`.
    pub(crate) case: Option<String>,
    /// The machine's tag `sfn-tool:clock`.
    pub(crate) clock: Option<String>,
    /// The input, and its text as it was sent.
    pub(crate) input: Value,
    pub(crate) input_text: Arc<str>,
}

/// How an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Running,
    /// A child of a Map Run that is redriven, whose turn comes.
    PendingRedrive,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    /// As DescribeExecution has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Status::Running => "RUNNING",
            Status::PendingRedrive => "PENDING_REDRIVE",
            Status::Succeeded => simulate::Status::Succeeded.as_aws(),
            Status::Failed => simulate::Status::Failed.as_aws(),
            Status::TimedOut => simulate::Status::TimedOut.as_aws(),
            Status::Aborted => simulate::Status::Aborted.as_aws(),
        }
    }

    fn of(ended: simulate::Status) -> Self {
        match ended {
            simulate::Status::Succeeded => Status::Succeeded,
            simulate::Status::Failed => Status::Failed,
            simulate::Status::TimedOut => Status::TimedOut,
            simulate::Status::Aborted => Status::Aborted,
        }
    }
}

/// Why nothing was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotStarted {
    /// So many are running already.
    Limit(usize),
    /// Nothing has a test case of that name.
    UnknownCase(String),
    /// A bug.
    Broken(String),
}

/// What a client says of a task.
#[derive(Debug, Clone)]
pub(crate) enum Sent {
    Success(Value),
    Failure(Failure),
    Heartbeat,
}

/// Why a token is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// Its task is over.
    TimedOut,
    /// It is one of this server's, and names nothing.
    Nothing,
    /// It is no token.
    NoToken,
}

/// What the threads share.
struct Shared {
    options: Options,
    sources: Sources,
    wall: Arc<Wall>,
    world: Arc<dyn World>,
    outside: Arc<calls::Answering>,
    queue: Queue,
    timers: Timers,
    activities: Activities,
    memory: Arc<Memory>,
    known: Mutex<Known>,
}

/// Executions at work. Its threads end when it goes.
pub(crate) struct Running {
    shared: Arc<Shared>,
}

impl Running {
    /// No executions, and the threads for them: one a core.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub(crate) fn new(options: Options, sources: Sources, world: Arc<dyn World>) -> std::io::Result<Running> {
        let shared = Arc::new(Shared {
            options,
            sources,
            outside: Arc::new(calls::Answering(world.clone())),
            wall: world.wall(),
            world,
            queue: Queue::default(),
            timers: Timers::default(),
            activities: Activities::default(),
            memory: Arc::default(),
            known: Mutex::default(),
        });
        let running = Running {
            shared: shared.clone(),
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        for number in 0..workers {
            let shared = shared.clone();
            thread::Builder::new()
                .name(format!("worker {number}"))
                .stack_size(WORKER_STACK)
                .spawn(move || {
                    while let Some(execution) = shared.queue.pop() {
                        execution.take_turn(&shared);
                    }
                })?;
        }
        thread::Builder::new().name("timers".to_owned()).spawn(move || {
            shared
                .timers
                .run(|moment, execution| execution.send_at(&shared, moment, Message::Wake));
        })?;
        Ok(running)
    }

    /// Starts an execution, and gives its ARN and when it began.
    ///
    /// # Errors
    /// When there is no such test case, or too many executions are running.
    #[cfg(test)]
    pub(crate) fn start(&self, start: Start) -> Result<(Arc<str>, Time), NotStarted> {
        self.start_at(self.shared.wall.now(), start)
    }

    /// The same, when the wall shows `began`.
    ///
    /// # Errors
    /// As for `start`.
    pub(crate) fn start_at(&self, began: Time, start: Start) -> Result<(Arc<str>, Time), NotStarted> {
        let shared = &self.shared;
        let origin = Origin {
            name: start.settings.machine_name.clone(),
            case: start.case,
            machine: start.machine,
        };
        let mocks = match shared.mocks(&origin) {
            Ok(mocks) => Ok(mocks),
            Err(SourceError::UnknownCase) => {
                return Err(NotStarted::UnknownCase(origin.case.unwrap_or_default()));
            }
            Err(SourceError::Broken(message)) => Err(Failure::new(failures::BAD_MOCKS, message)),
        };
        let (program, refused) = match start.program {
            Ok(program) => (program, None),
            Err(why) => (
                Arc::new(nothing()),
                Some(Failure::new(failures::UNSUPPORTED, why)),
            ),
        };
        let (mocks, broken) = match mocks {
            Ok(mocks) => (mocks, None),
            Err(failure) => (Arc::new(Mocks::default()), Some(failure)),
        };
        let clock = start.clock.and_then(|text| text.parse().ok());
        let clock = clock.or_else(|| shared.world.clock());
        let arn: Arc<str> = Arc::from(start.settings.execution_arn());
        let number = {
            let mut known = shared.known();
            if known.running >= shared.options.most_running {
                return Err(NotStarted::Limit(shared.options.most_running));
            }
            known.running += 1;
            known.count += 1;
            known.count
        };
        let settings = Settings {
            start: began,
            token_seal: Some(TokenSeal {
                execution: number,
                key: shared.options.seed,
            }),
            ..start.settings
        };
        let events = Events::new(&shared.world, &shared.memory, &arn);
        let parts = Parts {
            program,
            settings: Arc::new(settings),
            mocks,
            outside: shared.outside.clone(),
            sink: Box::new(events.clone()),
        };
        // The events are kept here: there is no sink that takes no more.
        let run = ResumableRun::begin(parts, start.input, start.input_text).map_err(|error| {
            shared.known().running -= 1;
            NotStarted::Broken(error.to_string())
        })?;
        let work = Work {
            run,
            clock: Clock::new(clock.unwrap_or(shared.options.clock), began, shared.wall.clone()),
            children: FxHashMap::default(),
            taken: FxHashMap::default(),
            due: None,
            ended: false,
        };
        let execution = Execution::new(number, arn.clone(), origin, events, began, work);
        {
            let mut known = shared.known();
            known.by_arn.insert(arn.clone(), execution.clone());
            known.by_number.insert(number, execution.clone());
        }
        let first = match refused.or(broken) {
            Some(failure) => Message::Fail(failure),
            None => Message::Wake,
        };
        execution.send_at(shared, began, first);
        Ok((arn, began))
    }

    /// Waits until an execution rests or has ended: so long for a real endpoint, and longer while it has its turn or waits for
    /// it, for on a busy machine that may take a while.
    pub(crate) async fn settled(&self, arn: &str, most: Duration) {
        let Some(execution) = self.shared.find(arn) else {
            return;
        };
        let Some(mut told) = execution.board.until_rest() else {
            return;
        };
        let begun = Instant::now();
        while tokio::time::timeout(most.max(SHORTLY), &mut told).await.is_err() {
            if !self.shared.is_at_work(&execution, DEEPEST) || begun.elapsed() > LONGEST_TURN {
                return;
            }
        }
    }

    /// Waits until an execution has ended.
    pub(crate) async fn ended(&self, arn: &str) -> Option<View> {
        let execution = self.shared.find(arn)?;
        if let Some(told) = execution.board.until_end() {
            told.await.ok()?;
        }
        Some(execution.board.view())
    }

    /// What can be told of an execution.
    pub(crate) fn view(&self, arn: &str) -> Option<View> {
        self.shared.find(arn).map(|execution| execution.board.view())
    }

    /// How executions stand, of those of these that are known.
    pub(crate) fn standing<'a, T>(
        &self,
        executions: impl Iterator<Item = &'a T>,
        arn: impl Fn(&T) -> &str,
    ) -> Vec<(&'a T, Standing)> {
        let known = self.shared.known();
        let found = executions.filter_map(|of| {
            let execution = known.by_arn.get(arn(of))?;
            Some((of, execution.board.standing()))
        });
        found.collect()
    }

    /// Its events so far.
    pub(crate) fn with_history<T>(&self, arn: &str, read: impl FnOnce(&[Event]) -> T) -> Option<T> {
        let execution = self.shared.find(arn)?;
        Some(execution.events.read(read))
    }

    /// The execution that has this child execution.
    fn parent(&self, arn: &str) -> Option<(Arc<Execution>, Arc<ChildExecution>)> {
        self.shared.known().by_child.get(arn).cloned()
    }

    /// What can be told of a child execution of a Map Run.
    pub(crate) fn child(&self, arn: &str) -> Option<ChildView> {
        let (execution, child) = self.parent(arn)?;
        let events = &execution.events;
        let mut view = events.children(|children| children.view(&execution.arn, &child))?;
        view.waits_for(&execution.board.map_runs());
        Some(view)
    }

    /// Its events so far.
    pub(crate) fn with_history_of_child<T>(&self, arn: &str, read: impl FnOnce(&[Event]) -> T) -> Option<T> {
        let (execution, child) = self.parent(arn)?;
        let events = &execution.events;
        events.children(|children| children.events(&child).map(read))
    }

    /// The child executions of a Map Run, in the order in which they began; of those that have ended as many as are kept.
    pub(crate) fn children(&self, map_run: &str) -> Option<Vec<ChildView>> {
        let of = self.shared.known().by_map_run.get(map_run).cloned()?;
        let execution = self.shared.find(&of)?;
        let events = &execution.events;
        let mut children = events.children(|children| children.of_map_run(&execution.arn, map_run));
        let map_runs = execution.board.map_runs();
        for child in &mut children {
            child.waits_for(&map_runs);
        }
        Some(children)
    }

    /// Stops an execution, and gives when it has ended: one that had ended before stays as it is.
    pub(crate) async fn stop(&self, arn: &str, at: Time, failure: Failure) -> Option<Time> {
        let execution = self.shared.find(arn)?;
        let (tell, told) = oneshot::channel();
        execution.send_at(&self.shared, at, Message::Stop(failure, tell));
        // The end of the channel is the word.
        let _ = told.await;
        self.ended(arn).await?.stopped
    }

    /// Whether it has not ended.
    pub(crate) fn is_running(&self, arn: &str) -> bool {
        let execution = self.shared.find(arn);
        execution.is_some_and(|execution| execution.board.status() == Status::Running)
    }

    /// Has an execution stop at its next state transition.
    pub(crate) fn stop_at_transition(&self, arn: &str, at: Time) {
        if let Some(execution) = self.shared.find(arn) {
            execution.send_at(&self.shared, at, Message::StopAtTransition);
        }
    }

    /// Lets an execution that has failed, was stopped or ran too long go on from there, and gives when. It has the mocks that
    /// its machine has now, as on AWS it would call the functions that are there now.
    ///
    /// # Errors
    /// Why it cannot go on.
    pub(crate) async fn redrive(
        &self,
        arn: &str,
        at: Time,
        token: Option<&str>,
    ) -> Result<Time, NotRedrivable> {
        let execution = self.shared.find(arn).ok_or(NotRedrivable::NotFailed)?;
        let mocks = self.shared.mocks(&execution.origin).map_err(|error| {
            let why = match error {
                SourceError::Broken(message) => message,
                SourceError::UnknownCase => format!(
                    "there is no test case '{}' of '{}' any more",
                    execution.origin.case.as_deref().unwrap_or_default(),
                    execution.origin.name
                ),
            };
            Failure::new(failures::BAD_MOCKS, why)
        });
        let (tell, told) = oneshot::channel();
        let message = Message::Redrive(token.map(str::to_owned), mocks, tell);
        execution.send_at(&self.shared, at, message);
        // One that is not kept has succeeded, or is an Express one.
        told.await.unwrap_or(Err(NotRedrivable::NotFailed))
    }

    /// When an execution went on for a client that sends the same token again.
    pub(crate) fn redriven_with(&self, arn: &str, token: &str) -> Option<Time> {
        let execution = self.shared.find(arn)?;
        execution.board.redriven_with(token, self.shared.wall.now())
    }

    /// Whether an execution that has ended could go on.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn is_redrivable(&self, arn: &str) -> Result<(), NotRedrivable> {
        let execution = self.shared.find(arn).ok_or(NotRedrivable::NotFailed)?;
        execution.is_redrivable(&self.shared)
    }

    /// Answers the task that has a token, or says that it is still worked on.
    ///
    /// # Errors
    /// When no task waits under it.
    pub(crate) async fn answer(&self, token: &str, at: Time, sent: Sent) -> Result<(), TokenError> {
        let number = TokenSeal::open(self.shared.options.seed, token).ok_or(TokenError::NoToken)?;
        let execution = self.shared.known().by_number.get(&number).cloned();
        let execution = execution.ok_or(TokenError::Nothing)?;
        let (tell, told) = oneshot::channel();
        let key = Arc::from(token);
        execution.send_at(
            &self.shared,
            at,
            match sent {
                Sent::Success(output) => Message::Answer(key, Told::Success(output), Some(tell)),
                Sent::Failure(failure) => Message::Answer(key, Told::Failure(failure, None), Some(tell)),
                Sent::Heartbeat => Message::Heartbeat(key, tell),
            },
        );
        match told.await {
            Ok(Ok(())) => Ok(()),
            // Its task, or its execution, is over.
            Ok(Err(_)) | Err(_) => Err(TokenError::TimedOut),
        }
    }

    /// Who answers calls that have no mock.
    pub(crate) fn outside(&self) -> &dyn Outside {
        &*self.shared.outside
    }

    /// Makes the call of a state that is run by itself.
    ///
    /// # Errors
    /// What the state fails with, or why nobody can be called.
    pub(crate) async fn call(&self, request: &Request) -> Result<Value, EndpointError> {
        calls::alone(&self.shared.world, request).await
    }

    /// The next task of an activity; `None` when none comes in that time.
    pub(crate) async fn activity_task(
        &self,
        activity: &str,
        worker: Option<&str>,
        most: Duration,
    ) -> Option<ActivityTask> {
        activities::poll(&self.shared, &Arc::from(activity), worker.map(Arc::from), most).await
    }

    /// The Map Runs of an execution, in the order in which they began.
    pub(crate) fn map_runs(&self, arn: &str) -> Vec<MapRunView> {
        self.shared
            .find(arn)
            .map(|execution| execution.board.map_runs())
            .unwrap_or_default()
    }

    /// A Map Run, and the ARN of its execution.
    pub(crate) fn map_run(&self, arn: &str) -> Option<(Arc<str>, MapRunView)> {
        let execution = self.shared.known().by_map_run.get(arn).cloned()?;
        let map_runs = self.map_runs(&execution);
        let view = map_runs.into_iter().find(|view| &*view.arn == arn)?;
        Some((execution, view))
    }

    /// Changes a Map Run that goes on. Says whether there is one.
    pub(crate) async fn update_map_run(&self, arn: &str, at: Time, update: MapRunUpdate) -> bool {
        let of = self.shared.known().by_map_run.get(arn).cloned();
        let Some(execution) = of.and_then(|of| self.shared.find(&of)) else {
            return false;
        };
        let (tell, told) = oneshot::channel();
        let message = Message::UpdateMapRun(Arc::from(arn), update, tell);
        execution.send_at(&self.shared, at, message);
        told.await.unwrap_or(false)
    }

    /// Lets seconds pass for an execution at once. Says whether there is one that has not ended, or may be redriven.
    pub(crate) async fn advance_clock(&self, arn: &str, at: Time, seconds: f64) -> bool {
        let Some(execution) = self.shared.find(arn) else {
            return false;
        };
        if execution.board.status() != Status::Running && !execution.is_kept() {
            return false;
        }
        let (tell, told) = oneshot::channel();
        let millis = (seconds.max(0.0) * 1000.0).round() as i64;
        execution.send_at(&self.shared, at, Message::Skip(millis, tell));
        let _ = told.await;
        true
    }

    /// Lets everything happen that is due by the clock on the wall, and comes back when it has.
    pub(crate) async fn catch_up(&self) {
        loop {
            let due = self.shared.timers.take_due(self.shared.wall.now());
            if due.is_empty() {
                return;
            }
            for (moment, execution) in due {
                let (tell, told) = oneshot::channel();
                execution.send_at(&self.shared, moment, Message::Skip(0, tell));
                let _ = told.await;
            }
        }
    }

    /// Tells an execution what became of a call of its own when a journal was written.
    pub(crate) async fn tell(&self, task: &Task, at: Time, told: Tells) {
        let execution = self.shared.known().by_number.get(&task.execution).cloned();
        if let Some(execution) = execution {
            execution.send_at(&self.shared, at, told.message(task.key.clone()));
            let (tell, told) = oneshot::channel();
            execution.send_at(&self.shared, at, Message::Skip(0, tell));
            let _ = told.await;
        }
    }

    /// A journal has been replayed: calls that were not answered then are made again, and every execution looks what is due.
    pub(crate) fn go_on(&self) {
        let mut all: Vec<Arc<Execution>> = self.shared.known().by_arn.values().cloned().collect();
        all.arrange_by_key(|execution| execution.number);
        for execution in all {
            execution.send(&self.shared, Message::CallAgain);
        }
    }

    /// How many executions were started.
    pub(crate) fn count(&self) -> u64 {
        self.shared.known().count
    }

    /// Counts on from there.
    pub(crate) fn count_from(&self, count: u64) {
        self.shared.known().count = count;
    }

    /// The number of an execution.
    pub(crate) fn number(&self, arn: &str) -> Option<u64> {
        self.shared.find(arn).map(|execution| execution.number)
    }

    /// The number of the execution whose task has a token.
    pub(crate) fn number_of_token(&self, token: &str) -> Option<u64> {
        TokenSeal::open(self.shared.options.seed, token)
    }

    /// The number of the execution that a Map Run is of.
    pub(crate) fn number_of_map_run(&self, arn: &str) -> Option<u64> {
        let of = self.shared.known().by_map_run.get(arn).cloned()?;
        self.number(&of)
    }

    /// The numbers of the executions that are known.
    pub(crate) fn numbers(&self) -> FxHashSet<u64> {
        self.shared.known().by_number.keys().copied().collect()
    }

    /// Forgets everything.
    pub(crate) fn reset(&self) {
        let forgotten = std::mem::take(&mut *self.shared.known());
        self.shared.activities.clear();
        self.shared.timers.clear();
        for execution in forgotten.by_arn.into_values() {
            // What is under way comes to its end unheard.
            let nothing = Failure::new("", "");
            execution.send(&self.shared, Message::Stop(nothing, oneshot::channel().0));
        }
    }
}

impl Shared {
    /// Whether an execution has its turn or waits for it, or one does whose end it waits for. One that has ended has not told
    /// it yet.
    fn is_at_work(&self, execution: &Execution, deepest: usize) -> bool {
        if !execution.board.is_at_work() {
            return false;
        }
        let awaited = execution.board.awaited();
        let child_is = |arn: &Arc<str>| {
            self.find(arn).is_none_or(|child| {
                child.board.status() != Status::Running || self.is_at_work(&child, deepest - 1)
            })
        };
        deepest == 0 || awaited.is_empty() || awaited.iter().any(child_is)
    }

    /// The mocks that an execution gets now.
    fn mocks(&self, origin: &Origin) -> Result<Arc<Mocks>, SourceError> {
        self.world.mocks(&|| {
            let mocks = self
                .sources
                .of(&origin.name, origin.case.as_deref(), &origin.machine);
            for warning in self.sources.take_warnings() {
                self.world.warn(&warning);
            }
            mocks
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.queue.end();
        self.shared.timers.end();
    }
}

/// How deep executions are looked for that an execution waits for.
const DEEPEST: usize = 16;

/// How long somebody is kept waiting by an execution that is at work.
const LONGEST_TURN: Duration = Duration::from_secs(5);
/// How soon it is looked at again.
const SHORTLY: Duration = Duration::from_millis(5);

/// Bytes of a worker's stack: expressions and data are as deep there as in any command.
const WORKER_STACK: usize = 8 << 20;

/// A machine that does nothing, for an execution whose own cannot be run.
fn nothing() -> Program {
    const TEXT: &str = r#"{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}"#;
    let document = source::parse(Arc::new(SourceFile::new("", TEXT))).document;
    let machine = document.map(|document| StateMachine::read(Arc::new(document)));
    let program = machine.and_then(|machine| Program::compile(&machine).ok());
    program.unwrap_or_default()
}
