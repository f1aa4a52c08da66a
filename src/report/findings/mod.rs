//! Findings, rendered: one file a format.
//!
//! `json` holds everything, in the order in which AWS says it. All other formats show one finding a cause (a finding
//! that follows from another is folded into it) and go through a file from top to bottom.

mod concise;
mod github;
mod json;
mod junit;
mod sarif;
mod text;
mod window;

pub(super) use github::annotation;
pub(super) use json::value;
pub(super) use junit::escaped as xml;

use std::io::{self, Write};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostics::{Finding, Severity, counted, joined, visible};
use crate::source::SourceFile;

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// Each finding with its source line, for people
    #[default]
    Text,
    /// One line per finding: file:line:column: severity[code] message
    Concise,
    /// All details, in the form of ValidateStateMachineDefinition's response, with locations and fixes
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub Actions annotations
    Github,
    /// JUnit XML, for test reports
    Junit,
}

impl Format {
    /// Whether it is a format of data, in which every text stands by the rules of that format.
    pub fn is_for_programs(self) -> bool {
        matches!(self, Format::Json | Format::Sarif | Format::Junit)
    }
}

/// What was found in one file.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// The file; the findings' spans are offsets in its text.
    pub file: Arc<SourceFile>,
    /// The findings, in the order in which AWS says them; `follows_from` is an index into this list.
    pub findings: Vec<Finding>,
    /// Whether `--max-results` cut the list.
    pub truncated: bool,
}

impl FileReport {
    /// The findings from severity `least` on, at most `max` of them.
    pub fn new(file: Arc<SourceFile>, findings: Vec<Finding>, least: Severity, max: Option<usize>) -> Self {
        let (kept, truncated) = Finding::keep(findings, least, max.unwrap_or(usize::MAX));
        FileReport {
            file,
            findings: kept,
            truncated,
        }
    }

    /// Adds what was found in another definition of the same file, a template.
    pub fn add(&mut self, other: FileReport) {
        let offset = self.findings.len();
        self.findings
            .extend(other.findings.into_iter().map(|mut finding| {
                finding.follows_from = finding.follows_from.map(|index| index + offset);
                finding
            }));
        self.truncated |= other.truncated;
    }

    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|f| f.severity).max()
    }

    /// Whether AWS would refuse the file: at least one finding is an error.
    pub fn fails(&self) -> bool {
        self.worst() == Some(Severity::Error)
    }

    /// The findings that are shown on their own, from the top of the file to its end.
    pub fn causes(&self) -> Vec<&Finding> {
        let mut causes: Vec<&Finding> = (self.findings.iter())
            .filter(|finding| self.cause_of(finding).is_none())
            .collect();
        causes.sort_by_key(|finding| finding.span.start);
        causes
    }

    /// The finding that `finding` follows from; `None` also where the list was cut and does not hold it any more.
    fn cause_of(&self, finding: &Finding) -> Option<&Finding> {
        self.findings.get(finding.follows_from?)
    }

    /// For each finding, those that follow from it, directly or through others, in their order.
    fn consequences(&self) -> FxHashMap<*const Finding, Vec<&Finding>> {
        let mut consequences: FxHashMap<*const Finding, Vec<&Finding>> = FxHashMap::default();
        for finding in &self.findings {
            let Some(mut cause) = self.cause_of(finding) else {
                continue;
            };
            // A chain is no longer than the list; the bound keeps a circular one from hanging us.
            for _ in 0..self.findings.len() {
                match self.cause_of(cause) {
                    Some(next) => cause = next,
                    None => break,
                }
            }
            consequences
                .entry(std::ptr::from_ref(cause))
                .or_default()
                .push(finding);
        }
        consequences
    }
}

/// Prints the findings of `reports`, in the order given; `color` counts for `text` only.
///
/// # Errors
/// Those of `out`.
pub fn render(reports: &[FileReport], format: Format, color: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(reports, color, out),
        Format::Concise => concise::render(reports, out),
        Format::Json => json::render(reports, out),
        Format::Sarif => sarif::render(reports, out),
        Format::Github => github::render(reports, out),
        Format::Junit => junit::render(reports, out),
    }
}

/// `2 errors and 1 warning in 3 files`; `No findings in 1 file`. Counts what `text` shows: one finding a cause.
pub fn summary(reports: &[FileReport]) -> String {
    let mut counts = [0_usize; 3];
    for finding in reports.iter().flat_map(FileReport::causes) {
        counts[finding.severity as usize] += 1;
    }
    let [info, warning, error] = counts;
    let parts: Vec<String> = [(error, "error"), (warning, "warning"), (info, "note")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| counted(count, word))
        .collect();
    let files = counted(reports.len(), "file");
    match parts.as_slice() {
        [] => format!("No findings in {files}"),
        parts => format!("{} in {files}", joined(parts, "and")),
    }
}

/// `text` on one line, its control characters spelt out, so that what a definition holds cannot steer a terminal.
fn one_line(text: &str) -> String {
    visible(text).into_owned()
}

#[cfg(test)]
mod tests;
