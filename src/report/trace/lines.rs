//! The lines of a trace: what an event says to a person.

use std::fmt::Write;

use colored::{ColoredString, Colorize};

use super::phrases::{billed, called, seconds};
use crate::asl::StateType;
use crate::diagnostics::{make_visible, visible};
use crate::history::{Event, EventKind, Unsuccessful};
use crate::simulate::{Execution, Failure, Status, Time, Written};
use crate::value::Value;

/// Longest payload that is shown whole, in characters.
const SHOWN: usize = 100;

/// How things are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Whether payloads are shown whole.
    pub(super) full: bool,
    /// Whether to colour.
    pub(super) color: bool,
    /// When the execution started: times are shown from there.
    pub(super) started: Time,
}

/// What is known of the state that a lane is in.
#[derive(Debug, Default)]
pub(super) struct InState {
    entered: Time,
    /// When its work was begun last.
    begun: Option<Time>,
    /// When its task was called last.
    called: Option<Time>,
    /// When it failed, if it did.
    pub(super) failed: Option<Time>,
    /// Whether that has been shown: some failures have an event, and all are told.
    shown: bool,
    /// Whether a Map began without items: a reader may find some.
    without_items: bool,
    /// Whether it has been entered, and not left.
    pub(super) inside: bool,
}

impl InState {
    /// A state that has just been entered.
    pub(super) fn entered(at: Time) -> Self {
        InState {
            entered: at,
            inside: true,
            ..InState::default()
        }
    }

    /// Notes a failure that is shown.
    fn failed(&mut self, at: Time) {
        self.failed = Some(at);
        self.shown = true;
    }

    /// ` after 30 s`, when the call took its time.
    fn took(&self, at: Time) -> String {
        match self.called.map(|called| at.since(called)) {
            Some(millis) if millis > 0 => format!(" after {}", seconds(millis)),
            _ => String::new(),
        }
    }
}

/// Lines at one depth of the tree. A trace of millions of events is made in one of these: its text is taken and begun
/// anew, and a moment that stays the same is worded once.
#[derive(Debug)]
pub(super) struct Lines {
    style: Style,
    depth: usize,
    text: String,
    /// The last moment that was shown, and how.
    clock: Option<(Time, String)>,
}

impl Lines {
    pub(super) fn new(style: Style) -> Self {
        Lines {
            style,
            depth: 0,
            text: String::new(),
            clock: None,
        }
    }

    /// Begins anew at a depth.
    pub(super) fn at(&mut self, depth: usize) -> &mut Self {
        self.text.clear();
        self.depth = depth;
        self
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Adds the line above a branch, an item or a child.
    pub(super) fn heading(&mut self, what: &str, index: usize) {
        self.indent();
        self.style.dim(what, &mut self.text);
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, " {index}");
    }

    /// Adds what there is to say of an event.
    pub(super) fn event(&mut self, event: &Event, state: &mut InState) {
        match &event.kind {
            EventKind::StateEntered {
                state_type,
                name,
                input,
            } => {
                self.indent();
                self.time(event.at);
                self.text.push(' ');
                self.style.paint(name, ColoredString::bold, &mut self.text);
                self.text.push(' ');
                self.style.dim(state_type.name(), &mut self.text);
                self.text.push('\n');
                self.payload("input", input);
            }
            EventKind::Scheduled(task) => {
                self.retry(event, state);
                state.called = Some(event.at);
                self.payload(&format!("call {}", called(&task.target)), &task.parameters);
            }
            EventKind::Submitted { output, .. } => self.payload("submitted", output),
            EventKind::Succeeded { output, .. } => {
                let word = format!("result{}", state.took(event.at));
                self.payload(&word, output);
            }
            EventKind::Unsuccessful { how, failure, .. } => {
                state.failed(event.at);
                let word = match how {
                    Unsuccessful::TimedOut => "timed out",
                    Unsuccessful::StartFailed => "not started",
                    Unsuccessful::ScheduleFailed => "not scheduled",
                    Unsuccessful::SubmitFailed => "not submitted",
                    Unsuccessful::Failed => "failed",
                };
                let word = format!("{word}{}", state.took(event.at));
                self.failure(&word, failure);
            }
            EventKind::EvaluationFailed(failed) => {
                state.failed(event.at);
                self.failure("failed", &failed.failure);
            }
            EventKind::MapRunFailed(failure) => {
                state.failed(event.at);
                self.failure("failed", failure);
            }
            EventKind::StateExited {
                state_type,
                output,
                assigned,
                ..
            } => {
                state.inside = false;
                if let Some(assigned) = assigned {
                    for (name, value) in assigned.iter() {
                        self.payload(&format!("${name} ="), value);
                    }
                }
                if *state_type == StateType::Wait {
                    self.field("waited", &seconds(event.at.since(state.entered)));
                }
                self.payload("output", output);
            }
            EventKind::StateAborted(_) => {
                state.inside = false;
                // The one that failed is aborted with the others.
                if state.failed.is_none() {
                    self.field("aborted", "");
                }
            }
            EventKind::ParallelStateStarted => self.retry(event, state),
            EventKind::MapStateStarted { length } => {
                self.retry(event, state);
                state.without_items = *length == 0;
                if *length > 0 {
                    self.field("items", &length.to_string());
                }
            }
            EventKind::MapStateSucceeded if state.without_items => self.field("items", "0"),
            EventKind::MapRunStarted { map_run_arn } => {
                state.without_items = false;
                self.field("map run", map_run_arn);
            }
            _ => {}
        }
    }

