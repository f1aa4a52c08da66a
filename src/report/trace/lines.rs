//! The lines of a trace: what an event says to a person.

use std::fmt::Write;

use colored::{ColoredString, Colorize};

use super::look::Look;
use super::phrases::{attempt, called};
use crate::asl::StateType;
use crate::diagnostics::{counted, duration, visible};
use crate::history::{Chosen, Event, EventKind, Retry, ScheduledTask, Unsuccessful};
use crate::simulate::{Failure, Time, Written};
use crate::value::{Change, Value, changes};

/// Most changes of a state's data that are shown one by one.
const CHANGES: usize = 8;

/// Columns that a payload has at least, however deep it stands.
const LEAST: usize = 40;

/// What is known of the state that a lane is in.
#[derive(Debug, Default)]
pub(super) struct InState {
    entered: Time,
    /// Its input.
    pub(super) input: Option<Value>,
    /// How often its work was begun.
    attempts: u64,
    /// When its task was called last, and with what.
    called: Option<(Time, Box<ScheduledTask>)>,
    /// What its task has answered.
    result: Option<Value>,
    /// When it failed, if it did.
    pub(super) failed: Option<Time>,
    /// The retry that was granted last.
    retry: Option<Retry>,
    /// Whether the failure has been shown: some failures have an event, and all are told.
    shown: bool,
    /// The limit of the task that has struck.
    pub(super) limit: Option<String>,
    /// Whether a Map began without items: a reader may find some.
    without_items: bool,
    /// Whether it has been entered, and not left.
    pub(super) inside: bool,
}

