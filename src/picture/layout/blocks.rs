//! A scope in layers and blocks. Layers lie one below the other: states in one, the labels of what leaves them in the
//! next. A block is a column of slots that stay straight below each other: a chain of states with the labels and lanes
//! between them, a lane past many layers, a label.

use rustc_hash::FxHashMap;

use super::Size;
use super::ways::{Way, Ways};

/// How many slots a scope may have: beyond that no picture can be read, and laying it out takes long.
const MAX_SLOTS: usize = 40_000;
/// How many labelled lines out of one state have tracks of their own.
const MOST_TRACKS: usize = 8;

/// A place in a layer.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) layer: usize,
    pub(super) block: usize,
    pub(super) size: Size,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The node of this index.
    Node(usize),
    /// The label of a way.
    Label(usize),
    /// Where a lane passes by.
    Lane,
}

/// Slots of layers that follow each other, one in each.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub(super) slots: Vec<usize>,
    /// The states of a chain; none where it is only a lane or a label.
    pub(super) chain: Vec<usize>,
}

/// One end of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pin {
    pub(super) slot: usize,
    /// Whether it is at the lower side of the slot.
    pub(super) below: bool,
}

/// From one slot to another through one gap between layers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hop {
    /// The gap above the layer of this number.
    pub(super) gap: usize,
    pub(super) from: Pin,
    pub(super) to: Pin,
    /// Hops of one net come together before they arrive, or part after they left.
    pub(super) net: usize,
    pub(super) weight: f64,
}

/// A scope in blocks.
#[derive(Debug)]
pub(super) struct Blocks {
    /// The slots; those of the nodes come first, in their order.
    pub(super) slots: Vec<Slot>,
    pub(super) blocks: Vec<Block>,
    /// The block that the main way runs down in.
    pub(super) spine: usize,
    /// The hops of each way, from its source to its target; what is between them is straight.
    pub(super) paths: Vec<Vec<Hop>>,
    pub(super) nets: usize,
    pub(super) layers: usize,
}

/// What ways share on their way to one target: the target, whether they are catchers', whether they lead up.
type LaneKey = (usize, bool, bool);

/// A lane: the layers it passes, and the ways that join it, each with the layer where.
struct Lane {
    key: LaneKey,
    first: usize,
    last: usize,
    ways: Vec<(usize, usize)>,
    block: usize,
}

impl Blocks {
    /// Puts a scope into blocks; `None` when there is too much of it. `sizes` are those of its nodes.
    pub(super) fn new(ways: &Ways, sizes: &[Size]) -> Option<Blocks> {
        let rows = Rows::new(ways);
        let mut blocks = Blocks {
            slots: (sizes.iter().enumerate())
                .map(|(node, &size)| Slot {
                    layer: rows.of_node[node],
                    block: usize::MAX,
                    size,
                    what: What::Node(node),
                })
                .collect(),
            blocks: Vec::new(),
            spine: 0,
            paths: vec![Vec::new(); ways.ways.len()],
            nets: 0,
            layers: rows.count,
        };
        // The slot of each way's label.
        let mut labels: Vec<Option<usize>> = vec![None; ways.ways.len()];
        let mut in_chain = vec![false; ways.ways.len()];
        for &head in &ways.walk {
            if blocks.slots[head].block == usize::MAX {
                blocks.chain(head, ways, &rows, &mut in_chain, &mut labels)?;
            }
        }
        let mut lanes: Vec<Lane> = Vec::new();
        let mut by_key: FxHashMap<LaneKey, usize> = FxHashMap::default();
        for (number, way) in ways
            .ways
            .iter()
            .enumerate()
            .filter(|(number, _)| !in_chain[*number])
        {
            let from = rows.of_node[way.from];
            if way.label.width > 0.0 {
                labels[number] = Some(blocks.add(from + 1, way.label, What::Label(number)));
            }
            let last = from + usize::from(way.label.width > 0.0);
            let target = rows.of_node[way.to];
            let (first, end, joins) = match way.up {
                true => (target, last, last),
                false if last + 1 == target => continue,
                false => (last + 1, target - 1, last + 1),
            };
            let key = (way.to, way.catch, way.up);
            let at = *by_key.entry(key).or_insert_with(|| {
                lanes.push(Lane {
                    key,
                    first,
                    last: end,
                    ways: Vec::new(),
                    block: 0,
                });
                lanes.len() - 1
            });
            let lane = &mut lanes[at];
            (lane.first, lane.last) = (lane.first.min(first), lane.last.max(end));
            lane.ways.push((number, joins));
        }
        let room: usize = lanes.iter().map(|lane| lane.last - lane.first + 1).sum();
        if blocks.slots.len() + room > MAX_SLOTS {
            return None;
        }
        for lane in &mut lanes {
            lane.block = blocks.lane(lane.first, lane.last);
            if let Some(&(way, _)) = lane.ways.iter().find(|(_, joins)| *joins == lane.first)
                && let (false, Some(label)) = (lane.key.2, labels[way])
            {
                blocks.above(lane.block, &[label]);
            }
        }
        blocks.hang(ways, &lanes, &in_chain, &labels);
        for label in labels.iter().flatten() {
            if blocks.slots[*label].block == usize::MAX {
                blocks.block(vec![*label], Vec::new());
            }
        }
        blocks.hops(ways, &lanes, &in_chain, &labels);
        Some(blocks)
    }

