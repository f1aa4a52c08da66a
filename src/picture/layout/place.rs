//! From blocks to places: how far down each layer is, on which track each line runs across, and where it bends.

use super::blocks::{Blocks, Hop, What};
use super::channels::{Net, tracks};
use super::columns::{Columns, extent, pins};
use super::ways::Ways;
use super::{Line, Point, Route, Size};

/// How far the tracks of a gap are from each other, from the layer above, and from the layer below.
const TRACK: f64 = 9.0;
const ABOVE: f64 = 8.0;
const BELOW: f64 = 8.0;
/// How often lines are straightened.
const STRAIGHTENED: usize = 3;
/// Room for an arrow's head.
const HEAD: f64 = 6.0;

/// A scope whose parts have places, its upper left corner at the origin.
pub(super) struct Placed {
    pub(super) size: Size,
    /// The upper left corner of each node.
    pub(super) corners: Vec<Point>,
    /// The middle of the label of an edge.
    pub(super) labels: Vec<(usize, Point)>,
    pub(super) lines: Vec<Line>,
}

pub(super) fn place(ways: &Ways, blocks: &Blocks, order: &[usize]) -> Placed {
    let mut columns = Columns::new(blocks, order);
    for _ in 0..STRAIGHTENED {
        if !columns.straighten(blocks, &pins(blocks, &columns.xs)) {
            break;
        }
    }
    let mut xs = columns.xs;
    let extents = || {
        let all = blocks
            .blocks
            .iter()
            .zip(&xs)
            .filter(|(block, _)| !block.slots.is_empty());
        all.map(|(block, &x)| extent(blocks, block, x))
    };
    let left = extents().map(|(left, _)| left).reduce(f64::min).unwrap_or(0.0);
    let right = extents().map(|(_, right)| right).reduce(f64::max).unwrap_or(0.0);
    xs.iter_mut().for_each(|x| *x -= left);
    let pins = pins(blocks, &xs);
    let pin = |hop: &Hop| {
        let at = |pin| pins.get(&(pin, hop.net)).copied().unwrap_or(0.0);
        (at(hop.from), at(hop.to))
    };
    let rows = Rows::new(blocks, &pin);
    let top = |slot: usize| rows.tops[blocks.slots[slot].layer];
    let middle = |slot: usize| xs[blocks.slots[slot].block];
    let corners = (0..ways.main.len())
        .map(|node| Point {
            x: middle(node) - blocks.slots[node].size.width / 2.0,
            y: top(node),
        })
        .collect();
    let labels = (blocks.slots.iter().enumerate())
        .filter_map(|(slot, part)| {
            let What::Label(way) = part.what else { return None };
            let Route::Edge(edge) = ways.ways[way].route else {
                return None;
            };
            let y = top(slot) + rows.heights[part.layer] / 2.0;
            Some((edge, Point { x: middle(slot), y }))
        })
        .collect();
    let lines = (ways.ways.iter().zip(&blocks.paths))
        .map(|(way, path)| {
            let mut points = Vec::with_capacity(2 * path.len() + 2);
            for (i, hop) in path.iter().enumerate() {
                let (from, to) = pin(hop);
                if i == 0 {
                    let y = top(way.from) + blocks.slots[way.from].size.height;
                    points.push(Point { x: from, y });
                }
                if (from - to).abs() >= 0.5 {
                    let y = rows.track(hop);
                    points.extend([Point { x: from, y }, Point { x: to, y }]);
                }
                if i + 1 == path.len() {
                    points.push(Point {
                        x: to,
                        y: top(way.to),
                    });
                }
            }
            Line {
                points,
                route: way.route,
            }
        })
        .collect();
    Placed {
        size: Size {
            width: right - left,
            height: rows.height,
        },
        corners,
        labels,
        lines,
    }
}

/// How far down everything is.
struct Rows {
    tops: Vec<f64>,
    heights: Vec<f64>,
    height: f64,
    /// By gap, how far down its first track is.
    gaps: Vec<f64>,
    /// By net and gap in the order of the hops, the track.
    tracks: rustc_hash::FxHashMap<(usize, usize), usize>,
}

impl Rows {
    fn new(blocks: &Blocks, pin: &impl Fn(&Hop) -> (f64, f64)) -> Rows {
        let mut heights = vec![0.0_f64; blocks.layers];
        for slot in &blocks.slots {
            heights[slot.layer] = heights[slot.layer].max(slot.size.height);
        }
        let mut by_gap: Vec<Vec<(usize, Net)>> = vec![Vec::new(); blocks.layers + 1];
        // What arrives in each gap needs room for its head.
        let mut heads = vec![false; blocks.layers + 1];
        let mut at: rustc_hash::FxHashMap<(usize, usize), usize> = rustc_hash::FxHashMap::default();
        for hop in blocks.paths.iter().flatten() {
            let nets = &mut by_gap[hop.gap];
            let number = *at.entry((hop.net, hop.gap)).or_insert_with(|| {
                nets.push((hop.net, Net::default()));
                nets.len() - 1
            });
            let net = &mut nets[number].1;
            let (from, to) = pin(hop);
            for (pin, x) in [(hop.from, from), (hop.to, to)] {
                // The lower side of a slot is at the upper side of the gap.
                if pin.below { &mut net.upper } else { &mut net.lower }.push(x);
            }
            heads[hop.gap] |= matches!(blocks.slots[hop.to.slot].what, What::Node(_));
        }
        let mut rows = Rows {
            tops: Vec::with_capacity(blocks.layers),
            heights,
            height: 0.0,
            gaps: Vec::with_capacity(blocks.layers + 1),
            tracks: rustc_hash::FxHashMap::default(),
        };
        let mut y = 0.0;
        for (gap, nets) in by_gap.iter().enumerate() {
            let only: Vec<Net> = nets.iter().map(|(_, net)| net.clone()).collect();
            let (found, count) = tracks(&only);
            for ((net, _), track) in nets.iter().zip(found) {
                rows.tracks.insert((*net, gap), track);
            }
            // Nothing is above the first layer and below the last but lines that turn around.
            let outside = gap == 0 || gap == blocks.layers;
            if !outside || count > 0 {
                rows.gaps.push(y + if gap == 0 { 0.0 } else { ABOVE });
                let between = count.saturating_sub(1) as f64 * TRACK;
                y += ABOVE + between + BELOW + if heads[gap] { HEAD } else { 0.0 };
            } else {
                rows.gaps.push(y);
            }
            if let Some(height) = rows.heights.get(gap) {
                rows.tops.push(y);
                y += height;
            }
        }
        rows.height = y;
        rows
    }

    fn track(&self, hop: &Hop) -> f64 {
        let track = self.tracks.get(&(hop.net, hop.gap)).copied().unwrap_or(0);
        self.gaps[hop.gap] + track as f64 * TRACK
    }
}
