//! Which block stands left of which: one order of all blocks, so that no two of them ever cross.

use std::collections::VecDeque;

use super::blocks::Blocks;
use super::ways::Ways;
use crate::arrange::Arrange as _;

/// How far a block is tried from its place, and how often all are tried.
const REACH: usize = 60;
const ROUNDS: usize = 3;
/// With more blocks than this each is tried less.
const MANY: usize = 400;

/// The blocks from left to right.
pub(super) fn order(ways: &Ways, blocks: &Blocks) -> Vec<usize> {
    let order = as_written(ways, blocks);
    Sifting::new(blocks, order).sift(blocks.spine)
}

/// A list with links both ways. The end of it is an entry of its own.
struct List {
    before: Vec<usize>,
    after: Vec<usize>,
}

impl List {
    fn new(count: usize) -> List {
        List {
            before: vec![count; count + 1],
            after: vec![count; count + 1],
        }
    }

    fn insert_before(&mut self, entry: usize, other: usize) {
        let left = self.before[other];
        (self.before[entry], self.after[entry]) = (left, other);
        (self.after[left], self.before[other]) = (entry, entry);
    }

    fn insert_after(&mut self, entry: usize, other: usize) {
        self.insert_before(entry, self.after[other]);
    }
}

/// What is written before the main way of a state goes to its left, what is written behind it to its right, what leads
/// back up to the left; what leaves further up stands further outside.
fn as_written(ways: &Ways, blocks: &Blocks) -> Vec<usize> {
    let end = blocks.blocks.len();
    let mut list = List::new(end);
    let mut listed = vec![false; end];
    let mut open = VecDeque::new();
    for &root in &ways.walk {
        let root = blocks.slots[root].block;
        if std::mem::replace(&mut listed[root], true) {
            continue;
        }
        list.insert_before(root, end);
        open.push_back(root);
        while let Some(around) = open.pop_front() {
            let chain = &blocks.blocks[around].chain;
            for (i, &state) in chain.iter().enumerate() {
                let main = ways.main[state].filter(|_| i + 1 < chain.len());
                let mut right = Vec::new();
                for number in ways.leaving(state) {
                    let way = &ways.ways[number];
                    let is_left = way.up || main.is_some_and(|main| number < main) && !way.catch;
                    for hop in &blocks.paths[number] {
                        let block = blocks.slots[hop.to.slot].block;
                        if std::mem::replace(&mut listed[block], true) {
                            continue;
                        }
                        match is_left {
                            true => list.insert_before(block, around),
                            false => right.push(block),
                        }
                        open.push_back(block);
                    }
                }
                for block in right.into_iter().rev() {
                    list.insert_after(block, around);
                }
            }
        }
    }
    let mut order = Vec::with_capacity(end);
    let mut at = list.after[end];
    while at != end {
        order.push(at);
        at = list.after[at];
    }
    order
}

/// An end of a line at a block, as the blocks next to it cross it.
#[derive(Debug, Clone, Copy)]
struct End {
    gap: usize,
    /// Whether the block is at the lower end.
    lower: bool,
    /// The block at the other end.
    other: usize,
}

/// Tries each block in other places and leaves it where the fewest lines cross.
struct Sifting {
    order: Vec<usize>,
    rank: Vec<usize>,
    /// By block, sorted by gap and side.
    ends: Vec<Vec<End>>,
    /// The gaps that each block passes, the first and the one behind the last.
    passes: Vec<(usize, usize)>,
}

