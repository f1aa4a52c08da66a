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

#[cfg(test)]
mod tests {
    use super::*;

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
