//! `sfn-tool: ignore RULE, RULE` in a `Comment`, or in a comment of a YAML file.
//!
//! In the `Comment` of a state (or a branch, processor, retrier, ...) it holds for that object and everything in it, in
//! the machine's for the whole file. What a comment of YAML holds for is told in [`yaml`].

mod yaml;

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::rules::UNUSED_SUPPRESSION;
use super::{Context, Settings, Subject, edits, find, nearest};
use crate::asl::{State, StateFields};
use crate::diagnostics::{Applicability, Edit, Finding, Span};
use crate::source::{Format, NodeRef};

const MARK: &str = "sfn-tool: ignore";

/// What a mark begins with, however it goes on.
const NAME: &str = "sfn-tool";

/// One rule that is not to be reported somewhere.
#[derive(Debug)]
pub(super) struct Suppression {
    rule: String,
    /// The bytes it holds for: findings that begin there.
    holds: Range<usize>,
    /// Where it is written.
    written: Span,
    location: String,
    /// Whether it begins nothing and holds for its line alone, where somebody may have meant more.
    is_of_line: bool,
    /// Whether the mark is written in another way, so that it ignores nothing.
    is_misspelt: bool,
    /// How to take it out, or to write the mark as it must be.
    edit: Option<Edit>,
}

/// One rule that a comment names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    rule: String,
    /// Its place in the comment.
    part: Range<usize>,
    /// What goes with it when it is taken out: its comma, or the whole mark.
    gone: Range<usize>,
    /// Whether it is a mark in another spelling, which names nothing; `gone` is that mark.
    is_misspelt: bool,
}

impl Named {
    /// What comes in the place of what goes.
    fn instead(&self) -> &'static str {
        if self.is_misspelt { MARK } else { "" }
    }
}

/// The suppressions of a document, in the order of where they hold.
pub(super) fn all(subject: &Subject<'_>) -> Vec<Suppression> {
    let document = subject.machine().document();
    let mut suppressions = Vec::new();
    if !document.file().text().contains(NAME) {
        return suppressions;
    }
    comments(document.root(), &mut suppressions);
    if document.format() == Format::Yaml {
        yaml::comments(subject.machine(), &mut suppressions);
    }
    suppressions.sort_by_key(|suppression| (suppression.holds.start, suppression.written));
    suppressions
}

/// Takes out the findings that are not to be reported.
pub(super) fn hide(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut index = Index::of(subject.suppressions());
    findings.retain(|finding| !index.uses(finding));
}

/// Whether a rule is not to be reported where a byte of the document is.
pub(super) fn holds(subject: &Subject<'_>, rule: &str, at: usize) -> bool {
    (subject.suppressions().iter()).any(|held| held.rule == rule && held.holds.contains(&at))
}

/// The same, and reports what suppresses nothing.
pub(super) fn apply<'m>(subject: &'m Subject<'m>, settings: &Settings, findings: &mut Vec<Finding>) {
    let suppressions = subject.suppressions();
    if suppressions.is_empty() {
        return;
    }
    let mut index = Index::of(suppressions);
    findings.retain(|finding| !index.uses(finding));
    if !settings.selection.contains(&UNUSED_SUPPRESSION) {
        return;
    }
    // A rule that did not run this time may have something to find all the same.
    let others: BTreeSet<&str> = suppressions.iter().map(|s| s.rule.as_str()).collect();
    for rule in others
        .into_iter()
        .filter_map(find)
        .filter(|rule| !settings.selection.contains(rule))
    {
        let mut found = Vec::new();
        (rule.check)(&Context::new(subject, rule), &mut found);
        for finding in &found {
            index.uses(finding);
        }
    }
    let context = Context::new(subject, &UNUSED_SUPPRESSION);
    let unused: Vec<Finding> = (suppressions.iter().zip(index.used))
        .filter(|(_, used)| !used)
        .map(|(suppression, _)| unused(&context, suppression, findings))
        .collect();
    findings.extend(unused);
}

/// One suppression of a rule.
struct Held {
    holds: Range<usize>,
    /// Where those up to it end.
    farthest: usize,
    /// Which one it is.
    index: usize,
}

/// Finds the suppressions that hold for a place without looking at all of them.
struct Index<'s> {
    /// By rule, in the order of where they begin.
    by_rule: FxHashMap<&'s str, Vec<Held>>,
    used: Vec<bool>,
}

