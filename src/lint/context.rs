//! What a rule sees, and how it makes findings.

use std::cell::OnceCell;

use crate::asl::{Resource, State, StateId, StateMachine, StateType};
use crate::diagnostics::Finding;
use crate::graph::ControlFlow;
use crate::references::{References, StateReferences};
use crate::source::NodeRef;

use super::Rule;

/// One rule's view of a machine.
#[derive(Debug, Clone, Copy)]
pub struct Context<'m> {
    /// The machine.
    pub machine: &'m StateMachine,
    /// Its control flow.
    pub flow: &'m ControlFlow,
    references: &'m OnceCell<References>,
    rule: &'static Rule,
}

/// What all rules share about one machine.
#[derive(Debug)]
pub struct Shared<'m> {
    machine: &'m StateMachine,
    flow: ControlFlow,
    references: OnceCell<References>,
}

impl<'m> Shared<'m> {
    /// Reads what every rule needs; the rest is read when the first rule asks for it.
    pub fn new(machine: &'m StateMachine) -> Self {
        Shared {
            machine,
            flow: ControlFlow::new(machine),
            references: OnceCell::new(),
        }
    }
}

impl<'m> Context<'m> {
    /// The view of `rule`.
    pub fn new(shared: &'m Shared<'m>, rule: &'static Rule) -> Self {
        Context {
            machine: shared.machine,
            flow: &shared.flow,
            references: &shared.references,
            rule,
        }
    }

    /// What a state's fields refer to.
    pub fn references(&self, state: &State) -> &'m StateReferences {
        let all = self.references.get_or_init(|| References::of(self.machine));
        all.state(state.id)
    }

    /// A finding at a state's name.
    pub fn at_state(&self, state: &State, message: impl Into<String>) -> Finding {
        let location = self.machine.node(state.node).location();
        Finding::new(self.rule.severity, self.rule.name, message, state.name_span).with_location(location)
    }

    /// A finding at a node: a scalar's own token, the key of an array or object.
    pub fn at(&self, node: NodeRef<'_>, message: impl Into<String>) -> Finding {
        Finding::new(self.rule.severity, self.rule.name, message, node.token_span())
            .with_location(node.location())
    }

    /// The states that an execution can enter.
    pub fn live_states(&self) -> impl Iterator<Item = &'m State> + use<'m> {
        let (machine, flow) = (self.machine, self.flow);
        machine
            .states()
            .iter()
            .filter(move |state| flow.is_live(machine, state))
    }

    /// The tasks that an execution can enter.
    pub fn live_tasks(&self) -> impl Iterator<Item = &'m State> + use<'m> {
        self.live_states()
            .filter(|state| state.state_type == Some(StateType::Task))
    }

    /// What a task calls; [`Resource::Other`] when its `Resource` is missing or no string.
    pub fn resource(&self, task: &State) -> Resource<'m> {
        self.machine
            .field(task.id, "Resource")
            .and_then(NodeRef::as_str)
            .map_or(Resource::Other, Resource::parse)
    }

    /// A field of a state.
    pub fn field(&self, state: &State, name: &str) -> Option<NodeRef<'m>> {
        self.machine.field(state.id, name)
    }

    /// `state`, the Map or Parallel around it, the one around that, up to the top level.
    pub fn with_owners(&self, state: &'m State) -> impl Iterator<Item = &'m State> + use<'m> {
        let machine = self.machine;
        std::iter::successors(Some(state), move |state| {
            Some(machine.state(machine.scope(state.scope).owner?))
        })
    }

    /// Names in quotes, joined for a sentence: `'A', 'B' and 'C'`; of more than five the first four and a count.
    pub fn quoted(&self, states: &[StateId], conjunction: &str) -> String {
        let name = |id: &StateId| format!("'{}'", self.machine.state(*id).name);
        match states {
            [] => String::new(),
            [only] => name(only),
            [first @ .., last] if states.len() <= 5 => {
                let first: Vec<String> = first.iter().map(name).collect();
                format!("{} {conjunction} {}", first.join(", "), name(last))
            }
            _ => {
                let first: Vec<String> = states.iter().take(4).map(name).collect();
                format!("{} {conjunction} {} more", first.join(", "), states.len() - 4)
            }
        }
    }
}
