//! Integers that a double cannot hold. AWS keeps whole numbers exact as long as they fit 64 bits [floci#2676, measured];
//! the engine's numbers are doubles. Those that an evaluation was given are remembered beside it, and a number of its
//! result that is one of theirs is that integer again. Where two of them have the same double, it stays the double.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

/// From here on doubles leave integers out.
const LIMIT: f64 = 9_007_199_254_740_992.0;

/// The large integers of an evaluation, by their doubles. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Exact(Arc<Mutex<FxHashMap<u64, Option<i64>>>>);

impl Exact {
    fn known(&self) -> MutexGuard<'_, FxHashMap<u64, Option<i64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all: a new evaluation begins.
    pub(super) fn clear(&self) {
        self.known().clear();
    }

    /// Remembers an integer that the evaluation is given.
    pub(super) fn note(&self, integer: i64) {
        let double = integer as f64;
        if double.abs() >= LIMIT {
            let mut known = self.known();
            let entry = known.entry(double.to_bits()).or_insert(Some(integer));
            if *entry != Some(integer) {
                *entry = None;
            }
        }
    }

    /// Remembers those of a JSON value.
    pub(super) fn note_all(&self, value: &serde_json::Value) {
        match value {
            serde_json::Value::Number(number) => {
                if let Some(integer) = number.as_i64() {
                    self.note(integer);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.note_all(item)),
            serde_json::Value::Object(members) => members.values().for_each(|member| self.note_all(member)),
            _ => {}
        }
    }

    /// The integer that a double of the result came from.
    pub(super) fn of(&self, double: f64) -> Option<i64> {
        if double.abs() < LIMIT {
            return None;
        }
        self.known().get(&double.to_bits()).copied().flatten()
    }
}
