//! `file:line:column: severity[code] message`, the form that editors and `grep` understand.

use std::io::{self, Write};

use super::{FileReport, one_line, origin};

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for finding in report.causes() {
            let origin =
                origin(finding).map_or_else(String::new, |origin| format!(" ({})", one_line(&origin)));
            let at = report.file.position(finding.span.start as usize);
            writeln!(
                out,
                "{}:{}:{}: {}[{}] {}{origin}",
                one_line(report.file.name()),
                at.line,
                at.column,
                finding.severity.as_word(),
                finding.code,
                one_line(finding.headline()),
            )?;
        }
    }
    Ok(())
}
