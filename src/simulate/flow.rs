//! The data flow of a state: from its input to what it works on, and from its result to its output.
//!
//! JSONPath states: InputPath, Parameters, (the state's work), ResultSelector, ResultPath, OutputPath, and Assign
//! beside them. JSONata states: Arguments, (the work), Output and Assign side by side.

use std::borrow::Cow;
use std::sync::Arc;

use super::eval_context::Surroundings;
use super::program::Next;
use super::test_state::Step;
use crate::asl::error_names::REFERENCE_PATH_CONFLICT;
use crate::expr::jsonpath::{Path, ReferencePath, Root};
use crate::expr::{PayloadTemplate, jsonata};
use crate::history::failure::{Failure, names};
use crate::value::{Map, Value};

/// What went wrong in a state, before it is framed.
#[derive(Debug, Clone)]
pub(super) enum Problem {
    /// The interpreter could not go on: an error's name, and what happened.
    InState(&'static str, String),
    /// A JSONata expression failed.
    Query(jsonata::QueryEvaluationError),
    /// A failure that is shown as it stands.
    Plain(Failure),
}

impl Problem {
    /// The same, of a state that had begun its work.
    pub(super) fn at_work(self) -> Self {
        match self {
            Problem::Query(error) => Problem::Query(jsonata::QueryEvaluationError {
                at_work: true,
                ..error
            }),
            other => other,
        }
    }

    /// States.Runtime.
    pub(super) fn runtime(what: impl Into<String>) -> Self {
        Problem::InState(names::RUNTIME, what.into())
    }
}

impl From<jsonata::QueryEvaluationError> for Problem {
    fn from(error: jsonata::QueryEvaluationError) -> Self {
        Problem::Query(error)
    }
}

/// How a state is left.
#[derive(Debug)]
pub(super) struct Exit {
    pub(super) output: Value,
    /// The variables it sets; `None` for a state without `Assign`.
    pub(super) assigned: Option<Arc<Map>>,
    /// Where to, when it is not the state's `Next`.
    pub(super) next: Option<Next>,
    /// Bytes that the output has at most: it is counted in full only when this passes the limit, so that data which
    /// a state hands on untouched costs nothing.
    pub(super) bytes: usize,
}

/// Largest input or output of a state, in bytes of UTF-8 [Step Functions service quotas].
pub const MOST_BYTES: usize = 262_144;

/// `InputPath`, `OutputPath`, `ItemsPath`.
#[derive(Debug)]
pub(super) enum PathField {
    /// Absent, or `$`.
    Whole,
    /// `null`: an empty object.
    Empty,
    At(Path),
}

impl PathField {
    /// Whether it chooses a part of the context object.
    pub(super) fn is_in_context(&self) -> bool {
        matches!(self, PathField::At(path) if *path.root() == Root::Context)
    }

    /// What it chooses of `value`: that itself, where it is the whole.
    pub(super) fn apply<'v>(
        &self,
        value: &'v Value,
        around: &Surroundings<'_>,
    ) -> Result<Cow<'v, Value>, Problem> {
        match self {
            PathField::Whole => Ok(Cow::Borrowed(value)),
            PathField::Empty => Ok(Cow::Owned(Value::empty_object())),
            PathField::At(path) => path
                .evaluate(&around.scope(value))
                .map(Cow::Owned)
                .map_err(|error| Problem::runtime(error.in_path_field(path.text()))),
        }
    }

    /// The same of a value that is needed no more.
    fn choose(&self, value: Value, around: &Surroundings<'_>) -> Result<Value, Problem> {
        match self {
            PathField::Whole => Ok(value),
            _ => self.apply(&value, around).map(Cow::into_owned),
        }
    }
}

/// `ResultPath`.
#[derive(Debug)]
pub(super) enum ResultPath {
    /// Absent, or `$`: the result takes the input's place.
    Whole,
    /// `null`: the result is dropped.
    Discard,
    At(ReferencePath),
}

