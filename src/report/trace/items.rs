//! Which items of a Map went alike: one of them is shown, and how many more there are.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::arrange::Arrange as _;
use crate::diagnostics::counted;

/// Most kinds of items that are shown of one Map.
const MOST: usize = 10;

/// What happened in a lane and the lanes inside it, without the values that went through: two items with the same story
/// passed the same states, and failed and were retried alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Story {
    /// Of its own events, in order.
    own: u64,
    /// Of the lanes inside it, which run side by side: in no order.
    inside: u64,
    calls: u64,
    retries: u64,
}

/// What an event adds to the stories around it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counts {
    Nothing,
    Call,
    Retry,
}

impl Story {
    /// Adds something that happened in this lane; gives what the lanes around it are to add.
    pub(super) fn add(&mut self, what: impl Hash, counts: Counts) -> u64 {
        let mut hasher = FxHasher::default();
        (self.own, what).hash(&mut hasher);
        self.own = hasher.finish();
        self.count(counts);
        self.own
    }

    /// Adds what happened in a lane inside, the `branch`th or an item.
    pub(super) fn add_inside(&mut self, what: u64, branch: Option<usize>, counts: Counts) {
        let mut hasher = FxHasher::default();
        (what, branch).hash(&mut hasher);
        self.inside = self.inside.wrapping_add(hasher.finish());
        self.count(counts);
    }

    fn count(&mut self, counts: Counts) {
        match counts {
            Counts::Nothing => {}
            Counts::Call => self.calls += 1,
            Counts::Retry => self.retries += 1,
        }
    }
}

/// The items of a Map that is running.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// The first that was begun, which is shown while it runs.
    first: Option<u32>,
    /// Those that have not ended.
    open: Vec<u32>,
    kinds: Vec<Kind>,
    by_story: FxHashMap<Story, usize>,
    /// Items of further kinds.
    left_out: usize,
}

/// Items that went alike.
#[derive(Debug)]
pub(super) struct Kind {
    /// The lane of the one that is shown.
    pub(super) lane: u32,
    index: usize,
    count: usize,
    story: Story,
}

impl Items {
    /// An item is begun; gives whether it is the first.
    pub(super) fn begin(&mut self, lane: u32) -> bool {
        self.open.push(lane);
        *self.first.get_or_insert(lane) == lane
    }

    /// Those that have not ended.
    pub(super) fn open(&self) -> &[u32] {
        &self.open
    }

    /// An item has ended, or nothing more is known of it. Gives the lane that need not be shown.
    pub(super) fn end(&mut self, lane: u32, index: usize, story: Story) -> Option<u32> {
        let at = self.open.iter().position(|open| *open == lane)?;
        self.open.swap_remove(at);
        let is_first = self.first == Some(lane);
        if let Some(&kind) = self.by_story.get(&story) {
            let kind = &mut self.kinds[kind];
            kind.count += 1;
            if is_first {
                kind.index = index;
                return Some(std::mem::replace(&mut kind.lane, lane));
            }
            return Some(lane);
        }
        if self.kinds.len() >= MOST && !is_first {
            self.left_out += 1;
            return Some(lane);
        }
        self.by_story.insert(story, self.kinds.len());
        self.kinds.push(Kind {
            lane,
            index,
            count: 1,
            story,
        });
        None
    }

    /// Puts the kinds into the order of the items that are shown.
    pub(super) fn sort(&mut self) {
        self.kinds.arrange_by_key(|kind| kind.index);
    }

    /// The kinds of items.
    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Whether it is the first, which has its place already.
    pub(super) fn is_first(&self, kind: &Kind) -> bool {
        self.first == Some(kind.lane)
    }

    /// What there is to say of the items that are not shown for being of other kinds.
    pub(super) fn left_out(&self, what: &str) -> Option<String> {
        (self.left_out > 0).then(|| {
            format!(
                "{} that differ from these: --full shows all",
                counted(self.left_out, &format!("more {what}"))
            )
        })
    }
}

impl Kind {
    /// `97 more items like this: 3 calls, 1 retry each`, unless there is only the one.
    pub(super) fn more(&self, what: &str) -> Option<String> {
        if self.count == 1 {
            return None;
        }
        let mut text = format!("{} like this", counted(self.count - 1, &format!("more {what}")));
        let mut parts = Vec::new();
        if self.story.calls > 0 {
            parts.push(counted(self.story.calls, "call"));
        }
        match self.story.retries {
            0 => {}
            1 => parts.push("1 retry".to_owned()),
            retries => parts.push(format!("{retries} retries")),
        }
        if !parts.is_empty() {
            text += &format!(": {}", parts.join(", "));
            if self.count > 2 {
                text += " each";
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(of: &[(&str, Counts)]) -> Story {
        let mut story = Story::default();
        for (what, counts) in of {
            story.add(what, *counts);
        }
        story
    }

    #[test]
    fn items_that_went_alike_are_counted() {
        let plain = story(&[("A", Counts::Call), ("B", Counts::Call)]);
        let retried = story(&[("A", Counts::Call), ("retry", Counts::Retry), ("A", Counts::Call)]);
        let mut items = Items::default();
        for lane in 10..15 {
            assert_eq!(items.begin(lane), lane == 10);
        }
        assert_eq!(items.end(12, 2, plain), None);
        assert_eq!(items.end(11, 1, retried), None);
        assert_eq!(items.end(13, 3, plain), Some(13));
        // The first is shown as it runs: the other of its kind gives way.
        assert_eq!(items.end(10, 0, plain), Some(12));
        assert_eq!(items.end(14, 4, retried), Some(14));
        items.sort();
        let said: Vec<_> = items.kinds().iter().map(|kind| kind.more("item")).collect();
        assert_eq!(
            said,
            [
                Some("2 more items like this: 2 calls each".to_owned()),
                Some("1 more item like this: 2 calls, 1 retry".to_owned()),
            ]
        );
        assert_eq!(items.left_out("item"), None);
    }

    #[test]
    fn no_more_kinds_are_shown_than_anybody_reads() {
        let mut items = Items::default();
        for lane in 0..13 {
            items.begin(lane);
            let name = format!("{lane}");
            let dropped = items.end(lane, lane as usize, story(&[(&name, Counts::Nothing)]));
            assert_eq!(dropped, (lane >= 10).then_some(lane));
        }
        assert_eq!(
            items.left_out("item").as_deref(),
            Some("3 more items that differ from these: --full shows all")
        );
    }

    #[test]
    fn lanes_inside_count_in_no_order() {
        let (mut a, mut b) = (Story::default(), Story::default());
        a.add_inside(1, Some(0), Counts::Nothing);
        a.add_inside(2, Some(1), Counts::Call);
        b.add_inside(2, Some(1), Counts::Call);
        b.add_inside(1, Some(0), Counts::Nothing);
        assert_eq!(a, b);
        b.add_inside(1, Some(1), Counts::Nothing);
        assert_ne!(a, b);
    }
}
