//! `${Name}`: what SAM, CloudFormation and Terraform fill in when they deploy a definition.
//!
//! Inside a string a placeholder is text like any other. Where it stands bare (`"Seconds": ${wait}`) no parser would
//! take it: it is masked by a string of the same length, so that every other place stays what it is.

use std::ops::Range;

use super::{Made, Substitutions};
use crate::diagnostics::Span;

/// The most bytes of a placeholder. A text of nothing but `${` would otherwise be searched to its end from each of them.
const LONGEST: usize = 256;

/// The placeholder that begins at `start` (at its `$`): its end and its name. It ends on the same line; braces and
/// strings inside are Terraform's expressions (`${lookup(var.arns, "pay")}`).
pub(super) fn at(text: &str, start: usize) -> Option<(usize, &str)> {
    let inside = text.get(start..)?.strip_prefix("${")?;
    let mut depth = 1_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (i, byte) in inside.bytes().enumerate().take(LONGEST) {
        match byte {
            b'\n' | b'\r' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let name = inside[..i].trim();
            return (!name.is_empty()).then_some((start + 2 + i + 1, name));
        }
    }
    None
}

/// The most bytes of a name that is made of an expression, less its mark.
const LONGEST_EXPRESSION: usize = 200;

/// The name of the placeholder for an expression: on one line, and without what no placeholder may hold. What is long is
/// cut, and marked so that another expression has another name.
pub(super) fn named(expression: &str) -> String {
    let plain = |c: char| match c {
        '{' | '}' | '"' | '\\' | '$' => '_',
        c if c.is_control() => '_',
        c => c,
    };
    let words: Vec<&str> = expression.split_whitespace().collect();
    let line: String = words.join(" ").chars().map(plain).collect();
    if line.is_empty() {
        return "...".to_owned();
    }
    if line.len() <= LONGEST_EXPRESSION {
        return line;
    }
    let end = (0..=LONGEST_EXPRESSION)
        .rev()
        .find(|&end| line.is_char_boundary(end));
    format!("{}... #{:08x}", &line[..end.unwrap_or(0)], mark(expression))
}

/// A number that another text hardly has: FNV-1a, the same everywhere.
fn mark(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |mark, byte| {
        (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The name of the placeholder that `text` is, when it is nothing else.
pub fn whole(text: &str) -> Option<&str> {
    at(text, 0)
        .filter(|(end, _)| *end == text.len())
        .map(|(_, name)| name)
}

/// The places of the placeholders in `text`, in order. `${` without an end is none.
pub fn places(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find('$')?;
            from = start + 1;
            // Every key and text of a definition is searched, and most have none: a search for both characters costs more.
            if let Some((end, _)) = at(text, start) {
                from = end;
                return Some(start..end);
            }
        }
    })
}

/// The placeholders in `text`, in order: their places and names.
pub fn named_places(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    places(text).filter_map(|place| Some((place.clone(), at(text, place.start)?.1)))
}

/// The names of the placeholders in `text`, in order.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    named_places(text).map(|(_, name)| name)
}

/// Whether there is a placeholder in `text`.
pub fn is_in(text: &str) -> bool {
    places(text).next().is_some()
}

/// A text in which bare placeholders are strings.
pub(super) struct Masked {
    /// As long as the original, placeholder for string.
    pub(super) text: String,
    /// The masked placeholders, in order.
    pub(super) places: Vec<Range<usize>>,
}

/// Masks the placeholders at `places`, which are in order.
pub(super) fn mask(text: &str, places: Vec<Range<usize>>) -> Masked {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for place in &places {
        masked.push_str(&text[done..place.start]);
        masked.push('"');
        masked.extend(std::iter::repeat_n('_', place.len().saturating_sub(2)));
        masked.push('"');
        done = place.end;
    }
    masked.push_str(&text[done..]);
    Masked { text: masked, places }
}

