//! [`StateMachine`] to [`Program`]: every field read and every expression parsed, once.
//!
//! A definition that AWS would refuse need not compile: the first field that cannot be run is the error. Definitions
//! are validated before they come here, so what is found here is rare, and said in few words.

mod fields;
mod map;
mod placeholders;
mod states;

use std::sync::Arc;

use fields::Fields;

use super::error::CompileError;
use super::flow::{Assign, CatchFlow, Flow, JsonataFlow};
use super::program::{Behaviour, Catcher, Next, Program, Scope, State, StateIndex};
use super::states::succeed::Succeed;
use crate::asl::{self, QueryLanguage, ScopeId, ScopeKind, StateMachine, StateType};

impl Program {
    /// Compiles a machine.
    ///
    /// # Errors
    /// The first field that cannot be run.
    pub fn compile(machine: &StateMachine) -> Result<Program, CompileError> {
        let Some(texts) = machine.document().with_placeholders_as_text() else {
            return Program::of_texts(machine);
        };
        Program::of_texts(&StateMachine::read(Arc::new(texts)))
    }

    /// Compiles a machine without bare placeholders.
    fn of_texts(machine: &StateMachine) -> Result<Program, CompileError> {
        let missing = missing(machine);
        Program::with_missing(machine, &missing).map_err(|error| CompileError {
            missing: match error.missing.is_empty() {
                true => error.missing,
                // All of them at once.
                false => missing
                    .iter()
                    .cloned()
                    .chain(error.missing)
                    .fold(Vec::new(), |mut all, name| {
                        if !all.contains(&name) {
                            all.push(name);
                        }
                        all
                    }),
            },
            ..error
        })
    }

    fn with_missing(machine: &StateMachine, missing: &Arc<[Arc<str>]>) -> Result<Program, CompileError> {
        let timeout_seconds = match machine.fields().timeout_seconds() {
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
        Ok(Program {
            missing: missing.clone(),
            definition_bytes: machine.document().text().len() as u64,
            states: states?,
            scopes: scopes?,
            timeout_seconds,
        })
    }
}

/// The names of the placeholders whose values a run needs, each once.
fn missing(machine: &StateMachine) -> Arc<[Arc<str>]> {
    let mut names: Vec<Arc<str>> = Vec::new();
    let of_states = machine.states().iter().flat_map(|state| {
        let errors = placeholders::of_errors(state);
        placeholders::of_state(machine, state).into_iter().chain(errors)
    });
    for name in placeholders::of_machine(machine).into_iter().chain(of_states) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into()
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
    if !placeholders::of_state(machine, state).is_empty() {
        return Ok(unknown(state));
    }
    let state_type = state
        .state_type
        .ok_or_else(|| fields::error(node, "has no valid Type"))?;
    let fields = Fields {
        machine,
        state,
        node: node.into(),
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
        lacks_value: false,
        lacks_errors: !placeholders::of_errors(state).is_empty(),
    })
}

/// A state of which a placeholder decides what it does: a run that comes to it stops.
fn unknown(state: &asl::State) -> State {
    let flow = Flow::Jsonata(Box::new(JsonataFlow {
        arguments: None,
        output: None,
        assign: None,
    }));
    State {
        name: state.name.clone(),
        state_type: state.state_type.unwrap_or(StateType::Pass),
        next: Next::End,
        retriers: Vec::new(),
        catchers: Vec::new(),
        behaviour: Behaviour::Succeed(Box::new(Succeed { flow })),
        lacks_value: true,
        lacks_errors: false,
    }
}

fn catcher(fields: &Fields<'_>, number: usize, catcher: &asl::Catcher) -> Result<Catcher, CompileError> {
    let node = catcher.fields(fields.machine);
    let next = catcher
        .next
        .as_ref()
        .ok_or_else(|| fields::error(*node, "has no Next"))?;
    let assign: Option<Assign> = node
        .assign()
        .map(|assign| fields.assign_at(assign, &format!("Catch[{number}]/Assign")))
        .transpose()?;
    let flow = match fields.language {
        QueryLanguage::JsonPath => CatchFlow::JsonPath {
            result_path: fields::result_path(node.result_path())?,
            assign,
        },
        QueryLanguage::Jsonata => CatchFlow::Jsonata {
            output: node
                .output()
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
