//! Child executions: the items of a Distributed Map, each with a history and a context object of its own.

use std::sync::Arc;

use super::context::{ExecutionContext, MapItem};
use super::engine::{Engine, Progress, Stopped};
use super::error::{Halt, Step, StopError};
use super::lane::{Iteration, Lane, LaneId, Phase, Place, Variables};
use super::program::{Behaviour, State};
use super::settings::{ENDLESS_EVENTS, longest_execution_seconds};
use super::states;
use super::states::map::ChildOutcome;
use crate::asl::{MachineType, ScopeId};
use crate::history::failure::{Failure, names};
use crate::history::{ChildExecution, Event, EventKind, Time};
use crate::value::Value;

/// What a child execution that did not end well goes on with.
#[derive(Debug)]
pub(super) struct KeptChild {
    /// Where it was stopped; nowhere for an Express one.
    stopped: Option<Stopped>,
    /// How many events it has.
    events: u64,
    told: Option<Arc<ChildExecution>>,
}

/// What a child execution is made of that goes on.
pub(super) struct ChildBegins {
    pub(super) machine_name: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) express: bool,
    pub(super) input: Value,
    pub(super) started: Time,
    pub(super) redrives: u32,
}

/// The child executions of a run, those that have ended included until their place is taken.
#[derive(Debug, Default)]
pub(super) struct Children {
    all: Vec<Child>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Child {
    root: LaneId,
    events: u64,
    /// What its context object is made of, when somebody asks for it.
    machine_name: Arc<str>,
    name: Arc<str>,
    input: Value,
    started: Time,
    express: bool,
    redrives: u32,
    /// What whoever takes its history knows it by.
    told: Option<Arc<ChildExecution>>,
    /// Whether its history has its last event.
    is_told: bool,
}

impl<'p> Engine<'p> {
    /// Makes a lane the beginning of a child execution of the machine `machine_name`, with so many items of a Map Run.
    pub(super) fn begin_child(
        &mut self,
        root: LaneId,
        machine_name: &Arc<str>,
        name: &Arc<str>,
        express: bool,
        (map_run, items): (&Arc<str>, u64),
    ) {
        let input = self.lane(root).input.clone();
        let told = self.tells_children().then(|| {
            Arc::new(ChildExecution {
                arn: self.settings.arn_of(&format!("execution:{machine_name}:{name}")),
                name: name.clone(),
                map_run: map_run.clone(),
                items,
                express,
            })
        });
        if told.is_some() {
            self.child_begins(root, told.as_ref(), &input);
        }
        let child = Child {
            root,
            // Its own ExecutionStarted.
            events: 1,
            machine_name: machine_name.clone(),
            name: name.clone(),
            input,
            started: self.now,
            express,
            redrives: 0,
            told,
            is_told: false,
        };
        self.add_child(root, child);
    }

    fn add_child(&mut self, root: LaneId, child: Child) -> u32 {
        let express = child.express;
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
        self.lane_mut(root).child = Some(number);
        if express {
            let longest = longest_execution_seconds(MachineType::Express);
            self.wake_child(root, number, self.now.after_seconds(longest));
        }
        number
    }

    /// What the child that `root` began would go on with; an Express one begins anew.
    pub(super) fn keep_child(&mut self, root: LaneId) -> Option<KeptChild> {
        let number = self.lane(root).child?;
        let child = &self.children.all[number as usize];
        // With the last event of its history, which is written when it stops.
        let (events, told) = (child.events + 1, child.told.clone());
        let stopped = (!child.express).then(|| self.stopped(root));
        Some(KeptChild {
            stopped,
            events,
            told,
        })
    }

    /// Whether the history of a child that did not end well has room for more: "less than 24,999 events" [Redriving Map
    /// Runs in Step Functions executions].
    pub(super) fn has_room(&self, kept: &KeptChild) -> bool {
        let most = self.settings.max_events;
        kept.stopped.is_none() || most.is_none_or(|most| kept.events + 1 < most)
    }

    /// Lets a child go on that did not end well, in a new lane.
    pub(super) fn child_again(
        &mut self,
        (parent, index): (LaneId, usize),
        scope: ScopeId,
        begins: ChildBegins,
        kept: KeptChild,
    ) -> Step<LaneId> {
        let place = Place::Child { parent, index };
        let outer = self.lane(parent).iteration.clone();
        let iteration = Some(Arc::new(Iteration {
            item: None,
            index: Some(index),
            outer,
        }));
        let root = match &kept.stopped {
            Some(stopped) => self.spawn_where_stopped(place, scope, stopped),
            None => self.spawn(
                place,
                scope,
                begins.input.clone(),
                0,
                Variables::default(),
                iteration,
            ),
        };
        let number = self.add_child(
            root,
            Child {
                root,
                events: kept.events,
                machine_name: begins.machine_name,
                name: begins.name,
                input: begins.input,
                started: begins.started,
                express: begins.express,
                redrives: begins.redrives,
                told: kept.told,
                is_told: false,
            },
        );
        let lane = self.lane(root).number;
        // That it follows the event before it is a guess, as it is for the execution's own.
        let redriven = || EventKind::redriven(begins.redrives);
        let event = self.record_in_child(number, lane, kept.events, redriven)?;
        match kept.stopped {
            Some(stopped) => self.go_on_where_stopped(root, stopped, event)?,
            None => self.queue(root),
        }
        Ok(root)
    }

