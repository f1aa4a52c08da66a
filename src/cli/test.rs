//! `sfn-tool test [FILES...]`: cases with mocks and expectations.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;
use miette::Diagnostic;
use rayon::prelude::*;

use super::output::Context;
use super::{Failure, Outcome, input};
use crate::report::verdicts::{self, Content, Counts, FileReport, Format, Report, Style};
use crate::source::{self, Input, ReadError};
use crate::testing::{self, Refused, TestFile, Verdict};

/// Run the cases of test files: executions with mocked tasks, compared with what is expected of them
#[derive(Debug, Args)]
pub struct Arguments {
    /// Test files: files, patterns, or folders (searched for *.sfn-test.yaml, *.sfn-test.yml, *.sfn-test.json)
    #[arg(value_name = "FILES", default_value = ".")]
    files: Vec<PathBuf>,
    /// Only cases whose file and name, `FILE: NAME`, contain TEXT; may be given more than once
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,
    /// List the cases, and run none
    #[arg(long)]
    list: bool,
    /// Stop after the first case, in their order, that is not as expected
    #[arg(long)]
    fail_fast: bool,
    /// Write snapshots that are not as expected anew, and show what changes
    #[arg(long)]
    update: bool,
    /// How verdicts are printed
    #[arg(long, default_value = "text")]
    format: Format,
    /// Show traces, inputs and outputs whole
    #[arg(long)]
    full: bool,
}

/// Nothing is left of the cases.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("no case matches {filter}")]
#[diagnostic(help("--list shows the cases"))]
struct NoCase {
    filter: String,
}

/// A snapshot cannot be written.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write {name}")]
struct WriteSnapshot {
    name: String,
    #[source]
    cause: std::io::Error,
}

/// Runs the command.
///
/// # Errors
/// When nothing can be found to run, or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let pool = input::pool()?;
    let found = pool.install(|| open(arguments));
    if arguments.list {
        return list(arguments, &found, context);
    }
    let mut report = pool.install(|| execute(arguments, found));
    let counts = report.counts();
    if counts == Counts::default() && !arguments.filter.is_empty() {
        return Err(NoCase {
            filter: arguments.filter.join(", "),
        }
        .into());
    }
    if arguments.update {
        update(&mut report, context)?;
    }
    let counts = report.counts();
    let style = Style {
        color: context.color,
        full: arguments.full,
        failures_only: false,
    };
    context.result(|out| verdicts::render(&report, arguments.format, style, out))?;
    Ok(match counts {
        Counts {
            stopped: 0,
            refused: 0,
            failed: 0,
            ..
        } => Outcome::Clean,
        Counts {
            stopped: 0,
            refused: 0,
            ..
        } => Outcome::Findings,
        _ => Outcome::Unreadable,
    })
}

/// A test file by its name, and what it holds.
type Opened = (String, Result<TestFile, Refused>);

/// Reads all test files, several at a time.
fn open(arguments: &Arguments) -> Vec<Opened> {
    let found = source::discover(&arguments.files, source::Kind::Test);
    let one = |input: Result<Input, ReadError>| match input {
        Ok(Input::File(path)) => {
            let path = path.strip_prefix(".").map_or(path.clone(), PathBuf::from);
            (path.display().to_string(), testing::open(&path))
        }
        // A test file names others relative to itself, which stdin has no place for.
        Ok(Input::Stdin) => {
            let error = ReadError::NotFound { name: "-".to_owned() };
            ("-".to_owned(), Err(Refused::Unreadable(error)))
        }
        Err(error) => (error.name().to_owned(), Err(Refused::Unreadable(error))),
    };
    found.into_par_iter().map(one).collect()
}

/// Whether a case is to be run.
fn wanted(arguments: &Arguments, file: &str, name: &str) -> bool {
    let text = format!("{file}: {name}");
    arguments.filter.is_empty() || arguments.filter.iter().any(|filter| text.contains(filter))
}

