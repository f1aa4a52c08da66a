//! The decisions as a graph: situations, and where each answer leads.

use std::collections::HashSet;
use std::sync::Arc;

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use super::search::Situation;
use super::{Choice, Loop, Step, Way};

/// Where an answer leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Situation(usize),
    /// The end of an execution.
    End,
}

/// What an answer costs on the way to the next call, or to the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weight {
    pub(super) millis: i64,
    pub(super) transitions: i64,
}

#[derive(Debug)]
struct Edge {
    number: usize,
    to: Target,
    weight: Weight,
}

/// Situations and answers.
#[derive(Debug, Default)]
pub(super) struct Map {
    situations: Vec<Situation>,
    edges: Vec<Vec<Edge>>,
    ends: Vec<Way>,
}

impl Map {
    pub(super) fn add(&mut self, situation: Situation) -> usize {
        self.situations.push(situation);
        self.edges.push(Vec::new());
        self.situations.len() - 1
    }

    pub(super) fn len(&self) -> usize {
        self.situations.len()
    }

    /// When the first call is made, if one is.
    pub(super) fn first_millis(&self) -> Option<i64> {
        self.situations.first().map(|first| first.millis)
    }

    /// Where each answer that was tried in a situation leads.
    pub(super) fn answers(&self, at: usize) -> impl Iterator<Item = (usize, Target, Weight)> {
        self.edges[at]
            .iter()
            .map(|edge| (edge.number, edge.to, edge.weight))
    }

    pub(super) fn situation(&self, at: usize) -> &Situation {
        &self.situations[at]
    }

    /// The execution ends without a call.
    pub(super) fn only_end(&mut self, way: Way) {
        self.ends.push(way);
    }

    /// The answer with this number leads here; `millis` and `transitions` count from the start.
    pub(super) fn edge(&mut self, at: usize, to: Target, number: usize, millis: i64, transitions: u64) {
        let from = &self.situations[at];
        let weight = Weight {
            millis: millis - from.millis,
            transitions: transitions.saturating_sub(from.transitions) as i64,
        };
        self.edges[at].push(Edge { number, to, weight });
    }

    /// Adds a way that the search itself did not come to.
    pub(super) fn add_end(&mut self, way: Way) {
        match self.ends.iter_mut().find(|other| other.has_end_of(&way)) {
            Some(other) if other.steps.len() <= way.steps.len() => {}
            Some(other) => *other = way,
            None => self.ends.push(way),
        }
    }

    /// An answer ends the execution. The first way to an end is the shortest: those with fewer calls come first.
    pub(super) fn end(&mut self, at: usize, number: usize, way: Way) {
        self.edge(at, Target::End, number, way.millis, way.transitions);
        self.add_end(way);
    }

    pub(super) fn into_ends(self) -> Vec<Way> {
        self.ends
    }

    /// The answers on the shortest way to a situation.
    pub(super) fn script(&self, at: usize) -> Vec<Arc<Choice>> {
        self.way_to(at).into_iter().map(|step| step.choice).collect()
    }

    /// The decisions on the shortest way to a situation, and an answer there.
    pub(super) fn steps(&self, at: usize, number: usize) -> Vec<Step> {
        let mut steps = self.way_to(at);
        steps.push(self.step(at, number));
        steps
    }

    fn way_to(&self, mut at: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some((before, number)) = self.situations[at].before {
            steps.push(self.step(before, number));
            at = before;
        }
        steps.reverse();
        steps
    }

    pub(super) fn step(&self, at: usize, number: usize) -> Step {
        let situation = &self.situations[at];
        Step {
            state: situation.state.clone(),
            iteration: situation.iteration.clone(),
            choice: situation.choices[number].clone(),
        }
    }

