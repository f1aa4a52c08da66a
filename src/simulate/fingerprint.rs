//! What a run may still do, told in one number: two runs that tell the same number go on alike when their tasks are
//! answered alike.

use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};

use rustc_hash::FxHashMap;

use super::engine::Engine;
use super::lane::{Lane, LaneId, Phase, Place};
use crate::arrange::Arrange as _;
use crate::value::Value;

/// The longest count of retries that is told apart: a retrier that allows more goes on for practical purposes for ever.
const MOST_RETRIES: u64 = 100;

/// The number while it is told.
#[derive(Debug, Default)]
pub(super) struct Telling {
    hasher: DefaultHasher,
    /// What arrays and objects have told, by where they lie: a Map's input is that of its state, and what it iterates
    /// over, and may be large.
    shared: FxHashMap<usize, u64>,
}

impl Telling {
    /// Tells something small.
    pub(super) fn add(&mut self, what: impl Hash) {
        what.hash(&mut self.hasher);
    }

    /// Tells a value as its JSON text would. What it holds lives on in the engine until everything is told: another value
    /// in its place would count as the same.
    pub(super) fn value(&mut self, value: &Value) {
        let Some(address) = value.address() else {
            value.feed(&mut self.hasher);
            return;
        };
        let told = self.shared.entry(address).or_insert_with(|| {
            let mut hasher = DefaultHasher::new();
            value.feed(&mut hasher);
            hasher.finish()
        });
        told.hash(&mut self.hasher);
    }

    /// Tells that there is a value, or none.
    pub(super) fn optional(&mut self, value: Option<&Value>) {
        self.add(value.is_some());
        if let Some(value) = value {
            self.value(value);
        }
    }

    /// Tells what is seldom there, or short.
    pub(super) fn debug(&mut self, what: &impl fmt::Debug) {
        // Hashing cannot fail.
        let _ = write!(Hashed(&mut self.hasher), "{what:?}");
        self.add(());
    }
}

/// Hashes what is written.
struct Hashed<'h>(&'h mut DefaultHasher);

impl fmt::Write for Hashed<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

impl Engine<'_> {
    /// A number that is equal for runs in which every line of execution is in the same state, with the same input,
    /// variables, retries so far and time left to wait. What may differ and still count as the same: the ids of
    /// events, the absolute time, random numbers drawn, and what earlier states have left behind in none of these.
    pub(in crate::simulate) fn fingerprint(&self, of: LaneId) -> u64 {
        let mut lanes: Vec<(Vec<usize>, LaneId)> =
            self.live_lanes().map(|id| (self.lane_path(id), id)).collect();
        lanes.arrange_by(|(a, _), (b, _)| a.cmp(b));
        let dues = self.dues();
        let mut waits: Vec<(i64, u64)> = dues.values().copied().collect();
        waits.sort_unstable();
        let mut telling = Telling::default();
        telling.add(self.lane_path(of));
        for (path, id) in &lanes {
            telling.add(path);
            self.lane(*id).tell(&mut telling);
            // Which of those that wait goes first, and when.
            let rank = dues.get(&id.index).and_then(|due| waits.binary_search(due).ok());
            telling.add(rank.map(|rank| (rank, waits[rank].0)));
        }
        for id in self.waiting_turns() {
            telling.add(self.lane_path(id));
        }
        telling.hasher.finish()
    }

    /// The way to a lane from the top level: indexes of branches and items, the innermost first.
    fn lane_path(&self, mut id: LaneId) -> Vec<usize> {
        let mut path = Vec::new();
        while let Place::Child { parent, index } = self.lane(id).place {
            path.push(index);
            id = parent;
        }
        path
    }
}

impl Lane {
    fn tell(&self, telling: &mut Telling) {
        telling.add(self.state.index());
        telling.value(&self.input);
        self.variables.tell(telling);
        for made in &self.retries {
            telling.add((*made).min(MOST_RETRIES));
        }
        telling.add(u64::from(self.retry_count).min(MOST_RETRIES));
        telling.add(std::mem::discriminant(&self.phase));
        match &self.phase {
            Phase::Enter | Phase::Work | Phase::Retry => {}
            Phase::Wait(pending) => telling.debug(pending),
            Phase::Task(pending) => telling.debug(pending),
            Phase::Branches(running) => running.tell(telling),
            Phase::Iterations(running) => running.tell(telling),
            Phase::MapRun(run) => run.tell(telling),
        }
    }
}
