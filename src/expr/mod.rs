//! The languages inside strings: JSONPath, intrinsic functions, JSONata, and the payload template that holds them.

pub mod digest;
pub mod jsonata;
pub mod random;
