//! What a finding's question is answered with: wherever one asks "did you mean", writing that is a fix.

use std::ops::Range;

use super::{Applicability, Edit, Finding, Fix, Span, nearest};

/// Longer than any name that is asked about; so much before and behind a finding's place is looked at.
const LONGEST: usize = 256;

/// The fix that writes what a finding asks about; `None` where it asks nothing, or what is meant instead is not found at its
/// place in the text.
pub fn fix_of_question(finding: &Finding, text: &str) -> Option<Fix> {
    let meant = finding.meant.as_deref().filter(|meant| meant.len() <= LONGEST)?;
    // Any other character may have to be written otherwise where it stands.
    let is_plain = |letter: char| letter.is_alphanumeric() || "_-.:$ ".contains(letter);
    if !meant.chars().all(is_plain) {
        return None;
    }
    let place = wrong(text, finding.span, meant)?;
    Some(Fix {
        title: format!("Change to '{meant}'"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            span: Span::new(place.start, place.end),
            text: meant.to_owned(),
        }],
    })
}

/// Whether what is written is the beginning of what is meant (`$upper`, `$uppercase`), with nothing more `behind` it.
fn is_begun(written: &str, meant: &str, behind: &str) -> bool {
    written.len() >= 4 && meant.starts_with(written) && !behind.starts_with([':', '.'])
}

/// Whether one part of what is written is another (`aws-sdk:stepfunctions:startExecution`, `aws-sdk:sfn:startExecution`).
fn is_one_other(written: &str, meant: &str) -> bool {
    let parts = || written.split(':').zip(meant.split(':'));
    written.matches(':').count() == meant.matches(':').count()
        && written.contains(':')
        && parts().filter(|(own, other)| own != other).count() == 1
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || "_-.:$".contains(letter)
}

/// The name in the text that `meant` is meant instead of: the one at `span`, or of which that is a part, or a part of one.
fn wrong(text: &str, span: Span, meant: &str) -> Option<Range<usize>> {
    let part = text.get(span.range())?;
    let cut = part
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| *at >= 8 * LONGEST);
    let end = span.start as usize + cut.unwrap_or(part.len());
    let words = words(text, span.start as usize..end);
    // What is written but for its beginning.
    let ends = |range: &Range<usize>| {
        let written = &text[range.clone()];
        let rest = meant.strip_suffix(written);
        rest.is_some_and(|rest| rest.ends_with(['.', '$']))
    };
    if let [only] = &words[..]
        && ends(only)
    {
        return Some(only.clone());
    }
    let mut all: Vec<Range<usize>> = Vec::new();
    for word in words {
        // A name may be more than its part that is wrong, and less than what stands between blanks.
        let before = text[..word.start]
            .char_indices()
            .rev()
            .take_while(|(_, letter)| is_of_name(*letter));
        let begin = before.last().map_or(word.start, |(at, _)| at);
        let behind = text[word.end..]
            .char_indices()
            .take_while(|(_, letter)| is_of_name(*letter));
        let close = behind
            .last()
            .map_or(word.end, |(at, letter)| word.end + at + letter.len_utf8());
        if close - begin > 2 * LONGEST {
            continue;
        }
        let inside = &text[begin..close];
        let starts = inside
            .match_indices([':', '.', '$'])
            .map(|(at, _)| begin + at + 1);
        let ends = inside.match_indices([':', '.']).map(|(at, _)| begin + at);
        let ends: Vec<usize> = ends.chain([close]).collect();
        for start in [begin, word.start].into_iter().chain(starts) {
            for end in ends.iter().filter(|end| **end > start) {
                all.push(start..*end);
            }
        }
    }
    let written = nearest(meant, all.iter().map(|range| &text[range.clone()]));
    let written = written.or_else(|| {
        // Long names of many parts: what differs is in one of them.
        let is_meant = |range: &&Range<usize>| {
            let written = &text[(*range).clone()];
            written != meant
                && (written.eq_ignore_ascii_case(meant)
                    || is_one_other(written, meant)
                    || is_begun(written, meant, &text[range.end..]))
        };
        let found = all.iter().find(is_meant)?;
        Some(&text[found.clone()])
    })?;
    all.iter()
        .find(|range| text[(*range).clone()] == *written)
        .cloned()
}

