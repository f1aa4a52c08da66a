//! Document to [`StateMachine`].

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::machine::{MapMode, Reference, Scope, ScopeId, ScopeKind, State, StateId, StateMachine};
use super::{Catcher, ChoiceRule, ErrorName, QueryLanguage, Retrier, StateType};
use crate::source::{Document, NodeKind, NodeRef};

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
        quiet: Default::default(),
        heard: Default::default(),
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
    let config = processor.get("ProcessorConfig");
    let mode = config.and_then(|config| config.get("Mode"));
    let is_unknown = match config {
        Some(config) => config.is_unknown() || (mode.is_none() && config.is_open()),
        None => processor.is_open(),
    };
    if is_unknown {
        return MapMode::Unknown;
    }
    match mode.map(NodeRef::as_str) {
        None | Some(Some("INLINE")) => MapMode::Inline,
        Some(Some("DISTRIBUTED")) => MapMode::Distributed,
        Some(_) => MapMode::Unknown,
    }
}

/// What an entry of `Retry` or `Catch` names. What is filled in later may be any: it is there under the name of its
/// placeholder.
fn errors(entry: NodeRef<'_>) -> Vec<ErrorName> {
    if entry.is_unknown() {
        return vec![placeholder(entry)];
    }
    let Some(list) = entry.get("ErrorEquals") else {
        return match entry.is_open() {
            true => vec![placeholder(entry)],
            false => Vec::new(),
        };
    };
    if list.is_unknown() {
        return vec![placeholder(list)];
    }
    let name = |node: NodeRef<'_>| match node.as_arc_str() {
        Some(name) => Some(ErrorName {
            name: name.clone(),
            node: node.id(),
        }),
        None => node.is_unknown().then(|| placeholder(node)),
    };
    let mut names: Vec<ErrorName> = list.items().filter_map(name).collect();
    if list.is_open() {
        names.push(placeholder(list));
    }
    names
}

/// The name of errors that are filled in at `node`.
fn placeholder(node: NodeRef<'_>) -> ErrorName {
    let name = match node.kind() {
        NodeKind::Placeholder(name) => Arc::from(format!("${{{name}}}")),
        NodeKind::String(text) => text.clone(),
        _ => Arc::from("${...}"),
    };
    ErrorName {
        name,
        node: node.id(),
    }
}

/// The items of a list; a list that is filled in later counts as one item, which is not known.
fn list<'d>(object: NodeRef<'d>, field: &str) -> impl Iterator<Item = NodeRef<'d>> + use<'d> {
    let node = object.get(field);
    let whole = node.filter(|node| node.is_unknown());
    whole.into_iter().chain(node.into_iter().flat_map(NodeRef::items))
}

/// Whether a field names a state that is not known yet.
fn leads_anywhere(object: NodeRef<'_>, field: &str) -> bool {
    match object.get(field) {
        Some(node) => node.has_placeholder(),
        None => object.is_open(),
    }
}

/// Whether a state may have transitions that are not written, or not written where they lead.
fn is_open(state: NodeRef<'_>) -> bool {
    let entry_is_open = |entry: NodeRef<'_>| entry.is_unknown() || leads_anywhere(entry, "Next");
    let list_is_open =
        |field| state.get(field).is_some_and(NodeRef::is_open) || list(state, field).any(entry_is_open);
    let placed = |field| state.get(field).is_some_and(NodeRef::has_placeholder);
    state.is_unknown()
        || state.is_open()
        || placed("Next")
        || placed("Default")
        || list_is_open("Choices")
        || list_is_open("Catch")
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
        open_attempts: object
            .get("MaxAttempts")
            .and_then(NodeRef::as_placeholder)
            .map(|name| format!("${{{name}}}").into()),
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
            open: match node.get("States") {
                Some(states) => states.is_unknown() || states.is_open(),
                None => node.is_open(),
            },
            leads_anywhere: leads_anywhere(node, "StartAt"),
            states: Vec::new(),
            by_name: FxHashMap::default(),
        });
        let scope = &mut self.scopes[id.index()];
        scope.leads_anywhere |= scope.open;
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
                open: is_open(object),
            });
            let scope = &mut self.scopes[id.index()];
            scope.states.push(state);
            scope.leads_anywhere |= self.states[state.index()].open;
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
