//! Requests that change texts: names, and what can be done about findings.

use std::collections::HashMap;
use std::path::Path;

use gen_lsp_types as lsp;
use serde_json::Value;

use super::commands::EXPLAIN;
use super::diagnostics;
use super::files::Around;
use super::positions::Lines;
use super::server::{Looked, Refusal, Server};
use crate::arrange::Arrange as _;
use crate::diagnostics::{Applicability, Edit};
use crate::editor::actions::{self, Action, ActionKind};
use crate::editor::{Files, rename};

/// The kind of what applies all fixes: the protocol's, with this tool's name.
pub(super) const FIX_ALL: &str = "source.fixAll.sfn-tool";

/// What can be renamed at a place, and what it is called.
pub(super) fn prepare_rename(
    server: &mut Server,
    params: lsp::PrepareRenameParams,
) -> Result<lsp::PrepareRenameResult, Refusal> {
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    looked.must_be_whole()?;
    let offset = looked.text.offset(at.position);
    let around = Around::of(&looked);
    let (span, placeholder) =
        rename::prepare(&looked.analysis.open, offset, &around).map_err(Refusal::failed)?;
    let range = looked.text.range(span);
    Ok(lsp::PrepareRenameResult::PrepareRenamePlaceholder(
        lsp::PrepareRenamePlaceholder::new(range, placeholder),
    ))
}

/// The edits that give a state or variable another name.
pub(super) fn rename(server: &mut Server, params: lsp::RenameParams) -> Result<lsp::WorkspaceEdit, Refusal> {
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    looked.must_be_whole()?;
    let offset = looked.text.offset(at.position);
    let around = Around::of(&looked);
    let files =
        rename::at(&looked.analysis.open, offset, &params.new_name, &around).map_err(Refusal::failed)?;
    let mut changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>> = HashMap::new();
    for file in files {
        let (uri, edits) = match &file.path {
            None => (looked.text.uri.clone(), looked.edits(&file.edits)),
            Some(path) => {
                let edits = looked.edits_of(path, &file.edits);
                let cannot = || Refusal::failed(format!("{} cannot be read", path.display()));
                (looked.uri_of(path), edits.ok_or_else(cannot)?)
            }
        };
        changes.entry(uri).or_default().extend(edits);
    }
    let edit = looked.workspace_edit(changes);
    server.tell_others(&at.text_document.uri, "what is renamed");
    Ok(edit)
}

/// What can be done about the findings in a range.
pub(super) fn actions(
    server: &mut Server,
    params: lsp::CodeActionParams,
) -> Result<Vec<lsp::CodeAction>, Refusal> {
    let asked: Option<Vec<String>> = params
        .context
        .only
        .map(|kinds| kinds.iter().map(ToString::to_string).collect());
    // A kind stands for those below it, too.
    let is_asked = |kind: &str| {
        asked.as_ref().is_none_or(|kinds| {
            (kinds.iter()).any(|asked| {
                kind.strip_prefix(&**asked)
                    .is_some_and(|rest| asked.is_empty() || rest.is_empty() || rest.starts_with('.'))
            })
        })
    };
    let by_hand = params.context.trigger_kind != Some(lsp::CodeActionTriggerKind::Automatic);
    let looked = server.looked_at(&params.text_document.uri)?;
    let (analysis, text) = (looked.analysis, looked.text);
    let span = text.span(&params.range);
    let mut found = Vec::new();
    if is_asked("quickfix") {
        found.extend(actions::at(&analysis.open, span, &analysis.findings));
    }
    // All fixes together take several checks of the text: not at each move of the cursor.
    let has_fixes = || {
        let mut fixes = analysis.findings.iter().flat_map(|finding| &finding.fixes);
        fixes.any(|fix| fix.applicability == Applicability::Safe)
    };
    if (asked.is_some() || by_hand) && is_asked(FIX_ALL) && has_fixes() {
        let options = looked.server.settings.parse_options();
        found.extend(actions::fix_all(&analysis.open, &options, &analysis.rules));
    }
    Ok(found.into_iter().map(|action| looked.action(action)).collect())
}

impl Looked<'_> {
    /// # Errors
    /// When the text is broken: what is renamed has to be seen whole.
    fn must_be_whole(&self) -> Result<(), Refusal> {
        let broken = |definition: &crate::definition::Definition| {
            definition.document().is_some_and(|document| document.is_mended())
        };
        match self.analysis.open.definitions().iter().any(broken) {
            true => Err(Refusal::failed(
                "the text has a mistake, which must be mended first",
            )),
            false => Ok(()),
        }
    }

    /// The edits of files: of those that are open, of the version that was looked at, where the client takes that.
    fn workspace_edit(&self, changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>>) -> lsp::WorkspaceEdit {
        if !self.server.client.versioned_edits {
            return lsp::WorkspaceEdit {
                changes: Some(changes),
                ..lsp::WorkspaceEdit::default()
            };
        }
        let of_file = |(uri, edits): (lsp::Uri, Vec<lsp::TextEdit>)| {
            let version = self.server.documents.get(&uri).map(|text| text.version);
            lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                    text_document_identifier: lsp::TextDocumentIdentifier { uri },
                    version,
                },
                edits: edits.into_iter().map(lsp::Edit::TextEdit).collect(),
            })
        };
        let mut changes: Vec<_> = changes.into_iter().collect();
        changes.arrange_by(|one, other| one.0.0.cmp(&other.0.0));
        lsp::WorkspaceEdit {
            document_changes: Some(changes.into_iter().map(of_file).collect()),
            ..lsp::WorkspaceEdit::default()
        }
    }

    fn edits(&self, edits: &[Edit]) -> Vec<lsp::TextEdit> {
        let told = |edit: &Edit| lsp::TextEdit::new(self.text.range(edit.span), edit.text.clone());
        edits.iter().map(told).collect()
    }

    /// The edits of another file; `None` where it cannot be read.
    fn edits_of(&self, path: &Path, edits: &[Edit]) -> Option<Vec<lsp::TextEdit>> {
        let file = Around::of(self).read(path)?;
        let lines = Lines::of(file.text());
        let encoding = self.server.documents.encoding;
        let told = |edit: &Edit| {
            lsp::TextEdit::new(lines.range(file.text(), edit.span, encoding), edit.text.clone())
        };
        Some(edits.iter().map(told).collect())
    }

    fn action(&self, action: Action) -> lsp::CodeAction {
        let finding = action.finding.and_then(|place| self.analysis.findings.get(place));
        let told = finding.map(|finding| vec![diagnostics::one(self.text, finding)]);
        let edits = || HashMap::from([(self.text.uri.clone(), self.edits(&action.edits))]);
        let edit = (!action.edits.is_empty()).then(|| self.workspace_edit(edits()));
        let command = action.explains.map(|rule| lsp::Command {
            title: action.title.clone(),
            command: EXPLAIN.to_owned(),
            arguments: Some(vec![Value::from(rule)]),
            ..lsp::Command::default()
        });
        lsp::CodeAction {
            title: action.title,
            kind: Some(match action.kind {
                ActionKind::QuickFix => lsp::CodeActionKind::QuickFix,
                ActionKind::FixAll => lsp::CodeActionKind::from(FIX_ALL.to_owned()),
            }),
            diagnostics: told,
            is_preferred: action.is_preferred.then_some(true),
            edit,
            command,
            ..lsp::CodeAction::default()
        }
    }
}
