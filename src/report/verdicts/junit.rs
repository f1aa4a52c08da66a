//! JUnit's XML: a suite for each test file, a test for each case; a file that cannot be run has one test, an error.

use std::io::{self, Write};

use super::{Content, FileReport, Report, excerpt, text};
use crate::report::findings::xml;
use crate::testing::{Case, Outcome, TestFile, Verdict};

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = report.counts();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="sfn-tool" tests="{}" failures="{}" errors="{}">"#,
        counts.passed + counts.failed + counts.stopped + counts.refused,
        counts.failed,
        counts.stopped + counts.refused,
    )?;
    for file in &report.files {
        suite(file, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
    let counts = file.counts();
    let name = xml(&file.name);
    writeln!(
        out,
        r#"  <testsuite name="{name}" tests="{}" failures="{}" errors="{}">"#,
        counts.passed + counts.failed + counts.stopped + counts.refused,
        counts.failed,
        counts.stopped + counts.refused,
    )?;
    if let Content::Refused(refused) = &file.content {
        let words = refused.to_string();
        let first = words.lines().next().unwrap_or_default();
        writeln!(
            out,
            r#"    <testcase name="the file can be run" classname="{name}">"#
        )?;
        writeln!(
            out,
            r#"      <error message="{}" type="error">{}</error>"#,
            xml(first),
            xml(&words)
        )?;
        writeln!(out, "    </testcase>")?;
    }
    for (test, one, verdict) in file.cases() {
        case(&name, test, one, verdict, out)?;
    }
    writeln!(out, "  </testsuite>")
}

fn case(class: &str, test: &TestFile, case: &Case, verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    let open = format!(r#"    <testcase name="{}" classname="{class}""#, xml(&case.name));
    match &verdict.outcome {
        Outcome::Passed => return writeln!(out, "{open}/>"),
        Outcome::Failed {
            mismatches,
            execution,
        } => {
            writeln!(out, "{open}>")?;
            let mut words = String::new();
            for mismatch in mismatches {
                let line = test.file.line(mismatch.span.start as usize);
                words.push_str(&format!("{}:{line}: {}\n", test.file.name(), mismatch.words()));
            }
            words.push('\n');
            for line in excerpt::lines(execution, mismatches, false, false) {
                words.push_str(&line);
                words.push('\n');
            }
            let first = mismatches
                .first()
                .map(|mismatch| mismatch.words())
                .unwrap_or_default();
            let first = first.lines().collect::<Vec<_>>().join(" ");
            writeln!(
                out,
                r#"      <failure message="{}" type="failure">{}</failure>"#,
                xml(&first),
                xml(&words)
            )?;
        }
        Outcome::Stopped(error) => {
            writeln!(out, "{open}>")?;
            let message = error.to_string();
            writeln!(
                out,
                r#"      <error message="{}" type="error">{}</error>"#,
                xml(&message),
                xml(&text::advice(error).unwrap_or_default())
            )?;
        }
    }
    writeln!(out, "    </testcase>")
}
