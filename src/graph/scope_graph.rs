//! The graph of one scope.

use std::sync::OnceLock;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use petgraph::{Direction, Graph};

use crate::asl::{ScopeId, StateId, StateMachine, TransitionKind};

/// The control flow of one scope: its states as nodes, their transitions as edges.
///
/// Node `i` is the scope's `i`-th state in the order of the text; two states of one name are two nodes, and
/// transitions to that name lead to the last, as [`StateMachine::find`] resolves it.
#[derive(Debug)]
pub struct ScopeGraph {
    graph: DiGraph<StateId, TransitionKind>,
    /// The states in order of their ids, which is the order of the nodes.
    states: Vec<StateId>,
    start: Option<StateId>,
    terminal: Vec<bool>,
    dangling: Vec<bool>,
    leads_anywhere: bool,
    reachable: OnceLock<StateSet>,
    cycles: OnceLock<Vec<Vec<StateId>>>,
}

impl ScopeGraph {
    /// Builds the graph of `scope`.
    pub fn new(machine: &StateMachine, scope: ScopeId) -> Self {
        let scope = machine.scope(scope);
        let states = scope.states.clone();
        let mut graph = Graph::with_capacity(states.len(), states.len());
        for &state in &states {
            graph.add_node(state);
        }
        let mut dangling = vec![false; states.len()];
        for (from, &id) in states.iter().enumerate() {
            dangling[from] = machine.state(id).open;
            for transition in machine.state(id).transitions() {
                let to = machine.resolve(scope.id, transition.target);
                match to.and_then(|to| states.binary_search(&to).ok()) {
                    Some(to) => {
                        graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), transition.kind);
                    }
                    None => dangling[from] = true,
                }
            }
        }
        let start = scope.start_at.as_ref().and_then(|r| machine.resolve(scope.id, r));
        ScopeGraph {
            terminal: states.iter().map(|&id| machine.state(id).is_terminal()).collect(),
            graph,
            states,
            start,
            dangling,
            leads_anywhere: scope.leads_anywhere,
            reachable: OnceLock::new(),
            cycles: OnceLock::new(),
        }
    }

    /// The states in the order of the text.
    pub fn states(&self) -> &[StateId] {
        &self.states
    }

    /// The state that `StartAt` names, when it exists.
    pub fn start(&self) -> Option<StateId> {
        self.start
    }

    /// Whether `state` ends the scope (Succeed, Fail, `End: true`).
    pub fn is_terminal(&self, state: StateId) -> bool {
        self.node(state).is_some_and(|n| self.terminal[n.index()])
    }

    /// Whether any of its states may be entered from anywhere: something in it leads nobody knows where before it is
    /// deployed.
    pub fn leads_anywhere(&self) -> bool {
        self.leads_anywhere
    }

    /// Whether a transition of `state` names a state that the scope does not have, or may have one that is not known.
    pub fn dangles(&self, state: StateId) -> bool {
        self.node(state).is_some_and(|n| self.dangling[n.index()])
    }

    /// The transitions that leave `state`, in the order of [`crate::asl::State::transitions`].
    pub fn successors(&self, state: StateId) -> Vec<(TransitionKind, StateId)> {
        let mut edges = self.edges(state, Direction::Outgoing);
        // petgraph walks the newest edge first.
        edges.reverse();
        edges
    }

    /// The transitions that enter `state`, with the states they come from.
    pub fn predecessors(&self, state: StateId) -> Vec<(TransitionKind, StateId)> {
        let mut edges = self.edges(state, Direction::Incoming);
        edges.reverse();
        edges
    }

    /// Whether more than one transition enters `state`; without looking at all of them.
    pub fn has_other_ways_in(&self, state: StateId) -> bool {
        let node = self.node(state);
        self.leads_anywhere
            || node.is_some_and(|node| {
                self.graph
                    .edges_directed(node, Direction::Incoming)
                    .nth(1)
                    .is_some()
            })
    }

    fn edges(&self, state: StateId, direction: Direction) -> Vec<(TransitionKind, StateId)> {
        let Some(node) = self.node(state) else {
            return Vec::new();
        };
        self.graph
            .edges_directed(node, direction)
            .map(|edge| {
                let other = match direction {
                    Direction::Outgoing => edge.target(),
                    Direction::Incoming => edge.source(),
                };
                (*edge.weight(), self.graph[other])
            })
            .collect()
    }

    /// What `StartAt` leads to, itself included; empty when it names no state. All that may be entered where that is not
    /// known.
    pub fn reachable(&self) -> &StateSet {
        self.reachable.get_or_init(|| match self.leads_anywhere {
            true => self.walk(self.states.iter().copied(), Direction::Outgoing, |_| true),
            false => self.walk(self.start, Direction::Outgoing, |_| true),
        })
    }

    /// What the states `from` lead to over transitions that `follow` accepts, themselves included.
    pub fn reachable_from(
        &self,
        from: impl IntoIterator<Item = StateId>,
        follow: impl Fn(TransitionKind) -> bool,
    ) -> StateSet {
        self.walk(from, Direction::Outgoing, follow)
    }

    /// What leads to one of the states `to`, themselves included.
    pub fn reaching(&self, to: impl IntoIterator<Item = StateId>) -> StateSet {
        self.walk(to, Direction::Incoming, |_| true)
    }

    fn walk(
        &self,
        from: impl IntoIterator<Item = StateId>,
        direction: Direction,
        follow: impl Fn(TransitionKind) -> bool,
    ) -> StateSet {
        let mut set = StateSet {
            states: self.states.clone(),
            members: vec![false; self.states.len()],
        };
        let mut open: Vec<NodeIndex> = from.into_iter().filter_map(|s| self.node(s)).collect();
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut set.members[node.index()], true) {
                continue;
            }
            for edge in self.graph.edges_directed(node, direction) {
                if follow(*edge.weight()) {
                    open.push(match direction {
                        Direction::Outgoing => edge.target(),
                        Direction::Incoming => edge.source(),
                    });
                }
            }
        }
        set
    }

    /// The strongly connected components: states that can all reach each other, in the order of the text within one,
    /// and by their first state among each other. A state on no circle is a component of its own.
    pub fn components(&self) -> Vec<Vec<StateId>> {
        // Kosaraju's walk is iterative in petgraph, Tarjan's recursive.
        let mut components: Vec<Vec<StateId>> = kosaraju_scc(&self.graph)
            .into_iter()
            .map(|nodes| {
                let mut states: Vec<StateId> = nodes.into_iter().map(|n| self.graph[n]).collect();
                states.sort_unstable();
                states
            })
            .collect();
        components.sort_unstable();
        components
    }

    /// The circles: components of more than one state, and states that lead to themselves.
    pub fn cycles(&self) -> &[Vec<StateId>] {
        self.cycles.get_or_init(|| {
            let mut components = self.components();
            components.retain(|states| match states[..] {
                [only] => self
                    .node(only)
                    .is_some_and(|n| self.graph.find_edge(n, n).is_some()),
                _ => true,
            });
            components
        })
    }

    /// The node of a state of this scope.
    pub fn node(&self, state: StateId) -> Option<NodeIndex> {
        self.states.binary_search(&state).ok().map(NodeIndex::new)
    }
}