    /// The child that `root` began has come to its end; its place is free again.
    pub(super) fn end_child(&mut self, root: LaneId, output: &Value) {
        if let Some(number) = self.lane(root).child {
            self.history_ends(number, self.lane(root).chain, || EventKind::ExecutionSucceeded {
                output: output.clone(),
            });
            self.bill_child(number);
            self.children.free.push(number);
        }
    }

    /// The type of the execution that a lane is part of.
    pub(super) fn machine_type(&self, id: LaneId) -> MachineType {
        match self.lane(id).child {
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

    /// Writes the first event of a child's history.
    fn child_begins(&mut self, root: LaneId, told: Option<&Arc<ChildExecution>>, input: &Value) {
        let (at, lane, role_arn) = (self.now, self.lane(root).number, self.settings.role());
        let begins = || Event {
            id: 1,
            previous: 0,
            at,
            lane,
            kind: EventKind::ExecutionStarted {
                input: Arc::from(input.to_json()),
                role_arn,
            },
        };
        // Whoever takes histories of children takes them all.
        let _ = self.tell_in_child(told, begins);
    }

    /// Writes the last event of a child's history, where it has none.
    fn history_ends(&mut self, number: u32, previous: u64, kind: impl FnOnce() -> EventKind) {
        let child = &mut self.children.all[number as usize];
        if std::mem::replace(&mut child.is_told, true) {
            return;
        }
        let told = child.told.clone();
        let (id, root) = (child.events + 1, child.root);
        let (lane, at) = (self.lane(root).number, self.now);
        let ends = || Event {
            id,
            previous,
            at,
            lane,
            kind: kind(),
        };
        let _ = self.tell_in_child(told.as_ref(), ends);
    }

    /// Writes into the histories of the children that still run that they were stopped: with the execution.
    pub(super) fn children_are_stopped(&mut self) {
        for number in 0..self.children.all.len() {
            if self.is_alive(self.children.all[number].root) {
                self.child_is_stopped(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
    }

    /// It stands by itself, as in the execution's own history.
    fn child_is_stopped(&mut self, number: u32) {
        self.history_ends(number, 0, || EventKind::aborted(&Failure::nothing()));
    }

    /// A child execution has failed: what runs in it stops, and its Map Run is told.
    pub(super) fn child_failed(&mut self, number: u32, failure: Failure) -> Step {
        self.child_stops(number, ChildOutcome::Failed(failure))
    }

    /// A child execution has run too long.
    pub(super) fn child_timed_out(&mut self, number: u32) -> Step {
        self.child_stops(number, ChildOutcome::TimedOut)
    }

    fn child_stops(&mut self, number: u32, outcome: ChildOutcome) -> Step {
        let root = self.children.all[number as usize].root;
        if !self.is_alive(root) {
            return Ok(());
        }
        let Place::Child { parent, index } = self.lane(root).place else {
            return Ok(());
        };
        let (lane, chain) = (self.lane(root).number, self.lane(root).chain);
        let (kind, previous) = match &outcome {
            ChildOutcome::Failed(failure) => (EventKind::ExecutionFailed(failure.clone()), chain),
            // It stands by itself [floci#2733].
            _ => (EventKind::ExecutionTimedOut(Failure::timeout()), 0),
        };
        if self.tells_children() {
            self.history_ends(number, previous, || kind);
        } else {
            let at = self.now;
            self.tell_in_child(None, || Event {
                id: 0,
                previous,
                at,
                lane,
                kind,
            })?;
        }
        let kept = match self.may_be_redriven() {
            true => self.keep_child(root),
            false => None,
        };
        self.release_tree(root);
        let state = self.state_of(parent);
        let progress = match &state.behaviour {
            Behaviour::Map(map) => {
                states::map::child_stopped(self, parent, state, map, index, (outcome, kept))?
            }
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

    /// Ends a lane and all inside it without a word.
    pub(super) fn release_tree(&mut self, id: LaneId) {
        if !self.is_alive(id) {
            return;
        }
        let inside: Vec<LaneId> = match &self.lane(id).phase {
            Phase::Branches(running) => running.children(),
            Phase::Iterations(running) => running.children().into_iter().map(|(_, child)| child).collect(),
            Phase::MapRun(run) => run.children(),
            _ => Vec::new(),
        };
        for child in inside {
            self.release_tree(child);
        }
        if let Some(number) = self.lane(id).child
            && self.children.all[number as usize].root == id
        {
            self.child_is_stopped(number);
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
        let (id, at, told) = (child.events, self.now, child.told.clone());
        self.tell_in_child(told.as_ref(), || Event {
            id,
            previous,
            at,
            lane,
            kind: kind(),
        })?;
        Ok(id)
    }

    /// What a full history fails an execution with; it has no frame [floci#2734].
    pub(super) fn full_history(&self, most: u64) -> Failure {
        Failure::new(
            names::RUNTIME,
            format!("The execution reached the maximum number of history events ({most})."),
        )
    }

    /// The context object of a lane's state.
    pub(super) fn context_object(&self, lane: &Lane, state: &State, item: Option<&MapItem>) -> Value {
        let Some(number) = lane.child else {
            return self.context.object(self.settings, lane, state, item);
        };
        let child = &self.children.all[number as usize];
        let Child {
            machine_name,
            name,
            input,
            started,
            redrives,
            ..
        } = child;
        let context = ExecutionContext::of_child(
            self.settings,
            machine_name,
            name,
            input.clone(),
            *started,
            *redrives,
        );
        context.object(self.settings, lane, state, item)
    }

    fn wake_child(&mut self, root: LaneId, number: u32, at: Time) {
        self.set_timer(root, at, Some(number));
    }
}
