//! Whether a test file fits the table of its keys, and names what its definition has.

use std::sync::Arc;

use regex::Regex;

use super::fields::{CASE, GAP, Keys, Named, Shape};
use crate::asl::{StateMachine, StateType};
use crate::diagnostics::{Finding, Span, did_you_mean, some_of};
use crate::expr::jsonata::{Delimited, Expression, delimited};
use crate::expr::jsonpath::{Path, Root};
use crate::mocks;
use crate::simulate::Time;
use crate::source::{NodeKind, NodeRef};

/// What findings about test files are called.
pub(super) const CODE: &str = "test-file";

/// Words that are named where none is near.
const MOST_LISTED: usize = 8;

/// Collects what is wrong.
pub(super) struct Checker<'m> {
    /// The definition, when it could be read: names of states are looked up in it.
    pub(super) machine: Option<&'m StateMachine>,
    pub(super) findings: Vec<Finding>,
}

impl Checker<'_> {
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.findings.push(Finding::error(CODE, message.into(), span));
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Whether nothing was said of `node` and what is in it when there were so many findings as `checked`: then it has its
    /// form, and what it names can be looked at.
    pub(super) fn is_sound(&self, node: NodeRef<'_>, checked: usize) -> bool {
        let part = node.key_span().start..node.span().end.max(node.key_span().end);
        // What is told in a row stands elsewhere, too.
        let mut found = self.findings.iter().take(checked).flat_map(|finding| {
            let related = finding.related.iter().map(|related| related.span);
            related.chain([finding.span])
        });
        !found.any(|span| part.contains(&span.start))
    }

    /// Checks that `node` is of `shape`.
    pub(super) fn check(&mut self, node: NodeRef<'_>, shape: &Shape) {
        if !fits_kind(node, shape) {
            self.error(
                node.token_span(),
                format!("{} must be {}", what(node), noun(shape)),
            )
            .label = Some(format!("this is {}", kind(node)));
            return;
        }
        match shape {
            Shape::Value | Shape::Text | Shape::File => {}
            Shape::Seconds | Shape::Count => self.number(node, shape),
            Shape::Time | Shape::Pattern | Shape::Condition | Shape::Word(_) | Shape::State(_) => {
                self.text(node, node.as_str().unwrap_or_default(), shape);
            }
            Shape::Case => match (node.get("Table"), &CASE) {
                // What is wrong with the rest is seen in the rows.
                (Some(table), Shape::Object { fields, .. }) => {
                    let own = fields.iter().find(|field| field.name == "Table");
                    own.iter().for_each(|field| self.check(table, field.shape));
                }
                _ => self.check(node, &CASE),
            },
            Shape::Object { fields, required } => {
                for member in node.members() {
                    match fields.iter().find(|field| *field.name == *member.key) {
                        Some(field) => self.check(node.document().node(member.value), field.shape),
                        None => {
                            let names = || fields.iter().map(|field| field.name);
                            let help = did_you_mean(&member.key, names(), || {
                                format!("the keys here are: {}", names().collect::<Vec<_>>().join(", "))
                            });
                            self.error(member.key_span, format!("unknown key '{}'", member.key))
                                .advise(help);
                        }
                    }
                }
                for name in *required {
                    if node.get(name).is_none() {
                        self.error(node.token_span(), format!("{} has no '{name}'", what(node)));
                    }
                }
            }
            Shape::Members(keys, shape) => {
                for member in node.members() {
                    match keys {
                        Keys::States(named) => self.state(&member.key, member.key_span, *named),
                        Keys::Paths => self.path(&member.key, member.key_span),
                        Keys::Words(words) => {
                            let message = format!("'{}' is not a valid key of {}", member.key, what(node));
                            self.word(&member.key, member.key_span, words, message);
                        }
                        Keys::Any => {}
                    }
                    self.check(node.document().node(member.value), shape);
                }
            }
            Shape::List(shape) | Shape::Some(shape) => {
                for item in node.items() {
                    self.check(item, shape);
                }
            }
            Shape::Either(shapes) => {
                if let Some(shape) = shapes.iter().find(|shape| fits_kind(node, shape)) {
                    self.check(node, shape);
                }
            }
            // Read, and checked, with all that stands beside them.
            Shape::MockStates | Shape::MockObjects => {}
        }
    }

    fn number(&mut self, node: NodeRef<'_>, shape: &Shape) {
        let Some(number) = node.as_number() else { return };
        let fits = match shape {
            Shape::Count => number.as_i64().is_some_and(|count| count >= 0),
            _ => number.as_f64() >= 0.0,
        };
        if !fits {
            self.error(
                node.token_span(),
                format!("{} must be {}", what(node), noun(shape)),
            );
        }
    }

    fn text(&mut self, node: NodeRef<'_>, text: &str, shape: &Shape) {
        let span = node.token_span();
        match shape {
            Shape::Time if Time::parse(text).is_none() => {
                self.error(span, format!("'{text}' is not a time")).help =
                    Some("write an RFC 3339 time: 2024-01-01T00:00:00Z".to_owned());
            }
            Shape::Pattern => {
                if let Err(error) = Regex::new(text) {
                    let message = error.to_string();
                    let last = message.lines().last().unwrap_or_default();
                    let last = last.trim_start_matches("error: ");
                    self.error(span, format!("'{text}' is not a regular expression: {last}"));
                }
            }
            Shape::Condition => {
                let (expression, start) = expression(text);
                if let Err(error) = Expression::compile(expression) {
                    let at = start + error.span.start..start + error.span.end;
                    let span = node.span_in_source(at);
                    self.error(span, format!("this is not JSONata: {}", error.message));
                }
            }
            Shape::Word(words) => {
                self.word(
                    text,
                    span,
                    words,
                    format!("'{text}' is not a valid value of {}", what(node)),
                );
            }
            Shape::State(named) => self.state(text, span, *named),
            _ => {}
        }
    }

    fn word(&mut self, text: &str, span: Span, words: &[&str], message: String) {
        if words.contains(&text) {
            return;
        }
        let help = did_you_mean(text, words.iter().copied(), || match words.len() > MOST_LISTED {
            true => format!("such as {}", words[..MOST_LISTED].join(", ")),
            false => format!("write one of: {}", words.join(", ")),
        });
        self.error(span, message).advise(help);
    }

    /// The name of a state that an expectation is about.
    fn state(&mut self, name: &str, span: Span, named: Named) {
        let Some(machine) = self.machine else { return };
        if named == Named::StateOrGap && name == GAP {
            return;
        }
        let candidates = || machine.states().iter().filter(|state| named.fits(state));
        let names = || candidates().map(|state| &*state.name);
        if names().any(|known| known == name) {
            return;
        }
        let help = did_you_mean(name, names(), || match &names().collect::<Vec<_>>()[..] {
            [] => format!("the definition has no {}", plural(named)),
            known => format!("{}: {}", plural(named), some_of(known, 12, 10)),
        });
        let message = match machine.states().iter().find(|state| *state.name == *name) {
            None => format!("the definition has no state '{name}'"),
            Some(_) if named == Named::Retrying => format!("'{name}' has no retriers"),
            Some(state) => {
                let is = state.state_type.map_or("another", StateType::name);
                let wanted = if named == Named::Wait { "Wait" } else { "Task" };
                format!("'{name}' is a {is} state, not a {wanted} state")
            }
        };
        self.error(span, message).advise(help);
    }

    fn path(&mut self, text: &str, span: Span) {
        match Path::parse(text) {
            Ok(path) if *path.root() == Root::Input => {}
            Ok(_) => {
                self.error(span, format!("'{text}' does not begin with '$.'"));
            }
            Err(error) => {
                self.error(span, format!("'{text}' is not a JSONPath: {error}"));
            }
        }
    }

    /// Says what `error`, met while reading mocks, is: in this file at its place, in another at `span`.
    pub(super) fn mocks(&mut self, error: &mocks::MockError, span: Span, inline: bool) {
        for error in error.each() {
            let help = error.advice().map(str::to_owned);
            let finding = match error.span().filter(|_| inline) {
                Some(own) => self.error(own, error.message()),
                None => self.error(span, error.line()),
            };
            finding.help = help;
        }
    }
}

