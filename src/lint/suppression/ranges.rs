//! Ranges of bytes that may lie in one another, found by a byte inside of them.

use crate::arrange::Arrange as _;
use std::cmp::Reverse;
use std::ops::Range;

/// Finds the ranges around a byte without looking at all of them.
pub(in crate::lint) struct Ranges(Vec<Entry>);

struct Entry {
    range: Range<usize>,
    /// Its place among those that were given.
    which: usize,
    /// The last one before it that ends behind its end.
    up: Option<usize>,
}

impl Ranges {
    pub(super) fn of(ranges: impl IntoIterator<Item = Range<usize>>) -> Ranges {
        let mut entries: Vec<Entry> = (ranges.into_iter().enumerate())
            .map(|(which, range)| Entry {
                range,
                which,
                up: None,
            })
            .collect();
        entries.arrange_by_key(|entry| (entry.range.start, Reverse(entry.range.end)));
        // Those that end behind all that follow them so far.
        let mut open: Vec<usize> = Vec::new();
        for index in 0..entries.len() {
            let end = entries[index].range.end;
            while open.last().is_some_and(|last| entries[*last].range.end <= end) {
                open.pop();
            }
            entries[index].up = open.last().copied();
            open.push(index);
        }
        Ranges(entries)
    }

    /// Those around a byte, by their places among those that were given; what begins last comes first.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut next = self
            .0
            .partition_point(|entry| entry.range.start <= at)
            .checked_sub(1);
        std::iter::from_fn(move || {
            loop {
                let index = next?;
                let entry = &self.0[index];
                if entry.range.contains(&at) {
                    next = index.checked_sub(1);
                    return Some(entry.which);
                }
                // What lies between ends before this one does.
                next = entry.up;
            }
        })
    }

    /// Whether one of them has the byte.
    pub(in crate::lint) fn contain(&self, at: usize) -> bool {
        self.around(at).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;

    #[test]
    fn those_around_a_byte_are_found_whether_they_nest_or_cross() {
        let given = [
            0..100,
            10..20,
            12..15,
            12..15,
            18..30,
            40..50,
            41..43,
            44..46,
            60..60,
            45..70,
        ];
        let ranges = Ranges::of(given.clone());
        for at in 0..110 {
            let mut found: Vec<usize> = ranges.around(at).collect();
            found.sort_unstable();
            let all = given.iter().enumerate().filter(|(_, range)| range.contains(&at));
            assert_eq!(found, all.map(|(index, _)| index).collect::<Vec<_>>(), "at {at}");
            assert_eq!(ranges.contain(at), !found.is_empty());
        }
        assert_eq!(ranges.around(45).next(), Some(9));
    }
}
