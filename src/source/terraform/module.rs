//! A module of Terraform's: every `*.tf` of one folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use rustc_hash::FxHashMap;

use super::super::{Reach, SourceFile};
use crate::diagnostics::{Finding, Span};

/// More files than this are no module of anybody's.
const MOST_FILES: usize = 500;

/// Where a part of a module is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which of the module's files.
    pub(super) file: usize,
    pub(super) span: Span,
}

/// One file.
#[derive(Debug)]
struct Part {
    source: Arc<SourceFile>,
    body: Body,
}

/// A module, and the file of it that is looked at: the first.
#[derive(Debug)]
pub(super) struct Module {
    /// The file that is looked at.
    pub(super) file: Arc<SourceFile>,
    parts: Vec<Part>,
    /// By name: the file and the number of the block and attribute in it.
    locals: FxHashMap<String, (usize, usize, usize)>,
    /// By type and name.
    data: FxHashMap<(String, String), (usize, usize)>,
}

impl Module {
    /// Reads the module that `file` belongs to, its files within `reach`. Other files that are broken are left out of it: they are told when they
    /// are looked at.
    ///
    /// # Errors
    /// What is wrong with the file itself.
    pub(super) fn read(file: &Arc<SourceFile>, reach: &Reach) -> Result<Module, Box<Finding>> {
        let body = parse(file)?;
        let mut parts = vec![Part {
            source: file.clone(),
            body,
        }];
        let body = &parts[0].body;
        if refers(file.text()) || body.blocks().any(|block| block.has_ident("locals")) {
            for path in others(file) {
                let Ok(source) = reach.read(&path, Path::new(file.name())) else {
                    continue;
                };
                if !["locals", "data"].iter().any(|word| source.text().contains(word)) {
                    continue;
                }
                if let Ok(body) = parse(&source) {
                    parts.push(Part { source, body });
                }
            }
        }
        let mut module = Module {
            file: file.clone(),
            parts,
            locals: FxHashMap::default(),
            data: FxHashMap::default(),
        };
        module.index();
        Ok(module)
    }

    /// A module of nothing, for a template that is looked at by itself.
    pub(super) fn none(file: &Arc<SourceFile>) -> Module {
        Module {
            file: file.clone(),
            parts: Vec::new(),
            locals: FxHashMap::default(),
            data: FxHashMap::default(),
        }
    }

    fn index(&mut self) {
        for (number, part) in self.parts.iter().enumerate() {
            for (at, block) in part.body.blocks().enumerate() {
                if block.has_ident("locals") {
                    for (attribute, local) in block.body.attributes().enumerate() {
                        let name = local.key.value().as_str().to_owned();
                        self.locals.entry(name).or_insert((number, at, attribute));
                    }
                } else if block.has_ident("data")
                    && let [kind, name] = &block.labels[..]
                {
                    let name = (kind.as_str().to_owned(), name.as_str().to_owned());
                    self.data.entry(name).or_insert((number, at));
                }
            }
        }
    }

    /// One of its files; the first one's number is 0.
    pub(super) fn source(&self, file: usize) -> &Arc<SourceFile> {
        self.parts.get(file).map_or(&self.file, |part| &part.source)
    }

    /// The blocks of the file that is looked at.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.parts.iter().take(1).flat_map(|part| part.body.blocks())
    }

    /// The expression of a local value, and its file.
    pub(super) fn local(&self, name: &str) -> Option<(usize, &Expression)> {
        let (file, block, attribute) = *self.locals.get(name)?;
        let block = self.parts.get(file)?.body.blocks().nth(block)?;
        Some((file, &block.body.attributes().nth(attribute)?.value))
    }

    /// A data source, and its file.
    pub(super) fn data(&self, kind: &str, name: &str) -> Option<(usize, &Block)> {
        let (file, block) = *self.data.get(&(kind.to_owned(), name.to_owned()))?;
        Some((file, self.parts.get(file)?.body.blocks().nth(block)?))
    }

    /// Its folder.
    pub(super) fn folder(&self) -> PathBuf {
        let folder = Path::new(self.file.name()).parent();
        folder.unwrap_or(Path::new("")).to_owned()
    }
}

/// Whether a file names something that may be written in another one.
fn refers(text: &str) -> bool {
    text.contains("local.") || text.contains("data.")
}

/// The other files of a module, by name.
fn others(file: &SourceFile) -> Vec<PathBuf> {
    let own = Path::new(file.name());
    let folder = match own.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if file.is_stdin() {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_other = |path: &PathBuf| {
        path.extension().is_some_and(|end| end == "tf") && path.file_name() != own.file_name()
    };
    let beside = own.parent().unwrap_or(Path::new(""));
    let mut found: Vec<PathBuf> = (entries.take(MOST_FILES * 4))
        .filter_map(|entry| Some(beside.join(entry.ok()?.file_name())))
        .filter(is_other)
        .collect();
    found.sort();
    found.truncate(MOST_FILES);
    found
}

/// The tree of a file.
///
/// # Errors
/// Where it is broken.
fn parse(file: &SourceFile) -> Result<Body, Box<Finding>> {
    // A byte-order mark is let pass by Terraform, and is none of the parser's.
    let text = file.text();
    let text = match text.strip_prefix('\u{feff}') {
        // Blanks of the same length keep every place.
        Some(rest) => std::borrow::Cow::Owned(format!("   {rest}")),
        None => std::borrow::Cow::Borrowed(text),
    };
    hcl_edit::parser::parse_body(&text).map_err(|error| {
        let at = error.location().offset().min(file.text().len());
        let end = (at + 1..=file.text().len()).find(|&end| file.text().is_char_boundary(end));
        let span = Span::new(at, end.unwrap_or(at));
        Box::new(
            Finding::error(
                super::super::template::INVALID_HCL,
                format!("The file is not valid HCL: {}", error.message()),
                file.on_one_line(span),
            )
            .with_label("here")
            .with_help("`terraform validate` says more of what is wrong with a file"),
        )
    })
}

/// The bytes of a part of a file.
pub(super) fn span(range: Option<std::ops::Range<usize>>) -> Span {
    range.map_or(Span::at(0), |range| Span::new(range.start, range.end))
}

/// The bytes of a block's head, for a finding about all of it.
pub(super) fn head(block: &Block) -> Span {
    span(block.ident.span())
}
