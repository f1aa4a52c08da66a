//! One scope as a graph of its own: states, where it starts and ends, which ways lead down and which back up, how far
//! down each state stands, and which way most executions take.

use rustc_hash::FxHashMap;

use super::{Route, Size, Sizes};
use crate::arrange::Arrange as _;
use crate::asl::StateType;
use crate::picture::{Drawing, EdgeKind};

/// From one state to another.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) route: Route,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) catch: bool,
    /// Whether it leads back to where executions came by before.
    pub(super) up: bool,
    pub(super) label: Size,
    /// How much it wants its ends to be near each other.
    pub(super) weight: f64,
}

/// A scope. Its nodes are its states in their order, then the marks of its start and its end where they are drawn.
#[derive(Debug)]
pub(super) struct Ways {
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    /// Sorted by the node that they leave, in the order in which they are written.
    pub(super) ways: Vec<Way>,
    /// How far down each node stands: below the lowest of those that lead to it.
    pub(super) levels: Vec<usize>,
    /// The nodes in the order in which a walk from the start first comes to them.
    pub(super) walk: Vec<usize>,
    /// The way that leads on from each node where executions get farthest.
    pub(super) main: Vec<Option<usize>>,
}

impl Ways {
    /// Reads a scope; `None` when an edge leaves it.
    pub(super) fn new(drawing: &Drawing, scope_index: usize, sizes: &Sizes) -> Option<Ways> {
        let scope = &drawing.scopes[scope_index];
        let nodes = &scope.nodes;
        let local: FxHashMap<usize, usize> = nodes.iter().enumerate().map(|(i, &node)| (node, i)).collect();
        let first = scope.start.and_then(|start| local.get(&start).copied());
        let starts = sizes.starts[scope_index].width > 0.0 && first.is_some();
        let ends = sizes.ends[scope_index].width > 0.0 && nodes.iter().any(|&node| ends_well(drawing, node));
        let start = starts.then_some(nodes.len());
        let end = ends.then_some(nodes.len() + usize::from(start.is_some()));
        let mut ways = Vec::new();
        for (from, &node) in nodes.iter().enumerate() {
            let number = drawing.edges.partition_point(|edge| edge.from < node);
            for (i, edge) in drawing.leaving(node).iter().enumerate() {
                ways.push(Way {
                    route: Route::Edge(number + i),
                    from,
                    to: *local.get(&edge.to)?,
                    catch: edge.kind == EdgeKind::Catch,
                    up: false,
                    label: sizes.labels[number + i],
                    weight: match edge.kind {
                        EdgeKind::Next => 4.0,
                        EdgeKind::Choice | EdgeKind::Default => 2.0,
                        EdgeKind::Catch => 0.5,
                    },
                });
            }
            if let Some(to) = end.filter(|_| ends_well(drawing, node)) {
                ways.push(mark(Route::End(node), from, to));
            }
        }
        if let (Some(from), Some(to)) = (start, first) {
            ways.push(mark(Route::Start(scope_index), from, to));
        }
        let count = nodes.len() + usize::from(start.is_some()) + usize::from(end.is_some());
        let mut ways = Ways {
            start,
            end,
            ways,
            levels: Vec::new(),
            walk: Vec::with_capacity(count),
            main: vec![None; count],
        };
        let finished = ways.walk(count, start.or(first));
        ways.rank(&finished, |node| {
            nodes
                .get(node)
                .is_some_and(|&node| drawing.nodes[node].state_type == Some(StateType::Fail))
        });
        Some(ways)
    }

    /// The numbers of the ways that leave a node, in the order in which they are written.
    pub(super) fn leaving(&self, node: usize) -> std::ops::Range<usize> {
        let start = self.ways.partition_point(|way| way.from < node);
        start..self.ways.partition_point(|way| way.from <= node)
    }

    /// Walks in depth, tells what leads back up, and gives the nodes in the order in which they were finished.
    fn walk(&mut self, count: usize, start: Option<usize>) -> Vec<usize> {
        // First to the states written next, which are where most executions go; catchers' last. What leads back from
        // there is told by that.
        let leaving: Vec<Vec<usize>> = (0..count)
            .map(|from| {
                let mut leaving: Vec<usize> = self.leaving(from).collect();
                leaving.arrange_by_key(|&way| {
                    let Way { to, catch, .. } = self.ways[way];
                    (catch, to <= from, to.abs_diff(from))
                });
                leaving
            })
            .collect();
        let mut seen = vec![false; count];
        let mut open = vec![false; count];
        let mut finished = Vec::with_capacity(count);
        for root in start.into_iter().chain(0..count) {
            if std::mem::replace(&mut seen[root], true) {
                continue;
            }
            let mut stack = vec![(root, 0)];
            open[root] = true;
            self.walk.push(root);
            while let Some((at, next)) = stack.last_mut() {
                let Some(&way) = leaving[*at].get(*next) else {
                    open[*at] = false;
                    finished.push(*at);
                    stack.pop();
                    continue;
                };
                *next += 1;
                let to = self.ways[way].to;
                if open[to] {
                    self.ways[way].up = true;
                } else if !std::mem::replace(&mut seen[to], true) {
                    open[to] = true;
                    self.walk.push(to);
                    stack.push((to, 0));
                }
            }
        }
        finished
    }

    /// The level of each node, and its main way: to an end that is no failure rather than to one, and the longest.
    fn rank(&mut self, finished: &[usize], fails: impl Fn(usize) -> bool) {
        let count = finished.len();
        self.levels = vec![0; count];
        for &at in finished.iter().rev() {
            for way in self.leaving(at) {
                let Way { to, up, .. } = self.ways[way];
                if !up {
                    self.levels[to] = self.levels[to].max(self.levels[at] + 1);
                }
            }
        }
        let mut reach = vec![(false, 0_usize); count];
        for &at in finished {
            let on = |&way: &usize| !self.ways[way].up && !self.ways[way].catch;
            let best = self
                .leaving(at)
                .filter(on)
                .rev()
                .max_by_key(|&way| reach[self.ways[way].to]);
            self.main[at] = best;
            reach[at] = match best {
                Some(way) => {
                    let (well, length) = reach[self.ways[way].to];
                    (well, length + 1)
                }
                None => (!fails(at), 0),
            };
        }
    }
}

/// Whether an execution that ends in a node has not failed.
pub(super) fn ends_well(drawing: &Drawing, node: usize) -> bool {
    let node = &drawing.nodes[node];
    node.terminal && node.state_type != Some(StateType::Fail)
}

fn mark(route: Route, from: usize, to: usize) -> Way {
    Way {
        route,
        from,
        to,
        catch: false,
        up: false,
        label: Size::default(),
        weight: 4.0,
    }
}
