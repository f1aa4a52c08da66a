//! What came of a case.

use std::sync::Arc;

use super::assertions::judge;
use super::model::{Case, TestFile};
use super::snapshot::Snapshot;
use crate::diagnostics::Span;
use crate::history::History;
use crate::mocks::LeftOver;
use crate::simulate::{self, Counts, Execution, Settings, StopError};

/// What a mismatch of a snapshot is called.
pub(super) const SNAPSHOT: &str = "Snapshot";

/// What came of a case.
#[derive(Debug)]
pub struct Verdict {
    /// Whether the execution was what was expected.
    pub outcome: Outcome,
    /// What it took of the definition; nothing when the run had to stop.
    pub taken: Counts,
    /// What its snapshot is and should be, when it has one.
    pub snapshot: Option<Snapshot>,
    /// The states that the case itself mocks and that never called.
    pub unused_mocks: Vec<Arc<str>>,
    /// Lists among them of which some entries were left over.
    pub left_over: Vec<LeftOver>,
}

/// Whether an execution was what was expected.
#[derive(Debug)]
pub enum Outcome {
    /// It was.
    Passed,
    /// It was not.
    Failed {
        /// In what.
        mismatches: Vec<Mismatch>,
        /// The execution, with its events.
        execution: Box<Execution>,
    },
    /// The tool had to stop: a task without a mock.
    Stopped(StopError),
}

/// One thing that was not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What: `Status`, `Tasks of 'Charge'`.
    pub what: String,
    /// The bytes of the expectation in the test file.
    pub span: Span,
    /// What was expected, and what came; at least one line.
    pub lines: Vec<String>,
    /// The states that it is about, when it is not about the whole.
    pub states: Vec<Arc<str>>,
}

impl Mismatch {
    /// `Status: expected SUCCEEDED, got FAILED`, on as many lines as there are.
    pub fn words(&self) -> String {
        match &self.lines[..] {
            [only] => format!("{}: {only}", self.what),
            lines => format!("{}:\n{}", self.what, lines.join("\n")),
        }
    }
}

impl TestFile {
    /// Runs a case and compares. Events are kept only where the case needs them, or has failed.
    pub fn run(&self, case: &Case) -> Verdict {
        let needed = case.expect.needs_events() || !self.contracts.is_empty();
        let execution = match self.execute(case, needed) {
            Ok(execution) => execution,
            Err(error) => return Verdict::of(Outcome::Stopped(error), Counts::default()),
        };
        let taken = execution.taken.clone();
        let judgement = judge(self, case, &execution);
        let unused_mocks = (case.own_mocks.iter())
            .filter(|name| execution.unused_mocks.contains(name))
            .cloned()
            .collect();
        let left_over = (execution.left_over.iter())
            .filter(|left| case.own_mocks.contains(&left.state))
            .cloned()
            .collect();
        let outcome = if judgement.mismatches.is_empty() {
            Outcome::Passed
        } else {
            // The same run again, to show what happened.
            let with_events = if needed {
                Ok(execution)
            } else {
                self.execute(case, true)
            };
            match with_events {
                Ok(execution) => Outcome::Failed {
                    mismatches: judgement.mismatches,
                    execution: Box::new(execution),
                },
                Err(error) => Outcome::Stopped(error),
            }
        };
        Verdict {
            snapshot: judgement.snapshot,
            unused_mocks,
            left_over,
            ..Verdict::of(outcome, taken)
        }
    }

    /// Runs a case once more, to show what happened: its events, and the execution, which has none of them, or why it
    /// had to stop.
    pub fn retrace(&self, case: &Case) -> (History, Result<Execution, StopError>) {
        let settings = Settings {
            keep_events: true,
            keep_asides: true,
            ..case.settings.clone()
        };
        let (input, text) = (case.input.clone(), case.input_text.clone());
        let mut history = History::new(true);
        let ended = simulate::run_into(&self.program, &settings, &case.mocks, input, text, &mut history);
        (history, ended)
    }

    fn execute(&self, case: &Case, keep_events: bool) -> Result<Execution, StopError> {
        let settings = Settings {
            keep_events,
            keep_asides: keep_events,
            ..case.settings.clone()
        };
        let (input, text) = (case.input.clone(), case.input_text.clone());
        simulate::run(&self.program, &settings, &case.mocks, input, text)
    }
}

impl Verdict {
    /// The snapshot has been written: it is no mismatch any more.
    pub fn snapshot_written(&mut self) {
        if let Some(snapshot) = &mut self.snapshot {
            snapshot.old = Some(snapshot.new.clone());
        }
        if let Outcome::Failed { mismatches, .. } = &mut self.outcome {
            mismatches.retain(|mismatch| mismatch.what != SNAPSHOT);
            if mismatches.is_empty() {
                self.outcome = Outcome::Passed;
            }
        }
    }

    fn of(outcome: Outcome, taken: Counts) -> Verdict {
        Verdict {
            outcome,
            taken,
            snapshot: None,
            unused_mocks: Vec::new(),
            left_over: Vec::new(),
        }
    }
}
