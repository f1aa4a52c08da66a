//! What is known of the data between states: which members an input surely lacks, and which way it came to that.
//!
//! A forward analysis over each scope's graph. What a task answers, and what the execution is started with, may be
//! anything; templates, literal results, error outputs and the answers of services have known members.
//! A path is reported only where one transition brings an object that cannot have it.

mod answers;
mod calls;
mod compared;
mod given;
mod missing;
mod misspelt;
mod shape;
mod slip;
#[cfg(test)]
mod tests;
mod transfer;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::asl::{StateId, StateMachine, TransitionKind};
use crate::graph::ControlFlow;
use crate::references::References;
use crate::source::NodeId;
pub use answers::{NeverAnswered, never_answered, what_there_is};
pub use calls::FailingCall;
pub use compared::{Compared, Sort};
pub use given::{Given, given};
pub use misspelt::{Misspelt, misspelt};
use shape::Shape;
use transfer::{Inside, Transfer};

/// So often a state's input may change before nothing is assumed of it any more: a loop that builds something up.
const MAX_VISITS: u8 = 12;

/// What is known of a machine's data.
#[derive(Debug)]
pub struct DataFlow {
    missing: Vec<Missing>,
    compared: Vec<Compared>,
    failing_calls: Vec<FailingCall>,
}

/// A path that leads nowhere for an execution that comes a certain way.
#[derive(Debug)]
pub struct Missing {
    /// The state that reads it.
    pub state: StateId,
    /// The string it stands in.
    pub node: NodeId,
    /// Its bytes in the decoded string.
    pub part: Range<usize>,
    /// The path.
    pub path: Arc<str>,
    /// How the data lost it, or never got it.
    pub cause: Cause,
    /// The state that made the data as it is; [`Missing::state`] itself for [`Cause::Own`].
    pub origin: StateId,
    /// The way from the origin to the state, both included.
    pub way: Vec<StateId>,
    /// The task whose service never answers it: the state itself or the origin.
    pub answerer: Option<StateId>,
    /// Whether the path goes where that task puts its result, so that the input is not what was meant.
    pub into_result: bool,
    /// The names that are read inside of the result, where a task is the answerer.
    pub within: Vec<Arc<str>>,
    /// Whether it asks for several values: then it finds none, and nothing fails.
    pub is_several: bool,
    /// The array that it leads into, where that is why it leads nowhere.
    pub array: Option<IntoArray>,
}

/// A path that leads into an array, where there are no names, and only so many items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntoArray {
    /// So many names of the path lead to the array.
    pub names: usize,
    /// So many items the array has, where that is known.
    pub count: Option<usize>,
}

/// How data came to lack something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The catcher of this index replaced the origin's input by the error.
    Caught(usize),
    /// The origin's result replaced its input.
    Result,
    /// The origin made the data, by a template or a path.
    Made,
    /// The state itself: its own result, or what its own fields make of its input.
    Own,
}

impl DataFlow {
    pub(super) fn of(machine: &StateMachine, flow: &ControlFlow, references: &References) -> DataFlow {
        let inputs = Inputs::of(machine, flow, references, Shape::Any);
        DataFlow {
            missing: missing::find(machine, flow, references, &inputs),
            compared: compared::find(machine, &inputs),
            failing_calls: calls::find(machine, references, &inputs),
        }
    }

    /// The paths that lead nowhere, in the order of the text.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// The calls of intrinsic functions that fail in every run.
    pub fn failing_calls(&self) -> &[FailingCall] {
        &self.failing_calls
    }

    /// The comparisons that no answer of a service makes true.
    pub fn compared(&self) -> &[Compared] {
        &self.compared
    }
}

/// What an editor asks about: a text that looks into data.
#[derive(Debug, Clone, Copy)]
pub enum Looks<'f> {
    /// A JSONPath in this field of the state, as AWS names it: `Parameters/id.$`.
    Field(&'f str),
    /// The state's input: `$states.input`.
    Input,
    /// The result of what it does: `$states.result`.
    Result,
}

/// The members that are known of what the text of a state looks into, behind the names `names`: those that it has or may
/// have. Nothing where anything may be.
pub fn members(
    machine: &StateMachine,
    flow: &ControlFlow,
    references: &References,
    state: StateId,
    looks: Looks<'_>,
    names: &[&str],
) -> Vec<Arc<str>> {
    let inputs = Inputs::of(machine, flow, references, Shape::Any);
    // Where nothing is known of what comes into a state, what it calls is.
    let inside = match inputs.inside(state) {
        Some(inside) => inside.clone(),
        None => Arc::new(inputs.transfer(state).inside(&Shape::Any)),
    };
    let shape = match looks {
        Looks::Field(field) => inside.seen_by(machine.state(state), field, &inputs.error),
        Looks::Input => inside.raw(),
        Looks::Result => inside.result(),
    };
    // Of an array the members of an item are shown.
    let found = shape.look_into(names);
    found.map_or_else(Vec::new, |shape| shape.names())
}

