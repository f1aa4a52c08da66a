//! One execution at work. Whoever wants something of it leaves a message; one worker at a time lets it go on, and leaves
//! it as data where it waits.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tokio::sync::oneshot;

use super::board::{Board, View};
use super::clock::Clock;
use super::events::Events;
use super::failures;
use super::timers::Due;
use super::{Shared, Status, activities, calls};
use crate::asl::StateMachine;
use crate::history::{Event, EventKind, Failure, Family, Time};
use crate::mocks::Mocks;
use crate::simulate::resumable::{ResumableRun, ResumeError};
use crate::simulate::{
    self, Answers, Closed, MachineType, MapRunUpdate, NotRedrivable, Paused, Request, Told,
};
use crate::value::Value;

/// What is wanted of an execution.
pub(super) enum Message {
    /// Something may be due.
    Wake,
    /// The call under this key is answered.
    Answer(Arc<str>, Told, Option<Heard>),
    /// What the call under this key has started was submitted.
    Submitted(Arc<str>, Value),
    /// The call under this key has started an execution, whose end it waits for.
    Child(Arc<str>, Arc<str>),
    /// The task under this key is still worked on.
    Heartbeat(Arc<str>, Heard),
    /// A worker takes the activity under this key.
    TakeUp(Arc<str>, Option<Arc<str>>, Heard),
    /// It shall stop.
    Stop(Failure, oneshot::Sender<()>),
    /// It shall stop at its next state transition.
    StopAtTransition,
    /// It shall fail, whatever handlers it has.
    Fail(Failure),
    /// It shall go on, after it has failed, with these mocks.
    Redrive(
        Option<String>,
        Result<Arc<Mocks>, Failure>,
        oneshot::Sender<Result<Time, NotRedrivable>>,
    ),
    /// A Map Run of it shall go on otherwise.
    UpdateMapRun(Arc<str>, MapRunUpdate, oneshot::Sender<bool>),
    /// So many milliseconds shall have passed.
    Skip(i64, oneshot::Sender<()>),
    /// The calls of this server's that wait for an answer shall be made, or be waited for.
    CallAgain,
}

/// Who is told what became of a message; nothing is told where the execution has ended.
pub(super) type Heard = oneshot::Sender<Result<(), Closed>>;

/// Whose mocks an execution has.
pub(super) struct Origin {
    /// The machine's name.
    pub(super) name: Arc<str>,
    /// The test case that was chosen.
    pub(super) case: Option<String>,
    /// The machine.
    pub(super) machine: Arc<StateMachine>,
}

/// An execution.
pub(super) struct Execution {
    pub(super) number: u64,
    pub(super) arn: Arc<str>,
    pub(super) origin: Origin,
    pub(super) events: Events,
    pub(super) board: Board,
    inbox: Mutex<Inbox>,
    /// `None` once it has ended for good.
    work: Mutex<Option<Work>>,
}

#[derive(Default)]
struct Inbox {
    /// With what the wall shows when they are told.
    messages: Vec<(Time, Message)>,
    /// Whether its turn will come, or has come.
    queued: bool,
    /// When it is woken.
    timer: Option<Due>,
}

/// What there is while it goes on.
pub(super) struct Work {
    pub(super) run: ResumableRun,
    pub(super) clock: Clock,
    /// The executions that it waits for, by the key of the call.
    pub(super) children: FxHashMap<Arc<str>, Arc<str>>,
    /// The calls that this server answers itself, by key.
    pub(super) taken: FxHashMap<Arc<str>, Arc<Request>>,
    /// When something happens in it if nothing does before.
    pub(super) due: Option<Due>,
    /// It has ended, and may be redriven.
    pub(super) ended: bool,
}

/// What a turn has come to.
enum Turn {
    Ended,
    /// It had ended before.
    Rests,
    /// Others may go on before it does.
    Sliced,
    /// It waits, and something happens at this moment if nothing does before.
    Waits(Due),
}

/// Who is told what became of a message once what follows from it has happened: whoever asks next finds it done.
#[derive(Default)]
struct Words {
    heard: Vec<(Heard, Result<(), Closed>)>,
    /// That it is dropped is the word.
    skipped: Vec<oneshot::Sender<()>>,
}