impl<'s> Index<'s> {
    fn of(suppressions: &'s [Suppression]) -> Index<'s> {
        let mut by_rule: FxHashMap<&str, Vec<Held>> = FxHashMap::default();
        for (index, suppression) in suppressions.iter().enumerate() {
            let list = by_rule.entry(&suppression.rule).or_default();
            let farthest = list.last().map_or(0, |held| held.farthest);
            list.push(Held {
                holds: suppression.holds.clone(),
                farthest: farthest.max(suppression.holds.end),
                index,
            });
        }
        Index {
            by_rule,
            used: vec![false; suppressions.len()],
        }
    }

    /// Whether a finding is suppressed; those that hold for it are used then.
    fn uses(&mut self, finding: &Finding) -> bool {
        let at = finding.span.start as usize;
        let Some(list) = self.by_rule.get(&*finding.code) else {
            return false;
        };
        let before = list.partition_point(|held| held.holds.start <= at);
        let mut found = false;
        for held in list[..before].iter().rev().take_while(|held| held.farthest > at) {
            if held.holds.contains(&at) {
                self.used[held.index] = true;
                found = true;
            }
        }
        found
    }
}

/// What is said of a suppression that takes none out of what was found; `findings` are those that stay.
fn unused(context: &Context<'_>, suppression: &Suppression, findings: &[Finding]) -> Finding {
    let name = &suppression.rule;
    if suppression.is_misspelt {
        let finding = context
            .at_span(
                suppression.written,
                format!("this is not read: the mark is \"{MARK}\", and then a rule"),
            )
            .with_location(suppression.location.clone())
            .with_label("suppresses nothing")
            .with_help(format!("write \"{MARK} RULE\""));
        let edit = edits::one(suppression.edit.clone());
        return edits::offer(finding, format!("Write \"{MARK}\""), Applicability::Unsafe, edit);
    }
    let (message, help) = match (name.as_str(), find(name)) {
        ("", _) => (
            "this names no rule to ignore".to_owned(),
            format!("write \"{MARK} RULE\""),
        ),
        (_, Some(_)) => (
            format!("'{name}' finds nothing here"),
            match missed(context, suppression, findings) {
                Some(state) => format!("after the name of '{}' it applies to the whole state", state.name),
                None => "remove it from the comment".to_owned(),
            },
        ),
        (_, None) => (
            format!("there is no lint rule '{name}'"),
            match nearest(name) {
                Some(rule) => format!("did you mean '{}'?", rule.name),
                None => "`sfn-tool explain` lists all rules".to_owned(),
            },
        ),
    };
    let finding = context
        .at_span(suppression.written, message)
        .with_location(suppression.location.clone())
        .with_label("suppresses nothing")
        .with_help(help);
    let edit = edits::one(suppression.edit.clone());
    edits::offer(finding, "Remove it from the comment", Applicability::Safe, edit)
}

/// The innermost state around a suppression of one line, where the rule has found something in that state.
fn missed<'m>(context: &Context<'m>, suppression: &Suppression, findings: &[Finding]) -> Option<&'m State> {
    if !suppression.is_of_line {
        return None;
    }
    let range = |state: &State| {
        let node = context.machine.node(state.node);
        state.name_span.start as usize..node.span().end as usize
    };
    // Nested states stand behind those that hold them.
    let mut around =
        (context.machine.states().iter()).filter(|state| range(state).contains(&suppression.holds.start));
    let state = around.next_back()?;
    let is_found = |finding: &Finding| {
        finding.code == suppression.rule && range(state).contains(&(finding.span.start as usize))
    };
    findings.iter().any(is_found).then_some(state)
}

/// The rules that a comment names, with their places in it.
fn rules(comment: &str) -> Vec<Named> {
    let mut found: Vec<Named> = misspelt(comment).collect();
    for (at, _) in comment.match_indices(MARK) {
        let first = found.len();
        let mut from = at + MARK.len();
        loop {
            let rest = &comment[from..];
            let start = from + (rest.len() - rest.trim_start_matches([' ', '\t', ':']).len());
            let name = &comment[start..];
            let end = name.find(|c: char| !(c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit()));
            let name = &name[..end.unwrap_or(name.len())];
            let part = match name.is_empty() {
                true => at..at + MARK.len(),
                false => start..start + name.len(),
            };
            if !name.is_empty() || found.len() == first {
                found.push(Named {
                    rule: name.to_owned(),
                    gone: part.clone(),
                    part,
                    is_misspelt: false,
                });
            }
            let behind = comment[start + name.len()..].trim_start_matches([' ', '\t']);
            if name.is_empty() || !behind.starts_with(',') {
                break;
            }
            from = comment.len() - behind.len() + 1;
        }
        let places: Vec<Range<usize>> = found[first..].iter().map(|named| named.part.clone()).collect();
        for (i, named) in found[first..].iter_mut().enumerate() {
            named.gone = match (i.checked_sub(1).and_then(|i| places.get(i)), places.get(i + 1)) {
                (Some(before), _) => before.end..named.part.end,
                (None, Some(next)) => named.part.start..next.start,
                (None, None) => whole_mark(comment, at..named.part.end),
            };
        }
    }
    found
}

