//! Differences of two texts, line by line.

use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use similar::TextDiff;

/// The most steps that a difference may surely take, as lines times differing lines: some tenths of a second.
const MOST_STEPS: usize = 50_000_000;

/// What texts may take whose lines are the same and come in another order; nothing else takes so long.
const LONGEST: Duration = Duration::from_secs(5);

/// The difference of two texts by their lines. Finding the smallest one takes the square of the lines that differ: where
/// these are too many, all between the first and the last of them is replaced at once.
pub fn line_differences<'t>(old: &'t str, new: &'t str) -> TextDiff<'t, 't, 't, str> {
    let now = Instant::now();
    // After its deadline the algorithm looks no further.
    let deadline = match steps(old, new) > MOST_STEPS {
        true => now,
        false => now + LONGEST,
    };
    TextDiff::configure().deadline(deadline).diff_lines(old, new)
}

/// How many steps the algorithm takes at least: as many lines as there are, for each line that one text has more often
/// than the other.
fn steps(old: &str, new: &str) -> usize {
    let mut counts: FxHashMap<&str, isize> = FxHashMap::default();
    let mut lines = 0_usize;
    for line in old.lines() {
        *counts.entry(line).or_default() += 1;
        lines += 1;
    }
    for line in new.lines() {
        *counts.entry(line).or_default() -= 1;
        lines += 1;
    }
    let differing: usize = counts.values().map(|count| count.unsigned_abs()).sum();
    lines.saturating_mul(differing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use similar::ChangeTag;

    fn counts(old: &str, new: &str) -> [usize; 3] {
        let mut counts = [0; 3];
        for change in line_differences(old, new).iter_all_changes() {
            counts[match change.tag() {
                ChangeTag::Equal => 0,
                ChangeTag::Delete => 1,
                ChangeTag::Insert => 2,
            }] += 1;
        }
        counts
    }

    #[test]
    fn texts_that_differ_throughout_are_replaced_at_once() {
        let text = |line: &dyn Fn(usize) -> String| -> String {
            let middle: String = (0..30_000).map(|i| line(i) + "\n").collect();
            format!("first\n{middle}last\n")
        };
        let old = text(&|i| format!("{i}"));
        // Every second line stays; that is not looked for.
        let new = text(&|i| {
            if i % 2 == 0 {
                format!("{i}")
            } else {
                format!("  {i}")
            }
        });
        let [equal, deleted, inserted] = counts(&old, &new);
        assert_eq!(deleted, inserted);
        assert!(
            (3..15_002).contains(&equal) && equal + deleted == 30_002,
            "{equal} {deleted}"
        );
    }

    #[test]
    fn small_differences_are_as_small_as_they_are() {
        let old: String = (0..30_000).map(|i| format!("{i}\n")).collect();
        let new = old.replace("\n777\n", "\n").replace("\n29000\n", "\nx\ny\n");
        assert_eq!(counts(&old, &new), [29_998, 2, 2]);
    }
}