impl Drop for Words {
    fn drop(&mut self) {
        for (heard, result) in self.heard.drain(..) {
            // Whoever has asked may have gone.
            let _ = heard.send(result);
        }
    }
}

impl Execution {
    pub(super) fn new(
        number: u64,
        arn: Arc<str>,
        origin: Origin,
        events: Events,
        started: Time,
        work: Work,
    ) -> Arc<Self> {
        Arc::new(Execution {
            number,
            arn,
            origin,
            events,
            board: Board::new(started),
            inbox: Mutex::default(),
            work: Mutex::new(Some(work)),
        })
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a message now, and sees to it that it is read.
    pub(super) fn send(self: &Arc<Self>, shared: &Shared, message: Message) {
        self.send_at(shared, shared.wall.now(), message);
    }

    /// The same, of what is told when the wall shows `moment`.
    pub(super) fn send_at(self: &Arc<Self>, shared: &Shared, moment: Time, message: Message) {
        let mut inbox = self.inbox();
        inbox.messages.push((moment, message));
        let queued = mem::replace(&mut inbox.queued, true);
        drop(inbox);
        if !queued {
            shared.queue.push(self.clone());
        }
    }

    /// Lets it go on until it waits or has ended.
    pub(super) fn take_turn(self: &Arc<Self>, shared: &Arc<Shared>) {
        let mut slot = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        self.board.moves();
        let mut words = Words::default();
        loop {
            let messages = mem::take(&mut self.inbox().messages);
            let Some(work) = slot.as_mut() else {
                // Whoever waits for a word learns that it has ended.
                drop(messages);
                if self.rest(shared, None, true) {
                    return;
                }
                continue;
            };
            // A bug in one execution is that execution's failure. Nothing of it is used after a panic but its events.
            let turn = catch_unwind(AssertUnwindSafe(|| {
                self.go_on(shared, work, messages, &mut words)
            }));
            let map_runs = work.run.map_runs();
            if !map_runs.is_empty() {
                shared.has_map_runs(self, map_runs);
                shared.has_children(self);
                self.board.show_map_runs(map_runs);
            }
            match turn {
                Ok(Turn::Waits(at)) => {
                    work.due = Some(at);
                    // While a journal is replayed, what was answered then is told in its turn.
                    let settled = work.taken.is_empty() || shared.world.is_replaying();
                    if !settled && work.children.is_empty() {
                        self.board.waits_elsewhere();
                    } else if !settled && work.taken.keys().all(|key| work.children.contains_key(key)) {
                        self.board.waits_for(work.children.values().cloned().collect());
                    }
                    if self.rest(shared, Some(at), settled) {
                        return;
                    }
                }
                Ok(Turn::Sliced) => {
                    drop(slot);
                    shared.queue.push(self.clone());
                    return;
                }
                Ok(Turn::Rests) => {
                    if self.rest(shared, None, true) {
                        return;
                    }
                }
                Ok(Turn::Ended) if self.may_be_redriven(work) => {
                    work.ended = true;
                    work.due = None;
                    self.concluded_for_now(shared, work);
                }
                Ok(Turn::Ended) => {
                    if let Some(work) = slot.take() {
                        self.concluded(shared, work);
                    }
                }
                Err(_) => {
                    let children = slot.take().map(|work| work.children).unwrap_or_default();
                    self.broken(shared, children);
                }
            }
        }
    }

    /// Rests, unless there is a message. Says whether it does. It is not `settled` while this server itself works for it.
    fn rest(self: &Arc<Self>, shared: &Shared, at: Option<Due>, settled: bool) -> bool {
        let mut inbox = self.inbox();
        if !inbox.messages.is_empty() {
            return false;
        }
        inbox.queued = false;
        if inbox.timer != at {
            let before = mem::replace(&mut inbox.timer, at);
            shared.timers.set(self, before, at);
        }
        drop(inbox);
        if settled {
            self.board.rests();
        }
        true
    }

    fn go_on(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        work: &mut Work,
        messages: Vec<(Time, Message)>,
        words: &mut Words,
    ) -> Turn {
        let mut messages = messages.into_iter();
        while let Some((moment, message)) = messages.next() {
            // What was due before has happened when it was due, however late anybody looks.
            while let Some(due) = work.due.take_if(|due| due.shown < moment) {
                work.clock.told_at(due.shown);
                match self.proceed(shared, work) {
                    Turn::Waits(next) if next.shown > due.shown => work.due = Some(next),
                    Turn::Waits(_) => {}
                    turn => {
                        let rest = std::iter::once((moment, message)).chain(messages);
                        self.inbox().messages.splice(0..0, rest);
                        return turn;
                    }
                }
            }
            work.clock.told_at(moment);
            if let Err(error) = self.hear(shared, work, message, words) {
                return self.stopped(work, &error);
            }
        }
        match work.ended {
            true => Turn::Rests,
            false => self.proceed(shared, work),
        }
    }

    /// Lets happen what can happen now.
    fn proceed(self: &Arc<Self>, shared: &Arc<Shared>, work: &mut Work) -> Turn {
        loop {
            let paused = match work.run.advance(work.clock.now()) {
                Ok(paused) => paused,
                Err(error) => return self.stopped(work, &error),
            };
            match paused {
                Paused::Ended => return Turn::Ended,
                Paused::Sliced => {
                    if shared.lacks_memory_for(self) {
                        return self.failed(work, failures::no_memory(shared.options.most_bytes));
                    }
                    return Turn::Sliced;
                }
                Paused::WaitsUntil(at) if work.clock.skips() => {
                    work.clock.skip_to(at);
                    if !self.inbox().messages.is_empty() {
                        return Turn::Waits(work.clock.now_on_wall());
                    }
                }
                Paused::WaitsUntil(at) => return Turn::Waits(work.clock.on_wall(at)),
                Paused::WaitsForOutside(at) => {
                    for request in work.run.take_requests() {
                        match request.answers {
                            Answers::Taker => {
                                let request = Arc::new(request);
                                work.taken.insert(request.key.clone(), request.clone());
                                if !shared.world.is_replaying() {
                                    calls::take(shared, self, request);
                                }
                            }
                            _ if request.target.family == Family::Activity => {
                                let offer = activities::Offer::new(self, &request);
                                shared.activities.offer(&request.target.resource, offer);
                            }
                            _ => {}
                        }
                    }
                    return Turn::Waits(work.clock.on_wall(at));
                }
            }
        }
    }

    fn hear(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        work: &mut Work,
        message: Message,
        words: &mut Words,
    ) -> Result<(), ResumeError> {
        let now = work.clock.now();
        let run = &mut work.run;
        let mut tell = |heard: Option<Heard>, result| words.heard.extend(heard.map(|heard| (heard, result)));
        match message {
            Message::Wake => {}
            Message::Answer(key, told, heard) => {
                let result = run.answer(&key, now, told)?;
                work.children.remove(&key);
                work.taken.remove(&key);
                tell(heard, result);
            }
            Message::Submitted(key, output) => {
                // Where a token was sent along, the rest is up to whoever has it.
                if !work.children.contains_key(&key) {
                    work.taken.remove(&key);
                }
                // One that waits no more has nobody to tell.
                let _ = run.submitted(&key, now, output)?;
            }
            Message::Child(key, arn) => {
                work.children.insert(key, arn);
            }
            Message::Heartbeat(key, heard) => tell(Some(heard), run.heartbeat(&key, now)?),
            Message::TakeUp(key, worker, heard) => tell(Some(heard), run.take_up(&key, now, worker)?),
            Message::Stop(failure, heard) => {
                run.advance(now)?;
                run.stop(now, failure)?;
                drop(heard);
            }
            Message::StopAtTransition => run.stop_at_transition(now)?,
            Message::Fail(failure) => run.fail(now, failure)?,
            Message::Redrive(token, mocks, heard) => {
                let wall = shared.wall.now();
                if let Some(before) = token
                    .as_ref()
                    .and_then(|token| self.board.redriven_with(token, wall))
                {
                    let _ = heard.send(Ok(before));
                    return Ok(());
                }
                let redriven = run.redrive(now)?;
                if redriven.is_ok() {
                    work.ended = false;
                    // Nobody waits for the calls of before.
                    work.taken.clear();
                    work.children.clear();
                    self.board.redriven(now, token, wall);
                    shared.goes_on(self);
                    match mocks {
                        Ok(mocks) => run.take_mocks(mocks),
                        Err(failure) => run.fail(now, failure)?,
                    }
                }
                let _ = heard.send(redriven.map(|()| now));
            }
            Message::UpdateMapRun(arn, update, heard) => {
                // Whoever has asked may have gone.
                let _ = heard.send(run.update_map_run(&arn, now, update)?);
            }
            Message::Skip(millis, heard) => {
                work.clock.skip(millis);
                words.skipped.push(heard);
            }
            Message::CallAgain => {
                for (key, request) in &work.taken {
                    match work.children.get(key) {
                        Some(child) => calls::wait(shared, self, request.clone(), child.clone()),
                        None => calls::take(shared, self, request.clone()),
                    }
                }
            }
        }
        Ok(())
    }

    /// The tool cannot go on with it: it fails.
    fn stopped(&self, work: &mut Work, error: &ResumeError) -> Turn {
        self.failed(work, failures::of(error))
    }

    fn failed(&self, work: &mut Work, failure: Failure) -> Turn {
        let at = work.run.now().unwrap_or_default().max(work.clock.now());
        match work.run.fail(at, failure) {
            Ok(()) => Turn::Ended,
            // Nothing is left to fail: said by hand.
            Err(_) => Turn::Ended,
        }
    }

    /// Whether it could go on after it has failed.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn is_redrivable(&self, shared: &Shared) -> Result<(), NotRedrivable> {
        let mut slot = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let work = slot.as_mut().ok_or(NotRedrivable::NotFailed)?;
        let now = work.clock.at(shared.wall.now());
        work.run.may_be_redriven(now)
    }