/// The words of a part of a text.
fn words(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, letter) in text[part.clone()].char_indices() {
        let at = part.start + at;
        match found.last_mut() {
            Some(last) if last.end == at && is_of_name(letter) => last.end += letter.len_utf8(),
            _ if is_of_name(letter) => found.push(at..at + letter.len_utf8()),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after the fix of a finding at the part in «guillemets».
    fn fixed(text: &str, meant: &str) -> Option<String> {
        let (before, rest) = text.split_once('\u{ab}').unwrap();
        let (inside, after) = rest.split_once('\u{bb}').unwrap();
        let mut plain = format!("{before}{inside}{after}");
        let span = Span::new(before.len(), before.len() + inside.len());
        let finding = Finding::error("X", "Wrong", span).with_meant(Some(meant.to_owned()));
        let fix = fix_of_question(&finding, &plain)?;
        let edit = &fix.edits[0];
        plain.replace_range(edit.span.range(), &edit.text);
        Some(plain)
    }

    #[test]
    fn what_is_asked_about_is_written() {
        for (text, meant, expected) in [
            ("\"\u{ab}Nxt\u{bb}\": 1", "Next", "\"Next\": 1"),
            ("\u{ab}\"Nxt\"\u{bb}: 1", "Next", "\"Next\": 1"),
            (
                "\u{ab}\"arn:aws:states:::aws-sdk:dynamodb:putItm.waitForTaskToken\"\u{bb}",
                "aws-sdk:dynamodb:putItem",
                "\"arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken\"",
            ),
            (
                "\u{ab}arn:aws:states:::dynamodb:putItm\u{bb}",
                "dynamodb:putItem",
                "arn:aws:states:::dynamodb:putItem",
            ),
            (
                "\u{ab}arn:aws:states:::lambd:invoke\u{bb}",
                "lambda",
                "arn:aws:states:::lambda:invoke",
            ),
            (
                "\"\u{ab}arn:aws:states:::aws-sdk:stepfunctions:startExecution\u{bb}\"",
                "aws-sdk:sfn:startExecution",
                "\"arn:aws:states:::aws-sdk:sfn:startExecution\"",
            ),
            ("{% \u{ab}$upper\u{bb}(x) %}", "$uppercase", "{% $uppercase(x) %}"),
            ("{% \u{ab}$lenght\u{bb}(x) %}", "$length", "{% $length(x) %}"),
            ("{% $\u{ab}lenght\u{bb}(x) %}", "$length", "{% $length(x) %}"),
            (
                "{% $states.\u{ab}inpt\u{bb}.x %}",
                "$states.input",
                "{% $states.input.x %}",
            ),
            (
                "{% \u{ab}$states.inpt\u{bb} %}",
                "$states.input",
                "{% $states.input %}",
            ),
            ("{% \u{ab}states\u{bb}.input %}", "$states", "{% $states.input %}"),
            (
                "{% \u{ab}input\u{bb}.x %}",
                "$states.input",
                "{% $states.input.x %}",
            ),
            (
                "[\u{ab}\"States.Runtim\"\u{bb}, 1]",
                "States.Runtime",
                "[\"States.Runtime\", 1]",
            ),
            ("a: \u{ab}Ship it\u{bb}", "Ship", "a: Ship it"),
        ] {
            let fixed = fixed(text, meant);
            // A name in the midst of others that is right already is none to be changed.
            match text.contains("Ship") {
                true => assert_eq!(fixed, None),
                false => assert_eq!(fixed.as_deref(), Some(expected), "{text}"),
            }
        }
        assert_eq!(fixed("\u{ab}x\u{bb}", "no question"), None);
        assert_eq!(fixed("\u{ab}abcd\u{bb}", "a\"bcd"), None);
    }
}
