//! What a run took: each state, transition, retrier and catcher counted, whether its events are kept or not.

use std::cell::Cell;

use super::program::{Behaviour, Next, Program, State, StateIndex};
use crate::asl::StateId;

/// How often a run did what the definition lets it do. Those of several runs of one definition add up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    states: Vec<StateCounts>,
}

/// How often a run did what one state lets it do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// It was entered.
    pub entered: u64,
    /// It was left over `Next`.
    pub next: u64,
    /// It was left over `Default`.
    pub default: u64,
    /// Each Choice rule led on.
    pub choices: Vec<u64>,
    /// Each retrier granted a retry.
    pub retriers: Vec<u64>,
    /// Each catcher took an error.
    pub catchers: Vec<u64>,
}

impl Counts {
    /// What was taken of a state.
    pub fn state(&self, id: StateId) -> Option<&StateCounts> {
        self.states.get(id.index())
    }

    /// How many parts of the definition were taken.
    #[cfg(feature = "cli")]
    pub fn parts(&self) -> usize {
        let of = |state: &StateCounts| {
            let lists = [&state.choices, &state.retriers, &state.catchers];
            let own = [&state.entered, &state.next, &state.default];
            let counts = lists.into_iter().flatten().chain(own);
            counts.filter(|count| **count > 0).count()
        };
        self.states.iter().map(of).sum()
    }

    /// Adds what another run of the same definition took.
    pub fn add(&mut self, other: &Counts) {
        if self.states.len() < other.states.len() {
            self.states.resize_with(other.states.len(), StateCounts::default);
        }
        for (state, more) in self.states.iter_mut().zip(&other.states) {
            state.entered += more.entered;
            state.next += more.next;
            state.default += more.default;
            add(&mut state.choices, &more.choices);
            add(&mut state.retriers, &more.retriers);
            add(&mut state.catchers, &more.catchers);
        }
    }
}

impl StateCounts {
    /// How often it was tried again.
    pub fn retries(&self) -> u64 {
        self.retriers.iter().sum()
    }
}

fn add(counts: &mut Vec<u64>, more: &[u64]) {
    if counts.len() < more.len() {
        counts.resize(more.len(), 0);
    }
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}

/// Counts during a run: one number for each way that the program has, all in one allocation.
#[derive(Debug)]
pub(super) struct Tally {
    /// Where the numbers of each state begin: entered, next, default, then its rules, retriers and catchers.
    starts: Vec<u32>,
    counts: Vec<Cell<u64>>,
}

const ENTERED: usize = 0;
const NEXT: usize = 1;
const DEFAULT: usize = 2;
const RULES: usize = 3;

impl Tally {
    pub(super) fn new(program: &Program) -> Self {
        let mut starts = Vec::with_capacity(program.states.len());
        let mut length = 0;
        for state in &program.states {
            starts.push(u32::try_from(length).unwrap_or(u32::MAX));
            length += RULES + rules(&state.behaviour) + state.retriers.len() + state.catchers.len();
        }
        Tally {
            starts,
            counts: vec![Cell::new(0); length],
        }
    }

    fn count(&self, state: StateIndex, way: usize) {
        let start = self.starts[state.index()] as usize;
        if let Some(count) = self.counts.get(start + way) {
            count.set(count.get() + 1);
        }
    }

    pub(super) fn entered(&self, state: StateIndex) {
        self.count(state, ENTERED);
    }

    /// A state was left over its `Next`, if it has one.
    pub(super) fn left(&self, index: StateIndex, state: &State) {
        if let Next::State(_) = state.next {
            self.count(index, NEXT);
        }
    }

    /// A Choice state chose a rule, or its `Default`.
    pub(super) fn chose(&self, state: StateIndex, rule: Option<usize>) {
        self.count(state, rule.map_or(DEFAULT, |rule| RULES + rule));
    }

    pub(super) fn retried(&self, index: StateIndex, state: &State, retrier: usize) {
        self.count(index, RULES + rules(&state.behaviour) + retrier);
    }

    pub(super) fn caught(&self, index: StateIndex, state: &State, catcher: usize) {
        let before = RULES + rules(&state.behaviour) + state.retriers.len();
        self.count(index, before + catcher);
    }

    /// What was counted.
    pub(super) fn taken(&self, program: &Program) -> Counts {
        let mut counts = self.counts.iter().map(Cell::get);
        let mut next = || counts.next().unwrap_or_default();
        let states = program.states.iter().map(|state| StateCounts {
            entered: next(),
            next: next(),
            default: next(),
            choices: (0..rules(&state.behaviour)).map(|_| next()).collect(),
            retriers: (0..state.retriers.len()).map(|_| next()).collect(),
            catchers: (0..state.catchers.len()).map(|_| next()).collect(),
        });
        Counts {
            states: states.collect(),
        }
    }
}

fn rules(behaviour: &Behaviour) -> usize {
    match behaviour {
        Behaviour::Choice(choice) => choice.rules.len(),
        _ => 0,
    }
}
