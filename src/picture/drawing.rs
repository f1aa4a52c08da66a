//! What is drawn of a machine, whoever draws it: nodes, edges with their words, scopes inside nodes.
//!
//! Names and words are kept as they are; how they are shortened and escaped is the renderer's business.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::arrange::Arrange as _;
use crate::asl::error_names::ALL;
use crate::asl::{Resource, ScopeId, ScopeKind, State, StateId, StateMachine, StateType, TransitionKind};
use crate::diagnostics::{seconds as said, times};
use crate::expr::condition::Condition;
use crate::source::NodeRef;

use super::Marks;
use crate::graph::ControlFlow;

/// A machine as a picture shows it.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// The nodes, those that hold others before what they hold.
    pub nodes: Vec<Node>,
    /// The edges, sorted by the node that they leave; both ends are always in one scope.
    pub edges: Vec<Edge>,
    /// The scopes: the top level first, each before those inside it.
    pub scopes: Vec<Scope>,
    /// What an execution did, when the picture shows one.
    pub highlighted: bool,
}

/// A state, or the name of one that does not exist.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its number in every picture of this machine, with or without a focus.
    pub number: usize,
    /// The state's name.
    pub name: Arc<str>,
    /// Its type; `None` where the definition names none of the eight.
    pub state_type: Option<StateType>,
    /// Whether it is only a name that a transition leads to.
    pub missing: bool,
    /// Whether such a name may be that of a state that is filled in later.
    pub later: bool,
    /// A few words about what it does: what a task calls, how long a Wait waits.
    pub detail: Option<String>,
    /// Whether it ends its scope.
    pub terminal: bool,
    /// Whether an execution can enter it.
    pub live: bool,
    /// What it retries, a line a retrier.
    pub retries: Vec<String>,
    /// All of that in a few words: `3\u{d7} Lambda.ServiceException +1`.
    pub retries_in_short: Option<String>,
    /// The service that a task calls, as its resource names it: `lambda`, `sqs`, `aws-sdk:s3`, `activity`.
    pub service: Option<String>,
    /// The scopes that it holds, as indexes of [`Drawing::scopes`].
    pub scopes: Vec<usize>,
    /// What an execution did with it; `None` when it never came here, or none is shown.
    pub visits: Option<Visits>,
    /// What was found about it: rule and message.
    pub findings: Vec<String>,
}

/// What an execution did with a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Visits {
    /// How often it was entered.
    pub entered: u32,
    /// How often its work was tried again.
    pub retried: u32,
    /// How often it failed and the error was caught here.
    pub caught: u32,
    /// How often it failed for good.
    pub failed: u32,
    /// How often it was left unfinished because something else ended.
    pub unfinished: u32,
}

/// What makes an execution take an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeKind {
    /// `Next`
    Next,
    /// A Choice rule.
    Choice,
    /// `Default`
    Default,
    /// A catcher.
    Catch,
}

/// A transition.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The node it leaves, as an index of [`Drawing::nodes`].
    pub from: usize,
    /// The node it leads to.
    pub to: usize,
    /// What makes an execution take it.
    pub kind: EdgeKind,
    /// The condition, `otherwise`, the names of errors; empty for `Next`.
    pub label: String,
    /// How often an execution took it; 0 also when none is shown.
    pub taken: u32,
}

/// A scope.
#[derive(Debug, Clone)]
pub struct Scope {
    /// What it is: the top level, a branch, a processor.
    pub kind: ScopeKind,
    /// The node of `StartAt`.
    pub start: Option<usize>,
    /// Its nodes, without those of scopes inside it.
    pub nodes: Vec<usize>,
}

impl Drawing {
    /// Everything that `machine` is, with the `marks` of an execution and of findings.
    pub fn new(machine: &StateMachine, flow: &ControlFlow, marks: &Marks) -> Self {
        let mut drawing = Drawing {
            highlighted: marks.is_execution(),
            scopes: machine.scopes().iter().map(empty_scope).collect(),
            nodes: machine
                .states()
                .iter()
                .map(|state| node(machine, flow, marks, state))
                .collect(),
            edges: Vec::new(),
        };
        // Names that nothing has, by scope; they come after all states.
        let mut missing: BTreeMap<(ScopeId, Arc<str>), usize> = BTreeMap::new();
        for scope in machine.scopes() {
            let drawn = &mut drawing.scopes[scope.id.index()];
            drawn.nodes.extend(scope.states.iter().map(|id| id.index()));
            if let Some(start) = &scope.start_at {
                let at = drawing.target(machine, scope.id, &start.name, &mut missing);
                drawing.scopes[scope.id.index()].start = Some(at);
            }
            for &id in &scope.states {
                for transition in machine.state(id).transitions() {
                    let to = drawing.target(machine, scope.id, &transition.target.name, &mut missing);
                    let (kind, label) = words(machine, machine.state(id), transition.kind);
                    drawing.edges.push(Edge {
                        from: id.index(),
                        to,
                        kind,
                        label,
                        taken: marks.taken(machine.state(id), &transition),
                    });
                }
            }
        }
        // Nested states come between those of a scope.
        drawing.edges.arrange_by_key(|edge| edge.from);
        drawing
    }

