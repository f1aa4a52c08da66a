//! Findings for people and programs: one file a format.

mod concise;
mod json;
mod text;

use std::io::{self, Write};
use std::sync::Arc;

use crate::diagnostics::{Finding, Severity};
use crate::source::SourceFile;

/// What was found in one file.
#[derive(Debug)]
pub struct FileReport {
    /// The file; the findings' spans are offsets in it.
    pub file: Arc<SourceFile>,
    /// The findings in order; `follows_from` is an index into this list.
    pub findings: Vec<Finding>,
    /// Whether `--max-results` cut the list.
    pub truncated: bool,
}

impl FileReport {
    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|f| f.severity).max()
    }
}

/// The formats of `validate` and `lint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: the line itself, marked, with what to write instead
    #[default]
    Text,
    /// One line a finding: file:line:col: severity[code] message
    Concise,
    /// Everything, for programs
    Json,
}

/// Writes the reports in a format.
///
/// # Errors
/// Those of `out`.
pub fn render(reports: &[FileReport], format: Format, color: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(reports, color, out),
        Format::Concise => concise::render(reports, out),
        Format::Json => json::render(reports, out),
    }
}

/// One line that sums up: `2 files: 1 error, 3 warnings`.
pub fn summary(reports: &[FileReport]) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let files = count(reports.len(), "file");
    let of = |severity| {
        reports
            .iter()
            .flat_map(|r| &r.findings)
            .filter(|f| f.severity == severity)
            .count()
    };
    let (errors, warnings, infos) = (of(Severity::Error), of(Severity::Warning), of(Severity::Info));
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning"), (infos, "note")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| count(n, what))
        .collect();
    if parts.is_empty() {
        format!("{files}: no findings")
    } else {
        format!("{files}: {}", parts.join(", "))
    }
}
