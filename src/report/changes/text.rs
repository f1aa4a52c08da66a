//! Changes for people: grouped by state, one line each, with the lines they are on.

use std::io::{self, Write};
use std::sync::Arc;

use super::ChangeReport;
use crate::diagnostics::visible;
use crate::diff::{Change, Class, Kind, Place};
use crate::source::SourceFile;

const RED: &str = "31";
const YELLOW: &str = "33";
const DIM: &str = "2";
const BOLD: &str = "1";

pub(super) fn render(reports: &[ChangeReport], color: bool, out: &mut dyn Write) -> io::Result<()> {
    let changed = (reports.iter()).filter(|report| report.differs() || !report.runs.is_empty());
    for (i, report) in changed.enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        one(report, color, out)?;
    }
    Ok(())
}

fn one(report: &ChangeReport, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = |code: &str, text: &str| {
        if color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let name = |name: Option<String>| name.unwrap_or_else(|| "/dev/null".to_owned());
    writeln!(
        out,
        "{}",
        paint(BOLD, &visible(&format!("--- {}", name(report.old_name()))))
    )?;
    writeln!(
        out,
        "{}",
        paint(BOLD, &visible(&format!("+++ {}", name(report.new_name()))))
    )?;
    let mut group: Option<&Option<Arc<str>>> = None;
    for change in &report.changes {
        if group != Some(&change.state) {
            let heading = match &change.state {
                Some(state) => state,
                None if change.kind == Kind::NotFollowed => "(not followed)",
                None => "(machine)",
            };
            writeln!(out, "\n{}", paint(BOLD, &visible(heading)))?;
            group = Some(&change.state);
        }
        let class = format!("{:<11}", change.class.as_word());
        let class = match change.class {
            Class::Breaking => paint(RED, &class),
            Class::Behavioural => paint(YELLOW, &class),
            Class::Cosmetic => paint(DIM, &class),
        };
        writeln!(
            out,
            "  {class} {} {}",
            visible(&change.message),
            paint(DIM, &lines(report, change))
        )?;
    }
    for (i, run) in report.runs.iter().enumerate() {
        if i == 0 {
            writeln!(out, "\n{}", paint(BOLD, "Runs"))?;
        }
        let words = run.words();
        let (first, rest) = words
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (&**first, rest));
        let code = if run.is_same() { DIM } else { YELLOW };
        writeln!(out, "  {} {}", paint(code, &visible(&run.name)), visible(first))?;
        for line in rest {
            writeln!(out, "    {}", visible(line))?;
        }
    }
    Ok(())
}

/// `(line 12 -> 14)`, `(added, line 14)`, `(removed, line 12)`.
pub(in crate::report) fn lines(report: &ChangeReport, change: &Change) -> String {
    let line = |file: &Option<Arc<SourceFile>>, place: &Option<Place>| {
        let (file, place) = (file.as_ref()?, place.as_ref()?);
        Some(file.position(place.span.start as usize).line)
    };
    // A definition that does not stand in the file that is named.
    let elsewhere = |file: &Option<Arc<SourceFile>>, named: &Option<String>| {
        let file = file
            .as_ref()
            .filter(|file| Some(file.name()) != named.as_deref())?;
        let name = file.name().rsplit(['/', ':']).next();
        Some(format!("{}, ", visible(name.unwrap_or_default())))
    };
    let file = || {
        let new = || elsewhere(&report.new, &report.new_named);
        new()
            .or_else(|| elsewhere(&report.old, &report.old_named))
            .unwrap_or_default()
    };
    match (line(&report.old, &change.old), line(&report.new, &change.new)) {
        (Some(old), Some(new)) => format!("({}line {old} -> {new})", file()),
        (Some(old), None) => format!("(removed, {}line {old})", file()),
        (None, Some(new)) => format!("(added, {}line {new})", file()),
        (None, None) => String::new(),
    }
}
