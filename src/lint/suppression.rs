//! `sfn-tool: ignore RULE, RULE` in a `Comment`, or in a comment of a YAML file.
//!
//! In the `Comment` of a state (or a branch, processor, retrier, ...) it holds for that object and everything in it, in
//! the machine's for the whole file. A YAML comment holds for its own line or, on a line of its own, for the next one,
//! and for the whole state when that line begins one.

use std::ops::Range;

use super::rules::UNUSED_SUPPRESSION;
use super::{Context, Settings, Subject, find, nearest};
use crate::diagnostics::{Finding, Span};
use crate::source::{Format, NodeKind, NodeRef};

const MARK: &str = "sfn-tool: ignore";

/// One rule that is not to be reported somewhere.
#[derive(Debug)]
struct Suppression {
    rule: String,
    /// The bytes it holds for: findings that begin there.
    holds: Range<usize>,
    /// Where it is written.
    written: Span,
    location: String,
    used: bool,
}

/// Takes out the findings that are not to be reported, and reports what suppresses nothing.
pub(super) fn apply<'m>(subject: &'m Subject<'m>, settings: &Settings, findings: &mut Vec<Finding>) {
    let document = subject.machine().document();
    let text = document.file().text();
    if !text.contains(MARK) {
        return;
    }
    let mut suppressions = Vec::new();
    comments(document.root(), &mut suppressions);
    if document.format() == Format::Yaml {
        yaml_comments(subject, &mut suppressions);
    }
    findings.retain(|finding| !suppress(&mut suppressions, finding));
    if !settings.selection.contains(&UNUSED_SUPPRESSION) {
        return;
    }
    for suppression in &mut suppressions {
        // A rule that did not run this time may have something to find all the same.
        if let Some(rule) = find(&suppression.rule).filter(|rule| !settings.selection.contains(rule)) {
            let mut found = Vec::new();
            (rule.check)(&Context::new(subject, rule), &mut found);
            let holds = &suppression.holds;
            suppression.used |= found
                .iter()
                .any(|finding| holds.contains(&(finding.span.start as usize)));
        }
    }
    let context = Context::new(subject, &UNUSED_SUPPRESSION);
    findings.extend(
        suppressions
            .iter()
            .filter(|s| !s.used)
            .map(|s| unused(&context, s)),
    );
}

fn suppress(suppressions: &mut [Suppression], finding: &Finding) -> bool {
    let mut found = false;
    for suppression in suppressions {
        if suppression.rule == finding.code && suppression.holds.contains(&(finding.span.start as usize)) {
            suppression.used = true;
            found = true;
        }
    }
    found
}

fn unused(context: &Context<'_>, suppression: &Suppression) -> Finding {
    let name = &suppression.rule;
    let (message, help) = match (name.as_str(), find(name)) {
        ("", _) => (
            "this names no rule to ignore".to_owned(),
            format!("write \"{MARK} RULE\""),
        ),
        (_, Some(_)) => (
            format!("there is nothing here for '{name}' to find"),
            "take it out of the comment".to_owned(),
        ),
        (_, None) => (
            format!("there is no lint rule '{name}'"),
            match nearest(name) {
                Some(rule) => format!("did you mean '{}'?", rule.name),
                None => "`sfn-tool explain` lists all rules".to_owned(),
            },
        ),
    };
    context
        .at_span(suppression.written, message)
        .with_location(suppression.location.clone())
        .with_label("suppresses nothing")
        .with_help(help)
}

/// The rules that a comment names, with their places in it.
fn rules(comment: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    for (at, _) in comment.match_indices(MARK) {
        let mut from = at + MARK.len();
        loop {
            let rest = &comment[from..];
            let start = from + (rest.len() - rest.trim_start_matches([' ', '\t', ':']).len());
            let name = &comment[start..];
            let end = name.find(|c: char| !(c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit()));
            let name = &name[..end.unwrap_or(name.len())];
            if name.is_empty() && found.is_empty() {
                found.push((String::new(), at..at + MARK.len()));
            } else if !name.is_empty() {
                found.push((name.to_owned(), start..start + name.len()));
            }
            let behind = comment[start + name.len()..].trim_start_matches([' ', '\t']);
            if name.is_empty() || !behind.starts_with(',') {
                break;
            }
            from = comment.len() - behind.len() + 1;
        }
    }
    found
}

/// Those in `Comment` fields.
fn comments(node: NodeRef<'_>, out: &mut Vec<Suppression>) {
    if let Some(comment) = node.get("Comment")
        && let Some(text) = comment.as_str()
    {
        // The name of a state stands before its object.
        let start = node.key_span().start.min(node.span().start) as usize;
        let holds = match node.parent() {
            Some(_) => start..node.span().end as usize,
            None => 0..usize::MAX,
        };
        for (rule, part) in rules(text) {
            out.push(Suppression {
                rule,
                holds: holds.clone(),
                written: comment.span_in_source(part),
                location: comment.location(),
                used: false,
            });
        }
    }
    node.items().for_each(|item| comments(item, out));
    for member in node.members() {
        comments(node.document().node(member.value), out);
    }
}

/// Those in comments of YAML.
fn yaml_comments(subject: &Subject<'_>, out: &mut Vec<Suppression>) {
    let machine = subject.machine();
    let document = machine.document();
    let text = document.file().text();
    let mut strings = Vec::new();
    scalars(document.root(), &mut strings);
    for (mark, _) in text.match_indices(MARK) {
        if strings.iter().any(|span| span.range().contains(&mark)) {
            continue;
        }
        let line_start = text[..mark].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[mark..].find('\n').map_or(text.len(), |at| mark + at);
        let Some(hash) = text[line_start..mark].rfind('#') else {
            continue;
        };
        let alone = text[line_start..line_start + hash].trim().is_empty();
        let (start, end) = if alone {
            next_line(text, line_end)
        } else {
            (line_start, line_end)
        };
        // The line may begin a state.
        let state = machine
            .states()
            .iter()
            .find(|state| (start..end).contains(&(state.name_span.start as usize)));
        let end = state.map_or(end, |state| machine.node(state.node).span().end as usize);
        for (rule, part) in rules(&text[mark..line_end]) {
            out.push(Suppression {
                rule,
                holds: start..end,
                written: Span::new(mark + part.start, mark + part.end),
                location: state.map_or_else(String::new, |state| machine.node(state.node).location()),
                used: false,
            });
        }
    }
}

/// The bytes of the next line that is no comment.
fn next_line(text: &str, mut end: usize) -> (usize, usize) {
    loop {
        let start = (end + 1).min(text.len());
        end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[start..end].trim();
        if start == text.len() || !(line.is_empty() || line.starts_with('#')) {
            return (start, end);
        }
    }
}

fn scalars(node: NodeRef<'_>, out: &mut Vec<Span>) {
    if matches!(node.kind(), NodeKind::String(_)) {
        out.push(node.span());
    }
    node.items().for_each(|item| scalars(item, out));
    for member in node.members() {
        scalars(node.document().node(member.value), out);
    }
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn names_are_read_up_to_the_first_other_word() {
        let names = |text: &str| rules(text).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(
            names("sfn-tool: ignore a-b, c ,d because of e"),
            ["a-b", "c", "d"]
        );
        assert_eq!(
            names("Polls. sfn-tool: ignore polling-loop. And more."),
            ["polling-loop"]
        );
        assert_eq!(names("sfn-tool: ignore"), [""]);
        assert_eq!(names("nothing"), [""; 0]);
    }
}