/// Marks in another spelling, `sfn-tool:ignore` or `sfn-tool ignore missing-retry`: somebody thinks that they do something.
fn misspelt(comment: &str) -> impl Iterator<Item = Named> {
    comment.match_indices(NAME).filter_map(|(at, _)| {
        let rest = &comment[at + NAME.len()..];
        let word = rest.trim_start_matches([' ', ':', '-', '=']);
        let word = (["ignore", "disable"].iter())
            .find_map(|mark| word.strip_prefix(mark).filter(|rest| ends(rest)))?;
        let end = comment.len() - word.len();
        let named = word.trim_start_matches([' ', '\t', ':', '=', '(', '[']);
        let rule = named
            .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
            .next()
            .unwrap_or_default();
        // A sentence about the tool is no mark.
        let meant = rest.starts_with(':') || named.is_empty() || find(rule).is_some();
        (meant && !comment[at..].starts_with(MARK)).then(|| Named {
            rule: String::new(),
            part: at..end,
            gone: at..end,
            is_misspelt: true,
        })
    })
}

/// Whether a word has ended before `rest`.
fn ends(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
}

/// A mark with the blanks before it, and the full stop that ended its sentence.
fn whole_mark(comment: &str, mark: Range<usize>) -> Range<usize> {
    let before = comment[..mark.start].trim_end();
    let behind = &comment[mark.end..];
    let stop = behind.starts_with('.') && (before.is_empty() || before.ends_with('.'));
    let mut end = mark.end + usize::from(stop);
    if before.is_empty() {
        end = comment.len() - comment[end..].trim_start().len();
    }
    before.len()..end
}

/// Those in `Comment` fields.
fn comments(node: NodeRef<'_>, out: &mut Vec<Suppression>) {
    if let Some(comment) = StateFields::from(node).comment()
        && let Some(text) = comment.as_str()
    {
        // The name of a state stands before its object.
        let start = node.key_span().start.min(node.span().start) as usize;
        let holds = match node.parent() {
            Some(_) => start..node.span().end as usize,
            None => 0..usize::MAX,
        };
        for named in rules(text) {
            let rest = format!(
                "{}{}{}",
                &text[..named.gone.start],
                named.instead(),
                &text[named.gone.end..]
            );
            let edit = match rest.is_empty() {
                true => edits::remove_member(node, "Comment"),
                false => edits::replace_string(comment, &rest),
            };
            out.push(Suppression {
                rule: named.rule,
                holds: holds.clone(),
                written: comment.span_in_source(named.part),
                location: comment.location(),
                is_of_line: false,
                is_misspelt: named.is_misspelt,
                edit,
            });
        }
    }
    node.items().for_each(|item| comments(item, out));
    for member in node.members() {
        comments(node.document().node(member.value), out);
    }
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn names_are_read_up_to_the_first_other_word() {
        let names = |text: &str| {
            rules(text)
                .into_iter()
                .map(|named| named.rule)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("sfn-tool: ignore a-b, c ,d because of e"),
            ["a-b", "c", "d"]
        );
        assert_eq!(
            names("Polls. sfn-tool: ignore polling-loop. And more."),
            ["polling-loop"]
        );
        assert_eq!(names("sfn-tool: ignore"), [""]);
        // Told as what they are not.
        for mark in [
            "sfn-tool:ignore a-b",
            "sfn-tool ignore missing-retry",
            "sfn-tool: disable x",
            "sfn-tool ignore",
        ] {
            let found = rules(mark);
            assert!(
                matches!(&found[..], [named] if named.is_misspelt && named.rule.is_empty()),
                "{mark}: {found:?}"
            );
        }
        assert_eq!(
            names("checked by sfn-tool, which ignores nothing; sfn-tool ignore this"),
            [""; 0]
        );
        assert_eq!(names("nothing"), [""; 0]);
    }

    #[test]
    fn what_suppresses_nothing_goes_with_its_comma_or_its_sentence() {
        let without = |text: &str, index: usize| {
            let mut out = text.to_owned();
            out.replace_range(rules(text)[index].gone.clone(), "");
            out
        };
        assert_eq!(
            without("Why. sfn-tool: ignore a, b, c", 0),
            "Why. sfn-tool: ignore b, c"
        );
        assert_eq!(
            without("Why. sfn-tool: ignore a, b, c", 2),
            "Why. sfn-tool: ignore a, b"
        );
        assert_eq!(
            without("Polls. sfn-tool: ignore a. And more.", 0),
            "Polls. And more."
        );
        assert_eq!(without("sfn-tool: ignore a. And more.", 0), "And more.");
        assert_eq!(without("sfn-tool: ignore a", 0), "");
        assert_eq!(without("Polls, sfn-tool: ignore a", 0), "Polls,");
    }
}
