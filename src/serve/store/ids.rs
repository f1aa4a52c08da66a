//! Ids that look like AWS's and that the seed determines: the same requests in the same order get the same ones.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::expr::random::RandomSource;

/// What an id is for. Each purpose counts for itself, so that a request more changes no name of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::serve) enum Purpose {
    /// `x-amzn-RequestId`
    Request,
    /// The name of an execution that was given none.
    Execution,
    /// `revisionId`
    Revision,
    /// Which version an alias chooses.
    Route,
    /// The seed of an execution.
    Seed,
}

const PURPOSES: usize = 5;

/// How many ids were given, by purpose.
pub(in crate::serve) type Given = [u64; PURPOSES];

/// Gives ids.
#[derive(Debug)]
pub(in crate::serve) struct Ids {
    seed: u64,
    given: [AtomicU64; PURPOSES],
}

impl Ids {
    /// The ids of a seed.
    pub(in crate::serve) fn new(seed: u64) -> Ids {
        Ids {
            seed,
            given: Default::default(),
        }
    }

    fn source(&self, purpose: Purpose) -> RandomSource {
        let count = self.given[purpose as usize].fetch_add(1, Ordering::Relaxed);
        let of_purpose = RandomSource::new(self.seed ^ (purpose as u64 + 1) << 56).next_u64();
        RandomSource::new(RandomSource::new(of_purpose ^ count).next_u64())
    }

    /// The next UUID for a purpose.
    pub(in crate::serve) fn uuid(&self, purpose: Purpose) -> String {
        self.source(purpose).uuid()
    }

    /// The next number for a purpose.
    pub(in crate::serve) fn number(&self, purpose: Purpose) -> u64 {
        self.source(purpose).next_u64()
    }

    /// How many were given.
    pub(in crate::serve) fn count(&self) -> Given {
        std::array::from_fn(|purpose| self.given[purpose].load(Ordering::Relaxed))
    }

    /// Counts on from there.
    pub(in crate::serve) fn count_from(&self, count: Given) {
        for (given, count) in self.given.iter().zip(count) {
            given.store(count, Ordering::Relaxed);
        }
    }

    /// Begins anew.
    pub(in crate::serve) fn reset(&self) {
        for given in &self.given {
            given.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_count_make_an_id() {
        let (a, b) = (Ids::new(7), Ids::new(7));
        a.uuid(Purpose::Request);
        assert_eq!(a.uuid(Purpose::Execution), b.uuid(Purpose::Execution));
        assert_ne!(a.uuid(Purpose::Execution), b.uuid(Purpose::Request));
        assert_ne!(a.uuid(Purpose::Revision), Ids::new(8).uuid(Purpose::Revision));
        let mut seen: Vec<String> = (0..1000).map(|_| a.uuid(Purpose::Execution)).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 1000);
    }
}
