//! Applying fixes: the edits of findings, put into the text until nothing is left to mend.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Definition;
use crate::arrange::Arrange as _;
use crate::diagnostics::{Applicability, Edit, Finding};
use crate::lint::Settings;
use crate::source::{ParseOptions, SourceFile};

/// One fix may make room for another; more rounds than this mean that two rules undo each other's fixes.
const MAX_ROUNDS: usize = 10;

/// So often a text is read and linted again, however many fixes do not go together.
const MAX_LOOKS: usize = 100;

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
    let look_at = |text: &str| look(file.name(), text, read, settings);
    mend(&mut fixed, &look_at, unsafe_too);
    fixed
}

/// Applies fixes until none is left; `look_at` says what is found in a text.
fn mend(fixed: &mut Fixed, look_at: &dyn Fn(&str) -> Option<Looked>, unsafe_too: bool) {
    let Some(mut state) = look_at(&fixed.text) else {
        return;
    };
    let mut seen = vec![fixed.text.clone()];
    let mut looks = MAX_LOOKS;
    for _ in 0..MAX_ROUNDS {
        let mut fixes = choose(&state.findings, unsafe_too);
        // Where they do not go together, it is one rule's mostly.
        fixes.arrange_by(|a, b| a.finding.code.cmp(&b.finding.code));
        let mut round = Round {
            attempt: &|fixes| {
                let text = apply(&fixed.text, fixes.iter().flat_map(|fix| fix.edits));
                let next = look_at(&text)?;
                (mends(fixes, &state, &next) && !seen.contains(&text)).then_some((text, next))
            },
            looks: &mut looks,
            kept: Vec::new(),
            result: None,
        };
        round.keep(&fixes);
        let kept = round.kept.len();
        let Some((text, next)) = round.result else { break };
        fixed.text.clone_from(&text);
        fixed.fixes += kept;
        seen.push(text);
        state = next;
    }
}

/// The text with some fixes and what is found in it, where that is better than without them.
type Attempt<'r, 'f> = dyn Fn(&[Chosen<'f>]) -> Option<(String, Looked)> + 'r;

/// Finds out which fixes go together.
struct Round<'r, 'f> {
    attempt: &'r Attempt<'r, 'f>,
    /// How many attempts are left.
    looks: &'r mut usize,
    kept: Vec<Chosen<'f>>,
    /// What the attempt with those that are kept gave.
    result: Option<(String, Looked)>,
}

impl<'f> Round<'_, 'f> {
    /// Keeps those of `fixes` that go with what is kept: all of them, or what is left when each half has been tried.
    fn keep(&mut self, fixes: &[Chosen<'f>]) {
        let Some(left) = self.looks.checked_sub(1).filter(|_| !fixes.is_empty()) else {
            return;
        };
        *self.looks = left;
        let before = self.kept.len();
        self.kept.extend_from_slice(fixes);
        match (self.attempt)(&self.kept) {
            Some(result) => self.result = Some(result),
            None => {
                self.kept.truncate(before);
                // One of them spoils it.
                if fixes.len() > 1 {
                    let (first, second) = fixes.split_at(parting(fixes));
                    self.keep(first);
                    self.keep(second);
                }
            }
        }
    }
}

/// Where fixes, ordered by their rules, are parted: between two rules, as near to the middle as can be, or in the middle.
fn parting(fixes: &[Chosen<'_>]) -> usize {
    let middle = fixes.len() / 2;
    (1..fixes.len())
        .filter(|at| fixes[at - 1].finding.code != fixes[*at].finding.code)
        .min_by_key(|at| at.abs_diff(middle))
        .unwrap_or(middle)
}

/// Whether the fixes took away what they were for, and AWS refuses no more than before. What a finding hid may come to light
/// with it gone: a rule may find as much as before, or more, but not the same.
fn mends(fixes: &[Chosen<'_>], before: &Looked, after: &Looked) -> bool {
    let (was, is) = (before.by_code(), after.by_code());
    let count = |counts: &FxHashMap<&str, usize>, code: &str| counts.get(code).copied().unwrap_or_default();
    let (same_before, same_after) = (before.by_identity(), after.by_identity());
    let is_gone = |finding: &Finding| {
        let same = identity(finding);
        same_after.get(&same) < same_before.get(&same)
    };
    let is_mended = |fix: &Chosen<'_>| {
        let code = &fix.finding.code;
        count(&is, code) < count(&was, code) || is_gone(fix.finding)
    };
    after.errors <= before.errors && fixes.iter().all(is_mended)
}

/// What a finding has in common with itself before and after a fix: its rule, its place, its words.
type Identity<'f> = (&'f str, Option<&'f str>, &'f str);

fn identity(finding: &Finding) -> Identity<'_> {
    (&finding.code, finding.location.as_deref(), &finding.message)
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

    /// How many findings are alike.
    fn by_identity(&self) -> FxHashMap<Identity<'_>, usize> {
        let mut counts = FxHashMap::default();
        for finding in &self.findings {
            *counts.entry(identity(finding)).or_default() += 1;
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

/// A fix that is to be applied, and the finding it is for.
#[derive(Clone)]
struct Chosen<'f> {
    finding: &'f Finding,
    edits: &'f [Edit],
}

/// The fixes that can be applied together: the first one of each finding, as long as no edit touches one before it.
fn choose(findings: &[Finding], unsafe_too: bool) -> Vec<Chosen<'_>> {
    let mut chosen: Vec<Chosen<'_>> = Vec::new();
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
                finding,
                edits: &fix.edits,
            });
        }
    }
    chosen
}

