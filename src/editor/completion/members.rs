//! The members of data: what the data flow knows of it, what states put there, and what they read of it.

use std::collections::BTreeSet;

use crate::asl::{QueryLanguage, State, StateMachine};
use crate::definition::Definition;
use crate::expr::jsonpath::{Path, Root};
use crate::graph::ControlFlow;
use crate::lint::{self, Looks};
use crate::references::{Compiled, References, StateReferences, Text, leading_names};
use crate::source::NodeRef;

/// What an error output has.
const OF_ERRORS: [&str; 2] = ["Error", "Cause"];

/// The members that are known behind `names` of what a text looks into, which stands at `at`: those that the data flow knows,
/// and those that a state puts there by its ResultPath, wherever that state may lead to this one. Where there are none, what
/// states read there.
pub(in crate::editor) fn known(
    definition: &Definition,
    state: &State,
    looks: Looks<'_>,
    names: &[&str],
    at: Option<NodeRef<'_>>,
) -> Vec<String> {
    let (Some(machine), Some(flow)) = (definition.machine(), definition.flow()) else {
        return Vec::new();
    };
    let references = References::of(machine);
    let known = lint::known_members(machine, flow, &references, state.id, looks, names);
    let mut found: Vec<String> = known.iter().map(|name| name.to_string()).collect();
    let is_of_input = match looks {
        Looks::Result => false,
        Looks::Input => true,
        Looks::Field(field) => is_of_input(field),
    };
    if !is_of_input || state.fields(machine).input_path().is_some() {
        return found;
    }
    let mut more = put_before(flow, state, &references, names);
    if found.is_empty() && more.is_empty() {
        more = read(machine, state, &references, names, at);
    }
    more.retain(|name| !found.contains(name));
    found.extend(more);
    found
}

/// Whether a path in this field looks into the state's input.
fn is_of_input(field: &str) -> bool {
    let mut others = ["ResultSelector", "Assign", "Catch["].iter();
    !others.any(|name| field.starts_with(name))
}

/// The next name behind `names` of those that lead somewhere.
fn next<'p>(mut path: impl Iterator<Item = &'p str>, names: &[&str]) -> Option<&'p str> {
    let mut leads = names.iter();
    leads.all(|name| path.next() == Some(name)).then(|| path.next())?
}

/// The members that the states before this one put into its data.
fn put_before(
    flow: &ControlFlow,
    state: &State,
    references: &References,
    names: &[&str],
) -> BTreeSet<String> {
    let graph = flow.scope(state.scope);
    let mut seen = BTreeSet::new();
    let mut queue = vec![state.id];
    let mut found = BTreeSet::new();
    while let Some(id) = queue.pop() {
        for (_, from) in graph.predecessors(id) {
            if !seen.insert(from) {
                continue;
            }
            queue.push(from);
            let of_state = references.state(from);
            for text in &of_state.texts {
                let is_of_catcher = text.field.starts_with("Catch[") && text.field.ends_with("/ResultPath");
                let Compiled::Path(path) = &text.compiled else {
                    continue;
                };
                if *path.root() != Root::Input || !(is_of_catcher || text.field == "ResultPath") {
                    continue;
                }
                let steps: Vec<&str> = leading_names(path).collect();
                found.extend(next(steps.iter().copied(), names).map(str::to_owned));
                if is_of_catcher && !steps.is_empty() && steps == names {
                    found.extend(OF_ERRORS.map(str::to_owned));
                }
            }
        }
    }
    found
}

