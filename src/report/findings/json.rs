//! ValidateStateMachineDefinition's answer, one a file, with places, help and fixes added.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::FileReport;
use crate::diagnostics::{Applicability, Finding, Point, Span};
use crate::report::Failed;
use crate::source::SourceFile;

#[derive(Serialize)]
struct Output<'a> {
    #[serde(serialize_with = "files")]
    files: (&'a [FileReport], &'a [Failed]),
}

/// One file at a time, so that no more than one finding of the output is in memory.
fn files<S: Serializer>((reports, failed): &(&[FileReport], &[Failed]), out: S) -> Result<S::Ok, S::Error> {
    let reports = reports.iter().map(|report| Entry::Read(file(report)));
    out.collect_seq(reports.chain(failed.iter().map(Entry::Failed)))
}

#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    Read(File<'a>),
    Failed(&'a Failed),
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    result: &'static str,
    truncated: bool,
    #[serde(serialize_with = "diagnostics")]
    diagnostics: &'a FileReport,
}

fn diagnostics<S: Serializer>(report: &&FileReport, out: S) -> Result<S::Ok, S::Error> {
    let shown = &report.findings[..report.findings.len().min(report.most)];
    let all = shown.iter().map(|finding| Diagnostic {
        follows_from: finding.follows_from.filter(|cause| *cause < shown.len()),
        ..diagnostic(&report.file, finding)
    });
    out.collect_seq(all)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Diagnostic<'a> {
    severity: &'static str,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a str>,
    range: Range,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    construct: Option<&'a str>,
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follows_from: Option<usize>,
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    /// The file, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    label: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Range {
    start: Place,
    end: Place,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    offset: usize,
}

impl From<Point> for Place {
    fn from(point: Point) -> Place {
        Place {
            line: point.line,
            column: point.column,
            offset: point.offset,
        }
    }
}

pub(super) fn render(reports: &[FileReport], failed: &[Failed], out: &mut dyn Write) -> io::Result<()> {
    let output = Output {
        files: (reports, failed),
    };
    serde_json::to_writer_pretty(&mut *out, &output).map_err(io::Error::from)?;
    writeln!(out)
}

/// What is said of one file.
pub(in crate::report) fn value(report: &FileReport) -> serde_json::Value {
    serde_json::to_value(file(report)).unwrap_or_default()
}

fn file(report: &FileReport) -> File<'_> {
    File {
        file: report.file.name(),
        result: if report.fails() { "FAIL" } else { "OK" },
        truncated: report.findings.len() > report.most,
        diagnostics: report,
    }
}

fn diagnostic<'a>(file: &SourceFile, finding: &'a Finding) -> Diagnostic<'a> {
    Diagnostic {
        severity: finding.severity.as_aws(),
        code: &finding.code,
        message: &finding.message,
        location: finding.location.as_deref(),
        range: range(file, finding.span),
        label: finding.label.as_deref(),
        help: finding.help.as_deref(),
        documentation: finding.documentation,
        construct: finding.constructs.first().map(|first| &**first),
        related: (finding.related.iter())
            .map(|related| Related {
                file: None,
                label: &related.label,
                range: range(file, related.span),
            })
            .chain(finding.elsewhere.iter().map(|elsewhere| Related {
                file: Some(&elsewhere.file),
                label: &elsewhere.label,
                range: Range {
                    start: elsewhere.start.into(),
                    end: elsewhere.end.into(),
                },
            }))
            .collect(),
        follows_from: finding.follows_from,
        fixes: (finding.fixes.iter())
            .map(|fix| Fix {
                title: &fix.title,
                applicability: match fix.applicability {
                    Applicability::Safe => "safe",
                    Applicability::Unsafe => "unsafe",
                },
                edits: (fix.edits.iter())
                    .map(|edit| Edit {
                        range: range(file, edit.span),
                        text: &edit.text,
                    })
                    .collect(),
            })
            .collect(),
    }
}

fn range(file: &SourceFile, span: Span) -> Range {
    Range {
        start: place(file, span.start as usize),
        end: place(file, span.end as usize),
    }
}

fn place(file: &SourceFile, offset: usize) -> Place {
    let at = file.position(offset);
    Place {
        line: at.line,
        column: at.column,
        offset: offset.min(file.text().len()),
    }
}
