//! Which answer a call gets.

use std::fmt;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Answer, Entries, Mocks};
use crate::arrange::Arrange as _;
use crate::diagnostics::times;

/// Which answers one run has been given; the mocks themselves are told anew at each call.
#[derive(Debug, Default)]
pub struct Calls {
    taken: FxHashMap<(Arc<str>, Option<Vec<usize>>), usize>,
    /// The states whose one answer has served a call.
    served: FxHashSet<Arc<str>>,
}

/// A call that no answer is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAnswer {
    /// The state that called.
    pub state: Arc<str>,
    /// The Map indexes of the call, outermost first.
    pub iteration: Vec<usize>,
    /// Why there is none.
    pub kind: NoAnswerKind,
    /// An entry that would serve the call, where the shape of its answer is known.
    pub example: Option<Box<serde_json::Value>>,
}

/// A list of answers of which some are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOver {
    /// The state.
    pub state: Arc<str>,
    /// How many were used.
    pub used: usize,
    /// How many there are.
    pub entries: usize,
}

impl fmt::Display for LeftOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LeftOver { state, used, entries } = self;
        let were = if *used == 1 { "was" } else { "were" };
        write!(
            f,
            "the mock of '{state}' has {}, and {used} {were} used",
            entries_of(*entries)
        )
    }
}

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswerKind {
    /// The state has no mock.
    NoMock,
    /// The state's list, or its entries for this iteration, had this many answers, and all are taken.
    Exhausted(usize),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            NoAnswerKind::NoMock => write!(f, "the task '{}' has no mock", self.state)?,
            NoAnswerKind::Exhausted(count) => write!(
                f,
                "the task '{}' is called {}, and its mock has {}",
                self.state,
                times(count + 1),
                entries_of(count)
            )?,
        }
        if !self.iteration.is_empty() {
            write!(f, " (iteration {:?})", self.iteration)?;
        }
        Ok(())
    }
}

/// `1 entry`, `2 entries`.
fn entries_of(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    }
}

impl Calls {
    /// What `mocks` answer to the next call of `state`, made in the Map iteration with these indexes (outermost first).
    ///
    /// # Errors
    /// When there is no answer.
    pub fn next(
        &mut self,
        mocks: &Mocks,
        state: &Arc<str>,
        iteration: &[usize],
    ) -> Result<Arc<Answer>, NoAnswer> {
        if let Some(answer) = &mocks.every_call {
            return Ok(answer.clone());
        }
        let refuse = |kind| NoAnswer {
            state: state.clone(),
            iteration: iteration.to_vec(),
            kind,
            example: None,
        };
        let Some(mocks) = mocks.states.get(state) else {
            return Err(refuse(NoAnswerKind::NoMock));
        };
        let (general, pinned) = match &mocks.entries {
            Entries::Always(answer) => {
                if !self.served.contains(state) {
                    self.served.insert(state.clone());
                }
                return Ok(answer.clone());
            }
            Entries::InOrder { general, pinned } => (general, pinned),
        };
        let own = if pinned.is_empty() {
            None
        } else {
            pinned.get(iteration)
        };
        let key = (state.clone(), own.map(|_| iteration.to_vec()));
        let taken = self.taken.entry(key).or_default();
        // One answer beside those of some iterations serves all the others.
        if let ([rest], None, false) = (&general[..], own, pinned.is_empty()) {
            *taken = 1;
            return Ok(rest.clone());
        }
        match own.unwrap_or(general).get(*taken) {
            Some(answer) => {
                *taken += 1;
                Ok(answer.clone())
            }
            None => Err(refuse(NoAnswerKind::Exhausted(*taken))),
        }
    }

    /// The mocked states that no call has asked for, by name.
    pub fn unused(&self, mocks: &Mocks) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = mocks
            .states
            .keys()
            .filter(|name| !self.served.contains(*name))
            .filter(|name| !self.taken.keys().any(|(state, _)| state == *name))
            .cloned()
            .collect();
        names.sort();
        names
    }

    /// The states with a list that is not used up though a call has asked for it, by name. A response of a
    /// `MockConfigFile.json` may serve several test cases, and says nothing by what is left.
    pub fn left_over(&self, mocks: &Mocks) -> Vec<LeftOver> {
        if mocks.of_local {
            return Vec::new();
        }
        let mut used: FxHashMap<&Arc<str>, usize> = FxHashMap::default();
        for ((state, _), taken) in &self.taken {
            *used.entry(state).or_default() += taken;
        }
        let mut left: Vec<LeftOver> = used
            .into_iter()
            .filter_map(|(state, used)| match &mocks.states.get(state)?.entries {
                Entries::Always(_) => None,
                Entries::InOrder { general, pinned } => {
                    let entries = general.len() + pinned.values().map(Vec::len).sum::<usize>();
                    let state = state.clone();
                    (used < entries).then_some(LeftOver { state, used, entries })
                }
            })
            .collect();
        left.arrange_by(|a, b| a.state.cmp(&b.state));
        left
    }
}
