//! GitHub's workflow commands: an annotation at the line of each finding.

use std::io::{self, Write};

use super::{FileReport, window};
use crate::diagnostics::Severity;

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for finding in report.causes() {
            let range = window::on_one_line(&report.file, finding.span);
            let (start, end) = (report.file.position(range.start), report.file.position(range.end));
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let message = match &finding.help {
                Some(help) => format!("{}\n{help}", finding.message),
                None => finding.message.clone(),
            };
            writeln!(
                out,
                "::{command} file={},line={line},endLine={line},col={},endColumn={},title={}::{}",
                property(report.file.name()),
                start.column,
                end.column,
                property(&finding.code),
                data(&message),
                line = start.line,
            )?;
        }
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
