//! Calls of `$replace`, `$split` and `$match` with a regular expression that the text tells: written in place, or in a
//! variable that is nothing else. The engine counts a match's
//! place from the start of the text, and copies the text, anew for every match, which takes quadratic time in long
//! texts. The work is done here instead, on the engine's own regular expressions, in linear time.
//!
//! The expression is rewritten for this: the function's name and the pattern give way to others of the same length, so
//! that every place in the text stays where it is.

use std::sync::Arc;

use jlens_core::ast::{Ast, Node, NodeKind};
use jlens_core::{Bindings, CancelToken, Error, HostCall, HostFunction};
use regress::{Match, Regex};
use serde_json::Value as Json;

use super::constants::{Constants, written};
use super::evaluate::CANCELLED;
use super::names::Uses;
use super::{matches, replace, replaced_text, split};

/// A function that is done here.
struct Function {
    name: &'static str,
    /// The name that stands for it: its first letter is a character for private use.
    own_name: &'static str,
    /// What it takes, a text standing for the pattern.
    signature: &'static str,
    run: fn(&Call<'_>) -> jlens_core::Result<Option<Json>>,
    /// Whether a call can be done here: the call, the pattern, and what follows the pattern.
    can_do: fn(&Node, &str, &[Node]) -> bool,
}

static FUNCTIONS: [Function; 4] = [
    Function {
        name: "replace",
        own_name: "\u{e002}eplace",
        signature: "<s-s(sf)n?:s>",
        run: replace::run,
        can_do: replace::can_do,
    },
    Function {
        name: "split",
        own_name: "\u{e002}plit",
        signature: "<s-sn?:a<s>>",
        run: split::run,
        can_do: |_, _, _| true,
    },
    Function {
        name: "match",
        own_name: "\u{e002}atch",
        signature: "<s-sn?:x>",
        run: matches::run,
        can_do: matches::can_do,
    },
    // With `[]` behind it.
    Function {
        name: "match",
        own_name: "\u{e005}atch",
        signature: "<s-sn?:x>",
        run: matches::run_to_array,
        can_do: matches::can_do_to_array,
    },
];

/// The first of the characters that stand for an expression's patterns.
const FIRST_PATTERN: u32 = 0xe100;

/// Patterns of one expression at most.
const MOST_PATTERNS: usize = 256;

/// A regular expression with its text.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    text: String,
    /// The name of the variable in its place.
    stands_for: char,
}

/// The regular expressions of an expression's calls, in the order of the characters that stand for them.
pub(super) type Patterns = Vec<Pattern>;

/// A place in an expression's text, and what comes there.
pub(super) type Edit = (std::ops::Range<usize>, String);

/// What to write in place of the calls, and their patterns.
pub(super) fn edits(ast: &Ast, uses: &Uses) -> (Vec<Edit>, Patterns) {
    let (mut edits, mut patterns) = (Vec::new(), Vec::new());
    let functions_at = |start: usize| {
        let call = uses.calls.iter().find(|call| call.function.span.start == start);
        FUNCTIONS
            .iter()
            .filter(move |function| call.is_some_and(|call| function.name == call.function.name))
    };
    let constants = Constants::of(ast);
    // Those that are given their text by `~>`.
    let mut applied = Vec::new();
    ast.root.walk(&mut |node| {
        if let NodeKind::Apply { rhs, .. } = &node.kind
            && let NodeKind::Function { procedure, .. } = &rhs.kind
        {
            applied.push(procedure.span.start);
        }
    });
    ast.root.walk(&mut |node| {
        if let NodeKind::Function { procedure, args } = &node.kind
            && let at = usize::from(!applied.contains(&procedure.span.start))
            && let Some((pattern, rest)) = args.get(at..).and_then(<[Node]>::split_first)
            && let Some((text, flags)) = written(pattern).or_else(|| constants.find(pattern))
            && let Some(function) =
                functions_at(procedure.span.start).find(|function| (function.can_do)(node, text, rest))
            && patterns.len() < MOST_PATTERNS
            && let Ok(regex) = Regex::with_flags(text, flags)
            && let (name, literal) = (
                procedure.span.start..procedure.span.end,
                pattern.span.start..pattern.span.end,
            )
            && ast
                .source
                .get(name.clone())
                .and_then(|name| name.strip_prefix('$'))
                == Some(function.name)
            && let Some(in_place) = ast.source.get(literal.clone())
            && let Some(stands_for) = u32::try_from(patterns.len())
                .ok()
                .and_then(|index| char::from_u32(FIRST_PATTERN + index))
        {
            // Places are counted in UTF-16 units; a variable has two at least.
            let blanks = " ".repeat(in_place.encode_utf16().count().saturating_sub(2));
            edits.push((name, format!("${}", function.own_name)));
            edits.push((literal, format!("${stands_for}{blanks}")));
            let text = text.to_owned();
            patterns.push(Pattern {
                regex,
                text,
                stands_for,
            });
        }
    });
    (edits, patterns)
}

