//! An execution as text: what a person wants to see of it.
//!
//! A tree: each state with its input, what its task was sent and answered, retries with their waits, where an error
//! went, the output; the branches and iterations of a state inside it. Times are virtual, from the start. It is
//! written while the execution runs, and holds only what has to wait for a branch or iteration before it.

mod lines;
mod order;
mod phrases;

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use self::lines::{InState, Lines, Style, outcome};
use self::order::InOrder;
pub(super) use self::phrases::billed;
use crate::history::{Aside, Event, EventKind, EventSink, Lane, SinkClosed, Told};
use crate::simulate::{Execution, Failure, Time};

/// Writes the trace of an execution as its events come.
#[derive(Debug)]
pub struct Trace<W> {
    out: InOrder<W>,
    style: Style,
    lines: Lines,
    lanes: FxHashMap<u32, InLane>,
    /// Why the trace cannot be written.
    failed: Option<io::Error>,
}

/// Writes the trace of an execution that has kept its events, and what was told beside them; `full` shows payloads
/// whole, `color` colours.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(execution: &Execution, full: bool, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut trace = Trace::new(out, full, color, execution.started);
    for told in execution.history.told() {
        match told {
            Told::Event(event) => trace.take(event.clone())?,
            Told::Aside(Aside::Opened(number)) => {
                if let Some(lane) = execution.history.lanes().get(*number as usize) {
                    trace.open(*number, *lane)?;
                }
            }
            Told::Aside(Aside::Failed {
                at, lane, failure, ..
            }) => trace.told_failure(*lane, *at, failure)?,
            Told::Aside(Aside::InChild(_)) => {}
        }
    }
    trace.finish(Some(execution)).map(|_| ())
}

/// What is known of a lane.
#[derive(Debug, Default)]
struct InLane {
    depth: usize,
    /// What the lanes inside are: a branch, an item, a child.
    inside: &'static str,
    state: InState,
    /// The event that a state was left with after an error: where to is told by the next event.
    caught: Option<Event>,
}

impl<W: Write> Trace<W> {
    /// A trace of nothing yet, for an execution that starts at `started`; `full` shows payloads whole, `color`
    /// colours.
    pub fn new(out: W, full: bool, color: bool, started: Time) -> Self {
        let style = Style { full, color, started };
        Trace {
            out: InOrder::new(out),
            style,
            lines: Lines::new(style),
            lanes: FxHashMap::default(),
            failed: None,
        }
    }

    /// Writes what is left, and the outcome unless the run was stopped before there was one.
    ///
    /// # Errors
    /// When the writer fails, or has failed before.
    pub fn finish(mut self, execution: Option<&Execution>) -> io::Result<W> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let numbers: Vec<u32> = self.lanes.keys().copied().collect();
        for number in numbers {
            self.leave(number, None)?;
        }
        let style = self.style;
        let mut out = self.out.finish()?;
        if let Some(execution) = execution {
            out.write_all(outcome(execution, style).as_bytes())?;
        }
        Ok(out)
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        let number = event.lane;
        let entered = match &event.kind {
            EventKind::StateEntered { name, .. } => Some(&**name),
            _ => None,
        };
        self.leave(number, entered)?;
        let lane = self.lanes.entry(number).or_default();
        match &event.kind {
            EventKind::StateEntered { .. } => {
                lane.state = InState::entered(event.at);
            }
            EventKind::ParallelStateStarted => lane.inside = "branch",
            EventKind::MapStateStarted { .. } => lane.inside = "item",
            EventKind::MapRunStarted { .. } => lane.inside = "child",
            EventKind::StateExited { .. } if lane.state.failed.is_some() => {
                lane.caught = Some(event);
                return Ok(());
            }
            _ => {}
        }
        let lines = self.lines.at(lane.depth);
        lines.event(&event, &mut lane.state);
        self.out.write(number, lines.text())
    }

    fn told_failure(&mut self, number: u32, at: Time, failure: &Failure) -> io::Result<()> {
        let Some(lane) = self.lanes.get_mut(&number) else {
            return Ok(());
        };
        let lines = self.lines.at(lane.depth);
        lines.told_failure(at, failure, &mut lane.state);
        self.out.write(number, lines.text())
    }

    /// Shows that a state was stopped with its child execution, which no event tells.
    fn stopped(&mut self, number: u32) -> io::Result<()> {
        match self.lanes.get(&number) {
            Some(lane) if lane.state.inside => {
                let lines = self.lines.at(lane.depth);
                lines.field("stopped", "");
                self.out.write(number, lines.text())
            }
            _ => Ok(()),
        }
    }

    /// Shows how a state was left after an error, when that has waited for the `next` state.
    fn leave(&mut self, number: u32, next: Option<&str>) -> io::Result<()> {
        let Some(lane) = self.lanes.get_mut(&number) else {
            return Ok(());
        };
        let Some(exited) = lane.caught.take() else {
            return Ok(());
        };
        let lines = self.lines.at(lane.depth);
        // A full history may end between the two.
        lines.field(
            "caught,",
            &next.map(|next| format!("on to {next}")).unwrap_or_default(),
        );
        lines.event(&exited, &mut lane.state);
        self.out.write(number, lines.text())
    }

    fn open(&mut self, number: u32, lane: Lane) -> io::Result<()> {
        if number == 0 {
            self.lanes.insert(0, InLane::default());
            return self.out.open(0, None, String::new());
        }
        let (depth, inside) = self
            .lanes
            .get(&lane.parent)
            .map_or((0, ""), |parent| (parent.depth, parent.inside));
        let heading = self.lines.at(depth + 1);
        heading.heading(inside, lane.index);
        let heading = heading.text().to_owned();
        self.lanes.insert(
            number,
            InLane {
                depth: depth + 2,
                ..InLane::default()
            },
        );
        self.out.open(number, Some(lane.parent), heading)
    }

    fn keep(&mut self, result: io::Result<()>) -> Result<(), SinkClosed> {
        if let (Err(error), None) = (result, &self.failed) {
            self.failed = Some(error);
        }
        if self.failed.is_some() {
            Err(SinkClosed)
        } else {
            Ok(())
        }
    }
}

impl<W: Write> EventSink for Trace<W> {
    fn event(&mut self, event: Event) -> Result<(), SinkClosed> {
        let result = self.take(event);
        self.keep(result)
    }

    fn takes_asides(&self) -> bool {
        true
    }

    fn aside(&mut self, aside: Aside) -> Result<(), SinkClosed> {
        match aside {
            Aside::InChild(event) => self.event(event),
            Aside::Opened(_) => Ok(()),
            Aside::Failed {
                at, lane, failure, ..
            } => {
                let result = self.told_failure(lane, at, &failure);
                self.keep(result)
            }
        }
    }

    fn lane_opened(&mut self, number: u32, lane: Lane) {
        let result = self.open(number, lane);
        // The next event tells it on.
        let _ = self.keep(result);
    }

    fn lane_closed(&mut self, number: u32) {
        let result = self
            .leave(number, None)
            .and_then(|()| self.stopped(number))
            .and_then(|()| self.out.close(number));
        let _ = self.keep(result);
        self.lanes.remove(&number);
    }
}
