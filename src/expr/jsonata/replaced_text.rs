//! `$replace` of a text by a text. The engine bounds what `&` and other functions make; what this one makes it does not, and
//! asks nobody meanwhile whether to go on: two texts of 100,000 characters are enough for ten gigabytes.
//!
//! The expression is rewritten for this: a function before it takes the name's place, which looks first at how long the
//! result can be. See [`patterns`](super::patterns) for regular expressions that the text tells.

use jlens_core::ast::Ast;
use jlens_core::{Bindings, Error, HostFunction};
use serde_json::Value as Json;

use super::evaluate::STOPPED;
use super::names::Uses;
use super::patterns::Edit;

const NAME: &str = "replace";

/// The name that stands for it, and that of what looks at the length: they begin with a character for private use.
pub(super) const OWN_NAME: &str = "\u{e006}eplace";
const CHECK: &str = "\u{e006}";

/// Bytes that a result may have: what the engine allows where nobody says otherwise.
const MOST: usize = 1 << 28;

/// What to write in place of calls that `taken` does not stand at, and the function that comes before the expression.
pub(super) fn edits(ast: &Ast, uses: &Uses, taken: &[Edit]) -> (Vec<Edit>, Option<String>) {
    let spans = (uses.calls.iter())
        .filter(|call| call.function.name == NAME)
        .map(|call| call.function.span.clone())
        .filter(|span| {
            let written = ast.source.get(span.clone());
            written.and_then(|written| written.strip_prefix('$')) == Some(NAME)
        })
        .filter(|span| taken.iter().all(|(range, _)| range != span));
    let edits: Vec<Edit> = spans.map(|span| (span, format!("${OWN_NAME}"))).collect();
    let before = (!edits.is_empty()).then(|| {
        format!(
            "${OWN_NAME} := function($s, $p, $r, $l)<s-(sf)(sf)n?:s> {{ \
             (${CHECK}($s, $p, $r, $l); ${NAME}($s, $p, $r, $l)) }}; "
        )
    });
    (edits, before)
}

/// Gives the function that looks at the length.
pub(super) fn bind(bindings: Bindings) -> Bindings {
    let check = HostFunction::new(4, |args, _| {
        let argument = |index: usize| args.get(index).and_then(Option::as_ref);
        let text = |index: usize| argument(index).and_then(Json::as_str);
        let (Some(subject), Some(pattern), Some(replacement)) = (text(0), text(1), text(2)) else {
            return Ok(None);
        };
        // No more matches fit into the text; they are counted only where that many would be too many.
        let most = |count: usize| {
            count
                .saturating_mul(replacement.len())
                .saturating_add(subject.len())
        };
        if pattern.is_empty() || most(subject.len() / pattern.len()) <= MOST {
            return Ok(None);
        }
        let limit = argument(3).and_then(Json::as_f64).unwrap_or(f64::INFINITY);
        let count = subject
            .matches(pattern)
            .enumerate()
            .take_while(|(index, _)| (*index as f64) < limit);
        if most(count.count()) <= MOST {
            return Ok(None);
        }
        let words = format!("A string would exceed the size limit of {MOST} bytes");
        Err(Error::new(STOPPED).with("message", words))
    });
    bindings.function(CHECK, check.without_input())
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    #[test]
    fn what_would_be_too_long_is_not_made() {
        for text in [
            "$length($replace($pad('', 100000, 'a'), 'a', $pad('', 100000, 'b')))",
            "$pad('', 100000, 'a') ~> $replace('a', $pad('', 100000, 'b'))",
            "$pad('', 100000, 'a').$replace('a', $pad('', 100000, 'b'))",
            "($p := $lowercase('A'); $replace($pad('', 100000, 'a'), $p, $pad('', 100000, 'b')))",
        ] {
            let told = run(text);
            assert!(
                told.contains("would exceed the size limit of 268435456 bytes"),
                "{text}: {told}"
            );
        }
        // Three matches count, and so few are no trouble.
        let few = "$length($replace($pad('', 100000, 'a'), 'a', $pad('', 100000, 'b'), 3))";
        assert_eq!(run(few), "399997");
    }

    // What the reference implementation gives, and where it sees mistakes.
    #[test]
    fn everything_else_is_as_before() {
        for (text, expected) in [
            ("$replace('banana', 'a', 'o')", "\"bonono\""),
            ("$replace('banana', 'a', 'o', 2)", "\"bonona\""),
            ("('banana').$replace('a', 'o')", "\"bonono\""),
            ("'banana' ~> $replace('a', 'o')", "\"bonono\""),
            (
                "($r := /a/; $f := function($re) { $replace('banana', $re, 'o') }; $f($r))",
                "\"bonono\"",
            ),
            ("$replace($nothing, 'a', 'o')", "Undefined"),
            (
                "($replace := function($a, $b, $c) { 'mine' }; $replace('banana', 'a', 'o'))",
                "\"mine\"",
            ),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
        let told = run("1 + 1 = 2 ? $replace(5, 'a', 'o')");
        assert!(
            told.starts_with("Some(21) T0410") && told.contains("\"replace\""),
            "{told}"
        );
        assert!(run("$replace('banana', '', 'o')").contains("D3010"));
        assert!(run("$replace('banana', 'a', 'o', -1)").contains("D3011"));
        // Places are those of the expression as it was written.
        assert!(run("$replace('a', 'b', 'c') + 'x'").starts_with("Some(25) T2001"));
    }
}