impl Sifting {
    fn new(blocks: &Blocks, order: Vec<usize>) -> Sifting {
        let count = blocks.blocks.len();
        let mut ends: Vec<Vec<End>> = vec![Vec::new(); count];
        for hop in blocks.paths.iter().flatten() {
            let (from, to) = (&blocks.slots[hop.from.slot], &blocks.slots[hop.to.slot]);
            if from.block == to.block {
                continue;
            }
            // A line that turns around counts as one to a lane that goes a little further.
            let gap = hop.gap;
            ends[from.block].push(End {
                gap,
                lower: false,
                other: to.block,
            });
            ends[to.block].push(End {
                gap,
                lower: true,
                other: from.block,
            });
        }
        for ends in &mut ends {
            ends.arrange_by_key(|end| (end.gap, end.lower));
        }
        let layer = |slot: Option<&usize>| slot.map_or(0, |&slot| blocks.slots[slot].layer);
        let passes = blocks.blocks.iter().map(|block| {
            let (first, last) = (layer(block.slots.first()), layer(block.slots.last()));
            (first + 1, last + 1)
        });
        let mut rank = vec![0; count];
        for (place, &block) in order.iter().enumerate() {
            rank[block] = place;
        }
        Sifting {
            passes: passes.collect(),
            order,
            rank,
            ends,
        }
    }

    fn sift(mut self, spine: usize) -> Vec<usize> {
        let count = self.order.len();
        let (reach, rounds) = if count > MANY {
            (REACH / 3, 1)
        } else {
            (REACH, ROUNDS)
        };
        for _ in 0..rounds {
            let mut better = false;
            for block in self.order.clone() {
                if block != spine {
                    better |= self.place(block, reach);
                }
            }
            if !better {
                break;
            }
        }
        self.order
    }

    /// Moves one block to the best place within reach; whether that is another than before.
    fn place(&mut self, block: usize, reach: usize) -> bool {
        let home = self.rank[block];
        let (first, last) = (
            home.saturating_sub(reach),
            (home + reach).min(self.order.len() - 1),
        );
        let (mut now, mut best, mut place) = (0_i64, 0_i64, home);
        while self.rank[block] > first {
            now += self.swap(self.rank[block] - 1);
            if now < best {
                (best, place) = (now, self.rank[block]);
            }
        }
        while self.rank[block] < last {
            now += self.swap(self.rank[block]);
            if now < best {
                (best, place) = (now, self.rank[block]);
            }
        }
        while self.rank[block] > place {
            self.swap(self.rank[block] - 1);
        }
        place != home
    }

    /// Swaps the blocks at `place` and right of it; how many more crossings there are then.
    fn swap(&mut self, place: usize) -> i64 {
        let (a, b) = (self.order[place], self.order[place + 1]);
        let change = self.change(a, b);
        self.order.swap(place, place + 1);
        (self.rank[a], self.rank[b]) = (place + 1, place);
        change
    }

    /// How many more crossings there are when `a`, right before `b`, comes right behind it.
    fn change(&self, a: usize, b: usize) -> i64 {
        let swapped = |block: usize| match block {
            block if block == a => self.rank[b],
            block if block == b => self.rank[a],
            block => self.rank[block],
        };
        // Both at the same side of a gap, `a` left of `b`: they cross where the other ends are the other way round.
        let pair = |at_a: usize, at_b: usize| {
            let before = i64::from(self.rank[at_a] > self.rank[at_b]);
            let after = i64::from(swapped(at_b) > swapped(at_a));
            after - before
        };
        let mut change = 0;
        let few_at_a = self.ends[a].len() <= self.ends[b].len();
        let (few, many) = if few_at_a { (a, b) } else { (b, a) };
        for end in &self.ends[few] {
            let ends = &self.ends[many];
            let key = (end.gap, end.lower);
            let first = ends.partition_point(|end| (end.gap, end.lower) < key);
            for other in ends[first..].iter().take_while(|end| (end.gap, end.lower) == key) {
                change += if few_at_a {
                    pair(end.other, other.other)
                } else {
                    pair(other.other, end.other)
                };
            }
        }
        // What passes through a gap goes from itself to itself.
        let passing = |ends: &[End], (first, last): (usize, usize)| {
            let start = ends.partition_point(|end| end.gap < first);
            let end = ends.partition_point(|end| end.gap < last);
            start..end.max(start)
        };
        let range = passing(&self.ends[a], self.passes[b]);
        change += self.ends[a][range]
            .iter()
            .map(|end| pair(end.other, b))
            .sum::<i64>();
        let range = passing(&self.ends[b], self.passes[a]);
        change += self.ends[b][range]
            .iter()
            .map(|end| pair(a, end.other))
            .sum::<i64>();
        change
    }
}
