//! Payload templates: JSON in which a key that ends in `.$` has a path or a call as its value.
//!
//! [states-language.net, "Payload Template"]: Parameters, ResultSelector, ItemSelector, Assign and their like.

use std::sync::Arc;

use thiserror::Error;

use super::Scope;
use super::intrinsic::{self, Intrinsic, IntrinsicError};
use super::jsonpath::{self, Path, PathError, Root};
use crate::diagnostics::Span;
use crate::source::{NodeId, NodeKind, NodeRef};
use crate::value::{Map, Value, hash_order};

/// The value of a `.$` field: a path or a call.
#[derive(Debug, Clone)]
pub enum Expression {
    /// `$.a`
    Path(Path),
    /// `States.UUID()`
    Intrinsic(Intrinsic),
}

/// A text that is neither a path nor a call.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionError {
    /// It starts as a path does.
    #[error("{0}")]
    Path(jsonpath::ParseError),
    /// It does not.
    #[error("{0}")]
    Intrinsic(intrinsic::ParseError),
}

impl ExpressionError {
    /// Where, as byte offsets in the expression's text.
    pub fn span(&self) -> Span {
        match self {
            ExpressionError::Path(error) => error.span,
            ExpressionError::Intrinsic(error) => error.span,
        }
    }
}

/// Why an expression gave no value; AWS raises it as `States.Runtime`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvaluationError {
    /// The place that a path names is not there [floci#2868].
    #[error(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    )]
    NotFound {
        /// The path as it is written.
        path: Arc<str>,
        /// The field: the key with its `.$`, or the name of a `...Path` field.
        field: Arc<str>,
        /// The value that was searched, as compact JSON.
        input: String,
    },
    /// A path cannot be applied at all.
    #[error("{0}")]
    Path(String),
    /// A call failed.
    #[error(transparent)]
    Intrinsic(#[from] IntrinsicError),
}

impl Expression {
    /// Compiles the value of a `.$` field, or of a field that takes a path or a call.
    pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
        if text.trim_start().starts_with('$') {
            Path::parse(text)
                .map(Expression::Path)
                .map_err(ExpressionError::Path)
        } else {
            Intrinsic::parse(text)
                .map(Expression::Intrinsic)
                .map_err(ExpressionError::Intrinsic)
        }
    }

    /// Its value. `field` is the name that AWS gives in causes: the key with its `.$`.
    pub fn evaluate(&self, scope: &Scope<'_>, field: &Arc<str>) -> Result<Value, EvaluationError> {
        match self {
            Expression::Intrinsic(call) => Ok(call.evaluate(scope)?),
            Expression::Path(path) => path.evaluate(scope).map_err(|error| match error {
                PathError::NotFound(_) | PathError::UnknownVariable(_) => EvaluationError::NotFound {
                    path: path.text().clone(),
                    field: field.clone(),
                    input: match path.root() {
                        Root::Context => scope.environment.context().to_json(),
                        Root::Input | Root::Variable(_) => scope.input.to_json(),
                    },
                },
                error => EvaluationError::Path(error.in_path_field(path.text())),
            }),
        }
    }
}

/// A payload template, compiled once.
#[derive(Debug, Clone)]
pub struct PayloadTemplate {
    root: Part,
}

#[derive(Debug, Clone)]
enum Part {
    /// No expression inside: shared, never copied.
    Static(Value),
    Expression(Box<Field>),
    Array(Vec<Part>),
    Object(Box<Members>),
}

#[derive(Debug, Clone)]
struct Members {
    /// In the order of the text, in which they are evaluated.
    parts: Vec<(Arc<str>, Part)>,
    /// In which order they stand in the value.
    order: Vec<usize>,
}

