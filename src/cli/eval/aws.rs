//! JSONata as a state of AWS evaluates it: refused as a definition is, run as the simulator runs it.

use std::sync::Arc;

use super::jsonpath::Surroundings;
use super::{Answer, Mistake};
use crate::expr::jsonata::{Engine, Evaluation, Expression, Limits, States, Template};
use crate::expr::random::RandomSource;
use crate::history::Failure;
use crate::simulate::MOST_BYTES;
use crate::source::{self, SourceFile};
use crate::validate::{expression_refusals, operator_instead};
use crate::value::Value;

/// Evaluates `text` as the `Output` of a state whose input is `input`.
pub(super) fn evaluate(text: &str, input: Value, surroundings: &Surroundings, seed: u64) -> Answer {
    let expression = match Expression::compile_in_definition(text) {
        Ok(expression) => expression,
        Err(error) => {
            let mistake = Mistake::from(error);
            return Answer::Error(Mistake {
                code: "INVALID_JSONATA_EXPRESSION".to_owned(),
                help: operator_instead(text).map(str::to_owned),
                ..mistake
            });
        }
    };
    if let Some((code, message, span)) = expression_refusals(&expression).next() {
        let position = Some(text[..span.start].encode_utf16().count());
        return Answer::Error(Mistake {
            code: code.to_owned(),
            message,
            position,
            span: Some(span),
            help: Some("the input is $states.input".to_owned()),
        });
    }
    // The field as it would stand in a definition.
    let field = Value::from(format!("{{% {text} %}}")).to_json();
    let parsed = source::parse_any(Arc::new(SourceFile::new("<expression>", field)));
    let template = parsed
        .document
        .map(|document| Template::compile(document.root(), "Output"));
    let Some(Ok(template)) = template else {
        return Answer::Undefined(true);
    };
    let evaluation = Evaluation {
        engine: &Engine::new(Arc::new(RandomSource::new(seed)), Limits::aws()),
        environment: surroundings,
        states: States {
            input,
            result: None,
            error_output: None,
        },
        now_millis: super::now_millis(),
    };
    match template.evaluate(&evaluation) {
        Ok(value) if value.json_len() > MOST_BYTES => Answer::Error(too_large()),
        Ok(value) => Answer::Result(value),
        Err(error) => {
            let thrown = error.thrown.as_ref();
            let position = thrown.and_then(|thrown| thrown.position);
            Answer::Error(Mistake {
                code: "States.QueryEvaluationError".to_owned(),
                position,
                span: position.map(|at| super::byte_offset(text, at)).map(|at| at..at),
                help: thrown.and_then(|thrown| super::help(&expression, &thrown.code)),
                message: error.cause,
            })
        }
    }
}

/// An output that no state may have; the state is called as TestState calls one that is no machine's.
fn too_large() -> Mistake {
    let failure = Failure::data_limit("StateName");
    let text = |text: Option<Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
    Mistake {
        code: text(failure.error),
        message: text(failure.cause),
        position: None,
        span: None,
        help: Some(format!("an output has at most {MOST_BYTES} bytes as JSON")),
    }
}
