//! The value of a JSONata field: JSON in which every string `{% ... %}` is an expression.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::compiled;
use super::delimiters::{Delimited, delimited};
use super::direct::Direct;
use super::evaluate::{Engine, Evaluated, EvaluationError, INTERNAL};
use super::syntax::{Expression, SyntaxError};
use crate::diagnostics::Span;
use crate::expr::Environment;
use crate::source::{NodeKind, NodeRef};
use crate::value::{Map, Number, Value};

/// A field's value, compiled once.
#[derive(Debug, Clone)]
pub struct Template {
    root: Part,
}

#[derive(Debug, Clone)]
enum Part {
    /// No expression inside: shared, never copied.
    Static(Value),
    Expression(Box<Leaf>),
    Array(Vec<Part>),
    Object(Vec<(Arc<str>, Part)>),
}

#[derive(Debug, Clone)]
struct Leaf {
    expression: Arc<Expression>,
    /// Where the leaf stands, relative to the state, as AWS names it in causes: `Output/a/b[0]`.
    field: Arc<str>,
}

/// What `$states` holds besides the context object.
#[derive(Debug, Clone)]
pub struct States {
    /// `$states.input`: always the raw state input.
    pub input: Value,
    /// `$states.result`: of a Task, Parallel or Map that succeeded.
    pub result: Option<Value>,
    /// `$states.errorOutput`: in a catcher.
    pub error_output: Option<Value>,
}

/// What expressions of one state are evaluated with.
pub struct Evaluation<'e> {
    /// The run's engine.
    pub engine: &'e Engine,
    /// The context object and the variables.
    pub environment: &'e dyn Environment,
    /// The other members of `$states`.
    pub states: States,
    /// The virtual time in milliseconds since 1970.
    pub now_millis: i64,
}

/// The JSON type that a field needs of its expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// `Items`
    Array,
    /// `Items` of a Distributed Map
    ArrayOrObject,
    /// `Condition`
    Boolean,
    /// `Seconds`, `MaxConcurrency`, ...
    Number,
    /// `Timestamp`, `Error`, `Cause`
    String,
}

impl Expected {
    fn name(self) -> &'static str {
        match self {
            Expected::Array | Expected::ArrayOrObject => "array",
            Expected::Boolean => "boolean",
            Expected::Number => "number",
            Expected::String => "string",
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match self {
            Expected::ArrayOrObject => matches!(value, Value::Array(_) | Value::Object(_)),
            _ => self.name() == value.type_name(),
        }
    }
}

/// An expression that failed where a state needed it: `States.QueryEvaluationError`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct QueryEvaluationError {
    /// AWS's words, without the frame that names the state.
    pub cause: String,
    /// The field, relative to the state: `Output/a`; `None` where it is not a field that failed.
    pub location: Option<Arc<str>>,
    /// What the expression threw, when it threw.
    pub thrown: Option<EvaluationError>,
    /// Whether the state had begun its work: an expression did give a value of the right type, and that was found to be no
    /// good.
    pub at_work: bool,
}

impl QueryEvaluationError {
    /// A failure that is not that of an expression.
    pub fn without_expression(cause: impl Into<String>) -> Self {
        QueryEvaluationError {
            cause: cause.into(),
            location: None,
            thrown: None,
            at_work: false,
        }
    }
}

impl Template {
    /// The expression, when it is nothing else.
    pub fn expression(&self) -> Option<&Expression> {
        match &self.root {
            Part::Expression(leaf) => Some(&leaf.expression),
            _ => None,
        }
    }

    /// Compiles the value of `field`, a name as causes show it (`Output`, `Catch[1]/Assign`).
    ///
    /// # Errors
    /// The first expression that does not parse, with its place in the file.
    pub fn compile(node: NodeRef<'_>, field: &str) -> Result<Template, (Span, SyntaxError)> {
        Ok(Template {
            root: Part::compile(node, field)?,
        })
    }

    /// The value, its expressions evaluated.
    ///
    /// # Errors
    /// The first expression that fails, gives nothing, or gives a function.
    pub fn evaluate(&self, evaluation: &Evaluation<'_>) -> Result<Value, QueryEvaluationError> {
        self.root.evaluate(evaluation)
    }

    /// Like [`Template::evaluate`], for a field that needs a type.
    ///
    /// # Errors
    /// Those of [`Template::evaluate`], and a value of another type.
    pub fn evaluate_as(
        &self,
        expected: Expected,
        evaluation: &Evaluation<'_>,
    ) -> Result<Value, QueryEvaluationError> {
        let value = self.evaluate(evaluation)?;
        if let Part::Expression(leaf) = &self.root {
            leaf.check(expected, &value)?;
        }
        Ok(value)
    }

