//! `sfn-tool test [FILES...]`: cases with mocks and expectations.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;
use miette::Diagnostic;
use rayon::prelude::*;

use super::arguments::Reading;
use super::output::Context;
use super::output_file::{self, Form, Kind};
use super::progress::Progress;
use super::watch::Watch;
use super::{Failure, Outcome, input, page, snapshots};
use crate::coverage::Coverage;
use crate::diagnostics::{Finding, Span, counted, visible};
use crate::discovery;
use crate::report::verdicts::{Content, Counts, FileReport, Format, Report, Style};
use crate::report::{self, verdicts};
use crate::simulate::placeholder_list;
use crate::source::{Input, ReadError, SourceFile};
use crate::testing::{self, Refused, TestFile, Verdict};

/// Run test files: executions with mocks, against expectations
#[derive(Debug, Args)]
pub struct Arguments {
    /// Test files: files, patterns, or folders (searched for *.sfn-test.yaml, *.sfn-test.yml, *.sfn-test.json)
    #[arg(value_name = "FILES", default_value = ".")]
    files: Vec<PathBuf>,
    /// Run only cases whose `FILE: NAME` contains TEXT; may be repeated
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,
    /// List the cases without running them
    #[arg(long)]
    list: bool,
    /// Stop after the first case that fails, in order
    #[arg(long)]
    fail_fast: bool,
    /// Rerun whenever a test file or a file it refers to changes
    #[arg(long, conflicts_with = "list")]
    watch: bool,
    /// Update snapshots that differ, and show the changes
    #[arg(long)]
    update: bool,
    /// Show how much of each definition the cases covered, and what they missed
    #[arg(long)]
    coverage: bool,
    /// Write the coverage to FILE as an LCOV tracefile: lines are states, branches their transitions
    #[arg(long, value_name = "FILE")]
    coverage_lcov: Option<PathBuf>,
    /// Write the coverage to FILE as JSON, for `graph --highlight`
    #[arg(long, value_name = "FILE")]
    coverage_json: Option<PathBuf>,
    /// Also write an HTML page to FILE (- for stdout, instead of the verdicts): every case as a graph, a timeline and
    /// each state's data, and the coverage of all of them
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    html: Option<PathBuf>,
    /// Exit with status 1 if less than PERCENT of all states, transitions and retriers is covered
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_under: Option<f64>,
    /// Output format
    #[arg(long, default_value = "text")]
    format: Format,
    /// Show traces, inputs and outputs in full
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    reading: Reading,
}

/// Nothing is left of the cases.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("no case matches {filter}")]
#[diagnostic(code("unknown-name"), help("--list shows the cases"))]
struct NoCase {
    filter: String,
}

fn percent(text: &str) -> Result<f64, String> {
    let percent = text.trim_end_matches('%').trim_end().parse().ok();
    let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "give a number from 0 to 100".to_owned())
}

/// Runs the command.
///
/// # Errors
/// When nothing can be found to run, or the result cannot be written. With `--watch` such an error is said, and the
/// command goes on.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let pool = input::pool()?;
    if !arguments.watch {
        return once(arguments, &pool, context, &mut Vec::new());
    }
    loop {
        let mut named = Vec::new();
        if let Err(failure) = once(arguments, &pool, context, &mut named) {
            failure.print(context);
        }
        let files = || {
            let tests = discovery::named(&arguments.files, discovery::Kind::Test, arguments.reading.reach());
            let tests = tests.inputs.into_iter().filter_map(|input| match input {
                Ok(Input::File(path)) => Some(tidy(path)),
                _ => None,
            });
            tests.chain(named.iter().cloned()).collect()
        };
        let watch = Watch::new(files());
        context.say(&format!("watching {}", counted(watch.len() as u64, "file")));
        watch.wait(files);
    }
}

/// Runs all cases once; `reads` takes the files that the test files name.
fn once(
    arguments: &Arguments,
    pool: &rayon::ThreadPool,
    context: &Context,
    reads: &mut Vec<PathBuf>,
) -> Result<Outcome, Failure> {
    let found = pool.install(|| open(arguments, context));
    for (_, test) in &found {
        match test {
            Ok(test) => reads.extend_from_slice(&test.reads),
            Err(Refused::Mistakes { reads: named, .. }) => reads.extend_from_slice(named),
            Err(Refused::Unreadable(_)) => {}
        }
    }
    if arguments.list {
        return list(arguments, &found, context);
    }
    for (name, test) in &found {
        let Ok(test) = test else { continue };
        context.doubt(&test.doubts);
        let needed = test.program.needed_placeholders();
        let mut texts = test.machine.placeholders_in_data();
        texts.retain(|name| !needed.iter().any(|needed| **needed == **name));
        if !texts.is_empty() {
            context.say(&format!(
                "warning: {name}: no value for {}: taken as text; give values in Substitutions:",
                placeholder_list(&texts)
            ));
        }
    }
    let mut report = execute(arguments, pool, found, context);
    let counts = report.counts();
    if counts == Counts::default() && !arguments.filter.is_empty() {
        return Err(NoCase {
            filter: arguments.filter.join(", "),
        }
        .into());
    }
    if arguments.update {
        snapshots::update(&mut report, context)?;
    }
    let counts = report.counts();
    let style = Style {
        color: context.color,
        full: arguments.full,
        failures_only: false,
    };
    let coverage = report.coverage();
    let shown = arguments.coverage.then_some(&coverage);
    let for_people = matches!(arguments.format, Format::Text | Format::Github);
    let on_stdout = page::write(arguments.html.as_deref(), context, |out| {
        report::html::tests_page(&report, out)
    })?;
    if !on_stdout {
        context.rendered(for_people, |out| {
            verdicts::render(&report, shown, arguments.format, style, out)
        })?;
    }
    if let Format::Junit | Format::Github = arguments.format {
        let style = Style {
            color: context.color_stderr,
            ..style
        };
        context.say_rendered(&verdicts::summary(&report, style));
        if let Some(coverage) = shown {
            context.say_rendered(&String::from_utf8_lossy(&text_of(coverage, context)));
        }
    }
    write_coverage(arguments, &coverage)?;
    let below = arguments
        .fail_under
        .filter(|least| coverage.share().is_below(*least));
    if let Some(least) = below {
        context.say(&format!(
            "{} was covered, which is less than {least} %",
            coverage.share()
        ));
    }
    Ok(match counts {
        Counts {
            stopped: 0,
            refused: 0,
            failed: 0,
            ..
        } if below.is_none() => Outcome::Clean,
        Counts {
            stopped: 0,
            refused: 0,
            ..
        } => Outcome::Findings,
        _ => Outcome::Unreadable,
    })
}

