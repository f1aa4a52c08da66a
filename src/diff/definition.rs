//! A definition in one spelling: what means the same has the same text, for tools that compare lines.

use std::sync::Arc;

use crate::arrange::Arrange as _;
use crate::asl::fields::Kind;
use crate::asl::{QueryLanguage, Scope, ScopeId, ScopeKind, State, StateMachine};
use crate::format;
use crate::source::{NodeRef, SourceFile};
use crate::value::{Map, Value};

use super::catching;
use super::fields::present_name;
use super::meaning::Meant;
use crate::asl::fields::Content;

/// The definition as JSON, in the order of fields of [`format`], states and keys of data sorted by name: defaults,
/// comments and older names of fields are gone, paths and expressions are spelt one way. Two machines between which
/// [`diff`](super::diff) finds nothing but cosmetic changes have the same text.
pub fn canonical_text(machine: &StateMachine) -> String {
    let value = sorted(&scope(machine, machine.scope(ScopeId::TOP)));
    let file = SourceFile::new("canonical.json", value.to_json());
    format::format(&Arc::new(file)).unwrap_or_else(|_| format!("{}\n", value.to_json()))
}

/// A scope's object.
fn scope(machine: &StateMachine, scope: &Scope) -> Value {
    let kind = match scope.kind {
        ScopeKind::TopLevel => Kind::Machine,
        ScopeKind::Branch(_) => Kind::Branch,
        ScopeKind::Processor => Kind::Processor,
    };
    let object = machine.node(scope.node);
    let mut found = members(object, kind, machine.query_language(), |key| key == "States");
    if scope.states_node.is_some() {
        let mut values = Map::new();
        // Of two states of one name the last counts.
        for &id in &scope.states {
            let inner = machine.state(id);
            values.insert(Arc::clone(&inner.name), state(machine, inner));
        }
        found.insert(Arc::from("States"), Value::object(values));
    }
    Value::object(found)
}

fn state(machine: &StateMachine, state: &State) -> Value {
    let object = machine.node(state.node);
    if !object.is_object() {
        return object.to_value();
    }
    let kind = state.kind();
    let mut found = members(object, kind, state.query_language, |key| {
        matches!(key, "Branches" | "ItemProcessor" | "Iterator" | "QueryLanguage")
    });
    if state.query_language != machine.query_language() {
        let name = state.query_language.to_string();
        found.insert(Arc::from("QueryLanguage"), Value::string(name));
    }
    let renamed = found.iter().map(|(key, value)| {
        let name = present_name(key, state);
        let value = match (name, value.as_array()) {
            ("Catch", Some(catchers)) => catching::needed(machine, state, catchers),
            _ => value.clone(),
        };
        (Arc::from(name), value)
    });
    let mut found: Map = renamed.collect();
    for field in ["Branches", "ItemProcessor", "Iterator"] {
        let Some(node) = object.get(field) else { continue };
        let value = |node: NodeRef<'_>| {
            let body = state.bodies.iter().map(|&body| machine.scope(body));
            let body = body.into_iter().find(|body| body.node == node.id());
            body.map_or_else(|| node.to_value(), |body| scope(machine, body))
        };
        match field {
            "Branches" if node.is_array() => {
                found.insert(Arc::from(field), Value::array(node.items().map(value)));
            }
            "Branches" => {
                found.insert(Arc::from(field), node.to_value());
            }
            _ => {
                found.insert(Arc::from("ItemProcessor"), value(node));
            }
        }
    }
    Value::object(found)
}

/// The canonical members of an object, without those that `elsewhere` names.
fn members(
    object: NodeRef<'_>,
    kind: Kind,
    language: QueryLanguage,
    elsewhere: impl Fn(&str) -> bool,
) -> Map {
    let whole = Meant {
        node: object,
        content: Content::Object(kind, language),
    };
    (whole.members().into_iter())
        .filter(|(key, _)| !elsewhere(key))
        .filter_map(|(key, value)| Some((Arc::clone(key), whole.unless_default(key, value)?)))
        .collect()
}

/// The same value with the keys of every object in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::array(items.iter().map(sorted)),
        Value::Object(map) => {
            let mut members: Vec<(&Arc<str>, &Value)> = map.iter().collect();
            members.arrange_by_key(|(key, _)| *key);
            let sorted = members
                .into_iter()
                .map(|(key, value)| (Arc::clone(key), sorted(value)));
            Value::object(sorted.collect())
        }
        _ => value.clone(),
    }
}