    /// Loops: situations that lead to themselves, one for each set of tasks that are called in them.
    pub(super) fn loops(&self) -> Vec<Loop> {
        let mut graph = DiGraph::<(), ()>::new();
        let nodes: Vec<_> = self.situations.iter().map(|_| graph.add_node(())).collect();
        for (at, edges) in self.edges.iter().enumerate() {
            for edge in edges {
                if let Target::Situation(to) = edge.to {
                    graph.add_edge(nodes[at], nodes[to], ());
                }
            }
        }
        let mut components: Vec<Vec<usize>> = tarjan_scc(&graph)
            .into_iter()
            .map(|component| {
                let mut component: Vec<usize> = component.into_iter().map(|node| node.index()).collect();
                // Situations are numbered as they were found: the nearest to the start first.
                component.sort_unstable();
                component
            })
            .collect();
        components.sort_unstable();
        let mut loops: Vec<Loop> = Vec::new();
        for component in components {
            let Some(round) = self.round(&component) else {
                continue;
            };
            let mut states: Vec<Arc<str>> = Vec::new();
            for step in &round {
                if !states.contains(&step.state) {
                    states.push(step.state.clone());
                }
            }
            if loops.iter().all(|known| known.states != states) {
                let failing = |step: &Step| !matches!(step.choice.kind, super::Kind::Result);
                loops.push(Loop {
                    input: 0,
                    retry: states.len() == 1 && round.len() == 1 && round.iter().all(failing),
                    end: None,
                    states,
                    way: self.way_to(component[0]),
                    round,
                });
            }
        }
        loops
    }

    /// The shortest way from a component's first situation back to it.
    fn round(&self, component: &[usize]) -> Option<Vec<Step>> {
        let start = *component.first()?;
        let inside: HashSet<usize> = component.iter().copied().collect();
        let mut came: std::collections::HashMap<usize, (usize, usize)> = std::collections::HashMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for edge in &self.edges[at] {
                let Target::Situation(to) = edge.to else { continue };
                if !inside.contains(&to) {
                    continue;
                }
                if to == start {
                    let mut steps = vec![self.step(at, edge.number)];
                    let mut back = at;
                    while let Some((before, number)) = came.get(&back) {
                        steps.push(self.step(*before, *number));
                        back = *before;
                    }
                    steps.reverse();
                    return Some(steps);
                }
                if to != start && !came.contains_key(&to) {
                    came.insert(to, (at, edge.number));
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// The decisions on the way to an end that weighs most, round no loop twice.
    pub(super) fn longest(&self, weigh: impl Fn(&Weight) -> i64) -> Option<Vec<Step>> {
        if self.situations.is_empty() {
            return None;
        }
        // Depth first, with a stack of its own: for each situation the best way on, once all that it leads to is known.
        // An answer that leads back to a situation still open goes round a loop, and is left out.
        let mut best: Vec<Option<(i64, usize)>> = vec![None; self.situations.len()];
        let mut state = vec![0u8; self.situations.len()];
        let mut stack = vec![0];
        while let Some(&at) = stack.last() {
            if state[at] == 0 {
                state[at] = 1;
                for edge in &self.edges[at] {
                    if let Target::Situation(to) = edge.to
                        && state[to] == 0
                    {
                        stack.push(to);
                    }
                }
                continue;
            }
            stack.pop();
            if state[at] == 2 {
                continue;
            }
            state[at] = 2;
            best[at] = self.edges[at]
                .iter()
                .enumerate()
                .filter_map(|(index, edge)| {
                    let on = match edge.to {
                        Target::End => 0,
                        Target::Situation(to) => {
                            if state[to] != 2 || to == at {
                                return None;
                            }
                            best[to]?.0
                        }
                    };
                    Some((weigh(&edge.weight) + on, index))
                })
                // Of equals the first.
                .max_by_key(|(weight, index)| (*weight, std::cmp::Reverse(*index)));
        }
        let (mut steps, mut at) = (Vec::new(), 0);
        while let Some((_, index)) = best[at] {
            let edge = &self.edges[at][index];
            steps.push(self.step(at, edge.number));
            match edge.to {
                Target::End => return Some(steps),
                Target::Situation(to) => at = to,
            }
        }
        None
    }
}