    /// Adds what a state has failed with, unless an event has said so.
    pub(super) fn told_failure(&mut self, at: Time, failure: &Failure, state: &mut InState) {
        state.failed = Some(at);
        state.inside = false;
        if !std::mem::take(&mut state.shown) {
            self.failure("failed", failure);
        }
    }

    /// Says that what begins here has begun before.
    fn retry(&mut self, event: &Event, state: &mut InState) {
        let before = state.begun.replace(event.at);
        state.inside = true;
        match (before, state.failed.take()) {
            (Some(_), Some(failed)) => {
                self.field("retry", &format!("after {}", seconds(event.at.since(failed))));
            }
            // Nobody has told of a failure: what keeps no more than events.
            (Some(_), None) => self.field("retry", ""),
            (None, _) => {}
        }
    }

    fn failure(&mut self, word: &str, failure: &Failure) {
        let mut text = failure.error.as_deref().unwrap_or("(no error name)").to_owned();
        if let Some(cause) = failure.shown_cause() {
            text = format!("{text}: {}", self.style.short(cause));
        }
        let line = self.begin_field(word);
        self.style.paint(&text, ColoredString::red, &mut self.text);
        self.end_field(line);
    }

    fn payload(&mut self, what: &str, value: &Value) {
        let line = self.begin_field(what);
        let start = self.text.len();
        if self.style.full {
            value.write_json(&mut self.text);
        } else {
            // Four bytes a character, at most.
            value.write_json_start(&mut self.text, SHOWN * 4 + 4);
            shorten(&mut self.text, start);
        }
        make_visible(&mut self.text, start);
        self.end_field(line);
    }

    /// What a ResultWriter has written.
    fn written(&mut self, uri: &str, written: &Written) {
        let most = if self.style.full {
            u64::MAX
        } else {
            SHOWN as u64 * 4 + 4
        };
        let text = match written.json_start(most) {
            Ok(text) => self.style.short(&text),
            Err(cause) => format!("(cannot be read again: {cause})"),
        };
        self.field(&format!("wrote {uri}"), &text);
    }

    /// Adds a line below a state's own.
    pub(super) fn field(&mut self, what: &str, text: &str) {
        let line = self.begin_field(what);
        self.text.push_str(&visible(text));
        self.end_field(line);
    }

    /// Begins such a line; gives where.
    fn begin_field(&mut self, what: &str) -> usize {
        let line = self.text.len();
        self.indent();
        self.text.push_str("   ");
        self.style.dim(what, &mut self.text);
        self.text.push(' ');
        line
    }

    /// Ends the line that begins at `line`.
    fn end_field(&mut self, line: usize) {
        let end = line + self.text[line..].trim_end().len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    fn line(&mut self, text: &str) {
        self.indent();
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    /// Adds a moment, as the time since the start.
    fn time(&mut self, at: Time) {
        let (style, clock) = (self.style, &mut self.clock);
        let shown = match clock {
            Some((shown, text)) if *shown == at => &*text,
            other => &other.insert((at, style.time(at))).1,
        };
        self.text.push_str(shown);
    }
}

/// Cuts what a text has from `start` on to what a line holds.
fn shorten(text: &mut String, start: usize) {
    // Nothing has more characters than bytes.
    if text.len() - start <= SHOWN {
        return;
    }
    if let Some((end, _)) = text[start..].char_indices().nth(SHOWN) {
        text.truncate(start + end);
        text.push_str("...");
    }
}

/// How an execution ended.
pub(super) fn outcome(execution: &Execution, style: Style) -> String {
    let mut lines = Lines::new(style);
    let elapsed = seconds(execution.stopped.since(execution.started));
    let status = match execution.status {
        Status::Succeeded => style.painted("succeeded", ColoredString::green),
        Status::Failed => style.painted("failed", ColoredString::red),
        Status::TimedOut => style.painted("timed out", ColoredString::red),
        Status::Aborted => style.painted("was stopped", ColoredString::red),
    };
    let events = execution.history.count();
    let billed = billed(execution);
    lines.line("");
    lines.line(&format!(
        "The execution {status} after {elapsed}: {events} events, {billed}."
    ));
    if let Some(failure) = &execution.failure {
        lines.failure("error", failure);
    }
    if let Some(output) = &execution.output {
        lines.payload("output", output);
    }
    for (uri, written) in &execution.written {
        lines.written(uri, written);
    }
    lines.text
}

impl Style {
    /// `00:01:30`, `2d 00:00:00`, with milliseconds where there are some.
    fn time(&self, at: Time) -> String {
        let millis = at.since(self.started);
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
        let mut shown = String::new();
        self.dim(&text, &mut shown);
        shown
    }

    /// The text, cut to what a line holds unless everything is asked for.
    fn short(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if !self.full {
            shorten(&mut text, 0);
        }
        text
    }

    fn painted(&self, text: &str, how: fn(ColoredString) -> ColoredString) -> String {
        let mut painted = String::new();
        self.paint(text, how, &mut painted);
        painted
    }

    fn paint(&self, text: &str, how: fn(ColoredString) -> ColoredString, out: &mut String) {
        let text = visible(text);
        if self.color {
            // Writing to a String cannot fail.
            let _ = write!(out, "{}", how(ColoredString::from(&*text)));
        } else {
            out.push_str(&text);
        }
    }

    /// Appends what is less important.
    pub(super) fn dim(&self, text: &str, out: &mut String) {
        self.paint(text, ColoredString::dimmed, out);
    }
}
