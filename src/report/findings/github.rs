//! GitHub's workflow commands: an annotation at the line of each finding.

use std::io::{self, Write};

use super::{FileReport, origin, window};
use crate::diagnostics::{Severity, Span, visible_lines};
use crate::source::SourceFile;

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for finding in report.causes() {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let mut message = finding.headline().to_owned();
            for more in finding.help.iter().chain(&origin(finding)) {
                message.push('\n');
                message.push_str(more);
            }
            annotation(command, &report.file, finding.span, &finding.code, &message, out)?;
        }
    }
    Ok(())
}

/// Writes an annotation at the first line of `span`.
///
/// # Errors
/// Those of `out`.
pub(in crate::report) fn annotation(
    command: &str,
    file: &SourceFile,
    span: Span,
    title: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let range = window::on_one_line(file, span);
    let (start, end) = (file.position(range.start), file.position(range.end));
    writeln!(
        out,
        "::{command} file={},line={line},endLine={line},col={},endColumn={},title={}::{}",
        property(file.name()),
        start.column,
        end.column,
        property(title),
        data(message),
        line = start.line,
    )
}

fn data(text: &str) -> String {
    let text = visible_lines(text);
    text.replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
