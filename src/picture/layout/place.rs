//! From layers to places: how far down each layer is, how far right each slot, and where lines bend.

use super::layers::{Flat, What};
use super::{Line, Point, Size};

/// Room between layers, and between neighbours in a layer.
const LAYER_GAP: f64 = 17.0;
const STATE_GAP: f64 = 28.0;
const LANE_GAP: f64 = 14.0;
/// How often all layers are gone through.
const SWEEPS: usize = 30;
/// How far apart lines leave a state.
const PORT_GAP: f64 = 22.0;

/// A scope whose parts have places, its upper left corner at the origin.
pub(super) struct Placed {
    pub(super) size: Size,
    /// The upper left corner of each state.
    pub(super) corners: Vec<Point>,
    /// The middle of the label of an edge.
    pub(super) labels: Vec<(usize, Point)>,
    pub(super) lines: Vec<Line>,
}

pub(super) fn place(flat: Flat) -> Placed {
    let xs = columns(&flat);
    let mut tops = Vec::with_capacity(flat.layers.len());
    let mut heights = Vec::with_capacity(flat.layers.len());
    let mut y = 0.0;
    for layer in &flat.layers {
        let height = layer
            .iter()
            .map(|&slot| flat.slots[slot].size.height)
            .fold(0.0, f64::max);
        tops.push(y);
        heights.push(height);
        y += height + LAYER_GAP;
    }
    let left = extreme(&flat, &xs, |x, half| x - half, f64::min);
    let right = extreme(&flat, &xs, |x, half| x + half, f64::max);
    let middle = |slot: usize| {
        let layer = flat.slots[slot].layer;
        Point {
            x: xs[slot] - left,
            y: tops[layer] + heights[layer] / 2.0,
        }
    };
    let corners = (0..flat.states)
        .map(|state| {
            let (at, size) = (middle(state), flat.slots[state].size);
            Point {
                x: at.x - size.width / 2.0,
                y: at.y - size.height / 2.0,
            }
        })
        .collect();
    let labels = (flat.slots.iter().enumerate())
        .filter_map(|(slot, part)| match part.what {
            What::Label(edge) => Some((edge, middle(slot))),
            _ => None,
        })
        .collect();
    let ports = ports(&flat, &xs);
    let mut lines = Vec::with_capacity(flat.paths.len());
    // Where other lines come in.
    let mut joined = vec![false; flat.slots.len()];
    for path in &flat.paths {
        joined[path.slots[path.slots.len() - 1]] = true;
    }
    for (path, [leaves, comes]) in flat.paths.iter().zip(ports) {
        let mut points = Vec::with_capacity(2 * path.slots.len());
        let down = flat.slots[path.slots[0]].layer <= flat.slots[path.slots[path.slots.len() - 1]].layer;
        for (i, &slot) in path.slots.iter().enumerate() {
            let (at, layer) = (middle(slot), flat.slots[slot].layer);
            let half = match flat.slots[slot].what {
                What::State(_) => flat.slots[slot].size.height / 2.0,
                // Straight beside what stands in the layer.
                What::Label(_) | What::Lane => heights[layer] / 2.0,
            };
            let (near, far) = if down {
                (at.y - half, at.y + half)
            } else {
                (at.y + half, at.y - half)
            };
            let state = matches!(flat.slots[slot].what, What::State(_));
            match (state, i) {
                (true, 0) => points.push(Point {
                    x: at.x + leaves,
                    y: far,
                }),
                (true, _) => points.push(Point {
                    x: at.x + comes,
                    y: near,
                }),
                // A bend in a layer without height, within one line, would only make it wobble.
                (false, _) if half == 0.0 && !joined[slot] && i > 0 && i + 1 < path.slots.len() => {}
                (false, _) => {
                    points.push(Point { x: at.x, y: near });
                    // What it joins goes on from here.
                    if i + 1 < path.slots.len() {
                        points.push(Point { x: at.x, y: far });
                    }
                }
            }
        }
        points.dedup();
        lines.push(Line {
            points,
            arrow: path.arrow,
            edges: path.edges.clone(),
            catch: path.catch,
        });
    }
    Placed {
        size: Size {
            width: right - left,
            height: (y - LAYER_GAP).max(0.0),
        },
        corners,
        labels,
        lines,
    }
}

fn extreme(flat: &Flat, xs: &[f64], side: fn(f64, f64) -> f64, pick: fn(f64, f64) -> f64) -> f64 {
    (flat.slots.iter().zip(xs))
        .map(|(slot, &x)| side(x, slot.size.width / 2.0))
        .reduce(pick)
        .unwrap_or(0.0)
}

