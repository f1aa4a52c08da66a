//! What came of test files, rendered: one file a format.

mod excerpt;
mod text;

use std::io::{self, Write};

use crate::testing::{Case, Outcome, Refused, TestFile, Verdict};

/// How verdicts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// A line a case, and of failures what was expected, what came, and the trace around it
    #[default]
    Text,
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
    fn cases(&self) -> impl Iterator<Item = (&TestFile, &Case, &Verdict)> {
        let (test, verdicts): (Option<&TestFile>, &[(usize, Verdict)]) = match &self.content {
            Content::Ran(test, verdicts) => (Some(test), verdicts),
            Content::Refused(_) => (None, &[]),
        };
        verdicts.iter().filter_map(move |(number, verdict)| {
            let test = test?;
            Some((test, test.cases.get(*number)?, verdict))
        })
    }
}

impl Report {
    /// How many cases came out how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for file in &self.files {
            if let Content::Refused(_) = file.content {
                counts.refused += 1;
            }
            for (_, _, verdict) in file.cases() {
                match verdict.outcome {
                    Outcome::Passed => counts.passed += 1,
                    Outcome::Failed { .. } => counts.failed += 1,
                    Outcome::Stopped(_) => counts.stopped += 1,
                }
            }
        }
        counts
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

/// Prints verdicts.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(report, style, out),
    }
}
