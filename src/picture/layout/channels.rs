//! Where lines run across between layers: each net of them on a track of its own, so that none lies on another.

use crate::arrange::Arrange as _;

/// Nets that together have more pairs than this keep the order that they have.
const MOST: usize = 150;
/// How near two lines may come.
const NEAR: f64 = 8.0;

/// The lines of one net in one gap.
#[derive(Debug, Clone, Default)]
pub(super) struct Net {
    /// Where lines come from above, and from below.
    pub(super) upper: Vec<f64>,
    pub(super) lower: Vec<f64>,
}

impl Net {
    fn pins(&self) -> impl Iterator<Item = f64> {
        self.upper.iter().chain(&self.lower).copied()
    }

    fn left(&self) -> f64 {
        self.pins().fold(f64::INFINITY, f64::min)
    }

    fn right(&self) -> f64 {
        self.pins().fold(f64::NEG_INFINITY, f64::max)
    }

    /// Whether all of it is one vertical line.
    pub(super) fn is_straight(&self) -> bool {
        self.right() - self.left() < 0.5 && !self.upper.is_empty() && !self.lower.is_empty()
    }
}

/// The track of each net, from above, and how many there are. A straight net has none.
pub(super) fn tracks(nets: &[Net]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..nets.len()).filter(|&net| !nets[net].is_straight()).collect();
    // What goes far to the left or right first, as a beginning.
    order.arrange_by(|&a, &b| nets[a].left().total_cmp(&nets[b].left()));
    if order.len() <= MOST {
        improve(nets, &mut order);
    }
    let mut track = vec![0; nets.len()];
    let mut count = 0;
    let mut ends: Vec<Vec<(f64, f64)>> = Vec::new();
    for (i, &net) in order.iter().enumerate() {
        let (left, right) = (nets[net].left() - NEAR, nets[net].right() + NEAR);
        // Below the lowest of those above it that it would meet.
        let meets = |&(from, to): &(f64, f64)| from < right && left < to;
        let lowest = ends
            .iter()
            .rposition(|track| track.iter().any(meets))
            .map_or(0, |track| track + 1);
        // A net whose pins stand where those of one above it do must stay below it, too.
        let over = order[..i]
            .iter()
            .filter(|&&over| forced(&nets[over], &nets[net]) > 0);
        let at = over.map(|&over| track[over] + 1).fold(lowest, usize::max);
        if ends.len() <= at {
            ends.resize_with(at + 1, Vec::new);
        }
        ends[at].push((nets[net].left(), nets[net].right()));
        track[net] = at;
        count = count.max(at + 1);
    }
    (track, count)
}

/// Sorts nets so that few lines cross: each is tried in all places.
fn improve(nets: &[Net], order: &mut Vec<usize>) {
    // What it costs that one is above another.
    let cost = |above: usize, below: usize| {
        let (above, below) = (&nets[above], &nets[below]);
        let (left, right) = (above.left(), above.right());
        let mut cost = below.upper.iter().filter(|&&x| x > left && x < right).count() as i64;
        let (left, right) = (below.left(), below.right());
        cost += above.lower.iter().filter(|&&x| x > left && x < right).count() as i64;
        cost + 1000 * forced(below, above)
    };
    for _ in 0..3 {
        let mut better = false;
        for i in 0..order.len() {
            let net = order[i];
            let (mut now, mut best, mut place) = (0, 0, i);
            for j in (0..i).rev() {
                now += cost(net, order[j]) - cost(order[j], net);
                if now < best {
                    (best, place) = (now, j);
                }
            }
            now = 0;
            for (j, &other) in order.iter().enumerate().skip(i + 1) {
                now += cost(other, net) - cost(net, other);
                if now < best {
                    (best, place) = (now, j);
                }
            }
            if place != i {
                order.remove(i);
                order.insert(place, net);
                better = true;
            }
        }
        if !better {
            break;
        }
    }
}

/// How often lines would lie on each other, were `above` not above `below`.
fn forced(above: &Net, below: &Net) -> i64 {
    let near = |x: &f64| below.lower.iter().any(|y| (x - y).abs() < NEAR);
    above.upper.iter().filter(|x| near(x)).count() as i64
}
