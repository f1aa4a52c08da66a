//! The languages inside strings: JSONPath, intrinsic functions, JSONata, and the payload template that holds them.
//!
//! Everything here is compiled once, when a definition is read, and evaluated against a [`Scope`].

pub mod digest;
mod environment;
pub mod jsonata;
pub mod jsonpath;
pub mod random;

pub use environment::{Environment, Scope};
