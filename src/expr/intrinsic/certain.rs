//! Calls that fail whatever the data is: what the literals in them tell.

use super::call::{Argument, ArgumentKind, Call, Intrinsic};
use super::function::{Arguments, Wrong};
use super::slots;
use crate::diagnostics::Span;
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
    pub fn certain_failures(&self) -> Vec<CertainFailure> {
        let mut found = Vec::new();
        self.call.certain_failures(&mut found);
        found
    }
}

impl Call {
    fn certain_failures(&self, found: &mut Vec<CertainFailure>) {
        found.extend(self.certain_failure());
        for argument in &self.arguments {
            if let ArgumentKind::Call(inner) = &argument.kind {
                inner.certain_failures(found);
            }
        }
    }

    fn certain_failure(&self) -> Option<CertainFailure> {
        let (what, span) = match self.function.name {
            "States.Format" => self.wrong_template()?,
            _ => (self.wrong_literals()?.hint, self.span),
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
        let arguments = Arguments {
            values: &values?,
            template: None,
            random: &RandomSource::new(0),
        };
        (self.function.run)(&arguments).err()
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
