//! How far right each block stands, and where lines leave and come to states.

use rustc_hash::FxHashMap;

use super::blocks::{Block, Blocks, Hop, Pin, What};
use crate::arrange::Arrange as _;

/// Room between neighbours in a layer.
const STATE_GAP: f64 = 28.0;
const LANE_GAP: f64 = 13.0;
/// How far apart lines leave a state, and how far they stay from its corners.
const PORT_GAP: f64 = 14.0;
const CORNER: f64 = 12.0;
/// How often all blocks are gone through.
const SWEEPS: usize = 8;
/// A line that steps aside by less is made straight where there is room.
const SMALL_STEP: f64 = 40.0;

/// Where each pin of each net is.
pub(super) type Pins = FxHashMap<(Pin, usize), f64>;

/// The middle of each block, and which blocks stand beside it.
pub(super) struct Columns {
    pub(super) xs: Vec<f64>,
    /// By block, its neighbours with how far they are away at least.
    left: Vec<Vec<(usize, f64)>>,
    right: Vec<Vec<(usize, f64)>>,
    spine: usize,
}

impl Columns {
    /// The main way stands at 0; all other blocks stand as near to it as there is room, and then to what they are
    /// joined to.
    pub(super) fn new(blocks: &Blocks, order: &[usize]) -> Columns {
        let count = blocks.blocks.len();
        let mut layers: Vec<Vec<usize>> = vec![Vec::new(); blocks.layers];
        for &block in order {
            for &slot in &blocks.blocks[block].slots {
                layers[blocks.slots[slot].layer].push(slot);
            }
        }
        let mut columns = Columns {
            xs: vec![0.0; count],
            left: vec![Vec::new(); count],
            right: vec![Vec::new(); count],
            spine: blocks.spine,
        };
        for pair in layers.iter().flat_map(|layer| layer.windows(2)) {
            let (a, b) = (&blocks.slots[pair[0]], &blocks.slots[pair[1]]);
            let states = matches!((a.what, b.what), (What::Node(_), What::Node(_)));
            let apart = (a.size.width + b.size.width) / 2.0 + if states { STATE_GAP } else { LANE_GAP };
            columns.right[a.block].push((b.block, apart));
            columns.left[b.block].push((a.block, apart));
        }
        columns.pack(order);
        columns.draw_near(blocks, order);
        columns
    }

    fn lowest(&self, block: usize, placed: impl Fn(usize) -> bool) -> Option<f64> {
        let bounds = self.left[block].iter().filter(|(other, _)| placed(*other));
        bounds
            .map(|(other, apart)| self.xs[*other] + apart)
            .reduce(f64::max)
    }

    fn highest(&self, block: usize, placed: impl Fn(usize) -> bool) -> Option<f64> {
        let bounds = self.right[block].iter().filter(|(other, _)| placed(*other));
        bounds
            .map(|(other, apart)| self.xs[*other] - apart)
            .reduce(f64::min)
    }

    /// As near to the main way as there is room, on both sides.
    fn pack(&mut self, order: &[usize]) {
        let spine = order.iter().position(|&block| block == self.spine).unwrap_or(0);
        let mut placed = vec![false; self.xs.len()];
        if let Some(placed) = placed.get_mut(self.spine) {
            *placed = true;
        }
        for &block in order.iter().skip(spine + 1) {
            self.xs[block] = self.lowest(block, |other| placed[other]).unwrap_or(0.0);
            placed[block] = true;
        }
        for &block in order.iter().take(spine).rev() {
            self.xs[block] = self.highest(block, |other| placed[other]).unwrap_or(0.0);
            placed[block] = true;
        }
    }