/// Coverage as it is shown to people.
fn text_of(coverage: &Coverage<'_>, context: &Context) -> Vec<u8> {
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = report::coverage::text(coverage, context.color_stderr, &mut text);
    text
}

/// Writes the files of `--coverage-lcov` and `--coverage-json`.
fn write_coverage(arguments: &Arguments, coverage: &Coverage<'_>) -> Result<(), Failure> {
    type Write = fn(&Coverage<'_>, &mut dyn io::Write) -> io::Result<()>;
    let files: [(&Option<PathBuf>, Write, &Form); 2] = [
        (
            &arguments.coverage_lcov,
            report::coverage::lcov,
            &output_file::LCOV,
        ),
        (
            &arguments.coverage_json,
            report::coverage::write,
            &output_file::COVERAGE,
        ),
    ];
    for (path, render, form) in files {
        let Some(path) = path else { continue };
        output_file::make_folder_of(path)?;
        output_file::write(path, &Kind::Report(form), |out| render(coverage, out))?;
    }
    Ok(())
}

/// A test file by its name, and what it holds.
type Opened = (String, Result<TestFile, Refused>);

/// Reads all test files, several at a time.
fn open(arguments: &Arguments, context: &Context) -> Vec<Opened> {
    let found = discovery::named(&arguments.files, discovery::Kind::Test, arguments.reading.reach());
    context.say_left_out(&found.left_out);
    let one = |input: Result<Input, ReadError>| match input {
        Ok(Input::File(path)) => {
            let path = tidy(path);
            (
                path.display().to_string(),
                testing::open_within(&path, arguments.reading.reach()),
            )
        }
        Ok(Input::Stdin) => {
            let file = Arc::new(SourceFile::new("<stdin>", ""));
            let words = "a test file cannot come from stdin: it refers to other files, relative to itself";
            let finding = Finding::error("test-file", words, Span::at(0));
            let refused = Refused::Mistakes {
                files: vec![(file, vec![finding])],
                reads: Vec::new(),
            };
            ("-".to_owned(), Err(refused))
        }
        Err(error) => (error.name().to_owned(), Err(Refused::Unreadable(error))),
    };
    found.inputs.into_par_iter().map(one).collect()
}

/// A path without the `./` that searching the folder `.` gives.
fn tidy(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map_or(path.clone(), PathBuf::from)
}

/// Whether a case is to be run.
fn wanted(arguments: &Arguments, file: &str, name: &str) -> bool {
    let text = format!("{file}: {name}");
    arguments.filter.is_empty() || arguments.filter.iter().any(|filter| text.contains(filter))
}

/// Runs the cases, several at a time; what comes out is in their order.
fn execute(arguments: &Arguments, pool: &rayon::ThreadPool, found: Vec<Opened>, context: &Context) -> Report {
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
    let one = |(number, (file, case)): (usize, &(usize, usize))| {
        if number > first_bad.load(Ordering::Relaxed) {
            return None;
        }
        let test = found[*file].1.as_ref().ok()?;
        let verdict = test.run(&test.cases[*case]);
        if arguments.fail_fast && !matches!(verdict.outcome, testing::Outcome::Passed) {
            first_bad.fetch_min(number, Ordering::Relaxed);
        }
        Some(verdict)
    };
    let progress = Progress::begin(context, "cases", Some(cases.len()), true);
    let counted = |case| {
        let verdict = one(case);
        progress.advance();
        verdict
    };
    let verdicts: Vec<Option<Verdict>> = pool.install(|| cases.par_iter().enumerate().map(counted).collect());
    drop(progress);
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
    context.text(|out| {
        for (file, test) in found {
            let Ok(test) = test else { continue };
            for case in test
                .cases
                .iter()
                .filter(|case| wanted(arguments, file, &case.name))
            {
                writeln!(out, "{}: {}", visible(file), visible(&case.name))?;
            }
        }
        Ok(())
    })?;
    let mut outcome = Outcome::Clean;
    for (name, test) in found {
        if let Err(refused) = test {
            context.say_rendered(&format!("{} cannot be run: {refused}", visible(name)));
            outcome = Outcome::Unreadable;
        }
    }
    Ok(outcome)
}
