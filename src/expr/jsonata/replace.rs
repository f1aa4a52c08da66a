//! `$replace` with a regular expression: see [`patterns`](super::patterns).

use jlens_core::ast::{BinaryOp, Node, NodeKind};
use jlens_core::{Callable, Error};
use regress::Match;
use serde_json::{Value as Json, json};

use super::patterns::Call;

/// Whether what comes in place of matches is a text, or a function that asks no match for its next.
pub(super) fn can_do(_: &Node, _: &str, rest: &[Node]) -> bool {
    let Some(replacement) = rest.first() else {
        return false;
    };
    if !matches!(&replacement.kind, NodeKind::Lambda(_)) {
        return is_text(replacement);
    }
    let mut asks = false;
    replacement.walk(&mut |node| asks |= matches!(&node.kind, NodeKind::Name { name } if name == "next"));
    !asks
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

/// Replaces matches as the reference implementation does.
pub(super) fn run(call: &Call<'_>) -> jlens_core::Result<Option<Json>> {
    let limit = call.limit(3, "D3011")?;
    let subject = call.subject;
    let (replacement, function) = (call.text(2), call.call.function(2));
    let mut result = String::with_capacity(subject.len());
    let (mut position, mut count) = (0, 0);
    let mut matches = call.matches();
    let mut found = if limit.allows(0) {
        matches.find_next()?
    } else {
        None
    };
    let mut start = Utf16::default();
    while let Some(matched) = found.filter(|_| limit.allows(count)) {
        let range = matched.range();
        result.push_str(&subject[position..range.start]);
        match (replacement, &function) {
            (Some(replacement), _) => substitute(replacement, subject, &matched, &mut result),
            (None, Some(function)) => result.push_str(&made(*function, subject, &matched, &mut start)?),
            (None, None) => return Ok(None),
        }
        position = range.end;
        count += 1;
        found = matches.find_next()?;
    }
    result.push_str(&subject[position..]);
    Ok(Some(result.into()))
}

/// What a function makes of a match.
fn made(
    function: Callable<'_>,
    subject: &str,
    matched: &Match,
    start: &mut Utf16,
) -> jlens_core::Result<String> {
    let range = matched.range();
    let groups = matched
        .captures
        .iter()
        .map(|group| group.clone().map(|range| &subject[range]));
    let seen = json!({
        "match": &subject[range.clone()],
        "start": start.of(subject, range.start),
        "end": start.of(subject, range.end),
        "groups": groups.collect::<Vec<_>>(),
    });
    match function.call(&[Some(seen)])? {
        Some(Json::String(text)) => Ok(text),
        other => Err(Error::new("D3012").with("value", other.unwrap_or(Json::Null))),
    }
}

/// Counts UTF-16 units up to places that only grow.
#[derive(Default)]
pub(super) struct Utf16 {
    bytes: usize,
    units: usize,
}

impl Utf16 {
    /// The units before a byte of `text`.
    pub(super) fn of(&mut self, text: &str, byte: usize) -> usize {
        self.units += text[self.bytes..byte].encode_utf16().count();
        self.bytes = byte;
        self.units
    }
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
    use super::super::tests::run;

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
        for (text, expected) in [
            (
                "$replace('a1b22', /[0-9]+/, function($m){ '<' & $m.match & '@' & $m.start & '>' })",
                "\"a<1@1>b<22@3>\"",
            ),
            (
                "$replace('éa-b', /(\\w)-(\\w)/, function($m){ $m.groups[1] & $m.groups[0] & $m.end })",
                "\"éba4\"",
            ),
            ("'a-b' ~> $replace(/-/, '+')", "\"a+b\""),
        ] {
            assert_eq!(run(text), expected, "{text}");
        }
        assert!(run("$replace('a', /a/, function($m){ 1 })").contains("D3012"));
        assert!(run("1 + $replace(1, /x/, 'y')").contains("T0410: Argument 1 of function \"replace\""));
        assert!(run("$replace('a', /x/, 'y', -1)").contains("D3011"));
        assert!(run("$replace('abc', /x*/, 'y')").contains("D1004"));
        // The place is that in the expression as it was written.
        assert!(run("$replace('é', /é+/, 'y') + 1").starts_with("Some(26) T2001"));
    }
}