/// The expression in a condition's text, and where it begins: what stands in `{% %}`, or all of it.
pub(super) fn expression(text: &str) -> (&str, usize) {
    match delimited(text) {
        Delimited::Expression(range) => (&text[range.clone()], range.start),
        _ => (text, 0),
    }
}

fn plural(named: Named) -> &'static str {
    match named {
        Named::State | Named::StateOrGap => "states",
        Named::Task => "Task states",
        Named::Wait => "Wait states",
        Named::Retrying => "states with retriers",
    }
}

pub(super) fn fits_kind(node: NodeRef<'_>, shape: &Shape) -> bool {
    let kind = node.kind();
    match shape {
        Shape::Value => true,
        Shape::Text
        | Shape::File
        | Shape::Time
        | Shape::Pattern
        | Shape::Condition
        | Shape::Word(_)
        | Shape::State(_) => {
            matches!(kind, NodeKind::String(_))
        }
        Shape::Seconds | Shape::Count => matches!(kind, NodeKind::Number(_)),
        Shape::Case | Shape::Object { .. } | Shape::Members(..) | Shape::MockStates | Shape::MockObjects => {
            node.is_object()
        }
        Shape::List(_) => node.is_array(),
        Shape::Some(_) => node.is_array() && node.items().len() > 0,
        Shape::Either(shapes) => shapes.iter().any(|shape| fits_kind(node, shape)),
    }
}

