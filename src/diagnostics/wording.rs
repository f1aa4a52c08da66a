//! Names, numbers and texts as sentences hold them.

use std::fmt;

use super::nearest;

/// `did you mean 'Resource'?` where one of the names is near, else what `otherwise` says.
pub fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean '{near}'?"),
        None => otherwise(),
    }
}

/// `a`, `a and b`, `a, b and c`, with the conjunction that is given.
pub fn joined<S: AsRef<str>>(names: &[S], conjunction: &str) -> String {
    let text = |names: &[S]| names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names {
        [first @ .., last] if !first.is_empty() => {
            format!("{} {conjunction} {}", text(first), last.as_ref())
        }
        names => text(names),
    }
}

/// `a, b, c`; of more than `most` names the first `kept` and how many more there are: `a, b and 3 more`.
pub fn some_of<S: AsRef<str>>(names: &[S], most: usize, kept: usize) -> String {
    let text = |names: &[S]| names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if names.len() <= most {
        return text(names);
    }
    format!("{} and {} more", text(&names[..kept]), names.len() - kept)
}

/// `1 file`, `2 files`.
pub fn counted<N: fmt::Display + PartialEq + From<u8>>(count: N, word: &str) -> String {
    format!("{count} {word}{}", if count == N::from(1) { "" } else { "s" })
}

/// The text, or its first `most` characters and `...`.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_as_a_sentence_has_them() {
        assert_eq!(joined::<&str>(&[], "and"), "");
        assert_eq!(joined(&["a"], "and"), "a");
        assert_eq!(joined(&["a", "b"], "or"), "a or b");
        assert_eq!(joined(&["a", "b", "c"], "and"), "a, b and c");
        assert_eq!(some_of(&["a", "b", "c"], 3, 2), "a, b, c");
        assert_eq!(some_of(&["a", "b", "c", "d"], 3, 2), "a, b and 2 more");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(short("\u{e9}t\u{e9}", 3), "\u{e9}t\u{e9}");
        assert_eq!(short("\u{e9}t\u{e9}s", 3), "\u{e9}t\u{e9}...");
        assert_eq!(counted(1_u32, "file"), "1 file");
        assert_eq!(counted(0_u32, "file"), "0 files");
    }
}
