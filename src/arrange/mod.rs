//! Things put in order, by one copy of the algorithm.
//!
//! Each kind of closure that the standard library's sorts are given makes 5 kB of machine code; a hundred of them were a
//! twentieth of the program. Here what is sorted is places, by one sort for all, and the items follow them.

use std::cmp::Ordering;

/// Puts the items of a slice in order; those that compare equal stay as they came.
pub trait Arrange<T> {
    /// By what a function gives for each.
    fn arrange_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);

    /// By a function that compares two.
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);
}

impl<T> Arrange<T> for [T] {
    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|one, other| key(one).cmp(&key(other)));
    }

    fn arrange_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        for (one, other) in swaps(self.len(), &mut |one, other| compare(&self[one], &self[other])) {
            self.swap(one, other);
        }
    }
}

/// The swaps, one after the other, that put so many items in order.
fn swaps(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<(usize, usize)> {
    // Most of what is sorted is in order already.
    if (1..count).all(|at| compare(at - 1, at).is_le()) {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    let mut swaps = Vec::new();
    for start in 0..count {
        // What belongs to `at` lies at `order[at]`; what is swapped away from `at` is looked for there.
        let mut at = start;
        while order[at] != start {
            let from = std::mem::replace(&mut order[at], at);
            swaps.push((at, from));
            at = from;
        }
        order[at] = at;
    }
    swaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_and_one_thing_are_in_order() {
        let mut none: [u8; 0] = [];
        none.arrange_by_key(|item| *item);
        let mut one = ["a"];
        one.arrange_by(|_, _| Ordering::Greater);
        assert_eq!(one, ["a"]);
    }

    #[test]
    fn equal_ones_stay_as_they_came() {
        let mut items = [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        items.arrange_by_key(|(key, _)| *key);
        assert_eq!(items, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }

    proptest! {
        #[test]
        fn it_is_a_stable_sort(keys in prop::collection::vec(0_u8..20, 0..300)) {
            let items: Vec<(u8, usize)> = keys.into_iter().enumerate().map(|(at, key)| (key, at)).collect();
            let (mut ours, mut sorted) = (items.clone(), items);
            ours.arrange_by_key(|(key, _)| *key);
            sorted.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(ours, sorted);
        }
    }
}
