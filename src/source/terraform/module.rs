//! A module of Terraform's: every `*.tf` of one folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use rustc_hash::FxHashMap;

use super::super::{Reach, SourceFile};
use super::value::Val;
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
#[derive(Debug, Clone)]
pub(super) struct Module {
    /// The file that is looked at.
    pub(super) file: Arc<SourceFile>,
    tree: Arc<Tree>,
    /// What a call gives it; `None` where it is looked at by itself.
    given: Option<Arc<Given>>,
}

/// What a call gives a module.
#[derive(Debug)]
pub(super) struct Given {
    /// By name; they are written in the files of who calls: see [`OUTER`].
    pub(super) arguments: FxHashMap<String, Val>,
    /// These files.
    pub(super) outer: Vec<Arc<SourceFile>>,
}

/// From this number on a file is one of who calls the module.
pub(super) const OUTER: usize = 1 << 32;

/// What stands in the files of a module.
#[derive(Debug, Default)]
struct Tree {
    parts: Vec<Part>,
    /// By name: the file and the number of the block and attribute in it.
    locals: FxHashMap<String, (usize, usize, usize)>,
    /// By type and name.
    data: FxHashMap<(String, String), (usize, usize)>,
    /// By name: what is taken where the caller gives nothing.
    defaults: FxHashMap<String, (usize, usize)>,
}

impl Module {
    /// Reads the module that `file` belongs to, its files within `reach`; `is_called`: with what it has for its caller. Other
    /// files that are broken are left out of it: they are told when they are looked at.
    ///
    /// # Errors
    /// What is wrong with the file itself.
    pub(super) fn read(
        file: &Arc<SourceFile>,
        reach: &Reach,
        is_called: bool,
    ) -> Result<Module, Box<Finding>> {
        let body = parse(file)?;
        let mut parts = vec![Part {
            source: file.clone(),
            body,
        }];
        let body = &parts[0].body;
        let has_locals = || body.blocks().any(|block| block.has_ident("locals"));
        if is_called || refers(file.text()) || has_locals() {
            for path in others(file) {
                let Ok(source) = reach.read(&path, Path::new(file.name())) else {
                    continue;
                };
                let has = |word: &str| source.text().contains(word);
                if !(has("locals") || has("data") || is_called && has("variable")) {
                    continue;
                }
                if let Ok(body) = parse(&source) {
                    parts.push(Part { source, body });
                }
            }
        }
        let mut tree = Tree {
            parts,
            ..Tree::default()
        };
        tree.index();
        Ok(Module {
            file: file.clone(),
            tree: Arc::new(tree),
            given: None,
        })
    }

    /// It as a call makes it.
    pub(super) fn called(&self, given: Arc<Given>) -> Module {
        Module {
            given: Some(given),
            ..self.clone()
        }
    }

    /// A module of nothing, for a template that is looked at by itself.
    pub(super) fn none(file: &Arc<SourceFile>) -> Module {
        Module {
            file: file.clone(),
            tree: Arc::default(),
            given: None,
        }
    }

    /// How many files it has, and all files that its values may be written in.
    pub(super) fn sources(&self) -> (usize, Vec<Arc<SourceFile>>) {
        let own = self.tree.parts.iter().map(|part| part.source.clone());
        let outer = self.given.iter().flat_map(|given| given.outer.iter().cloned());
        (self.tree.parts.len(), own.chain(outer).collect())
    }

    /// Whether a call makes it.
    pub(super) fn is_called(&self) -> bool {
        self.given.is_some()
    }

    /// What the call gives for a variable.
    pub(super) fn argument(&self, name: &str) -> Option<&Val> {
        self.given.as_ref()?.arguments.get(name)
    }

    /// What is taken for a variable that no call gives, and its file.
    pub(super) fn default(&self, name: &str) -> Option<(usize, &Expression)> {
        let (file, block) = *self.tree.defaults.get(name)?;
        let block = self.tree.parts.get(file)?.body.blocks().nth(block)?;
        Some((file, &block.body.get_attribute("default")?.value))
    }

    /// One of its files, or of its caller's; the first one's number is 0.
    pub(super) fn source(&self, file: usize) -> &Arc<SourceFile> {
        let source = match file.checked_sub(OUTER) {
            Some(outer) => self.given.as_ref().and_then(|given| given.outer.get(outer)),
            None => self.tree.parts.get(file).map(|part| &part.source),
        };
        source.unwrap_or(&self.file)
    }

    /// The blocks of the file that is looked at.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.tree.parts.iter().take(1).flat_map(|part| part.body.blocks())
    }

    /// The expression of a local value, and its file.
    pub(super) fn local(&self, name: &str) -> Option<(usize, &Expression)> {
        let (file, block, attribute) = *self.tree.locals.get(name)?;
        let block = self.tree.parts.get(file)?.body.blocks().nth(block)?;
        Some((file, &block.body.attributes().nth(attribute)?.value))
    }

    /// A data source, and its file.
    pub(super) fn data(&self, kind: &str, name: &str) -> Option<(usize, &Block)> {
        let (file, block) = *self.tree.data.get(&(kind.to_owned(), name.to_owned()))?;
        Some((file, self.tree.parts.get(file)?.body.blocks().nth(block)?))
    }

    /// Its folder.
    pub(super) fn folder(&self) -> PathBuf {
        let folder = Path::new(self.file.name()).parent();
        folder.unwrap_or(Path::new("")).to_owned()
    }
}

impl Tree {
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
                } else if block.has_ident("variable")
                    && let [name] = &block.labels[..]
                {
                    self.defaults
                        .entry(name.as_str().to_owned())
                        .or_insert((number, at));
                }
            }
        }
    }
}

/// Whether a file names something that may be written in another one.
fn refers(text: &str) -> bool {
    text.contains("local.") || text.contains("data.")
}

/// The other files of a module, by name.
fn others(file: &SourceFile) -> Vec<PathBuf> {
    if file.is_stdin() {
        return Vec::new();
    }
    let own = Path::new(file.name());
    let mut found = files(own.parent().unwrap_or(Path::new("")));
    found.retain(|path| path.file_name() != own.file_name());
    found
}

/// The files of the module in a folder, by name.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let readable = match folder == Path::new("") {
        true => Path::new("."),
        false => folder,
    };
    let Ok(entries) = fs::read_dir(readable) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = (entries.take(MOST_FILES * 4))
        .filter_map(|entry| Some(folder.join(entry.ok()?.file_name())))
        .filter(|path| path.extension().is_some_and(|end| end == "tf"))
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
