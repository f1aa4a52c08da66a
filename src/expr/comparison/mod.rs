//! Choice rules in JSONPath: comparisons, and their `And`, `Or` and `Not`.

mod operator;
mod pattern;
mod rule;

pub use operator::{Comparator, compare};
pub use pattern::Pattern;
pub use rule::{Rule, RuleError, RuleFailure};
