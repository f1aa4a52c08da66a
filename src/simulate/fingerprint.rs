//! What a run may still do, told in one number: two runs that tell the same number go on alike when their tasks are
//! answered alike.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use super::engine::Engine;
use super::strand::{Phase, Place, Strand, StrandId};

/// The longest count of retries that is told apart: a retrier that allows more goes on for practical purposes for ever.
const MOST_RETRIES: u64 = 100;

impl Engine<'_> {
    /// A number that is equal for runs in which every line of execution is in the same state, with the same input,
    /// variables, retries so far and time left to wait. What may differ and still count as the same: the ids of
    /// events, the absolute time, random numbers drawn, and what earlier states have left behind in none of these.
    pub(in crate::simulate) fn fingerprint(&self, of: StrandId) -> u64 {
        let mut strands: Vec<(String, StrandId)> =
            self.live_strands().map(|id| (self.strand_path(id), id)).collect();
        strands.sort_by(|(a, _), (b, _)| a.cmp(b));
        let dues = self.dues();
        let mut waits: Vec<(i64, u64)> = dues.values().copied().collect();
        waits.sort_unstable();
        let mut hasher = DefaultHasher::new();
        self.strand_path(of).hash(&mut hasher);
        for (path, id) in &strands {
            path.hash(&mut hasher);
            let strand = self.strand(*id);
            strand.tell(&mut hasher);
            // Which of those that wait goes first, and when.
            let rank = dues.get(&id.index).and_then(|due| waits.binary_search(due).ok());
            rank.map(|rank| (rank, waits[rank].0)).hash(&mut hasher);
        }
        for id in self.waiting_turns() {
            self.strand_path(id).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The way to a strand from the top level: indexes of branches and items.
    fn strand_path(&self, mut id: StrandId) -> String {
        let mut path = String::new();
        while let Place::Child { parent, index } = self.strand(id).place {
            // Writing to a String cannot fail.
            let _ = write!(path, "{index:08}/");
            id = parent;
        }
        path
    }
}

impl Strand {
    fn tell(&self, hasher: &mut DefaultHasher) {
        self.state.index().hash(hasher);
        self.input.to_json().hash(hasher);
        self.variables.tell(hasher);
        for made in &self.retries {
            (*made).min(MOST_RETRIES).hash(hasher);
        }
        u64::from(self.retry_count).min(MOST_RETRIES).hash(hasher);
        match &self.phase {
            Phase::Enter => 0.hash(hasher),
            Phase::Work => 1.hash(hasher),
            Phase::Retry => 2.hash(hasher),
            Phase::Wait(pending) => format!("{pending:?}").hash(hasher),
            Phase::Task(pending) => format!("{pending:?}").hash(hasher),
            Phase::Branches(running) => running.tell(hasher),
            Phase::Iterations(running) => running.tell(hasher),
            Phase::MapRun(run) => format!("{run:?}").hash(hasher),
        }
    }
}