impl Members {
    /// AWS takes the `.$` fields out, and puts their values behind the others (recorded by AWS), in the [order of its
    /// map](hash_order).
    fn of(parts: Vec<(Arc<str>, Part)>) -> Members {
        let is_expression = |index: &usize| matches!(parts[*index].1, Part::Expression(_));
        let (dynamic, mut order): (Vec<usize>, Vec<usize>) = (0..parts.len()).partition(is_expression);
        let behind = hash_order(dynamic.iter().map(|&index| &*parts[index].0));
        order.extend(behind.into_iter().map(|at| dynamic[at]));
        Members { parts, order }
    }
}

#[derive(Debug, Clone)]
struct Field {
    expression: Expression,
    /// The key with its `.$`.
    key: Arc<str>,
}

/// A `.$` field that does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    /// The object that holds the key: where AWS places the finding [cfn-lint#4085].
    pub object: NodeId,
    /// The key's value.
    pub value: NodeId,
    /// The key, with its `.$`.
    pub key: Arc<str>,
    /// What is wrong; `None` when the value is no string.
    pub error: Option<ExpressionError>,
}

impl PayloadTemplate {
    /// Compiles a field's value.
    ///
    /// # Errors
    /// Every `.$` field whose value is no path and no call, in the order of the text.
    pub fn compile(node: NodeRef<'_>) -> Result<PayloadTemplate, Vec<TemplateProblem>> {
        let mut problems = Vec::new();
        let root = compile(node, &mut problems);
        if problems.is_empty() {
            Ok(PayloadTemplate { root })
        } else {
            Err(problems)
        }
    }

    /// The value, its expressions evaluated; what holds none is shared with the template.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, EvaluationError> {
        self.root.evaluate(scope)
    }
}

fn compile(node: NodeRef<'_>, problems: &mut Vec<TemplateProblem>) -> Part {
    match node.kind() {
        NodeKind::Array(_) => {
            let parts: Vec<Part> = node.items().map(|item| compile(item, problems)).collect();
            if parts.iter().all(|part| matches!(part, Part::Static(_))) {
                Part::Static(node.to_value())
            } else {
                Part::Array(parts)
            }
        }
        NodeKind::Object(members) => {
            let mut parts = Vec::with_capacity(members.len());
            for member in members {
                let value = node.document().node(member.value);
                match member.key.strip_suffix(".$") {
                    Some(name) => match field(node, value, &member.key) {
                        Ok(part) => parts.push((Arc::from(name), part)),
                        Err(problem) => problems.push(problem),
                    },
                    None => parts.push((member.key.clone(), compile(value, problems))),
                }
            }
            if parts.iter().all(|(_, part)| matches!(part, Part::Static(_))) {
                Part::Static(node.to_value())
            } else {
                Part::Object(Box::new(Members::of(parts)))
            }
        }
        _ => Part::Static(node.to_value()),
    }
}

fn field(object: NodeRef<'_>, value: NodeRef<'_>, key: &Arc<str>) -> Result<Part, TemplateProblem> {
    let problem = |error| TemplateProblem {
        object: object.id(),
        value: value.id(),
        key: key.clone(),
        error,
    };
    let text = value.as_str().ok_or_else(|| problem(None))?;
    let expression = Expression::parse(text).map_err(|error| problem(Some(error)))?;
    Ok(Part::Expression(Box::new(Field {
        expression,
        key: key.clone(),
    })))
}

impl Part {
    fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, EvaluationError> {
        match self {
            Part::Static(value) => Ok(value.clone()),
            Part::Expression(field) => field.expression.evaluate(scope, &field.key),
            Part::Array(parts) => {
                let items: Result<Vec<Value>, EvaluationError> =
                    parts.iter().map(|part| part.evaluate(scope)).collect();
                Ok(Value::from(items?))
            }
            Part::Object(members) => {
                let parts = members.parts.iter();
                let values: Result<Vec<Value>, EvaluationError> =
                    parts.map(|(_, part)| part.evaluate(scope)).collect();
                let mut values = values?;
                let mut map = Map::with_capacity(values.len());
                for &index in &members.order {
                    map.insert(members.parts[index].0.clone(), std::mem::take(&mut values[index]));
                }
                Ok(Value::object(map))
            }
        }
    }
}

#[cfg(test)]
mod tests;
