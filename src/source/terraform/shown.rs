//! Expressions as they are shown to people.

/// The most characters of an expression; the rest is left out.
const LONGEST: usize = 80;

/// An expression as it is shown to people: without what makes it all of a quoted text.
pub(super) fn shown(expression: &str) -> String {
    let whole = expression.trim();
    let inner = whole
        .strip_prefix("\"${")
        .and_then(|inner| inner.strip_suffix("}\""));
    let inner = inner.filter(|inner| !inner.contains("${"));
    one_line(inner.unwrap_or(whole))
}

/// An expression on one line, cut where it is long.
fn one_line(expression: &str) -> String {
    let mut line = String::new();
    for word in expression.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(|c| if c.is_control() { '_' } else { c }));
        if line.chars().count() > LONGEST {
            let cut: String = line.chars().take(LONGEST).collect();
            return format!("{cut}...");
        }
    }
    if line.is_empty() { "...".to_owned() } else { line }
}
