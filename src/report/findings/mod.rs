//! Findings, rendered: one file a format.
//!
//! `json` holds everything, in the order in which AWS says it. All other formats show one finding a cause (a finding
//! that follows from another is folded into it) and go through a file from top to bottom; `text`, for people, goes from
//! the worst to the least.

mod concise;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod merge;
mod sarif;
mod text;
mod window;

pub(super) use github::annotation;
pub(super) use json::value;
pub(super) use junit::escaped as xml;
pub use merge::Known;

use std::cmp::Reverse;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::arrange::Arrange as _;
use crate::diagnostics::{Finding, Severity, counted, joined, visible};
use crate::report::Failed;
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
    /// GitLab's code quality report
    Gitlab,
    /// JUnit XML, for test reports
    Junit,
    /// A table, for job summaries and comments
    Markdown,
}

impl Format {
    /// Whether it is a format of data, in which every text stands by the rules of that format.
    pub fn is_for_programs(self) -> bool {
        matches!(
            self,
            Format::Json | Format::Sarif | Format::Gitlab | Format::Junit
        )
    }
}

/// What was found in one file.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// The file; the findings' spans are offsets in its text.
    pub file: Arc<SourceFile>,
    /// The findings, in the order in which AWS says them; `follows_from` is an index into this list.
    pub findings: Vec<Finding>,
    /// How many of them are printed (`--max-results`).
    pub most: usize,
    /// How many errors of AWS's the definitions have, where that is known apart from the findings.
    pub aws_errors: Option<usize>,
}

impl FileReport {
    /// All of `findings`.
    pub fn new(file: Arc<SourceFile>, findings: Vec<Finding>) -> Self {
        FileReport {
            file,
            findings,
            most: usize::MAX,
            aws_errors: None,
        }
    }

    /// The same, with the count of AWS's errors, which decides whether the file passes.
    pub fn with_aws_errors(self, count: usize) -> Self {
        FileReport {
            aws_errors: Some(count),
            ..self
        }
    }

    /// Drops the findings below severity `least`.
    pub fn at_least(mut self, least: Severity) -> Self {
        self.findings = Finding::keep(self.findings, least);
        self
    }

    /// Drops the findings that follow from others.
    pub fn keep_causes(&mut self) {
        let causes: Vec<usize> = (0..self.findings.len())
            .filter(|i| self.cause_of(&self.findings[*i]).is_none())
            .collect();
        self.findings = Finding::rearrange(std::mem::take(&mut self.findings), &causes);
    }

    /// Puts the findings in the order of the text, for rules that are not AWS's and have none of their own.
    pub fn sort_by_place(&mut self) {
        let mut order: Vec<usize> = (0..self.findings.len()).collect();
        order.arrange_by_key(|i| self.findings[*i].span);
        self.findings = Finding::rearrange(std::mem::take(&mut self.findings), &order);
    }