impl PathField {
    /// Bytes that a choice of a value of `bytes` bytes has at most.
    fn bytes(&self, bytes: usize, chosen: &Value) -> usize {
        match self {
            PathField::Whole => bytes,
            PathField::Empty => 2,
            PathField::At(path) if *path.root() == Root::Input => bytes,
            // The context object and variables may be larger than the input.
            PathField::At(_) => chosen.json_len(),
        }
    }
}

impl ResultPath {
    /// Bytes that the input `raw`, of at most `bytes`, has at most with a result of `result` bytes. It may cost what
    /// the value that is replaced has, never what the rest of the input has: a loop that counts beside much data adds
    /// nothing in each turn, and needs no new count of it all.
    fn bytes(&self, raw: &Value, bytes: usize, result: usize) -> usize {
        match self {
            ResultPath::Whole => result,
            ResultPath::Discard => bytes,
            ResultPath::At(path) => match path.read(raw) {
                Some(replaced) => (bytes + result).saturating_sub(replaced.json_len()),
                // The members on the way: names, quotes, braces, colons and commas.
                None => bytes + result + path.text().len() * 2 + path.steps().len() * 6,
            },
        }
    }

    fn apply(&self, raw: &Value, result: Value) -> Result<Value, Problem> {
        match self {
            ResultPath::Whole => Ok(result),
            ResultPath::Discard => Ok(raw.clone()),
            // Seen without the frame that names the state [qiita tsubasaogawa 4fe341bd; construct-hub#459].
            ResultPath::At(path) => path
                .write(raw, result)
                .map_err(|cause| Problem::Plain(Failure::new(REFERENCE_PATH_CONFLICT, cause))),
        }
    }
}

/// A payload of either language.
#[derive(Debug)]
pub(super) enum Payload {
    JsonPath(PayloadTemplate),
    Jsonata(jsonata::Template),
}

impl Payload {
    /// Its value, where `input` is JSONPath's `$` and `result` JSONata's `$states.result`.
    pub(super) fn evaluate(
        &self,
        around: &Surroundings<'_>,
        input: &Value,
        result: Option<&Value>,
        error_output: Option<&Value>,
    ) -> Result<Value, Problem> {
        match self {
            Payload::JsonPath(template) => template
                .evaluate(&around.scope(input))
                .map_err(|error| Problem::runtime(error.to_string())),
            Payload::Jsonata(template) => {
                let value = template.evaluate(&around.evaluation(result, error_output))?;
                Ok(around.made(value))
            }
        }
    }
}

/// `Assign`: an object of variables.
#[derive(Debug)]
pub(super) struct Assign(pub(super) Payload);

impl Assign {
    pub(super) fn evaluate(
        &self,
        around: &Surroundings<'_>,
        input: &Value,
        result: Option<&Value>,
        error_output: Option<&Value>,
    ) -> Result<Arc<Map>, Problem> {
        match self.0.evaluate(around, input, result, error_output)? {
            Value::Object(map) => Ok(map),
            // The compiler takes nothing but objects.
            _ => Ok(Arc::default()),
        }
    }
}

/// The data-flow fields of a state.
#[derive(Debug)]
pub(super) enum Flow {
    JsonPath(Box<JsonPathFlow>),
    Jsonata(Box<JsonataFlow>),
}

/// The data-flow fields of JSONPath; a type that lacks one has its default.
#[derive(Debug)]
pub(super) struct JsonPathFlow {
    pub(super) input_path: PathField,
    pub(super) parameters: Option<Payload>,
    pub(super) result_selector: Option<Payload>,
    pub(super) result_path: ResultPath,
    pub(super) output_path: PathField,
    pub(super) assign: Option<Assign>,
}

