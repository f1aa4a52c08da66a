//! The languages inside strings: JSONPath, intrinsic functions, JSONata, and the payload template that holds them.

pub mod digest;
mod environment;
pub mod jsonata;
pub mod random;

pub use environment::{Environment, Scope};
