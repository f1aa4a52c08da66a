//! What a machine reads of its execution's input, as far as the definition says so.

use std::collections::BTreeMap;

use crate::asl::{State, StateId, StateMachine};
use crate::expr::jsonpath::Root;
use crate::graph::ControlFlow;
use crate::lint::{self, Given};
use crate::references::{Compiled, References, Text, leading_names};
use crate::source::NodeId;

/// Who reads a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    pub(super) state: StateId,
    pub(super) node: NodeId,
}

/// Paths of the execution's input that `new` reads and `old` does not, with the first reader.
pub(super) fn newly_read(old: &StateMachine, new: &StateMachine) -> Vec<(String, Reader)> {
    let before = read(old);
    // Who read `$.a.b` needed `$.a`. What lies below a path stands together.
    let known = |path: &str| {
        let below = format!("{path}.");
        let next = || before.range(below.clone()..).next();
        before.contains_key(path) || next().is_some_and(|(other, _)| other.starts_with(&below))
    };
    read(new).into_iter().filter(|(path, _)| !known(path)).collect()
}

/// Paths below the input, `$.order.id`, with the first reader of each: what names the execution's input itself, and what
/// the data flow says comes from it.
fn read(machine: &StateMachine) -> BTreeMap<String, Reader> {
    let references = References::of(machine);
    let mut found = BTreeMap::new();
    for state in machine.states() {
        for text in &references.state(state.id).texts {
            execution_input(text, state, &mut found);
        }
    }
    let flow = ControlFlow::new(machine);
    for Given { state, node, names } in lint::given(machine, &flow, &references) {
        add(&mut found, &names, Reader { state, node });
    }
    found
}

/// `$$.Execution.Input.x`, `$states.context.Execution.Input.x`.
fn execution_input(text: &Text, state: &State, found: &mut BTreeMap<String, Reader>) {
    let reader = Reader {
        state: state.id,
        node: text.node,
    };
    let mut note = |names: &[&str]| add(found, names, reader);
    for (path, _) in text.paths() {
        let names: Vec<&str> = leading_names(path).collect();
        if let (Root::Context, ["Execution", "Input", rest @ ..]) = (path.root(), &*names) {
            note(rest);
        }
    }
    if let Compiled::Jsonata(expression) = &text.compiled {
        for names in expression.members_read("states", &["context", "Execution", "Input"]) {
            note(&names);
        }
    }
}

fn add(found: &mut BTreeMap<String, Reader>, names: &[impl AsRef<str>], reader: Reader) {
    if !names.is_empty() {
        let path: String = names.iter().flat_map(|name| [".", name.as_ref()]).collect();
        found.entry(format!("${path}")).or_insert(reader);
    }
}