/// The text with edits that do not overlap put in.
pub fn apply<'e>(text: &str, edits: impl Iterator<Item = &'e Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.collect();
    edits.arrange_by_key(|edit| (edit.span.start, edit.span.end));
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
            apply("abcd", fixes.iter().flat_map(|fix| fix.edits))
        };
        assert_eq!(mended(false), "aBcd!");
        // What an unsafe fix inserts at 0 touches nothing.
        assert_eq!(mended(true), "?aBcd!");
    }

    /// What is found in a text of letters: each `a` is to be a `b`, each `x` a `!`, which AWS refuses.
    fn look_at_letters(text: &str) -> Looked {
        let findings = text.char_indices().filter_map(|(at, letter)| {
            let instead = match letter {
                'a' => "b",
                'x' => "!",
                _ => return None,
            };
            let edit = (at, at + 1, instead);
            Some(finding(&[edit], Applicability::Safe).with_location(format!("/{at}")))
        });
        Looked {
            findings: findings.collect(),
            errors: text.matches('!').count(),
        }
    }

    /// What becomes of a text, and how often it is looked at.
    fn mended(text: &str, look_at: impl Fn(&str) -> Looked) -> (Fixed, usize) {
        let looks = std::cell::Cell::new(0);
        let counted = |text: &str| {
            looks.set(looks.get() + 1);
            Some(look_at(text))
        };
        let mut fixed = Fixed {
            text: text.to_owned(),
            fixes: 0,
        };
        mend(&mut fixed, &counted, true);
        (fixed, looks.get())
    }

    #[test]
    fn fixes_that_go_together_are_tried_together() {
        let (fixed, looks) = mended(&"a ".repeat(1_000), look_at_letters);
        assert_eq!((fixed.text, fixed.fixes), ("b ".repeat(1_000), 1_000));
        // At first, and with all of them.
        assert_eq!(looks, 2);
    }

    #[test]
    fn one_that_spoils_the_others_is_found_by_halves() {
        let text = |letter: &str| {
            format!(
                "{}x {}",
                format!("{letter} ").repeat(600),
                format!("{letter} ").repeat(399)
            )
        };
        let (fixed, looks) = mended(&text("a"), look_at_letters);
        assert_eq!((fixed.text, fixed.fixes), (text("b"), 999));
        // Two for each of ten halvings, and one more round for what is left.
        assert!(looks <= 2 + 2 * 10 + 2, "{looks}");
    }

    #[test]
    fn a_text_is_looked_at_so_often_and_no_more() {
        let text = "x ".repeat(1_000);
        let (fixed, looks) = mended(&text, look_at_letters);
        assert_eq!((fixed.text, fixed.fixes), (text, 0));
        assert_eq!(looks, 1 + MAX_LOOKS);
    }

    /// A rule that tells one thing at a time finds as much as before when that is mended.
    #[test]
    fn what_comes_to_light_behind_a_fix_does_not_speak_against_it() {
        let first_of_each = |text: &str| {
            let mut looked = look_at_letters(text);
            let is_first = |finding: &Finding| {
                let at = finding.fixes[0].edits[0].span.start as usize;
                at == 0 || !text[..at].ends_with(['a', 'x'])
            };
            looked.findings.retain(is_first);
            looked
        };
        let (fixed, looks) = mended(&"aaa ".repeat(100), first_of_each);
        assert_eq!((fixed.text, fixed.fixes), ("bbb ".repeat(100), 300));
        assert_eq!(looks, 4);
    }

    #[test]
    fn rules_that_undo_each_other_come_to_an_end() {
        let toggles = |text: &str| {
            let instead = if text == "a" { "b" } else { "a" };
            let found = finding(&[(0, 1, instead)], Applicability::Safe);
            Looked {
                findings: vec![found.with_location(instead)],
                errors: 0,
            }
        };
        assert_eq!(mended("a", toggles).0.fixes, 1);
    }
}
