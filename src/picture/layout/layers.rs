//! One scope in layers: states in the even ones, labels in the odd ones, and lanes through all of them.

use rustc_hash::FxHashMap;

use super::{Rectangle, Size, is_catch};
use crate::picture::{Drawing, EdgeKind};

/// How many slots a scope may have: beyond that no picture can be read, and laying it out takes long.
const MAX_SLOTS: usize = 40_000;

/// A place in a layer.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) layer: usize,
    pub(super) size: Size,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The state of this index in the scope.
    State(usize),
    /// The label of an edge.
    Label(usize),
    /// A bend of a lane.
    Lane,
}

/// Two slots of neighbouring layers that a line joins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) upper: usize,
    pub(super) lower: usize,
    /// How much it wants to be straight.
    pub(super) weight: f64,
}

/// A line through slots, from where it leaves to where it ends.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) slots: Vec<usize>,
    pub(super) arrow: bool,
    pub(super) edges: Vec<usize>,
    pub(super) catch: bool,
}

/// A scope in layers.
#[derive(Debug)]
pub(super) struct Flat {
    /// The slots; the states come first, in the order of the scope.
    pub(super) slots: Vec<Slot>,
    pub(super) links: Vec<Link>,
    pub(super) paths: Vec<Path>,
    /// The slots of each layer from left to right.
    pub(super) layers: Vec<Vec<usize>>,
    /// How many states there are.
    pub(super) states: usize,
}

/// What edges share on their way to one target: the target, whether they are catchers', whether they lead up.
type LaneKey = (usize, bool, bool);

/// A lane: its slots by layer, and the edges that joined it.
#[derive(Default)]
struct Lane {
    slots: FxHashMap<usize, usize>,
    /// Each with the layer at which it joined.
    edges: Vec<(usize, usize)>,
}

impl Flat {
    /// Puts the states of a scope into layers; `None` when there is too much of it.
    pub(super) fn new(drawing: &Drawing, scope: usize, boxes: &[Rectangle], labels: &[Size]) -> Option<Flat> {
        let scope = &drawing.scopes[scope];
        let nodes = &scope.nodes;
        let local: FxHashMap<usize, usize> = nodes.iter().enumerate().map(|(i, &node)| (node, i)).collect();
        let mut edges = Vec::new();
        for (from, &node) in nodes.iter().enumerate() {
            let first = drawing.edges.partition_point(|edge| edge.from < node);
            for (i, edge) in drawing.leaving(node).iter().enumerate() {
                let &to = local.get(&edge.to)?;
                edges.push((first + i, from, to, edge.kind));
            }
        }
        let start = scope.start.and_then(|start| local.get(&start).copied());
        let (levels, up, visit) = levels(nodes.len(), &edges, start);
        let mut flat = Flat {
            slots: nodes
                .iter()
                .enumerate()
                .map(|(i, &node)| Slot {
                    layer: 2 * levels[i],
                    size: boxes[node].size,
                    what: What::State(i),
                })
                .collect(),
            links: Vec::new(),
            paths: Vec::new(),
            layers: Vec::new(),
            states: nodes.len(),
        };
        let mut lanes: FxHashMap<LaneKey, Lane> = FxHashMap::default();
        let mut keys: Vec<LaneKey> = Vec::new();
        for (&(edge, from, to, kind), &up) in edges.iter().zip(&up) {
            if from == to {
                continue;
            }
            flat.edge(edge, [from, to], kind, up, labels[edge], (&mut lanes, &mut keys));
            if flat.slots.len() > MAX_SLOTS {
                return None;
            }
        }
        for key in keys {
            if let Some(lane) = lanes.remove(&key) {
                flat.lane(key, lane, |edge| drawing.edges[edge].taken > 0);
            }
        }
        flat.first_order(&visit);
        Some(flat)
    }

    fn add(&mut self, layer: usize, size: Size, what: What) -> usize {
        self.slots.push(Slot { layer, size, what });
        self.slots.len() - 1
    }

    /// Gives an edge its slots: one of its own for its label, then the lane to its target.
    fn edge(
        &mut self,
        edge: usize,
        [from, to]: [usize; 2],
        kind: EdgeKind,
        up: bool,
        label: Size,
        (lanes, keys): (&mut FxHashMap<LaneKey, Lane>, &mut Vec<LaneKey>),
    ) {
        let catch = is_catch(kind);
        let next = |layer: usize| if up { layer - 1 } else { layer + 1 };
        let end = self.slots[to].layer;
        let mut layer = next(self.slots[from].layer);
        let mut slots = vec![from];
        if label.width > 0.0 {
            slots.push(self.add(layer, label, What::Label(edge)));
            layer = next(layer);
        }
        let arrow = layer == end;
        if arrow {
            slots.push(to);
        } else {
            let key = (to, catch, up);
            let lane = lanes.entry(key).or_insert_with(|| {
                keys.push(key);
                Lane::default()
            });
            lane.edges.push((edge, layer));
            let mut at = layer;
            // The lane is there from the layer on where the farthest edge joined it.
            while at != end && !lane.slots.contains_key(&at) {
                self.slots.push(Slot {
                    layer: at,
                    size: Size::default(),
                    what: What::Lane,
                });
                lane.slots.insert(at, self.slots.len() - 1);
                at = next(at);
            }
            slots.extend(lane.slots.get(&layer));
        }
        let weight = match kind {
            EdgeKind::Next => 4.0,
            EdgeKind::Choice | EdgeKind::Default => 2.0,
            EdgeKind::Catch => 0.3,
        };
        self.link(&slots, weight);
        self.paths.push(Path {
            slots,
            arrow,
            edges: vec![edge],
            catch,
        });
    }

