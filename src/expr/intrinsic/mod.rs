//! Intrinsic functions: `States.Format('{}-{}', $.a, States.UUID())`.
//!
//! [Intrinsic functions for JSONPath states in Step Functions]. Each function is one entry of [`FUNCTIONS`].

mod call;
mod certain;
mod error;
mod function;
mod functions;
mod parse;
mod slots;
#[cfg(test)]
mod tests;

pub use call::{ArgumentKind, Call, Intrinsic};
pub use certain::Known;
pub use error::{IntrinsicError, ParseError, ParseErrorKind};
pub use function::{Arguments, FUNCTIONS, Wrong, function};
pub use parse::{MAX_LENGTH, MAX_NESTING};
