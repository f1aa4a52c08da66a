//! Findings for people, drawn by ariadne: the line, the marked place, and what to write instead.

use std::io::{self, Write};

use ariadne::{Color, Config, IndexType, Label, Report, ReportKind, Source};

use super::FileReport;
use crate::diagnostics::{Finding, Severity};

pub(super) fn render(reports: &[FileReport], color: bool, out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        let name = report.file.name();
        // One source a file: building it reads the whole text.
        let mut cache = (name, Source::from(report.file.text()));
        for finding in report.findings.iter().filter(|f| f.follows_from.is_none()) {
            one(finding, name, color).write(&mut cache, &mut *out)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn one<'a>(
    finding: &'a Finding,
    name: &'a str,
    color: bool,
) -> Report<'a, (&'a str, std::ops::Range<usize>)> {
    let (kind, paint) = match finding.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
        Severity::Info => (ReportKind::Advice, Color::Blue),
    };
    let label = finding.label.as_deref().unwrap_or(&finding.message);
    let mut report = Report::build(kind, (name, finding.span.range()))
        .with_config(
            Config::default()
                .with_color(color)
                .with_index_type(IndexType::Byte),
        )
        .with_code(&finding.code)
        .with_message(&finding.message)
        .with_label(
            Label::new((name, finding.span.range()))
                .with_message(label)
                .with_color(paint),
        );
    for related in &finding.related {
        report = report.with_label(Label::new((name, related.span.range())).with_message(&related.label));
    }
    if let Some(help) = &finding.help {
        report = report.with_help(help);
    }
    report.finish()
}
