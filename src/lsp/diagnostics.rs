//! Findings as the protocol's diagnostics.

use std::path::Path;

use gen_lsp_types as lsp;

use super::documents::OpenText;
use super::uri;
use crate::arrange::Arrange as _;
use crate::diagnostics::{Elsewhere, Finding, Point, Severity, visible_lines};
use crate::lint;
use crate::report::findings::FileReport;
use crate::report::reference::address;
use crate::validate::{self, codes};

/// So many diagnostics of a text are told, the worst first: an editor gets slow of thousands.
const MOST: usize = 1_000;

/// So many places are told with one.
const MOST_RELATED: usize = 20;

/// Rules whose findings are about what nobody needs.
const UNNECESSARY: [&str; 3] = ["unread-variable", "unused-substitution", "unused-suppression"];

/// What the findings of a text tell; what follows from another is told with it.
pub(super) fn of(text: &OpenText, findings: &[Finding]) -> Vec<lsp::Diagnostic> {
    let report = FileReport::new(text.file.clone(), findings.to_vec());
    let consequences = report.consequences();
    let causes = report.all_causes().into_iter().take(MOST);
    let mut all: Vec<lsp::Diagnostic> = causes
        .map(|finding| {
            let followers = consequences.get(&std::ptr::from_ref(finding));
            diagnostic(text, finding, followers.map_or(&[], |followers| followers))
        })
        .collect();
    all.arrange_by_key(|one| (one.range.start, one.range.end));
    all
}

/// What one finding tells.
pub(super) fn one(text: &OpenText, finding: &Finding) -> lsp::Diagnostic {
    diagnostic(text, finding, &[])
}

fn diagnostic(text: &OpenText, finding: &Finding, followers: &[&Finding]) -> lsp::Diagnostic {
    let is_known = lint::find(&finding.code).is_some() || codes::find(&finding.code).is_some();
    let related = related(text, finding, followers);
    lsp::Diagnostic {
        range: text.range(text.file.on_one_line(finding.span)),
        severity: Some(match finding.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
            Severity::Info => lsp::DiagnosticSeverity::Information,
        }),
        code: Some(lsp::Code::String(finding.code.clone().into_owned())),
        code_description: is_known.then(|| lsp::CodeDescription::new(lsp::Uri::from(address(&finding.code)))),
        source: Some("sfn-tool".to_owned()),
        message: lsp::Message::String(words(finding)),
        tags: is_unnecessary(finding).then(|| vec![lsp::DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    }
}

/// What is wrong, what stands there where that says more, and what to do.
fn words(finding: &Finding) -> String {
    let mut words = visible_lines(finding.headline()).into_owned();
    for more in [&finding.label, &finding.help].into_iter().flatten() {
        words.push('\n');
        words.push_str(&visible_lines(more));
    }
    words
}

fn is_unnecessary(finding: &Finding) -> bool {
    UNNECESSARY.contains(&&*finding.code) || validate::is_unreachable(finding)
}

fn related(
    text: &OpenText,
    finding: &Finding,
    followers: &[&Finding],
) -> Vec<lsp::DiagnosticRelatedInformation> {
    let here = |span, words: &str| {
        let location = lsp::Location::new(text.uri.clone(), text.range(text.file.on_one_line(span)));
        lsp::DiagnosticRelatedInformation::new(location, visible_lines(words).into_owned())
    };
    let own = finding
        .related
        .iter()
        .map(|related| here(related.span, &related.label));
    let others = finding.elsewhere.iter().map(elsewhere);
    let following = followers.iter().map(|finding| {
        here(
            finding.span,
            &format!("from this follows: {}", finding.headline()),
        )
    });
    own.chain(others).chain(following).take(MOST_RELATED).collect()
}

/// A place in another file, whose text is not at hand: its characters are counted, which are the client's columns but behind
/// characters outside of the Basic Multilingual Plane.
fn elsewhere(place: &Elsewhere) -> lsp::DiagnosticRelatedInformation {
    let position = |point: &Point| {
        let number = |count: usize| u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX);
        lsp::Position::new(number(point.line), number(point.column))
    };
    let range = lsp::Range::new(position(&place.start), position(&place.end));
    let location = lsp::Location::new(uri::of(Path::new(&place.file)), range);
    lsp::DiagnosticRelatedInformation::new(location, visible_lines(&place.label).into_owned())
}
