//! Taking a path's steps, with Jayway's answers to what is missing.

use std::cell::Cell;
use std::fmt::Write;

use super::error::PathError;
use super::path::{Step, StepKind};
use crate::value::{Map, Value};

/// How many values a path may look at: `..` in a row multiplies them, and a definition may come from anybody. What AWS does
/// there is not known; its executions hold 256 KiB, which a sensible path goes through once.
const MOST_VISITS: u32 = 5_000_000;

/// Takes `steps` from `document`. A definite path gives the value itself, or `None` past the end of an array; any other
/// path gives a list, also where something before the first indefinite step is missing (seen in recorded cases).
pub(super) fn apply(steps: &[Step], definite: bool, document: &Value) -> Result<Option<Value>, PathError> {
    if definite {
        return one(steps, document);
    }
    let mut found = Vec::new();
    let split = steps
        .iter()
        .position(|step| !step.kind.is_definite())
        .unwrap_or(steps.len());
    match one(&steps[..split], document) {
        Ok(start) => {
            let left = Cell::new(MOST_VISITS);
            let walk = Walk {
                document,
                steps,
                left,
            };
            walk.step(split, start.as_ref(), &mut found)?;
        }
        Err(PathError::Invalid(text)) => return Err(PathError::Invalid(text)),
        Err(_) => {}
    }
    Ok(Some(Value::from(found)))
}

/// Definite steps only.
fn one(steps: &[Step], document: &Value) -> Result<Option<Value>, PathError> {
    let mut current = Some(document);
    for (i, step) in steps.iter().enumerate() {
        let is_leaf = i + 1 == steps.len();
        let here = || spell(&steps[..i]);
        current = match (&step.kind, current) {
            (StepKind::Property(name), Some(Value::Object(map))) => match map.get(name) {
                Some(value) => Some(value),
                None => {
                    let what = if is_leaf {
                        "No results for path"
                    } else {
                        "Missing property in path"
                    };
                    let text = format!("{what}{} {}", if is_leaf { ":" } else { "" }, spell(&steps[..=i]));
                    return Err(PathError::NotFound(text));
                }
            },
            (StepKind::Properties(names), Some(Value::Object(map))) => {
                if !is_leaf {
                    return Err(not_a_leaf(steps, i));
                }
                return Ok(Some(pick(map, names)));
            }
            (StepKind::Property(_) | StepKind::Properties(_), _) => {
                let text = format!("Property {} not found in path {}", step.kind, here());
                return Err(PathError::NotFound(text));
            }
            (StepKind::Index(index), Some(Value::Array(items))) => at(items, *index),
            (_, None | Some(Value::Null)) => {
                return Err(PathError::NotFound(format!("The path {} is null", here())));
            }
            (_, Some(other)) => {
                let mut rest = String::new();
                for step in &steps[i..] {
                    let _ = write!(rest, "{}", step.kind);
                }
                return Err(PathError::Invalid(format!(
                    "Filter: {rest} can only be applied to arrays. Current context is: {}",
                    java_text(other)
                )));
            }
        };
    }
    Ok(current.cloned())
}

fn not_a_leaf(steps: &[Step], i: usize) -> PathError {
    PathError::Invalid(format!(
        "Multi properties can only be used as path leafs: {}",
        spell(&steps[..=i])
    ))
}

/// An object of those of `names` that are there.
fn pick(map: &Map, names: &[std::sync::Arc<str>]) -> Value {
    let picked = names
        .iter()
        .filter_map(|name| Some((name.clone(), map.get(name)?.clone())))
        .collect::<Map>();
    Value::object(picked)
}

fn at(items: &[Value], index: i32) -> Option<&Value> {
    let index = i64::from(index);
    let index = if index < 0 {
        index + i64::try_from(items.len()).ok()?
    } else {
        index
    };
    items.get(usize::try_from(index).ok()?)
}

/// The steps so far as Jayway spells a path: `$['a'][0]`.
fn spell(steps: &[Step]) -> String {
    let mut text = String::from("$");
    for step in steps {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}", step.kind);
    }
    text
}

/// A value as Jayway's message has it: a text without quotes, anything else as JSON.
fn java_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        _ => value.to_json(),
    }
}

/// The part of a path from its first indefinite step on.
struct Walk<'a> {
    document: &'a Value,
    steps: &'a [Step],
    /// How many values it may still look at.
    left: Cell<u32>,
}

