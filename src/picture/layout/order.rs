//! The order within layers that lets few lines cross.

use super::layers::Flat;

/// How often all layers are gone through.
const SWEEPS: usize = 12;

/// Orders the slots of each layer by the mean place of what they are joined to in the layer before, down and up in
/// turns, and keeps the best that came by.
pub(super) fn order(mut flat: Flat) -> Flat {
    let mut upper: Vec<Vec<usize>> = vec![Vec::new(); flat.slots.len()];
    let mut lower: Vec<Vec<usize>> = vec![Vec::new(); flat.slots.len()];
    for link in &flat.links {
        upper[link.lower].push(link.upper);
        lower[link.upper].push(link.lower);
    }
    let mut places = vec![0_usize; flat.slots.len()];
    number(&flat.layers, &mut places);
    let mut best = flat.layers.clone();
    let mut fewest = crossings(&flat.layers, &lower, &places);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let count = flat.layers.len();
        for i in 1..count {
            let (layer, joined) = if sweep % 2 == 0 {
                (i, &upper)
            } else {
                (count - 1 - i, &lower)
            };
            let slots = &mut flat.layers[layer];
            let mut keyed: Vec<(f64, usize)> = slots
                .iter()
                .map(|&slot| {
                    let near = &joined[slot];
                    let sum: usize = near.iter().map(|&other| places[other]).sum();
                    let mean = if near.is_empty() {
                        places[slot] as f64
                    } else {
                        sum as f64 / near.len() as f64
                    };
                    (mean, slot)
                })
                .collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (place, (_, slot)) in keyed.into_iter().enumerate() {
                slots[place] = slot;
                places[slot] = place;
            }
        }
        let now = crossings(&flat.layers, &lower, &places);
        if now < fewest {
            fewest = now;
            best.clone_from(&flat.layers);
        }
    }
    flat.layers = best;
    flat
}

fn number(layers: &[Vec<usize>], places: &mut [usize]) {
    for layer in layers {
        for (place, &slot) in layer.iter().enumerate() {
            places[slot] = place;
        }
    }
}

/// How many lines cross between neighbouring layers.
fn crossings(layers: &[Vec<usize>], lower: &[Vec<usize>], places: &[usize]) -> usize {
    let mut total = 0;
    for (i, layer) in layers.iter().enumerate() {
        let width = layers.get(i + 1).map_or(0, Vec::len);
        // A Fenwick tree of the ends seen so far: each end crosses those to its right.
        let mut tree = vec![0_usize; width + 1];
        let mut seen = 0;
        for &slot in layer {
            let mut ends: Vec<usize> = lower[slot].iter().map(|&other| places[other]).collect();
            ends.sort_unstable();
            for &end in &ends {
                let (mut at, mut before) = (end + 1, 0);
                while at > 0 {
                    before += tree[at];
                    at &= at - 1;
                }
                total += seen - before;
            }
            for end in ends {
                seen += 1;
                let mut at = end + 1;
                while at <= width {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
        }
    }
    total
}
