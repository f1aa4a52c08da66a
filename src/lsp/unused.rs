//! Substitutions that a template or module gives a definition of another file, which does not use them.

use std::sync::Arc;

use crate::definition::Definition;
use crate::diagnostics::Finding;
use crate::lint;
use crate::source::{Document, SourceFile};

/// The tree of a definition.
pub(super) fn document_of(definition: &Definition) -> Option<&Document> {
    definition.document().map(|document| &**document)
}

/// What `file` gives a definition of another file that does not use it. What a third file gives is told where the
/// definition is named: that file may not be open.
pub(super) fn by(definition: &Definition, only: &lint::Settings, file: &Arc<SourceFile>) -> Vec<Finding> {
    let substituted = document_of(definition).and_then(|document| document.substituted());
    if substituted.is_none_or(|substituted| substituted.given.is_empty()) {
        return Vec::new();
    }
    let mut found = definition.lint_with(only);
    let at_keys = lint::unused_at_keys(document_of(definition), &mut found).into_iter();
    let told = at_keys.filter_map(|(giver, finding)| {
        if giver.name() == file.name() {
            return Some(finding);
        }
        let mut callers = definition.callers().iter();
        let caller = callers.find(|caller| caller.file.name() == file.name())?;
        let key = giver.elsewhere(finding.span, "given a value here");
        Some(Finding {
            span: caller.span,
            elsewhere: vec![key],
            fixes: Vec::new(),
            ..finding
        })
    });
    told.collect()
}