/// Some states of one scope.
#[derive(Debug, Clone)]
pub struct StateSet {
    states: Vec<StateId>,
    members: Vec<bool>,
}

impl StateSet {
    /// Whether `state` is one of them.
    pub fn contains(&self, state: StateId) -> bool {
        self.states
            .binary_search(&state)
            .is_ok_and(|index| self.members[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::ControlFlow;
    use crate::source::{SourceFile, parse};
    use std::sync::Arc;

    fn machine(text: &str) -> StateMachine {
        let parsed = parse(Arc::new(SourceFile::new("t.asl.json", text)));
        StateMachine::read(Arc::new(parsed.document.expect("the test's definition is JSON")))
    }

    fn names(machine: &StateMachine, states: impl IntoIterator<Item = StateId>) -> String {
        let names: Vec<&str> = states.into_iter().map(|s| &*machine.state(s).name).collect();
        names.join(" ")
    }

    fn members(set: &StateSet) -> impl Iterator<Item = StateId> + '_ {
        set.states.iter().copied().filter(|state| set.contains(*state))
    }

    const LOOP: &str = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "BooleanEquals": true, "Next": "B"}], "Default": "D"},
        "B": {"Type": "Task", "Resource": "r", "Next": "A", "Catch": [{"ErrorEquals": ["E"], "Next": "C"}]},
        "C": {"Type": "Pass", "Next": "C"},
        "D": {"Type": "Succeed"},
        "E": {"Type": "Pass", "Next": "Nowhere"}}}"#;

    #[test]
    fn walks_and_components() {
        let machine = machine(LOOP);
        let flow = ControlFlow::new(&machine);
        let graph = flow.scope(ScopeId::TOP);
        assert_eq!(names(&machine, members(graph.reachable())), "A B C D");
        assert_eq!(names(&machine, graph.cycles().concat()), "A B C");
        assert_eq!(graph.cycles().len(), 2);
        let find = |name| machine.find(ScopeId::TOP, name).expect("a state of the test");
        assert_eq!(names(&machine, members(&graph.reaching([find("D")]))), "A B D");
        let normal = graph.reachable_from(graph.start(), |kind| !matches!(kind, TransitionKind::Catch(_)));
        assert_eq!(names(&machine, members(&normal)), "A B D");
        assert_eq!(
            graph.successors(find("A")),
            [
                (TransitionKind::Choice(0), find("B")),
                (TransitionKind::Default, find("D"))
            ]
        );
        assert!(graph.dangles(find("E")) && !graph.dangles(find("A")));
        assert!(graph.is_terminal(find("D")) && !graph.is_terminal(find("C")));
    }

    #[test]
    fn a_state_is_live_when_its_owners_are() {
        let machine = machine(
            r#"{"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "In", "States": {
                "In": {"Type": "Succeed"}, "Out": {"Type": "Succeed"}}}]},
            "Q": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "Deep", "States": {
                "Deep": {"Type": "Succeed"}}}}}}"#,
        );
        let flow = ControlFlow::new(&machine);
        let live: Vec<&str> = machine
            .states()
            .iter()
            .filter(|s| flow.is_live(&machine, s))
            .map(|s| &*s.name)
            .collect();
        assert_eq!(live, ["P", "In"]);
    }

    #[test]
    fn long_chains_need_no_stack() {
        let count = 20_000;
        let mut text = String::from(r#"{"StartAt": "S0", "States": {"#);
        for i in 0..count {
            text.push_str(&format!(r#""S{i}": {{"Type": "Pass", "Next": "S{}"}},"#, i + 1));
        }
        text.push_str(&format!(r#""S{count}": {{"Type": "Succeed"}}}}}}"#));
        let machine = machine(&text);
        let graph = ScopeGraph::new(&machine, ScopeId::TOP);
        assert_eq!(
            graph.reachable().members.iter().filter(|member| **member).count(),
            count + 1
        );
        assert_eq!(graph.components().len(), count + 1);
    }
}
