//! Names of variables in `Assign`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::report::Phase;
use super::{Context, doc_pages, messages};
use crate::asl::{Scope, StateId, StateMachine};
use crate::diagnostics::{Finding, Span};
use crate::source::{NodeRef, placeholder};

/// Characters of a name at most [Passing data between states with variables].
const LONGEST: usize = 80;

/// Checks the names that an `Assign` object gives.
pub(super) fn check(context: &mut Context<'_>, node: NodeRef<'_>) {
    for member in node.members() {
        let name = member.key.strip_suffix(".$").unwrap_or(&member.key);
        if placeholder::is_in(name) {
            continue;
        }
        let Some((code, message)) = refusal(name) else {
            continue;
        };
        let finding = Finding::error(code, message, member.key_span)
            .with_location(node.location())
            .with_documentation(doc_pages::VARIABLES)
            .with_help("a name begins with a letter and goes on with letters, digits and _");
        context.report.add(Phase::Schema, finding);
    }
}

/// Why no variable can have this name: a code, and words.
pub(super) fn refusal(name: &str) -> Option<(&'static str, String)> {
    if name == "states" {
        Some(("RESERVED_VARIABLE_NAME", messages::RESERVED_VARIABLE.to_owned()))
    } else if !is_identifier(name) {
        Some(("INVALID_VARIABLE_NAME", messages::variable_characters(name)))
    } else if name.chars().count() > LONGEST {
        // The limit is documented; AWS's words were not seen.
        Some((
            "INVALID_VARIABLE_NAME",
            format!(
                "Invalid variable name '{name}': the variable name exceeds the {LONGEST}-character limit."
            ),
        ))
    } else {
        None
    }
}

/// Says that a branch or processor assigns a variable that was assigned around it before, which is refused [Passing
/// data between states with variables: scope]. What is assigned after the branch, in its own state's catcher for one,
/// is no obstacle (recorded from AWS). A Distributed Map's children cannot see the variables around them. AWS's code
/// and words were not seen; these are another emulator's.
pub(super) fn check_scopes(context: &mut Context<'_>) {
    let machine = context.machine;
    // Of each scope: the variables it assigns, with the states that do.
    let mut assigned: Vec<FxHashMap<&str, Vec<(StateId, Span)>>> = Vec::with_capacity(machine.scopes().len());
    for scope in machine.scopes() {
        let mut here: FxHashMap<&str, Vec<(StateId, Span)>> = FxHashMap::default();
        let mut before: FxHashMap<StateId, FxHashSet<StateId>> = FxHashMap::default();
        for (state, assign) in scope.states.iter().flat_map(|&id| assigns(machine, id)) {
            for member in assign.members() {
                let name = member.key.strip_suffix(".$").unwrap_or(&member.key);
                here.entry(name).or_default().push((state, member.key_span));
                let mut inner = scope;
                while let Some(owner) = inner.owner.filter(|_| !inner.is_distributed()) {
                    inner = machine.scope(machine.state(owner).scope);
                    let Some(outer) = assigned.get(inner.id.index()).and_then(|names| names.get(name)) else {
                        continue;
                    };
                    let before = before
                        .entry(owner)
                        .or_insert_with(|| leading_to(machine, inner, owner));
                    let Some((_, span)) = outer.iter().find(|(id, _)| before.contains(id)) else {
                        continue;
                    };
                    let finding = Finding::error(
                        "DUPLICATE_VARIABLE_NAME",
                        format!("The variable name '{name}' was already defined in a parent scope."),
                        member.key_span,
                    )
                    .with_location(assign.location())
                    .with_related(*span, "assigned in the scope around")
                    .with_help(
                        "give the inner variable a name of its own; the outer one can be read, not assigned",
                    );
                    context.report.add(Phase::Schema, finding);
                    break;
                }
            }
        }
        assigned.push(here);
    }
}

/// The states of a scope from which `goal` can be reached, itself left out.
fn leading_to(machine: &StateMachine, scope: &Scope, goal: StateId) -> FxHashSet<StateId> {
    let mut sources: FxHashMap<StateId, Vec<StateId>> = FxHashMap::default();
    for &id in &scope.states {
        for transition in machine.state(id).transitions() {
            if let Some(target) = machine.resolve(scope.id, transition.target) {
                sources.entry(target).or_default().push(id);
            }
        }
    }
    let mut found = FxHashSet::default();
    let mut queue = vec![goal];
    while let Some(id) = queue.pop() {
        for &source in sources.get(&id).into_iter().flatten() {
            if source != goal && found.insert(source) {
                queue.push(source);
            }
        }
    }
    found
}

/// The `Assign` objects of a state, its catchers and its Choice rules.
fn assigns(machine: &StateMachine, id: StateId) -> impl Iterator<Item = (StateId, NodeRef<'_>)> {
    let state = machine.state(id);
    let of_catchers = state
        .catchers
        .iter()
        .map(|catcher| catcher.fields(machine).assign());
    let of_rules = state.choices.iter().map(|rule| rule.fields(machine).assign());
    let all = std::iter::once(state.fields(machine).assign())
        .chain(of_catchers)
        .chain(of_rules);
    all.flatten().map(move |assign| (id, assign))
}

/// Unicode's identifiers: a letter, then letters, digits, marks and connectors [Passing data between states with
/// variables]. An underscore at the start is let pass: AWS was not seen to refuse it.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || (!c.is_ascii() && !c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::is_identifier;

    #[test]
    fn identifiers() {
        for name in ["x", "orderId", "x_1", "\u{e9}t\u{e9}"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["", "1x", "x.y", "top-level", "a b", "$x"] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
