//! A table for job summaries and comments. What the user wrote stands in code spans: there it is no markup, no link, no
//! mention and no HTML.

use std::io::{self, Write};

use super::{FileReport, origin, relative, summary};
use crate::diagnostics::{code_span, counted};

/// GitHub takes 1 MiB in a summary and 65,536 characters in a comment; more rows than these nobody reads.
const MOST: usize = 200;

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    let read = counted(reports.len(), "file");
    writeln!(out, "**{}**", summary(reports, &read))?;
    let rows: Vec<_> = (reports.iter())
        .flat_map(|report| report.causes().into_iter().map(move |finding| (report, finding)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| | where | what |\n|---|---|---|")?;
    for (report, finding) in rows.iter().take(MOST) {
        let line = report.file.position(finding.span.start as usize).line;
        let origin = origin(finding).map(|origin| format!(" ({})", cell(&origin)));
        writeln!(
            out,
            "| {} {} | {} | {}{} |",
            finding.severity.as_word(),
            cell(&finding.code),
            cell(&format!("{}:{line}", relative(report.file.name()))),
            cell(finding.headline()),
            origin.unwrap_or_default(),
        )?;
    }
    if rows.len() > MOST {
        writeln!(out, "\nand {} more", rows.len() - MOST)?;
    }
    Ok(())
}

/// A code span in a cell, where a bar would begin the next one.
fn cell(text: &str) -> String {
    code_span(text).replace('|', "\\|")
}
