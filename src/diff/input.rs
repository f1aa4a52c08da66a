//! What a machine reads of its execution's input, as far as the definition says so.

use std::collections::BTreeMap;

use crate::asl::{QueryLanguage, State, StateId, StateMachine, StateType};
use crate::graph::ControlFlow;
use crate::source::{NodeId, NodeKind, NodeRef};

/// Who reads a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    pub(super) state: StateId,
    pub(super) node: NodeId,
}

/// Paths of the execution's input that `new` reads and `old` does not, with the first reader.
pub(super) fn newly_read(old: &StateMachine, new: &StateMachine) -> Vec<(String, Reader)> {
    let before = read(old);
    let known = |path: &str| {
        before.keys().any(|other| {
            other
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    };
    // Nothing read and everything passed on: what a path is read from is not to be seen.
    read(new).into_iter().filter(|(path, _)| !known(path)).collect()
}

/// Paths below the input, `$.order.id`, with the first reader of each. Read are the states that get the input as it
/// came (the first one, and those behind Choice and Wait states that pass it on), and everywhere what names the
/// execution's input itself.
fn read(machine: &StateMachine) -> BTreeMap<String, Reader> {
    let mut found = BTreeMap::new();
    for state in machine.states() {
        for field in own_fields(machine, state) {
            strings(field, &mut |node, text| {
                for prefix in ["$$.Execution.Input.", "$states.context.Execution.Input."] {
                    note(&mut found, state, node, text, prefix, "");
                }
            });
        }
    }
    for state in untouched(machine) {
        // InputPath narrows what the other paths begin at.
        let input_path = machine
            .field(state.id, "InputPath")
            .and_then(NodeRef::as_str)
            .unwrap_or("$");
        let Some(base) = input_path.strip_prefix('$').filter(|base| !base.starts_with('$')) else {
            continue;
        };
        for field in own_fields(machine, state) {
            match (state.query_language, field.key().map(|key| &**key)) {
                (QueryLanguage::Jsonata, _) => strings(field, &mut |node, text| {
                    note(&mut found, state, node, text, "$states.input.", "");
                }),
                (_, Some("InputPath")) => strings(field, &mut |node, text| {
                    note(&mut found, state, node, text, "$.", "");
                }),
                // What these name is the result's, or set here.
                (
                    _,
                    Some("ResultPath" | "OutputPath" | "ResultSelector" | "Result" | "Assign" | "Comment"),
                ) => {}
                _ => strings(field, &mut |node, text| {
                    note(&mut found, state, node, text, "$.", base)
                }),
            }
        }
    }
    found
}

/// The states that get the execution's input unchanged.
fn untouched(machine: &StateMachine) -> Vec<&State> {
    let flow = ControlFlow::new(machine);
    let Some(graph) = flow.scopes().first() else {
        return Vec::new();
    };
    let passes_on = |state: &State| {
        matches!(state.state_type, Some(StateType::Choice | StateType::Wait))
            && ["InputPath", "OutputPath", "Output"]
                .iter()
                .all(|field| machine.field(state.id, field).is_none())
    };
    let mut seen: Vec<StateId> = Vec::new();
    let mut open: Vec<StateId> = graph.start().into_iter().collect();
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        if passes_on(machine.state(id)) {
            open.extend(graph.successors(id).into_iter().map(|(_, to)| to));
        }
    }
    // A state that is also reached with something else is still one that reads the input.
    seen.sort_unstable();
    seen.into_iter().map(|id| machine.state(id)).collect()
}

/// The values of a state's fields, without the states inside it.
fn own_fields<'m>(machine: &'m StateMachine, state: &State) -> Vec<NodeRef<'m>> {
    let object = machine.node(state.node);
    object
        .members()
        .iter()
        .filter(|m| {
            !matches!(
                &*m.key,
                "Branches"
                    | "ItemProcessor"
                    | "Iterator"
                    | "Comment"
                    | "Next"
                    | "Resource"
                    | "Retry"
                    | "Catch"
            )
        })
        .map(|m| object.document().node(m.value))
        .collect()
}

/// Every string in a value, but for variables that are only asked whether they are there.
fn strings<'d>(node: NodeRef<'d>, see: &mut impl FnMut(NodeRef<'d>, &'d str)) {
    match node.kind() {
        NodeKind::String(text) => see(node, text),
        NodeKind::Array(_) => node.items().for_each(|item| strings(item, see)),
        NodeKind::Object(members) => {
            let only_asked = node.get("IsPresent").is_some();
            for member in members {
                if !(only_asked && &*member.key == "Variable") {
                    strings(node.document().node(member.value), see);
                }
            }
        }
        _ => {}
    }
}

/// Notes every path in `text` that begins with `prefix`, as `$` + `base` + the rest.
fn note(
    found: &mut BTreeMap<String, Reader>,
    state: &State,
    node: NodeRef<'_>,
    text: &str,
    prefix: &str,
    base: &str,
) {
    // In JSONPath a field is read as a path only where it is one: `$.x`, `States.Format('{}', $.x)`.
    let is_expression = text.starts_with('$') || text.starts_with("States.") || text.starts_with("{%");
    if !is_expression {
        return;
    }
    for (at, _) in text.match_indices(prefix) {
        // `$$.` holds `$.` as well.
        if prefix == "$." && text[..at].ends_with('$') {
            continue;
        }
        let rest = &text[at + prefix.len()..];
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            .unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches('.');
        if !path.is_empty() {
            found.entry(format!("${base}.{path}")).or_insert(Reader {
                state: state.id,
                node: node.id(),
            });
        }
    }
}
