//! States and transitions as data. Names and conditions stand whole.

use serde::Serialize;

use crate::asl::ScopeKind;
use crate::picture::{Drawing, EdgeKind, Node, Visits};

#[derive(Serialize)]
struct Graph<'d> {
    file: &'d str,
    scopes: Vec<Scope<'d>>,
    states: Vec<State<'d>>,
    transitions: Vec<Transition<'d>>,
}

/// The top level, a branch, a processor.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scope<'d> {
    id: usize,
    /// The state that it is in; none for the top level.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<usize>,
    /// The index of a branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_at: Option<&'d str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct State<'d> {
    id: usize,
    name: &'d str,
    scope: usize,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    state_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'d str>,
    /// It is the name of a target, and no state.
    #[serde(skip_serializing_if = "is_false")]
    missing: bool,
    /// It is the name of a target that may be filled in later.
    #[serde(skip_serializing_if = "is_false")]
    unknown: bool,
    reachable: bool,
    terminal: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    retries: &'d [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    findings: &'d [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    visits: Option<Counts>,
}

/// What the execution that is highlighted did with a state.
#[derive(Serialize)]
struct Counts {
    entered: u32,
    retried: u32,
    caught: u32,
    failed: u32,
    unfinished: u32,
}

#[derive(Serialize)]
struct Transition<'d> {
    from: usize,
    to: usize,
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'d str,
    /// How often the execution that is highlighted took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(value: &bool) -> bool {
    !value
}

pub(super) fn render(drawing: &Drawing, name: &str) -> String {
    // Numbers are those of every picture of the machine, with or without a focus.
    let number = |index: usize| drawing.nodes.get(index).map_or(index, |node| node.number);
    let mut parents = vec![None; drawing.scopes.len()];
    for node in &drawing.nodes {
        node.scopes
            .iter()
            .for_each(|scope| parents[*scope] = Some(node.number));
    }
    let mut scope_of = vec![0; drawing.nodes.len()];
    for (id, scope) in drawing.scopes.iter().enumerate() {
        scope.nodes.iter().for_each(|node| scope_of[*node] = id);
    }
    let scopes = drawing.scopes.iter().enumerate();
    let graph = Graph {
        file: name,
        scopes: scopes
            .map(|(id, scope)| Scope {
                id,
                parent: parents[id],
                branch: match scope.kind {
                    ScopeKind::Branch(branch) => Some(branch),
                    _ => None,
                },
                start_at: (scope.start)
                    .and_then(|start| drawing.nodes.get(start))
                    .map(|node| &*node.name),
            })
            .collect(),
        states: (drawing.nodes.iter().zip(scope_of))
            .map(|(node, scope)| state(node, scope))
            .collect(),
        transitions: (drawing.edges.iter())
            .map(|edge| Transition {
                from: number(edge.from),
                to: number(edge.to),
                kind: match edge.kind {
                    EdgeKind::Next => "next",
                    EdgeKind::Choice => "choice",
                    EdgeKind::Default => "default",
                    EdgeKind::Catch => "catch",
                },
                label: &edge.label,
                taken: drawing.highlighted.then_some(edge.taken),
            })
            .collect(),
    };
    let text = serde_json::to_string_pretty(&graph).unwrap_or_default();
    format!("{text}\n")
}

fn state(node: &Node, scope: usize) -> State<'_> {
    State {
        id: node.number,
        name: &node.name,
        scope,
        state_type: node.state_type.map(|state_type| state_type.name()),
        detail: node.detail.as_deref(),
        missing: node.missing && !node.later,
        unknown: node.later,
        reachable: node.live,
        terminal: node.terminal,
        retries: &node.retries,
        findings: &node.findings,
        visits: node.visits.map(|visits| {
            let Visits {
                entered,
                retried,
                caught,
                failed,
                unfinished,
            } = visits;
            Counts {
                entered,
                retried,
                caught,
                failed,
                unfinished,
            }
        }),
    }
}
