//! A compiled call, and its evaluation.

use std::fmt;
use std::sync::Arc;

use super::error::{IntrinsicError, ParseError};
use super::function::{Arguments, Function};
use crate::diagnostics::Span;
use crate::expr::Scope;
use crate::expr::jsonpath::{Path, PathError, Root};
use crate::value::Value;

/// An expression that is a call, compiled.
#[derive(Debug, Clone)]
pub struct Intrinsic {
    pub(super) text: Arc<str>,
    pub(super) call: Call,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Call {
    /// What it calls.
    pub function: &'static Function,
    /// What it is given.
    pub arguments: Vec<Argument>,
    /// Its bytes in the expression's text.
    pub span: Span,
}

/// An argument of a call.
#[derive(Debug, Clone)]
pub struct Argument {
    /// What it is.
    pub kind: ArgumentKind,
    /// Its bytes in the expression's text.
    pub span: Span,
}

/// What an argument is.
#[derive(Debug, Clone)]
pub enum ArgumentKind {
    /// A number, `true`, `false` or `null`.
    Literal(Value),
    /// A text in single quotes.
    Text {
        /// Its value.
        value: Value,
        /// As it is written between the quotes, for templates: there an escaped brace is no placeholder.
        raw: Arc<str>,
    },
    /// A path.
    Path(Path),
    /// A call.
    Call(Call),
}

/// As many arguments as nearly every call has at most.
const FEW: usize = 3;

/// Why an argument has no value, before the outermost call is named.
pub(super) struct Failure {
    error: String,
    hint: Option<String>,
}

impl Intrinsic {
    /// Compiles `text`. Blanks may follow the call, not precede it.
    pub fn parse(text: &str) -> Result<Intrinsic, ParseError> {
        super::parse::intrinsic(text)
    }

    /// The outermost call.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Every path in it, those of inner calls included, in the order of the text.
    pub fn paths(&self) -> Vec<(&Path, Span)> {
        fn collect<'c>(call: &'c Call, paths: &mut Vec<(&'c Path, Span)>) {
            for argument in &call.arguments {
                match &argument.kind {
                    ArgumentKind::Path(path) => paths.push((path, argument.span)),
                    ArgumentKind::Call(inner) => collect(inner, paths),
                    ArgumentKind::Literal(_) | ArgumentKind::Text { .. } => {}
                }
            }
        }
        let mut paths = Vec::new();
        collect(&self.call, &mut paths);
        paths
    }

    /// Runs the call.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, IntrinsicError> {
        self.call.evaluate(scope).map_err(|failure| IntrinsicError {
            call: Arc::from(self.text.trim_end()),
            error: failure.error,
            hint: failure.hint,
        })
    }
}

impl Call {
    fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        // Most functions take few arguments: those need no list of their own.
        let (mut few, mut many): ([Value; FEW], Vec<Value>);
        let values: &mut [Value] = if self.arguments.len() <= FEW {
            few = Default::default();
            &mut few[..self.arguments.len()]
        } else {
            many = vec![Value::Null; self.arguments.len()];
            &mut many
        };
        for (value, argument) in values.iter_mut().zip(&self.arguments) {
            *value = argument.evaluate(scope)?;
        }
        let template = match self.arguments.first().map(|argument| &argument.kind) {
            Some(ArgumentKind::Text { raw, .. }) => Some(&**raw),
            _ => None,
        };
        let arguments = Arguments {
            values,
            template,
            random: scope.environment.random(),
        };
        (self.function.run)(&arguments).map_err(|wrong| Failure {
            error: (wrong.error).unwrap_or_else(|| format!("Invalid arguments in {}", self.function.name)),
            hint: Some(wrong.hint),
        })
    }
}

impl Argument {
    fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        match &self.kind {
            ArgumentKind::Literal(value) | ArgumentKind::Text { value, .. } => Ok(value.clone()),
            ArgumentKind::Call(call) => call.evaluate(scope),
            ArgumentKind::Path(path) => match path.lookup(scope) {
                Ok(Some(value)) => Ok(value),
                // Past the end of an array is missing here, unlike in a template [floci#2870].
                Ok(None) => Err(missing(path, scope)),
                Err(PathError::NotFound(_) | PathError::UnknownVariable(_)) => Err(missing(path, scope)),
                Err(error) => Err(Failure {
                    error: error.to_string(),
                    hint: None,
                }),
            },
        }
    }
}

fn missing(path: &Path, scope: &Scope<'_>) -> Failure {
    let document = match path.root() {
        Root::Context => scope.environment.context().to_json(),
        Root::Input | Root::Variable(_) => scope.input.to_json(),
    };
    Failure {
        error: format!(
            "The JsonPath argument for the field '{path}' could not be found in the input '{document}'"
        ),
        hint: None,
    }
}

impl fmt::Display for Intrinsic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