    /// Whether something can still happen in it.
    pub(super) fn is_kept(&self) -> bool {
        self.work.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Executions of Standard machines that have not succeeded are kept as they are [Restarting state machine executions with
    /// redrive].
    fn may_be_redriven(&self, work: &Work) -> bool {
        let status = work.run.end().map(|(status, ..)| status);
        work.run.machine_type() == MachineType::Standard
            && status.is_some_and(|status| status != simulate::Status::Succeeded)
    }

    fn concluded_for_now(&self, shared: &Shared, work: &mut Work) {
        let children = mem::take(&mut work.children);
        let Some((status, _, failure)) = work.run.end() else {
            return;
        };
        let view = View {
            status: Status::of(status),
            failure: failure.cloned(),
            stopped: work.run.now(),
            ..self.board.view()
        };
        self.end(shared, work.clock.moment(), children, view);
    }

    fn concluded(&self, shared: &Shared, work: Work) {
        let Work {
            run, children, clock, ..
        } = work;
        let Some(ended) = run.conclude() else {
            return self.broken(shared, children);
        };
        self.end(
            shared,
            clock.moment(),
            children,
            View {
                status: Status::of(ended.status),
                output: ended.output,
                failure: ended.failure,
                started: ended.started,
                stopped: Some(ended.stopped),
                memory_bytes: ended.memory_bytes,
                billed_millis: ended.usage.billed_millis(),
                ..self.board.view()
            },
        );
    }

    /// A bug has left it in pieces: what is known are its events.
    fn broken(&self, shared: &Shared, children: FxHashMap<Arc<str>, Arc<str>>) {
        let failure = failures::internal();
        let (at, id) = self.events.read(|events| {
            let at = events.last().map_or_else(Time::default, |event| event.at);
            (at, events.len() as u64 + 1)
        });
        self.events.add(Event {
            id,
            previous: 0,
            at,
            lane: 0,
            kind: EventKind::ExecutionFailed(failure.clone()),
        });
        self.end(
            shared,
            shared.wall.now(),
            children,
            View {
                status: Status::Failed,
                failure: Some(failure),
                stopped: Some(at),
                ..self.board.view()
            },
        );
    }

    /// It has ended by what it was told when the wall showed `moment`.
    fn end(&self, shared: &Shared, moment: Time, children: FxHashMap<Arc<str>, Arc<str>>, view: View) {
        // What it has started and waited for is stopped with it.
        for child in children.values() {
            if let Some(child) = shared.find(child) {
                let nothing = Failure {
                    error: None,
                    cause: None,
                    missed_heartbeat: false,
                };
                child.send_at(shared, moment, Message::Stop(nothing, oneshot::channel().0));
            }
        }
        // Whoever is told of the end finds room for another.
        shared.has_ended(self);
        self.board.ended(view);
    }
}
