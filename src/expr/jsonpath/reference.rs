//! Reference paths: those that name one place, to be read or written.

use std::sync::Arc;

use thiserror::Error;

use super::error::ParseError;
use super::path::{Path, Root, StepKind};
use crate::diagnostics::Span;
use crate::value::Value;

/// A path that names one place: `$`, `$.a.b`, `$['a'][0]`. ResultPath writes with it.
#[derive(Debug, Clone)]
pub struct ReferencePath {
    text: Arc<str>,
    steps: Vec<ReferenceStep>,
}

/// A step of a reference path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceStep {
    /// A member of an object.
    Property(Arc<str>),
    /// An item of an array.
    Index(usize),
}

/// Why a path is not a reference path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct ReferencePathError {
    /// What is wrong.
    pub kind: ReferenceKind,
    /// Where, as byte offsets in the path's text.
    pub span: Span,
}

/// Kinds of [`ReferencePathError`]. AWS shows them behind `Value is not a Reference Path: `; the first is measured
/// [cdk-preflight], the others' words are ours.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReferenceKind {
    /// No `$` at the start.
    #[error("Reference path didn't start with '$'")]
    NoRoot,
    /// Not a path at all.
    #[error("{0}")]
    Syntax(ParseError),
    /// A step that may lead to more than one place.
    #[error("'{0}' may lead to more than one place")]
    NotDefinite(String),
    /// `$$` or `$name`, where only the input can be written.
    #[error("the path must begin at the state's input, '$'")]
    ForeignRoot,
}

impl Path {
    /// Checks that the path names one place; gives AWS's reason otherwise.
    pub fn check_reference(&self) -> Result<(), ReferencePathError> {
        for step in self.steps() {
            if !matches!(step.kind, StepKind::Property(_) | StepKind::Index(0..)) {
                return Err(ReferencePathError {
                    kind: ReferenceKind::NotDefinite(self.text()[step.span.range()].to_string()),
                    span: step.span,
                });
            }
        }
        Ok(())
    }
}

impl ReferencePath {
    /// Compiles `text`, a path from `$`.
    pub fn parse(text: &str) -> Result<ReferencePath, ReferencePathError> {
        let path = Path::parse(text).map_err(|error| ReferencePathError {
            span: error.span,
            kind: if error.kind == super::ParseErrorKind::NoRoot {
                ReferenceKind::NoRoot
            } else {
                ReferenceKind::Syntax(error)
            },
        })?;
        path.check_reference()?;
        if *path.root() != Root::Input {
            return Err(ReferencePathError {
                kind: ReferenceKind::ForeignRoot,
                span: Span::new(0, text.len()),
            });
        }
        let steps = path
            .steps()
            .iter()
            .filter_map(|step| match &step.kind {
                StepKind::Property(name) => Some(ReferenceStep::Property(name.clone())),
                StepKind::Index(index) => usize::try_from(*index).ok().map(ReferenceStep::Index),
                _ => None,
            })
            .collect();
        Ok(ReferencePath {
            text: Arc::from(text),
            steps,
        })
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Its steps; none for a bare `$`.
    pub fn steps(&self) -> &[ReferenceStep] {
        &self.steps
    }

    /// What `input` has at this place.
    pub fn read<'v>(&self, input: &'v Value) -> Option<&'v Value> {
        self.steps
            .iter()
            .try_fold(input, |place, step| match (step, place) {
                (ReferenceStep::Property(name), Value::Object(map)) => map.get(name),
                (ReferenceStep::Index(index), Value::Array(items)) => items.get(*index),
                _ => None,
            })
    }

    /// `input` with `result` at this place. Objects on the way are made where there is nothing, or null; an array's
    /// item must be there already. Only the objects on the way are copied, and only those somebody else holds.
    ///
    /// The error is the cause AWS gives with `States.ReferencePathConflict`: see [`ReferencePath::conflict`].
    pub fn write(&self, input: &Value, result: Value) -> Result<Value, String> {
        if self.steps.is_empty() {
            return Ok(result);
        }
        if let Some(step) = self.misfit(input) {
            return Err(self.conflict(step, input));
        }
        let mut output = input.clone();
        let mut place = &mut output;
        for step in &self.steps {
            place = match step {
                ReferenceStep::Property(name) => {
                    if place.is_null() {
                        *place = Value::empty_object();
                    }
                    let Value::Object(map) = place else {
                        return Ok(output);
                    };
                    let map = Arc::make_mut(map);
                    if !map.contains_key(name) {
                        map.insert(name.clone(), Value::Null);
                    }
                    match map.get_mut(name) {
                        Some(value) => value,
                        None => return Ok(output),
                    }
                }
                ReferenceStep::Index(index) => {
                    let Value::Array(items) = place else {
                        return Ok(output);
                    };
                    match Arc::make_mut(items).get_mut(*index) {
                        Some(item) => item,
                        None => return Ok(output),
                    }
                }
            };
        }
        *place = result;
        Ok(output)
    }

    /// What `input` has at this place, which has to be there.
    ///
    /// # Errors
    /// The cause AWS gives with `States.ReferencePathConflict`: see [`ReferencePath::conflict`].
    pub fn take<'v>(&self, input: &'v Value) -> Result<&'v Value, String> {
        let mut place = input;
        for step in &self.steps {
            place = match (step, place) {
                (ReferenceStep::Property(name), Value::Object(map)) => map.get(name),
                (ReferenceStep::Index(index), Value::Array(items)) => items.get(*index),
                _ => None,
            }
            .ok_or_else(|| self.conflict(step, input))?;
        }
        Ok(place)
    }

    /// Why the path cannot be applied to `input`, of which `step` finds nothing: the whole path is named where the input
    /// has no parts at all [qiita tsubasaogawa 4fe341bd], otherwise the step, and the whole input [construct-hub#459;
    /// fsx-s3ap-patterns].
    fn conflict(&self, step: &ReferenceStep, input: &Value) -> String {
        let what = match (input, step) {
            (Value::Object(_) | Value::Array(_), ReferenceStep::Property(name)) => format!("step \"{name}\""),
            (Value::Object(_) | Value::Array(_), ReferenceStep::Index(index)) => format!("step \"{index}\""),
            _ => format!("ReferencePath {}", self.text),
        };
        format!("Unable to apply {what} to input {}", input.to_json())
    }

    /// The first step that meets neither an object, an array long enough, nor nothing where an object can be made.
    fn misfit(&self, input: &Value) -> Option<&ReferenceStep> {
        static NOTHING: Value = Value::Null;
        let mut place = input;
        for step in &self.steps {
            place = match (step, place) {
                (ReferenceStep::Property(name), Value::Object(map)) => map.get(name).unwrap_or(&NOTHING),
                (ReferenceStep::Property(_), Value::Null) => &NOTHING,
                (ReferenceStep::Index(index), Value::Array(items)) => match items.get(*index) {
                    Some(item) => item,
                    None => return Some(step),
                },
                _ => return Some(step),
            };
        }
        None
    }
}
