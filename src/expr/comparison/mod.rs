//! The operators of Choice rules in JSONPath.

mod operator;
mod pattern;

pub use operator::Comparator;
pub use pattern::Pattern;
