//! What came of test files, rendered: one file a format.

mod excerpt;
mod github;
mod json;
mod junit;
mod text;

use std::io::{self, Write};
use std::sync::Arc;

use crate::coverage::Coverage;
use crate::diagnostics::{Finding, Severity};
use crate::report::{coverage as covered, findings};
use crate::source::SourceFile;
use crate::testing::{Case, Outcome, Refused, TestFile, Verdict};

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// One line per case; for failures also what was expected, what happened, and the trace around it
    #[default]
    Text,
    /// All details
    Json,
    /// JUnit XML, for test reports
    Junit,
    /// GitHub Actions annotations
    Github,
}

/// What came of all test files, in their order.
#[derive(Debug, Default)]
pub struct Report {
    /// The files.
    pub files: Vec<FileReport>,
    /// How many cases were not run, because one before them had failed.
    pub not_run: usize,
}

/// What came of one test file.
#[derive(Debug)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// Its cases; or why there are none.
    pub content: Content,
}

/// What came of a test file's cases.
#[derive(Debug)]
pub enum Content {
    /// The file and the cases that were run, each by its place among the file's cases.
    Ran(Box<TestFile>, Vec<(usize, Verdict)>),
    /// It cannot be run.
    Refused(Refused),
}

/// How many cases came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// As expected.
    pub passed: usize,
    /// Not as expected.
    pub failed: usize,
    /// The tool had to stop.
    pub stopped: usize,
    /// Files that cannot be run.
    pub refused: usize,
}

impl FileReport {
    /// The cases that were run, with their verdicts.
    pub(in crate::report) fn cases(&self) -> impl Iterator<Item = (&TestFile, &Case, &Verdict)> {
        let (test, verdicts): (Option<&TestFile>, &[(usize, Verdict)]) = match &self.content {
            Content::Ran(test, verdicts) => (Some(test), verdicts),
            Content::Refused(_) => (None, &[]),
        };
        verdicts.iter().filter_map(move |(number, verdict)| {
            let test = test?;
            Some((test, test.cases.get(*number)?, verdict))
        })
    }

    /// How many of its cases came out how.
    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        if let Content::Refused(_) = self.content {
            counts.refused += 1;
        }
        for (_, _, verdict) in self.cases() {
            match verdict.outcome {
                Outcome::Passed => counts.passed += 1,
                Outcome::Failed { .. } => counts.failed += 1,
                Outcome::Stopped(_) => counts.stopped += 1,
            }
        }
        counts
    }

    /// The mistakes of a file that cannot be run, and of those that it names. Warnings are no reason.
    fn problems(&self) -> Vec<findings::FileReport> {
        let Content::Refused(Refused::Mistakes { files, .. }) = &self.content else {
            return Vec::new();
        };
        let report = |(file, all): &(Arc<SourceFile>, Vec<Finding>)| {
            findings::FileReport::new(file.clone(), all.clone()).at_least(Severity::Error)
        };
        files.iter().map(report).collect()
    }
}

impl Report {
    /// How many cases came out how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for file in &self.files {
            let own = file.counts();
            counts.passed += own.passed;
            counts.failed += own.failed;
            counts.stopped += own.stopped;
            counts.refused += own.refused;
        }
        counts
    }

    /// What the cases took of their definitions.
    pub fn coverage(&self) -> Coverage<'_> {
        let mut coverage = Coverage::default();
        for file in &self.files {
            if let Content::Ran(test, verdicts) = &file.content {
                for (_, verdict) in verdicts {
                    coverage.add(&test.machine, test.resource.as_deref(), &verdict.taken);
                }
            }
        }
        coverage
    }
}

/// What is shown, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Whether there is colour.
    pub color: bool,
    /// Whether traces are shown whole.
    pub full: bool,
    /// Whether cases that passed are left out.
    pub failures_only: bool,
}

/// Prints verdicts, and with them what was taken of the definitions, where that is given and the format has a place for
/// it.
///
/// # Errors
/// Those of `out`.
pub fn render(
    report: &Report,
    coverage: Option<&Coverage<'_>>,
    format: Format,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => {
            text::render(report, style, out)?;
            match coverage {
                Some(coverage) => {
                    writeln!(out)?;
                    covered::text(coverage, style.color, out)
                }
                None => Ok(()),
            }
        }
        Format::Json => json::render(report, coverage, out),
        Format::Junit => junit::render(report, out),
        Format::Github => github::render(report, out),
    }
}

/// `3 cases passed, 1 case failed`.
pub fn summary(report: &Report, style: Style) -> String {
    text::summary(&report.counts(), report.not_run, style)
}
