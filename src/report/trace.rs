//! An execution as text: what a person wants to see of it.
//!
//! A tree: each state with its input, what its task was sent and answered, retries with their waits, where an error
//! went, the output; the branches and iterations of a state inside it. Times are virtual, from the start.

use std::io::{self, Write};

use colored::{ColoredString, Colorize};

use crate::asl::StateType;
use crate::simulate::history::{Event, EventKind, Family, TaskTarget, Unsuccessful};
use crate::simulate::{Execution, Failure, MachineType, Status, Time};
use crate::value::Value;

/// Longest payload that is shown whole, in characters.
const SHOWN: usize = 100;

/// Writes the trace and the outcome; `full` shows payloads whole, `color` colours.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(execution: &Execution, full: bool, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let events = execution
        .history
        .events()
        .iter()
        .chain(execution.history.in_children());
    let mut lanes: Vec<Vec<&Event>> = vec![Vec::new(); execution.history.lanes().len().max(1)];
    for event in events {
        if let Some(lane) = lanes.get_mut(event.lane as usize) {
            lane.push(event);
        }
    }
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); lanes.len()];
    for (number, lane) in (0u32..).zip(execution.history.lanes()).skip(1) {
        if let Some(list) = children.get_mut(lane.parent as usize) {
            list.push(number);
        }
    }
    let mut trace = Trace {
        execution,
        lanes,
        children,
        full,
        color,
        out,
    };
    trace.lane(0, 0)?;
    trace.outcome()
}

struct Trace<'e, 'o> {
    execution: &'e Execution,
    lanes: Vec<Vec<&'e Event>>,
    /// The lanes inside each lane, in the order they were opened.
    children: Vec<Vec<u32>>,
    full: bool,
    color: bool,
    out: &'o mut dyn Write,
}

