//! What can be wrong with a call, and what can go wrong in it.

use std::sync::Arc;

use thiserror::Error;

use super::{MAX_LENGTH, MAX_NESTING};
use crate::diagnostics::Span;
use crate::expr::jsonpath;

/// A text that is no call of an intrinsic function.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Where, as byte offsets in the expression's text.
    pub span: Span,
}

/// Why a text is no call. The words are ours: AWS says only that the value "must be a valid JSONPath or a valid
/// intrinsic function call".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseErrorKind {
    /// Longer than [`MAX_LENGTH`] bytes.
    #[error("the expression is longer than {MAX_LENGTH} bytes")]
    TooLong,
    /// More calls inside one another than AWS allows.
    #[error("more than {MAX_NESTING} intrinsic functions inside one another")]
    TooDeep,
    /// Neither `$` nor `States.` at the start.
    #[error("expected a path that starts with '$' or a call that starts with 'States.'")]
    NotACall,
    /// No such function; the nearest name, where one is near.
    #[error("there is no intrinsic function '{name}'")]
    UnknownFunction {
        /// The name as it is written.
        name: String,
        /// A function whose name is near.
        nearest: Option<&'static str>,
    },
    /// No `(` behind the name.
    #[error("expected '(' behind the function's name")]
    NoParenthesis,
    /// A `(` that nothing closes.
    #[error("'(' is not closed")]
    Unclosed,
    /// Something between two arguments that is no comma.
    #[error("expected ',' or ')' behind the argument")]
    NoComma,
    /// Something that is no argument.
    #[error("expected a path, a text in single quotes, a number, true, false, null or a call")]
    BadArgument,
    /// A quote that nothing closes.
    #[error("the quote is not closed")]
    UnclosedQuote,
    /// A backslash in front of something that needs none.
    #[error("a backslash may only stand before ', {{, }} or another backslash")]
    BadEscape,
    /// A path that is not one.
    #[error("{0}")]
    Path(jsonpath::ParseErrorKind),
    /// Too few or too many arguments.
    #[error("{function} takes {expected}, not {found}")]
    WrongCount {
        /// The function.
        function: &'static str,
        /// `2 arguments`, `2 or 3 arguments`
        expected: String,
        /// How many there are.
        found: usize,
    },
    /// Something behind the call.
    #[error("nothing may follow the call")]
    Trailing,
}

/// A call that failed while it ran; AWS raises it as `States.Runtime`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("The function '{call}' had the following error: {error}")]
pub struct IntrinsicError {
    /// The outermost call as it is written, also when one inside it failed [floci#2870].
    pub call: Arc<str>,
    /// AWS's words: `The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'`
    /// [floci#2870], or `Invalid arguments in States.MathAdd`.
    pub error: String,
    /// What is wrong with the arguments, in our words; AWS does not say.
    pub hint: Option<String>,
}
