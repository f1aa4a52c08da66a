//! The events of executions so far, and how much memory they take.

use std::mem::size_of;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::World;
use super::children::Children;
use crate::history::{ChildExecution, Event, EventKind, EventSink, Failure, SinkClosed};
use crate::value::Value;

/// How much memory all histories take, roughly.
#[derive(Default)]
pub(super) struct Memory(AtomicUsize);

impl Memory {
    pub(super) fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// The events of an execution so far, and those of the child executions of its Map Runs. They are read while it goes on.
#[derive(Clone)]
pub(super) struct Events {
    kept: Arc<Kept>,
    /// Whoever is told of each, and whose they are.
    told: Option<(Arc<dyn World>, Arc<str>)>,
}

struct Kept {
    own: Mutex<Log>,
    /// Most executions have none: those that wait are held by the hundred thousand.
    children: Mutex<Option<Box<Children>>>,
    bytes: AtomicUsize,
    memory: Arc<Memory>,
}

impl Kept {
    fn takes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.memory.0.fetch_add(bytes, Ordering::Relaxed);
    }

    fn gives_back(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.memory.0.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn gives_all_back(&self) {
        let bytes = self.bytes.swap(0, Ordering::Relaxed);
        self.memory.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.gives_all_back();
    }
}

impl Events {
    /// None yet, of the execution `arn`.
    pub(super) fn new(world: &Arc<dyn World>, memory: &Arc<Memory>, arn: &Arc<str>) -> Self {
        Events {
            kept: Arc::new(Kept {
                own: Mutex::default(),
                children: Mutex::default(),
                bytes: AtomicUsize::new(0),
                memory: memory.clone(),
            }),
            told: world.wants_events().then(|| (world.clone(), arn.clone())),
        }
    }

    fn own(&self) -> MutexGuard<'_, Log> {
        self.kept.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads its own.
    pub(super) fn read<T>(&self, read: impl FnOnce(&[Event]) -> T) -> T {
        read(&self.own().events)
    }

    /// Adds one to its own.
    pub(super) fn add(&self, event: Event) {
        let bytes = self.own().add(event);
        self.kept.takes(bytes);
    }

    /// How much memory they take, those of child executions included.
    pub(super) fn bytes(&self) -> usize {
        self.kept.bytes.load(Ordering::Relaxed)
    }

    /// Does something with the child executions of its Map Runs; nothing where there are none.
    pub(super) fn children<T: Default>(&self, act: impl FnOnce(&mut Children) -> T) -> T {
        let children = self.kept.children.lock();
        let mut children = children.unwrap_or_else(PoisonError::into_inner);
        children.as_deref_mut().map_or_else(T::default, act)
    }

    /// They are kept no longer: a thread that still reads them for a moment must not cost another execution its place.
    pub(super) fn count_no_more(&self) {
        self.kept.gives_all_back();
    }

    /// Forgets a child execution.
    pub(super) fn forget(&self, child: &ChildExecution) {
        let bytes = self.children(|children| children.forget(child));
        self.kept.gives_back(bytes);
    }
}

impl EventSink for Events {
    fn event(&mut self, event: Event) -> Result<(), SinkClosed> {
        if let Some((world, arn)) = &self.told {
            world.event(arn, &event);
        }
        self.add(event);
        Ok(())
    }

    fn takes_children(&self) -> bool {
        true
    }

    fn child_event(&mut self, child: &Arc<ChildExecution>, event: Event) {
        let children = self.kept.children.lock();
        let mut children = children.unwrap_or_else(PoisonError::into_inner);
        let bytes = children.get_or_insert_default().add(child, event);
        drop(children);
        self.kept.takes(bytes);
    }
}

/// One history.
#[derive(Default)]
pub(super) struct Log {
    events: Vec<Event>,
    bytes: usize,
    /// The value that was counted last: the event after it often shares it.
    counted: Option<Value>,
}

impl Log {
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds an event, and gives how much memory it takes.
    pub(super) fn add(&mut self, event: Event) -> usize {
        let bytes = size_of::<Event>() + self.payload(&event.kind);
        self.events.push(event);
        self.bytes += bytes;
        bytes
    }

    /// The bytes of what an event carries: of the texts that it has, and of the JSON of its values.
    fn payload(&mut self, kind: &EventKind) -> usize {
        let text = |text: &Option<Arc<str>>| text.as_ref().map_or(0, |text| text.len());
        let failure = |failure: &Failure| text(&failure.error) + text(&failure.cause);
        match kind {
            EventKind::ExecutionStarted { input, .. } => input.len(),
            EventKind::StateEntered { input: value, .. }
            | EventKind::ExecutionSucceeded { output: value }
            | EventKind::Submitted { output: value, .. }
            | EventKind::Succeeded { output: value, .. } => self.value(value),
            EventKind::StateExited { output, assigned, .. } => {
                let assigned = assigned.iter().flat_map(|assigned| assigned.values());
                let assigned: usize = assigned.map(Value::json_len).sum();
                self.value(output) + assigned
            }
            EventKind::Scheduled(task) => {
                let credentials = task.credentials.as_ref();
                self.value(&task.parameters) + credentials.map_or(0, Value::json_len)
            }
            EventKind::ExecutionFailed(how)
            | EventKind::ExecutionTimedOut(how)
            | EventKind::MapRunFailed(how)
            | EventKind::Unsuccessful { failure: how, .. } => failure(how),
            EventKind::EvaluationFailed(how) => failure(&how.failure) + text(&how.location),
            EventKind::Other(other) => other.details.values().map(Value::json_len).sum(),
            EventKind::StateAborted(_)
            | EventKind::ParallelStateStarted
            | EventKind::ParallelStateSucceeded
            | EventKind::ParallelStateFailed
            | EventKind::MapStateStarted { .. }
            | EventKind::MapStateSucceeded
            | EventKind::MapStateFailed
            | EventKind::MapIterationStarted { .. }
            | EventKind::MapIterationSucceeded { .. }
            | EventKind::MapIterationFailed { .. }
            | EventKind::MapIterationAborted { .. }
            | EventKind::MapRunStarted { .. }
            | EventKind::MapRunSucceeded
            | EventKind::Started { .. } => 0,
        }
    }

    fn value(&mut self, value: &Value) -> usize {
        let known = self.counted.as_ref();
        if known.is_some_and(|known| known.is_shared_with(value)) {
            return 0;
        }
        self.counted = Some(value.clone());
        value.json_len()
    }
}
