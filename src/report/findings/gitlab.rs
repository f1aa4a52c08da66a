//! GitLab's code quality report [GitLab code quality]: merge requests show what they add and what they resolve.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{FileReport, one_line, origin, relative};
use crate::diagnostics::{Finding, Severity};
use crate::lint;

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut all = Vec::new();
    for report in reports {
        let path = relative(report.file.name());
        for finding in report.causes() {
            let place = finding.location.as_deref().unwrap_or_default();
            let same = format!("{path}\n{}\n{place}\n{}", finding.code, finding.message);
            // The same twice is still two.
            let count = seen.entry(same.clone()).or_default();
            *count += 1;
            all.push(entry(report, finding, &path, &format!("{same}\n{count}")));
        }
    }
    serde_json::to_writer_pretty(&mut *out, &all).map_err(io::Error::from)?;
    writeln!(out)
}

fn entry(report: &FileReport, finding: &Finding, path: &str, identity: &str) -> Value {
    let line = |offset: u32| report.file.position(offset as usize).line;
    let mut description = match &finding.help {
        Some(help) => format!("{}: {help}", finding.headline()),
        None => finding.headline().to_owned(),
    };
    if let Some(origin) = origin(finding) {
        description.push_str(&format!(" ({origin})"));
    }
    // Without the line: a finding that moves down is no new one.
    let fingerprint: String = (Sha256::digest(identity).iter().take(16))
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({
        // What a page shows beside the change: nothing in it steers.
        "description": one_line(&description),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": severity(finding),
        "location": {
            "path": one_line(path),
            "lines": {"begin": line(finding.span.start), "end": line(finding.span.end)},
        },
    })
}

/// One of GitLab's five: what AWS rejects cannot be deployed.
fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Error if lint::find(&finding.code).is_none() => "critical",
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
