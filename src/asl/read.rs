//! Document to [`StateMachine`].

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::machine::{MapMode, Reference, Scope, ScopeId, ScopeKind, State, StateId, StateMachine};
use super::{Catcher, ChoiceRule, ErrorName, QueryLanguage, Retrier, StateType};
use crate::source::{Document, NodeRef};

pub(super) fn machine(document: Arc<Document>) -> StateMachine {
    let mut reader = Reader {
        machine_language: query_language(document.root(), QueryLanguage::JsonPath),
        scopes: Vec::new(),
        states: Vec::new(),
    };
    reader.scope(document.root(), ScopeKind::TopLevel, None);
    let Reader {
        machine_language,
        scopes,
        states,
    } = reader;
    StateMachine {
        document,
        query_language: machine_language,
        scopes,
        states,
    }
}

/// `QueryLanguage` of a machine or state: JSONPath only when it is exactly that, the inherited one when absent, and
/// JSONata for anything else [floci#2968, measured].
fn query_language(object: NodeRef<'_>, inherited: QueryLanguage) -> QueryLanguage {
    match object.get("QueryLanguage") {
        None => inherited,
        Some(node) if node.as_str() == Some("JSONPath") => QueryLanguage::JsonPath,
        Some(_) => QueryLanguage::Jsonata,
    }
}

fn reference(object: NodeRef<'_>, field: &str) -> Option<Reference> {
    let node = object.get(field)?;
    Some(Reference {
        name: node.as_arc_str()?.clone(),
        node: node.id(),
    })
}

/// `Mode` of a processor's `ProcessorConfig`; absent it is INLINE [Map workflow state].
fn mode(processor: NodeRef<'_>) -> MapMode {
    let mode = processor
        .get("ProcessorConfig")
        .and_then(|config| config.get("Mode"));
    match mode.map(NodeRef::as_str) {
        None | Some(Some("INLINE")) => MapMode::Inline,
        Some(Some("DISTRIBUTED")) => MapMode::Distributed,
        Some(_) => MapMode::Unknown,
    }
}

fn errors(object: NodeRef<'_>) -> Vec<ErrorName> {
    let Some(list) = object.get("ErrorEquals") else {
        return Vec::new();
    };
    list.items()
        .filter_map(|node| {
            Some(ErrorName {
                name: node.as_arc_str()?.clone(),
                node: node.id(),
            })
        })
        .collect()
}

fn list<'d>(object: NodeRef<'d>, field: &str) -> impl Iterator<Item = NodeRef<'d>> + use<'d> {
    object.get(field).into_iter().flat_map(NodeRef::items)
}

fn number(object: NodeRef<'_>, field: &str) -> Option<f64> {
    object
        .get(field)?
        .as_number()
        .map(|n| n.as_f64())
        .filter(|n| *n >= 0.0)
}

fn retrier(object: NodeRef<'_>) -> Retrier {
    Retrier {
        node: object.id(),
        errors: errors(object),
        interval_seconds: number(object, "IntervalSeconds"),
        max_attempts: number(object, "MaxAttempts").map(|n| n as u64),
        backoff_rate: number(object, "BackoffRate"),
        max_delay_seconds: number(object, "MaxDelaySeconds"),
        full_jitter: object.get("JitterStrategy").and_then(NodeRef::as_str) == Some("FULL"),
    }
}

struct Reader {
    machine_language: QueryLanguage,
    scopes: Vec<Scope>,
    states: Vec<State>,
}

impl Reader {
    fn scope(&mut self, node: NodeRef<'_>, kind: ScopeKind, owner: Option<StateId>) -> ScopeId {
        let id = ScopeId(u32::try_from(self.scopes.len()).unwrap_or(u32::MAX));
        let states_node = node.get("States").filter(|n| n.is_object());
        self.scopes.push(Scope {
            id,
            kind,
            mode: match kind {
                ScopeKind::Processor => mode(node),
                ScopeKind::TopLevel | ScopeKind::Branch(_) => MapMode::Inline,
            },
            node: node.id(),
            owner,
            start_at: reference(node, "StartAt"),
            states_node: states_node.map(NodeRef::id),
            states: Vec::new(),
            by_name: FxHashMap::default(),
        });
        let Some(states_node) = states_node else { return id };
        for member in states_node.members() {
            let object = node.document().node(member.value);
            let state = StateId(u32::try_from(self.states.len()).unwrap_or(u32::MAX));
            let catchers = list(object, "Catch").map(|catcher| Catcher {
                node: catcher.id(),
                errors: errors(catcher),
                next: reference(catcher, "Next"),
            });
            let choices = list(object, "Choices").map(|rule| ChoiceRule {
                node: rule.id(),
                next: reference(rule, "Next"),
            });
            self.states.push(State {
                id: state,
                name: member.key.clone(),
                name_span: member.key_span,
                node: object.id(),
                scope: id,
                state_type: object
                    .get("Type")
                    .and_then(NodeRef::as_str)
                    .and_then(StateType::from_name),
                query_language: query_language(object, self.machine_language),
                resource: object.get("Resource").and_then(|node| node.as_arc_str().cloned()),
                next: reference(object, "Next"),
                end: object.get("End").and_then(NodeRef::as_bool),
                default: reference(object, "Default"),
                choices: choices.collect(),
                retriers: list(object, "Retry").map(retrier).collect(),
                catchers: catchers.collect(),
                bodies: Vec::new(),
            });
            let scope = &mut self.scopes[id.index()];
            scope.states.push(state);
            scope.by_name.insert(member.key.clone(), state);
            self.bodies(object, state);
        }
        id
    }

    /// Branches and processors, wherever they stand: a field that does not fit the type is `validate/`'s to name, and
    /// what is inside is still checked.
    fn bodies(&mut self, object: NodeRef<'_>, owner: StateId) {
        let mut bodies = Vec::new();
        for (i, branch) in list(object, "Branches").enumerate() {
            if branch.is_object() {
                bodies.push(self.scope(branch, ScopeKind::Branch(i), Some(owner)));
            }
        }
        for field in ["ItemProcessor", "Iterator"] {
            if let Some(processor) = object.get(field).filter(|n| n.is_object()) {
                bodies.push(self.scope(processor, ScopeKind::Processor, Some(owner)));
            }
        }
        self.states[owner.index()].bodies = bodies;
    }
}