/// The members that states of the scope read, but for the text that stands at `at`.
fn read(
    machine: &StateMachine,
    state: &State,
    references: &References,
    names: &[&str],
    at: Option<NodeRef<'_>>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for id in &machine.scope(state.scope).states {
        let of_state = references.state(*id);
        // What its other fields read is not what it is given.
        let is_narrowed = machine.state(*id).fields(machine).input_path().is_some();
        for text in &of_state.texts {
            if at.is_some_and(|at| at.id() == text.node) || (is_narrowed && text.field != "InputPath") {
                continue;
            }
            match &text.compiled {
                Compiled::Jsonata(expression) | Compiled::OpenJsonata(expression) => {
                    let below: Vec<&str> = std::iter::once("input").chain(names.iter().copied()).collect();
                    let read = expression.members_read("states", &below);
                    found.extend(
                        read.iter()
                            .filter_map(|names| names.first())
                            .map(|name| (*name).to_owned()),
                    );
                }
                Compiled::Path(_) | Compiled::Call(_) if is_of_input(&text.field) => {
                    let paths = text.paths().filter(|(path, _)| *path.root() == Root::Input);
                    let next = paths.filter_map(|(path, _)| next(leading_names(path), names));
                    found.extend(next.map(str::to_owned));
                }
                Compiled::Path(_) | Compiled::Call(_) => {}
            }
        }
    }
    found
}

/// The members behind `names` of what is written where a variable is assigned.
pub(super) fn of_variable(
    definition: &Definition,
    machine: &StateMachine,
    variable: &str,
    names: &[&str],
) -> BTreeSet<String> {
    let references = References::of(machine);
    let mut found = BTreeSet::new();
    for state in machine.states() {
        let of_state = references.state(state.id);
        let assigned = of_state.assigned.iter();
        for assigned in assigned.filter(|assigned| *assigned.name == *variable) {
            let node = machine.node(assigned.node);
            found.extend(of_text(definition, state, of_state, node, names));
            let mut values = items(node);
            for name in names {
                let inner = values.iter().filter_map(|value| value.get(name));
                values = inner.flat_map(items).collect();
            }
            let members = values.into_iter().flat_map(|value| value.members());
            // In JSONPath `x.$` writes `x`.
            found.extend(
                members.map(|member| member.key.strip_suffix(".$").unwrap_or(&member.key).to_owned()),
            );
        }
    }
    found
}

/// The members of what a text gives that is only a path: `$.Payload`, `{% $states.result.Payload %}`.
fn of_text(
    definition: &Definition,
    state: &State,
    of_state: &StateReferences,
    node: NodeRef<'_>,
    names: &[&str],
) -> Vec<String> {
    let Some(text) = of_state.texts.iter().find(|text: &&Text| text.node == node.id()) else {
        return Vec::new();
    };
    let below = |steps: &[&str]| -> Vec<String> {
        steps.iter().chain(names).map(|name| (*name).to_owned()).collect()
    };
    let look = |looks: Looks<'_>, names: &[String]| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        known(definition, state, looks, &names, Some(node))
    };
    if let Compiled::Path(path) = &text.compiled {
        let steps: Vec<&str> = leading_names(path).collect();
        let is_whole = |path: &Path| *path.root() == Root::Input && path.steps().len() == steps.len();
        return match is_whole(path) {
            true => look(Looks::Field(&text.field), &below(&steps)),
            false => Vec::new(),
        };
    }
    let is_jsonata = state.query_language == QueryLanguage::Jsonata;
    let expression = node.as_str().filter(|_| is_jsonata).and_then(|text| {
        let inside = text.trim().strip_prefix("{%")?.strip_suffix("%}")?;
        inside.trim().strip_prefix("$states.")
    });
    let steps: Vec<&str> = expression.map_or_else(Vec::new, |path| path.split('.').collect());
    let is_name = |step: &&str| step.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !steps.iter().all(is_name) {
        return Vec::new();
    }
    match &steps[..] {
        ["errorOutput"] if names.is_empty() => OF_ERRORS.map(str::to_owned).to_vec(),
        ["result", rest @ ..] => look(Looks::Result, &below(rest)),
        ["input", rest @ ..] => look(Looks::Input, &below(rest)),
        _ => Vec::new(),
    }
}

/// The items of an array, of arrays in it as well; of any other value, itself.
fn items(value: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    match value.is_array() {
        true => value.items().flat_map(items).collect(),
        false => vec![value],
    }
}
