//! The languages inside strings: JSONPath, intrinsic functions, JSONata, and the payload template that holds them.
//!
//! Everything here is compiled once, when a definition is read, and evaluated against a [`Scope`].

pub mod condition;
pub mod digest;
mod environment;
pub mod intrinsic;
pub mod jsonata;
pub mod jsonpath;
pub mod random;
pub mod shapes;
pub mod spelling;
mod template;
pub mod timestamp;

pub use environment::{Environment, Scope};
pub use template::{Expression, ExpressionError, PayloadTemplate};