    /// Joins the slots of a finished lane with each other and its target.
    fn lane(&mut self, (to, catch, up): LaneKey, lane: Lane, taken: impl Fn(usize) -> bool) {
        let mut slots: Vec<usize> = lane.slots.into_values().collect();
        slots.sort_unstable_by_key(|&slot| self.slots[slot].layer);
        if up {
            slots.reverse();
        }
        self.link(&slots, 8.0);
        if let Some(&last) = slots.last() {
            self.link(&[last, to], if catch { 0.3 } else { 2.0 });
        }
        slots.push(to);
        if let [(edge, _)] = lane.edges[..]
            && let Some(path) = self.paths.iter_mut().rfind(|path| path.edges == [edge])
        {
            // Nobody shares it: one line.
            path.slots.pop();
            path.slots.extend(slots);
            path.arrow = true;
            return;
        }
        // What an execution took begins where the first edge that it took joins the others: a line of its own.
        let along = |layer: usize| if up { usize::MAX - layer } else { layer };
        let joins = lane.edges.iter().filter(|(edge, _)| taken(*edge));
        let first = joins.map(|(_, layer)| along(*layer)).min().unwrap_or(0);
        let split = slots
            .iter()
            .position(|&slot| along(self.slots[slot].layer) >= first);
        let before = lane.edges.iter().filter(|(_, layer)| along(*layer) < first);
        let before: Vec<usize> = before.map(|(edge, _)| *edge).collect();
        let split = split.filter(|_| !before.is_empty()).unwrap_or(0);
        if split > 0 {
            self.paths.push(Path {
                slots: slots[..=split].to_vec(),
                arrow: false,
                edges: before,
                catch,
            });
            slots.drain(..split);
        }
        self.paths.push(Path {
            slots,
            arrow: true,
            edges: lane.edges.into_iter().map(|(edge, _)| edge).collect(),
            catch,
        });
    }

    fn link(&mut self, slots: &[usize], weight: f64) {
        for pair in slots.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let (upper, lower) = if self.slots[a].layer < self.slots[b].layer {
                (a, b)
            } else {
                (b, a)
            };
            self.links.push(Link { upper, lower, weight });
        }
    }

    /// Layers in the order in which a walk from the start comes by, slots that are no state behind those they come from.
    fn first_order(&mut self, visit: &[usize]) {
        let count = self.slots.iter().map(|slot| slot.layer + 1).max().unwrap_or(0);
        self.layers = vec![Vec::new(); count];
        let mut keys = vec![usize::MAX; self.slots.len()];
        keys[..visit.len()].copy_from_slice(visit);
        for path in &self.paths {
            let source = keys[path.slots[0]];
            for &slot in &path.slots[1..] {
                if !matches!(self.slots[slot].what, What::State(_)) {
                    keys[slot] = keys[slot].min(source);
                }
            }
        }
        for slot in 0..self.slots.len() {
            self.layers[self.slots[slot].layer].push(slot);
        }
        for layer in &mut self.layers {
            layer.sort_by_key(|&slot| (keys[slot], slot));
        }
    }
}

/// The level of each state, which edges lead up, and when a walk in depth first came to each state. States stand one
/// level below the lowest of those that lead to them, edges that close a circle aside.
fn levels(
    count: usize,
    edges: &[(usize, usize, usize, EdgeKind)],
    start: Option<usize>,
) -> (Vec<usize>, Vec<bool>, Vec<usize>) {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (i, &(_, from, ..)) in edges.iter().enumerate() {
        leaving[from].push(i);
    }
    // First to the states written next, which are where most executions go; catchers' last. What leads back from there
    // is told by that.
    for (from, leaving) in leaving.iter_mut().enumerate() {
        leaving.sort_by_key(|&edge| {
            let (_, _, to, kind) = edges[edge];
            (is_catch(kind), to <= from, to.abs_diff(from))
        });
    }
    let mut up = vec![false; edges.len()];
    let mut visit = vec![usize::MAX; count];
    let mut open = vec![false; count];
    let mut finished = Vec::with_capacity(count);
    let mut seen = 0;
    for root in start.into_iter().chain(0..count) {
        if visit[root] != usize::MAX {
            continue;
        }
        let mut stack = vec![(root, 0)];
        visit[root] = seen;
        open[root] = true;
        seen += 1;
        while let Some((at, next)) = stack.last_mut() {
            let Some(&edge) = leaving[*at].get(*next) else {
                open[*at] = false;
                finished.push(*at);
                stack.pop();
                continue;
            };
            *next += 1;
            let to = edges[edge].2;
            if visit[to] == usize::MAX {
                visit[to] = seen;
                open[to] = true;
                seen += 1;
                stack.push((to, 0));
            } else if open[to] {
                up[edge] = true;
            }
        }
    }
    let mut levels = vec![0; count];
    for &at in finished.iter().rev() {
        for &edge in &leaving[at] {
            if !up[edge] {
                let to = edges[edge].2;
                levels[to] = levels[to].max(levels[at] + 1);
            }
        }
    }
    (levels, up, visit)
}
