//! Verdicts as JSON.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::{Content, FileReport, Report, text};
use crate::coverage::Coverage;
use crate::report::{coverage as covered, findings};
use crate::simulate::Execution;
use crate::testing::{Case, Outcome, TestFile, Verdict};

/// `{"files": [{"file", "definition", "cases": [...]}], "summary": {...}}`; `coverage` beside them when it is asked for.
pub(super) fn render(
    report: &Report,
    coverage: Option<&Coverage<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let counts = report.counts();
    let mut all = json!({
        "files": report.files.iter().map(file).collect::<Vec<_>>(),
        "summary": {
            "passed": counts.passed,
            "failed": counts.failed,
            "errors": counts.stopped + counts.refused,
            "notRun": report.not_run,
        },
    });
    if let Some(coverage) = coverage {
        all["coverage"] = covered::json(coverage);
    }
    writeln!(out, "{all:#}")
}

fn file(file: &FileReport) -> Json {
    match &file.content {
        Content::Ran(test, _) => json!({
            "file": file.name,
            "definition": test.definition.display().to_string(),
            "cases": file.cases().map(|(test, one, verdict)| case(test, one, verdict)).collect::<Vec<_>>(),
        }),
        Content::Refused(refused) => json!({
            "file": file.name,
            "error": refused.to_string().trim_end(),
            "problems": file.problems().iter().map(findings::value).collect::<Vec<_>>(),
        }),
    }
}

fn case(test: &TestFile, case: &Case, verdict: &Verdict) -> Json {
    let line = |span: crate::diagnostics::Span| test.file.line(span.start as usize);
    let mut all = json!({"name": &*case.name, "line": line(case.span)});
    match &verdict.outcome {
        Outcome::Passed => all["result"] = Json::from("PASSED"),
        Outcome::Failed {
            mismatches,
            execution,
        } => {
            all["result"] = Json::from("FAILED");
            let mismatches = mismatches.iter().map(|mismatch| {
                json!({"what": mismatch.what, "line": line(mismatch.span), "lines": mismatch.lines})
            });
            all["mismatches"] = mismatches.collect();
            all["execution"] = outcome(execution);
        }
        Outcome::Stopped(error) => {
            all["result"] = Json::from("ERROR");
            all["error"] = Json::from(error.to_string());
            if let Some(advice) = text::advice(error) {
                all["help"] = Json::from(advice);
            }
        }
    }
    if !verdict.unused_mocks.is_empty() {
        all["unusedMocks"] = verdict
            .unused_mocks
            .iter()
            .map(|state| Json::from(&**state))
            .collect();
    }
    if !verdict.left_over.is_empty() {
        let left = verdict.left_over.iter();
        all["leftOverMocks"] = left
            .map(|left| json!({"state": &*left.state, "entries": left.entries, "used": left.used}))
            .collect();
    }
    all
}

/// How an execution ended.
fn outcome(execution: &Execution) -> Json {
    let millis = execution.stopped.since(execution.started);
    let mut all = json!({"status": execution.status.as_aws(), "duration": millis as f64 / 1000.0});
    if let Some(output) = &execution.output {
        all["output"] = serde_json::to_value(output).unwrap_or_default();
    }
    if let Some(failure) = &execution.failure {
        for (key, text) in [
            ("error", failure.error.as_ref()),
            ("cause", failure.shown_cause()),
        ] {
            if let Some(text) = text {
                all[key] = Json::from(&**text);
            }
        }
    }
    all
}
