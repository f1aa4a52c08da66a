//! Lanes: what the engine runs, and resumes by its events. The top level, each running branch and each running iteration is
//! one; the history knows each by its number.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::context::MapItem;
use super::engine::Inside;
use super::fingerprint::Telling;
use super::program::StateIndex;
use super::states;
use crate::history::Time;
use crate::value::{Map, Value};

/// A lane, by its place among the engine's and the number of lanes that had the place before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LaneId {
    pub(super) index: u32,
    pub(super) generation: u32,
}

/// Where a lane belongs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The machine's top level.
    Top,
    /// The branch or iteration with this index of the state that `parent` is in.
    Child { parent: LaneId, index: usize },
}

/// Where a lane is in its state.
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

/// A running lane: a scope's states, one after another.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) place: Place,
    /// Its number in the history.
    pub(super) number: u32,
    /// The child execution that it is part of, by its number among the engine's; `None` for the execution itself.
    pub(super) child: Option<u32>,
    pub(super) state: StateIndex,
    pub(super) phase: Phase,
    /// The input of the state, as it was entered with.
    pub(super) input: Value,
    /// Bytes that the input has at most.
    pub(super) bytes: usize,
    /// The event that the lane's next event names as its previous one.
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
    /// The token of the timer that the lane waits for; others are stale.
    pub(super) timer: u64,
    /// `$$.Task.Token` of a task that has one.
    pub(super) token: Option<Arc<str>>,
    /// What was inside the state when it failed, if the execution may go on from there.
    pub(super) stopped: Option<Box<Inside>>,
    /// The innermost Map iteration around it.
    pub(super) iteration: Option<Arc<Iteration>>,
}

impl Lane {
    /// The Map indexes around it, outermost first.
    pub(super) fn indexes(&self) -> Vec<usize> {
        let inner = self.iteration.as_deref();
        let ways = std::iter::successors(inner, |iteration| iteration.outer.as_deref());
        let mut indexes: Vec<usize> = ways.filter_map(|iteration| iteration.index).collect();
        indexes.reverse();
        indexes
    }
}

/// A Map's iteration, as the context object and the mocks know it.
#[derive(Debug)]
pub(super) struct Iteration {
    /// `Map.Item` of the context object; a child execution has none.
    pub(super) item: Option<MapItem>,
    /// Its index in its Map; `None` when a state is tested alone.
    pub(super) index: Option<usize>,
    /// The one around its Map.
    pub(super) outer: Option<Arc<Iteration>>,
}

/// The variables of a scope, with those of the scopes around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables(Option<Arc<Level>>);

#[derive(Debug, Clone, Default)]
struct Level {
    own: FxHashMap<Arc<str>, Variable>,
    outer: Variables,
}

#[derive(Debug, Clone)]
struct Variable {
    value: Value,
    /// Length of its JSON text.
    bytes: usize,
}

/// Most bytes of one variable, and of all that one `Assign` sets [Step Functions service quotas].
const MOST_ASSIGNED: usize = 262_144;

/// Most bytes of all variables [Step Functions service quotas].
pub(super) const MOST_VARIABLES: usize = 10 * 1024 * 1024;

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
            if let Some(variable) = own.get(name) {
                return Some(&variable.value);
            }
            level = outer.0.as_deref();
        }
        None
    }

    /// Tells every variable that can be read, by name.
    pub(super) fn tell(&self, telling: &mut Telling) {
        let mut level = self.0.as_deref();
        while let Some(Level { own, outer }) = level {
            let mut names: Vec<&Arc<str>> = own.keys().collect();
            names.sort();
            for name in names {
                telling.add(name);
                telling.optional(own.get(name).map(|variable| &variable.value));
            }
            level = outer.0.as_deref();
        }
    }

    /// Sets variables of this scope.
    pub(super) fn assign(&mut self, values: &Map) {
        let level = Arc::make_mut(self.0.get_or_insert_default());
        for (name, value) in values {
            let variable = Variable {
                value: value.clone(),
                bytes: value.json_len(),
            };
            level.own.insert(name.clone(), variable);
        }
    }

    /// What is too large of `values` that one `Assign` sets, for the beginning of a sentence.
    pub(super) fn beyond_limit(values: &Map) -> Option<String> {
        let mut assigned = 0;
        for (name, value) in values {
            let bytes = value.json_len();
            if bytes > MOST_ASSIGNED {
                return Some(format!("The variable '{name}'"));
            }
            assigned += bytes;
        }
        (assigned > MOST_ASSIGNED).then(|| "Assign".to_owned())
    }

    /// The bytes of these variables and those around them, but for scopes that are counted already.
    pub(super) fn held(&self, counted: &mut FxHashSet<usize>) -> usize {
        let mut bytes = 0;
        let mut level = self.0.as_ref();
        while let Some(this) = level.filter(|level| counted.insert(Arc::as_ptr(level).addr())) {
            bytes += this.own.values().map(|variable| variable.bytes).sum::<usize>();
            level = this.outer.0.as_ref();
        }
        bytes
    }

    /// The bytes of what would give way to `values` in this scope.
    pub(super) fn replaced(&self, values: &Map) -> usize {
        let own = self.0.as_deref().map(|level| &level.own);
        let replaced = values.keys().filter_map(|name| own?.get(name));
        replaced.map(|variable| variable.bytes).sum()
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

    // The limits of the guide: 256 KiB a variable and an Assign.
    #[test]
    fn variables_have_limits() {
        let text = |name: &str, bytes: usize| -> Map {
            // Two bytes are the quotes.
            [(Arc::from(name), Value::string("x".repeat(bytes - 2)))]
                .into_iter()
                .collect()
        };
        let mut variables = Variables::default();
        assert_eq!(Variables::beyond_limit(&text("x", 262_144)), None);
        let too_large = Variables::beyond_limit(&text("x", 262_145));
        assert_eq!(too_large.as_deref(), Some("The variable 'x'"));
        let mut two = text("a", 200_000);
        two.insert(Arc::from("b"), Value::string("x".repeat(62_143)));
        assert_eq!(Variables::beyond_limit(&two).as_deref(), Some("Assign"));
        // A scope that two lanes see counts once.
        variables.assign(&text("x", 100));
        let mut inner = variables.inner();
        inner.assign(&text("y", 30));
        let mut counted = FxHashSet::default();
        assert_eq!(
            inner.held(&mut counted) + variables.inner().held(&mut counted),
            130
        );
        assert_eq!(inner.replaced(&text("y", 5)), 30);
        assert_eq!(inner.replaced(&text("x", 5)), 0);
    }
}