    /// Every other block goes to what it is joined to, as far as its neighbours let it.
    fn draw_near(&mut self, blocks: &Blocks, order: &[usize]) {
        let mut near: Vec<Vec<(usize, f64)>> = vec![Vec::new(); self.xs.len()];
        for hop in blocks.paths.iter().flatten() {
            let (from, to) = (blocks.slots[hop.from.slot].block, blocks.slots[hop.to.slot].block);
            if from != to {
                near[from].push((to, hop.weight));
                near[to].push((from, hop.weight));
            }
        }
        for sweep in 0..SWEEPS {
            for i in 0..order.len() {
                let block = order[if sweep % 2 == 0 { order.len() - 1 - i } else { i }];
                if block != self.spine
                    && let Some(wanted) = median(&near[block], &self.xs)
                {
                    self.xs[block] = self.within(block, wanted);
                }
            }
        }
    }

    fn within(&self, block: usize, x: f64) -> f64 {
        let low = self.lowest(block, |_| true).unwrap_or(f64::NEG_INFINITY);
        let high = self.highest(block, |_| true).unwrap_or(f64::INFINITY);
        x.min(high).max(low)
    }

    /// Moves blocks a little whose lines would only step aside by that; whether any was.
    pub(super) fn straighten(&mut self, blocks: &Blocks, pins: &Pins) -> bool {
        let at = |pin: Pin, net: usize| pins.get(&(pin, net)).copied().unwrap_or(0.0);
        let block = |pin: Pin| blocks.slots[pin.slot].block;
        let hops = || {
            blocks
                .paths
                .iter()
                .flatten()
                .filter(|hop| block(hop.from) != block(hop.to))
        };
        // What is straight already stays, and nothing is moved twice.
        let mut settled = vec![false; self.xs.len()];
        if let Some(settled) = settled.get_mut(self.spine) {
            *settled = true;
        }
        let step = |hop: &Hop| at(hop.from, hop.net) - at(hop.to, hop.net);
        for hop in hops().filter(|hop| step(hop).abs() < 0.5) {
            settled[block(hop.from)] = true;
            settled[block(hop.to)] = true;
        }
        let mut moved = false;
        for hop in hops() {
            let (from, to, step) = (block(hop.from), block(hop.to), step(hop));
            if !(0.5..SMALL_STEP).contains(&step.abs()) {
                continue;
            }
            for (block, by) in [(to, step), (from, -step)] {
                let x = self.xs[block] + by;
                if !settled[block] && (self.within(block, x) - x).abs() < 0.01 {
                    self.xs[block] = x;
                    (settled[from], settled[to]) = (true, true);
                    moved = true;
                    break;
                }
            }
        }
        moved
    }
}

/// The place that the weights on both sides of are about the same.
fn median(near: &[(usize, f64)], xs: &[f64]) -> Option<f64> {
    let mut places: Vec<(f64, f64)> = near.iter().map(|&(block, weight)| (xs[block], weight)).collect();
    places.arrange_by(|a, b| a.0.total_cmp(&b.0));
    let half = places.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut sum = 0.0;
    for (x, weight) in places {
        sum += weight;
        if sum >= half {
            return Some(x);
        }
    }
    None
}

/// Where each pin is: lines leave a state above where they go to, and come to it below where they come from, as far as
/// it is wide enough; what goes straight on stays in the middle.
pub(super) fn pins(blocks: &Blocks, xs: &[f64]) -> Pins {
    let mut at = Pins::default();
    let middle = |slot: usize| xs[blocks.slots[slot].block];
    // What leaves first: then what comes knows where from.
    for arriving in [false, true] {
        // By pin: the nets, whether they go straight on, and where the other ends are.
        let mut sides: FxHashMap<Pin, Vec<(usize, bool, f64, f64)>> = FxHashMap::default();
        let mut seen: Vec<Pin> = Vec::new();
        for hop in blocks.paths.iter().flatten() {
            let (own, other) = if arriving {
                (hop.to, hop.from)
            } else {
                (hop.from, hop.to)
            };
            let straight = blocks.slots[own.slot].block == blocks.slots[other.slot].block;
            let other = match arriving {
                true => at.get(&(other, hop.net)).copied().unwrap_or(middle(other.slot)),
                false => middle(other.slot),
            };
            let side = sides.entry(own).or_insert_with(|| {
                seen.push(own);
                Vec::new()
            });
            match side.iter_mut().find(|(net, ..)| *net == hop.net) {
                Some((_, is_straight, sum, count)) => {
                    *is_straight |= straight;
                    (*sum, *count) = (*sum + other, *count + 1.0);
                }
                None => side.push((hop.net, straight, other, 1.0)),
            }
        }
        for pin in seen {
            let Some(side) = sides.get_mut(&pin) else { continue };
            spread(blocks, pin, middle(pin.slot), side, &mut at);
        }
    }
    at
}

