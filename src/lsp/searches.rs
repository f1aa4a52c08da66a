//! What folders are searched for beside the loop.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::beside::{Beside, Told};
use super::callers;
use super::workspace;
use crate::discovery::Bounds;

/// So many files of a folder are passed that is open at the client.
const MOST_FILES: usize = 200_000;

/// So many of one that is not: a file may lie at the top of a disk.
const MOST_ELSEWHERE: usize = 10_000;

/// So long a search takes at most, by the clock on the wall; and one for names, while somebody types them.
const LONGEST: Duration = Duration::from_secs(30);
const LONGEST_FOR_NAMES: Duration = Duration::from_secs(5);

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// What names other files, of a folder.
    Callers(PathBuf),
    /// The test files of a folder.
    Tests(PathBuf),
    /// All that lies in the folder of a configuration.
    Listing(PathBuf),
    /// The symbols of all folders.
    Symbols,
}

/// Paths below a folder, and whether each is one.
pub(super) type Listing = Vec<(PathBuf, bool)>;

/// What was found.
#[derive(Debug)]
pub(super) enum Found {
    Callers(callers::Found),
    Tests(Vec<PathBuf>),
    /// `None`: there is too much.
    Listing(Option<Listing>),
    Symbols(Vec<workspace::Named>),
}

/// The end of a search.
#[derive(Debug)]
pub(super) struct Ended {
    number: u64,
    pub(super) wanted: Wanted,
    /// `None` of a search that broke.
    pub(super) found: Option<Found>,
}

#[derive(Debug)]
struct Running {
    number: u64,
    bounds: Bounds,
    begun: Instant,
}

/// The searches that are under way.
#[derive(Debug)]
pub(super) struct Searches {
    beside: Beside,
    running: BTreeMap<Wanted, Running>,
    count: u64,
}

impl Searches {
    pub(super) fn new(beside: Beside) -> Searches {
        Searches {
            beside,
            running: BTreeMap::new(),
            count: 0,
        }
    }

    pub(super) fn is_running(&self, wanted: &Wanted) -> bool {
        self.running.contains_key(wanted)
    }

    /// Whether something may wait for the search that can do without it.
    pub(super) fn is_worth_waiting(&self, wanted: &Wanted) -> bool {
        let running = self.running.get(wanted);
        running.is_some_and(|running| running.begun.elapsed() < self.beside.pace.patience)
    }

    /// The time until one more of the searches is long.
    pub(super) fn until_next(&self) -> Option<Duration> {
        let left = |running: &Running| self.beside.pace.patience.checked_sub(running.begun.elapsed());
        self.running.values().filter_map(left).min()
    }

    /// Whether there is a search that takes longer than anybody waits who can do without it.
    pub(super) fn are_long(&self) -> bool {
        let mut all = self.running.values();
        all.any(|running| running.begun.elapsed() >= self.beside.pace.patience)
    }

    /// Starts a search, unless there is one.
    pub(super) fn start(&mut self, wanted: Wanted, work: impl FnOnce(&Bounds) -> Found + Send + 'static) {
        self.start_within(MOST_FILES, wanted, work);
    }

    /// The same in a folder that is not open at the client.
    pub(super) fn start_elsewhere(
        &mut self,
        wanted: Wanted,
        work: impl FnOnce(&Bounds) -> Found + Send + 'static,
    ) {
        self.start_within(MOST_ELSEWHERE, wanted, work);
    }

    fn start_within(
        &mut self,
        most: usize,
        wanted: Wanted,
        work: impl FnOnce(&Bounds) -> Found + Send + 'static,
    ) {
        if self.is_running(&wanted) {
            return;
        }
        self.count += 1;
        let longest = match wanted {
            Wanted::Symbols => LONGEST_FOR_NAMES,
            _ => LONGEST,
        };
        let (number, bounds) = (self.count, Bounds::of(most, longest));
        let running = Running {
            number,
            bounds: bounds.clone(),
            begun: Instant::now(),
        };
        self.running.insert(wanted.clone(), running);
        let ended = move |found| {
            Told::Search(Ended {
                number,
                wanted,
                found,
            })
        };
        let without = ended.clone();
        let search = move |tell: &dyn Fn(Told)| {
            // A mistake of ours in a search is no reason to leave anybody waiting.
            let found = catch_unwind(AssertUnwindSafe(|| work(&bounds))).ok();
            tell(ended(found));
        };
        if !self.beside.start(search) {
            self.beside.tell(without(None));
        }
    }

    /// Notes the end of a search: whether it is one that somebody waits for, and whether it came to its end.
    pub(super) fn end(&mut self, ended: &Ended) -> Option<bool> {
        let is_it = |running: &&Running| running.number == ended.number;
        self.running.get(&ended.wanted).filter(is_it)?;
        let running = self.running.remove(&ended.wanted)?;
        Some(ended.found.is_some() && !running.bounds.was_cut())
    }

    /// Ends the searches for something; what they found is not wanted.
    pub(super) fn drop_where(&mut self, is_meant: impl Fn(&Wanted) -> bool) {
        self.running.retain(|wanted, running| {
            let is_dropped = is_meant(wanted);
            if is_dropped {
                running.bounds.cancel();
            }
            !is_dropped
        });
    }

    /// Ends all searches early; what they found until now counts.
    pub(super) fn cut(&self) {
        self.running.values().for_each(|running| running.bounds.cancel());
    }
}

impl Drop for Searches {
    fn drop(&mut self) {
        self.cut();
    }
}
