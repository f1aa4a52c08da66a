//! Paths, intrinsic functions and payload templates tried at the prompt.

use std::sync::Arc;

use super::{Answer, Language, Mistake};
use crate::diagnostics::Span;
use crate::expr::intrinsic::{Intrinsic, ParseErrorKind};
use crate::expr::jsonpath::Path;
use crate::expr::random::RandomSource;
use crate::expr::{Environment, PayloadTemplate, Scope};
use crate::source::{self, SourceFile};
use crate::value::{Map, Value};

/// The name AWS gives to what fails while a state runs.
const RUNTIME: &str = "States.Runtime";

/// The code of what is refused before a machine runs.
const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

/// The context object and variables of the command line.
pub(super) struct Surroundings {
    context: Value,
    variables: Map,
    random: RandomSource,
}

impl Surroundings {
    pub(super) fn new(context: Option<Value>, variables: Map, seed: u64) -> Self {
        Surroundings {
            context: context.unwrap_or_else(Value::empty_object),
            variables,
            random: RandomSource::new(seed),
        }
    }
}

impl Environment for Surroundings {
    fn context(&self) -> Value {
        self.context.clone()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.variables.get(name).cloned()
    }

    fn random(&self) -> &RandomSource {
        &self.random
    }
}

/// Compiles and evaluates `text`.
pub(super) fn evaluate(language: Language, text: &str, input: &Value, surroundings: &Surroundings) -> Answer {
    let scope = Scope::new(input, surroundings);
    let result = match language {
        Language::Jsonpath => match Path::parse(text) {
            Ok(path) => path
                .evaluate(&scope)
                .map_err(|error| failed(error.in_path_field(path.text()))),
            Err(error) => Err(refused(text, error.to_string(), error.span)),
        },
        Language::Intrinsic => match Intrinsic::parse(text) {
            Ok(call) => call.evaluate(&scope).map_err(|error| {
                let hint = error
                    .hint
                    .as_ref()
                    .map(|hint| format!(" ({hint})"))
                    .unwrap_or_default();
                failed(format!("{error}{hint}"))
            }),
            Err(error) => {
                let message = match &error.kind {
                    ParseErrorKind::UnknownFunction {
                        nearest: Some(nearest),
                        ..
                    } => format!("{error}; did you mean '{nearest}'?"),
                    _ => error.to_string(),
                };
                Err(refused(text, message, error.span))
            }
        },
        Language::Template | Language::Jsonata => template(text, &scope),
    };
    match result {
        Ok(value) => Answer::Result(value),
        Err(mistake) => Answer::Error(mistake),
    }
}

fn template(text: &str, scope: &Scope<'_>) -> Result<Value, Mistake> {
    let parsed = source::parse(Arc::new(SourceFile::new("<expression>", text)));
    let Some(document) = parsed.document else {
        let finding = parsed.findings.into_iter().next();
        let (message, span) =
            finding.map_or_else(|| ("not JSON".into(), Span::at(0)), |f| (f.message, f.span));
        return Err(refused(text, message, span));
    };
    match PayloadTemplate::compile(document.root()) {
        Ok(template) => template
            .evaluate(scope)
            .map_err(|error| failed(error.to_string())),
        Err(problems) => {
            let Some(problem) = problems.into_iter().next() else {
                return Ok(Value::Null);
            };
            let why = problem.error.map_or_else(
                || "a field whose name ends in .$ takes a string".to_owned(),
                |error| error.to_string(),
            );
            let span = document.node(problem.value).span();
            Err(refused(text, format!("{}: {why}", problem.key), span))
        }
    }
}

fn failed(message: String) -> Mistake {
    Mistake {
        code: RUNTIME.into(),
        message,
        position: None,
        span: None,
        help: None,
    }
}

fn refused(text: &str, message: String, span: Span) -> Mistake {
    let before = text.get(..span.range().start).unwrap_or_default();
    Mistake {
        code: SCHEMA.into(),
        message,
        position: Some(before.encode_utf16().count()),
        span: Some(span.range()),
        help: None,
    }
}
