//! `$replace` with a regular expression. The engine counts and copies the text anew for every match, which takes
//! quadratic time in long texts. Where the pattern is a literal and what comes in its
//! place is text, the work is done here, on the engine's own regular expressions, in linear time.
//!
//! The expression is rewritten for this: the function's name and the pattern give way to others of the same length, so
//! that every place in the text stays where it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jlens_core::ast::{Ast, BinaryOp, Node, NodeKind};
use jlens_core::{Bindings, Error, HostFunction};
use regress::{Match, Regex};
use serde_json::Value as Json;

use super::names::Uses;

/// The name that stands for `replace`: its first letter is a character for private use.
const NAME: &str = "\u{e002}eplace";

/// The first of the characters that stand for an expression's patterns.
const FIRST_PATTERN: u32 = 0xe100;

/// Patterns of one expression at most.
const MOST_PATTERNS: usize = 256;

/// The regular expressions of an expression's calls with their text, in the order of the characters that stand for them.
pub(super) type Patterns = Vec<(Regex, String)>;

/// A place in an expression's text, and what comes there.
pub(super) type Edit = (std::ops::Range<usize>, String);

/// What to write in place of the calls, and their patterns.
pub(super) fn edits(ast: &Ast, uses: &Uses) -> (Vec<Edit>, Patterns) {
    let (mut edits, mut patterns) = (Vec::new(), Vec::new());
    let calls: Vec<usize> = uses
        .calls
        .iter()
        .filter(|call| call.function.name == "replace")
        .map(|call| call.function.span.start)
        .collect();
    if calls.is_empty() {
        return (edits, patterns);
    }
    ast.root.walk(&mut |node| {
        if let NodeKind::Function { procedure, args } = &node.kind
            && calls.contains(&procedure.span.start)
            && let [_, pattern, replacement, ..] = args.as_slice()
            && let NodeKind::Regex { pattern: text, flags } = &pattern.kind
            && is_text(replacement)
            && patterns.len() < MOST_PATTERNS
            && let Ok(regex) = Regex::with_flags(text, flags.as_str())
            && let (function, literal) = (
                procedure.span.start..procedure.span.end,
                pattern.span.start..pattern.span.end,
            )
            && ast.source.get(function.clone()) == Some("$replace")
            && let Some(written) = ast.source.get(literal.clone())
            && let Some(stands_for) = u32::try_from(patterns.len())
                .ok()
                .and_then(|index| char::from_u32(FIRST_PATTERN + index))
        {
            // Places are counted in UTF-16 units; a pattern has three at least.
            let blanks = " ".repeat(written.encode_utf16().count().saturating_sub(3));
            edits.push((function, format!("${NAME}")));
            edits.push((literal, format!("\"{stands_for}\"{blanks}")));
            patterns.push((regex, text.clone()));
        }
    });
    (edits, patterns)
}

/// Whether a node gives text whatever it works on.
fn is_text(node: &Node) -> bool {
    matches!(
        &node.kind,
        NodeKind::String { .. }
            | NodeKind::Binary {
                op: BinaryOp::Concat,
                ..
            }
    ) && node.attrs.predicate.is_empty()
        && node.attrs.group.is_none()
}

/// A message as if the function had its own name.
pub(super) fn with_own_name(message: String) -> String {
    if message.contains(NAME) {
        message.replace(NAME, "replace")
    } else {
        message
    }
}

/// Gives the function that rewritten expressions call.
pub(super) fn bind(bindings: Bindings, patterns: &Arc<Patterns>, timeout: Duration) -> Bindings {
    let patterns = patterns.clone();
    let function = HostFunction::with_signature("<s-ssn?:s>", move |args, _| {
        let text = |index: usize| args.get(index).and_then(Option::as_ref).and_then(Json::as_str);
        let Some(subject) = text(0) else { return Ok(None) };
        let limit = args.get(3).and_then(Option::as_ref).and_then(Json::as_f64);
        if let Some(limit) = limit.filter(|limit| *limit < 0.0) {
            return Err(Error::new("D3011").with("value", limit).with("index", 4));
        }
        let stands_for = text(1).and_then(|text| text.chars().next()).map_or(0, u32::from);
        let index = usize::try_from(stands_for.saturating_sub(FIRST_PATTERN)).unwrap_or(usize::MAX);
        let (Some(pattern), Some(replacement)) = (patterns.get(index), text(2)) else {
            return Ok(None);
        };
        replaced(subject, pattern, replacement, limit, timeout).map(|text| Some(text.into()))
    });
    match function {
        Ok(function) => bindings.function(NAME, function.without_input()),
        Err(_) => bindings,
    }
}

