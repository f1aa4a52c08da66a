//! A path on the first line, the JSON that it is applied to on the others.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::expr::jsonpath::{Path, ReferencePath};
use sfn_tool::internals::source::parse_value;
use sfn_tool::internals::value::Value;

fuzz_target!(|text: &str| {
    let (path, json) = text.split_once('\n').unwrap_or((text, "{}"));
    let value = parse_value(json).unwrap_or_else(|_| Value::empty_object());
    if let Ok(path) = Path::parse(path) {
        let _ = path.apply(&value);
    }
    if let Ok(path) = ReferencePath::parse(path)
        && let Ok(written) = path.write(&value, Value::from("here"))
    {
        assert_eq!(path.read(&written), Some(&Value::from("here")));
    }
});
