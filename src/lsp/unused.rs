//! Substitutions that a template or module gives a definition of another file, which does not use them, and those that are
//! missing there.

use std::sync::Arc;

use crate::definition::Definition;
use crate::diagnostics::Finding;
use crate::lint;
use crate::source::{Document, SourceFile};

/// The tree of a definition.
pub(super) fn document_of(definition: &Definition) -> Option<&Document> {
    definition.document().map(|document| &**document)
}

/// What `file` gives a definition of another file that does not use it, and what is missing there. What a third file gives is
/// told where the definition is named: that file may not be open.
pub(super) fn by(definition: &Definition, only: &lint::Settings, file: &Arc<SourceFile>) -> Vec<Finding> {
    if document_of(definition).is_none_or(|document| document.substituted().is_none()) {
        return Vec::new();
    }
    let mut found = definition.lint_with(only);
    let at_keys = lint::unused_at_keys(document_of(definition), &mut found).into_iter();
    // What is missing is told in the definition, which may not be open, and here, where it would be given.
    let missing = found
        .into_iter()
        .filter(|finding| finding.code == "missing-substitution");
    let mut callers = definition.callers().iter();
    let named_here = callers.find(|caller| caller.file.name() == file.name());
    let missing = missing.filter_map(|finding| {
        Some(Finding {
            span: named_here?.span,
            location: None,
            label: None,
            elsewhere: vec![definition.file().elsewhere(finding.span, "it stands here")],
            fixes: Vec::new(),
            // What is to be changed is the definition.
            help: match &finding.meant {
                Some(near) => Some(format!("'{near}' is given")),
                None => finding.help.clone(),
            },
            meant: None,
            ..finding
        })
    });
    let told = at_keys.filter_map(|(giver, finding)| {
        if giver.name() == file.name() {
            return Some(finding);
        }
        let key = giver.elsewhere(finding.span, "given a value here");
        Some(Finding {
            span: named_here?.span,
            elsewhere: vec![key],
            fixes: Vec::new(),
            ..finding
        })
    });
    told.chain(missing).collect()
}
