//! What an expression may read besides its input.

use super::random::RandomSource;
use crate::value::Value;

/// The surroundings of an expression in a run: the context object, variables, and a source of random numbers.
///
/// The engine implements it; the parts are made when they are asked for, so that a state that reads only its input
/// pays for nothing else.
pub trait Environment {
    /// The context object, `$$` in JSONPath.
    fn context(&self) -> Value;

    /// The value of the variable `name` (without its `$`); `None` when nothing assigned it.
    fn variable(&self, name: &str) -> Option<Value>;

    /// The run's generator, for `States.MathRandom` without a seed and `States.UUID`.
    fn random(&self) -> &RandomSource;
}

/// Where an expression is evaluated: the value that `$` stands for, and the surroundings.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The value of `$`.
    pub input: &'a Value,
    /// Everything else.
    pub environment: &'a dyn Environment,
}

impl<'a> Scope<'a> {
    /// A scope whose `$` is `input`.
    pub fn new(input: &'a Value, environment: &'a dyn Environment) -> Self {
        Scope { input, environment }
    }
}
