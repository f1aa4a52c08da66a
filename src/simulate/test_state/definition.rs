//! The state under test, taken out of its machine.
//!
//! TestState runs a state under the name `StateName`, whatever its machine calls it (recorded by AWS). The states it
//! leads to are stood for by Succeed states of their names: they are named in the answer, never run.

use std::sync::Arc;

use super::Refusal;
use crate::asl::{StateId, StateMachine, StateType};
use crate::diagnostics::{Finding, did_you_mean, some_of};
use crate::simulate::states::map::STATE_DATA;
use crate::source::{SourceFile, parse_any};
use crate::validate::{self, Options};
use crate::value::{Map, Value};

/// The name a tested state has.
const NAME: &str = "StateName";

/// What is tested: a state, or a machine with the state in it.
#[derive(Debug, Clone, Copy)]
pub struct Tested<'d> {
    /// Its text.
    pub text: &'d str,
    /// What is wrong with the text itself.
    pub of_text: &'d [Finding],
    /// What it reads as; `None` where the text is broken.
    pub machine: Option<&'d StateMachine>,
}

/// The state, in a machine of its own.
pub(super) struct Subject {
    /// The machine: the tested state is its first.
    pub(super) machine: StateMachine,
    /// The Map that the state stands in.
    pub(super) in_map: Option<InMap>,
}

/// A Map around the state.
pub(super) struct InMap {
    /// `$$.Map.Item.Source`, "for Distributed Maps, indicating the source of the item" [Testing state machines with
    /// TestState API]: what an ItemReader reads is not known from inside.
    pub(super) source: Option<Arc<str>>,
}

impl Subject {
    /// Takes the state out of `tested`: the state that it is, or the one called `name` at any depth of the machine that it
    /// is then.
    ///
    /// # Errors
    /// InvalidDefinition with what validation says; ValidationException when there is no such state.
    pub(super) fn of(tested: Tested<'_>, name: Option<&str>) -> Result<Subject, Refusal> {
        refuse_errors(tested.of_text)?;
        let Some(machine) = tested.machine else {
            return Err(Refusal::definition("Invalid State Machine Definition: ''"));
        };
        let root = machine.document().root();
        let Some(name) = name else {
            let is_machine = machine.fields().states().is_some();
            let machine = alone(root.to_value(), None);
            refuse_errors(&validate::validate(&machine, &Options::default())).map_err(|refusal| {
                match is_machine {
                    true => refusal.hint(
                        "the definition is a state machine: say which of its states with --state-name NAME",
                    ),
                    false => refusal,
                }
            })?;
            return Ok(Subject {
                machine,
                in_map: None,
            });
        };
        refuse_errors(&validate::validate(machine, &Options::default()))?;
        // Whatever the name (recorded by AWS) [recorded; Testing state machines with TestState API].
        let state = machine
            .states()
            .iter()
            .find(|state| &*state.name == name)
            .ok_or_else(|| {
                let names: Vec<&str> = machine.states().iter().map(|state| &*state.name).collect();
                let help = did_you_mean(name, names.iter().copied(), || {
                    format!("its states are {}", some_of(&names, 10, 8))
                });
                Refusal::validation("State not found in definition").hint(help.words)
            })?;
        let value = machine.node(state.node).to_value();
        Ok(Subject {
            in_map: map_around(machine, state.id),
            machine: alone(value, Some(machine.query_language().name())),
        })
    }
}

/// A machine with this one state, and a stand-in for each state that it leads to.
fn alone(state: Value, language: Option<&str>) -> StateMachine {
    let mut states = Map::with_capacity(1);
    states.insert(Arc::from(NAME), state);
    let lone = machine(states.clone(), language);
    if let Some(first) = lone.states().first() {
        for transition in first.transitions() {
            if !states.contains_key(&transition.target.name) {
                let mut stand_in = Map::with_capacity(1);
                stand_in.insert(Arc::from("Type"), Value::from("Succeed"));
                states.insert(transition.target.name.clone(), Value::object(stand_in));
            }
        }
    }
    machine(states, language)
}

fn machine(states: Map, language: Option<&str>) -> StateMachine {
    let mut root = Map::with_capacity(3);
    if let Some(language) = language {
        root.insert(Arc::from("QueryLanguage"), Value::from(language));
    }
    root.insert(Arc::from("StartAt"), Value::from(NAME));
    root.insert(Arc::from("States"), Value::object(states));
    let text = Value::object(root).to_json();
    let empty = || parse_any(Arc::new(SourceFile::new("definition.json", "{}")));
    let parsed = parse_any(Arc::new(SourceFile::new("definition.json", &*text)));
    // A state at the limit of nesting goes over it in a machine of its own: an empty machine is refused as invalid.
    match parsed.document.or_else(|| empty().document) {
        Some(document) => StateMachine::read(Arc::new(document)),
        None => unreachable!("an empty object is a document"),
    }
}

fn map_around(machine: &StateMachine, state: StateId) -> Option<InMap> {
    let mut owner = machine.scope(machine.state(state).scope).owner;
    while let Some(id) = owner {
        let around = machine.state(id);
        if around.state_type == Some(StateType::Map) {
            let reads = around.fields(machine).item_reader().is_some();
            let is_state_data = machine.is_distributed(id) && !reads;
            return Some(InMap {
                source: is_state_data.then(|| Arc::from(STATE_DATA)),
            });
        }
        owner = machine.scope(around.scope).owner;
    }
    None
}

fn refuse_errors(findings: &[Finding]) -> Result<(), Refusal> {
    match validate::refusal(findings) {
        Some(words) => Err(Refusal::definition(words)),
        None => Ok(()),
    }
}
