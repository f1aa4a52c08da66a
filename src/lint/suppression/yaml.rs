//! Suppressions in comments of YAML.
//!
//! A comment belongs to its line or, on a line of its own, to the next one that is no comment. It holds for what stands
//! in that line, and for all of what the line begins: a field by its key, with its value; an entry of a list; a machine,
//! branch, processor or state by its name or its first field, so that `Type: Fail # ...` under the name of a state is
//! about that state, as its `Comment` would be.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::Suppression;
use super::names::{NAME, rules};
use crate::arrange::Arrange as _;
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
    // Comments above one line hold for the same.
    let mut held: Option<(Range<usize>, Option<Begun>)> = None;
    let mut next = 0..0;
    for comment in marked(text, &strings) {
        let Comment { hash, .. } = comment;
        let line = match comment.is_alone {
            true => {
                if comment.line.end >= next.start {
                    next = next_line(text, comment.line.end);
                }
                next.clone()
            }
            false => comment.line.clone(),
        };
        // What stands elsewhere in a template is for others.
        if comment.line.start >= own.end {
            break;
        }
        if line.end <= own.start || line.start >= own.end {
            continue;
        }
        if held.as_ref().is_none_or(|(of, _)| *of != line) {
            held = Some((line.clone(), beginnings.within(&line)));
        }
        let begun = held.as_ref().and_then(|(_, begun)| begun.as_ref());
        let holds = match begun {
            Some(begun) => begun.holds.start.min(line.start)..begun.holds.end.max(line.end),
            None => line.clone(),
        };
        let number = out.len();
        let place = |range: &Range<usize>| hash + 1 + range.start..hash + 1 + range.end;
        for named in rules(&text[hash + 1..comment.end]) {
            let written = place(&named.part);
            if written.start < comment.mark {
                continue;
            }
            let line_end = comment.text_end;
            let gone = match place(&named.gone) {
                gone if named.is_misspelt || gone != (hash + 1..line_end) => gone,
                // Nothing is left of the comment, nor of a line of its own.
                _ if text[comment.line.start..hash].trim().is_empty() => {
                    comment.line.start..(comment.line.end + 1).min(text.len())
                }
                _ => text[..hash].trim_end_matches([' ', '\t']).len()..line_end,
            };
            let instead = named.instead();
            out.push(Suppression {
                rule: named.rule,
                holds: holds.clone(),
                written: Span::new(written.start, written.end),
                node: begun.map(|begun| begun.node),
                comment: number,
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

/// A comment with a mark.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) line: Range<usize>,
    /// Whether nothing stands before the first comment of the line.
    pub(super) is_alone: bool,
    pub(super) hash: usize,
    /// Where the first mark stands.
    pub(super) mark: usize,
    /// Its end: the next `#` with a mark behind it, or that of the text.
    pub(super) end: usize,
    /// Where the text of the line ends.
    pub(super) text_end: usize,
}

/// The comments with marks, each byte looked at a few times however many there are.
pub(super) fn marked(text: &str, strings: &[Span]) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    let mut line = 0..0;
    let (mut is_alone, mut text_end) = (false, 0);
    // Where the last `#` stands, of what was looked at of the line.
    let (mut hash, mut looked) = (None, 0);
    for (mark, _) in text.match_indices(NAME) {
        if mark >= line.end {
            let start = text[line.end..mark]
                .rfind('\n')
                .map_or(line.end, |at| line.end + at + 1);
            line = start..text[mark..].find('\n').map_or(text.len(), |at| mark + at);
            is_alone = text[line.clone()].trim_start().starts_with('#');
            text_end = start + text[line.clone()].trim_end().len();
            (hash, looked) = (None, start);
        }
        hash = text[looked..mark].rfind('#').map(|at| looked + at).or(hash);
        looked = mark;
        let before = strings.partition_point(|span| span.start as usize <= mark);
        let is_in_string = (strings[..before].last()).is_some_and(|span| span.range().contains(&mark));
        let Some(hash) = hash.filter(|_| !is_in_string) else {
            continue;
        };
        let last = found.last_mut().filter(|last| last.line == line);
        if let Some(last) = last {
            if last.hash == hash {
                continue;
            }
            last.end = hash;
        }
        found.push(Comment {
            line: line.clone(),
            is_alone,
            hash,
            mark,
            end: text_end,
            text_end,
        });
    }
    found
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
        beginnings.arrange_by_key(|(at, begun)| (*at, begun.holds.start, usize::MAX - begun.holds.end));
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