    fn add(&mut self, layer: usize, size: Size, what: What) -> usize {
        self.slots.push(Slot {
            layer,
            block: usize::MAX,
            size,
            what,
        });
        self.slots.len() - 1
    }

    fn block(&mut self, slots: Vec<usize>, chain: Vec<usize>) -> usize {
        let number = self.blocks.len();
        for &slot in &slots {
            self.slots[slot].block = number;
        }
        self.blocks.push(Block { slots, chain });
        number
    }

    /// A block of lane from one layer to another.
    fn lane(&mut self, first: usize, last: usize) -> usize {
        let slots = (first..=last)
            .map(|layer| self.add(layer, Size::default(), What::Lane))
            .collect();
        self.block(slots, Vec::new())
    }

    /// The chain of main ways from `head` to where another chain begins.
    fn chain(
        &mut self,
        head: usize,
        ways: &Ways,
        rows: &Rows,
        in_chain: &mut [bool],
        labels: &mut [Option<usize>],
    ) -> Option<()> {
        let (mut slots, mut chain) = (vec![head], vec![head]);
        let number = self.blocks.len();
        self.slots[head].block = number;
        let mut at = head;
        while let Some(number_of_way) = ways.main[at] {
            let Way { to, label, .. } = ways.ways[number_of_way];
            if self.slots[to].block != usize::MAX {
                break;
            }
            in_chain[number_of_way] = true;
            let mut layer = rows.of_node[at] + 1;
            if label.width > 0.0 {
                labels[number_of_way] = Some(self.add(layer, label, What::Label(number_of_way)));
                slots.extend(labels[number_of_way]);
                layer += 1;
            }
            for layer in layer..rows.of_node[to] {
                slots.push(self.add(layer, Size::default(), What::Lane));
            }
            if self.slots.len() > MAX_SLOTS {
                return None;
            }
            slots.push(to);
            chain.push(to);
            self.slots[to].block = number;
            at = to;
        }
        self.block(slots, chain);
        Some(())
    }

    /// Puts slots on top of a block.
    fn above(&mut self, block: usize, slots: &[usize]) {
        for &slot in slots {
            self.slots[slot].block = block;
        }
        self.blocks[block].slots.splice(0..0, slots.iter().copied());
    }

    /// Hangs each chain below what leads to its first state: a lane, or a label right above it.
    fn hang(&mut self, ways: &Ways, lanes: &[Lane], in_chain: &[bool], labels: &[Option<usize>]) {
        let heads: Vec<(usize, usize)> = (self.blocks.iter().enumerate())
            .filter_map(|(number, block)| block.chain.first().map(|&head| (head, number)))
            .collect();
        let mut best: FxHashMap<usize, (usize, usize)> = FxHashMap::default();
        let mut offer = |to: usize, rank: usize, block: usize| {
            let best = best.entry(to).or_insert((rank, block));
            if rank < best.0 {
                *best = (rank, block);
            }
        };
        for lane in lanes.iter().filter(|lane| !lane.key.2) {
            offer(lane.key.0, if lane.key.1 { 2 } else { 0 }, lane.block);
        }
        for (number, way) in ways
            .ways
            .iter()
            .enumerate()
            .filter(|(number, _)| !in_chain[*number])
        {
            if let (false, Some(label)) = (way.up, labels[number])
                && self.slots[label].layer + 1 == self.slots[way.to].layer
                && self.slots[label].block == usize::MAX
            {
                let block = self.block(vec![label], Vec::new());
                offer(way.to, if way.catch { 3 } else { 1 }, block);
            }
        }
        for (head, number) in heads {
            if let Some(&(_, over)) = best.get(&head) {
                let slots = std::mem::take(&mut self.blocks[over].slots);
                self.above(number, &slots);
            }
        }
    }