fn spread(blocks: &Blocks, pin: Pin, middle: f64, side: &mut [(usize, bool, f64, f64)], at: &mut Pins) {
    let slot = &blocks.slots[pin.slot];
    if !matches!(slot.what, What::Node(_)) {
        for (net, ..) in side {
            at.insert((pin, *net), middle);
        }
        return;
    }
    side.arrange_by(|a, b| (a.2 / a.3).total_cmp(&(b.2 / b.3)));
    let room = (slot.size.width / 2.0 - CORNER).max(2.0);
    // A line that stays in the middle parts the others.
    let straight = side.iter().position(|(_, straight, ..)| *straight);
    let gap = |lines: usize, room: f64| PORT_GAP.min(room / lines.max(1) as f64);
    let mut put = |lines: &[(usize, bool, f64, f64)], from: f64, to: f64, gap: f64| {
        let offsets: Vec<f64> = (0..lines.len()).map(|i| i as f64 * gap).collect();
        let span = offsets.last().copied().unwrap_or(0.0);
        let wanted: Vec<f64> = lines
            .iter()
            .map(|(_, _, sum, count)| sum / count - middle)
            .collect();
        for (((net, ..), x), offset) in lines
            .iter()
            .zip(nearest_in_order(&wanted, &offsets))
            .zip(&offsets)
        {
            // All keep their distance at the edges, too.
            let x = x.max(from + offset).min(to - span + offset);
            at.insert((pin, *net), middle + x);
        }
    };
    match straight {
        None => {
            let gap = gap(side.len().saturating_sub(1), 2.0 * room);
            put(side, -room, room, gap);
        }
        Some(place) => {
            let (before, rest) = side.split_at(place);
            let spacing = gap(before.len(), room);
            put(before, -room, -spacing, spacing);
            put(&rest[..1], 0.0, 0.0, 0.0);
            let spacing = gap(rest.len() - 1, room);
            put(&rest[1..], spacing, room, spacing);
        }
    }
}

/// The places nearest to those `wanted` that keep the order and the distances of `offsets`: isotonic regression by
/// pooling neighbours that are in each other's way.
fn nearest_in_order(wanted: &[f64], offsets: &[f64]) -> Vec<f64> {
    // Mean and number of each pool.
    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(wanted.len());
    for (&x, &offset) in wanted.iter().zip(offsets) {
        let mut pool = (x - offset, 1);
        while let Some(&(mean, count)) = pools.last() {
            if mean <= pool.0 {
                break;
            }
            let both = count + pool.1;
            pool = ((mean * count as f64 + pool.0 * pool.1 as f64) / both as f64, both);
            pools.pop();
        }
        pools.push(pool);
    }
    let means = pools
        .into_iter()
        .flat_map(|(mean, count)| std::iter::repeat_n(mean, count));
    means.zip(offsets).map(|(mean, offset)| mean + offset).collect()
}

/// How far a block reaches to the left and to the right.
pub(super) fn extent(blocks: &Blocks, block: &Block, x: f64) -> (f64, f64) {
    let half = block
        .slots
        .iter()
        .map(|&slot| blocks.slots[slot].size.width / 2.0)
        .fold(0.0, f64::max);
    (x - half, x + half)
}
