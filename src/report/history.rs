//! An execution as JSON: the tool's own shape, and what `aws stepfunctions get-execution-history` prints.

use std::io::{self, Write};

use serde_json::Value as Json;

use super::cost::{self, Assumed};
use crate::history::{Event, EventSink, EventWriter, SinkClosed};
use crate::simulate::{Execution, Settings, Time};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{"executionArn", "stateMachineArn", "startDate", "events", "status", "output", "error", "cause", "stopDate",
    /// "objects"}`; what is absent is left out. `objects` is what ResultWriters have written into S3.
    Execution,
    /// `{"events"}`
    History,
}

/// Writes an execution that has kept its events, and what executions like it cost.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    execution: &Execution,
    shape: Shape,
    cost: Option<Assumed>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let arns = [&*execution.arn, &execution.state_machine_arn];
    let mut writer = HistoryWriter::begun(out, shape, arns, execution.started).with_cost(cost);
    writer.begin()?;
    for event in execution.history.events() {
        writer.write(event)?;
    }
    writer.finish(Some(execution)).map(|_| ())
}

/// Events that are held before the first is written: those of a whole Standard execution. A run that is stopped before
/// writes nothing, and one of millions of events takes no more memory than this.
const HELD: usize = 25_000;

/// Bytes that are written at once.
const BLOCK: usize = 64 * 1024;

/// Writes an execution's events as they come, one a line, and its outcome behind them.
#[derive(Debug)]
pub struct HistoryWriter<W> {
    out: W,
    shape: Shape,
    /// The members before the events.
    head: String,
    members: Members,
    held: Vec<Event>,
    /// Whether events have been written; none are held any more.
    begun: bool,
    written: u64,
    json: EventWriter,
    /// What has not been given to `out` yet.
    block: String,
    cost: Option<Assumed>,
    failed: Option<io::Error>,
}

impl<W: Write> HistoryWriter<W> {
    /// Writes to `out` what a run with `settings` comes to.
    pub fn new(out: W, shape: Shape, settings: &Settings) -> Self {
        let (execution, machine) = (settings.execution_arn(), settings.state_machine_arn());
        Self::begun(out, shape, [&execution, &machine], settings.start)
    }

    /// `arns` are the execution's and the state machine's.
    fn begun(out: W, shape: Shape, arns: [&str; 2], started: Time) -> Self {
        let mut members = Members::default();
        let mut head = String::from("{");
        if shape == Shape::Execution {
            for (key, value) in [
                ("executionArn", arns[0]),
                ("stateMachineArn", arns[1]),
                ("startDate", &started.with_offset()),
            ] {
                head += &members.key(key);
                head += &text(value);
            }
        }
        head += &members.key("events");
        head.push('[');
        HistoryWriter {
            out,
            shape,
            head,
            members,
            held: Vec::new(),
            begun: false,
            written: 0,
            json: EventWriter::default(),
            block: String::new(),
            cost: None,
            failed: None,
        }
    }

    /// The same, with what executions like it cost: the member `cost` of [`Shape::Execution`].
    pub fn with_cost(mut self, cost: Option<Assumed>) -> Self {
        self.cost = cost;
        self
    }

    /// Writes what is left. `None` is a run that was stopped before it had an outcome: what it has written ends there.
    ///
    /// # Errors
    /// When the writer fails, or has failed before.
    pub fn finish(mut self, execution: Option<&Execution>) -> io::Result<W> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(execution) = execution else {
            self.out.write_all(self.block.as_bytes())?;
            return Ok(self.out);
        };
        self.begin()?;
        self.block.push_str("\n  ]");
        self.out.write_all(self.block.as_bytes())?;
        if self.shape == Shape::Execution {
            outcome(execution, &mut self.members, &mut self.out)?;
            if let Some(assumed) = &self.cost {
                let cost = cost::json(execution, assumed);
                write!(self.out, "{}{cost}", self.members.key("cost"))?;
            }
        }
        self.out.write_all(b"\n}\n")?;
        Ok(self.out)
    }

    /// Writes what has been held.
    fn begin(&mut self) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            self.block = std::mem::take(&mut self.head);
            for event in std::mem::take(&mut self.held) {
                self.write(&event)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        self.block.push_str(if self.written == 0 { "\n" } else { ",\n" });
        // Here, where a line has ended: stdout holds the beginning of a line back, and writes it by itself.
        if self.block.len() >= BLOCK {
            self.out.write_all(self.block.as_bytes())?;
            self.block.clear();
        }
        self.written += 1;
        self.block.push_str("    ");
        self.json.write(event, &mut self.block);
        Ok(())
    }
}

impl<W: Write> EventSink for HistoryWriter<W> {
    fn event(&mut self, event: Event) -> Result<(), SinkClosed> {
        let result = if self.begun {
            self.write(&event)
        } else {
            self.held.push(event);
            if self.held.len() < HELD {
                return Ok(());
            }
            self.begin()
        };
        result.map_err(|error| {
            self.failed = Some(error);
            SinkClosed
        })
    }
}

/// The members of the whole, which alone knows whether a comma stands before the next.
#[derive(Debug, Default)]
struct Members {
    begun: bool,
}

impl Members {
    /// What stands before the value of the next member.
    fn key(&mut self, key: &str) -> String {
        let comma = if std::mem::replace(&mut self.begun, true) {
            ","
        } else {
            ""
        };
        format!("{comma}\n  \"{key}\": ")
    }
}

fn text(text: &str) -> String {
    Json::from(text).to_string()
}

/// The members behind the events.
fn outcome(execution: &Execution, members: &mut Members, out: &mut dyn Write) -> io::Result<()> {
    let mut values: Vec<(&str, String)> = vec![("status", text(execution.status.as_aws()))];
    if let Some(output) = &execution.output {
        // Numbers as AWS spells them, which serde_json would spell anew.
        values.push(("output", output.to_json()));
    }
    if let Some(failure) = &execution.failure {
        if let Some(error) = &failure.error {
            values.push(("error", text(error)));
        }
        if let Some(cause) = failure.shown_cause() {
            values.push(("cause", text(cause)));
        }
    }
    values.push(("stopDate", text(&execution.stopped.with_offset())));
    for (key, value) in values {
        write!(out, "{}{value}", members.key(key))?;
    }
    if !execution.written.is_empty() {
        write!(out, "{}{{", members.key("objects"))?;
        for (number, (uri, written)) in execution.written.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(out, "{comma}\n    {}: ", text(uri))?;
            written.write_json(out)?;
        }
        out.write_all(b"\n  }")?;
    }
    Ok(())
}
