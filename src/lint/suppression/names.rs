//! What a comment says: the rules that it names behind each mark, with their places in it.

use std::ops::Range;

use crate::lint::find;

pub(super) const MARK: &str = "sfn-tool: ignore";

/// What a mark begins with, however it goes on.
pub(super) const NAME: &str = "sfn-tool";

/// One rule that a comment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) rule: String,
    /// Its place in the comment.
    pub(super) part: Range<usize>,
    /// What goes with it when it is taken out: its comma, or the whole mark.
    pub(super) gone: Range<usize>,
    /// Whether it is a mark in another spelling, which names nothing; `gone` is that mark.
    pub(super) is_misspelt: bool,
}

impl Named {
    /// What comes in the place of what goes.
    pub(super) fn instead(&self) -> &'static str {
        if self.is_misspelt { MARK } else { "" }
    }
}

/// The rules that a comment names, with their places in it.
pub(super) fn rules(comment: &str) -> Vec<Named> {
    let mut found: Vec<Named> = misspelt(comment).collect();
    for (at, _) in comment.match_indices(MARK) {
        let first = found.len();
        let mut from = at + MARK.len();
        loop {
            let rest = &comment[from..];
            let start = from + (rest.len() - rest.trim_start_matches([' ', '\t', ':']).len());
            let name = &comment[start..];
            let end = name.find(|c: char| !(c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit()));
            let name = &name[..end.unwrap_or(name.len())];
            let part = match name.is_empty() {
                true => at..at + MARK.len(),
                false => start..start + name.len(),
            };
            if !name.is_empty() || found.len() == first {
                found.push(Named {
                    rule: name.to_owned(),
                    gone: part.clone(),
                    part,
                    is_misspelt: false,
                });
            }
            let behind = comment[start + name.len()..].trim_start_matches([' ', '\t']);
            if name.is_empty() || !behind.starts_with(',') {
                break;
            }
            from = comment.len() - behind.len() + 1;
        }
        let places: Vec<Range<usize>> = found[first..].iter().map(|named| named.part.clone()).collect();
        for (i, named) in found[first..].iter_mut().enumerate() {
            named.gone = match (i.checked_sub(1).and_then(|i| places.get(i)), places.get(i + 1)) {
                (Some(before), _) => before.end..named.part.end,
                (None, Some(next)) => named.part.start..next.start,
                (None, None) => whole_mark(comment, at..named.part.end),
            };
        }
    }
    found
}

/// Marks in another spelling, `sfn-tool:ignore` or `sfn-tool ignore missing-retry`: somebody thinks that they do something.
fn misspelt(comment: &str) -> impl Iterator<Item = Named> {
    comment.match_indices(NAME).filter_map(|(at, _)| {
        let rest = &comment[at + NAME.len()..];
        let word = rest.trim_start_matches([' ', ':', '-', '=']);
        let word = (["ignore", "disable"].iter())
            .find_map(|mark| word.strip_prefix(mark).filter(|rest| ends(rest)))?;
        let end = comment.len() - word.len();
        let named = word.trim_start_matches([' ', '\t', ':', '=', '(', '[']);
        let rule = named
            .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
            .next()
            .unwrap_or_default();
        // A sentence about the tool is no mark.
        let meant = rest.starts_with(':') || named.is_empty() || find(rule).is_some();
        (meant && !comment[at..].starts_with(MARK)).then(|| Named {
            rule: String::new(),
            part: at..end,
            gone: at..end,
            is_misspelt: true,
        })
    })
}

/// Whether a word has ended before `rest`.
fn ends(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
}

/// A mark with the blanks before it, and the full stop that ended its sentence.
fn whole_mark(comment: &str, mark: Range<usize>) -> Range<usize> {
    let before = comment[..mark.start].trim_end();
    let behind = &comment[mark.end..];
    let stop = behind.starts_with('.') && (before.is_empty() || before.ends_with('.'));
    let mut end = mark.end + usize::from(stop);
    if before.is_empty() {
        end = comment.len() - comment[end..].trim_start().len();
    }
    before.len()..end
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn names_are_read_up_to_the_first_other_word() {
        let names = |text: &str| {
            rules(text)
                .into_iter()
                .map(|named| named.rule)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("sfn-tool: ignore a-b, c ,d because of e"),
            ["a-b", "c", "d"]
        );
        assert_eq!(
            names("Polls. sfn-tool: ignore polling-loop. And more."),
            ["polling-loop"]
        );
        assert_eq!(names("sfn-tool: ignore"), [""]);
        // Told as what they are not.
        for mark in [
            "sfn-tool:ignore a-b",
            "sfn-tool ignore missing-retry",
            "sfn-tool: disable x",
            "sfn-tool ignore",
        ] {
            let found = rules(mark);
            assert!(
                matches!(&found[..], [named] if named.is_misspelt && named.rule.is_empty()),
                "{mark}: {found:?}"
            );
        }
        assert_eq!(
            names("checked by sfn-tool, which ignores nothing; sfn-tool ignore this"),
            [""; 0]
        );
        assert_eq!(names("nothing"), [""; 0]);
    }

    #[test]
    fn what_suppresses_nothing_goes_with_its_comma_or_its_sentence() {
        let without = |text: &str, index: usize| {
            let mut out = text.to_owned();
            out.replace_range(rules(text)[index].gone.clone(), "");
            out
        };
        assert_eq!(
            without("Why. sfn-tool: ignore a, b, c", 0),
            "Why. sfn-tool: ignore b, c"
        );
        assert_eq!(
            without("Why. sfn-tool: ignore a, b, c", 2),
            "Why. sfn-tool: ignore a, b"
        );
        assert_eq!(
            without("Polls. sfn-tool: ignore a. And more.", 0),
            "Polls. And more."
        );
        assert_eq!(without("sfn-tool: ignore a. And more.", 0), "And more.");
        assert_eq!(without("sfn-tool: ignore a", 0), "");
        assert_eq!(without("Polls, sfn-tool: ignore a", 0), "Polls,");
    }
}
