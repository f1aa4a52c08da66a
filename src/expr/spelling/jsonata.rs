//! JSONata by its tokens: white space and comments between them do not count.

use crate::expr::jsonpath::{Path, Root, StepKind};

/// The operators of more than one character [jsonata-js, parser.js: tokenizer]; the longest that fits is the token.
const LONG: [&str; 9] = ["..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"];

/// The text of an expression (what stands between `{%` and `%}`) without comments, and with white space between its
/// tokens only where people write it: `$states.input.x + 1`. A text whose tokens cannot be told apart, as in a string
/// without an end, is only trimmed.
pub fn jsonata(text: &str) -> String {
    let Some(tokens) = tokens(text) else {
        return text.trim().to_owned();
    };
    let mut out = String::with_capacity(text.len());
    let mut before: Option<&str> = None;
    for token in tokens {
        if before.is_some_and(|before| !touch(before, token)) {
            out.push(' ');
        }
        out.push_str(token);
        before = Some(token);
    }
    out
}

/// Whether no blank stands between two tokens. Together they must read as the same two again.
fn touch(before: &str, after: &str) -> bool {
    let digit = |token: &str| token.starts_with(|c: char| c.is_ascii_digit());
    match (before, after) {
        // `1 . 5` is no number, `. .` no range, and `? :` not one operator.
        (".", next) => next != "." && next != ".." && !digit(next),
        (last, ".") => last != ".." && !digit(last),
        ("(" | "[", _) | (_, ")" | "]" | "," | ";") => true,
        ("?", ":") => false,
        (_, ":") => true,
        (last, "(" | "[") => ends_operand(Some(last)) && !matches!(last, "and" | "or" | "in"),
        _ => false,
    }
}

fn tokens(text: &str) -> Option<Vec<&str>> {
    let mut found: Vec<&str> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let first = match rest.chars().next() {
            None => return Some(found),
            Some(first) => first,
        };
        let length = match first {
            '/' if rest.starts_with("/*") => {
                rest = &rest[rest.find("*/")? + 2..];
                continue;
            }
            '"' | '\'' => quoted(rest, first)?,
            // A name in back quotes has no escapes.
            '`' => rest[1..].find('`')? + 2,
            '/' if !ends_operand(found.last().copied()) => pattern(rest)?,
            '$' if rest.starts_with("${") => placeholder(rest).unwrap_or(1),
            c if is_of_name(c) || c == '$' => word(rest),
            c => (LONG.iter())
                .find(|sign| rest.starts_with(**sign))
                .map_or(c.len_utf8(), |sign| sign.len()),
        };
        let (token, after) = rest.split_at(length);
        found.push(token);
        rest = after;
    }
}

/// Letters, digits, underscores: what ends no name, number or variable. Other signs of any script are parts of names,
/// too [jsonata-js: a name ends at white space or an operator].
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || (!c.is_ascii() && !c.is_whitespace())
}

/// The length of a placeholder (`${Name}`, `${AWS::Region}`): a group of JSONata's (`${a: b}`) has a single colon.
fn placeholder(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("${")?;
    let name = &inside[..inside.find('}')?];
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let is_name = !name.is_empty() && name.split("::").all(|part| part.chars().all(plain));
    is_name.then_some(name.len() + 3)
}

/// The length of a name, a variable (`$`, `$$`, `$name`) or a number (`1.5e-3`).
fn word(text: &str) -> usize {
    let bytes = text.as_bytes();
    if !bytes[0].is_ascii_digit() {
        let signs = text.len() - text.trim_start_matches('$').len();
        let name = &text[signs..];
        return signs + name.find(|c| !is_of_name(c)).unwrap_or(name.len());
    }
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    // `1..3` is a range.
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A pattern and its flags. A slash in brackets or behind a backslash is part of it.
fn pattern(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => {
                let flags = &text[at + 1..];
                return Some(at + 1 + flags.find(|c| c != 'i' && c != 'm').unwrap_or(flags.len()));
            }
            _ => {}
        }
    }
    None
}

/// Whether a slash behind `token` divides.
fn ends_operand(token: Option<&str>) -> bool {
    token
        .and_then(|token| token.chars().next_back())
        .is_some_and(|c| is_of_name(c) || matches!(c, '$' | '"' | '\'' | '`' | ')' | ']' | '}'))
}

/// What a path of plain names is in JSONata: `$states.input.id` for `$.id`.
pub fn in_jsonata(path: &str) -> Option<String> {
    let path = Path::parse(path).ok()?;
    let mut expression = match path.root() {
        Root::Input => "$states.input".to_owned(),
        Root::Context => "$states.context".to_owned(),
        Root::Variable(_) => return None,
    };
    for step in path.steps() {
        let StepKind::Property(name) = &step.kind else {
            return None;
        };
        let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        expression.push('.');
        expression.push_str(if plain { name } else { return None });
    }
    Some(expression)
}

#[cfg(test)]
mod tests {
    use super::jsonata;

    #[test]
    fn white_space_and_comments_do_not_count() {
        for (one, other) in [
            ("$a+1", " $a\n +  1 "),
            ("{'a':$states.input.x}", "{ 'a' : $states . input . x }"),
            ("a[b>=1]", "a [ b >= 1 ] /* the large ones */"),
            ("$sum(x)/2", "$sum( x ) / 2"),
            ("[1..3]", "[ 1 .. 3 ]"),
            ("x ~> $f", "x~>$f"),
            ("1.5e-3*2", "1.5e-3 * 2"),
            ("$match(s,/a b\\/[/]c/i)", "$match( s , /a b\\/[/]c/i )"),
            ("a - -b", "a--b"),
        ] {
            assert_eq!(jsonata(one), jsonata(other));
        }
    }

    #[test]
    fn what_counts_stays() {
        for (one, other) in [
            ("'a b'", "'a  b'"),
            ("\"a /* b */\"", "\"a \""),
            ("`a b`", "`a  b`"),
            ("ab", "a b"),
            ("$a b", "$ab"),
            ("$ a", "$a"),
            ("a>=b", "a > =b"),
            ("$match(s, /a b/)", "$match(s, /a  b/)"),
            ("'it\\'s'", "'it\\' s'"),
            ("1 2", "12"),
            ("1.5", "1 .5"),
            ("1.5", "1. 5"),
            ("a..b", "a. .b"),
            ("a ?: b", "a ? : b"),
        ] {
            assert_ne!(jsonata(one), jsonata(other));
        }
        // Written as people write it.
        assert_eq!(
            jsonata("$sum( $states . input . lines [ n>1 ] . price )+{'a':1 , 'b' : [ 1 .. 3 ]}.a"),
            "$sum($states.input.lines[n > 1].price) + { 'a': 1, 'b': [1 .. 3] }.a"
        );
        assert_eq!(jsonata("a ? : b"), "a ? : b");
        // A placeholder is one token, and a group is not.
        assert_eq!(jsonata("$total>${Least}"), "$total > ${Least}");
        assert_eq!(
            jsonata("$a = '${AWS::Region}' or ${AWS::Region}"),
            "$a = '${AWS::Region}' or ${AWS::Region}"
        );
        assert_eq!(jsonata("${a:b}"), "$ { a: b }");
        // A string without an end.
        assert_eq!(jsonata(" 'a  b "), "'a  b");
    }
}
