//! Expressions that are nothing but a variable and names after it: `$states.input.order.id`. Most expressions of real
//! workflows are of this kind, and they need no engine.

use jlens_core::ast::{Attrs, Node, NodeKind};

use super::convert::respelt;
use crate::value::Value;

/// A variable and the names after it.
#[derive(Debug, Clone)]
pub(super) struct PlainPath {
    variable: Box<str>,
    steps: Vec<Box<str>>,
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

    /// Follows `steps` from `root`: the value as JSONata gives it, or `Some(None)` where there is nothing. `None` when
    /// an array is met before the end.
    pub(super) fn follow(root: &Value, steps: &[Box<str>]) -> Option<Option<Value>> {
        let mut value = root;
        for step in steps {
            match value {
                Value::Array(_) => return None,
                Value::Object(map) => match map.get(step) {
                    Some(member) => value = member,
                    None => return Some(None),
                },
                _ => return Some(None),
            }
        }
        Some(Some(respelt(value)))
    }
}

/// Whether a step has none of the things that may hang on it: predicates, bindings, groupings, `[]`.
fn is_bare(attrs: &Attrs) -> bool {
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
