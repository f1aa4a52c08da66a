//! Requests about what can be written, and what there is to say.

use gen_lsp_types as lsp;

use super::files::Around;
use super::server::{Client, Refusal, Server};
use crate::editor::completion::{self, Item, ItemKind};
use crate::editor::hover;

/// What can be written at a place, in the order in which it is to be shown.
pub(super) fn completion(
    server: &mut Server,
    params: lsp::CompletionParams,
) -> Result<lsp::CompletionList, Refusal> {
    let client = server.client;
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    let offset = looked.text.offset(at.position);
    let found = completion::among(&looked.analysis.open, offset, &Around::of(&looked));
    let items = found.items.into_iter().enumerate();
    Ok(lsp::CompletionList {
        is_incomplete: found.is_incomplete,
        items: items
            .map(|(place, item)| told(item, place, client, |span| looked.text.range(span)))
            .collect(),
        ..lsp::CompletionList::default()
    })
}

fn told(
    item: Item,
    place: usize,
    client: Client,
    range: impl Fn(crate::diagnostics::Span) -> lsp::Range,
) -> lsp::CompletionItem {
    let kind = match item.kind {
        ItemKind::Field => lsp::CompletionItemKind::Field,
        ItemKind::State => lsp::CompletionItemKind::Reference,
        ItemKind::Word => lsp::CompletionItemKind::EnumMember,
        ItemKind::Resource => lsp::CompletionItemKind::Method,
        ItemKind::Error => lsp::CompletionItemKind::Event,
        ItemKind::Function => lsp::CompletionItemKind::Function,
        ItemKind::Variable => lsp::CompletionItemKind::Variable,
        ItemKind::Member => lsp::CompletionItemKind::Property,
        ItemKind::File => lsp::CompletionItemKind::File,
        ItemKind::Folder => lsp::CompletionItemKind::Folder,
    };
    let (text, format) = match item.snippet.filter(|_| client.snippets) {
        Some(snippet) => (snippet, lsp::InsertTextFormat::Snippet),
        None => (item.text, lsp::InsertTextFormat::PlainText),
    };
    lsp::CompletionItem {
        // Clients sort by text: four digits are enough for the longest list.
        sort_text: Some(format!("{place:05}")),
        label: item.label,
        filter_text: item.filter,
        kind: Some(kind),
        detail: item.detail,
        documentation: item
            .documentation
            .map(|text| lsp::Documentation::MarkupContent(markup(text, client.completion_markdown))),
        insert_text_format: Some(format),
        insert_text_mode: Some(lsp::InsertTextMode::AdjustIndentation),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit::new(
            range(item.span),
            text,
        ))),
        ..lsp::CompletionItem::default()
    }
}

/// A text in Markdown, which can be read as it stands, too.
fn markup(text: String, is_markdown: bool) -> lsp::MarkupContent {
    let kind = match is_markdown {
        true => lsp::MarkupKind::Markdown,
        false => lsp::MarkupKind::PlainText,
    };
    lsp::MarkupContent::new(kind, text)
}

/// What there is to say of what stands at a place.
pub(super) fn hover(server: &mut Server, params: lsp::HoverParams) -> Result<Option<lsp::Hover>, Refusal> {
    let is_markdown = server.client.hover_markdown;
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    let offset = looked.text.offset(at.position);
    let found = hover::at(&looked.analysis.open, offset, &Around::of(&looked));
    Ok(found.map(|hover| lsp::Hover {
        contents: lsp::Contents::MarkupContent(markup(hover.markdown, is_markdown)),
        range: Some(looked.text.range(hover.span)),
    }))
}
