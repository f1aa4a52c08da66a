//! Suppressions in comments of YAML.
//!
//! A comment belongs to its line or, on a line of its own, to the next one that is no comment. It holds for what stands
//! in that line, and for all of what the line begins: a field by its key, with its value; an entry of a list; a machine,
//! branch, processor or state by its name or its first field, so that `Type: Fail # ...` under the name of a state is
//! about that state, as its `Comment` would be.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{NAME, Named, Suppression, rules};
use crate::asl::StateMachine;
use crate::diagnostics::{Edit, Span};
use crate::source::{Document, NodeId, NodeKind, NodeRef};

/// Those in comments of a definition.
pub(super) fn comments(machine: &StateMachine, out: &mut Vec<Suppression>) {
    let document = machine.document();
    let text = document.file().text();
    let own = document.range();
    let strings = scalars(document);
    let beginnings = Beginnings::of(machine);
    for (mark, _) in text.match_indices(NAME) {
        let before = strings.partition_point(|span| span.start as usize <= mark);
        if strings[..before]
            .last()
            .is_some_and(|span| span.range().contains(&mark))
        {
            continue;
        }
        let line_start = text[..mark].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[mark..].find('\n').map_or(text.len(), |at| mark + at);
        let Some(hash) = text[line_start..mark].rfind('#') else {
            continue;
        };
        let alone = text[line_start..line_start + hash].trim().is_empty();
        let line = match alone {
            true => next_line(text, line_end),
            false => line_start..line_end,
        };
        // What stands elsewhere in a template is for others.
        if line.end <= own.start || line.start >= own.end {
            continue;
        }
        let begun = beginnings.within(&line);
        let holds = match &begun {
            Some(begun) => begun.holds.start.min(line.start)..begun.holds.end.max(line.end),
            None => line.clone(),
        };
        let hash = line_start + hash;
        let comment_end = hash + text[hash..line_end].trim_end().len();
        // A line may have several marks.
        let next = text[mark + 1..line_end]
            .find(NAME)
            .map_or(line_end, |at| mark + 1 + at);
        let of_mark = |named: &Named| (mark..next).contains(&(hash + 1 + named.part.start));
        for named in rules(&text[hash + 1..comment_end]).into_iter().filter(of_mark) {
            let place = |range: &Range<usize>| hash + 1 + range.start..hash + 1 + range.end;
            let gone = match place(&named.gone) {
                gone if named.is_misspelt || gone != (hash + 1..comment_end) => gone,
                // Nothing is left of the comment, nor of a line of its own.
                _ if alone => line_start..(line_end + 1).min(text.len()),
                _ => text[..hash].trim_end_matches([' ', '\t']).len()..comment_end,
            };
            let written = place(&named.part);
            let instead = named.instead();
            out.push(Suppression {
                rule: named.rule,
                holds: holds.clone(),
                written: Span::new(written.start, written.end),
                location: (begun.as_ref())
                    .map_or_else(String::new, |begun| document.node(begun.node).location()),
                is_of_line: holds == line,
                is_misspelt: named.is_misspelt,
                edit: Some(Edit {
                    span: Span::new(gone.start, gone.end),
                    text: instead.to_owned(),
                }),
            });
        }
    }
}

/// The bytes of the next line that is no comment.
fn next_line(text: &str, mut end: usize) -> Range<usize> {
    loop {
        let start = (end + 1).min(text.len());
        end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[start..end].trim();
        if start == text.len() || !(line.is_empty() || line.starts_with('#')) {
            return start..end;
        }
    }
}

/// Where the strings of a document are, in the order of the text: what looks like a comment in one is none.
fn scalars(document: &Document) -> Vec<Span> {
    let mut strings: Vec<Span> = (document.all())
        .filter(|node| matches!(node.kind(), NodeKind::String(_)))
        .map(NodeRef::span)
        .collect();
    strings.sort_unstable();
    strings
}

/// What a line begins, and the bytes that a comment there holds for.
#[derive(Debug, Clone)]
struct Begun {
    node: NodeId,
    holds: Range<usize>,
}

/// The places at which parts of a definition begin, in the order of the text.
struct Beginnings(Vec<(usize, Begun)>);

impl Beginnings {
    fn of(machine: &StateMachine) -> Beginnings {
        // Objects of fixed fields. The first member of others, such as `States`, is one of many.
        let scopes = machine.scopes().iter().map(|scope| scope.node);
        let states = machine.states().iter().map(|state| state.node);
        let first_field: FxHashSet<NodeId> = scopes.chain(states).collect();
        let mut beginnings = Vec::new();
        for node in machine.document().all() {
            let key = node.as_member().map(|member| member.key_span.start as usize);
            let span = node.span().range();
            let holds = match node.parent() {
                Some(_) => key.unwrap_or(span.start).min(span.start)..span.end,
                None => 0..usize::MAX,
            };
            let is_entry = node.parent().is_some_and(NodeRef::is_array);
            let is_begun = is_entry || first_field.contains(&node.id());
            let first = (node.members().first()).map(|member| member.key_span.start as usize);
            let inside = [Some(span.start), first]
                .into_iter()
                .flatten()
                .filter(|_| is_begun);
            beginnings.extend(key.into_iter().chain(inside).map(|at| {
                let holds = holds.clone();
                (
                    at,
                    Begun {
                        node: node.id(),
                        holds,
                    },
                )
            }));
        }
        // Of what begins at one place the widest stands first.
        beginnings.sort_unstable_by_key(|(at, begun)| (*at, begun.holds.start, usize::MAX - begun.holds.end));
        Beginnings(beginnings)
    }

    /// All that begins within `line`, as one; its node is the outermost.
    fn within(&self, line: &Range<usize>) -> Option<Begun> {
        let first = self.0.partition_point(|(at, _)| *at < line.start);
        let found = self.0[first..].iter().take_while(|(at, _)| line.contains(at));
        found.map(|(_, begun)| begun.clone()).reduce(|a, b| Begun {
            node: if b.holds.start < a.holds.start {
                b.node
            } else {
                a.node
            },
            holds: a.holds.start.min(b.holds.start)..a.holds.end.max(b.holds.end),
        })
    }
}
