//! Activities: a queue each, first come first served, and the workers that wait for something to do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::sync::oneshot;

use super::execution::{Execution, Message};
use super::{Shared, Status};
use crate::history::Time;
use crate::simulate::Request;
use crate::value::Value;

/// The queues of all activities, by ARN.
#[derive(Default)]
pub(super) struct Activities(Mutex<FxHashMap<Arc<str>, Queue>>);

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Offer>,
    /// The workers that wait, the first first.
    polls: VecDeque<oneshot::Sender<Offer>>,
    /// So many tasks make it worth looking for those whose execution has ended.
    sweep_at: usize,
}

/// Fewer tasks than this are not swept.
const FEW: usize = 256;

impl Queue {
    /// Gives a task to the worker that has waited longest; gives it back where none waits. A poll whose connection has
    /// gone takes no task.
    fn give(&mut self, mut offer: Offer) -> Option<Offer> {
        while let Some(poll) = self.polls.pop_front() {
            match poll.send(offer) {
                Ok(()) => return None,
                Err(back) => offer = back,
            }
        }
        Some(offer)
    }

    /// Drops tasks that nobody would get, now and then: what nobody polls for is not held for ever.
    fn sweep(&mut self) {
        if self.tasks.len() >= self.sweep_at.max(FEW) {
            self.tasks.retain(Offer::is_open);
            self.sweep_at = self.tasks.len() * 2;
        }
    }
}

/// A task that waits for a worker.
pub(super) struct Offer {
    execution: Weak<Execution>,
    key: Arc<str>,
    input: Value,
}

impl Offer {
    pub(super) fn new(execution: &Arc<Execution>, request: &Request) -> Self {
        Offer {
            execution: Arc::downgrade(execution),
            key: request.key.clone(),
            input: request.parameters.clone(),
        }
    }

    /// Whether its execution has not ended.
    fn is_open(&self) -> bool {
        let execution = self.execution.upgrade();
        execution.is_some_and(|execution| execution.board.status() == Status::Running)
    }
}

/// A task that a worker has.
#[derive(Debug, Clone)]
pub(crate) struct ActivityTask {
    /// The token that it is answered with.
    pub(crate) token: Arc<str>,
    /// What it is to work on.
    pub(crate) input: Value,
    /// When the worker took it, on the wall.
    pub(crate) taken: Time,
}

impl Activities {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<Arc<str>, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a task to the worker that has waited longest, or lets it wait for one.
    pub(super) fn offer(&self, activity: &Arc<str>, offer: Offer) {
        let mut all = self.lock();
        let queue = all.entry(activity.clone()).or_default();
        if let Some(offer) = queue.give(offer) {
            queue.sweep();
            queue.tasks.push_back(offer);
        }
    }

    /// Puts a task that nobody took back to the front.
    fn give_back(&self, activity: &Arc<str>, offer: Offer) {
        let mut all = self.lock();
        let queue = all.entry(activity.clone()).or_default();
        if let Some(offer) = queue.give(offer) {
            queue.tasks.push_front(offer);
        }
    }

    /// A worker has gone: a queue in which nothing waits is none.
    fn left(&self, activity: &Arc<str>) {
        let mut all = self.lock();
        if let Some(queue) = all.get_mut(activity) {
            queue.polls.retain(|poll| !poll.is_closed());
            if queue.polls.is_empty() && queue.tasks.is_empty() {
                all.remove(activity);
            }
        }
    }

    /// The next task, or where it will come.
    fn next(&self, activity: &Arc<str>) -> Result<Offer, oneshot::Receiver<Offer>> {
        let mut all = self.lock();
        let queue = all.entry(activity.clone()).or_default();
        if let Some(task) = queue.tasks.pop_front() {
            return Ok(task);
        }
        let (tell, told) = oneshot::channel();
        queue.polls.retain(|poll| !poll.is_closed());
        queue.polls.push_back(tell);
        Err(told)
    }

    /// How many tasks wait for a worker.
    #[cfg(test)]
    pub(super) fn waiting(&self, activity: &str) -> usize {
        self.lock().get(activity).map_or(0, |queue| queue.tasks.len())
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }
}

/// A place in the line of workers: what comes there after the worker has gone goes back, too.
struct Place<'s> {
    shared: &'s Shared,
    activity: &'s Arc<str>,
    told: oneshot::Receiver<Offer>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.told.close();
        match self.told.try_recv() {
            Ok(offer) => self.shared.activities.give_back(self.activity, offer),
            Err(_) => self.shared.activities.left(self.activity),
        }
    }
}

/// The next task of an activity; `None` when there is none in that time.
pub(super) async fn poll(
    shared: &Shared,
    activity: &Arc<str>,
    worker: Option<Arc<str>>,
    most: Duration,
) -> Option<ActivityTask> {
    let deadline = tokio::time::Instant::now() + most;
    loop {
        let offer = match shared.activities.next(activity) {
            Ok(offer) => offer,
            Err(told) => {
                let mut place = Place {
                    shared,
                    activity,
                    told,
                };
                // At the last moment a task may have come: it goes back when the place is left.
                let told = tokio::time::timeout_at(deadline, &mut place.told).await;
                told.ok()?.ok()?
            }
        };
        let (tell, told) = oneshot::channel();
        let Offer {
            execution,
            key,
            input,
        } = offer;
        let Some(execution) = execution.upgrade() else {
            continue;
        };
        let taken = shared.wall.now();
        let message = Message::TakeUp(key.clone(), worker.clone(), tell);
        execution.send_at(shared, taken, message);
        // One that waits no more is passed over.
        if let Ok(Ok(())) = told.await {
            return Some(ActivityTask {
                token: key,
                input,
                taken,
            });
        }
    }
}