    /// The edges that leave a node, in the order Next, Choices, Default, Catch.
    pub fn leaving(&self, node: usize) -> &[Edge] {
        let start = self.edges.partition_point(|edge| edge.from < node);
        let end = self.edges.partition_point(|edge| edge.from <= node);
        &self.edges[start..end]
    }

    /// The node that `name` means in `scope`; a name that no state has becomes a node, too.
    fn target(
        &mut self,
        machine: &StateMachine,
        scope: ScopeId,
        name: &Arc<str>,
        missing: &mut BTreeMap<(ScopeId, Arc<str>), usize>,
    ) -> usize {
        if let Some(state) = machine.find(scope, name) {
            return state.index();
        }
        *missing.entry((scope, name.clone())).or_insert_with(|| {
            let at = self.nodes.len();
            self.nodes.push(Node {
                number: at,
                name: name.clone(),
                state_type: None,
                missing: true,
                later: machine.scope(scope).open,
                detail: None,
                terminal: false,
                live: false,
                retries: Vec::new(),
                retries_in_short: None,
                service: None,
                scopes: Vec::new(),
                visits: None,
                findings: Vec::new(),
            });
            self.scopes[scope.index()].nodes.push(at);
            at
        })
    }

    /// Only `state`, what it holds, what leads to it and what it leads to, and the nodes around them.
    pub fn focused(&self, machine: &StateMachine, state: StateId) -> Drawing {
        let centre = state.index();
        let mut kept = vec![false; self.nodes.len()];
        kept[centre] = true;
        for edge in &self.edges {
            if edge.from == centre || edge.to == centre {
                kept[edge.from] = true;
                kept[edge.to] = true;
            }
        }
        let mut owner = machine.scope(machine.state(state).scope).owner;
        while let Some(around) = owner {
            kept[around.index()] = true;
            owner = machine.scope(machine.state(around).scope).owner;
        }
        // Of all scopes, only what the state itself holds is shown in full.
        let mut inside = self.nodes[centre].scopes.clone();
        while let Some(scope) = inside.pop() {
            for &node in &self.scopes[scope].nodes {
                kept[node] = true;
                inside.extend(&self.nodes[node].scopes);
            }
        }
        self.only(&kept)
    }

