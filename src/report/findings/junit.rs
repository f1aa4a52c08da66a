//! JUnit's XML: a suite for each file, in it a test for each rule or code that was found; a file without findings has
//! one test, which passes.

use std::io::{self, Write};

use super::{FileReport, origin};
use crate::arrange::Arrange as _;
use crate::diagnostics::counted;
use crate::diagnostics::{Finding, Severity, escape, is_spelt_out};

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let suites: Vec<Suite<'_>> = reports.iter().map(Suite::of).collect();
    let tests: usize = suites.iter().map(Suite::tests).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    writeln!(
        out,
        r#"<testsuites name="sfn-tool" tests="{tests}" failures="{failures}" errors="0">"#
    )?;
    for suite in &suites {
        suite.write(out)?;
    }
    writeln!(out, "</testsuites>")
}

struct Suite<'r> {
    report: &'r FileReport,
    /// The codes found, by name, each with its findings from the top of the file down.
    tests: Vec<(&'r str, Vec<&'r Finding>)>,
}

impl<'r> Suite<'r> {
    fn of(report: &'r FileReport) -> Self {
        let mut tests: Vec<(&str, Vec<&Finding>)> = Vec::new();
        for finding in report.causes() {
            match tests.iter_mut().find(|(code, _)| *code == finding.code) {
                Some((_, findings)) => findings.push(finding),
                None => tests.push((&finding.code, vec![finding])),
            }
        }
        tests.arrange_by_key(|(code, _)| *code);
        Suite { report, tests }
    }

    fn tests(&self) -> usize {
        self.tests.len().max(1)
    }

    fn failures(&self) -> usize {
        self.tests.iter().filter(|(_, findings)| fails(findings)).count()
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = escaped(self.report.file.name());
        writeln!(
            out,
            r#"  <testsuite name="{name}" tests="{}" failures="{}" errors="0">"#,
            self.tests(),
            self.failures()
        )?;
        if self.tests.is_empty() {
            writeln!(out, r#"    <testcase name="no findings" classname="{name}"/>"#)?;
        }
        for (code, findings) in &self.tests {
            writeln!(
                out,
                r#"    <testcase name="{}" classname="{name}">"#,
                escaped(code)
            )?;
            let lines: String = findings.iter().map(|finding| self.line(finding)).collect();
            if fails(findings) {
                let (first, kind) = (findings[0].headline(), findings[0].severity.as_word());
                let message = match findings.len() {
                    1 => first.to_owned(),
                    n => format!("{first} (and {} more)", counted(n - 1, "finding")),
                };
                writeln!(
                    out,
                    r#"      <failure message="{}" type="{kind}">{}</failure>"#,
                    escaped(&message),
                    escaped(&lines)
                )?;
            } else {
                writeln!(out, "      <system-out>{}</system-out>", escaped(&lines))?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")
    }

    fn line(&self, finding: &Finding) -> String {
        let file = &self.report.file;
        let at = file.position(finding.span.start as usize);
        let help: String = (finding.help.iter().chain(&origin(finding)))
            .map(|more| format!("  {more}\n"))
            .collect();
        format!(
            "{}:{}:{}: {}\n{help}",
            file.name(),
            at.line,
            at.column,
            finding.headline()
        )
    }
}

/// Advice alone fails no test.
fn fails(findings: &[&Finding]) -> bool {
    findings.iter().any(|finding| finding.severity > Severity::Info)
}

/// Whether a line is one that pipelines obey, blanks before it or not.
fn begins_command(line: &str) -> bool {
    let words = line.trim_start();
    words.starts_with("::") || words.starts_with("##[")
}

/// Text for XML 1.0, which has no place for most control characters: they are spelt out, as in text for people.
pub(in crate::report) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            // A pipeline that shows the report would obey this line.
            '\n' if begins_command(&text[at + 1..]) => out.push_str("\\n"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if is_spelt_out(c) => escape(c, &mut out),
            c => out.push(c),
        }
    }
    out
}
