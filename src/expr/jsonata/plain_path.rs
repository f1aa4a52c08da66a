//! Expressions that are nothing but a variable and names after it: `$states.input.order.id`. Most expressions of real
//! workflows are of this kind, and they need no engine.

use jlens_core::ast::{Attrs, Node, NodeKind};

use crate::value::Value;

/// A variable and the names after it.
#[derive(Debug, Clone)]
pub(super) struct PlainPath {
    variable: Box<str>,
    steps: Vec<Box<str>>,
}

/// What a path leads to.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'v> {
    Nothing,
    One(&'v Value),
    /// A sequence of two or more.
    Many(Vec<&'v Value>),
}

impl PlainPath {
    /// The path, when the expression is one.
    pub(super) fn of(root: &Node) -> Option<PlainPath> {
        let steps: &[Node] = match &root.kind {
            NodeKind::Path {
                steps,
                keep_singleton_array: false,
            } if is_bare(&root.attrs) => steps,
            NodeKind::Variable { .. } => std::slice::from_ref(root),
            _ => return None,
        };
        let (first, names) = steps.split_first()?;
        let NodeKind::Variable { name } = &first.kind else {
            return None;
        };
        // `$` and `$$` are the input document and the root, no variables.
        if name.is_empty() || name == "$" || !is_bare(&first.attrs) {
            return None;
        }
        let names: Option<Vec<Box<str>>> = names
            .iter()
            .map(|step| match &step.kind {
                NodeKind::Name { name } if is_bare(&step.attrs) => Some(name.as_str().into()),
                _ => None,
            })
            .collect();
        Some(PlainPath {
            variable: name.as_str().into(),
            steps: names?,
        })
    }

    /// The variable's name, without `$`.
    pub(super) fn variable(&self) -> &str {
        &self.variable
    }

    /// The names after it.
    pub(super) fn steps(&self) -> &[Box<str>] {
        &self.steps
    }
}

/// Follows `steps` from `root`, as JSONata follows a path of names.
pub(super) fn follow<'v>(root: &'v Value, steps: &[Box<str>]) -> Found<'v> {
    let mut value = root;
    for (at, step) in steps.iter().enumerate() {
        match value {
            Value::Array(items) => return follow_each(items.iter().collect(), &steps[at..]),
            Value::Object(map) => match map.get(step) {
                Some(member) => value = member,
                None => return Found::Nothing,
            },
            _ => return Found::Nothing,
        }
    }
    Found::One(value)
}

/// Follows `steps`, one at least, from each of `items`.
fn follow_each<'v>(mut items: Vec<&'v Value>, steps: &[Box<str>]) -> Found<'v> {
    let last = steps.len() - 1;
    for (at, step) in steps.iter().enumerate() {
        let mut found = Vec::with_capacity(items.len());
        // An array that is the only thing the last step finds stays the array it is.
        let mut only: Option<&Value> = None;
        let mut hits = 0_usize;
        for item in items {
            match item {
                Value::Object(map) => {
                    if let Some(member) = map.get(step) {
                        hits += 1;
                        only = Some(member);
                        spread(member, &mut found);
                    }
                }
                Value::Array(inner) => {
                    // What is found there is a sequence: nothing is no hit, and one value is the value itself.
                    let mut there = Vec::new();
                    inner.iter().for_each(|item| look_up(item, step, &mut there));
                    hits += usize::from(!there.is_empty());
                    match there.as_slice() {
                        [] => {}
                        [value] => {
                            only = Some(*value);
                            spread(value, &mut found);
                        }
                        _ => {
                            only = None;
                            found.append(&mut there);
                        }
                    }
                }
                _ => {}
            }
        }
        if let (true, 1, Some(array @ Value::Array(_))) = (at == last, hits, only) {
            return Found::One(array);
        }
        items = found;
    }
    match items.as_slice() {
        [] => Found::Nothing,
        [only] => Found::One(only),
        _ => Found::Many(items),
    }
}

/// Looks a name up in arrays within arrays.
fn look_up<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            if let Some(member) = map.get(name) {
                spread(member, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| look_up(item, name, found)),
        _ => {}
    }
}

/// The items of an array, or the value itself.
fn spread<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => found.extend(items.iter()),
        other => found.push(other),
    }
}

/// Whether a step has none of the things that may hang on it: predicates, bindings, groupings, `[]`.
pub(super) fn is_bare(attrs: &Attrs) -> bool {
    !attrs.keep_array
        && !attrs.cons_array
        && !attrs.tuple
        && attrs.focus.is_none()
        && attrs.index.is_none()
        && attrs.stages.is_empty()
        && attrs.predicate.is_empty()
        && attrs.group.is_none()
        && attrs.ancestor.is_none()
        && attrs.seeking_parent.is_empty()
}
