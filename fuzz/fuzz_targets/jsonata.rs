//! An expression ends, within AWS's bounds, whatever it is: libFuzzer's own limits of time and memory are the test.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::expr::jsonata::{Engine, Expression, Limits};
use sfn_tool::internals::expr::random::RandomSource;
use sfn_tool::internals::source::parse_value;

fuzz_target!(|text: &str| {
    let Ok(expression) = Expression::compile(text) else { return };
    let input = parse_value(r#"{"a": [1, "x", null, {"b": true}], "n": 1e3}"#).expect("JSON");
    let engine = Engine::new(Arc::new(RandomSource::new(0)), Limits::aws());
    let _ = engine.evaluate(&expression, Some(&input), [], 0);
});