/// What is known of the data at every state.
struct Inputs<'m> {
    machine: &'m StateMachine,
    flow: &'m ControlFlow,
    references: &'m References,
    /// Whether it is followed where data was given to the execution.
    follows_given: bool,
    /// Whether it is followed where what nobody describes comes from: answers of functions and people, items of Maps.
    follows_answers: bool,
    /// The shape of error outputs.
    error: Shape,
    /// By state; `None` for states that are never entered.
    shapes: Vec<Option<Shape>>,
    /// What follows inside of each state from the shape of its input.
    insides: Vec<Option<Arc<Inside>>>,
}

impl<'m> Inputs<'m> {
    /// `start` is the shape of what an execution is started with.
    fn of(
        machine: &'m StateMachine,
        flow: &'m ControlFlow,
        references: &'m References,
        start: Shape,
    ) -> Self {
        Self::found(machine, flow, references, start, false)
    }

    /// Where all data comes from that the definition does not make.
    fn followed(machine: &'m StateMachine, flow: &'m ControlFlow, references: &'m References) -> Self {
        Self::found(machine, flow, references, Shape::Given(Arc::from([])), true)
    }

    fn found(
        machine: &'m StateMachine,
        flow: &'m ControlFlow,
        references: &'m References,
        start: Shape,
        follows_answers: bool,
    ) -> Self {
        let mut inputs = Inputs {
            machine,
            flow,
            references,
            follows_given: start.given().is_some(),
            follows_answers,
            error: transfer::error_output(),
            shapes: vec![None; machine.states().len()],
            insides: vec![None; machine.states().len()],
        };
        // Owners come before what they hold.
        for scope in machine.scopes() {
            let input = match scope.owner {
                None => Some(start.clone()),
                Some(owner) => inputs.inside(owner).map(|inside| inside.body.clone()),
            };
            // Where anything may lead anywhere, nothing is known of any state's input.
            let first = flow.scope(scope.id).start().filter(|_| !scope.leads_anywhere);
            if let (Some(input), Some(first)) = (input, first) {
                inputs.run(first, input);
            }
        }
        inputs
    }

    fn run(&mut self, start: StateId, input: Shape) {
        let graph = self.flow.scope(self.machine.state(start).scope);
        let mut visits = vec![0_u8; graph.states().len()];
        let mut queued = vec![false; graph.states().len()];
        let mut queue = VecDeque::from([start]);
        self.shapes[start.index()] = Some(input);
        while let Some(id) = queue.pop_front() {
            let (Some(node), Some(input)) = (graph.node(id), &self.shapes[id.index()]) else {
                continue;
            };
            queued[node.index()] = false;
            let inside = self.transfer(id).inside(input);
            for (kind, to) in graph.successors(id) {
                // Nothing can be known of it any more.
                if self.shapes[to.index()] == Some(Shape::Any) && !self.follows_given {
                    continue;
                }
                let leaves = self.transfer(id).leaves(&inside, kind);
                let Some(node) = graph.node(to) else { continue };
                let known = &mut self.shapes[to.index()];
                let joined = match known {
                    None => leaves.clone(),
                    Some(before) if self.follows_given => before.join_given(&leaves),
                    Some(before) => before.join(&leaves),
                };
                if known.as_ref() == Some(&joined) {
                    continue;
                }
                let visits = &mut visits[node.index()];
                *visits += 1;
                *known = Some(if *visits > MAX_VISITS { Shape::Any } else { joined });
                if !std::mem::replace(&mut queued[node.index()], true) {
                    queue.push_back(to);
                }
            }
            self.insides[id.index()] = Some(Arc::new(inside));
        }
    }

    fn transfer(&self, id: StateId) -> Transfer<'_> {
        let transfer = Transfer::new(self.machine, self.references, self.machine.state(id), &self.error);
        match self.follows_answers {
            true => transfer.following_answers(),
            false => transfer,
        }
    }

    fn shape(&self, state: StateId) -> Option<&Shape> {
        self.shapes[state.index()].as_ref()
    }

    fn inside(&self, state: StateId) -> Option<&Arc<Inside>> {
        self.insides[state.index()].as_ref()
    }

    /// The ways into a state: the transition and the state it comes from, and the shape that comes along.
    fn ways_in(&self, state: StateId) -> impl Iterator<Item = (TransitionKind, StateId, Shape)> + '_ {
        let graph = self.flow.scope(self.machine.state(state).scope);
        graph.predecessors(state).into_iter().filter_map(|(kind, from)| {
            let leaves = self.transfer(from).leaves(self.inside(from)?, kind);
            Some((kind, from, leaves))
        })
    }
}