impl InState {
    /// A state that has just been entered.
    pub(super) fn entered(at: Time, input: &Value) -> Self {
        InState {
            entered: at,
            input: Some(input.clone()),
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
        match self.called.as_ref().map(|(called, _)| at.since(*called)) {
            Some(millis) if millis > 0 => format!(" after {}", duration(millis)),
            _ => String::new(),
        }
    }

    /// Which of the task's limits has struck: `TimeoutSeconds 30`.
    fn limit(&self, failure: &Failure) -> Option<String> {
        let (_, task) = self.called.as_ref()?;
        match failure.missed_heartbeat {
            true => Some(format!(
                "HeartbeatSeconds {}, no heartbeat received",
                task.heartbeat?
            )),
            false => Some(format!("TimeoutSeconds {}", task.timeout?)),
        }
    }
}

/// Lines at one depth of the tree. A trace of millions of events is made in one of these: its text is taken and begun
/// anew, and a moment that stays the same is worded once.
#[derive(Debug)]
pub(super) struct Lines {
    look: Look,
    started: Time,
    depth: usize,
    text: String,
    /// The last moment that was shown, and how.
    clock: Option<(Time, String)>,
}

impl Lines {
    /// `started` is when the execution started: times are shown from there.
    pub(super) fn new(look: Look, started: Time) -> Self {
        Lines {
            look,
            started,
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

    /// Adds a line above or below a branch, an item or a child.
    pub(super) fn heading(&mut self, what: &str) {
        self.indent();
        self.look.dim(what, &mut self.text);
        self.text.push('\n');
    }

    /// Adds the line of a state that is entered, and its input unless that is what is known as `before`.
    pub(super) fn entered(&mut self, event: &Event, before: Option<&Value>) {
        let EventKind::StateEntered {
            state_type,
            name,
            input,
            ..
        } = &event.kind
        else {
            return;
        };
        self.indent();
        self.time(event.at);
        self.text.push(' ');
        self.look.paint(name, ColoredString::bold, &mut self.text);
        self.text.push(' ');
        self.look.dim(state_type.name(), &mut self.text);
        self.text.push('\n');
        if self.look.inputs || before.is_none_or(|before| !same(before, input)) {
            self.payload("input", input);
        }
    }

    /// Adds what there is to say of another event.
    pub(super) fn event(&mut self, event: &Event, state: &mut InState) {
        match &event.kind {
            EventKind::Scheduled(task) => {
                self.begin(event, state);
                self.call(task, state);
                state.called = Some((event.at, task.clone()));
                state.limit = None;
            }
            EventKind::Submitted { output, .. } => self.payload("submitted", output),
            EventKind::Succeeded { output, .. } => {
                let word = format!("result{}", state.took(event.at));
                self.payload(&word, output);
                state.result = Some(output.clone());
            }
            EventKind::Unsuccessful { how, failure, .. } => {
                state.failed(event.at);
                let (word, limit) = match how {
                    Unsuccessful::TimedOut => ("timed out", state.limit(failure)),
                    Unsuccessful::StartFailed => ("not started", None),
                    Unsuccessful::ScheduleFailed => ("not scheduled", None),
                    Unsuccessful::SubmitFailed => ("not submitted", None),
                    Unsuccessful::Failed => ("failed", None),
                };
                let word = format!("{word}{}", state.took(event.at));
                self.failure(&word, failure);
                if let Some(limit) = &limit {
                    self.field("limit", limit);
                }
                state.limit = limit;
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
                    self.field("waited", &duration(event.at.since(state.entered)));
                }
                self.output(*state_type, output, state);
            }
            EventKind::StateAborted(_) => {
                state.inside = false;
                // The one that failed is aborted with the others.
                if state.failed.is_none() {
                    self.field("aborted", "");
                }
            }
            EventKind::ParallelStateStarted => self.begin(event, state),
            EventKind::MapStateStarted { length } => {
                self.begin(event, state);
                state.without_items = *length == 0;
                if *length > 0 {
                    self.field(&counted(*length as u64, "item"), "");
                }
            }
            EventKind::MapStateSucceeded if state.without_items => self.field("0 items", ""),
            EventKind::MapRunStarted { map_run_arn } => {
                state.without_items = false;
                self.field("map run", map_run_arn);
            }
            _ => {}
        }
    }

    /// Adds what a task is called with, unless that stands right above.
    fn call(&mut self, task: &ScheduledTask, state: &InState) {
        let what = format!("call {}", called(&task.target));
        let before = state.called.as_ref().map(|(_, before)| &before.parameters);
        if before.is_some_and(|before| same(before, &task.parameters)) {
            return;
        }
        match &state.input {
            Some(input) if same(input, &task.parameters) => self.field(&what, "with the input"),
            _ => self.payload(&what, &task.parameters),
        }
    }

    /// Adds what a state hands on, as what it has made of its input where that says it better.
    fn output(&mut self, state_type: StateType, output: &Value, state: &InState) {
        let works = matches!(state_type, StateType::Task | StateType::Parallel | StateType::Map);
        let Some(input) = &state.input else {
            return self.payload("output", output);
        };
        if same(input, output) {
            if works {
                self.field("output", "is the input");
            }
            return;
        }
        if state.result.as_ref().is_some_and(|result| same(result, output)) {
            return;
        }
        let kept = match (input.as_object(), output.as_object()) {
            (Some(old), Some(new)) => old.iter().any(|(key, _)| new.contains_key(key)),
            _ => false,
        };
        match changes(input, output, CHANGES).filter(|_| kept) {
            Some(changes) => changes
                .iter()
                .for_each(|(place, change)| self.change(place, *change)),
            None => self.payload("output", output),
        }
    }

    fn change(&mut self, place: &str, change: Change<'_>) {
        let (sign, paint): (_, fn(ColoredString) -> ColoredString) = match change {
            Change::Added(_) | Change::ItemAdded(_) => ("+", ColoredString::green),
            Change::Removed(_) | Change::ItemRemoved(_) => ("-", ColoredString::red),
            Change::Replaced(..) | Change::Length(..) => ("~", ColoredString::yellow),
        };
        let line = self.text.len();
        self.indent();
        self.text.push_str("   ");
        self.look.paint(sign, paint, &mut self.text);
        let head = format!(" {} = ", visible(place));
        self.text.push_str(&head);
        let used = self.depth * 2 + 4 + head.chars().count();
        match change {
            Change::Added(value)
            | Change::ItemAdded(value)
            | Change::Removed(value)
            | Change::ItemRemoved(value) => self.value(value, used),
            Change::Replaced(old, new) => {
                // Each of them gets half of the line.
                let room = self.look.width.saturating_sub(used + 4).max(LEAST) / 2;
                for (index, value) in [old, new].into_iter().enumerate() {
                    if index > 0 {
                        self.text.push_str(" -> ");
                    }
                    let text = self.look.cut(&value.to_json(), room);
                    self.text.push_str(&visible(&text));
                }
            }
            Change::Length(..) => {}
        }
        self.end_field(line);
    }

    /// Adds what a Choice state has chosen, and with which values. What does not fit on the line is counted: a line that is
    /// cut as a whole would show a value as one that it is not.
    pub(super) fn chosen(&mut self, chosen: &Chosen) {
        let what = match chosen.rule {
            Some(number) => format!("Choices[{number}] matched:"),
            None if chosen.tested.is_empty() => "no rule matched".to_owned(),
            None => "no rule matched:".to_owned(),
        };
        let room = |what: &str| self.room(what.chars().count() + 4 + self.depth * 2);
        let condition = match (&chosen.condition, chosen.rule) {
            (Some(condition), Some(_)) => &**condition,
            _ => "",
        };
        let is_one_line = |values: &str| {
            let both = condition.chars().count() + ", with ".len() + values.chars().count();
            self.look.full || both <= room(&what)
        };
        let values = tested(chosen, self.look, room("with"));
        match (condition.is_empty(), values.is_empty()) {
            (true, _) => self.field(&what, &values),
            (false, true) => self.field(&what, &self.look.cut(condition, room(&what))),
            (false, false) if is_one_line(&values) => {
                self.field(&what, &format!("{condition}, with {values}"));
            }
            (false, false) => {
                let condition = self.look.cut(condition, room(&what));
                self.field(&what, &condition);
                self.field("with", &values);
            }
        }
    }

    /// Adds why a Map has no items.
    pub(super) fn no_items(&mut self, why: &str, state: &mut InState) {
        state.without_items = false;
        self.field("0 items:", why);
    }

    /// Adds what a state has failed with, unless an event has said so.
    pub(super) fn told_failure(
        &mut self,
        at: Time,
        failure: &Failure,
        retry: Option<Retry>,
        state: &mut InState,
    ) {
        state.failed = Some(at);
        state.retry = retry;
        state.inside = false;
        if !std::mem::take(&mut state.shown) {
            self.failure("failed", failure);
        }
    }

    /// Says that what begins here has begun before.
    fn begin(&mut self, event: &Event, state: &mut InState) {
        state.inside = true;
        let made = state.attempts;
        state.attempts += 1;
        if made == 0 {
            return;
        }
        let attempt = attempt(made, state.retry.take());
        let after = match state.failed.take() {
            Some(failed) => format!(", after {}", duration(event.at.since(failed))),
            // Nobody has told of a failure: what keeps no more than events.
            None => String::new(),
        };
        self.field(&format!("{attempt}{after}"), "");
    }

    fn failure(&mut self, word: &str, failure: &Failure) {
        let line = self.begin_field(word);
        let text = visible(&told(failure)).into_owned();
        let room = self.room(self.depth * 2 + 4 + word.chars().count());
        if self.look.full && text.chars().count() > room {
            let indent = self.depth * 2 + 6;
            let wrapped = super::wrap::lines(&text, self.look.width.saturating_sub(indent), indent);
            for piece in wrapped.lines() {
                self.new_line();
                self.look.paint(piece, ColoredString::red, &mut self.text);
            }
        } else {
            self.look.paint(&text, ColoredString::red, &mut self.text);
        }
        self.end_field(line);
    }

    pub(super) fn payload(&mut self, what: &str, value: &Value) {
        let line = self.begin_field(what);
        self.value(value, self.depth * 2 + 4 + what.chars().count());
        self.end_field(line);
    }

    /// Adds a value on a line that has `used` columns already, cut to what the line holds, or over several lines.
    fn value(&mut self, value: &Value, used: usize) {
        let text = value.to_json();
        let room = self.room(used);
        let indent = self.depth * 2 + 6;
        match self.look.full {
            true if text.chars().count() > room => {
                let wrapped = super::wrap::json(&visible(&text), self.look.width, indent);
                self.new_line();
                self.text.push_str(&wrapped);
            }
            true => self.text.push_str(&visible(&text)),
            false => self.text.push_str(&visible(&self.look.cut(&text, room))),
        }
    }

    /// Columns that are left of a line with `used` columns.
    fn room(&self, used: usize) -> usize {
        self.look.width.saturating_sub(used).max(LEAST)
    }

    /// Goes on below.
    fn new_line(&mut self) {
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    /// A text cut to what a line holds, unless everything is asked for.
    fn short(&self, text: &str, used: usize) -> String {
        self.look.cut(text, self.room(used + self.depth * 2))
    }

    /// What a ResultWriter has written.
    pub(super) fn written(&mut self, uri: &str, written: &Written) {
        let most = if self.look.full { u64::MAX } else { 4 * 1024 };
        let text = match written.json_start(most) {
            Ok(text) => self.short(&text, uri.len() + 12),
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
        self.look.dim(what, &mut self.text);
        self.text.push(' ');
        line
    }

    /// Ends the line that begins at `line`.
    fn end_field(&mut self, line: usize) {
        let end = line + self.text[line..].trim_end().len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    /// Adds a moment, as the time since the start.
    fn time(&mut self, at: Time) {
        let (look, started, clock) = (self.look, self.started, &mut self.clock);
        let shown = match clock {
            Some((shown, text)) if *shown == at => &*text,
            other => &other.insert((at, look.time(at.since(started)))).1,
        };
        self.text.push_str(shown);
    }
}

/// Whether two values are the same to a reader.
fn same(a: &Value, b: &Value) -> bool {
    a.is_shared_with(b) || a == b
}

/// An error and its cause, whole.
pub(super) fn told(failure: &Failure) -> String {
    let error = failure.error.as_deref().unwrap_or("(no error name)");
    match failure.shown_cause() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_owned(),
    }
}

/// The values that a Choice state has looked at, in so many columns: those that do not fit are counted.
fn tested(chosen: &Chosen, look: Look, room: usize) -> String {
    let mut text = String::new();
    for (number, (place, value)) in chosen.tested.iter().enumerate() {
        let told = match value {
            Some(value) => format!("{place} = {}", look.cut(&value.to_json(), LEAST)),
            None => format!("{place} absent"),
        };
        if number > 0 {
            if !look.full && text.chars().count() + told.chars().count() > room {
                let _ = write!(text, ", and {} more", chosen.tested.len() - number);
                break;
            }
            text += ", ";
        }
        text += &told;
    }
    text
}