impl Walk<'_> {
    /// Counts a value that is looked at.
    fn visit(&self) -> Result<(), PathError> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(PathError::Invalid(format!(
                "it looks at more than {MOST_VISITS} values, which sfn-tool does not do"
            ))),
        }
    }

    /// Takes step `i` and those behind it from `model`; what does not fit is passed over.
    fn step(&self, i: usize, model: Option<&Value>, found: &mut Vec<Value>) -> Result<(), PathError> {
        self.visit()?;
        let Some(step) = self.steps.get(i) else {
            found.push(model.cloned().unwrap_or_default());
            return Ok(());
        };
        match (&step.kind, model) {
            (StepKind::Property(name), Some(Value::Object(map))) => {
                if let Some(value) = map.get(name) {
                    self.step(i + 1, Some(value), found)?;
                }
            }
            (StepKind::Properties(names), Some(Value::Object(map))) => {
                if i + 1 < self.steps.len() {
                    return Err(not_a_leaf(self.steps, i));
                }
                found.push(pick(map, names));
            }
            (StepKind::Index(index), Some(Value::Array(items))) => {
                self.step(i + 1, at(items, *index), found)?;
            }
            (StepKind::Indexes(list), Some(Value::Array(items))) => {
                for index in list {
                    self.step(i + 1, at(items, *index), found)?;
                }
            }
            (StepKind::Slice { from, to }, Some(Value::Array(items))) => {
                for item in &items[slice(*from, *to, items.len())] {
                    self.step(i + 1, Some(item), found)?;
                }
            }
            (StepKind::Wildcard, Some(Value::Array(items))) => {
                for item in items.iter() {
                    self.step(i + 1, Some(item), found)?;
                }
            }
            (StepKind::Wildcard, Some(Value::Object(map))) => {
                for item in map.values() {
                    self.step(i + 1, Some(item), found)?;
                }
            }
            (StepKind::Filter(filter), Some(Value::Array(items))) => {
                for item in items.iter().filter(|item| filter.accepts(item, self.document)) {
                    self.step(i + 1, Some(item), found)?;
                }
            }
            (StepKind::Filter(filter), Some(object @ Value::Object(_)))
                if filter.accepts(object, self.document) =>
            {
                self.step(i + 1, Some(object), found)?;
            }
            (StepKind::Scan, Some(model)) => self.scan(i + 1, model, found)?,
            _ => {}
        }
        Ok(())
    }

    /// Tries step `i` on `model` and on everything inside it, outer values first.
    fn scan(&self, i: usize, model: &Value, found: &mut Vec<Value>) -> Result<(), PathError> {
        self.visit()?;
        let Some(step) = self.steps.get(i) else {
            return Ok(());
        };
        match model {
            Value::Object(map) => {
                let fits = match &step.kind {
                    StepKind::Property(name) => map.contains_key(name),
                    StepKind::Properties(names) => names.iter().all(|name| map.contains_key(name)),
                    StepKind::Filter(filter) => filter.accepts(model, self.document),
                    StepKind::Wildcard => true,
                    _ => false,
                };
                if fits {
                    self.step(i, Some(model), found)?;
                }
                for value in map.values() {
                    self.scan(i, value, found)?;
                }
            }
            Value::Array(items) => {
                let fits = match &step.kind {
                    StepKind::Index(_) | StepKind::Indexes(_) | StepKind::Slice { .. } => true,
                    StepKind::Filter(filter) => filter.accepts(model, self.document),
                    StepKind::Wildcard => true,
                    _ => false,
                };
                if fits && i + 1 == self.steps.len() {
                    self.step(i, Some(model), found)?;
                } else if fits {
                    // Jayway's ScanPathToken goes on with every item here, whatever the index says.
                    for item in items.iter() {
                        self.step(i + 1, Some(item), found)?;
                    }
                }
                for item in items.iter() {
                    self.scan(i, item, found)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The indexes a slice takes from an array of `len` items.
fn slice(from: Option<i32>, to: Option<i32>, len: usize) -> std::ops::Range<usize> {
    let resolve = |end: i32| {
        let magnitude = end.unsigned_abs() as usize;
        if end < 0 {
            len.saturating_sub(magnitude)
        } else {
            magnitude.min(len)
        }
    };
    let from = from.map_or(0, resolve);
    let to = to.map_or(len, resolve);
    from..to.max(from)
}
