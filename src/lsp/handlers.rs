//! The table of requests, and what is offered of them.

use gen_lsp_types as lsp;
use lsp_server::ErrorCode;
use serde_json::Value;

use super::positions::Encoding;
use super::server::{Looked, Refusal, Server, with};
use super::{commands, completion, edits, places, tokens, workspace};
use crate::definition::Definition;
use crate::diagnostics::{Severity, Span};
use crate::format;

/// The characters behind which there is something to complete: a name or value begins, or a step of a path.
const TRIGGERS: [&str; 7] = ["\"", ".", "$", ":", " ", "{", "/"];

/// What is offered. Nothing is read or made for it.
pub(super) fn capabilities(encoding: Encoding) -> lsp::ServerCapabilities {
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::Incremental),
        save: Some(lsp::Save::Bool(true)),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let folders = lsp::WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
    };
    lsp::ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(lsp::TextDocumentSync::Options(sync)),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
            ..lsp::CompletionOptions::default()
        }),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
            ..lsp::SignatureHelpOptions::default()
        }),
        hover_provider: Some(lsp::HoverProvider::Bool(true)),
        code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(
            lsp::CodeActionOptions {
                code_action_kinds: Some(vec![
                    lsp::CodeActionKind::QuickFix,
                    lsp::CodeActionKind::from(edits::FIX_ALL.to_owned()),
                ]),
                ..lsp::CodeActionOptions::default()
            },
        )),
        code_lens_provider: Some(lsp::CodeLensOptions::default()),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: commands::COMMANDS.map(str::to_owned).to_vec(),
            work_done_progress_options: lsp::WorkDoneProgressOptions {
                work_done_progress: Some(true),
            },
        }),
        rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
            prepare_provider: Some(true),
            ..lsp::RenameOptions::default()
        })),
        semantic_tokens_provider: Some(lsp::SemanticTokensProvider::SemanticTokensOptions(
            lsp::SemanticTokensOptions {
                legend: lsp::SemanticTokensLegend {
                    token_types: tokens::TYPES.iter().map(ToString::to_string).collect(),
                    token_modifiers: Vec::new(),
                },
                full: Some(lsp::Full::Bool(true)),
                ..lsp::SemanticTokensOptions::default()
            },
        )),
        inlay_hint_provider: Some(lsp::InlayHintProvider::Bool(true)),
        workspace_symbol_provider: Some(lsp::WorkspaceSymbolProvider::Bool(true)),
        definition_provider: Some(lsp::DefinitionProvider::Bool(true)),
        references_provider: Some(lsp::ReferencesProvider::Bool(true)),
        document_highlight_provider: Some(lsp::DocumentHighlightProvider::Bool(true)),
        document_symbol_provider: Some(lsp::DocumentSymbolProvider::Bool(true)),
        folding_range_provider: Some(lsp::FoldingRangeProvider::Bool(true)),
        selection_range_provider: Some(lsp::SelectionRangeProvider::Bool(true)),
        document_formatting_provider: Some(lsp::DocumentFormattingProvider::Bool(true)),
        workspace: Some(lsp::WorkspaceOptions {
            workspace_folders: Some(folders),
            ..lsp::WorkspaceOptions::default()
        }),
        ..lsp::ServerCapabilities::default()
    }
}

/// Makes the table of requests: which there are, and what answers them.
macro_rules! requests {
    ($($method:literal => $work:path,)*) => {
        /// The requests that are answered.
        #[cfg(test)]
        pub(super) const METHODS: &[&str] = &[$($method),*];

        /// The answer to a request.
        ///
        /// # Errors
        /// When there is no such request, or it cannot be answered.
        pub(super) fn answer(server: &mut Server, method: &str, params: Value) -> Result<Value, Refusal> {
            match method {
                $($method => with(server, params, $work),)*
                _ => Err(Refusal {
                    code: ErrorCode::MethodNotFound,
                    message: format!("there is no method '{method}'"),
                }),
            }
        }
    };
}

requests! {
    "sfn-tool/graph" => commands::graph,
    "textDocument/codeAction" => edits::actions,
    "textDocument/codeLens" => commands::lenses,
    "textDocument/completion" => completion::completion,
    "textDocument/definition" => places::definition,
    "textDocument/documentHighlight" => places::highlights,
    "textDocument/documentSymbol" => places::symbols,
    "textDocument/foldingRange" => places::folds,
    "textDocument/formatting" => formatting,
    "textDocument/hover" => completion::hover,
    "textDocument/inlayHint" => tokens::hints,
    "textDocument/prepareRename" => edits::prepare_rename,
    "textDocument/references" => places::references,
    "textDocument/rename" => edits::rename,
    "textDocument/selectionRange" => places::selections,
    "textDocument/semanticTokens/full" => tokens::tokens,
    "textDocument/signatureHelp" => completion::signature,
    "workspace/executeCommand" => commands::execute,
    "workspace/symbol" => workspace::symbols,
}

/// The edits that give a definition its canonical form. None of a text that has none: an editor that formats what it saves
/// would show an error at each save of a file that is none of ours, or that has a mistake, which is told already.
fn formatting(
    server: &mut Server,
    params: lsp::DocumentFormattingParams,
) -> Result<Vec<lsp::TextEdit>, Refusal> {
    let Looked {
        server,
        text,
        analysis,
    } = server.looked_at(&params.text_document.uri)?;
    let formatted = match format::format(&text.file) {
        Ok(formatted) => formatted,
        Err(error) => {
            let is_definition = analysis.open.definitions().iter().any(Definition::is_whole_file);
            if is_definition
                && !analysis
                    .findings
                    .iter()
                    .any(|finding| finding.severity == Severity::Error)
            {
                server.log(&format!(
                    "{} is not formatted: {}",
                    text.file.name(),
                    error.message
                ));
            }
            return Ok(Vec::new());
        }
    };
    let (span, inserted) = replacement(text.file.text(), &formatted);
    Ok(match span.is_empty() && inserted.is_empty() {
        true => Vec::new(),
        false => vec![lsp::TextEdit::new(text.range(span), inserted.to_owned())],
    })
}

/// What makes `new` of `old`: the part between what both begin and end with, so that the cursor may stay where it is.
fn replacement<'n>(old: &str, new: &'n str) -> (Span, &'n str) {
    let same = |(old, new): &(char, char)| old == new;
    let begin: usize = (old.chars().zip(new.chars()))
        .take_while(same)
        .map(|(character, _)| character.len_utf8())
        .sum();
    let (old_rest, new_rest) = (&old[begin..], &new[begin..]);
    let end: usize = (old_rest.chars().rev().zip(new_rest.chars().rev()))
        .take_while(same)
        .map(|(character, _)| character.len_utf8())
        .sum();
    (
        Span::new(begin, old.len() - end),
        &new_rest[..new_rest.len() - end],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_replaced() {
        assert_eq!(replacement("a\u{e9}b", "a\u{e8}b"), (Span::new(1, 3), "\u{e8}"));
        assert_eq!(replacement("aab", "ab"), (Span::new(1, 2), ""));
        assert_eq!(replacement("ab", "ab"), (Span::at(2), ""));
        assert_eq!(replacement("", "x"), (Span::at(0), "x"));
    }
}
