//! Activities: a queue each, first come first served, and the workers that wait for something to do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::sync::oneshot;

use super::Shared;
use super::execution::{Execution, Message};
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
}

/// A task that waits for a worker.
pub(super) struct Offer {
    execution: Arc<Execution>,
    key: Arc<str>,
    input: Value,
}

impl Offer {
    pub(super) fn new(execution: &Arc<Execution>, request: &Request) -> Self {
        Offer {
            execution: execution.clone(),
            key: request.key.clone(),
            input: request.parameters.clone(),
        }
    }
}

/// A task that a worker has.
#[derive(Debug, Clone)]
pub(crate) struct ActivityTask {
    /// The token that it is answered with.
    pub(crate) token: Arc<str>,
    /// What it is to work on.
    pub(crate) input: Value,
}

impl Activities {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<Arc<str>, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a task to the worker that has waited longest, or lets it wait for one.
    pub(super) fn offer(&self, activity: &Arc<str>, mut offer: Offer) {
        let mut all = self.lock();
        let queue = all.entry(activity.clone()).or_default();
        while let Some(poll) = queue.polls.pop_front() {
            // A poll whose connection has gone takes no task.
            match poll.send(offer) {
                Ok(()) => return,
                Err(back) => offer = back,
            }
        }
        queue.tasks.push_back(offer);
    }

    /// Puts a task that nobody took back to the front.
    fn give_back(&self, activity: &Arc<str>, mut offer: Offer) {
        let mut all = self.lock();
        let queue = all.entry(activity.clone()).or_default();
        while let Some(poll) = queue.polls.pop_front() {
            match poll.send(offer) {
                Ok(()) => return,
                Err(back) => offer = back,
            }
        }
        queue.tasks.push_front(offer);
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
        if let Ok(offer) = self.told.try_recv() {
            self.shared.activities.give_back(self.activity, offer);
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
        execution.send(shared, Message::TakeUp(key.clone(), worker.clone(), tell));
        // One that waits no more is passed over.
        if let Ok(Ok(())) = told.await {
            return Some(ActivityTask { token: key, input });
        }
    }
}
