//! GitHub's workflow commands: an annotation at the line of each expectation that was not met.

use std::io::{self, Write};

use super::{FileReport, Report, text};
use crate::report::findings::{self, annotation};
use crate::testing::Outcome;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for file in &report.files {
        findings::render(&file.problems(), findings::Format::Github, false, out)?;
        cases(file, out)?;
    }
    Ok(())
}

fn cases(file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
    for (test, case, verdict) in file.cases() {
        match &verdict.outcome {
            Outcome::Passed => {}
            Outcome::Failed { mismatches, .. } => {
                for mismatch in mismatches {
                    annotation(
                        "error",
                        &test.file,
                        mismatch.span,
                        &case.name,
                        &mismatch.words(),
                        out,
                    )?;
                }
            }
            Outcome::Stopped(error) => {
                let mut words = error.to_string();
                if let Some(advice) = text::advice(error) {
                    words.push('\n');
                    words.push_str(&advice);
                }
                annotation("error", &test.file, case.span, &case.name, &words, out)?;
            }
        }
    }
    Ok(())
}
