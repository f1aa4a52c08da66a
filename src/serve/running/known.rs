//! The executions that are known: those at work, and those that have ended and are kept.

use std::sync::{Arc, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::Shared;
use super::children::News;
use super::ended::Ended;
use super::execution::Execution;
use crate::history::ChildExecution;
use crate::simulate::MapRunView;

/// The executions that are known.
#[derive(Default)]
pub(super) struct Known {
    pub(super) by_arn: FxHashMap<Arc<str>, Arc<Execution>>,
    pub(super) by_number: FxHashMap<u64, Arc<Execution>>,
    /// The executions of Map Runs, by the Map Runs' ARNs.
    pub(super) by_map_run: FxHashMap<Arc<str>, Arc<str>>,
    /// The executions whose Map Runs have started child executions, by the children's ARNs.
    pub(super) by_child: FxHashMap<Arc<str>, (Arc<Execution>, Arc<ChildExecution>)>,
    ended: Ended,
    ended_children: Ended,
    pub(super) running: usize,
    /// How many were started.
    pub(super) count: u64,
}

impl Known {
    /// Whether an execution was not forgotten with everything else: another one may have its ARN since.
    fn knows(&self, execution: &Execution) -> bool {
        let known = self.by_arn.get(&execution.arn);
        known.is_some_and(|known| std::ptr::eq(Arc::as_ptr(known), execution))
    }

    /// Forgets the child execution that has ended first. Says whether there is one.
    fn forget_a_child(&mut self) -> bool {
        let Some(oldest) = self.ended_children.take_oldest() else {
            return false;
        };
        if let Some((execution, child)) = self.by_child.remove(&oldest) {
            execution.events.forget(&child);
        }
        true
    }

    /// Forgets the execution that has ended first, and gives its ARN.
    fn forget_one(&mut self) -> Option<Arc<str>> {
        let oldest = self.ended.take_oldest()?;
        if let Some(execution) = self.by_arn.remove(&oldest) {
            execution.events.count_no_more();
            self.by_number.remove(&execution.number);
            for map_run in execution.board.map_runs() {
                self.by_map_run.remove(&map_run.arn);
            }
            execution.events.children(|children| {
                for child in children.all() {
                    self.by_child.remove(child.arn.as_str());
                    self.ended_children.remove(&child.arn);
                }
            });
        }
        Some(oldest)
    }
}

impl Shared {
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn find(&self, arn: &str) -> Option<Arc<Execution>> {
        self.known().by_arn.get(arn).cloned()
    }

    /// An execution has these Map Runs, the newest last.
    pub(super) fn has_map_runs(&self, execution: &Execution, map_runs: &[MapRunView]) {
        let arn = &execution.arn;
        let mut known = self.known();
        if !known.knows(execution) {
            return;
        }
        for map_run in map_runs.iter().rev() {
            if known
                .by_map_run
                .insert(map_run.arn.clone(), arn.clone())
                .is_some()
            {
                break;
            }
        }
    }

    /// Something has happened to child executions of an execution.
    pub(super) fn has_children(&self, execution: &Arc<Execution>) {
        let news = execution.events.children(|children| children.news());
        if news.is_empty() {
            return;
        }
        {
            let mut known = self.known();
            if !known.knows(execution) {
                return;
            }
            for news in news {
                match news {
                    News::Begun(child) => {
                        let arn = Arc::from(child.arn.as_str());
                        known.by_child.insert(arn, (execution.clone(), child));
                    }
                    News::GoesOn(child) => known.ended_children.remove(&child.arn),
                    News::Ended(child) => known.ended_children.add(Arc::from(child.arn.as_str())),
                }
            }
        }
        self.forget_old_ones();
    }

    /// An execution that had ended goes on.
    pub(super) fn goes_on(&self, execution: &Execution) {
        let mut known = self.known();
        if known.knows(execution) {
            known.ended.remove(&execution.arn);
            known.running += 1;
        }
    }

    /// An execution has ended.
    pub(super) fn has_ended(&self, execution: &Execution) {
        {
            let mut known = self.known();
            if !known.knows(execution) {
                return;
            }
            known.running = known.running.saturating_sub(1);
            known.ended.add(execution.arn.clone());
        }
        self.forget_old_ones();
    }

    /// Forgets the oldest that have ended beyond what is kept. The one that has just ended is asked about next, however
    /// long its history is.
    fn forget_old_ones(&self) {
        let keep = self.options.keep;
        let mut forgotten = Vec::new();
        {
            let mut known = self.known();
            while known.ended_children.len() > keep || self.lacks_memory() {
                if !known.forget_a_child() {
                    break;
                }
            }
            loop {
                let early = known.ended.len() <= keep;
                if early && (known.ended.len() <= 1 || !self.lacks_memory()) {
                    break;
                }
                match known.forget_one() {
                    Some(arn) => forgotten.push((arn, early)),
                    None => break,
                }
            }
        }
        for (arn, early) in forgotten {
            self.world.forgotten(&arn, early);
        }
    }

    fn lacks_memory(&self) -> bool {
        self.memory.bytes() > self.options.most_bytes
    }

    /// Whether the histories take too much memory when all that can be has been forgotten, and that of `execution` more than
    /// its share.
    pub(super) fn lacks_memory_for(&self, execution: &Execution) -> bool {
        if !self.lacks_memory() {
            return false;
        }
        self.forget_old_ones();
        let running = self.known().running.max(1);
        self.lacks_memory() && execution.events.bytes().saturating_mul(running) > self.options.most_bytes
    }
}
