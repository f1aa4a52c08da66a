//! Expected causes are AWS's, as users and recordings quote them.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::expr::Environment;
use crate::expr::random::RandomSource;
use crate::source::{self, SourceFile};

struct Surroundings(RandomSource);

impl Environment for Surroundings {
    fn context(&self) -> Value {
        Value::from(&json!({"Execution": {"Name": "run"}}))
    }

    fn variable(&self, name: &str) -> Option<Value> {
        (name == "x").then(|| Value::from(&json!({"y": [7]})))
    }

    fn random(&self) -> &RandomSource {
        &self.0
    }
}

fn compile_text(template: &str) -> Result<PayloadTemplate, Vec<TemplateProblem>> {
    let parsed = source::parse_any(Arc::new(SourceFile::new("t", template)));
    PayloadTemplate::compile(parsed.document.expect("JSON").root())
}

fn evaluate(template: &str, input: serde_json::Value) -> Result<String, String> {
    let template = compile_text(template).expect("it compiles");
    template
        .evaluate(&Scope::new(
            &Value::from(&input),
            &Surroundings(RandomSource::new(1)),
        ))
        .map(|value| value.to_json())
        .map_err(|error| error.to_string())
}

#[test]
fn fields_are_evaluated_at_every_depth() {
    let template = r#"{"a.$": "$.v", "b": [{"c.$": "$$.Execution.Name", "d": "$.v"}, 1], "e": {"f": {"g.$": "$x.y[0]"}},
        "h.$": "States.Format('{}!', $.v)", "i": {"s": [1, {}]}, "j.$": "$.list[9]"}"#;
    // What is computed stands behind the rest.
    let expected =
        r#"{"b":[{"d":"$.v","c":"run"},1],"e":{"f":{"g":7}},"i":{"s":[1,{}]},"a":1,"h":"1!","j":null}"#;
    assert_eq!(
        evaluate(template, json!({"v": 1, "list": []})),
        Ok(expected.into())
    );
}

#[test]
fn static_parts_are_shared() {
    let template = compile_text(r#"{"s": {"big": [1, 2]}, "v.$": "$"}"#).expect("it compiles");
    let run = || {
        let value = template.evaluate(&Scope::new(&Value::from(1), &Surroundings(RandomSource::new(1))));
        match value.expect("a value").get("s") {
            Some(Value::Object(map)) => map.clone(),
            other => panic!("not an object: {other:?}"),
        }
    };
    assert!(Arc::ptr_eq(&run(), &run()));
}

#[test]
fn missing_places_are_told_as_aws_tells_them() {
    for (template, input, cause) in [
        (
            r#"{"o": {"m.$": "$.nope"}}"#,
            json!({"x": "a"}),
            "The JSONPath '$.nope' specified for the field 'm.$' could not be found in the input '{\"x\":\"a\"}'",
        ),
        (
            r#"{"m.$": "$.list.length()"}"#,
            json!({"list": [1]}),
            "The JSONPath '$.list.length()' specified for the field 'm.$' could not be found in the input '{\"list\":[1]}'",
        ),
        (
            r#"{"m.$": "States.Format('{}', $.nope)"}"#,
            json!({"other": 1}),
            "The function 'States.Format('{}', $.nope)' had the following error: The JsonPath argument for the field \
             '$.nope' could not be found in the input '{\"other\":1}'",
        ),
        (
            r#"{"m.$": "$"}"#,
            json!(null),
            "Unable to apply Path transformation to null or empty input.",
        ),
    ] {
        assert_eq!(evaluate(template, input), Err(cause.into()), "{template}");
    }
}

#[test]
fn every_broken_field_is_reported() {
    let problems =
        compile_text(r#"{"a.$": "x", "b": {"c.$": 1, "d.$": "$.", "e.$": "$.ok"}}"#).expect_err("broken");
    let keys: Vec<&str> = problems.iter().map(|problem| &*problem.key).collect();
    assert_eq!(keys, ["a.$", "c.$", "d.$"]);
    assert!(problems[1].error.is_none());
    assert_eq!(
        problems[2].error.as_ref().map(|e| e.span()),
        Some(Span::new(1, 2))
    );
}
