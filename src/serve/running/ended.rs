//! What has ended and is kept, in the order of its end.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

/// ARNs by when they have ended.
#[derive(Default)]
pub(super) struct Ended {
    by_place: BTreeMap<u64, Arc<str>>,
    places: FxHashMap<Arc<str>, u64>,
    next: u64,
}

impl Ended {
    pub(super) fn len(&self) -> usize {
        self.by_place.len()
    }

    /// One has ended.
    pub(super) fn add(&mut self, arn: Arc<str>) {
        self.remove(&arn);
        self.places.insert(arn.clone(), self.next);
        self.by_place.insert(self.next, arn);
        self.next += 1;
    }

    /// One goes on, or is there no more.
    pub(super) fn remove(&mut self, arn: &str) {
        if let Some(place) = self.places.remove(arn) {
            self.by_place.remove(&place);
        }
    }

    /// Takes the one that has ended first.
    pub(super) fn take_oldest(&mut self) -> Option<Arc<str>> {
        let (_, arn) = self.by_place.pop_first()?;
        self.places.remove(&arn);
        Some(arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_again_is_the_newest() {
        let mut ended = Ended::default();
        for arn in ["a", "b", "a", "c"] {
            ended.add(Arc::from(arn));
        }
        ended.remove("c");
        ended.remove("d");
        assert_eq!(ended.len(), 2);
        let oldest = || ended.take_oldest();
        let order: Vec<Arc<str>> = std::iter::from_fn(oldest).collect();
        assert_eq!(order.iter().map(|arn| &**arn).collect::<Vec<_>>(), ["b", "a"]);
    }
}
