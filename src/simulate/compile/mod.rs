//! [`StateMachine`] to [`Program`]: every field read and every expression parsed, once.
//!
//! A definition that AWS would refuse need not compile: the first field that cannot be run is the error. Definitions
//! are validated before they come here, so what is found here is rare, and said in few words.

mod fields;
mod map;
mod states;

use fields::Fields;

use super::error::CompileError;
use super::flow::{Assign, CatchFlow};
use super::program::{Catcher, Next, Program, Scope, State, StateIndex};
use crate::asl::{self, QueryLanguage, ScopeId, ScopeKind, StateMachine};
use crate::source::{NodeKind, NodeRef};

impl Program {
    /// Compiles a machine.
    ///
    /// # Errors
    /// The first field that cannot be run.
    pub fn compile(machine: &StateMachine) -> Result<Program, CompileError> {
        let root = machine.document().root();
        let timeout_seconds = match root.get("TimeoutSeconds") {
            None => None,
            Some(node) => Some(
                node.as_number()
                    .map(|number| number.as_f64())
                    .filter(|seconds| *seconds >= 0.0)
                    .ok_or_else(|| fields::error(node, "must be a number of seconds"))?,
            ),
        };
        let states: Result<Vec<State>, CompileError> =
            machine.states().iter().map(|s| state(machine, s)).collect();
        let scopes: Result<Vec<Scope>, CompileError> = machine
            .scopes()
            .iter()
            .map(|scope| {
                let node = machine.node(scope.node);
                let start = scope
                    .start_at
                    .as_ref()
                    .ok_or_else(|| fields::error(node, "has no StartAt"))?;
                Ok(Scope {
                    start: target(machine, scope.id, start)?,
                })
            })
            .collect();
        // What stands bare is a number, a truth value, anything but text: nobody can guess how it would run.
        let bare = |node: &NodeRef<'_>| matches!(node.kind(), NodeKind::Placeholder(_));
        if let Some(node) = machine.document().all().find(bare) {
            return Err(fields::error(node, "must have a value"));
        }
        Ok(Program {
            definition_bytes: machine.document().text().len() as u64,
            states: states?,
            scopes: scopes?,
            timeout_seconds,
        })
    }
}

fn target(
    machine: &StateMachine,
    scope: ScopeId,
    reference: &asl::Reference,
) -> Result<StateIndex, CompileError> {
    machine
        .resolve(scope, reference)
        .map(StateIndex::of)
        .ok_or_else(|| {
            fields::error(
                machine.node(reference.node),
                format!("there is no state '{}' in this scope", reference.name),
            )
        })
}

fn state(machine: &StateMachine, state: &asl::State) -> Result<State, CompileError> {
    let node = machine.node(state.node);
    let state_type = state
        .state_type
        .ok_or_else(|| fields::error(node, "has no valid Type"))?;
    let fields = Fields {
        machine,
        state,
        node,
        language: state.query_language,
    };
    let next = match &state.next {
        Some(reference) => Next::State(target(machine, state.scope, reference)?),
        // Choice always says where to go, and the others end here.
        None => Next::End,
    };
    if state_type.has_next() && state.next.is_none() && state.end != Some(true) {
        return Err(fields::error(node, "has neither Next nor End"));
    }
    let catchers: Result<Vec<Catcher>, CompileError> = state
        .catchers
        .iter()
        .enumerate()
        .map(|(number, one)| catcher(&fields, number, one))
        .collect();
    Ok(State {
        name: state.name.clone(),
        state_type,
        next,
        retriers: state.retriers.clone(),
        catchers: catchers?,
        behaviour: states::behaviour(&fields, state_type)?,
    })
}

fn catcher(fields: &Fields<'_>, number: usize, catcher: &asl::Catcher) -> Result<Catcher, CompileError> {
    let node = fields.machine.node(catcher.node);
    let next = catcher
        .next
        .as_ref()
        .ok_or_else(|| fields::error(node, "has no Next"))?;
    let assign: Option<Assign> = node
        .get("Assign")
        .map(|assign| fields.assign_at(assign, &format!("Catch[{number}]/Assign")))
        .transpose()?;
    let flow = match fields.language {
        QueryLanguage::JsonPath => CatchFlow::JsonPath {
            result_path: fields::result_path(node.get("ResultPath"))?,
            assign,
        },
        QueryLanguage::Jsonata => CatchFlow::Jsonata {
            output: node
                .get("Output")
                .map(|output| fields.payload_at(output, &format!("Catch[{number}]/Output")))
                .transpose()?,
            assign,
        },
    };
    Ok(Catcher {
        errors: catcher.errors.clone(),
        next: target(fields.machine, fields.state.scope, next)?,
        flow,
    })
}

/// What a scope is, for states that hold others.
fn bodies(fields: &Fields<'_>, wanted: fn(ScopeKind) -> bool) -> Vec<ScopeId> {
    let scopes = fields.state.bodies.iter().copied();
    scopes
        .filter(|id| wanted(fields.machine.scope(*id).kind))
        .collect()
}

/// The node of a scope's object.
fn scope_node<'m>(fields: &Fields<'m>, id: ScopeId) -> NodeRef<'m> {
    fields.machine.node(fields.machine.scope(id).node)
}