    /// The whole number in `range` that a field needs. AWS gives a number that is none the same name as an expression
    /// that fails [Transforming data with JSONata in Step Functions]; its words were not seen.
    ///
    /// # Errors
    /// Those of [`Template::evaluate_as`], and any other number.
    pub fn evaluate_integer(
        &self,
        range: RangeInclusive<i64>,
        evaluation: &Evaluation<'_>,
    ) -> Result<i64, QueryEvaluationError> {
        let value = self.evaluate_as(Expected::Number, evaluation)?;
        let integer = value.as_number().filter(|number| number.is_integer());
        integer
            .and_then(Number::as_i64)
            .filter(|integer| range.contains(integer))
            .ok_or_else(|| {
                let bounds = match *range.end() {
                    i64::MAX => format!("of at least {}", range.start()),
                    end => format!("from {} to {end}", range.start()),
                };
                self.refused(&format!("must be an integer {bounds} but was"), &value)
            })
    }

    /// The error of a value that is of the right type and still not one that the field can have: its `fault` and the
    /// value, after the field's name.
    pub fn refused(&self, fault: &str, value: &Value) -> QueryEvaluationError {
        let location = match &self.root {
            Part::Expression(leaf) => Some(leaf.field.clone()),
            _ => None,
        };
        let field = location.as_deref().and_then(|field| field.rsplit('/').next());
        let shown = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
        QueryEvaluationError {
            cause: format!("The {} field {fault}: {shown}", field.unwrap_or_default()),
            at_work: true,
            location,
            thrown: None,
        }
    }

    /// Whether the member `name` of `value`, which this gave, has the type that is needed of it.
    ///
    /// # Errors
    /// When it has another, and an expression gave it.
    pub fn check_member(
        &self,
        name: &str,
        expected: Expected,
        value: &Value,
    ) -> Result<(), QueryEvaluationError> {
        let part = match &self.root {
            Part::Object(parts) => parts.iter().find(|(key, _)| **key == *name),
            _ => None,
        };
        match (part, value.get(name)) {
            (Some((_, Part::Expression(leaf))), Some(member)) => leaf.check(expected, member),
            _ => Ok(()),
        }
    }

    /// Every expression inside, with the field it stands in.
    pub fn expressions(&self) -> Vec<(&Expression, &str)> {
        let mut found = Vec::new();
        self.root.collect(&mut found);
        found
    }
}

impl Part {
    fn compile(node: NodeRef<'_>, field: &str) -> Result<Part, (Span, SyntaxError)> {
        Ok(match node.kind() {
            NodeKind::String(text) => match delimited(text) {
                Delimited::Expression(range) => {
                    let expression = compiled::jsonata(node.document(), &text[range])
                        .map_err(|error| (node.token_span(), error))?;
                    Part::Expression(Box::new(Leaf {
                        expression,
                        field: Arc::from(field),
                    }))
                }
                _ => Part::Static(Value::String(text.clone())),
            },
            NodeKind::Array(_) => {
                let parts: Result<Vec<Part>, _> = node
                    .items()
                    .enumerate()
                    .map(|(i, item)| Part::compile(item, &format!("{field}[{i}]")))
                    .collect();
                match parts? {
                    parts if parts.iter().all(Part::is_static) => Part::Static(node.to_value()),
                    parts => Part::Array(parts),
                }
            }
            NodeKind::Object(members) => {
                let parts: Result<Vec<(Arc<str>, Part)>, _> = members
                    .iter()
                    .map(|member| {
                        let value = node.document().node(member.value);
                        Part::compile(value, &format!("{field}/{}", member.key))
                            .map(|part| (member.key.clone(), part))
                    })
                    .collect();
                match parts? {
                    parts if parts.iter().all(|(_, part)| part.is_static()) => Part::Static(node.to_value()),
                    parts => Part::Object(parts),
                }
            }
            _ => Part::Static(node.to_value()),
        })
    }

    fn is_static(&self) -> bool {
        matches!(self, Part::Static(_))
    }

    fn evaluate(&self, evaluation: &Evaluation<'_>) -> Result<Value, QueryEvaluationError> {
        match self {
            Part::Static(value) => Ok(value.clone()),
            Part::Expression(leaf) => leaf.evaluate(evaluation),
            Part::Array(parts) => {
                let items: Result<Vec<Value>, _> =
                    parts.iter().map(|part| part.evaluate(evaluation)).collect();
                Ok(Value::from(items?))
            }
            Part::Object(parts) => {
                let mut map = Map::with_capacity(parts.len());
                for (key, part) in parts {
                    map.insert(key.clone(), part.evaluate(evaluation)?);
                }
                Ok(Value::object(map))
            }
        }
    }