impl Trace<'_, '_> {
    /// Writes the events of a lane; `depth` is that of its states.
    fn lane(&mut self, lane: u32, depth: usize) -> io::Result<()> {
        let events = std::mem::take(&mut self.lanes[lane as usize]);
        let inside = std::mem::take(&mut self.children[lane as usize]);
        let mut inside = inside.into_iter().peekable();
        let mut state = InState::default();
        for (number, event) in events.iter().enumerate() {
            if let EventKind::StateEntered { .. } = event.kind {
                state = InState {
                    entered: event.at,
                    ..InState::default()
                };
            }
            if let (EventKind::StateExited { .. }, Some(_)) = (&event.kind, state.failed) {
                let next = events[number + 1..].iter().find_map(|next| match &next.kind {
                    EventKind::StateEntered { name, .. } => Some(&**name),
                    _ => None,
                });
                // A full history may end between the two.
                self.field(
                    depth,
                    "caught,",
                    &next.map(|next| format!("on to {next}")).unwrap_or_default(),
                )?;
            }
            self.event(event, depth, &mut state)?;
            // The branches and iterations that start here, each whole, before what follows them.
            if let EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. } = event.kind {
                let before = events[number + 1..]
                    .iter()
                    .find(|next| {
                        matches!(
                            next.kind,
                            EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. }
                        )
                    })
                    .map_or(u64::MAX, |next| next.id);
                while let Some(child) = inside.next_if(|child| {
                    self.lanes[*child as usize]
                        .first()
                        .is_none_or(|first| first.id < before)
                }) {
                    let index = self.execution.history.lanes()[child as usize].index;
                    let what = if matches!(event.kind, EventKind::ParallelStateStarted) {
                        "branch"
                    } else {
                        "item"
                    };
                    self.line(depth + 1, &format!("{} {index}", self.dim(what)))?;
                    self.lane(child, depth + 2)?;
                }
            }
        }
        Ok(())
    }

    fn event(&mut self, event: &Event, depth: usize, state: &mut InState) -> io::Result<()> {
        match &event.kind {
            EventKind::StateEntered {
                state_type,
                name,
                input,
            } => {
                let text = format!(
                    "{} {} {}",
                    self.time(event.at),
                    self.paint(name, ColoredString::bold),
                    self.dim(state_type.name())
                );
                self.line(depth, &text)?;
                self.payload(depth, "input", input)
            }
            EventKind::Scheduled {
                target, parameters, ..
            } => {
                self.retry(event, depth, state)?;
                state.called = Some(event.at);
                self.payload(depth, &format!("call {}", called(target)), parameters)
            }
            EventKind::Submitted { output, .. } => self.payload(depth, "submitted", output),
            EventKind::Succeeded { output, .. } => {
                let word = format!("result{}", state.took(event.at));
                self.payload(depth, &word, output)
            }
            EventKind::Unsuccessful { how, failure, .. } => {
                state.failed = Some(event.at);
                let word = match how {
                    Unsuccessful::TimedOut => "timed out",
                    Unsuccessful::StartFailed => "not started",
                    Unsuccessful::ScheduleFailed => "not scheduled",
                    Unsuccessful::SubmitFailed => "not submitted",
                    Unsuccessful::Failed => "failed",
                };
                let word = format!("{word}{}", state.took(event.at));
                self.failure(depth, &word, failure)
            }
            EventKind::EvaluationFailed { failure, .. } => {
                state.failed = Some(event.at);
                self.failure(depth, "failed", failure)
            }
            EventKind::MapRunFailed(failure) => self.failure(depth, "failed", failure),
            EventKind::StateExited {
                state_type,
                output,
                assigned,
                ..
            } => {
                if let Some(assigned) = assigned {
                    for (name, value) in assigned.iter() {
                        self.payload(depth, &format!("${name} ="), value)?;
                    }
                }
                let waited = event.at.since(state.entered);
                if *state_type == StateType::Wait {
                    self.field(depth, "waited", &seconds(waited))?;
                }
                self.payload(depth, "output", output)
            }
            EventKind::StateAborted(_) => self.field(depth, "aborted", ""),
            EventKind::ParallelStateStarted => self.retry(event, depth, state),
            EventKind::MapStateStarted { length } => {
                self.retry(event, depth, state)?;
                self.field(depth, "items", &length.to_string())
            }
            EventKind::ParallelStateFailed | EventKind::MapStateFailed => {
                state.failed = Some(event.at);
                self.field(depth, "failed", "")
            }
            EventKind::MapRunStarted { map_run_arn } => self.field(depth, "map run", map_run_arn),
            _ => Ok(()),
        }
    }

    /// Says that what begins here has begun before.
    fn retry(&mut self, event: &Event, depth: usize, state: &mut InState) -> io::Result<()> {
        let before = state.begun.replace(event.at);
        match (before, state.failed.take()) {
            (Some(_), Some(failed)) => self.field(
                depth,
                "retry",
                &format!("after {}", seconds(event.at.since(failed))),
            ),
            // Parallel and Map are tried again without a word of their failure [recorded; floci#3167].
            (Some(_), None) => self.field(depth, "retry", ""),
            (None, _) => Ok(()),
        }
    }

    fn outcome(&mut self) -> io::Result<()> {
        let execution = self.execution;
        let elapsed = seconds(execution.stopped.since(execution.started));
        let status = match execution.status {
            Status::Succeeded => self.paint("succeeded", ColoredString::green),
            Status::Failed => self.paint("failed", ColoredString::red),
            Status::TimedOut => self.paint("timed out", ColoredString::red),
        };
        let events = execution.history.count();
        let billed = billed(execution);
        writeln!(
            self.out,
            "\nThe execution {status} after {elapsed}: {events} events, {billed}."
        )?;
        if let Some(failure) = &execution.failure {
            self.failure(0, "error", failure)?;
        }
        if let Some(output) = &execution.output {
            self.payload(0, "output", output)?;
        }
        for (uri, content) in &execution.written {
            self.payload(0, &format!("wrote {uri}"), content)?;
        }
        Ok(())
    }

    /// `00:01:30`, `2d 00:00:00`, with milliseconds where there are some.
    fn time(&self, at: Time) -> String {
        let millis = at.since(self.execution.started);
        let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
        let mut text = format!(
            "{:02}:{:02}:{:02}",
            rest / 3_600_000,
            rest / 60_000 % 60,
            rest / 1000 % 60
        );
        if rest % 1000 != 0 {
            text += &format!(".{:03}", rest % 1000);
        }
        if days > 0 {
            text = format!("{days}d {text}");
        }
        self.dim(&text)
    }

    fn failure(&mut self, depth: usize, word: &str, failure: &Failure) -> io::Result<()> {
        let mut text = failure.error.as_deref().unwrap_or("(no error name)").to_owned();
        if let Some(cause) = failure.shown_cause() {
            text = format!("{text}: {}", self.short(cause));
        }
        let text = self.paint(&text, ColoredString::red);
        self.field(depth, word, &text)
    }

    fn payload(&mut self, depth: usize, what: &str, value: &Value) -> io::Result<()> {
        let text = self.short(&value.to_json());
        self.field(depth, what, &text)
    }

    fn field(&mut self, depth: usize, what: &str, text: &str) -> io::Result<()> {
        let line = format!("   {} {text}", self.dim(what));
        self.line(depth, line.trim_end())
    }

    fn line(&mut self, depth: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{text}", "", indent = depth * 2)
    }

    /// The text, cut to what a line holds unless everything is asked for.
    fn short(&self, text: &str) -> String {
        if self.full {
            return text.to_owned();
        }
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text.to_owned(),
        }
    }

    fn paint(&self, text: &str, how: fn(ColoredString) -> ColoredString) -> String {
        if self.color {
            how(ColoredString::from(text)).to_string()
        } else {
            text.to_owned()
        }
    }

    fn dim(&self, text: &str) -> String {
        self.paint(text, ColoredString::dimmed)
    }
}

