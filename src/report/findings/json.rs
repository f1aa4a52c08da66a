//! Everything about the findings, in the shape of ValidateStateMachineDefinition's answer and more.

use std::io::{self, Write};

use serde::Serialize;

use super::FileReport;
use crate::diagnostics::{Applicability, Finding, Fix, Related, Severity, Span};
use crate::source::SourceFile;

#[derive(Serialize)]
struct Answer<'a> {
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    result: &'static str,
    truncated: bool,
    diagnostics: Vec<Diagnostic<'a>>,
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
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedPlace<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follows_from: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixOut<'a>>,
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
    offset: u32,
}

#[derive(Serialize)]
struct RelatedPlace<'a> {
    label: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct FixOut<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditOut<'a>>,
}

#[derive(Serialize)]
struct EditOut<'a> {
    range: Range,
    text: &'a str,
}

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    let files = reports.iter().map(file).collect();
    serde_json::to_writer_pretty(&mut *out, &Answer { files })?;
    writeln!(out)
}

fn file(report: &FileReport) -> File<'_> {
    File {
        file: report.file.name(),
        result: if report.worst() == Some(Severity::Error) {
            "FAIL"
        } else {
            "OK"
        },
        truncated: report.truncated,
        diagnostics: report
            .findings
            .iter()
            .map(|finding| diagnostic(finding, &report.file))
            .collect(),
    }
}

fn diagnostic<'a>(finding: &'a Finding, file: &SourceFile) -> Diagnostic<'a> {
    Diagnostic {
        severity: finding.severity.as_aws(),
        code: &finding.code,
        message: &finding.message,
        location: finding.location.as_deref(),
        range: range(finding.span, file),
        help: finding.help.as_deref(),
        related: finding
            .related
            .iter()
            .map(|related| related_place(related, file))
            .collect(),
        follows_from: finding.follows_from,
        fixes: finding.fixes.iter().map(|fix| fix_out(fix, file)).collect(),
    }
}

fn related_place<'a>(related: &'a Related, file: &SourceFile) -> RelatedPlace<'a> {
    RelatedPlace {
        label: &related.label,
        range: range(related.span, file),
    }
}

fn fix_out<'a>(fix: &'a Fix, file: &SourceFile) -> FixOut<'a> {
    FixOut {
        title: &fix.title,
        applicability: match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        },
        edits: fix
            .edits
            .iter()
            .map(|e| EditOut {
                range: range(e.span, file),
                text: &e.text,
            })
            .collect(),
    }
}

fn range(span: Span, file: &SourceFile) -> Range {
    Range {
        start: place(span.start, file),
        end: place(span.end, file),
    }
}

fn place(offset: u32, file: &SourceFile) -> Place {
    let at = file.position(offset as usize);
    Place {
        line: at.line,
        column: at.column,
        offset,
    }
}