    fn collect<'t>(&'t self, found: &mut Vec<(&'t Expression, &'t str)>) {
        match self {
            Part::Static(_) => {}
            Part::Expression(leaf) => found.push((&leaf.expression, &leaf.field)),
            Part::Array(parts) => parts.iter().for_each(|part| part.collect(found)),
            Part::Object(parts) => parts.iter().for_each(|(_, part)| part.collect(found)),
        }
    }
}

impl Leaf {
    fn evaluate(&self, evaluation: &Evaluation<'_>) -> Result<Value, QueryEvaluationError> {
        if let Some(direct) = self.expression.direct()
            && let Some(evaluated) = self.directly(direct, evaluation)
        {
            return self.value(evaluated);
        }
        let states = self.states(evaluation);
        let variables: Vec<(&str, Value)> = self
            .expression
            .variable_names()
            .filter(|name| *name != "states")
            .filter_map(|name| Some((name, evaluation.environment.variable(name)?)))
            .collect();
        let bound = variables.iter().map(|(name, value)| (*name, value));
        match evaluation
            .engine
            .evaluate_in_state(&self.expression, &states, bound, evaluation.now_millis)
        {
            Ok(evaluated) => self.value(evaluated),
            Err(error) => Err(QueryEvaluationError {
                thrown: Some(error.clone()),
                ..self.error(thrown(&error))
            }),
        }
    }

    fn value(&self, evaluated: Evaluated) -> Result<Value, QueryEvaluationError> {
        match evaluated {
            Evaluated::Value(value) => Ok(value),
            Evaluated::Undefined => Err(self.nothing()),
            Evaluated::Function => Err(self.error("returned an unsupported result type.")),
        }
    }

    /// What an expression gives that needs no engine. `None` where it does need it.
    fn directly(&self, direct: &Direct, evaluation: &Evaluation<'_>) -> Option<Evaluated> {
        let environment = evaluation.environment;
        if direct
            .function()
            .is_some_and(|name| environment.variable(name).is_some())
        {
            return None;
        }
        let (root, steps) = match (direct.path().variable(), direct.path().steps()) {
            ("states", [member, rest @ ..]) => {
                let States {
                    input,
                    result,
                    error_output,
                } = &evaluation.states;
                let root = match &**member {
                    "input" => Some(input.clone()),
                    "result" => result.clone(),
                    "errorOutput" => error_output.clone(),
                    "context" => Some(environment.context()),
                    _ => None,
                };
                (root, rest)
            }
            ("states", []) => return None,
            // What no state assigned may still be a function's name.
            (name, steps) => (Some(environment.variable(name)?), steps),
        };
        direct.evaluate(root.as_ref(), steps)
    }

    fn check(&self, expected: Expected, value: &Value) -> Result<(), QueryEvaluationError> {
        if expected.accepts(value) {
            return Ok(());
        }
        Err(self.error(format!(
            "returned an unexpected result type. Expected '{}', but was '{}' for value: {}",
            expected.name(),
            value.type_name(),
            value.to_json()
        )))
    }

    fn nothing(&self) -> QueryEvaluationError {
        self.error("returned nothing (undefined).")
    }

    /// `$states`, with the context object only when the expression reads it.
    fn states(&self, evaluation: &Evaluation<'_>) -> Value {
        let States {
            input,
            result,
            error_output,
        } = &evaluation.states;
        let mut map = Map::with_capacity(4);
        // In the order in which AWS writes it (recorded, TestState).
        map.insert(Arc::from("input"), input.clone());
        if self.expression.reads_field("states", "context") {
            map.insert(Arc::from("context"), evaluation.environment.context());
        }
        if let Some(result) = result {
            map.insert(Arc::from("result"), result.clone());
        }
        if let Some(error_output) = error_output {
            map.insert(Arc::from("errorOutput"), error_output.clone());
        }
        Value::object(map)
    }

    fn error(&self, what: impl AsRef<str>) -> QueryEvaluationError {
        let (source, field) = (self.expression.source(), &self.field);
        QueryEvaluationError {
            cause: format!(
                "The JSONata expression '{source}' specified for the field '{field}' {}",
                what.as_ref()
            ),
            location: Some(field.clone()),
            thrown: None,
            at_work: false,
        }
    }
}

/// AWS's words for an expression that throws: a full stop before a code, a colon where there is none
/// [floci#2736, #2783, measured].
fn thrown(error: &EvaluationError) -> String {
    match error.bound {
        Some(bound) => format!("threw an error during evaluation: {}", bound.words()),
        // An id follows, a new one each time [floci#2736, measured].
        None if error.code == INTERNAL => {
            format!("threw an internal error during evaluation. {}", error.message)
        }
        None => format!("threw an error during evaluation. {error}"),
    }
}
#[cfg(test)]
mod tests;
