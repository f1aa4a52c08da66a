//! Expressions as they are named: in placeholders, and to people.

/// The longest name of a placeholder, in characters; the rest of an expression is left out.
const LONGEST: usize = 80;

/// The name of the placeholder for an expression.
pub(super) fn name(expression: &str) -> String {
    one_line(expression, |c| match c {
        '{' | '}' | '"' | '\\' | '$' => '_',
        c => c,
    })
}

/// An expression as it is shown to people: without what makes it all of a quoted text.
pub(super) fn shown(expression: &str) -> String {
    let whole = expression.trim();
    let inner = whole
        .strip_prefix("\"${")
        .and_then(|inner| inner.strip_suffix("}\""));
    let inner = inner.filter(|inner| !inner.contains("${"));
    one_line(inner.unwrap_or(whole), |c| c)
}

/// An expression on one line, cut where it is long, `plain` of each character.
fn one_line(expression: &str, plain: impl Fn(char) -> char) -> String {
    let mut line = String::new();
    for word in expression.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        let plain = |c: char| if c.is_control() { '_' } else { plain(c) };
        line.extend(word.chars().map(plain));
        if line.chars().count() > LONGEST {
            let cut: String = line.chars().take(LONGEST).collect();
            return format!("{cut}...");
        }
    }
    if line.is_empty() { "...".to_owned() } else { line }
}