    /// Writes down what every way passes.
    fn hops(&mut self, ways: &Ways, lanes: &[Lane], in_chain: &[bool], labels: &[Option<usize>]) {
        let mut lane_of: Vec<Option<(usize, usize)>> = vec![None; ways.ways.len()];
        for (number, lane) in lanes.iter().enumerate() {
            for &(way, joins) in &lane.ways {
                lane_of[way] = Some((number, joins));
            }
        }
        // Lanes may have become part of a chain: their slots are found by layer.
        let first_layers: Vec<usize> = (self.blocks.iter())
            .map(|block| block.slots.first().map_or(0, |&slot| self.slots[slot].layer))
            .collect();
        let lane_blocks: Vec<usize> = (lanes.iter())
            .map(|lane| {
                let under = self.slots[lane.key.0].block;
                let hangs = self.blocks[lane.block].slots.is_empty();
                if hangs { under } else { lane.block }
            })
            .collect();
        let slot_at = |lane: usize, layer: usize| {
            let block = lane_blocks[lane];
            self.blocks[block].slots[layer - first_layers[block]]
        };
        // A wide Choice would leave a band of tracks higher than the rest of the picture: its lines share one, and part
        // above their labels.
        let mut labelled = vec![0_usize; ways.main.len()];
        for (way, _) in ways.ways.iter().zip(labels).filter(|(_, label)| label.is_some()) {
            labelled[way.from] += usize::from(!way.catch);
        }
        let mut nets: FxHashMap<(Pin, bool), usize> = FxHashMap::default();
        let mut paths = Vec::with_capacity(ways.ways.len());
        for (number, way) in ways.ways.iter().enumerate() {
            let mut path = Vec::new();
            let mut at = way.from;
            let mut hop = |from: Pin, to: Pin, joined_at: Pin| {
                let layer = self.slots[from.slot].layer;
                let count = nets.len();
                path.push(Hop {
                    gap: layer + usize::from(from.below),
                    from,
                    to,
                    net: *nets.entry((joined_at, way.catch)).or_insert(count),
                    weight: way.weight,
                });
            };
            let pin = |slot: usize, below: bool| Pin { slot, below };
            if let Some(label) = labels[number] {
                let (from, to) = (pin(at, true), pin(label, false));
                let wide = !way.catch && labelled[at] > MOST_TRACKS;
                hop(from, to, if wide { from } else { to });
                at = label;
            }
            let mut hop = |from: Pin, to: Pin| hop(from, to, to);
            match lane_of[number].filter(|_| !in_chain[number]) {
                None => hop(pin(at, true), pin(way.to, false)),
                Some((lane, joins)) => {
                    hop(pin(at, true), pin(slot_at(lane, joins), way.up));
                    let leaves = if way.up {
                        lanes[lane].first
                    } else {
                        lanes[lane].last
                    };
                    hop(pin(slot_at(lane, leaves), !way.up), pin(way.to, false));
                }
            }
            paths.push(path);
        }
        self.nets = nets.len();
        self.paths = paths;
    }
}

/// The layers of the levels: a layer of labels below a level only where there are some.
struct Rows {
    of_node: Vec<usize>,
    count: usize,
}

impl Rows {
    fn new(ways: &Ways) -> Rows {
        let levels = ways.levels.iter().max().map_or(0, |&level| level + 1);
        let mut labelled = vec![false; levels];
        for way in ways.ways.iter().filter(|way| way.label.width > 0.0) {
            labelled[ways.levels[way.from]] = true;
        }
        let mut of_level = Vec::with_capacity(levels);
        let mut count = 0;
        for labelled in labelled {
            of_level.push(count);
            count += 1 + usize::from(labelled);
        }
        Rows {
            of_node: ways.levels.iter().map(|&level| of_level[level]).collect(),
            count,
        }
    }
}
