//! Values: names of states, words, booleans, names of errors.

use std::collections::BTreeSet;

use super::fields::{new_state, of_type};
use super::snippet::Stub;
use super::{Item, ItemKind, Site};
use crate::asl::fields::Kind;
use crate::asl::{
    QueryLanguage, RESERVED_ERRORS, ScopeId, State, StateId, StateMachine, StateType, UNCATCHABLE_ERRORS,
    error_names,
};
use crate::editor::errors;
use crate::services::{declared_errors, transient_errors};

/// The states of the scope, the one that it stands in last.
pub(super) fn states(site: &Site<'_>) -> Vec<Item> {
    let machine = site.context.machine;
    let scope = machine.scope(site.context.scope);
    let own = site.context.state;
    let (others, itself): (Vec<&StateId>, Vec<&StateId>) =
        (scope.states.iter()).partition(|id| Some(**id) != own);
    (others.into_iter().chain(itself))
        .map(|id| {
            let state = machine.state(*id);
            let item = site.string_item(&state.name, ItemKind::State);
            match state.state_type {
                Some(state_type) => item.with_detail(state_type.name()),
                None => item,
            }
        })
        .collect()
}

/// The states that something leads to and that are not there yet, and one of each type.
pub(super) fn new_states(site: &Site<'_>) -> Vec<Item> {
    let (machine, language) = (site.context.machine, site.context.language);
    let stub = Stub::Object(vec![("Type".to_owned(), Stub::Text(""))]);
    let missing = missing(machine, site.context.scope);
    let items = missing.iter().map(|name| {
        let item = site.key_item(name, &stub, ItemKind::State);
        item.with_detail("is named, and not there yet")
    });
    let mut items: Vec<Item> = items.collect();
    if site.has_value {
        return items;
    }
    for of in StateType::ALL {
        // Names are unique in the whole definition.
        let mut name = of.name().to_owned();
        while machine.states().iter().any(|state| *state.name == *name) || missing.contains(&name) {
            name.push('2');
        }
        let item = site.new_item(of.name(), &name, &new_state(of, language));
        items.push(item.with_detail("a new state"));
    }
    items
}

/// The names of states that are missing from a scope.
pub(super) fn missing(machine: &StateMachine, scope: ScopeId) -> BTreeSet<String> {
    let of = machine.scope(scope);
    let transitions = of.states.iter().flat_map(|id| {
        machine
            .state(*id)
            .transitions()
            .map(|transition| transition.target)
    });
    let named = of.start_at.iter().chain(transitions);
    named
        .filter(|target| machine.find(scope, &target.name).is_none())
        .filter(|target| !target.name.is_empty() && !machine.node(target.node).has_placeholder())
        .map(|target| target.name.to_string())
        .collect()
}

/// One of these words.
pub(super) fn words(site: &Site<'_>, words: &[&str]) -> Vec<Item> {
    // The states of a JSONata machine have no other language.
    let is_settled =
        site.context.state.is_some() && site.context.machine.query_language() == QueryLanguage::Jsonata;
    let is_of_language = site
        .context
        .field
        .is_some_and(|field| field.name == "QueryLanguage");
    let fits = |word: &&&str| !(is_settled && is_of_language) || **word == QueryLanguage::Jsonata.name();
    let items = words.iter().filter(fits).map(|word| {
        let item = site.string_item(word, ItemKind::Word);
        match of_type(word) {
            Some(sentence) if site.context.field.is_some_and(|field| field.name == "Type") => {
                item.with_documentation(sentence)
            }
            _ => item,
        }
    });
    items.collect()
}

/// `true` and `false`; what ends a state says so with `true`.
pub(super) fn booleans(site: &Site<'_>) -> Vec<Item> {
    if site.quote.is_some() {
        return Vec::new();
    }
    let is_end = site.context.field.is_some_and(|field| field.name == "End");
    let values: &[&str] = if is_end { &["true"] } else { &["true", "false"] };
    values
        .iter()
        .map(|value| site.bare_item(value, ItemKind::Word))
        .collect()
}

/// The errors that a retrier or catcher may name: those of Step Functions before the many that a service declares.
pub(super) fn errors(site: &Site<'_>) -> Vec<Item> {
    let Some(state) = site.context.state.map(|id| site.context.machine.state(id)) else {
        return Vec::new();
    };
    let list = site.context.value;
    let current = site.node.map(|node| node.id());
    let present: Vec<&str> = list
        .iter()
        .flat_map(|list| list.items())
        .filter(|item| Some(item.id()) != current)
        .filter_map(|item| item.as_str())
        .collect();
    let own = |names: Vec<String>| names.into_iter().map(|name| (name, "of what the task calls"));
    let is_retrier = site.context.object.is_some_and(|(_, kind)| kind == Kind::Retrier);
    let (transient, declared) = (
        transient_errors(&state.resource()),
        declared_errors(&state.resource()),
    );
    // What a retry may get past stands first in a retrier, and last in a catcher.
    let (first, last) = match is_retrier {
        true => (transient, declared),
        false => (Vec::new(), [declared, transient].concat()),
    };
    let reserved = RESERVED_ERRORS
        .iter()
        .filter(|name| !UNCATCHABLE_ERRORS.contains(name))
        // It stands alone [Handling errors in Step Functions workflows].
        .filter(|name| present.is_empty() || **name != error_names::ALL)
        .map(|name| ((*name).to_owned(), "of Step Functions"));
    let mut seen = BTreeSet::new();
    (own(first).chain(reserved).chain(own(last)))
        .filter(|(name, _)| !present.contains(&&**name) && seen.insert(name.clone()))
        .map(|(name, of)| {
            let item = site.string_item(&name, ItemKind::Error).with_detail(of);
            match errors::sentence(&name) {
                Some(words) => item.with_documentation(words),
                None => item,
            }
        })
        .collect()
}

/// The errors of what a task calls: those that a retry may get past, and all that the service declares.
pub(super) fn of_service(state: &State) -> Vec<Vec<String>> {
    vec![
        transient_errors(&state.resource()),
        declared_errors(&state.resource()),
    ]
}
