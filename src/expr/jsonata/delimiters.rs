//! Which strings are JSONata.

use std::ops::Range;

/// What a string of a JSONata state is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delimited {
    /// `{% ... %}`: an expression, at these bytes of the string, the space around it cut off.
    Expression(Range<usize>),
    /// Plain text.
    Literal,
    /// Only one of the two ends is there: AWS refuses it with `JSONata string must start with {% and end with %}`.
    Unbalanced,
}

/// Tells what `text` is. It is an expression when it starts with `{%` and ends with `%}`, no space outside; text with
/// space before and after both is plain (recorded by AWS), and one end alone is a mistake [Transforming data with
/// JSONata].
pub fn delimited(text: &str) -> Delimited {
    match (text.starts_with("{%"), text.ends_with("%}") && text.len() >= 4) {
        (true, true) => {
            let inner = &text[2..text.len() - 2];
            let start = 2 + (inner.len() - inner.trim_start().len());
            Delimited::Expression(start..start + inner.trim().len())
        }
        (false, false) => Delimited::Literal,
        _ => Delimited::Unbalanced,
    }
}

/// Whether a text in quotes begins in `before` and does not end there; nothing where that cannot be told: a `/` may begin
/// a regular expression, in which quotes are letters.
pub fn is_quoted(before: &str) -> Option<bool> {
    let mut quote = None;
    let mut chars = before.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', Some(_)) => {
                chars.next();
            }
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'' | '`', None) => quote = Some(c),
            ('/', None) => return None,
            _ => {}
        }
    }
    // In backquotes it is a part of a name.
    (quote != Some('`')).then_some(quote.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_beginning_stands_in_a_text_or_not() {
        for (before, expected) in [
            ("$a & '", Some(true)),
            ("$a & '\\\\' & ", Some(false)),
            ("\"it's\\\" ", Some(true)),
            ("", Some(false)),
            ("$a.`x ", None),
            ("$a / 2 & '", None),
        ] {
            assert_eq!(is_quoted(before), expected, "{before}");
        }
    }

    #[test]
    fn ends_decide() {
        assert_eq!(delimited("{% $x %}"), Delimited::Expression(3..5));
        assert_eq!(delimited("{%$x%}"), Delimited::Expression(2..4));
        assert_eq!(delimited("{%%}"), Delimited::Expression(2..2));
        assert_eq!(delimited("{%  %}"), Delimited::Expression(4..4));
        assert_eq!(delimited(" {% $x %} "), Delimited::Literal);
        assert_eq!(delimited("$x"), Delimited::Literal);
        assert_eq!(delimited("{% $x"), Delimited::Unbalanced);
        assert_eq!(delimited("$x %}"), Delimited::Unbalanced);
        assert_eq!(delimited("{%}"), Delimited::Unbalanced);
    }
}
