//! Verdicts for people.

use std::io::{self, Write};

use colored::{ColoredString, Colorize};

use super::{Content, Counts, FileReport, Report, Style, excerpt};
use crate::diagnostics::{Span, counted, visible};
use crate::report::findings;
use crate::simulate::StopError;
use crate::source::ReadError;
use crate::testing::substitutions;
use crate::testing::{Case, Mismatch, Outcome, Refused, TestFile, Verdict};

pub(super) fn render(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for file in &report.files {
        render_file(file, style, out)?;
    }
    writeln!(out, "{}", summary(&report.counts(), report.not_run, style))
}

fn render_file(file: &FileReport, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if let Content::Refused(refused) = &file.content {
        writeln!(out, "{}", paint(style, &visible(&file.name), ColoredString::bold))?;
        writeln!(
            out,
            "  {} it cannot be run",
            paint(style, "ERROR ", ColoredString::red)
        )?;
        return render_refused(file, refused, style, out);
    }
    let shown = file
        .cases()
        .filter(|(_, _, verdict)| !style.failures_only || !matches!(verdict.outcome, Outcome::Passed));
    for (number, (test, case, verdict)) in shown.enumerate() {
        if number == 0 {
            writeln!(out, "{}", paint(style, &visible(&file.name), ColoredString::bold))?;
        }
        render_case(test, case, verdict, style, out)?;
    }
    Ok(())
}

fn render_refused(file: &FileReport, refused: &Refused, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match refused {
        Refused::Unreadable(error) => {
            writeln!(out, "    {}", visible(&error.to_string()))?;
            if let ReadError::NothingInFolder { .. } = error {
                writeln!(
                    out,
                    "    `sfn-tool explore DEFINITION --format test > NAME.sfn-test.yaml` writes one to begin with"
                )?;
            }
            writeln!(out)
        }
        Refused::Mistakes { .. } => {
            findings::render(&file.problems(), findings::Format::Text, style.color, out)
        }
    }
}

fn render_case(
    test: &TestFile,
    case: &Case,
    verdict: &Verdict,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let at = |span: Span| test.file.line(span.start as usize);
    // What a file or a task says cannot steer a terminal.
    let name = visible(&case.name);
    let line = paint(style, &format!("(line {})", at(case.span)), ColoredString::dimmed);
    match &verdict.outcome {
        Outcome::Passed => {
            writeln!(out, "  {} {}", paint(style, "ok    ", ColoredString::green), name)?;
        }
        Outcome::Failed {
            mismatches,
            execution,
        } => {
            let word = paint(style, "FAILED", ColoredString::red);
            writeln!(out, "  {word} {name} {line}")?;
            for mismatch in mismatches {
                render_mismatch(mismatch, at(mismatch.span), style, out)?;
            }
            writeln!(out)?;
            for line in excerpt::lines(execution, mismatches, style.full, style.color) {
                writeln!(out, "{}", format!("      {line}").trim_end())?;
            }
            writeln!(out)?;
        }
        Outcome::Stopped(error) => {
            let word = paint(style, "ERROR ", ColoredString::red);
            writeln!(out, "  {word} {name} {line}")?;
            writeln!(out, "    {}", visible(&error.to_string()))?;
            for line in advice(error).iter().flat_map(|advice| advice.lines()) {
                writeln!(out, "    {}", visible(line))?;
            }
            writeln!(out)?;
        }
    }
    for state in &verdict.unused_mocks {
        let word = paint(style, "note:", ColoredString::yellow);
        writeln!(
            out,
            "    {word} the case mocks '{}', which never calls",
            visible(state)
        )?;
    }
    for left in &verdict.left_over {
        let word = paint(style, "note:", ColoredString::yellow);
        writeln!(out, "    {word} {}", visible(&left.to_string()))?;
    }
    Ok(())
}

fn render_mismatch(mismatch: &Mismatch, line: usize, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let what = format!(
        "    {} {}",
        visible(&mismatch.what),
        paint(style, &format!("(line {line})"), ColoredString::dimmed)
    );
    match &mismatch.lines[..] {
        [only] => writeln!(out, "{what}: {}", visible(only)),
        lines => {
            writeln!(out, "{what}:")?;
            lines.iter().try_for_each(|line| {
                let line = visible(line);
                let line = match line.chars().next() {
                    Some('-') => paint(style, &line, ColoredString::red),
                    Some('+') => paint(style, &line, ColoredString::green),
                    _ => line.into_owned(),
                };
                writeln!(out, "      {line}")
            })
        }
    }
}

/// What to do about a run that had to stop.
pub(super) fn advice(error: &StopError) -> Option<String> {
    match error {
        StopError::Placeholders { names, .. } => Some(substitutions(names)),
        _ => error.advice("Mocks"),
    }
}

/// `3 cases passed, 1 failed`.
pub(super) fn summary(counts: &Counts, not_run: usize, style: Style) -> String {
    let Counts {
        passed,
        failed,
        stopped,
        refused,
    } = *counts;
    let mut parts = Vec::new();
    if passed > 0 || failed + stopped + refused == 0 {
        let text = format!("{} passed", counted(passed, "case"));
        parts.push(paint(style, &text, ColoredString::green));
    }
    let mut bad = |count: usize, text: String| {
        if count > 0 {
            parts.push(paint(style, &text, ColoredString::red));
        }
    };
    bad(failed, format!("{} failed", counted(failed, "case")));
    bad(stopped, format!("{} could not be run", counted(stopped, "case")));
    bad(refused, format!("{} could not be run", counted(refused, "file")));
    if not_run > 0 {
        parts.push(format!("{not_run} not run"));
    }
    parts.join(", ")
}

fn paint(style: Style, text: &str, how: fn(ColoredString) -> ColoredString) -> String {
    if style.color {
        how(ColoredString::from(text)).to_string()
    } else {
        text.to_owned()
    }
}
