//! What a machine reads of what its executions are started with.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Inputs;
use super::missing::present_tests;
use super::shape::Shape;
use crate::asl::{State, StateId, StateMachine};
use crate::expr::jsonpath::Root;
use crate::graph::ControlFlow;
use crate::references::{Compiled, References, Text, leading_names};
use crate::source::NodeId;

/// A text that reads something of an execution's input, which must be there.
#[derive(Debug)]
pub struct Given {
    /// The state that reads it.
    pub state: StateId,
    /// The string it stands in.
    pub node: NodeId,
    /// Where the input has it: the names from its root on, at least one.
    pub names: Vec<Arc<str>>,
}

/// All that the states of a machine read of an execution's input, as far as the definition says so, in the order of the
/// states. What a state asks for first, with `IsPresent`, need not be there.
pub fn given(machine: &StateMachine, flow: &ControlFlow, references: &References) -> Vec<Given> {
    let inputs = Inputs::of(machine, flow, references, Shape::Given(Arc::from([])));
    let mut found = Vec::new();
    for state in machine.states() {
        let texts = &references.state(state.id).texts;
        let asked = present_tests(machine, texts);
        for text in texts {
            for names in read(machine, &inputs, state, text, &asked) {
                found.push(Given {
                    state: state.id,
                    node: text.node,
                    names,
                });
            }
        }
    }
    found
}

/// `asked`: what the state tests with `IsPresent`.
fn read(
    machine: &StateMachine,
    inputs: &Inputs<'_>,
    state: &State,
    text: &Text,
    asked: &BTreeSet<Vec<Arc<str>>>,
) -> Vec<Vec<Arc<str>>> {
    let Some(inside) = inputs.inside(state.id) else {
        return Vec::new();
    };
    // It is written, not read.
    if text.field.ends_with("ResultPath") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |shape: &Shape, names: &[&str]| {
        let shape = shape.get(names, state.query_language);
        if let Some(given) = shape.as_ref().and_then(Shape::given)
            && !given.is_empty()
        {
            found.push(given.to_vec());
        }
    };
    for (path, _) in text.paths() {
        if *path.root() == Root::Input {
            let names: Vec<&str> = leading_names(path).collect();
            let is_asked = |asked: &Vec<Arc<str>>| {
                asked.len() <= names.len() && asked.iter().zip(&names).all(|(asked, name)| **asked == **name)
            };
            if asked.iter().any(is_asked) {
                continue;
            }
            add(inside.seen_by(state, &text.field, &inputs.error), &names);
        }
    }
    if let Compiled::Jsonata(expression) = &text.compiled {
        let written = machine.node(text.node).as_str().unwrap_or_default();
        let written: String = written.split_whitespace().collect();
        for names in expression.members_read("states", &["input"]) {
            if written.contains(&format!("$exists($states.input.{})", names.join("."))) {
                continue;
            }
            add(inside.raw(), &names);
        }
    }
    found
}