/// The data-flow fields of JSONata.
#[derive(Debug)]
pub(super) struct JsonataFlow {
    pub(super) arguments: Option<Payload>,
    pub(super) output: Option<Payload>,
    pub(super) assign: Option<Assign>,
}

impl Flow {
    /// The input the state works on: InputPath's choice of the raw one.
    pub(super) fn effective<'e>(&self, around: &Surroundings<'e>) -> Result<Cow<'e, Value>, Problem> {
        match self {
            Flow::JsonPath(flow) => {
                let effective = flow.input_path.apply(around.raw_input(), around)?;
                around.note(Step::InputPath, &effective);
                Ok(effective)
            }
            Flow::Jsonata(_) => Ok(Cow::Borrowed(around.raw_input())),
        }
    }

    /// What the state sends out: Parameters or Arguments, else the effective input.
    pub(super) fn payload(&self, around: &Surroundings<'_>, effective: &Value) -> Result<Value, Problem> {
        let (field, step) = match self {
            Flow::JsonPath(flow) => (&flow.parameters, Step::Parameters),
            Flow::Jsonata(flow) => (&flow.arguments, Step::Arguments),
        };
        let payload = match field {
            Some(payload) => payload.evaluate(around, effective, None, None)?,
            None => effective.clone(),
        };
        around.note(step, &payload);
        Ok(payload)
    }

    /// Whether what the state sends out is made by Parameters or Arguments.
    pub(super) fn makes_payload(&self) -> bool {
        match self {
            Flow::JsonPath(flow) => flow.parameters.is_some(),
            Flow::Jsonata(flow) => flow.arguments.is_some(),
        }
    }

    /// From a result to the output. JSONPath's Assign sees the result before ResultSelector [Accessing execution data
    /// from the Context object].
    pub(super) fn finish(&self, around: &Surroundings<'_>, result: Value) -> Result<Exit, Problem> {
        around.note(Step::Result, &result);
        match self {
            Flow::JsonPath(flow) => {
                let assigned = flow
                    .assign
                    .as_ref()
                    .map(|assign| assign.evaluate(around, &result, None, None))
                    .transpose()?;
                let selected = match &flow.result_selector {
                    Some(selector) => selector.evaluate(around, &result, None, None)?,
                    None => result,
                };
                around.note(Step::ResultSelector, &selected);
                let raw = around.raw_input();
                let bytes = flow
                    .result_path
                    .bytes(raw, around.raw_bytes(), selected.json_len());
                let combined = flow.result_path.apply(raw, selected)?;
                around.note(Step::ResultPath, &combined);
                let output = flow.output_path.choose(combined, around)?;
                Ok(Exit {
                    bytes: flow.output_path.bytes(bytes, &output),
                    output,
                    assigned,
                    next: None,
                })
            }
            Flow::Jsonata(flow) => flow.finish(around, Some(&result), result.clone()),
        }
    }

    /// The output of a state that has no result of its own: its effective input, or what Output makes of it.
    pub(super) fn pass_on(
        &self,
        around: &Surroundings<'_>,
        effective: Cow<'_, Value>,
    ) -> Result<Exit, Problem> {
        match self {
            Flow::JsonPath(flow) => {
                let assigned = flow
                    .assign
                    .as_ref()
                    .map(|assign| assign.evaluate(around, &effective, None, None))
                    .transpose()?;
                Ok(Exit {
                    assigned,
                    ..self.handed_on(around, effective)?
                })
            }
            Flow::Jsonata(flow) => flow.finish(around, None, effective.into_owned()),
        }
    }

    /// The effective input as the output, without Output and Assign.
    pub(super) fn handed_on(
        &self,
        around: &Surroundings<'_>,
        effective: Cow<'_, Value>,
    ) -> Result<Exit, Problem> {
        let (output, bytes) = match self {
            Flow::JsonPath(flow) => {
                let bytes = flow.input_path.bytes(around.raw_bytes(), &effective);
                let output = flow.output_path.choose(effective.into_owned(), around)?;
                let bytes = flow.output_path.bytes(bytes, &output);
                (output, bytes)
            }
            Flow::Jsonata(_) => (effective.into_owned(), around.raw_bytes()),
        };
        Ok(Exit {
            output,
            assigned: None,
            next: None,
            bytes,
        })
    }
}

