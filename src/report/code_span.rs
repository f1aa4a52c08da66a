//! Text of users in Markdown.

use super::graph;
use crate::diagnostics::visible;

/// A code span of `text` on one line, for prose and tables.
pub(super) fn code(text: &str) -> String {
    let text: String = visible(text)
        .chars()
        .filter(|c| !graph::is_format_character(*c))
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
    use super::code;

    #[test]
    fn a_name_cannot_leave_its_span() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("``"), "``` `` ```");
        assert_eq!(code("a\n\n# b"), r"`a\n\n# b`");
        assert_eq!(code("\u{202e}a"), r"`\u202ea`");
        assert_eq!(code("@all <b>*x*</b> #1"), "`@all <b>*x*</b> #1`");
    }
}
