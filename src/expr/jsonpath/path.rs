//! A compiled path.

use std::fmt;
use std::sync::Arc;

use super::error::{ParseError, PathError};
use super::filter::Filter;
use crate::diagnostics::Span;
use crate::expr::Scope;
use crate::value::Value;

/// Longest text of a path, in bytes. Far above anything written by hand; AWS's own bound is that of the definition.
pub const MAX_LENGTH: usize = 32 * 1024;

/// Most parentheses and brackets inside one another in a filter.
pub const MAX_NESTING: usize = 32;

/// What a path starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`, the field's input.
    Input,
    /// `$$`, the context object.
    Context,
    /// `$name`, a variable.
    Variable(Arc<str>),
}

/// One step of a path.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Its bytes in the path's text, dot or brackets included.
    pub span: Span,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// `.name`, `['name']`
    Property(Arc<str>),
    /// `['a','b']`: an object of those members that are there.
    Properties(Vec<Arc<str>>),
    /// `[0]`; counted from the end when negative.
    Index(i32),
    /// `[0,2]`
    Indexes(Vec<i32>),
    /// `[from:to]`, `to` not included; negative numbers count from the end.
    Slice {
        /// The first index.
        from: Option<i32>,
        /// The index past the last.
        to: Option<i32>,
    },
    /// `*`, `[*]`
    Wildcard,
    /// `..`: the step behind it is taken at every depth.
    Scan,
    /// `[?( ... )]`
    Filter(Box<Filter>),
}

impl StepKind {
    /// Whether it leads to one place at most.
    pub fn is_definite(&self) -> bool {
        matches!(
            self,
            StepKind::Property(_) | StepKind::Properties(_) | StepKind::Index(_)
        )
    }
}

/// As Jayway spells steps in its messages: `['a']`, `[0]`, `[?]`.
impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepKind::Property(name) => write!(f, "['{name}']"),
            StepKind::Properties(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
                write!(f, "[{}]", names.join(", "))
            }
            StepKind::Index(i) => write!(f, "[{i}]"),
            StepKind::Indexes(list) => {
                let list: Vec<String> = list.iter().map(i32::to_string).collect();
                write!(f, "[{}]", list.join(","))
            }
            StepKind::Slice { from, to } => {
                let text = |end: &Option<i32>| end.map_or_else(String::new, |n| n.to_string());
                write!(f, "[{}:{}]", text(from), text(to))
            }
            StepKind::Wildcard => f.write_str("[*]"),
            StepKind::Scan => f.write_str(".."),
            StepKind::Filter(_) => f.write_str("[?]"),
        }
    }
}

/// A JSONPath, compiled.
#[derive(Debug, Clone)]
pub struct Path {
    text: Arc<str>,
    root: Root,
    steps: Vec<Step>,
    definite: bool,
}

impl Path {
    /// Compiles `text`. Blanks around it do not count, as Jayway trims them.
    pub fn parse(text: &str) -> Result<Path, ParseError> {
        super::parse::path(text)
    }

    /// Compiles the path that `text` starts with, up to a blank, a comma or a parenthesis outside brackets, as in the
    /// arguments of intrinsic functions. Gives the path and its length in bytes.
    pub fn parse_prefix(text: &str) -> Result<(Path, usize), ParseError> {
        super::parse::prefix(text)
    }

    pub(super) fn new(text: Arc<str>, root: Root, steps: Vec<Step>) -> Path {
        let definite = steps.iter().all(|step| step.kind.is_definite());
        Path {
            text,
            root,
            steps,
            definite,
        }
    }

    /// The text it was compiled from.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What it starts from.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it is a bare `$`, the whole input.
    pub fn is_whole_input(&self) -> bool {
        self.root == Root::Input && self.steps.is_empty()
    }

    /// Whether it names one place at most; otherwise it gives a list, which may be empty.
    pub fn is_definite(&self) -> bool {
        self.definite
    }

    /// The value it names: the input's own parts, shared; a list for a path that is not definite. What lies past the
    /// end of an array is null [floci#3167].
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, PathError> {
        Ok(self.lookup(scope)?.unwrap_or_default())
    }

    /// As [`Path::evaluate`], with `None` for what lies past the end of an array: arguments of intrinsic functions
    /// tell it from a null that is there [floci#2870].
    pub fn lookup(&self, scope: &Scope<'_>) -> Result<Option<Value>, PathError> {
        match &self.root {
            Root::Input => self.apply(scope.input),
            Root::Context => self.apply(&scope.environment.context()),
            Root::Variable(name) => {
                let value = scope
                    .environment
                    .variable(name)
                    .ok_or_else(|| PathError::UnknownVariable(name.to_string()))?;
                if self.steps.is_empty() {
                    return Ok(Some(value));
                }
                self.apply(&value)
            }
        }
    }

    /// Takes its steps from `document`, whatever its root is.
    pub fn apply(&self, document: &Value) -> Result<Option<Value>, PathError> {
        if document.is_null() {
            return Err(PathError::NullInput);
        }
        super::evaluate::apply(&self.steps, self.definite, document)
    }
}

/// Two paths are equal when their texts are.
impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
