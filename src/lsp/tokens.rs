//! The words of paths and expressions, for colours; and what they give in a test case.

use gen_lsp_types as lsp;

use super::files::Around;
use super::server::{Refusal, Server};
use crate::diagnostics::Span;
use crate::editor::hints;
use crate::editor::tokens::{self, TokenKind};

/// What words can be, in the order of [`index`].
pub(super) const TYPES: [lsp::SemanticTokenTypes; 7] = [
    lsp::SemanticTokenTypes::Variable,
    lsp::SemanticTokenTypes::Function,
    lsp::SemanticTokenTypes::Property,
    lsp::SemanticTokenTypes::Keyword,
    lsp::SemanticTokenTypes::Operator,
    lsp::SemanticTokenTypes::String,
    lsp::SemanticTokenTypes::Number,
];

fn index(kind: TokenKind) -> u32 {
    match kind {
        TokenKind::Variable => 0,
        TokenKind::Function => 1,
        TokenKind::Property => 2,
        TokenKind::Keyword => 3,
        TokenKind::Operator => 4,
        TokenKind::String => 5,
        TokenKind::Number => 6,
    }
}

/// The words of a text, each told from the one before it.
pub(super) fn tokens(
    server: &mut Server,
    params: lsp::SemanticTokensParams,
) -> Result<lsp::SemanticTokens, Refusal> {
    let looked = server.looked_at(&params.text_document.uri)?;
    let mut before = lsp::Position::new(0, 0);
    let mut data = Vec::new();
    for token in tokens::of(&looked.analysis.open) {
        let range = looked.text.range(token.span);
        let start = range.start;
        // A client has them on one line each, and in order.
        if range.end.line != start.line || start < before {
            continue;
        }
        let is_same_line = start.line == before.line;
        data.push(lsp::SemanticToken {
            delta_line: start.line - before.line,
            delta_start: start.character - if is_same_line { before.character } else { 0 },
            length: range.end.character - start.character,
            token_type: index(token.kind),
            token_modifiers_bitset: 0,
        });
        before = start;
    }
    Ok(lsp::SemanticTokens {
        result_id: None,
        data,
    })
}

/// What paths and expressions give in a test case, where that is wanted.
pub(super) fn hints(
    server: &mut Server,
    params: lsp::InlayHintParams,
) -> Result<Vec<lsp::InlayHint>, Refusal> {
    if !server.settings.inlay_hints {
        return Ok(Vec::new());
    }
    let looked = server.looked_at(&params.text_document.uri)?;
    let span = looked.text.span(&params.range);
    let found = hints::of(&looked.analysis.open, span, &Around::of(&looked)).into_iter();
    let told = found.map(|hint| lsp::InlayHint {
        position: looked.text.range(Span::at(hint.offset)).start,
        label: lsp::Label::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp::Tooltip::String(hint.tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    });
    Ok(told.collect())
}