    /// The worst severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|f| f.severity).max()
    }

    /// Whether AWS would refuse the file: at least one finding is an error.
    pub fn fails(&self) -> bool {
        match self.aws_errors {
            Some(count) => count > 0,
            None => self.worst() == Some(Severity::Error),
        }
    }

    /// The findings that are shown on their own, the worst first, of the same severity from the top of the file to its
    /// end; all of them, whatever is printed.
    pub fn all_causes(&self) -> Vec<&Finding> {
        let mut causes: Vec<&Finding> = (self.findings.iter())
            .filter(|finding| self.cause_of(finding).is_none())
            .collect();
        causes.arrange_by_key(|finding| (Reverse(finding.severity), finding.span.start));
        causes
    }

    /// Those that are printed, from the top of the file to its end.
    fn causes(&self) -> Vec<&Finding> {
        let mut causes = self.all_causes();
        causes.truncate(self.most);
        causes.arrange_by_key(|finding| finding.span.start);
        causes
    }

    /// The finding that `finding` follows from.
    fn cause_of(&self, finding: &Finding) -> Option<&Finding> {
        self.findings.get(finding.follows_from?)
    }

    /// For each finding, those that follow from it, directly or through others, in their order.
    pub fn consequences(&self) -> FxHashMap<*const Finding, Vec<&Finding>> {
        let mut consequences: FxHashMap<*const Finding, Vec<&Finding>> = FxHashMap::default();
        let count = self.findings.len();
        // Where the chain that begins at a finding ends, once it was followed.
        let mut ends: Vec<Option<usize>> = vec![None; count];
        let mut path = Vec::new();
        for (i, finding) in self.findings.iter().enumerate() {
            let mut at = i;
            let end = loop {
                match (ends[at], self.findings[at].follows_from) {
                    (Some(end), _) => break end,
                    (None, Some(next)) if next < count => {
                        // Of a circle every one is the end until the chain is followed.
                        ends[at] = Some(at);
                        path.push(at);
                        at = next;
                    }
                    (None, _) => break at,
                }
            };
            path.drain(..).for_each(|passed| ends[passed] = Some(end));
            if end != i {
                let cause = std::ptr::from_ref(&self.findings[end]);
                consequences.entry(cause).or_default().push(finding);
            }
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
        Format::Json => json::render(reports, &[], out),
        Format::Sarif => sarif::render(reports, out),
        Format::Github => github::render(reports, out),
        Format::Gitlab => gitlab::render(reports, out),
        Format::Junit => junit::render(reports, out),
        Format::Markdown => markdown::render(reports, out),
    }
}

/// Prints the findings of `reports` as JSON, and behind them what could not be read.
///
/// # Errors
/// Those of `out`.
pub fn json(reports: &[FileReport], failed: &[Failed], out: &mut dyn Write) -> io::Result<()> {
    json::render(reports, failed, out)
}

/// `2 errors and 1 warning in 3 files`; `No findings in 1 file`, where `read` says what was looked at. Counts what `text`
/// shows: one finding a cause.
pub fn summary(reports: &[FileReport], read: &str) -> String {
    let mut counts = [0_usize; 3];
    for finding in reports.iter().flat_map(FileReport::all_causes) {
        counts[finding.severity as usize] += 1;
    }
    let [info, warning, error] = counts;
    let parts: Vec<String> = [(error, "error"), (warning, "warning"), (info, "info")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| counted(count, word))
        .collect();
    match parts.as_slice() {
        [] => format!("No findings in {read}"),
        parts => format!("{} in {read}", joined(parts, "and")),
    }
}

/// A file's path relative to the folder of the run, which is the repository's root in pipelines, with `/` between its
/// parts; absolute for files elsewhere.
fn relative(name: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = Path::new(name).strip_prefix(&here).unwrap_or(Path::new(name));
    let text = path.to_string_lossy().replace('\\', "/");
    text.trim_start_matches("./").to_owned()
}

/// So many places that name a file are told on one line.
const CALLERS: usize = 3;

/// Where a finding comes from, for formats that have no place for it: the construct of the CDK, and who names the file.
fn origin(finding: &Finding) -> Option<String> {
    let constructs = finding.constructs.iter().take(CALLERS);
    let mut parts: Vec<String> = constructs.map(|construct| construct.to_string()).collect();
    let callers = finding.elsewhere.iter().take(CALLERS);
    let callers: Vec<String> = callers
        .map(|caller| format!("{}:{}:{}", caller.file, caller.start.line, caller.start.column))
        .collect();
    if !callers.is_empty() {
        parts.push(format!("named in {}", callers.join(", ")));
    }
    if let Some(more @ 1..) = finding.elsewhere.len().checked_sub(CALLERS) {
        parts.push(format!("and {}", counted(more, "more place")));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `text` on one line, its control characters spelt out, so that what a definition holds cannot steer a terminal.
fn one_line(text: &str) -> String {
    visible(text).into_owned()
}

#[cfg(test)]
mod tests;