/// A message as if the functions had their own names.
pub(super) fn with_own_names(mut message: String) -> String {
    for function in &FUNCTIONS {
        if message.contains(function.own_name) {
            message = message.replace(function.own_name, function.name);
        }
    }
    message.replace(replaced_text::OWN_NAME, "replace")
}

/// Gives the functions that rewritten expressions call.
pub(super) fn bind(mut bindings: Bindings, patterns: &Arc<Patterns>, stop: &CancelToken) -> Bindings {
    for function in &FUNCTIONS {
        let (patterns, stop) = (patterns.clone(), stop.clone());
        let host = HostFunction::with_signature(function.signature, move |args, call| {
            let text = |index: usize| args.get(index).and_then(Option::as_ref).and_then(Json::as_str);
            let stands_for = text(1).and_then(|text| text.chars().next()).map_or(0, u32::from);
            let index = usize::try_from(stands_for.saturating_sub(FIRST_PATTERN)).unwrap_or(usize::MAX);
            let (Some(subject), Some(pattern)) = (text(0), patterns.get(index)) else {
                return Ok(None);
            };
            (function.run)(&Call {
                subject,
                pattern,
                args,
                call,
                stop: &stop,
            })
        });
        if let Ok(host) = host {
            bindings = bindings.function(function.own_name, host.without_input());
        }
    }
    for Pattern { stands_for, .. } in patterns.iter() {
        bindings = bindings.var(*stands_for, stands_for.to_string());
    }
    bindings
}

/// A call of one of the functions.
pub(super) struct Call<'c> {
    pub(super) subject: &'c str,
    pattern: &'c Pattern,
    args: &'c [Option<Json>],
    pub(super) call: &'c HostCall<'c>,
    stop: &'c CancelToken,
}

impl<'c> Call<'c> {
    /// The text that is the argument `index`.
    pub(super) fn text(&self, index: usize) -> Option<&'c str> {
        self.args
            .get(index)
            .and_then(Option::as_ref)
            .and_then(Json::as_str)
    }

    /// The argument `index`, at most how many matches count; an error with `code` where it is negative.
    pub(super) fn limit(&self, index: usize, code: &str) -> jlens_core::Result<Limit> {
        let limit = self
            .args
            .get(index)
            .and_then(Option::as_ref)
            .and_then(Json::as_f64);
        match limit {
            Some(limit) if limit < 0.0 => Err(Error::new(code)
                .with("value", limit)
                .with("index", index as u64 + 1)),
            _ => Ok(Limit(limit)),
        }
    }

    /// The matches of the pattern in the text.
    pub(super) fn matches(&self) -> Matches<'c> {
        Matches {
            subject: self.subject,
            pattern: self.pattern,
            position: None,
            stop: self.stop,
        }
    }
}

/// How many matches count.
#[derive(Clone, Copy)]
pub(super) struct Limit(Option<f64>);

impl Limit {
    /// Whether one more counts after `count` of them.
    pub(super) fn allows(self, count: usize) -> bool {
        self.0.is_none_or(|limit| (count as f64) < limit)
    }
}

/// Finds matches one after the other.
pub(super) struct Matches<'c> {
    subject: &'c str,
    pattern: &'c Pattern,
    /// Where the last one ended.
    position: Option<usize>,
    stop: &'c CancelToken,
}

impl Matches<'_> {
    /// The next match. As in the reference implementation, a match of nothing is one only if it is the first: a
    /// pattern that matches nothing again and again would never end.
    pub(super) fn find_next(&mut self) -> jlens_core::Result<Option<Match>> {
        if self
            .position
            .is_some_and(|position| position >= self.subject.len())
        {
            return Ok(None);
        }
        let found = self
            .pattern
            .regex
            .find_from_interruptible(self.subject, self.position.unwrap_or(0), || {
                self.stop.is_cancelled()
            })
            .map_err(|_| Error::new(CANCELLED))?;
        if let Some(found) = &found {
            let range = found.range();
            if self.position.is_some() && range.is_empty() {
                return Err(Error::new("D1004").with("value", self.pattern.text.as_str()));
            }
            self.position = Some(range.end);
        }
        Ok(found)
    }
}
