//! Requests about what stands where: definitions, uses, the outline, folds, selections.

use std::path::Path;

use gen_lsp_types as lsp;

use super::files::Around;
use super::positions::Lines;
use super::server::{Looked, Refusal, Server};
use super::uri;
use crate::diagnostics::Span;
use crate::editor::symbols::{self, Symbol, SymbolKind};
use crate::editor::targets::{self, Target};
use crate::editor::{Files, folding, selection};

/// Where what stands at a place is defined.
pub(super) fn definition(
    server: &mut Server,
    params: lsp::DefinitionParams,
) -> Result<Vec<lsp::Location>, Refusal> {
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    let offset = looked.text.offset(at.position);
    let found = targets::definition(&looked.analysis.open, offset, &Around::of(&looked));
    Ok(looked.locations(&found))
}

/// Where it is used.
pub(super) fn references(
    server: &mut Server,
    params: lsp::ReferenceParams,
) -> Result<Vec<lsp::Location>, Refusal> {
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    let offset = looked.text.offset(at.position);
    let with_definition = params.context.include_declaration;
    let found = targets::references(
        &looked.analysis.open,
        offset,
        with_definition,
        &Around::of(&looked),
    );
    let found = looked.locations(&found);
    server.tell_others(&at.text_document.uri, "what is asked for");
    Ok(found)
}

/// Where in the text it is named.
pub(super) fn highlights(
    server: &mut Server,
    params: lsp::DocumentHighlightParams,
) -> Result<Vec<lsp::DocumentHighlight>, Refusal> {
    let at = params.text_document_position_params;
    let looked = server.looked_at(&at.text_document.uri)?;
    let offset = looked.text.offset(at.position);
    let found = targets::highlights(&looked.analysis.open, offset).into_iter();
    let told = found.map(|occurrence| {
        let kind = match occurrence.is_write {
            true => lsp::DocumentHighlightKind::Write,
            false => lsp::DocumentHighlightKind::Read,
        };
        lsp::DocumentHighlight::new(looked.text.range(occurrence.span), Some(kind))
    });
    Ok(told.collect())
}

/// The outline.
pub(super) fn symbols(
    server: &mut Server,
    params: lsp::DocumentSymbolParams,
) -> Result<lsp::DocumentSymbolResponse, Refusal> {
    let nested = server.client.nested_symbols;
    let looked = server.looked_at(&params.text_document.uri)?;
    let found = symbols::of(&looked.analysis.open).into_iter();
    let tree: Vec<lsp::DocumentSymbol> = found.map(|symbol| looked.symbol(symbol)).collect();
    if nested {
        return Ok(tree.into());
    }
    let mut flat = Vec::new();
    for symbol in tree {
        flatten(symbol, None, &looked.text.uri, &mut flat);
    }
    Ok(flat.into())
}

/// A symbol and those in it, each with the name of the one that it is in.
fn flatten(
    symbol: lsp::DocumentSymbol,
    within: Option<&str>,
    uri: &lsp::Uri,
    flat: &mut Vec<lsp::SymbolInformation>,
) {
    #[allow(deprecated, reason = "all fields have to be given")]
    flat.push(lsp::SymbolInformation {
        deprecated: None,
        location: lsp::Location::new(uri.clone(), symbol.range),
        base_symbol_information: lsp::BaseSymbolInformation::new(
            symbol.name.clone(),
            symbol.kind,
            None,
            within.map(str::to_owned),
        ),
    });
    for child in symbol.children.into_iter().flatten() {
        flatten(child, Some(&symbol.name), uri, flat);
    }
}

/// What can be folded.
pub(super) fn folds(
    server: &mut Server,
    params: lsp::FoldingRangeParams,
) -> Result<Vec<lsp::FoldingRange>, Refusal> {
    let looked = server.looked_at(&params.text_document.uri)?;
    let found = folding::of(&looked.analysis.open).into_iter();
    let told = found.map(|span| {
        let range = looked.text.range(span);
        lsp::FoldingRange {
            start_line: range.start.line,
            end_line: range.end.line,
            ..lsp::FoldingRange::default()
        }
    });
    Ok(told.collect())
}

/// What selections grow to.
pub(super) fn selections(
    server: &mut Server,
    params: lsp::SelectionRangeParams,
) -> Result<Vec<lsp::SelectionRange>, Refusal> {
    let looked = server.looked_at(&params.text_document.uri)?;
    let one = |position: &lsp::Position| {
        let offset = looked.text.offset(*position);
        let spans = selection::at(&looked.analysis.open, offset).into_iter().rev();
        let outermost_first = spans.fold(None, |parent, span| {
            let parent = parent.map(Box::new);
            Some(lsp::SelectionRange::new(looked.text.range(span), parent))
        });
        // Each place has an answer.
        outermost_first.unwrap_or_else(|| lsp::SelectionRange::new(looked.text.range(Span::at(offset)), None))
    };
    Ok(params.positions.iter().map(one).collect())
}

impl Looked<'_> {
    /// Where targets stand; those in files that cannot be read are left out.
    fn locations(&self, targets: &[Target]) -> Vec<lsp::Location> {
        targets
            .iter()
            .filter_map(|target| self.location(target))
            .collect()
    }

    fn location(&self, target: &Target) -> Option<lsp::Location> {
        match &target.path {
            None => Some(lsp::Location::new(
                self.text.uri.clone(),
                self.text.range(target.span),
            )),
            Some(path) => Some(lsp::Location::new(
                self.uri_of(path),
                self.range_in(path, target.span)?,
            )),
        }
    }

    /// The URI of a file, as the client has it where it is open there.
    pub(super) fn uri_of(&self, path: &Path) -> lsp::Uri {
        let open = self
            .server
            .documents
            .iter()
            .find(|text| text.path.as_deref() == Some(path));
        open.map_or_else(|| uri::of(path), |text| text.uri.clone())
    }

    /// The client's range of a span in another file.
    pub(super) fn range_in(&self, path: &Path, span: Span) -> Option<lsp::Range> {
        let file = Around::of(self).read(path)?;
        let lines = Lines::of(file.text());
        Some(lines.range(file.text(), span, self.server.documents.encoding))
    }

    fn symbol(&self, symbol: Symbol) -> lsp::DocumentSymbol {
        let kind = kind(symbol.kind);
        let children: Vec<_> = symbol
            .children
            .into_iter()
            .map(|child| self.symbol(child))
            .collect();
        // Clients refuse a whole outline of which one name is empty.
        let name = match symbol.name.trim().is_empty() {
            true => "(no name)".to_owned(),
            false => symbol.name,
        };
        #[allow(deprecated, reason = "all fields have to be given")]
        lsp::DocumentSymbol {
            name,
            detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
            kind,
            tags: None,
            deprecated: None,
            range: self.text.range(symbol.range),
            selection_range: self.text.range(symbol.selection),
            children: (!children.is_empty()).then_some(children),
        }
    }
}

/// What a symbol is in the protocol.
pub(super) fn kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Machine => lsp::SymbolKind::Module,
        SymbolKind::Branch => lsp::SymbolKind::Namespace,
        SymbolKind::State(_) => lsp::SymbolKind::Function,
        SymbolKind::Case => lsp::SymbolKind::Method,
    }
}
