//! Applying fixes: the edits of findings, put into the text until nothing is left to mend.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Definition;
use crate::diagnostics::{Applicability, Edit, Finding};
use crate::lint::Settings;
use crate::source::{ParseOptions, SourceFile};

/// One fix may make room for another; more rounds than this mean that two rules undo each other's fixes.
const MAX_ROUNDS: usize = 10;

/// So many fixes are tried one by one when they do not go together.
const MAX_SINGLE: usize = 100;

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
    let read = |file: Arc<SourceFile>| {
        let name = file.name().to_owned();
        let mut all = Definition::all_in_file(file, parsing);
        // A file that a template names is another one.
        all.retain(|definition| definition.file().name() == name);
        all
    };
    fix_read(file, &read, settings, unsafe_too)
}

/// The same of the definitions that `read` finds in the file, whatever text it has.
pub fn fix_read(
    file: &Arc<SourceFile>,
    read: &dyn Fn(Arc<SourceFile>) -> Vec<Definition>,
    settings: &Settings,
    unsafe_too: bool,
) -> Fixed {
    let mut fixed = Fixed {
        text: file.text().to_owned(),
        fixes: 0,
    };
    let Some(mut state) = look(file.name(), &fixed.text, read, settings) else {
        return fixed;
    };
    for _ in 0..MAX_ROUNDS {
        let fixes = choose(&state.findings, unsafe_too);
        let attempt = |fixes: &[Chosen]| {
            let text = apply(&fixed.text, fixes.iter().flat_map(|fix| &fix.edits));
            let next = look(file.name(), &text, read, settings)?;
            mends(fixes, &state, &next).then_some((text, next))
        };
        let mut kept = fixes.len();
        let mut result = if fixes.is_empty() { None } else { attempt(&fixes) };
        if result.is_none() && fixes.len() > 1 {
            // One of them spoils it: keep those that go together.
            let mut good: Vec<Chosen> = Vec::new();
            for fix in fixes.into_iter().take(MAX_SINGLE) {
                good.push(fix);
                match attempt(&good) {
                    Some(next) => result = Some(next),
                    None => {
                        good.pop();
                    }
                }
            }
            kept = good.len();
        }
        let Some((text, next)) = result else { break };
        fixed.text = text;
        fixed.fixes += kept;
        state = next;
    }
    fixed
}

/// Whether the fixes took away what they were for, and AWS refuses no more than before.
fn mends(fixes: &[Chosen], before: &Looked, after: &Looked) -> bool {
    let (was, is) = (before.by_code(), after.by_code());
    let count = |counts: &FxHashMap<&str, usize>, code: &str| counts.get(code).copied().unwrap_or_default();
    after.errors <= before.errors
        && fixes
            .iter()
            .all(|fix| count(&is, &fix.code) < count(&was, &fix.code))
}

/// What is found in a text.
struct Looked {
    findings: Vec<Finding>,
    /// What AWS refuses.
    errors: usize,
}

impl Looked {
    /// How many findings each rule has.
    fn by_code(&self) -> FxHashMap<&str, usize> {
        let mut counts = FxHashMap::default();
        for finding in &self.findings {
            *counts.entry(&*finding.code).or_default() += 1;
        }
        counts
    }
}

fn look(
    name: &str,
    text: &str,
    read: &dyn Fn(Arc<SourceFile>) -> Vec<Definition>,
    settings: &Settings,
) -> Option<Looked> {
    let mut looked = Looked {
        findings: Vec::new(),
        errors: 0,
    };
    for definition in read(Arc::new(SourceFile::new(name, text))) {
        if definition.document().is_none() || definition.text_error().is_some() {
            // Of a template the other definitions can be mended.
            if definition.is_in_template() {
                looked.errors += 1;
                continue;
            }
            return None;
        }
        let machine_type = (definition.known_type().or(settings.machine_type)).unwrap_or_default();
        looked.errors += definition.refused_as(machine_type).len();
        looked.findings.extend(definition.lint_with(settings));
    }
    Some(looked)
}

/// A fix that is to be applied, and the rule it is for.
struct Chosen {
    code: Cow<'static, str>,
    edits: Vec<Edit>,
}

/// The fixes that can be applied together: the first one of each finding, as long as no edit touches one before it.
fn choose(findings: &[Finding], unsafe_too: bool) -> Vec<Chosen> {
    let mut chosen: Vec<Chosen> = Vec::new();
    // By where they begin: those that were taken never overlap.
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    for finding in findings {
        let fix = finding
            .fixes
            .iter()
            .find(|fix| unsafe_too || fix.applicability == Applicability::Safe);
        let Some(fix) = fix else { continue };
        // Two insertions at one place have no order, so that what touches waits.
        let free = |edit: &Edit| {
            let before = taken.range(..=edit.span.end).next_back();
            before.is_none_or(|(_, end)| *end < edit.span.start)
        };
        if fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit.span.end)));
            chosen.push(Chosen {
                code: finding.code.clone(),
                edits: fix.edits.clone(),
            });
        }
    }
    chosen
}

/// The text with edits that do not overlap put in.
pub fn apply<'e>(text: &str, edits: impl Iterator<Item = &'e Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.collect();
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
        let mended = |unsafe_too| {
            let fixes = choose(&findings, unsafe_too);
            apply("abcd", fixes.iter().flat_map(|fix| &fix.edits))
        };
        assert_eq!(mended(false), "aBcd!");
        // What an unsafe fix inserts at 0 touches nothing.
        assert_eq!(mended(true), "?aBcd!");
    }
}