/// Runs the cases, several at a time; what comes out is in their order.
fn execute(arguments: &Arguments, found: Vec<Opened>) -> Report {
    let cases: Vec<(usize, usize)> = (found.iter().enumerate())
        .flat_map(|(file, (name, test))| {
            let cases = test.as_ref().map_or(&[][..], |test| &test.cases);
            let wanted = cases
                .iter()
                .enumerate()
                .filter(|(_, case)| wanted(arguments, name, &case.name));
            wanted.map(move |(case, _)| (file, case)).collect::<Vec<_>>()
        })
        .collect();
    // The first that fails, in the order of the cases: what stands behind it need not be run.
    let first_bad = AtomicUsize::new(usize::MAX);
    let verdicts: Vec<Option<Verdict>> = cases
        .par_iter()
        .enumerate()
        .map(|(number, (file, case))| {
            if number > first_bad.load(Ordering::Relaxed) {
                return None;
            }
            let test = found[*file].1.as_ref().ok()?;
            let verdict = test.run(&test.cases[*case]);
            if arguments.fail_fast && !matches!(verdict.outcome, testing::Outcome::Passed) {
                first_bad.fetch_min(number, Ordering::Relaxed);
            }
            Some(verdict)
        })
        .collect();
    let last = first_bad.into_inner();
    let mut report = Report::default();
    let mut by_file: Vec<Vec<(usize, Verdict)>> = Vec::new();
    by_file.resize_with(found.len(), Vec::new);
    for (number, ((file, case), verdict)) in cases.into_iter().zip(verdicts).enumerate() {
        match verdict {
            Some(verdict) if number <= last => by_file[file].push((case, verdict)),
            _ => report.not_run += 1,
        }
    }
    for ((name, test), verdicts) in found.into_iter().zip(by_file) {
        let content = match test {
            Ok(test) => Content::Ran(Box::new(test), verdicts),
            Err(refused) => Content::Refused(refused),
        };
        report.files.push(FileReport { name, content });
    }
    report
}

/// Prints the cases that would be run.
fn list(arguments: &Arguments, found: &[Opened], context: &Context) -> Result<Outcome, Failure> {
    context.result(|out| {
        for (file, test) in found {
            let Ok(test) = test else { continue };
            for case in test
                .cases
                .iter()
                .filter(|case| wanted(arguments, file, &case.name))
            {
                writeln!(out, "{file}: {}", case.name)?;
            }
        }
        Ok(())
    })?;
    let mut outcome = Outcome::Clean;
    for (name, test) in found {
        if let Err(refused) = test {
            context.say(format!("{name} cannot be run: {refused}").trim_end());
            outcome = Outcome::Unreadable;
        }
    }
    Ok(outcome)
}

/// Writes the snapshots that are not as they should be, and says what changes. The cases count as passed when nothing
/// else was wrong.
fn update(report: &mut Report, context: &Context) -> Result<(), Failure> {
    for file in &mut report.files {
        let Content::Ran(test, verdicts) = &mut file.content else {
            continue;
        };
        for (number, verdict) in verdicts {
            let Some(snapshot) = verdict.snapshot.as_ref().filter(|s| !s.is_current()) else {
                continue;
            };
            let folder = snapshot.path.parent().map_or(Ok(()), std::fs::create_dir_all);
            folder
                .and_then(|()| std::fs::write(&snapshot.path, &snapshot.new))
                .map_err(|cause| WriteSnapshot {
                    name: snapshot.path.display().to_string(),
                    cause,
                })?;
            let name = &test.cases[*number].name;
            context.say(&format!("wrote {} for '{name}'", snapshot.path.display()));
            if snapshot.old.is_some() {
                for line in snapshot.changes() {
                    context.say(&format!("  {line}"));
                }
            }
            verdict.snapshot_written();
        }
    }
    Ok(())
}