/// What is known of the state that a lane is in.
#[derive(Default)]
struct InState {
    entered: Time,
    /// When its work was begun last.
    begun: Option<Time>,
    /// When its task was called last.
    called: Option<Time>,
    /// When it failed, if it did.
    failed: Option<Time>,
}

impl InState {
    /// ` after 30 s`, when the call took its time.
    fn took(&self, at: Time) -> String {
        match self.called.map(|called| at.since(called)) {
            Some(millis) if millis > 0 => format!(" after {}", seconds(millis)),
            _ => String::new(),
        }
    }
}

/// What AWS counts for the bill [AWS Step Functions Pricing]: a Standard execution's transitions; an Express one's
/// request and its duration, in steps of 100 ms, for memory that only AWS measures.
fn billed(execution: &Execution) -> String {
    match execution.machine_type {
        MachineType::Standard => match execution.transitions {
            1 => "1 state transition".to_owned(),
            many => format!("{many} state transitions"),
        },
        MachineType::Express => {
            let millis = execution.stopped.since(execution.started).max(1);
            format!("1 request of {} ms", (millis + 99) / 100 * 100)
        }
    }
}

/// `lambda:invoke`, or the function's or activity's name.
fn called(target: &TaskTarget) -> String {
    match target.family {
        Family::Task => format!("{}:{}", target.resource_type, target.resource),
        Family::LambdaFunction | Family::Activity => {
            let name = target.resource.rsplit(':').next().unwrap_or(&target.resource);
            name.to_owned()
        }
    }
}

/// A span of time: `1.5 s`, `2 h 5 min`.
fn seconds(millis: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")];
    let mut rest = millis;
    let mut parts = Vec::new();
    for (size, unit) in units {
        if rest >= size {
            parts.push(format!("{} {unit}", rest / size));
            rest %= size;
        }
    }
    if rest > 0 || parts.is_empty() {
        if rest % 1000 == 0 {
            parts.push(format!("{} s", rest / 1000));
        } else {
            parts.push(format!("{}.{:03} s", rest / 1000, rest % 1000));
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn spans_of_time_are_said_in_their_units() {
        for (millis, expected) in [
            (0, "0 s"),
            (1500, "1.500 s"),
            (61_000, "1 min 1 s"),
            (3_600_000, "1 h"),
            (90_061_000, "1 d 1 h 1 min 1 s"),
        ] {
            assert_eq!(seconds(millis), expected);
        }
    }
}
