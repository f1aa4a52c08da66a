//! What a machine reads of its execution's input, as far as the definition says so.

use std::collections::BTreeMap;

use crate::asl::{QueryLanguage, RuleFields, State, StateId, StateMachine, StateType};
use crate::expr::jsonpath::{Path, Root};
use crate::graph::ControlFlow;
use crate::references::{Compiled, References, Text, leading_names};
use crate::source::{NodeId, NodeRef};
use crate::value::Value;

use super::fields;

/// Who reads a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    pub(super) state: StateId,
    pub(super) node: NodeId,
}

/// Paths of the execution's input that `new` reads and `old` does not, with the first reader.
pub(super) fn newly_read(old: &StateMachine, new: &StateMachine) -> Vec<(String, Reader)> {
    let before = read(old);
    // Who read `$.a.b` needed `$.a`.
    let known = |path: &str| {
        before.keys().any(|other| {
            other
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    read(new).into_iter().filter(|(path, _)| !known(path)).collect()
}

/// Paths below the input, `$.order.id`, with the first reader of each. Read are the states that get the input as it
/// came (the first one, and those behind Choice and Wait states that pass it on), and everywhere what names the
/// execution's input itself.
fn read(machine: &StateMachine) -> BTreeMap<String, Reader> {
    let references = References::of(machine);
    let mut found = BTreeMap::new();
    for state in machine.states() {
        for text in &references.state(state.id).texts {
            execution_input(text, state, &mut found);
        }
    }
    for state in untouched(machine) {
        // InputPath narrows what the other paths begin at.
        let narrowed = state.fields(machine).input_path().and_then(NodeRef::as_str);
        let Some(base) = narrowed.map_or(Some(String::new()), base) else {
            continue;
        };
        for text in &references.state(state.id).texts {
            state_input(machine, text, state, &base, &mut found);
        }
    }
    found
}

/// `.order.id` of an InputPath of names, and nothing of `$`; `None` where nobody can say.
fn base(path: &str) -> Option<String> {
    let path = Path::parse(path)
        .ok()
        .filter(|path| *path.root() == Root::Input)?;
    let names: Vec<&str> = leading_names(&path).collect();
    (names.len() == path.steps().len()).then(|| names.iter().flat_map(|name| [".", name]).collect())
}

/// `$$.Execution.Input.x`, `$states.context.Execution.Input.x`.
fn execution_input(text: &Text, state: &State, found: &mut BTreeMap<String, Reader>) {
    let mut note = |names: &[&str]| add(found, "", names, state, text);
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

/// What a state reads of its own input.
fn state_input(
    machine: &StateMachine,
    text: &Text,
    state: &State,
    base: &str,
    found: &mut BTreeMap<String, Reader>,
) {
    // These begin at the result, or at what the state has made of both.
    const OF_RESULT: [&str; 4] = ["ResultPath", "ResultSelector", "OutputPath", "Catch"];
    let first = text.field.split(['/', '[']).next().unwrap_or_default();
    let of_result = OF_RESULT.contains(&first) || (first == "Assign" && assigns_result(machine, state));
    if of_result || only_asks(machine.node(text.node)) {
        return;
    }
    let base = if first == "InputPath" { "" } else { base };
    for (path, _) in text.paths() {
        if *path.root() == Root::Input {
            let names: Vec<&str> = leading_names(path).collect();
            add(found, base, &names, state, text);
        }
    }
    if let Compiled::Jsonata(expression) = &text.compiled {
        for names in expression.members_read("states", &["input"]) {
            add(found, base, &names, state, text);
        }
    }
}

/// Whether `$` in Assign is something else than the input: in JSONPath the result, where the state has one; in JSONata
/// `$states.input` is the input everywhere.
fn assigns_result(machine: &StateMachine, state: &State) -> bool {
    state.query_language == QueryLanguage::JsonPath
        && match state.state_type {
            Some(StateType::Task | StateType::Parallel | StateType::Map) => true,
            Some(StateType::Pass) => {
                let fields = state.fields(machine);
                fields.result().or(fields.parameters()).is_some()
            }
            _ => false,
        }
}

/// Whether a variable is only asked whether it is there.
fn only_asks(node: NodeRef<'_>) -> bool {
    node.parent()
        .is_some_and(|rule| RuleFields::from(rule).is_present().is_some())
}

fn add(found: &mut BTreeMap<String, Reader>, base: &str, names: &[&str], state: &State, text: &Text) {
    if !names.is_empty() {
        found
            .entry(format!("${base}.{}", names.join(".")))
            .or_insert(Reader {
                state: state.id,
                node: text.node,
            });
    }
}

/// The states that get the execution's input unchanged.
fn untouched(machine: &StateMachine) -> Vec<&State> {
    let flow = ControlFlow::new(machine);
    let Some(graph) = flow.scopes().first() else {
        return Vec::new();
    };
    let mut seen: Vec<bool> = vec![false; machine.states().len()];
    let mut open: Vec<StateId> = graph.start().into_iter().collect();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        if passes_on(machine, machine.state(id)) {
            open.extend(graph.successors(id).into_iter().map(|(_, to)| to));
        }
    }
    let states = machine.states().iter();
    states.filter(|state| seen[state.id.index()]).collect()
}

/// Whether a state's output is its input, unless an error is caught.
fn passes_on(machine: &StateMachine, state: &State) -> bool {
    // Fields that say what their absence says are none.
    let fields: Vec<(&str, Value)> = fields::of(machine, state)
        .into_iter()
        .filter_map(|field| Some((field.name, field.canonical(state)?)))
        .collect();
    let has = |names: &[&str]| fields.iter().any(|(name, _)| names.contains(name));
    if has(&["InputPath", "OutputPath"]) {
        return false;
    }
    let output = fields.iter().find(|(name, _)| *name == "Output");
    let output = output.and_then(|(_, value)| value.as_str());
    let result_is_dropped = fields
        .iter()
        .any(|(name, value)| *name == "ResultPath" && value.is_null());
    match state.state_type {
        Some(StateType::Choice | StateType::Wait) => !has(&["Output"]),
        Some(StateType::Pass) => result_is_dropped || !has(&["Result", "Parameters", "ResultPath", "Output"]),
        Some(StateType::Task | StateType::Parallel | StateType::Map) => {
            result_is_dropped || output == Some("{% $states.input %}")
        }
        _ => false,
    }
}
