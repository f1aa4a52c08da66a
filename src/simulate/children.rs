//! Child executions: the items of a Distributed Map, each with a history and a context object of its own.

use std::sync::Arc;

use super::context::{ExecutionContext, MapItem};
use super::engine::{Engine, Progress};
use super::error::{Halt, Step, StopError};
use super::program::{Behaviour, State};
use super::settings::{ENDLESS_EVENTS, longest_execution_seconds};
use super::states;
use super::strand::{Phase, Place, Strand, StrandId};
use crate::asl::MachineType;
use crate::history::EventKind;
use crate::history::Time;
use crate::history::failure::{Failure, names};
use crate::value::Value;

/// The child executions of a run, those that have ended included until their place is taken.
#[derive(Debug, Default)]
pub(super) struct Children {
    all: Vec<Child>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Child {
    root: StrandId,
    events: u64,
    /// What its context object is made of, when somebody asks for it.
    machine_name: Arc<str>,
    name: Arc<str>,
    input: Value,
    started: Time,
    express: bool,
}

impl<'p> Engine<'p> {
    /// Makes a strand the beginning of a child execution of the machine `machine_name`.
    pub(super) fn begin_child(
        &mut self,
        root: StrandId,
        machine_name: &Arc<str>,
        name: &Arc<str>,
        express: bool,
    ) {
        let input = self.strand(root).input.clone();
        let child = Child {
            root,
            // Its own ExecutionStarted.
            events: 1,
            machine_name: machine_name.clone(),
            name: name.clone(),
            input,
            started: self.now,
            express,
        };
        let number = match self.children.free.pop() {
            Some(number) => {
                self.children.all[number as usize] = child;
                number
            }
            None => {
                self.children.all.push(child);
                u32::try_from(self.children.all.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.strand_mut(root).child = Some(number);
        if express {
            let longest = longest_execution_seconds(MachineType::Express);
            self.wake_child(root, number, self.now.after_seconds(longest));
        }
    }

    /// The place of the child that `root` began is free again.
    pub(super) fn end_child(&mut self, root: StrandId) {
        if let Some(number) = self.strand(root).child {
            self.bill_child(number);
            self.children.free.push(number);
        }
    }

    /// The type of the execution that a strand is part of.
    pub(super) fn machine_type(&self, id: StrandId) -> MachineType {
        match self.strand(id).child {
            None => self.settings.machine_type,
            Some(number) if self.children.all[number as usize].express => MachineType::Express,
            Some(_) => MachineType::Standard,
        }
    }

    /// Bills a child that is over: an Express one by its time.
    fn bill_child(&mut self, number: u32) {
        let child = &self.children.all[number as usize];
        if child.express {
            self.usage.add_request(self.now.since(child.started));
        }
    }

    /// Bills what is over with the run: an Express execution itself, and Express children that still run.
    pub(super) fn bill_last(&mut self) {
        if self.settings.machine_type == MachineType::Express {
            self.usage.add_request(self.now.since(self.settings.start));
        }
        for number in 0..self.children.all.len() {
            if self.is_alive(self.children.all[number].root) {
                self.bill_child(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
    }

    /// A child execution has failed: what runs in it stops, and its Map Run is told.
    pub(super) fn child_failed(&mut self, number: u32, failure: Failure) -> Step {
        let root = self.children.all[number as usize].root;
        if !self.is_alive(root) {
            return Ok(());
        }
        let Place::Child { parent, index } = self.strand(root).place else {
            return Ok(());
        };
        let (lane, chain) = (self.strand(root).lane, self.strand(root).chain);
        let shown = failure.clone();
        let at = self.now;
        self.tell_in_child(at, lane, chain, || EventKind::ExecutionFailed(shown))?;
        self.release_tree(root);
        let state = self.state_of(parent);
        let progress = match &state.behaviour {
            Behaviour::Map(map) => states::map::child_failed(self, parent, state, map, index, failure)?,
            _ => Progress::Blocked,
        };
        self.settle_and_queue(parent, progress)
    }

    /// Goes on after a step that found the histories of child executions full: they fail, the run does not. What one
    /// fails with may be the event too many of the child around it.
    pub(super) fn past_full_children(&mut self, mut step: Step) -> Step {
        while let Err(Halt::ChildFull(child)) = step {
            let failure = self.full_history(self.settings.max_events.unwrap_or_default());
            step = self.child_failed(child, failure);
        }
        step
    }

    /// Ends a strand and all inside it without a word.
    pub(super) fn release_tree(&mut self, id: StrandId) {
        if !self.is_alive(id) {
            return;
        }
        let inside: Vec<StrandId> = match &self.strand(id).phase {
            Phase::Branches(running) => running.children(),
            Phase::Iterations(running) => running.children().into_iter().map(|(_, child)| child).collect(),
            Phase::MapRun(run) => run.children(),
            _ => Vec::new(),
        };
        for child in inside {
            self.release_tree(child);
        }
        if let Some(number) = self.strand(id).child
            && self.children.all[number as usize].root == id
        {
            self.bill_child(number);
            self.children.free.push(number);
        }
        self.release(id);
    }

    /// Writes an event of a child: it has a number there, and is kept for the trace only.
    pub(super) fn record_in_child(
        &mut self,
        number: u32,
        lane: u32,
        previous: u64,
        kind: impl FnOnce() -> EventKind,
    ) -> Step<u64> {
        let settings = self.settings;
        let child = &mut self.children.all[number as usize];
        // As for the run itself, but a child's type is its Map's to say.
        let unlimited = settings.max_events.is_none() && settings.endless_after.is_none();
        if child.express && !unlimited {
            if child.events >= settings.endless_after.unwrap_or(ENDLESS_EVENTS) {
                return Err(StopError::Endless(child.events).into());
            }
        } else if settings.max_events.is_some_and(|most| child.events + 1 >= most) {
            return Err(Halt::ChildFull(number));
        }
        child.events += 1;
        let (event, at) = (child.events, self.now);
        self.tell_in_child(at, lane, previous, kind)?;
        Ok(event)
    }

    /// What a full history fails an execution with; it has no frame [floci#2734].
    pub(super) fn full_history(&self, most: u64) -> Failure {
        Failure::new(
            names::RUNTIME,
            format!("The execution reached the maximum number of history events ({most})."),
        )
    }

    /// The context object of a strand's state.
    pub(super) fn context_object(&self, strand: &Strand, state: &State, item: Option<&MapItem>) -> Value {
        let Some(number) = strand.child else {
            return self.context.object(self.settings, strand, state, item);
        };
        let child = &self.children.all[number as usize];
        let Child {
            machine_name,
            name,
            input,
            started,
            ..
        } = child;
        ExecutionContext::of_child(self.settings, machine_name, name, input.clone(), *started).object(
            self.settings,
            strand,
            state,
            item,
        )
    }

    fn wake_child(&mut self, root: StrandId, number: u32, at: Time) {
        self.set_timer(root, at, Some(number));
    }
}
