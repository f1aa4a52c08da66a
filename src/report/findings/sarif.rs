//! SARIF 2.1.0, in the shape that GitHub's code scanning takes.

use std::io::{self, Write};
use std::path::Path;

use rustc_hash::FxHashMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{FileReport, relative, window};
use crate::diagnostics::{Elsewhere, Finding, Severity, Span};
use crate::lint;
use crate::report::reference;
use crate::source::SourceFile;
use crate::validate::codes;

/// The longest description that GitHub shows, in characters.
const LONGEST: usize = 1024;

pub(super) fn render(reports: &[FileReport], out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<&str> = Vec::new();
    let mut indexes: FxHashMap<&str, usize> = FxHashMap::default();
    for finding in reports.iter().flat_map(FileReport::causes) {
        indexes.entry(&finding.code).or_insert_with(|| {
            rules.push(&finding.code);
            rules.len() - 1
        });
    }
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.into_iter().map(rule).collect::<Vec<_>>(),
            }}),
            column_kind: "unicodeCodePoints",
            results: Results { reports, indexes },
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log).map_err(io::Error::from)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    column_kind: &'static str,
    results: Results<'a>,
}

/// The results, each made when it is written.
struct Results<'a> {
    reports: &'a [FileReport],
    /// The place of each rule in the list of rules.
    indexes: FxHashMap<&'a str, usize>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let all =
            (self.reports.iter()).flat_map(|report| report.causes().into_iter().map(move |f| (report, f)));
        out.collect_seq(all.map(|(report, finding)| {
            let index = self.indexes.get(&*finding.code).copied();
            result(report, finding, index.unwrap_or_default())
        }))
    }
}

fn rule(name: &str) -> Value {
    if let Some(rule) = lint::find(name) {
        let documentation = rule.documentation();
        let what = documentation.section("What it does").unwrap_or_default();
        return json!({
            "id": name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": cut(if what.is_empty() { rule.summary } else { &what })},
            "help": {"text": documentation.text.trim(), "markdown": documentation.text.trim()},
            "helpUri": reference::address(name),
            "defaultConfiguration": {"level": level(rule.severity)},
            "properties": {
                "tags": [rule.group.as_word()],
                "precision": rule.confidence.as_word(),
                "problem.severity": problem_severity(rule.severity),
            },
        });
    }
    let (summary, text) = codes::find(name).map_or((name, name), |code| (code.summary, code.text));
    json!({
        "id": name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": cut(text)},
        "help": {"text": text, "markdown": text},
        "helpUri": reference::address(name),
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["validation"], "precision": "very-high", "problem.severity": "error"},
    })
}

fn result(report: &FileReport, finding: &Finding, rule_index: usize) -> Value {
    let file = &*report.file;
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.headline()),
        None => finding.headline().to_owned(),
    };
    let mut place = json!({"physicalLocation": place(file, finding.span)});
    let location = finding.location.as_ref().filter(|location| !location.is_empty());
    let construct = finding.constructs.iter();
    let logical: Vec<Value> = (location
        .map(|location| json!({"fullyQualifiedName": location}))
        .into_iter())
    .chain(construct.map(|path| json!({"fullyQualifiedName": &**path, "kind": "resource"})))
    .collect();
    if !logical.is_empty() {
        place["logicalLocations"] = logical.into();
    }
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": {"text": message},
        "locations": [place],
    });
    let here = (finding.related.iter()).map(|related| (&related.label, self::place(file, related.span)));
    let elsewhere = (finding.elsewhere.iter()).map(|elsewhere| (&elsewhere.label, other_place(elsewhere)));
    let related = here
        .chain(elsewhere)
        .enumerate()
        .map(|(i, (label, place))| json!({"id": i, "message": {"text": label}, "physicalLocation": place}));
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if !finding.fixes.is_empty() {
        let fixes = finding.fixes.iter().map(|fix| {
            let replacements: Vec<Value> = (fix.edits.iter())
                .map(|edit| {
                    let deleted = region(file, edit.span.start as usize, edit.span.end as usize);
                    match edit.text.is_empty() {
                        true => json!({"deletedRegion": deleted}),
                        false => json!({"deletedRegion": deleted, "insertedContent": {"text": edit.text}}),
                    }
                })
                .collect();
            let change = json!({"artifactLocation": artifact(file.name()), "replacements": replacements});
            json!({"description": {"text": fix.title}, "artifactChanges": [change]})
        });
        result["fixes"] = fixes.collect();
    }
    result
}

/// A place of one line and at least one character: code scanning shows an alert in a pull request only where every
/// line of its region was changed.
fn place(file: &SourceFile, span: Span) -> Value {
    let range = window::on_one_line(file, span);
    let mut region = region(file, range.start, range.end);
    if range.is_empty() {
        region["endColumn"] = json!(file.position(range.start).column + 1);
    }
    json!({"artifactLocation": artifact(file.name()), "region": region})
}

/// A place in another file.
fn other_place(elsewhere: &Elsewhere) -> Value {
    let (start, end) = (elsewhere.start, elsewhere.end);
    let region = json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": if start.offset == end.offset { end.column + 1 } else { end.column },
    });
    json!({"artifactLocation": artifact(&elsewhere.file), "region": region})
}

fn region(file: &SourceFile, start: usize, end: usize) -> Value {
    let (start, end) = (file.position(start), file.position(end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A URI relative to the folder of the run, which is the repository's root in CI; absolute for files elsewhere.
fn artifact(name: &str) -> Value {
    let path = relative(name);
    let uri = encoded(&path);
    if Path::new(&path).is_absolute() {
        json!({"uri": format!("file://{uri}")})
    } else {
        json!({"uri": uri, "uriBaseId": "%SRCROOT%"})
    }
}

fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}
