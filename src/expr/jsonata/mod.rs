//! JSONata: expressions in `{% %}`, run by jlens-core behind this small interface, so that it could be replaced.

mod absent;
mod clock;
pub(crate) mod compiled;
mod condition;
mod constants;
mod convert;
mod delimiters;
mod direct;
mod evaluate;
mod exact;
mod functions;
mod gives;
mod guard;
mod matches;
mod messages;
mod names;
mod non_finite;
mod patterns;
mod plain_path;
mod replace;
mod replaced_text;
mod signatures;
mod split;
mod strict_json;
mod syntax;
mod template;
mod trace;
mod unique;
mod wanted;

pub use condition::varies;
pub use delimiters::{Delimited, delimited, is_quoted};
pub use evaluate::{Engine, Evaluated, Limits};
pub use guard::set_last_resort;
pub use names::Call;
pub use signatures::{arity, is_removed, names as function_names};
pub use syntax::{Expression, SyntaxError};
pub use template::{Evaluation, Expected, QueryEvaluationError, States, Template};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Engine, Evaluated, Expression, Limits};
    use crate::expr::random::RandomSource;

    /// What an expression without input gives, as text.
    pub(super) fn run(text: &str) -> String {
        let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::default());
        let expression = Expression::compile(text).unwrap();
        match engine.evaluate(&expression, None, [], 0) {
            Ok(Evaluated::Value(value)) => value.to_json(),
            Ok(other) => format!("{other:?}"),
            Err(error) => format!("{:?} {error}", error.position),
        }
    }
}
