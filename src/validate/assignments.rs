//! Variables that are read and that nothing assigns before: AWS accepts them, and the state fails when it is run.
//! What only some ways assign is lint's to say.

use std::collections::BTreeSet;

use super::report::Phase;
use super::{Context, doc_pages, functions};
use crate::diagnostics::Finding;
use crate::graph::{Assignments, ControlFlow};
use crate::references::{References, VariableRead};
use crate::source::{NodeKind, NodeRef};

pub(super) const UNASSIGNED: &str = "UNASSIGNED_VARIABLE";

/// Checks every state that is entered.
pub(super) fn check(context: &mut Context<'_>) {
    let machine = context.machine;
    if !mentions_variables(machine.document().root()) {
        return;
    }
    let flow = ControlFlow::new(machine);
    let references = References::of(machine);
    let assignments = Assignments::of(machine, &flow, &references);
    for state in machine.states() {
        let mut said = BTreeSet::new();
        for text in &references.state(state.id).texts {
            let node = machine.node(text.node);
            if node.has_placeholder() {
                continue;
            }
            for VariableRead { name, range, .. } in text.called_variables() {
                if !assignments.is_sure(state, name) {
                    continue;
                }
                // A variable holds JSON [Passing data between states with variables].
                let message = format!("'${name}' is a variable here, and no function.");
                let finding =
                    Finding::warning(functions::UNKNOWN, message, node.span_in_source(range.clone()))
                        .with_location(node.location())
                        .with_documentation(doc_pages::VARIABLES)
                        .with_label("T1006 at run time")
                        .with_help("give the variable another name: it stands before the function");
                context.report.add(Phase::Warning, finding);
            }
            for VariableRead { name, range, .. } in text.needed_variables() {
                if assignments.is_possible(state, name) || !said.insert(name.clone()) {
                    continue;
                }
                let message = format!("Nothing assigns the variable '{name}' before '{}'.", state.name);
                let help = assignments.instead_of(machine, &references, name, state);
                let finding = Finding::warning(UNASSIGNED, message, node.span_in_source(range.clone()))
                    .with_location(node.location())
                    .with_documentation(doc_pages::VARIABLES)
                    .with_label("undefined at run time")
                    .with_help(help);
                context.report.add(Phase::Warning, finding);
            }
        }
    }
}

/// Whether some text of the definition may name a variable. Most definitions have none, and need no analysis.
fn mentions_variables(root: NodeRef<'_>) -> bool {
    let document = root.document();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match node.kind() {
            NodeKind::String(text) if mentions_variable(text) => return true,
            NodeKind::Array(_) => open.extend(node.items()),
            NodeKind::Object(members) => {
                open.extend(members.iter().map(|member| document.node(member.value)));
            }
            _ => {}
        }
    }
    false
}

/// Whether a `$` and a name stand in `text`, other than `$states` and calls of functions.
fn mentions_variable(text: &str) -> bool {
    text.split('$').skip(1).any(|rest| {
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        !name.is_empty() && name != "states" && !after.starts_with('(')
    })
}

#[cfg(test)]
mod tests {
    use super::mentions_variable;

    #[test]
    fn variables_are_told_from_paths_and_calls() {
        for text in ["$x", "$x.y", "{% $sum($prices) %}", "States.Format('{}', $name)"] {
            assert!(mentions_variable(text), "{text}");
        }
        for text in [
            "$",
            "$.a",
            "$$.Execution.Id",
            "{% $states.input %}",
            "{% $now() %}",
            "a",
        ] {
            assert!(!mentions_variable(text), "{text}");
        }
    }
}
