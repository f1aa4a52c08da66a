//! One line a finding: `file:line:col: severity[code] message`.

use std::io::{self, Write};

use super::FileReport;

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for finding in report.findings.iter().filter(|f| f.follows_from.is_none()) {
            let at = report.file.position(finding.span.start as usize);
            let (name, severity) = (report.file.name(), finding.severity.as_word());
            // A message of several lines would break the promise of one line a finding.
            let message = finding.message.replace(['\n', '\r'], " ");
            writeln!(
                out,
                "{name}:{}:{}: {severity}[{}] {message}",
                at.line, at.column, finding.code
            )?;
        }
    }
    Ok(())
}
