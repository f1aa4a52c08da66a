//! The outline of a document: its state machines, their states as a tree, and the cases of a test file.

use super::OpenDocument;
use crate::asl::{ScopeId, ScopeKind, StateId, StateMachine, StateType};
use crate::definition::Definition;
use crate::diagnostics::Span;
use crate::source::NodeRef;

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// A state machine in a template.
    Machine,
    /// A branch, of a Parallel state that has several.
    Branch,
    /// A state, and its type.
    State(Option<StateType>),
    /// A case of a test file.
    Case,
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// A word beside it: a state's type.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub range: Span,
    /// Its name; it lies inside of the range.
    pub selection: Span,
    /// What is in it.
    pub children: Vec<Symbol>,
}

/// The outline of a document.
pub fn of(open: &OpenDocument) -> Vec<Symbol> {
    if let Some(test) = open.test() {
        return cases(test.root());
    }
    let machines = open.definitions().iter().filter_map(of_definition);
    machines.flatten().collect()
}

fn of_definition(definition: &Definition) -> Option<Vec<Symbol>> {
    let machine = definition.machine()?;
    let states = scope(machine, ScopeId::TOP);
    if definition.is_whole_file() {
        return Some(states);
    }
    let root = machine.document().root();
    Some(vec![Symbol {
        name: definition.name(),
        detail: "state machine".to_owned(),
        kind: SymbolKind::Machine,
        range: root.span(),
        selection: first_line(root),
        children: states,
    }])
}

fn scope(machine: &StateMachine, id: ScopeId) -> Vec<Symbol> {
    let states = machine.scope(id).states.iter();
    states.filter_map(|id| state(machine, *id)).collect()
}

fn state(machine: &StateMachine, id: StateId) -> Option<Symbol> {
    let state = machine.state(id);
    let node = machine.node(state.node);
    let children = match &state.bodies[..] {
        [only] => scope(machine, *only),
        several => several.iter().filter_map(|body| branch(machine, *body)).collect(),
    };
    Some(Symbol {
        name: state.name.to_string(),
        detail: state
            .state_type
            .map_or_else(String::new, |of| of.name().to_owned()),
        kind: SymbolKind::State(state.state_type),
        range: around(state.name_span, node.span())?,
        selection: state.name_span,
        children,
    })
}

fn branch(machine: &StateMachine, id: ScopeId) -> Option<Symbol> {
    let body = machine.scope(id);
    let node = machine.node(body.node);
    Some(Symbol {
        name: match body.kind {
            ScopeKind::Branch(index) => format!("Branches[{index}]"),
            ScopeKind::Processor | ScopeKind::TopLevel => node.key()?.to_string(),
        },
        detail: String::new(),
        kind: SymbolKind::Branch,
        range: node.span(),
        selection: first_line(node),
        children: scope(machine, id),
    })
}

fn cases(root: NodeRef<'_>) -> Vec<Symbol> {
    let cases = root.get("Cases").into_iter().flat_map(NodeRef::items);
    let named = cases.filter_map(|case| {
        let name = case.get("Name")?;
        Some(Symbol {
            name: name.as_str()?.to_owned(),
            detail: "case".to_owned(),
            kind: SymbolKind::Case,
            range: case.span(),
            selection: name.token_span(),
            children: Vec::new(),
        })
    });
    named
        .filter(|symbol| symbol.range.contains(symbol.selection))
        .collect()
}

/// From a key to the end of its value; `None` where they do not stand in this order, as what an alias stands for.
fn around(key: Span, value: Span) -> Option<Span> {
    (key.start <= value.start).then(|| Span {
        start: key.start,
        end: key.end.max(value.end),
    })
}

/// The first line of a node.
fn first_line(node: NodeRef<'_>) -> Span {
    node.document().file().on_one_line(node.span())
}
