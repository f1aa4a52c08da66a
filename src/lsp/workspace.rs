//! States and cases by their names, in all folders that are open at the client.

use std::path::{Path, PathBuf};

use gen_lsp_types as lsp;

use super::places;
use super::positions::{Encoding, Lines};
use super::server::{Refusal, Server};
use super::settings::Settings;
use super::uri;
use crate::arrange::Arrange as _;
use crate::discovery::{self, Bounds, Kind};
use crate::editor::OpenDocument;
use crate::editor::symbols::{self, Symbol, SymbolKind};
use crate::source::{self, Input};

/// So many files of a folder are looked into.
const MOST_FILES: usize = 5_000;

/// So many symbols are told.
const MOST_TOLD: usize = 500;

/// A symbol of a file.
#[derive(Debug, Clone)]
pub(super) struct Named {
    name: String,
    lower: String,
    within: String,
    kind: lsp::SymbolKind,
    path: PathBuf,
    range: lsp::Range,
}

/// The symbols whose names hold the letters of the query, in their order; those that begin with them first.
pub(super) fn symbols(
    server: &mut Server,
    params: lsp::WorkspaceSymbolParams,
) -> Result<Vec<lsp::SymbolInformation>, Refusal> {
    let all = server.symbols.as_deref().unwrap_or_default();
    let query = params.query.to_lowercase();
    let mut found: Vec<&Named> = all.iter().filter(|named| holds(&named.lower, &query)).collect();
    found.arrange_by_key(|named| (!named.lower.starts_with(&query), named.name.len()));
    #[allow(deprecated, reason = "all fields have to be given")]
    let told = found
        .into_iter()
        .take(MOST_TOLD)
        .map(|named| lsp::SymbolInformation {
            deprecated: None,
            location: lsp::Location::new(uri::of(&named.path), named.range),
            base_symbol_information: lsp::BaseSymbolInformation::new(
                named.name.clone(),
                named.kind,
                None,
                Some(named.within.clone()),
            ),
        });
    Ok(told.collect())
}

/// Whether a name has all letters of the query, in their order.
fn holds(name: &str, query: &str) -> bool {
    let mut rest = name.chars();
    query.chars().all(|wanted| rest.any(|letter| letter == wanted))
}

/// The symbols of folders.
pub(super) fn search(
    folders: &[PathBuf],
    settings: &Settings,
    encoding: Encoding,
    bounds: &Bounds,
) -> Vec<Named> {
    let options = settings.parse_options();
    let mut all = Vec::new();
    for kind in [Kind::Source, Kind::Test] {
        let found =
            discovery::discover_within(folders, kind, settings.reach(), &discovery::no_patterns, bounds);
        let files = found.found.into_iter().flatten().take(MOST_FILES);
        for found in files.take_while(|_| !bounds.is_over()) {
            let Input::File(path) = &found.input else { continue };
            let Ok(file) = source::read(&found.input, "") else {
                continue;
            };
            let lines = Lines::of(file.text());
            let open = OpenDocument::of(path, file.clone(), &options, false);
            let of_file = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            for symbol in symbols::of(&open) {
                add(symbol, &of_file, path, &mut all, &|span| {
                    lines.range(file.text(), span, encoding)
                });
            }
        }
    }
    all
}

fn add(
    symbol: Symbol,
    within: &str,
    path: &Path,
    all: &mut Vec<Named>,
    range: &dyn Fn(crate::diagnostics::Span) -> lsp::Range,
) {
    let within_this = format!("{within}: {}", symbol.name);
    for child in symbol.children {
        add(child, &within_this, path, all, range);
    }
    if symbol.kind == SymbolKind::Branch {
        // It has no name of its own.
        return;
    }
    all.push(Named {
        lower: symbol.name.to_lowercase(),
        name: symbol.name,
        within: within.to_owned(),
        kind: places::kind(symbol.kind),
        path: path.to_owned(),
        range: range(symbol.selection),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_letters_of_the_name_in_their_order() {
        for (name, query, fits) in [
            ("chargecard", "", true),
            ("chargecard", "chcd", true),
            ("chargecard", "dc", false),
        ] {
            assert_eq!(holds(name, query), fits, "{query}");
        }
    }
}