/// The middle of each slot, from left to right: slots are drawn to what they are joined to, down and up in turns, and
/// keep their order and distance.
fn columns(flat: &Flat) -> Vec<f64> {
    let mut near: Vec<[Vec<(usize, f64)>; 2]> = vec![[Vec::new(), Vec::new()]; flat.slots.len()];
    for link in &flat.links {
        near[link.lower][0].push((link.upper, link.weight));
        near[link.upper][1].push((link.lower, link.weight));
    }
    let mut xs = vec![0.0; flat.slots.len()];
    for layer in &flat.layers {
        let offsets = offsets(flat, layer);
        for (&slot, offset) in layer.iter().zip(offsets) {
            xs[slot] = offset;
        }
    }
    let count = flat.layers.len();
    for sweep in 0..SWEEPS {
        for i in 0..count {
            let index = if sweep % 2 == 0 { i } else { count - 1 - i };
            let layer = &flat.layers[index];
            let settled = sweep + 6 >= SWEEPS;
            let wanted: Vec<(f64, f64)> = layer
                .iter()
                .map(|&slot| {
                    let (mut sum, mut weight) = (0.01 * xs[slot], 0.01);
                    for (side, list) in near[slot].iter().enumerate() {
                        // The layer that was gone through before; at last, both.
                        if settled || side == sweep % 2 {
                            for &(other, w) in list {
                                sum += w * xs[other];
                                weight += w;
                            }
                        }
                    }
                    (sum / weight, weight)
                })
                .collect();
            let offsets = offsets(flat, layer);
            for (&slot, x) in layer.iter().zip(nearest_in_order(&wanted, &offsets)) {
                xs[slot] = x;
            }
        }
    }
    xs
}

/// How far each slot of a layer is from the first at least.
fn offsets(flat: &Flat, layer: &[usize]) -> Vec<f64> {
    let mut at = 0.0;
    let mut before: Option<usize> = None;
    layer
        .iter()
        .map(|&slot| {
            if let Some(before) = before {
                let state = |slot: usize| matches!(flat.slots[slot].what, What::State(_));
                let gap = if state(before) && state(slot) {
                    STATE_GAP
                } else {
                    LANE_GAP
                };
                at += flat.slots[before].size.width / 2.0 + gap + flat.slots[slot].size.width / 2.0;
            }
            before = Some(slot);
            at
        })
        .collect()
}

/// The places nearest to those `wanted` (with weights) that keep the order and the distances of `offsets`: isotonic
/// regression by pooling neighbours that are in each other's way.
fn nearest_in_order(wanted: &[(f64, f64)], offsets: &[f64]) -> Vec<f64> {
    // Mean, weight and number of each pool.
    let mut pools: Vec<(f64, f64, usize)> = Vec::with_capacity(wanted.len());
    for (&(x, weight), &offset) in wanted.iter().zip(offsets) {
        let mut pool = (x - offset, weight, 1);
        while let Some(&(mean, w, n)) = pools.last() {
            if mean <= pool.0 {
                break;
            }
            pool = (
                (mean * w + pool.0 * pool.1) / (w + pool.1),
                w + pool.1,
                n + pool.2,
            );
            pools.pop();
        }
        pools.push(pool);
    }
    let means = pools
        .into_iter()
        .flat_map(|(mean, _, n)| std::iter::repeat_n(mean, n));
    means.zip(offsets).map(|(mean, offset)| mean + offset).collect()
}

/// How far from the middle of its state each path leaves and comes: lines are spread in the order in which they part.
fn ports(flat: &Flat, xs: &[f64]) -> Vec<[f64; 2]> {
    let mut ports = vec![[0.0; 2]; flat.paths.len()];
    // By state and side (below, above): the path, whether it is its end, and where it goes.
    let mut sides: Vec<[Vec<(usize, usize, f64)>; 2]> = vec![[Vec::new(), Vec::new()]; flat.states];
    for (index, path) in flat.paths.iter().enumerate() {
        let last = path.slots.len() - 1;
        for (end, slot, next) in [
            (0, path.slots[0], path.slots[1.min(last)]),
            (1, path.slots[last], path.slots[last.saturating_sub(1)]),
        ] {
            if let What::State(state) = flat.slots[slot].what {
                let above = usize::from(flat.slots[next].layer < flat.slots[slot].layer);
                sides[state][above].push((index, end, xs[next]));
            }
        }
    }
    for (state, sides) in sides.iter_mut().enumerate() {
        for side in sides {
            side.sort_by(|a, b| a.2.total_cmp(&b.2));
            let count = side.len() as f64;
            let gap = PORT_GAP.min(flat.slots[state].size.width * 0.7 / count.max(1.0));
            for (i, &(path, end, _)) in side.iter().enumerate() {
                ports[path][end] = (i as f64 - (count - 1.0) / 2.0) * gap;
            }
        }
    }
    ports
}
