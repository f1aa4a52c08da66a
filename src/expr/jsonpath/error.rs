//! What can be wrong with a path, and what can go wrong with it.

use std::fmt;

use thiserror::Error;

use crate::diagnostics::Span;

/// A text that is not a JSONPath.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Where, as byte offsets in the expression's text.
    pub span: Span,
}

/// Why a text is not a JSONPath. The words are ours: AWS says only "Value must be a valid JSONPath."
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParseErrorKind {
    /// Longer than [`MAX_LENGTH`](super::MAX_LENGTH) bytes.
    #[error("the path is too long")]
    TooLong,
    /// A filter with more parentheses inside one another than [`MAX_NESTING`](super::MAX_NESTING).
    #[error("the filter is nested too deeply")]
    TooDeep,
    /// No `$` at the start.
    #[error("a path starts with '$'")]
    NoRoot,
    /// Something after the root that begins no step.
    #[error("expected '.' or '['")]
    NoStep,
    /// `.` or `..` with nothing behind it.
    #[error("a path must not end with '.'")]
    EndsWithDot,
    /// More than two dots.
    #[error("expected a name after '.'")]
    NoName,
    /// A blank in an unquoted name.
    #[error("a name with blanks is written in brackets: ['my name']")]
    BlankInName,
    /// A `[` that nothing closes.
    #[error("'[' is not closed")]
    Unclosed,
    /// A quote that nothing closes.
    #[error("the quote is not closed")]
    UnclosedQuote,
    /// Brackets that hold none of: a quoted name, an index, a slice, `*`, a filter.
    #[error("expected a quoted name, an index, a slice, '*' or a filter in brackets")]
    BadBrackets,
    /// An index that is not a number of 32 bits.
    #[error("the index is not a number, or is too large")]
    BadIndex,
    /// A slice with a step, or with neither end.
    #[error("a slice is written [from:to], [from:] or [:to]")]
    BadSlice,
    /// Names in brackets without a comma between them.
    #[error("expected ',' or ']' after the name")]
    NoComma,
    /// A filter that is not `[?( ... )]`.
    #[error("a filter is written [?( ... )]")]
    BadFilter,
    /// Something in a filter that is neither a path nor a literal.
    #[error("expected a path, a string, a number, true, false, null, a list or a pattern")]
    BadOperand,
    /// Something between two operands that is no operator.
    #[error("expected an operator, '&&', '||' or ')'")]
    BadOperator,
    /// A pattern that is not a regular expression.
    #[error("the pattern is not a regular expression")]
    BadPattern,
}

/// Why a path gave no value. The words are Jayway's, which AWS quotes; how they are framed depends on the field
/// (`Invalid path '$.a' : ...`, `The JSONPath '$.a' specified for the field 'm.$' could not be found ...`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathError {
    /// Something on the way is not there (Jayway's PathNotFoundException).
    NotFound(String),
    /// The path cannot be applied at all (Jayway's InvalidPathException).
    Invalid(String),
    /// The document is null, to which AWS applies no path [states-language#29].
    NullInput,
    /// A variable that nothing assigned; its name without the `$`.
    UnknownVariable(String),
}

impl PathError {
    /// The cause AWS gives where a field's path fails: `Invalid path '$.a' : No results for path: $['a']`
    /// [floci#2870, awsdocs#5].
    pub fn in_path_field(&self, path: &str) -> String {
        match self {
            PathError::NullInput => self.to_string(),
            _ => format!("Invalid path '{path}' : {self}"),
        }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::NotFound(text) | PathError::Invalid(text) => f.write_str(text),
            PathError::NullInput => {
                f.write_str("Unable to apply Path transformation to null or empty input.")
            }
            // AWS's words for an unassigned variable are not known; these are in Jayway's manner.
            PathError::UnknownVariable(name) => write!(f, "No results for path: ${name}"),
        }
    }
}

impl std::error::Error for PathError {}