/// What a shape is called in a message.
fn noun(shape: &Shape) -> String {
    match shape {
        Shape::Value => "a value".to_owned(),
        Shape::Text | Shape::File | Shape::Time | Shape::Pattern | Shape::Condition => "a string".to_owned(),
        Shape::Word(words) => format!("one of {}", words.join(", ")),
        Shape::State(_) => "the name of a state".to_owned(),
        Shape::Seconds => "a number from 0".to_owned(),
        Shape::Count => "a whole number from 0".to_owned(),
        Shape::Case | Shape::Object { .. } | Shape::Members(..) | Shape::MockStates | Shape::MockObjects => {
            "an object".to_owned()
        }
        Shape::List(_) => "a list".to_owned(),
        Shape::Some(_) => "a list with at least one entry".to_owned(),
        Shape::Either(shapes) => {
            let mut nouns: Vec<String> = shapes.iter().map(noun).collect();
            nouns.dedup();
            nouns.join(" or ")
        }
    }
}

/// `'Status'`, `an entry of 'Cases'`, `the test file`.
fn what(node: NodeRef<'_>) -> String {
    match (node.key(), node.parent()) {
        (Some(key), _) => format!("'{key}'"),
        (None, Some(list)) => match list.key() {
            Some(key) => format!("an entry of '{key}'"),
            None => "an entry".to_owned(),
        },
        (None, None) => "this".to_owned(),
    }
}

fn kind(node: NodeRef<'_>) -> &'static str {
    match node.kind() {
        NodeKind::Null => "null",
        NodeKind::Bool(_) => "a boolean",
        NodeKind::Number(_) => "a number",
        NodeKind::String(_) => "a string",
        NodeKind::Placeholder(_) => "a placeholder",
        NodeKind::Array(items) if items.is_empty() => "an empty list",
        NodeKind::Array(_) => "a list",
        NodeKind::Object(_) => "an object",
    }
}

/// The name a node spells, shared.
pub(super) fn text_of(node: NodeRef<'_>) -> Arc<str> {
    node.as_arc_str().cloned().unwrap_or_else(|| Arc::from(""))
}