/// The placeholders of a JSON text that stand outside its strings.
pub(super) fn bare_in_json(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    if !text.contains("${") {
        return places;
    }
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'"' => {
                i += 1;
                // A string that is not closed ends with its line: what follows may be well.
                while i < bytes.len() && !matches!(bytes[i], b'"' | b'\n') {
                    i += if bytes[i] == b'\\' { 2 } else { 1 };
                }
            }
            b'$' => {
                if let Some((end, _)) = at(text, i) {
                    places.push(i..end);
                    i = end;
                    continue;
                }
            }
            _ => {}
        }
        i += 1;
    }
    places
}

/// `text` with the placeholders that have a value filled in; `None` when none has. CloudFormation's `${!Name}` is no
/// placeholder.
pub(super) fn substitute(
    text: &str,
    substitutions: &Substitutions,
    made: &mut Made,
    place: Span,
) -> Option<String> {
    if substitutions.is_empty() || !text.contains("${") {
        return None;
    }
    let mut out = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find("${") {
        let start = from + found;
        from = start + 2;
        let Some((end, name)) = at(text, start) else {
            continue;
        };
        if let Some(value) = substitutions.text(name) {
            // What stands between is no more than the text itself; it is copied once all the same.
            if !made.take(value.len() + (start - done), place) {
                return None;
            }
            out.push_str(&text[done..start]);
            out.push_str(&value);
            done = end;
        }
        from = end;
    }
    (done > 0).then(|| {
        out.push_str(&text[done..]);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_no_placeholder() {
        let found =
            |text: &str| -> Vec<String> { places(text).map(|place| text[place].to_owned()).collect() };
        assert_eq!(found("a ${b}${c.d} ${e"), ["${b}", "${c.d}"]);
        assert_eq!(found("${ ${a}"), ["${a}"]);
        assert!(!is_in("100 ${ and {x}\n}"));
        assert!(!is_in("${}"));
    }

    #[test]
    fn long_expressions_are_cut_and_told_from_each_other() {
        assert_eq!(named("f({a = \"b\"},\n  c)"), "f(_a = _b__, c)");
        assert_eq!(named(" "), "...");
        let (x, y) = (named(&"é".repeat(300)), named(&format!("{}x", "é".repeat(299))));
        assert_ne!(x, y);
        assert_eq!(x[..200], y[..200]);
        // It is one all the same.
        assert_eq!(whole(&format!("${{{x}}}")), Some(&*x));
    }

    #[test]
    fn a_placeholder_ends_with_its_own_brace_on_its_line() {
        assert_eq!(at("x${wait}y", 1), Some((8, "wait")));
        assert_eq!(at("${AWS::Region}", 0), Some((14, "AWS::Region")));
        assert_eq!(at(r#"${f({a = "}"})}!"#, 0), Some((15, r#"f({a = "}"})"#)));
        assert_eq!(at("${a\n}", 0), None);
        assert_eq!(at("${}", 0), None);
        assert_eq!(at("$wait", 0), None);
        assert_eq!(whole("${a}${b}"), None);
        assert_eq!(whole("${ a }"), Some("a"));
    }

    #[test]
    fn only_what_stands_outside_strings_is_masked() {
        let text = r#"{"a": "${x}", "b\"${": ${y}, "c": [${z}]}"#;
        let places = bare_in_json(text);
        let found: Vec<&str> = places.iter().map(|p| &text[p.clone()]).collect();
        assert_eq!(found, ["${y}", "${z}"]);
        let masked = mask(text, places);
        assert_eq!(masked.text, r#"{"a": "${x}", "b\"${": "__", "c": ["__"]}"#);
    }

    #[test]
    fn values_are_put_in_where_they_are_known() {
        let mut known = Substitutions::default();
        known.define("Region", "eu-west-1");
        assert_eq!(
            substitute(
                "arn:${Region}:${Account}:${!Region}",
                &known,
                &mut Made::default(),
                Span::at(0)
            )
            .as_deref(),
            Some("arn:eu-west-1:${Account}:${!Region}")
        );
        assert_eq!(
            substitute("arn:${Account}", &known, &mut Made::default(), Span::at(0)),
            None
        );
    }
}
