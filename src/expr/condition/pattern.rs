//! The patterns of `StringMatches`.

/// A pattern, compiled: `*` stands for any characters, `\*` for an asterisk and `\\` for a backslash
/// [states-language.net, "StringMatches"].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// What stands before each asterisk.
    before: Vec<String>,
    /// What stands behind the last one; the whole text when there is none.
    last: String,
}

impl Pattern {
    /// Compiles `text`. A backslash before anything else stands for itself.
    pub fn new(text: &str) -> Pattern {
        let mut before = Vec::new();
        let mut part = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek()) {
                ('\\', Some(&escaped @ ('*' | '\\'))) => {
                    part.push(escaped);
                    chars.next();
                }
                ('*', _) => before.push(std::mem::take(&mut part)),
                _ => part.push(c),
            }
        }
        Pattern { before, last: part }
    }

    /// Whether the whole of `text` matches. Each part is taken where it is found first, which is enough when only
    /// asterisks stand between the parts.
    pub fn matches(&self, text: &str) -> bool {
        let Some((first, middle)) = self.before.split_first() else {
            return text == self.last;
        };
        let Some(mut rest) = text.strip_prefix(&**first) else {
            return false;
        };
        for part in middle {
            match rest.find(&**part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(&*self.last)
    }

    /// Whether it matches every text that `narrower`, the text of a pattern, matches. `false` where that cannot be told.
    pub(super) fn covers(&self, narrower: &str) -> bool {
        // A character that no text of a definition has stands for any characters: only an asterisk takes it in.
        const ANY: char = '\u{10ffff}';
        let mut other = Pattern::new(narrower);
        other.before.push(std::mem::take(&mut other.last));
        self.matches(&other.before.join(&ANY.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("log-*.txt", "log-a.txt", true),
            ("log-*.txt", "log-.txt", true),
            ("log-*.txt", "log.txt", false),
            ("log-*.txt", "log-a.txt2", false),
            ("*", "", true),
            ("**", "ab", true),
            ("", "", true),
            ("", "a", false),
            ("a*a", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            (r"a\*", "a*", true),
            (r"a\*", "ab", false),
            (r"a\\*", r"a\b", true),
            (r"\\", r"\", true),
            (r"a\b", r"a\b", true),
            ("*.\u{e9}", "x.\u{e9}", true),
            ("A", "a", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_wider_pattern_covers_a_narrower_one() {
        for (wide, narrow, expected) in [
            ("*", "a*", true),
            ("a*", "ab*", true),
            ("a*", "a", true),
            ("ab*", "a*", false),
            ("a*c", "ab*c", true),
            ("a*c", "a*", false),
            (r"a\*", "a*", false),
            ("a*", r"a\*", true),
        ] {
            assert_eq!(Pattern::new(wide).covers(narrow), expected, "{wide} {narrow}");
        }
    }

    proptest::proptest! {
        #[test]
        fn without_escapes_it_matches_as_a_regular_expression_does(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
            let regex = regex::Regex::new(&format!("^{}$", pattern.replace('*', ".*"))).expect("a pattern");
            proptest::prop_assert_eq!(Pattern::new(&pattern).matches(&text), regex.is_match(&text));
        }
    }
}