impl JsonataFlow {
    /// Assign and Output see the same variables: those before the state [Accessing execution data from the Context
    /// object].
    fn finish(
        &self,
        around: &Surroundings<'_>,
        result: Option<&Value>,
        default: Value,
    ) -> Result<Exit, Problem> {
        let assigned = self
            .assign
            .as_ref()
            .map(|assign| assign.evaluate(around, around.raw_input(), result, None))
            .transpose()?;
        let output = match &self.output {
            Some(output) => output.evaluate(around, around.raw_input(), result, None)?,
            None => default,
        };
        let bytes = match (&self.output, result) {
            // The input, as it came.
            (None, None) => around.raw_bytes(),
            _ => output.json_len(),
        };
        Ok(Exit {
            output,
            assigned,
            next: None,
            bytes,
        })
    }
}

/// What a catcher makes of a failure.
#[derive(Debug)]
pub(super) enum CatchFlow {
    JsonPath {
        result_path: ResultPath,
        assign: Option<Assign>,
    },
    Jsonata {
        output: Option<Payload>,
        assign: Option<Assign>,
    },
}

impl CatchFlow {
    /// The output that the catcher's state is left with.
    pub(super) fn apply(&self, around: &Surroundings<'_>, failure: &Failure) -> Result<Exit, Problem> {
        let error = failure.output();
        let assigned = |assign: &Option<Assign>| {
            assign
                .as_ref()
                .map(|assign| assign.evaluate(around, &error, None, Some(&error)))
                .transpose()
        };
        let (output, assigned): (Value, _) = match self {
            CatchFlow::JsonPath { result_path, assign } => (
                result_path.apply(around.raw_input(), error.clone())?,
                assigned(assign)?,
            ),
            CatchFlow::Jsonata { output, assign } => {
                let assigned = assigned(assign)?;
                let output = match output {
                    Some(output) => output.evaluate(around, around.raw_input(), None, Some(&error))?,
                    None => error.clone(),
                };
                (output, assigned)
            }
        };
        Ok(Exit {
            bytes: output.json_len(),
            output,
            assigned,
            next: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bytes(path: &str, raw: &serde_json::Value, result: &serde_json::Value) -> (usize, usize) {
        let path = ResultPath::At(ReferencePath::parse(path).expect("a reference path"));
        let (raw, result) = (Value::from(raw), Value::from(result));
        let bound = path.bytes(&raw, raw.json_len(), result.json_len());
        let written = path.apply(&raw, result).expect("the path fits");
        (bound, written.json_len())
    }

    // What a bound is wrong by adds up in a loop, and when it passes the limit everything is counted.
    #[test]
    fn what_a_result_replaces_is_known_exactly() {
        let raw = json!({"count": {"n": 99}, "list": [1, "two"], "data": "x".repeat(1000)});
        for (path, result) in [
            ("$.count", json!({"n": 100})),
            ("$.count.n", json!(null)),
            ("$.list[1]", json!("a \"longer\" text")),
            ("$.data", json!(0)),
        ] {
            let (bound, written) = bytes(path, &raw, &result);
            assert_eq!(bound, written, "{path}");
        }
    }

    #[test]
    fn a_new_member_has_room() {
        for (path, raw) in [
            ("$.new", json!({})),
            ("$.new", json!({"old": 1})),
            ("$.a.b.c", json!({"a": null})),
            ("$['a \"b\"']['c']", json!({})),
        ] {
            let (bound, written) = bytes(path, &raw, &json!([1, 2]));
            assert!(bound >= written, "{path}: {bound} {written}");
        }
    }
}
