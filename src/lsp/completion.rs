//! Requests about what can be written, and what there is to say.

use std::path::Path;

use gen_lsp_types as lsp;
use serde_json::{Value, json};

use super::documents::OpenText;
use super::files::Around;
use super::server::{Client, Refusal, Server};
use crate::config;
use crate::diagnostics::Span;
use crate::editor::completion::{self, Item, ItemKind};
use crate::editor::hover::{self, Hover};
use crate::lint;
use crate::report::reference::address;

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
            .map(|(place, item)| told(item, place, client, looked.text))
            .collect(),
        ..lsp::CompletionList::default()
    })
}

fn told(item: Item, place: usize, client: Client, text: &OpenText) -> lsp::CompletionItem {
    let span = item.span;
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
    let (mut inserted, format) = match item.snippet.filter(|_| client.snippets) {
        Some(snippet) => (snippet, lsp::InsertTextFormat::Snippet),
        None => (item.text, lsp::InsertTextFormat::PlainText),
    };
    // Whoever puts lines in as they are gets them indented.
    if !client.indents && inserted.contains('\n') {
        let before = &text.file.text()[..span.start as usize];
        let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        inserted = inserted.replace('\n', &format!("\n{indent}"));
    }
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
        insert_text_mode: client.indents.then_some(lsp::InsertTextMode::AdjustIndentation),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit::new(
            text.range(span),
            inserted,
        ))),
        additional_text_edits: item
            .comma_at
            .map(|at| vec![lsp::TextEdit::new(text.range(Span::at(at)), ",".to_owned())]),
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

/// What a rule is that a configuration names.
fn of_rule(text: &str, offset: usize) -> Option<Hover> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let start = text.get(..offset)?.trim_end_matches(is_name).len();
    let rest = text.get(offset..)?;
    let end = offset + (rest.len() - rest.trim_start_matches(is_name).len());
    let rule = lint::find(&text[start..end])?;
    let severity = rule.severity.as_word();
    let default = if rule.default { "on" } else { "off" };
    Some(Hover {
        markdown: format!(
            "**{}**: {severity}, {default} by default\n\n{}\n\n[explained]({})",
            rule.name,
            rule.summary,
            address(rule.name)
        ),
        span: Span::new(start, end),
    })
}

/// What the function takes whose arguments are being written. Names of functions and arguments are ASCII: their bytes are
/// letters in every encoding.
pub(super) fn signature(server: &mut Server, params: lsp::HoverParams) -> Result<Value, Refusal> {
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    let offset = looked.text.offset(at.position);
    let Some(found) = completion::signature(&looked.analysis.open, offset) else {
        return Ok(Value::Null);
    };
    let arguments = found.arguments.iter().map(|place| json!({"label": place}));
    Ok(json!({
        "signatures": [{
            "label": found.label,
            "documentation": found.documentation,
            "parameters": arguments.collect::<Vec<Value>>(),
        }],
        "activeSignature": 0,
        "activeParameter": found.active,
    }))
}

/// What there is to say of what stands at a place.
pub(super) fn hover(server: &mut Server, params: lsp::HoverParams) -> Result<Option<lsp::Hover>, Refusal> {
    let is_markdown = server.client.hover_markdown;
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    let offset = looked.text.offset(at.position);
    let is_configuration = || Path::new(looked.text.file.name()).ends_with(config::FILE_NAME);
    let found = match is_configuration() {
        true => of_rule(looked.text.file.text(), offset),
        false => hover::at(&looked.analysis.open, offset, &Around::of(&looked)),
    };
    Ok(found.map(|hover| lsp::Hover {
        contents: lsp::Contents::MarkupContent(markup(hover.markdown, is_markdown)),
        range: Some(looked.text.range(hover.span)),
    }))
}
