//! Strands: the top level, each running branch and each running iteration is one, resumed by the engine's events.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::clock::Time;
use super::program::StateIndex;
use super::states;
use crate::value::{Map, Value};

/// A strand, by its place among the engine's and the number of strands that had the place before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StrandId {
    pub(super) index: u32,
    pub(super) generation: u32,
}

/// Where a strand belongs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The machine's top level.
    Top,
    /// The branch or iteration with this index of the state that `parent` is in.
    Child { parent: StrandId, index: usize },
}

/// Where a strand is in its state.
#[derive(Debug)]
pub(super) enum Phase {
    /// Before the state: it is entered next.
    Enter,
    /// In the state, before its work or before another try of it.
    Work,
    /// Waiting for a retry.
    Retry,
    /// In a Wait state.
    Wait(Box<states::wait::Pending>),
    /// A task is running.
    Task(Box<states::task::Pending>),
    /// Branches are running.
    Branches(Box<states::parallel::Running>),
    /// Iterations are running.
    Iterations(Box<states::map::Running>),
    /// Child executions are running.
    MapRun(Box<states::map::MapRun>),
}

/// One line of execution: a scope's states, one after another.
#[derive(Debug)]
pub(super) struct Strand {
    pub(super) place: Place,
    /// Its line in the history.
    pub(super) lane: u32,
    /// The child execution that it is part of, by its number among the engine's; `None` for the execution itself.
    pub(super) child: Option<u32>,
    pub(super) state: StateIndex,
    pub(super) phase: Phase,
    /// The input of the state, as it was entered with.
    pub(super) input: Value,
    /// Bytes that the input has at most.
    pub(super) bytes: usize,
    /// The event that the strand's next event names as its previous one.
    pub(super) chain: u64,
    /// The id of the state's `...StateEntered` event, and when it was written.
    pub(super) entered: (u64, Time),
    /// What `chain` was before the state was entered.
    pub(super) before_entered: u64,
    pub(super) variables: Variables,
    /// Retries of the state so far: `$$.State.RetryCount`.
    pub(super) retry_count: u32,
    /// Retries that each retrier of the state has made.
    pub(super) retries: Vec<u64>,
    /// The token of the timer that the strand waits for; others are stale.
    pub(super) timer: u64,
    /// `$$.Task.Token` of a task that has one.
    pub(super) token: Option<Arc<str>>,
    /// The innermost Map iteration around it.
    pub(super) iteration: Option<Arc<Iteration>>,
}

/// A Map's iteration, as the context object and the mocks know it.
#[derive(Debug)]
pub(super) struct Iteration {
    /// `Map.Item` of the context object; a child execution has none.
    pub(super) item: Option<Value>,
    /// The Map indexes from the outermost to this.
    pub(super) indexes: Vec<usize>,
}

/// The variables of a scope, with those of the scopes around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables(Option<Arc<Level>>);

#[derive(Debug, Clone, Default)]
struct Level {
    own: FxHashMap<Arc<str>, Value>,
    outer: Variables,
}

impl Variables {
    /// The variables of a scope inside this one: it reads these and assigns its own.
    pub(super) fn inner(&self) -> Variables {
        // A level without variables adds nothing: what is inside reads past it.
        match &self.0 {
            None => Variables(None),
            Some(_) => Variables(Some(Arc::new(Level {
                own: FxHashMap::default(),
                outer: self.clone(),
            }))),
        }
    }

    /// The value of a variable.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let mut level = self.0.as_deref();
        while let Some(Level { own, outer }) = level {
            if let Some(value) = own.get(name) {
                return Some(value);
            }
            level = outer.0.as_deref();
        }
        None
    }

    /// Sets variables of this scope.
    pub(super) fn assign(&mut self, values: &Map) {
        let level = Arc::make_mut(self.0.get_or_insert_default());
        for (name, value) in values {
            level.own.insert(name.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, value: i64) -> Map {
        [(Arc::from(name), Value::from(value))].into_iter().collect()
    }

    #[test]
    fn inner_scopes_read_outer_variables_and_keep_their_own() {
        let mut outer = Variables::default();
        outer.assign(&one("x", 1));
        let mut inner = outer.inner();
        inner.assign(&one("y", 2));
        assert_eq!(inner.get("x"), Some(&Value::from(1)));
        assert_eq!(inner.get("y"), Some(&Value::from(2)));
        assert_eq!(outer.get("y"), None);
    }
}
