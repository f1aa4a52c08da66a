//! `sfn-tool: ignore RULE, RULE` in a `Comment`, or in a comment of a YAML file.
//!
//! In the `Comment` of a state (or a branch, processor, retrier, ...) it holds for that object and everything in it, in
//! the machine's for the whole file. What a comment of YAML holds for is told in [`yaml`].

mod names;
mod ranges;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::rules::UNUSED_SUPPRESSION;
use super::{Context, Settings, Subject, edits, find, nearest};
use crate::arrange::Arrange as _;
use crate::asl::{State, StateFields};
use crate::diagnostics::{Applicability, Edit, Finding, Help, Span};
use crate::source::{Format, NodeId, NodeRef};
use names::{MARK, NAME, rules};
use ranges::Ranges;

/// With more names in one comment that suppress nothing, they are told as one: nobody reads one by one what was not
/// written by hand.
const MOST_TOLD: usize = 100;

/// One rule that is not to be reported somewhere.
#[derive(Debug)]
pub(super) struct Suppression {
    rule: String,
    /// The bytes it holds for: findings that begin there.
    holds: Range<usize>,
    /// Where it is written.
    written: Span,
    /// What it is written in or holds for.
    node: Option<NodeId>,
    /// Those of one comment have the same number.
    comment: usize,
    /// Whether it begins nothing and holds for its line alone, where somebody may have meant more.
    is_of_line: bool,
    /// Whether the mark is written in another way, so that it ignores nothing.
    is_misspelt: bool,
    /// How to take it out, or to write the mark as it must be.
    edit: Option<Edit>,
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
    suppressions.arrange_by_key(|suppression| (suppression.holds.start, suppression.written));
    suppressions
}

/// Takes out the findings that are not to be reported.
pub(super) fn hide(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut index = Index::of(subject.suppressions());
    findings.retain(|finding| !index.uses(finding));
}

/// Where a rule is not to be reported.
pub(super) fn places(subject: &Subject<'_>, rule: &str) -> Ranges {
    let held = (subject.suppressions().iter()).filter(|held| held.rule == rule);
    Ranges::of(held.map(|held| held.holds.clone()))
}

/// What [`hide`] does, and reports what suppresses nothing.
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
    let mut of_comments: BTreeMap<(usize, bool), Vec<&Suppression>> = BTreeMap::new();
    for (suppression, _) in (suppressions.iter().zip(index.used())).filter(|(_, used)| !used) {
        let of_comment = (suppression.comment, suppression.is_misspelt);
        of_comments.entry(of_comment).or_default().push(suppression);
    }
    let missed = Missed::of(&context, findings);
    let unused: Vec<Finding> = (of_comments.values())
        .flat_map(|names| match &names[..] {
            [first, .., last] if names.len() > MOST_TOLD => vec![too_many(&context, names, first, last)],
            names => names
                .iter()
                .map(|suppression| unused(&context, suppression, &missed))
                .collect(),
        })
        .collect();
    findings.extend(unused);
}

/// Finds the suppressions that hold for a place without looking at all of them.
struct Index<'s> {
    by_rule: FxHashMap<&'s str, Held>,
    /// How many suppressions there are.
    count: usize,
}

/// The suppressions of a rule.
struct Held {
    ranges: Ranges,
    /// Which suppressions hold for each of the ranges, and whether one was of use.
    of_range: Vec<(Vec<usize>, bool)>,
}

