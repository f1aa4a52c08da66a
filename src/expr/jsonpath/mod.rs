//! JSONPath as AWS has it: Jayway's JsonPath, of a version (2.0) that knows no functions.
//!
//! The version shows in AWS's answers: `$.list.length()` asks for a property called `length()`
//! [awsdocs/aws-step-functions-developer-guide#5], `$['a','b']` gives one object with both members, and more steps
//! behind it fail with "Multi properties can only be used as path leafs" [gist deric4]. An index past the end of an
//! array gives null, as Jackson's `ArrayNode.get` does [floci#3167].

mod error;
mod evaluate;
mod filter;
mod filter_parse;
mod parse;
mod path;
mod reference;
#[cfg(test)]
mod tests;

pub use error::{ParseError, ParseErrorKind, PathError};
pub use filter::{CompareOperator, Filter, Operand};
pub use path::{Path, Root, Step, StepKind};
pub use reference::{ReferenceKind, ReferencePath};
