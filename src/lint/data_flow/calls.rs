//! Calls of intrinsic functions that fail whatever a run brings: by their literals, or by what is known of the data.

use std::ops::Range;

use super::Inputs;
use super::shape::Shape;
use crate::asl::StateMachine;
use crate::expr::intrinsic::Known;
use crate::expr::jsonpath::{Path, Root};
use crate::references::{Compiled, References};
use crate::services::{Reply, Type};
use crate::source::NodeId;

/// A call that fails in every run.
#[derive(Debug)]
pub struct FailingCall {
    /// The string it stands in.
    pub node: NodeId,
    /// Its bytes in the decoded string.
    pub part: Range<usize>,
    /// The function.
    pub function: &'static str,
    /// What is wrong.
    pub what: String,
}

pub(super) fn find(machine: &StateMachine, references: &References, inputs: &Inputs<'_>) -> Vec<FailingCall> {
    let mut found = Vec::new();
    for state in machine.states() {
        let inside = inputs.inside(state.id);
        for text in &references.state(state.id).texts {
            let Compiled::Call(call) = &text.compiled else {
                continue;
            };
            let known = |path: &Path| {
                let seen = inside?.seen_by(state, &text.field, &inputs.error);
                let reads = *path.root() == Root::Input && path.is_definite();
                reads
                    .then(|| seen.follow(path))
                    .flatten()
                    .as_ref()
                    .and_then(known)
            };
            found.extend(call.certain_failures(&known).into_iter().map(|failure| {
                let part = failure.span.range();
                FailingCall {
                    node: text.node,
                    part: text.start + part.start..text.start + part.end,
                    function: failure.function,
                    what: failure.what,
                }
            }));
        }
    }
    found
}

/// The type of a value, where it is known.
fn known(shape: &Shape) -> Option<Known> {
    match shape {
        Shape::Array(..) => Some(Known::Array),
        Shape::Object { .. } | Shape::Reply(Reply::Whole(_)) => Some(Known::Object),
        Shape::Reply(Reply::Part(part, _)) => match part {
            Type::List(_) => Some(Known::Array),
            Type::Map(_) | Type::Structure(_) => Some(Known::Object),
            Type::Text(_) | Type::Time | Type::Blob(_) | Type::OneOf(_) => Some(Known::Text),
            Type::Number { .. } | Type::Boolean | Type::Content | Type::Any => None,
        },
        Shape::Any | Shape::Given(_) | Shape::Reply(Reply::Open) => None,
    }
}
