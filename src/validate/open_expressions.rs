//! JSONata with placeholders in it that nothing has filled in: what is said of it whatever they stand for.

use std::ops::Range;

use crate::expr::jsonata::is_quoted;
use crate::source::placeholder;

/// What may stand in the place of an operand. Each has room in the shortest placeholder.
const OPERANDS: [&str; 4] = ["1", "\"\"", "$x", "{}"];

/// The expression with values in the place of its placeholders, as long as it is, once for each kind of value; nothing
/// where one of them may be anything: a part of a name, an operator, a function.
pub(super) fn filled(source: &str) -> Option<Vec<String>> {
    let places: Vec<(Range<usize>, Stands)> = placeholder::places(source)
        .map(|place| Some((place.clone(), stands(source, &place)?)))
        .collect::<Option<_>>()?;
    let fill = |operand: &str| {
        let mut filled = source.to_owned();
        for (place, stands) in &places {
            let text = match stands {
                Stands::Operand => format!("{operand:<width$}", width = place.len()),
                Stands::Name => format!("{:<width$}", "x", width = place.len()),
                Stands::Text => "x".repeat(place.len()),
            };
            filled.replace_range(place.clone(), &text);
        }
        filled
    };
    (!places.is_empty()).then(|| OPERANDS.iter().map(|operand| fill(operand)).collect())
}

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// A value.
    Operand,
    /// A name behind a dot.
    Name,
    /// A part of a text in quotes.
    Text,
}

fn stands(source: &str, place: &Range<usize>) -> Option<Stands> {
    let (before, behind) = (&source[..place.start], &source[place.end..]);
    if is_quoted(before)? {
        return Some(Stands::Text);
    }
    // Of those few names each is known.
    if before.ends_with("$states.") {
        return None;
    }
    let (before, behind) = (before.trim_end(), behind.trim_start());
    let word_ends = |word: &str| {
        let rest = before.strip_suffix(word);
        rest.is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$')))
    };
    let begins = before.is_empty()
        || before.ends_with([
            '(', '[', '{', ',', ';', ':', '?', '=', '<', '>', '!', '+', '-', '*', '/', '%', '&', '|', '^',
            '.',
        ])
        || ["and", "or", "in"].into_iter().any(word_ends);
    let ends = behind.is_empty()
        || behind.starts_with([
            ')', ']', '}', ',', ';', ':', '?', '=', '<', '>', '!', '+', '-', '*', '/', '%', '&', '|', '~',
            '.', '[',
        ])
        || ["and ", "or ", "in "]
            .into_iter()
            .any(|word| behind.starts_with(word) && source[place.end..] != *behind);
    // Between the members of an object it may be some more of them.
    if before.ends_with(['{', ',']) && behind.starts_with(['}', ',']) {
        return None;
    }
    match before.ends_with('.') {
        _ if !begins || !ends => None,
        true => Some(Stands::Name),
        false => Some(Stands::Operand),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_names_and_parts_of_texts_are_known() {
        for (source, expected) in [
            ("$total == ${T}", "$total == 1   "),
            ("${T} > $total and $a", "1    > $total and $a"),
            ("$f(${Max}, 2)", "$f(1     , 2)"),
            ("$a and ${Flag}", "$a and 1      "),
            ("'of ${Stage} it' & $b", "'of xxxxxxxx it' & $b"),
            ("$states.input.${Field}", "$states.input.x       "),
        ] {
            let filled = filled(source).expect("known");
            assert_eq!(filled[0], expected);
            assert!(filled.iter().all(|filled| filled.len() == source.len()));
        }
    }

    #[test]
    fn what_may_be_anything_is_left_alone() {
        for source in [
            "$a ${Operator} 5",
            "${Function}($a)",
            "$${Name} + 1",
            "$total${Rest}",
            "${A}${B}",
            "${A} $b",
            "$brand ${X}",
            "$replace($a, /'/, ${X})",
            "$a + 1",
            "$states.${Member}",
            "$a.`x ${Name}`",
            "{'k': 1, ${More} }",
            "{${Members}}",
            "{${First}, 'k': 1}",
        ] {
            assert_eq!(filled(source), None, "{source}");
        }
    }
}
