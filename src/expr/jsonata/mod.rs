//! JSONata: expressions in `{% %}`, run by jlens-core behind this small interface, so that it could be replaced.

mod convert;
mod delimiters;
mod direct;
mod evaluate;
mod exact;
mod functions;
mod guard;
mod messages;
mod names;
mod non_finite;
mod plain_path;
mod replace;
mod signatures;
mod strict_json;
mod syntax;
mod template;

pub use delimiters::{Delimited, delimited};
pub use evaluate::{Bound, Engine, Evaluated, EvaluationError, Limits};
pub use guard::set_last_resort;
pub use names::{Call, Use, Uses};
pub use signatures::{Arity, arity, is_removed, names as function_names};
pub use syntax::{Expression, SyntaxError};
pub use template::{Evaluation, Expected, QueryEvaluationError, States, Template};
