//! How an execution ended, and where that came from: the last lines of a trace, of which the last is the answer.

use std::sync::Arc;

use colored::{ColoredString, Colorize};

use super::lines::{Lines, told};
use super::look::Look;
use super::phrases::billed;
use crate::asl::StateType;
use crate::diagnostics::{counted, duration, visible};
use crate::simulate::{Execution, Failure, Status};

/// Where a failure began.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The lane, and those around it.
    pub(super) lanes: Vec<u32>,
    /// The state, and the branches and items that it is in.
    pub(super) place: String,
    pub(super) state_type: Option<StateType>,
    pub(super) failure: Failure,
    /// The limit of the task that has struck.
    pub(super) limit: Option<String>,
    /// The last failure inside, where that is not what the state has failed with: those of a Map Run's children are counted.
    pub(super) inside: Option<Box<Origin>>,
}

impl Origin {
    /// Whether it is where the state of `around` has failed, or inside that.
    fn is_inside(&self, around: &Origin) -> bool {
        let here = around.lanes.first();
        self.lanes.len() > around.lanes.len() && here.is_some_and(|here| self.lanes.contains(here))
    }
}

/// What a trace knows at its end.
#[derive(Debug)]
pub struct Ending {
    look: Look,
    /// The failure that was told last, and that nothing has caught.
    failed: Option<Origin>,
    /// The failure that was caught last at the top level.
    caught: Option<Origin>,
    /// The state that the top level is in.
    state: Option<Arc<str>>,
}

impl Ending {
    /// That of an execution of which nothing is known but how it ended.
    pub fn new(look: Look) -> Self {
        Ending {
            look,
            failed: None,
            caught: None,
            state: None,
        }
    }

    /// Takes in what a state has failed with for good; a state around another fails with what that has failed with.
    pub(super) fn failed(&mut self, mut origin: Origin) {
        match self.failed.take().filter(|inner| inner.is_inside(&origin)) {
            Some(inner) if inner.failure == origin.failure => self.failed = Some(inner),
            inner => {
                origin.inside = inner.map(Box::new);
                self.failed = Some(origin);
            }
        }
    }

    /// The failure was caught in a lane.
    pub(super) fn caught(&mut self, lane: u32) {
        let caught = self.failed.take();
        if lane == 0 {
            self.caught = caught;
        }
    }

    /// The top level has entered a state.
    pub(super) fn entered(&mut self, state: &Arc<str>) {
        self.state = Some(state.clone());
    }

    /// What it took, and what was written into S3.
    pub fn summary(&self, execution: &Execution) -> String {
        let mut lines = Lines::new(self.look, execution.started);
        for (uri, written) in &execution.written {
            lines.written(uri, written);
        }
        let events = execution.history.count();
        format!(
            "\n{}{}, {}.\n",
            lines.text(),
            counted(events, "event"),
            billed(execution)
        )
    }

    /// The answer: status, error and cause in full or the output, and where it came from. `alone` is it where the states
    /// are not shown above it.
    pub fn answer(&self, execution: &Execution, alone: bool) -> String {
        let look = self.look;
        let status = match execution.status {
            Status::Succeeded => look.painted("succeeded", |text| text.green().bold()),
            Status::Failed => look.painted("failed", |text| text.red().bold()),
            Status::TimedOut => look.painted("timed out", |text| text.red().bold()),
            Status::Aborted => look.painted("was stopped", |text| text.red().bold()),
        };
        let mut text = format!(
            "The execution {status} after {}",
            duration(execution.stopped.since(execution.started))
        );
        let origin = (execution.failure.as_ref())
            .and_then(|failure| self.failed.as_ref().filter(|origin| origin.failure == *failure));
        match (origin, &self.state, execution.status) {
            (Some(origin), _, _) => text += &format!(" in {}", visible(&origin.place)),
            (None, Some(state), Status::TimedOut | Status::Aborted) => {
                text += &format!(" in '{}'", visible(state));
            }
            _ => {}
        }
        if let Some(failure) = &execution.failure {
            text += ": ";
            // A message of the interpreter is long, and stands above, where its state failed.
            let words = match origin {
                Some(_) if failure.is_interpreters() && !alone => {
                    failure.error.as_deref().unwrap_or_default().to_owned()
                }
                _ => told(failure),
            };
            look.paint(&words, ColoredString::red, &mut text);
            if let Some(limit) = origin.and_then(|origin| origin.limit.as_deref()) {
                text += &format!(" ({limit})");
            }
            // A Fail state says what the workflow makes of an error that was caught before, and a Map Run counts errors.
            let mut before = match origin.and_then(|origin| origin.state_type) {
                Some(StateType::Fail) => self.caught.as_ref(),
                _ => origin.and_then(|origin| origin.inside.as_deref()),
            };
            while let Some(earlier) = before {
                text += &format!("; before that, {} failed with ", visible(&earlier.place));
                look.paint(&told(&earlier.failure), ColoredString::red, &mut text);
                before = earlier.inside.as_deref();
            }
        }
        if execution.failure.is_none() && execution.status == Status::TimedOut {
            text += ": the time limit of the execution was reached";
        }
        if let Some(output) = &execution.output {
            text += ": ";
            text += &visible(&look.cut(&output.to_json(), look.width));
        }
        text.push('\n');
        text
    }
}
