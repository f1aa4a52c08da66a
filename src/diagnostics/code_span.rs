//! Text of users in Markdown.

use super::visible::{is_format_character, visible};

/// A code span of `text` on one line, for prose and tables: nothing in the text can end it.
pub fn code_span(text: &str) -> String {
    let text: String = visible(text)
        .chars()
        .filter(|c| !is_format_character(*c))
        .collect();
    // The span ends at as many back quotes as it begins with.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::code_span;

    #[test]
    fn a_name_cannot_leave_its_span() {
        assert_eq!(code_span("a"), "`a`");
        assert_eq!(code_span("a`b"), "``a`b``");
        assert_eq!(code_span("``"), "``` `` ```");
        assert_eq!(code_span("a\n\n# b"), r"`a\n\n# b`");
        assert_eq!(code_span("\u{202e}a"), r"`\u202ea`");
        assert_eq!(code_span("@all <b>*x*</b> #1"), "`@all <b>*x*</b> #1`");
    }
}