impl<'s> Index<'s> {
    fn of(suppressions: &'s [Suppression]) -> Index<'s> {
        let mut by_rule: FxHashMap<&str, BTreeMap<(usize, usize), Vec<usize>>> = FxHashMap::default();
        for (index, suppression) in suppressions.iter().enumerate() {
            let range = (suppression.holds.start, suppression.holds.end);
            let of_rule = by_rule.entry(&suppression.rule).or_default();
            of_rule.entry(range).or_default().push(index);
        }
        let held = |of_rule: BTreeMap<(usize, usize), Vec<usize>>| Held {
            ranges: Ranges::of(of_rule.keys().map(|(start, end)| *start..*end)),
            of_range: of_rule.into_values().map(|held| (held, false)).collect(),
        };
        Index {
            by_rule: (by_rule.into_iter())
                .map(|(rule, of_rule)| (rule, held(of_rule)))
                .collect(),
            count: suppressions.len(),
        }
    }

    /// Whether a finding is suppressed; those that hold for it are used then.
    fn uses(&mut self, finding: &Finding) -> bool {
        let Some(held) = self.by_rule.get_mut(&*finding.code) else {
            return false;
        };
        let mut found = false;
        for range in held.ranges.around(finding.span.start as usize) {
            held.of_range[range].1 = true;
            found = true;
        }
        found
    }

    /// Which ones are used.
    fn used(self) -> Vec<bool> {
        let mut used = vec![false; self.count];
        let of_ranges = self.by_rule.into_values().flat_map(|held| held.of_range);
        for (held, _) in of_ranges.filter(|(_, is_used)| *is_used) {
            held.into_iter().for_each(|index| used[index] = true);
        }
        used
    }
}

/// What is said of a suppression that takes none out of what was found.
fn unused(context: &Context<'_>, suppression: &Suppression, missed: &Missed<'_>) -> Finding {
    let name = &suppression.rule;
    if suppression.is_misspelt {
        let message = format!("this is not read: the mark is \"{MARK}\", and then a rule");
        let finding = at(context, suppression, suppression.written, message)
            .with_help(format!("write \"{MARK} RULE\""));
        let edit = edits::one(suppression.edit.clone());
        return edits::offer(finding, format!("Write \"{MARK}\""), Applicability::Unsafe, edit);
    }
    let (message, help) = match (name.as_str(), find(name)) {
        ("", _) => (
            "this names no rule to ignore".to_owned(),
            format!("write \"{MARK} RULE\"").into(),
        ),
        (_, Some(_)) => (
            format!("'{name}' finds nothing here"),
            match missed.state(suppression) {
                Some(state) => {
                    format!("after the name of '{}' it applies to the whole state", state.name).into()
                }
                None => "remove it from the comment".into(),
            },
        ),
        (_, None) => (
            format!("there is no lint rule '{name}'"),
            match nearest(name) {
                Some(rule) => Help::asks(rule.name),
                None => "`sfn-tool explain` lists all rules".into(),
            },
        ),
    };
    let finding = at(context, suppression, suppression.written, message).with_help(help);
    let edit = edits::one(suppression.edit.clone());
    edits::offer(finding, "Remove it from the comment", Applicability::Safe, edit)
}

/// What is said of all those of a comment, where they are too many.
fn too_many(
    context: &Context<'_>,
    names: &[&Suppression],
    first: &Suppression,
    last: &Suppression,
) -> Finding {
    let what = match (first.is_misspelt, &*first.rule) {
        (true, _) => format!("marks here are not read: the mark is \"{MARK}\", and then a rule"),
        (false, "") => "suppressions in this comment suppress nothing".to_owned(),
        (false, rule) => format!("suppressions in this comment suppress nothing, '{rule}' is the first"),
    };
    let written = Span::new(first.written.start as usize, last.written.end as usize);
    at(context, first, written, format!("{} {what}", names.len()))
        .with_help("remove them from the comment, or name the rules that find something here")
}

/// A finding at a suppression.
fn at(context: &Context<'_>, suppression: &Suppression, written: Span, message: String) -> Finding {
    let node = suppression.node.map(|node| context.machine.node(node));
    context
        .at_span(written, message)
        .with_location(node.map(NodeRef::location).unwrap_or_default())
        .with_label("suppresses nothing")
}

/// Finds the states that somebody meant who wrote a suppression of one line.
struct Missed<'m> {
    states: Vec<(&'m State, Range<usize>)>,
    ranges: Ranges,
    /// Where findings that stay begin, by their rules.
    found: FxHashMap<String, BTreeSet<usize>>,
}

impl<'m> Missed<'m> {
    /// `findings` are those that stay.
    fn of(context: &Context<'m>, findings: &[Finding]) -> Missed<'m> {
        let with_range = |state: &'m State| {
            let node = context.machine.node(state.node);
            (state, state.name_span.start as usize..node.span().end as usize)
        };
        let states: Vec<_> = context.machine.states().iter().map(with_range).collect();
        let mut found: FxHashMap<String, BTreeSet<usize>> = FxHashMap::default();
        for finding in findings {
            let of_rule = found.entry(finding.code.to_string()).or_default();
            of_rule.insert(finding.span.start as usize);
        }
        Missed {
            ranges: Ranges::of(states.iter().map(|(_, range)| range.clone())),
            states,
            found,
        }
    }

    /// The innermost state around a suppression of one line, where the rule has found something in that state.
    fn state(&self, suppression: &Suppression) -> Option<&'m State> {
        if !suppression.is_of_line {
            return None;
        }
        let innermost = self.ranges.around(suppression.holds.start).next()?;
        let (state, within) = self.states.get(innermost)?;
        let found = self.found.get(&suppression.rule)?;
        found.range(within.clone()).next()?;
        Some(state)
    }
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
        let named = rules(text);
        let written = comment.spans_in_source(named.iter().map(|named| named.part.clone()));
        let gone = named.iter().map(|named| (named.gone.clone(), named.instead()));
        let edits = match &named[..] {
            [only] if only.gone == (0..text.len()) && !only.is_misspelt => {
                vec![edits::remove_member(node, "Comment")]
            }
            _ => edits::replace_parts(comment, &gone.collect::<Vec<_>>()),
        };
        let number = out.len();
        for ((named, written), edit) in named.into_iter().zip(written).zip(edits) {
            out.push(Suppression {
                rule: named.rule,
                holds: holds.clone(),
                written,
                node: Some(comment.id()),
                comment: number,
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
mod tests;
