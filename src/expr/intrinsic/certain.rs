//! Calls that fail whatever the data is: what the literals in them tell.

use super::call::{Argument, ArgumentKind, Call, Intrinsic};
use super::function::{Arguments, Wrong};
use super::slots;
use crate::diagnostics::Span;
use crate::expr::jsonpath::Path;
use crate::expr::random::RandomSource;
use crate::value::Value;

/// Why a call fails in every run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertainFailure {
    /// The function: `States.Format`.
    pub function: &'static str,
    /// What is wrong.
    pub what: String,
    /// Its bytes in the expression's text: a brace, or the whole call.
    pub span: Span,
}

impl Intrinsic {
    /// The calls in it that fail in every run, the outer ones first.
    ///
    /// `known` tells of a path what it leads to, where that is known.
    pub fn certain_failures(&self, known: &dyn Fn(&Path) -> Option<Known>) -> Vec<CertainFailure> {
        let mut found = Vec::new();
        self.call.certain_failures(known, &mut found);
        found
    }
}

impl Call {
    fn certain_failures(&self, known: &dyn Fn(&Path) -> Option<Known>, found: &mut Vec<CertainFailure>) {
        found.extend(self.certain_failure(known));
        for argument in &self.arguments {
            if let ArgumentKind::Call(inner) = &argument.kind {
                inner.certain_failures(known, found);
            }
        }
    }

    fn certain_failure(&self, known: &dyn Fn(&Path) -> Option<Known>) -> Option<CertainFailure> {
        let (what, span) = match self.function.name {
            "States.Format" => self.wrong_template()?,
            _ => {
                let wrong = self.wrong_literals().or_else(|| self.wrong_data(known))?;
                (wrong.hint, self.span)
            }
        };
        Some(CertainFailure {
            function: self.function.name,
            what,
            span,
        })
    }

    /// What is wrong with the template of a `States.Format`, where it is a literal, and where.
    fn wrong_template(&self) -> Option<(String, Span)> {
        let first = self.arguments.first()?;
        let ArgumentKind::Text { raw, .. } = &first.kind else {
            return Some((self.wrong_literals()?.hint, self.span));
        };
        match slots::read(raw, true, |_| {}) {
            Ok(found) => {
                let wrong = slots::count(found, self.arguments.len() - 1).err()?;
                Some((wrong.hint, self.span))
            }
            Err(stray) => {
                // Behind the quote.
                let at = first.span.start as usize + 1 + stray.at;
                Some((stray.wrong().hint, Span::new(at, at + 1)))
            }
        }
    }

    /// What is wrong with the literals, with values that fit in the place of what only a run knows.
    fn wrong_literals(&self) -> Option<Wrong> {
        let known: Vec<Option<Value>> = self.arguments.iter().map(literal).collect();
        if known.iter().all(Option::is_none) {
            return None;
        }
        let values: Option<Vec<Value>> = (0..known.len())
            .map(|index| match &known[index] {
                Some(value) => Some(value.clone()),
                None => sample(self.function.name, index, &known),
            })
            .collect();
        self.run_with(&values?).err()
    }

    /// What is wrong with an argument of which the type is known: no value of it is taken, whatever the others are.
    fn wrong_data(&self, known: &dyn Fn(&Path) -> Option<Known>) -> Option<Wrong> {
        let literals: Vec<Option<Value>> = self.arguments.iter().map(literal).collect();
        self.arguments.iter().enumerate().find_map(|(at, argument)| {
            let ArgumentKind::Path(path) = &argument.kind else {
                return None;
            };
            let known = known(path)?;
            // How many items there have to be is another question.
            if known == Known::Array && self.function.name == "States.ArrayGetItem" && at == 0 {
                return None;
            }
            let mut wrong = None;
            for value in known.examples() {
                let value_at = |index: usize| match (&literals[index], index == at) {
                    (_, true) => Some(value.clone()),
                    (Some(literal), false) => Some(literal.clone()),
                    (None, false) => sample(self.function.name, index, &literals),
                };
                let values: Option<Vec<Value>> = (0..literals.len()).map(value_at).collect();
                wrong = Some(self.run_with(&values?).err()?);
            }
            wrong
        })
    }

    fn run_with(&self, values: &[Value]) -> Result<Value, Wrong> {
        (self.function.run)(&Arguments {
            values,
            template: None,
            random: &RandomSource::new(0),
        })
    }
}

/// What is known of a value without a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is an array.
    Array,
    /// It is an object.
    Object,
    /// It is a text.
    Text,
}

impl Known {
    /// Values of the type, one of which is taken wherever the type may be.
    fn examples(self) -> Vec<Value> {
        match self {
            Known::Array => vec![Value::array([]), Value::array([Value::from(1)])],
            Known::Object => vec![Value::empty_object()],
            Known::Text => ["", "1", "a", "YQ=="].map(Value::from).to_vec(),
        }
    }
}

fn literal(argument: &Argument) -> Option<Value> {
    match &argument.kind {
        ArgumentKind::Literal(value) | ArgumentKind::Text { value, .. } => Some(value.clone()),
        ArgumentKind::Path(_) | ArgumentKind::Call(_) => None,
    }
}

/// A value of the argument at `index` with which a call fails only when its literals make it fail; `None` where none is
/// known.
fn sample(function: &str, index: usize, known: &[Option<Value>]) -> Option<Value> {
    Some(match (function, index) {
        ("States.Hash", 0) | ("States.StringSplit", _) => Value::from(""),
        ("States.Hash", _) => Value::from("MD5"),
        ("States.JsonMerge", 2) => Value::Bool(false),
        ("States.JsonMerge", _) => Value::empty_object(),
        ("States.MathAdd", _) => Value::from(0),
        ("States.ArrayPartition", 0) | ("States.ArrayContains", 0) => Value::array([]),
        ("States.ArrayPartition", _) => Value::from(1),
        ("States.ArrayContains", _) => Value::Null,
        // Both ends the same: one item, whatever the step.
        ("States.ArrayRange", 0 | 1) => known[1 - index].clone().unwrap_or_else(|| Value::from(1)),
        _ => return None,
    })
}
