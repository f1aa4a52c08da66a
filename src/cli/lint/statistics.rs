//! `--statistics`: how many findings each rule has.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use crate::arrange::Arrange as _;
use crate::lint;
use crate::report::findings::{FileReport, Format};

/// Prints a line for each rule that found something, most findings first; `json` is a list.
///
/// # Errors
/// Those of `out`.
pub(super) fn render(reports: &[FileReport], format: Format, out: &mut dyn Write) -> io::Result<()> {
    // Findings and files, by rule.
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for report in reports {
        let mut here: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &report.findings {
            *here.entry(&finding.code).or_default() += 1;
        }
        for (rule, count) in here {
            let (findings, files) = counts.entry(rule).or_default();
            *findings += count;
            *files += 1;
        }
    }
    let mut counts: Vec<(&str, (usize, usize))> = counts.into_iter().collect();
    counts.arrange_by_key(|(rule, (findings, _))| (std::cmp::Reverse(*findings), *rule));
    if format == Format::Json {
        let list: Vec<_> = counts
            .iter()
            .map(|(rule, (findings, files))| json!({"rule": rule, "findings": findings, "files": files}))
            .collect();
        return writeln!(out, "{:#}", json!({"statistics": list}));
    }
    let width = counts.iter().map(|(rule, _)| rule.len()).max().unwrap_or(0);
    for (rule, (findings, files)) in counts {
        let summary = lint::find(rule).map_or("The text itself", |rule| rule.summary);
        let noun = if files == 1 { "file " } else { "files" };
        writeln!(out, "{findings:6} in {files:5} {noun}  {rule:width$}  {summary}")?;
    }
    Ok(())
}
