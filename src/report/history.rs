//! An execution as JSON: the tool's own shape, and what `aws stepfunctions get-execution-history` prints.

use std::io::{self, Write};

use serde_json::Value as Json;

use crate::simulate::Execution;
use crate::simulate::history::EventWriter;

/// Writes `{"status", "output", "error", "cause", "executionArn", "stateMachineArn", "startDate", "stopDate",
/// "objects", "events"}`; what is absent is left out. `objects` is what ResultWriters have written into S3.
///
/// # Errors
/// When `out` cannot be written.
pub fn json(execution: &Execution, out: &mut dyn Write) -> io::Result<()> {
    let mut members: Vec<(&str, String)> = Vec::new();
    if let Some(output) = &execution.output {
        // Numbers as AWS spells them, which serde_json would spell anew.
        members.push(("output", output.to_json()));
    }
    if let Some(failure) = &execution.failure {
        if let Some(error) = &failure.error {
            members.push(("error", Json::from(&**error).to_string()));
        }
        if let Some(cause) = failure.shown_cause() {
            members.push(("cause", Json::from(&**cause).to_string()));
        }
    }
    let text = |text: &str| Json::from(text).to_string();
    members.push(("executionArn", text(&execution.arn)));
    members.push(("stateMachineArn", text(&execution.state_machine_arn)));
    members.push(("startDate", text(&execution.started.with_offset())));
    members.push(("stopDate", text(&execution.stopped.with_offset())));
    write!(out, "{{\n  \"status\": {}", text(execution.status.as_aws()))?;
    for (key, value) in members {
        write!(out, ",\n  \"{key}\": {value}")?;
    }
    if !execution.written.is_empty() {
        out.write_all(b",\n  \"objects\": {")?;
        for (number, (uri, content)) in execution.written.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(out, "{comma}\n    {}: {}", text(uri), content.to_json())?;
        }
        out.write_all(b"\n  }")?;
    }
    out.write_all(b",\n  \"events\": ")?;
    events(execution, out)?;
    out.write_all(b"\n}\n")
}

/// Writes `{"events": [...]}`.
///
/// # Errors
/// When `out` cannot be written.
pub fn history(execution: &Execution, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\n  \"events\": ")?;
    events(execution, out)?;
    out.write_all(b"\n}\n")
}

/// One event a line: long histories stay readable, and are never held as text.
fn events(execution: &Execution, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"[")?;
    let mut writer = EventWriter::default();
    for (number, event) in execution.history.events().iter().enumerate() {
        out.write_all(if number == 0 { b"\n    " } else { b",\n    " })?;
        out.write_all(writer.json(event).as_bytes())?;
    }
    out.write_all(b"\n  ]")
}
