//! An execution as text: what a person wants to see of it.
//!
//! A tree: each state with what its task was sent and answered, its attempts with the waits before them, where an error
//! went, what it made of its input; the branches and iterations of a state inside it. Times are virtual, from the start.
//! It is written while the execution runs, and holds only what has to wait for a branch or iteration before it. Items of
//! a Map that went alike are shown once.

mod ending;
mod items;
mod lines;
mod look;
mod order;
mod phrases;
mod wrap;

use std::hash::Hash;
use std::io::{self, Write};
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use self::ending::Ending;
use self::ending::Origin;
use self::items::{Counts, Items, Story};
use self::lines::{InState, Lines};
pub use self::look::{Look, WIDTH};
use self::order::InOrder;
pub(super) use self::phrases::billed;
use crate::asl::StateType;
use crate::diagnostics::duration;
use crate::history::{Aside, Chosen, Event, EventKind, EventSink, Lane, Retry, SinkClosed, Told};
use crate::simulate::{Execution, Failure, Time};
use crate::value::Value;

/// Writes the trace of an execution as its events come.
#[derive(Debug)]
pub struct Trace<W> {
    out: InOrder<W>,
    look: Look,
    lines: Lines,
    lanes: FxHashMap<u32, InLane>,
    ending: Ending,
    /// Why the trace cannot be written.
    failed: Option<io::Error>,
}

/// Writes the trace of an execution that has kept its events, and what was told beside them.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(execution: &Execution, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let (out, ending) = states(execution, look, out)?;
    out.write_all(ending.summary(execution).as_bytes())?;
    out.write_all(ending.answer(execution, false).as_bytes())
}

/// The same without its last lines, which the ending has.
///
/// # Errors
/// As [`text`].
pub fn states<W: Write>(execution: &Execution, look: Look, out: W) -> io::Result<(W, Ending)> {
    let mut trace = Trace::new(out, look, execution.started);
    for told in execution.history.told() {
        match told {
            Told::Event(event) => trace.take(event.clone())?,
            Told::Aside(Aside::Opened(number)) => {
                if let Some(lane) = execution.history.lanes().get(*number as usize) {
                    trace.open(*number, *lane)?;
                }
            }
            Told::Aside(Aside::InChild(_)) => {}
            Told::Aside(aside) => trace.told(aside)?,
        }
    }
    trace.finish()
}

/// What is known of a lane.
#[derive(Debug, Default)]
struct InLane {
    parent: u32,
    index: usize,
    depth: usize,
    /// What it is: a branch, an item, a child execution; nothing for the top level.
    what: &'static str,
    /// What the lanes inside are.
    inside: &'static str,
    state: InState,
    name: Option<(Arc<str>, StateType)>,
    /// What the state before has handed on, or the one around it was given.
    before: Option<Value>,
    /// The event that a state was left with after an error: where to is told by the next event.
    caught: Option<Event>,
    story: Story,
    /// The items of the Map that it is in.
    items: Option<Items>,
    /// Of a child execution: when it began, why it ended before its states did, and whether it has ended by itself.
    began: Option<Time>,
    ended: Option<String>,
    over: bool,
}

const BRANCH: &str = "branch";
const ITEM: &str = "item";
const CHILD: &str = "child execution";

impl<W: Write> Trace<W> {
    /// A trace of nothing yet, for an execution that starts at `started`.
    pub fn new(out: W, look: Look, started: Time) -> Self {
        Trace {
            out: InOrder::new(out),
            look,
            lines: Lines::new(look, started),
            lanes: FxHashMap::default(),
            ending: Ending::new(look),
            failed: None,
        }
    }

