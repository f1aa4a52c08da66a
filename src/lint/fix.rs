//! Applying fixes: the edits of findings, put into the text until nothing is left to mend.

use std::sync::Arc;

use super::{Settings, check};
use crate::asl::StateMachine;
use crate::diagnostics::{Applicability, Edit, Finding, Severity};
use crate::source::{ParseOptions, SourceFile, parse_with};
use crate::validate::{Options, validate};

/// One fix may make room for another; more rounds than this mean that two rules undo each other's fixes.
const MAX_ROUNDS: usize = 10;

/// A text with its fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The text, unchanged where no fix applied.
    pub text: String,
    /// How many findings were mended.
    pub fixes: usize,
}

/// Applies the safe fixes of the rules in `settings` to a definition, and with `unsafe_too` all of them. A round whose
/// result would not parse, or which AWS would refuse where it accepted what was there, is not kept.
pub fn fix(file: &Arc<SourceFile>, parsing: &ParseOptions, settings: &Settings, unsafe_too: bool) -> Fixed {
    let mut fixed = Fixed {
        text: file.text().to_owned(),
        fixes: 0,
    };
    let Some(mut state) = look(file.name(), &fixed.text, parsing, settings) else {
        return fixed;
    };
    for _ in 0..MAX_ROUNDS {
        let edits = choose(&state.findings, unsafe_too);
        if edits.is_empty() {
            break;
        }
        let text = apply(&fixed.text, &edits);
        let next = look(file.name(), &text, parsing, settings);
        let Some(next) = next.filter(|next| next.errors <= state.errors && text != fixed.text) else {
            break;
        };
        fixed.text = text;
        fixed.fixes += edits.len();
        state = next;
    }
    fixed
}

/// What is found in a text.
struct Looked {
    findings: Vec<Finding>,
    /// What AWS refuses.
    errors: usize,
}

fn look(name: &str, text: &str, parsing: &ParseOptions, settings: &Settings) -> Option<Looked> {
    let parsed = parse_with(Arc::new(SourceFile::new(name, text)), parsing);
    if parsed
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        return None;
    }
    let machine = StateMachine::read(Arc::new(parsed.document?));
    let options = Options {
        machine_type: settings.machine_type.unwrap_or_default(),
    };
    let refused = validate(&machine, &options);
    Some(Looked {
        findings: check(&machine, settings),
        errors: refused
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count(),
    })
}

/// The fixes that can be applied together: the first one of each finding, as long as no edit touches one before it.
fn choose(findings: &[Finding], unsafe_too: bool) -> Vec<Vec<Edit>> {
    let mut chosen: Vec<Vec<Edit>> = Vec::new();
    for finding in findings {
        let fix = finding
            .fixes
            .iter()
            .find(|fix| unsafe_too || fix.applicability == Applicability::Safe);
        let Some(fix) = fix else { continue };
        let free = |edit: &Edit| {
            let mut taken = chosen.iter().flatten();
            !taken.any(|other| {
                // Two insertions at one place have no order.
                other.span.start <= edit.span.end && edit.span.start <= other.span.end
            })
        };
        if fix.edits.iter().all(free) {
            chosen.push(fix.edits.clone());
        }
    }
    chosen
}

/// The text with edits that do not overlap put in.
fn apply(text: &str, fixes: &[Vec<Edit>]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flatten().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        // An edit outside the text or inside a character would be a rule's mistake: leave it out.
        let (Some(before), true) = (
            text.get(at..range.start),
            text.is_char_boundary(range.end.min(text.len())),
        ) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&edit.text);
        at = range.end.min(text.len());
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Fix, Span};

    fn finding(edits: &[(usize, usize, &str)], applicability: Applicability) -> Finding {
        Finding::warning("rule", "m", Span::at(0)).with_fix(Fix {
            title: "t".to_owned(),
            applicability,
            edits: edits
                .iter()
                .map(|(from, to, text)| Edit {
                    span: Span::new(*from, *to),
                    text: (*text).to_owned(),
                })
                .collect(),
        })
    }

    #[test]
    fn edits_that_touch_wait_for_the_next_round() {
        let findings = [
            finding(&[(1, 2, "B"), (4, 4, "!")], Applicability::Safe),
            finding(&[(2, 3, "C")], Applicability::Safe),
            finding(&[(0, 0, "?")], Applicability::Unsafe),
        ];
        assert_eq!(apply("abcd", &choose(&findings, false)), "aBcd!");
        assert_eq!(apply("abcd", &choose(&findings, true)), "?aBcd!");
    }
}
