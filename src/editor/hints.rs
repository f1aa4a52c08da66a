//! What paths and expressions give in a test case, written behind them.

use super::values::Cases;
use super::{Files, OpenDocument};
use crate::arrange::Arrange as _;
use crate::diagnostics::{Span, short};
use crate::references::References;

/// The longest value, in characters.
const LONGEST: usize = 40;

/// A value behind a path or an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The byte that it stands before.
    pub offset: usize,
    /// The value.
    pub label: String,
    /// In which case.
    pub tooltip: String,
}

/// The values in the first case that comes to each state, of the paths and expressions that begin in `span`.
pub fn of(open: &OpenDocument, span: Span, files: &dyn Files) -> Vec<Hint> {
    let mut found = Vec::new();
    for definition in open.definitions() {
        let Some(machine) = definition.machine() else {
            continue;
        };
        let Some(cases) = Cases::of(open, definition, files) else {
            continue;
        };
        let references = References::of(machine);
        for state in machine.states() {
            for text in &references.state(state.id).texts {
                let node = machine.node(text.node);
                let at = node.span();
                if !span.contains(Span::at(at.start as usize)) {
                    continue;
                }
                let Some((case, Some(value))) = cases.value(machine, state, text) else {
                    continue;
                };
                found.push(Hint {
                    offset: at.end as usize,
                    label: format!("= {}", short(&value.to_json(), LONGEST)),
                    tooltip: format!("in the case {case}"),
                });
            }
        }
    }
    found.arrange_by_key(|hint| hint.offset);
    // What an alias stands for is written once.
    found.dedup_by_key(|hint| hint.offset);
    found
}