    /// The nodes that are `kept`, the scopes that still hold some, and the edges between them.
    fn only(&self, kept: &[bool]) -> Drawing {
        let places = |keep: &mut dyn Iterator<Item = bool>| -> Vec<Option<usize>> {
            let mut next = 0;
            keep.map(|keep| {
                keep.then(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect()
        };
        let node_at = places(&mut kept.iter().copied());
        let scope_at = places(
            &mut (self.scopes.iter().enumerate())
                .map(|(i, scope)| i == 0 || scope.nodes.iter().any(|&node| kept[node])),
        );
        let renumber = |list: &[usize], at: &[Option<usize>]| list.iter().filter_map(|&i| at[i]).collect();
        Drawing {
            highlighted: self.highlighted,
            nodes: (self.nodes.iter().zip(kept))
                .filter(|(_, kept)| **kept)
                .map(|(node, _)| Node {
                    scopes: renumber(&node.scopes, &scope_at),
                    ..node.clone()
                })
                .collect(),
            edges: (self.edges.iter())
                .filter_map(|edge| {
                    Some(Edge {
                        from: node_at[edge.from]?,
                        to: node_at[edge.to]?,
                        ..edge.clone()
                    })
                })
                .collect(),
            scopes: (self.scopes.iter().zip(&scope_at))
                .filter(|(_, at)| at.is_some())
                .map(|(scope, _)| Scope {
                    kind: scope.kind,
                    start: scope.start.and_then(|start| node_at[start]),
                    nodes: renumber(&scope.nodes, &node_at),
                })
                .collect(),
        }
    }
}

fn empty_scope(scope: &crate::asl::Scope) -> Scope {
    Scope {
        kind: scope.kind,
        start: None,
        nodes: Vec::new(),
    }
}

fn node(machine: &StateMachine, flow: &ControlFlow, marks: &Marks, state: &State) -> Node {
    Node {
        number: state.id.index(),
        name: state.name.clone(),
        state_type: state.state_type,
        missing: false,
        later: false,
        detail: detail(machine, state),
        terminal: state.is_terminal(),
        live: flow.is_live(machine, state),
        retries: state.retriers.iter().map(retry).collect(),
        retries_in_short: retries_in_short(&state.retriers),
        service: service(state),
        scopes: state.bodies.iter().map(|scope| scope.index()).collect(),
        visits: marks.visits(&state.name),
        findings: marks.findings(state.id).to_vec(),
    }
}

/// The names of errors in a list; `any error` for `States.ALL`.
fn errors(names: &[crate::asl::ErrorName]) -> String {
    let names: Vec<&str> = names
        .iter()
        .map(|error| match &*error.name {
            ALL => "any error",
            name => name,
        })
        .collect();
    names.join(", ")
}

fn retry(retrier: &crate::asl::Retrier) -> String {
    let times = match (&retrier.open_attempts, retrier.attempts()) {
        (Some(placeholder), _) => format!("{placeholder} times"),
        (None, 0) => "never".to_owned(),
        (None, attempts) => times(attempts as usize),
    };
    format!("{times} on {}", errors(&retrier.errors))
}

/// An error's name longer than this is shown without the service before it.
const LONG_ERROR: usize = 24;

/// How often the first retrier that tries again does so, the first error that it handles, and how many errors more are
/// retried.
fn retries_in_short(retriers: &[crate::asl::Retrier]) -> Option<String> {
    let retries = |retrier: &&crate::asl::Retrier| retrier.open_attempts.is_some() || retrier.attempts() > 0;
    let first = retriers.iter().find(retries)?;
    let count: usize = (retriers.iter().filter(retries))
        .map(|retrier| retrier.errors.len())
        .sum();
    let error = errors(first.errors.get(..1).unwrap_or_default());
    // The service is on the state's box already.
    let error = match error.rsplit_once('.') {
        Some((_, name)) if error.len() > LONG_ERROR => name,
        _ => &error,
    };
    let more = if count > 1 {
        format!(" +{}", count - 1)
    } else {
        String::new()
    };
    Some(format!("{}\u{d7} {error}{more}", first.attempts_shown()))
}

/// What a task calls, where its resource says it.
fn service(state: &State) -> Option<String> {
    match (state.state_type? == StateType::Task).then(|| state.resource())? {
        Resource::LambdaFunction { .. } => Some("lambda".to_owned()),
        Resource::Activity { .. } => Some("activity".to_owned()),
        Resource::Integration { service, .. } => Some(service.to_owned()),
        Resource::Other | Resource::NotAnArn => None,
    }
}

fn words(machine: &StateMachine, state: &State, kind: TransitionKind) -> (EdgeKind, String) {
    match kind {
        TransitionKind::Next => (EdgeKind::Next, String::new()),
        TransitionKind::Default => (EdgeKind::Default, "otherwise".to_owned()),
        TransitionKind::Choice(i) => (
            EdgeKind::Choice,
            Condition::read(machine.node(state.choices[i].node)).label(),
        ),
        TransitionKind::Catch(i) => (EdgeKind::Catch, errors(&state.catchers[i].errors)),
    }
}

/// What the state does, where its type does not say it all.
fn detail(machine: &StateMachine, state: &State) -> Option<String> {
    let text = |name| machine.field(state.id, name).map(plain);
    match state.state_type? {
        StateType::Task => {
            let text = state.resource.as_deref()?;
            Some(state.resource().describe().unwrap_or_else(|| text.to_owned()))
        }
        StateType::Wait => None
            .or_else(|| text("Seconds").map(|seconds| seconds.parse().map_or(format!("{seconds} s"), said)))
            .or_else(|| text("SecondsPath").map(|path| format!("{path} s")))
            .or_else(|| text("Timestamp").map(|time| format!("until {time}")))
            .or_else(|| text("TimestampPath").map(|path| format!("until {path}"))),
        StateType::Fail => text("Error").or_else(|| text("ErrorPath")),
        StateType::Map => {
            let distributed = machine.is_distributed(state.id);
            distributed.then(|| "distributed".to_owned())
        }
        StateType::Pass | StateType::Choice | StateType::Succeed | StateType::Parallel => None,
    }
}

/// A scalar as text, strings without quotes.
fn plain(node: NodeRef<'_>) -> String {
    node.as_str()
        .map_or_else(|| node.to_value().to_json(), str::to_owned)
}
