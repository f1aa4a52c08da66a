//! Changes for programs.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::{ChangeReport, Ending, RunReport};
use crate::diff::{Change, Place, Step};
use crate::report::Failed;
use crate::source::SourceFile;
use crate::value::Value;

#[derive(Serialize)]
struct Report<'a> {
    changes: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<Run<'a>>,
}

/// One run on both machines.
#[derive(Serialize)]
struct Run<'a> {
    name: &'a str,
    same: bool,
    old: End<'a>,
    new: End<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Parts<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum End<'a> {
    NotRun {
        #[serde(rename = "notRun")]
        not_run: &'a str,
    },
    Ended {
        status: &'a str,
        seconds: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<&'a Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<&'a str>,
    },
}

/// The first difference of the histories; absent is the side that has ended.
#[derive(Serialize)]
struct Parts<'a> {
    #[serde(rename = "inTime")]
    in_time: bool,
    #[serde(flatten)]
    sides: Sides<EventEntry<'a>>,
}

#[derive(Serialize)]
struct EventEntry<'a> {
    event: u64,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a Value>,
    seconds: f64,
}

#[derive(Serialize)]
struct Files<'a> {
    files: Vec<FileEntry<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum FileEntry<'a> {
    /// A file that changed; a name is absent where there is no such file.
    Changed {
        #[serde(skip_serializing_if = "Option::is_none")]
        old: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        new: Option<String>,
        changes: Vec<Entry<'a>>,
    },
    /// One that could not be compared.
    Failed(&'a Failed),
}

/// One change; what does not exist at a side is absent.
#[derive(Serialize)]
struct Entry<'a> {
    class: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    location: Sides<&'a str>,
    range: Sides<Range>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<f64>,
}

#[derive(Serialize)]
struct Sides<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<T>,
}

#[derive(Serialize)]
struct Range {
    start: At,
    end: At,
}

#[derive(Serialize)]
struct At {
    line: usize,
    column: usize,
    offset: usize,
}

pub(super) fn render(reports: &[ChangeReport], are_folders: bool, out: &mut dyn Write) -> io::Result<()> {
    match reports {
        [report] if !are_folders => {
            let changes = changes(report);
            let runs = report.runs.iter().map(run).collect();
            serde_json::to_writer_pretty(&mut *out, &Report { changes, runs })?;
            writeln!(out)
        }
        _ => of_folders(reports, &[], out),
    }
}

/// Of folders: the files that changed, and behind them those that could not be read.
pub(super) fn of_folders(reports: &[ChangeReport], failed: &[Failed], out: &mut dyn Write) -> io::Result<()> {
    let changed = reports.iter().filter(|report| report.differs());
    let changed = changed.map(|report| FileEntry::Changed {
        old: report.old_name(),
        new: report.new_name(),
        changes: changes(report),
    });
    let files = changed.chain(failed.iter().map(FileEntry::Failed)).collect();
    serde_json::to_writer_pretty(&mut *out, &Files { files })?;
    writeln!(out)
}

fn changes(report: &ChangeReport) -> Vec<Entry<'_>> {
    report
        .changes
        .iter()
        .map(|change| entry(report, change))
        .collect()
}

fn run(run: &RunReport) -> Run<'_> {
    fn end(ending: &Ending) -> End<'_> {
        match ending {
            Ending::NotRun(words) => End::NotRun { not_run: words },
            Ending::Ended {
                status,
                seconds,
                output,
                error,
                cause,
            } => End::Ended {
                status,
                seconds: *seconds,
                output: output.as_ref(),
                error: error.as_deref(),
                cause: cause.as_deref(),
            },
        }
    }
    fn event(step: &Option<Step>) -> Option<EventEntry<'_>> {
        step.as_ref().map(|step| EventEntry {
            event: step.event,
            kind: &step.kind,
            state: step.state.as_deref(),
            detail: step.detail.as_ref(),
            seconds: step.seconds,
        })
    }
    Run {
        name: &run.name,
        same: run.is_same(),
        old: end(&run.old),
        new: end(&run.new),
        parts: run.parting.as_ref().map(|parting| Parts {
            in_time: parting.in_time,
            sides: Sides {
                old: event(&parting.old),
                new: event(&parting.new),
            },
        }),
    }
}

fn entry<'a>(report: &'a ChangeReport, change: &'a Change) -> Entry<'a> {
    let location = |place: &'a Option<Place>| place.as_ref().map(|p| p.location.as_str());
    Entry {
        class: change.class.as_word(),
        kind: change.kind.as_word(),
        state: change.state.as_deref(),
        location: Sides {
            old: location(&change.old),
            new: location(&change.new),
        },
        range: Sides {
            old: range(&report.old, &change.old),
            new: range(&report.new, &change.new),
        },
        message: &change.message,
        old: change.old_value.as_ref(),
        new: change.new_value.as_ref(),
        certainty: change
            .certainty
            .map(|certainty| (certainty * 100.0).round() / 100.0),
    }
}

fn range(file: &Option<Arc<SourceFile>>, place: &Option<Place>) -> Option<Range> {
    let (file, place) = (file.as_ref()?, place.as_ref()?);
    let at = |offset: u32| {
        let position = file.position(offset as usize);
        At {
            line: position.line,
            column: position.column,
            offset: offset as usize,
        }
    };
    Some(Range {
        start: at(place.span.start),
        end: at(place.span.end),
    })
}