    /// Writes what is left of the states; gives what is known of the end.
    ///
    /// # Errors
    /// When the writer fails, or has failed before.
    pub fn finish(mut self) -> io::Result<(W, Ending)> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut numbers: Vec<u32> = self.lanes.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            self.leave(number, None)?;
            self.show_items(number)?;
        }
        Ok((self.out.finish()?, self.ending))
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        let number = event.lane;
        let entered = match &event.kind {
            EventKind::StateEntered { name, .. } => Some(&**name),
            _ => None,
        };
        self.leave(number, entered)?;
        self.note_event(&event);
        if let EventKind::MapStateStarted { .. }
        | EventKind::MapStateSucceeded
        | EventKind::MapStateFailed
        | EventKind::MapRunSucceeded
        | EventKind::MapRunFailed(_)
        | EventKind::StateExited { .. }
        | EventKind::StateAborted(_) = &event.kind
        {
            self.show_items(number)?;
        }
        let collapses = !self.look.full;
        let Some(lane) = self.lanes.get_mut(&number) else {
            return Ok(());
        };
        if lane.what == CHILD {
            let began = *lane.began.get_or_insert(event.at);
            lane.over |= matches!(
                &event.kind,
                EventKind::ExecutionSucceeded { .. }
                    | EventKind::ExecutionFailed(_)
                    | EventKind::ExecutionTimedOut(_)
            );
            lane.ended = match &event.kind {
                EventKind::ExecutionTimedOut(_) => Some(format!(
                    "the execution timed out after {}",
                    duration(event.at.since(began))
                )),
                EventKind::ExecutionFailed(failure) => failure.cause.as_deref().map(str::to_owned),
                _ => None,
            };
        }
        let lines = self.lines.at(lane.depth);
        match &event.kind {
            EventKind::StateEntered {
                name,
                input,
                state_type,
                ..
            } => {
                lane.state = InState::entered(event.at, input);
                lane.name = Some((name.clone(), *state_type));
                if number == 0 {
                    self.ending.entered(name);
                }
                lines.entered(&event, lane.before.as_ref());
                return self.out.write(number, lines.text());
            }
            EventKind::ParallelStateStarted => lane.inside = BRANCH,
            EventKind::MapStateStarted { .. } => {
                lane.inside = ITEM;
                lane.items = collapses.then(Items::default);
            }
            EventKind::MapRunStarted { .. } => lane.inside = CHILD,
            EventKind::StateExited { output, .. } => {
                lane.before = Some(output.clone());
                if lane.state.failed.is_some() {
                    lane.caught = Some(event);
                    self.ending.caught(number);
                    return Ok(());
                }
            }
            _ => {}
        }
        lines.event(&event, &mut lane.state);
        self.out.write(number, lines.text())
    }

    /// Takes in what was told beside the events.
    fn told(&mut self, aside: &Aside) -> io::Result<()> {
        match aside {
            Aside::Failed {
                at,
                lane,
                failure,
                retry,
            } => self.told_failure(*lane, *at, failure, *retry),
            Aside::Chose(chosen) => self.chosen(chosen),
            Aside::NoItems { lane: number, why } => {
                let Some(lane) = self.lanes.get_mut(number) else {
                    return Ok(());
                };
                let lines = self.lines.at(lane.depth);
                lines.no_items(why, &mut lane.state);
                self.out.write(*number, lines.text())
            }
            Aside::InChild(_) | Aside::Opened(_) => Ok(()),
        }
    }

    fn told_failure(
        &mut self,
        number: u32,
        at: Time,
        failure: &Failure,
        retry: Option<Retry>,
    ) -> io::Result<()> {
        self.note(
            number,
            ("failed", failure.error.as_deref(), retry.is_some()),
            match retry {
                Some(_) => Counts::Retry,
                None => Counts::Nothing,
            },
        );
        self.show_items(number)?;
        if retry.is_none()
            && let Some(origin) = self.origin(number, failure)
        {
            self.ending.failed(origin);
        }
        let Some(lane) = self.lanes.get_mut(&number) else {
            return Ok(());
        };
        let lines = self.lines.at(lane.depth);
        lines.told_failure(at, failure, retry, &mut lane.state);
        self.out.write(number, lines.text())
    }

    /// Where a failure of the state that a lane is in began, unless another state handed it on.
    fn origin(&self, number: u32, failure: &Failure) -> Option<Origin> {
        let mut lane = self.lanes.get(&number)?;
        let (name, state_type) = lane.name.as_ref()?;
        let limit = lane.state.limit.clone();
        let mut place = format!("'{name}'");
        let mut lanes = vec![number];
        while !lane.what.is_empty() {
            place += &format!(", {} {}", lane.what, lane.index);
            let around = self.lanes.get(&lane.parent)?;
            if let Some((name, _)) = &around.name {
                place += &format!(" of '{name}'");
            }
            lanes.push(lane.parent);
            lane = around;
        }
        Some(Origin {
            lanes,
            place,
            state_type: Some(*state_type),
            failure: failure.clone(),
            limit,
            inside: None,
        })
    }

    fn chosen(&mut self, chosen: &Chosen) -> io::Result<()> {
        let number = chosen.lane;
        self.note(number, ("chose", chosen.rule), Counts::Nothing);
        let Some(lane) = self.lanes.get_mut(&number) else {
            return Ok(());
        };
        let lines = self.lines.at(lane.depth);
        lines.chosen(chosen);
        self.out.write(number, lines.text())
    }

    /// Adds an event to the story of its lane.
    fn note_event(&mut self, event: &Event) {
        let kind = event.kind.type_name();
        let (of, counts) = match &event.kind {
            EventKind::StateEntered { name, .. } => (Some(&**name), Counts::Nothing),
            EventKind::Scheduled(_) => (None, Counts::Call),
            EventKind::Unsuccessful { failure, .. } => (failure.error.as_deref(), Counts::Nothing),
            _ => (None, Counts::Nothing),
        };
        self.note(event.lane, (kind, of), counts);
    }

    /// Adds something to the story of a lane, and of those around it.
    fn note(&mut self, number: u32, what: impl Hash, counts: Counts) {
        // Nobody compares the top level with anything.
        if self.look.full || number == 0 {
            return;
        }
        let Some(lane) = self.lanes.get_mut(&number) else {
            return;
        };
        let told = lane.story.add(what, counts);
        let branch = (lane.what == BRANCH).then_some(lane.index);
        let mut around = lane.parent;
        while around != 0 {
            let Some(lane) = self.lanes.get_mut(&around) else {
                return;
            };
            lane.story.add_inside(told, branch, counts);
            around = lane.parent;
        }
    }

    /// Shows that a state was stopped with its child execution, which no event tells.
    fn stopped(&mut self, number: u32) -> io::Result<()> {
        let Some(lane) = self.lanes.get(&number) else {
            return Ok(());
        };
        // Between two states, or before the first, a child execution has no line that could say it.
        let between = lane.what == CHILD && !lane.over;
        if !lane.state.inside && !between {
            return Ok(());
        }
        let (depth, inside, before) = (lane.depth, lane.state.inside, lane.name.is_none());
        let why = self.why_stopped(number);
        let lines = self.lines.at(depth);
        match (&why, inside) {
            (Some(why), true) => lines.field("stopped,", why),
            (None, true) => lines.field("stopped", ""),
            (why, false) => {
                let which = if before { "first" } else { "next" };
                let why = why.as_ref().map_or(String::new(), |why| format!(", {why}"));
                lines.heading(&format!("stopped before its {which} state{why}"));
            }
        }
        self.out.write(number, lines.text())?;
        self.note(number, ("stopped", why), Counts::Nothing);
        Ok(())
    }

    /// Why the child execution that a lane is part of ended before its states did.
    fn why_stopped(&self, number: u32) -> Option<String> {
        let mut lane = self.lanes.get(&number)?;
        while lane.what != CHILD {
            lane = self.lanes.get(&lane.parent).filter(|_| !lane.what.is_empty())?;
        }
        match &lane.ended {
            Some(why) => Some(why.clone()),
            // Its Map Run was stopped while it ran.
            None => {
                let (map, _) = self.lanes.get(&lane.parent)?.name.as_ref()?;
                Some(format!("as the Map Run of '{map}' was"))
            }
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
        let mut opened = InLane {
            parent: lane.parent,
            index: lane.index,
            depth: 2,
            ..InLane::default()
        };
        let mut apart = false;
        if let Some(parent) = self.lanes.get_mut(&lane.parent) {
            opened.depth = parent.depth + 2;
            opened.what = parent.inside;
            if opened.what == BRANCH {
                opened.before = parent.state.input.clone();
            }
            if let Some(items) = &mut parent.items {
                apart = !items.begin(number);
            }
        }
        let heading = self.lines.at(opened.depth - 1);
        heading.heading(&format!("{} {}", opened.what, lane.index));
        let heading = heading.text().to_owned();
        self.lanes.insert(number, opened);
        match apart {
            true => self.out.open_apart(number, heading),
            false => self.out.open(number, Some(lane.parent), heading)?,
        }
        Ok(())
    }

    /// An item has ended, or nothing more is known of it: one that went as another did is not shown.
    fn end_item(&mut self, number: u32) {
        let Some(lane) = self.lanes.get(&number) else {
            return;
        };
        let (parent, index, story) = (lane.parent, lane.index, lane.story);
        let items = self.lanes.get_mut(&parent).and_then(|lane| lane.items.as_mut());
        if let Some(dropped) = items.and_then(|items| items.end(number, index, story)) {
            self.out.drop_lane(dropped);
        }
    }

    /// Shows the items of the Map that a lane is in, when it runs no more.
    fn show_items(&mut self, number: u32) -> io::Result<()> {
        let items = self.lanes.get(&number).and_then(|lane| lane.items.as_ref());
        let Some(items) = items else { return Ok(()) };
        let open = items.open().to_vec();
        for item in open {
            self.leave(item, None)?;
            self.end_item(item);
        }
        let Some(lane) = self.lanes.get_mut(&number) else {
            return Ok(());
        };
        let (what, depth) = (lane.inside, lane.depth);
        let Some(mut items) = lane.items.take() else {
            return Ok(());
        };
        items.sort();
        for kind in items.kinds() {
            if !items.is_first(kind) {
                self.out.attach(kind.lane, number)?;
            }
            if let Some(more) = kind.more(what) {
                self.line_below(number, depth, &more)?;
            }
        }
        if let Some(left_out) = items.left_out(what) {
            self.line_below(number, depth, &left_out)?;
        }
        Ok(())
    }

    fn line_below(&mut self, number: u32, depth: usize, text: &str) -> io::Result<()> {
        let lines = self.lines.at(depth + 1);
        lines.heading(text);
        self.out.write(number, lines.text())
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
            aside => {
                let result = self.told(&aside);
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
            .and_then(|()| self.show_items(number));
        self.end_item(number);
        let result = result.and_then(|()| self.out.close(number));
        let _ = self.keep(result);
        self.lanes.remove(&number);
    }
}