/// `subject` with matches replaced, as the reference implementation replaces them.
fn replaced(
    subject: &str,
    (regex, pattern): &(Regex, String),
    replacement: &str,
    limit: Option<f64>,
    timeout: Duration,
) -> jlens_core::Result<String> {
    let begin = Instant::now();
    let next = |from: usize| {
        regex
            .find_from_interruptible(subject, from, || begin.elapsed() > timeout)
            .map_err(|_| Error::new("D1012"))
    };
    let mut result = String::with_capacity(subject.len());
    let (mut position, mut count) = (0, 0.0);
    let mut found = if limit.is_none_or(|limit| limit > 0.0) {
        next(0)?
    } else {
        None
    };
    while let Some(matched) = found.filter(|_| limit.is_none_or(|limit| count < limit)) {
        let range = matched.range();
        result.push_str(&subject[position..range.start]);
        substitute(replacement, subject, &matched, &mut result);
        position = range.end;
        count += 1.0;
        found = if position < subject.len() {
            next(position)?
        } else {
            None
        };
        // A pattern that matches nothing, again and again, would never end.
        if found.as_ref().is_some_and(|found| found.range().is_empty()) {
            return Err(Error::new("D1004").with("value", pattern.as_str()));
        }
    }
    result.push_str(&subject[position..]);
    Ok(result)
}

/// Writes a replacement, with `$0` for the match, `$1` for its first group, and `$$` for a dollar sign. As many digits
/// count as the number of groups has; one fewer where that is too large a number.
fn substitute(replacement: &str, subject: &str, matched: &Match, result: &mut String) {
    let groups = &matched.captures;
    let mut rest = replacement;
    while let Some(dollar) = rest.find('$') {
        result.push_str(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            result.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('0') {
            result.push_str(&subject[matched.range()]);
            rest = after;
        } else {
            let most = groups.len().max(1).to_string().len();
            let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
            let number = |digits: usize| rest[..digits].parse::<usize>().ok();
            let mut index = number(digits);
            if most > 1 && index.is_some_and(|index| index > groups.len()) {
                index = number(digits.min(most - 1));
            }
            match index {
                Some(index) => {
                    let group = index.checked_sub(1).and_then(|index| groups.get(index)?.clone());
                    result.push_str(group.map_or("", |range| &subject[range]));
                    rest = &rest[index.to_string().len().min(rest.len())..];
                }
                None => result.push('$'),
            }
        }
    }
    result.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::super::{Engine, Evaluated, Expression, Limits};
    use crate::expr::random::RandomSource;
    use std::sync::Arc;

    fn run(text: &str) -> String {
        let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::default());
        let expression = Expression::compile(text).unwrap();
        match engine.evaluate(&expression, None, [], 0) {
            Ok(Evaluated::Value(value)) => value.to_json(),
            Ok(other) => format!("{other:?}"),
            Err(error) => format!("{:?} {error}", error.position),
        }
    }

    // The rules of $replace's replacement text [JSONata: String functions].
    #[test]
    fn literals_replace_as_the_reference_does() {
        for (text, expected) in [
            ("$replace('a1b22', /[0-9]+/, '#')", "\"a#b#\""),
            ("$replace('a1b22', /[0-9]+/, '#', 1)", "\"a#b22\""),
            ("$replace('a1b22', /[0-9]+/, '#', 0)", "\"a1b22\""),
            (
                "$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')",
                "\"Smith, John\"",
            ),
            ("$replace('265USD', /([0-9]+)USD/, '$$$1')", "\"$265\""),
            ("$replace('abc', /b/, '[$0$1$x]')", "\"a[b$x]c\""),
            ("$replace('abcdefghijkl', /(ab)(cd)/, '$12')", "\"ab2efghijkl\""),
            ("$replace('ABC', /b/i, 'é' & '!')", "\"Aé!C\""),
            ("['a-b'].$replace($, /-/, '+')", "\"a+b\""),
            ("$replace('none', /x/, 'y')", "\"none\""),
            ("$replace($nothing, /x/, 'y')", "Undefined"),
            (
                "($replace := function($a, $b, $c){ 'mine' }; $replace('a', /a/, 'b'))",
                "\"mine\"",
            ),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
        assert!(run("1 + $replace(1, /x/, 'y')").contains("T0410: Argument 1 of function \"replace\""));
        assert!(run("$replace('a', /x/, 'y', -1)").contains("D3011"));
        assert!(run("$replace('abc', /x*/, 'y')").contains("D1004"));
        // The place is that in the expression as it was written.
        assert!(run("$replace('é', /é+/, 'y') + 1").starts_with("Some(26) T2001"));
    }
}
