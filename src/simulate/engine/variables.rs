//! What all variables of an execution may hold: 10 MiB, those of branches and iterations beside each other included
//! [Step Functions service quotas].

use rustc_hash::FxHashSet;

use super::Engine;
use crate::simulate::lane::{LaneId, MOST_VARIABLES};
use crate::value::{Map, Value};

impl Engine<'_> {
    /// Whether all that is held would be too much when the lane's scope was assigned `values`.
    pub(super) fn would_hold_too_much(&self, id: LaneId, values: &Map) -> bool {
        let assigned: usize = values.values().map(Value::json_len).sum();
        // As much as is held at most; what is held is counted only when that is too much.
        let most = self.held_at_most.get() + assigned;
        if most <= MOST_VARIABLES {
            self.held_at_most.set(most);
            return false;
        }
        let this = self.lane(id);
        let mut counted = FxHashSet::default();
        let held: usize = self
            .live_lanes()
            .map(|other| self.lane(other))
            // A child execution's are its own.
            .filter(|other| other.child == this.child)
            .map(|other| other.variables.held(&mut counted))
            .sum();
        let held = held + assigned - this.variables.replaced(values);
        self.held_at_most.set(held);
        held > MOST_VARIABLES
    }
}
