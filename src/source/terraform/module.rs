//! A module of Terraform's: every `*.tf` of one folder.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use rustc_hash::FxHashMap;

use super::super::{Reach, SourceFile};
use super::value::Val;
use crate::diagnostics::{Finding, Severity, Span};

/// More files than this are no module of anybody's.
const MOST_FILES: usize = 500;

/// Where a part of a module is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which of the module's files.
    pub(super) file: usize,
    pub(super) span: Span,
}

/// One file, and what stands where in it.
#[derive(Debug)]
struct Part {
    source: Arc<SourceFile>,
    body: Body,
    /// By name: the number of the block and of the attribute in it.
    locals: FxHashMap<String, (usize, usize)>,
    /// By type and name: the number of the block.
    data: FxHashMap<(String, String), usize>,
    /// By name: the variables.
    variables: FxHashMap<String, usize>,
}

/// A module, and the file of it that is looked at: the first.
#[derive(Debug, Clone)]
pub(super) struct Module {
    /// The file that is looked at.
    pub(super) file: Arc<SourceFile>,
    parts: Vec<Arc<Part>>,
    /// How much was looked at for the file, for whose sake this module is read.
    spent: Arc<AtomicUsize>,
    /// What a call gives it; `None` where it is looked at by itself.
    given: Option<Arc<Given>>,
}

/// What a call gives a module.
#[derive(Debug)]
pub(super) struct Given {
    /// By name, with their sizes; they are written in the files of who calls: see [`OUTER`].
    pub(super) arguments: FxHashMap<String, (Val, usize)>,
    /// These files.
    pub(super) outer: Vec<Arc<SourceFile>>,
    /// See [`Module::spend`].
    pub(super) spent: Arc<AtomicUsize>,
    /// See [`Module::root`].
    pub(super) root: Arc<SourceFile>,
}

/// From this number on a file is one of who calls the module.
pub(super) const OUTER: usize = 1 << 30;

/// So many expressions and values are looked at for one file, in all modules that it calls.
const MOST_STEPS: usize = 4_000_000;

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
        let own = part(file)?;
        let has_locals = !own.locals.is_empty();
        let mut module = Module {
            parts: vec![own],
            ..Module::none(file)
        };
        if is_called || refers(file.text()) || has_locals {
            module.add_others(reach);
        }
        Ok(module)
    }

    /// The module around a text that is none of its files, `locals` beside those of its files.
    pub(super) fn of_text(text: &Arc<SourceFile>, locals: String, reach: &Reach) -> Module {
        let own = |source: &Arc<SourceFile>| {
            let body = parse(source).unwrap_or_default();
            Arc::new(Part::new(source.clone(), body))
        };
        let empty = Arc::new(Part::new(text.clone(), Body::new()));
        let locals = Arc::new(SourceFile::new(text.name(), locals));
        let mut module = Module {
            parts: vec![empty, own(&locals)],
            ..Module::none(text)
        };
        module.add_others(reach);
        module
    }

    /// Adds the other files of its folder that have what its own may name.
    fn add_others(&mut self, reach: &Reach) {
        for path in others(reach, &self.file) {
            let Ok(source) = reach.read(&path, Path::new(self.file.name())) else {
                continue;
            };
            let has = |word: &&str| source.text().contains(word);
            if ["locals", "data", "variable"].iter().any(has) {
                self.parts.extend(part(&source).ok());
            }
        }
    }

    /// It as a call makes it.
    pub(super) fn called(&self, given: Arc<Given>) -> Module {
        Module {
            spent: given.spent.clone(),
            given: Some(given),
            ..self.clone()
        }
    }

    /// A module of nothing, for a template that is looked at by itself.
    pub(super) fn none(file: &Arc<SourceFile>) -> Module {
        Module {
            file: file.clone(),
            parts: Vec::new(),
            spent: Arc::default(),
            given: None,
        }
    }

    /// Counts `steps` more for the file that is looked at; whether that is not too much.
    pub(super) fn spend(&self, steps: usize) -> bool {
        self.spent.fetch_add(steps, Ordering::Relaxed) < MOST_STEPS
    }

    /// What calls of other modules count for.
    pub(super) fn spent(&self) -> Arc<AtomicUsize> {
        self.spent.clone()
    }

    /// The file with the first of the calls that lead to it, which is the one that files are read for; its own where it is
    /// looked at by itself.
    pub(super) fn root(&self) -> &Arc<SourceFile> {
        self.given.as_ref().map_or(&self.file, |given| &given.root)
    }

    /// How many files it has, and all files that its values may be written in.
    pub(super) fn sources(&self) -> (usize, Vec<Arc<SourceFile>>) {
        let own = self.parts.iter().map(|part| part.source.clone());
        let outer = self.given.iter().flat_map(|given| given.outer.iter().cloned());
        (self.parts.len(), own.chain(outer).collect())
    }

    /// Whether a call makes it.
    pub(super) fn is_called(&self) -> bool {
        self.given.is_some()
    }

    /// What the call gives for a variable.
    pub(super) fn argument(&self, name: &str) -> Option<&(Val, usize)> {
        self.given.as_ref()?.arguments.get(name)
    }

    /// What is taken for a variable that no call gives, and its file.
    pub(super) fn default(&self, name: &str) -> Option<(usize, &Expression)> {
        let (file, part, block) = self.find(|part| part.variables.get(name).copied())?;
        let block = part.body.blocks().nth(block)?;
        Some((file, &block.body.get_attribute("default")?.value))
    }

    /// The first file that has something.
    fn find<T>(&self, has: impl Fn(&Part) -> Option<T>) -> Option<(usize, &Part, T)> {
        let mut parts = self.parts.iter().enumerate();
        parts.find_map(|(number, part)| Some((number, &**part, has(part)?)))
    }

    /// One of its files, or of its caller's; the first one's number is 0.
    pub(super) fn source(&self, file: usize) -> &Arc<SourceFile> {
        let source = match file.checked_sub(OUTER) {
            Some(outer) => self.given.as_ref().and_then(|given| given.outer.get(outer)),
            None => self.parts.get(file).map(|part| &part.source),
        };
        source.unwrap_or(&self.file)
    }

    /// The blocks of the file that is looked at.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.parts.iter().take(1).flat_map(|part| part.body.blocks())
    }

    /// The expression of a local value, and its file.
    pub(super) fn local(&self, name: &str) -> Option<(usize, &Expression)> {
        let (file, part, (block, attribute)) = self.find(|part| part.locals.get(name).copied())?;
        let block = part.body.blocks().nth(block)?;
        Some((file, &block.body.attributes().nth(attribute)?.value))
    }

    /// A data source, and its file.
    pub(super) fn data(&self, kind: &str, name: &str) -> Option<(usize, &Block)> {
        let name = (kind.to_owned(), name.to_owned());
        let (file, part, block) = self.find(|part| part.data.get(&name).copied())?;
        Some((file, part.body.blocks().nth(block)?))
    }

    /// Its folder.
    pub(super) fn folder(&self) -> PathBuf {
        let folder = Path::new(self.file.name()).parent();
        folder.unwrap_or(Path::new("")).to_owned()
    }
}

impl Part {
    fn new(source: Arc<SourceFile>, body: Body) -> Part {
        let (mut locals, mut data) = (FxHashMap::default(), FxHashMap::default());
        let mut variables = FxHashMap::default();
        for (at, block) in body.blocks().enumerate() {
            match (block.ident.value().as_str(), &block.labels[..]) {
                ("locals", _) => {
                    for (attribute, local) in block.body.attributes().enumerate() {
                        let name = local.key.value().as_str().to_owned();
                        locals.entry(name).or_insert((at, attribute));
                    }
                }
                ("data", [kind, name]) => {
                    let name = (kind.as_str().to_owned(), name.as_str().to_owned());
                    data.entry(name).or_insert(at);
                }
                ("variable", [name]) => {
                    variables.entry(name.as_str().to_owned()).or_insert(at);
                }
                _ => {}
            }
        }
        Part {
            source,
            body,
            locals,
            data,
            variables,
        }
    }
}

/// So many files are kept: each file of a module reads all others.
const MOST_KEPT: usize = 1000;
/// So many bytes of text are.
const MOST_KEPT_BYTES: usize = 16 << 20;

/// Files that were read before, by name.
#[derive(Default)]
struct Kept {
    parts: FxHashMap<String, Arc<Part>>,
    bytes: usize,
}

static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// A file's tree, which is made once as long as its text is the same.
///
/// # Errors
/// Where it is broken.
fn part(file: &Arc<SourceFile>) -> Result<Arc<Part>, Box<Finding>> {
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept().parts.get(file.name()).cloned();
    if let Some(part) = known.filter(|part| part.source.text() == file.text()) {
        return Ok(part);
    }
    let part = Arc::new(Part::new(file.clone(), parse(file)?));
    let mut kept = kept();
    if kept.parts.len() >= MOST_KEPT || kept.bytes + file.text().len() > MOST_KEPT_BYTES {
        *kept = Kept::default();
    }
    kept.bytes += file.text().len();
    kept.parts.insert(file.name().to_owned(), part.clone());
    Ok(part)
}

/// Whether a file names something that may be written in another one.
fn refers(text: &str) -> bool {
    ["local.", "data.", "var."].iter().any(|word| text.contains(word))
}

/// The other files of a module, by name.
fn others(reach: &Reach, file: &SourceFile) -> Vec<PathBuf> {
    if file.is_stdin() {
        return Vec::new();
    }
    let own = Path::new(file.name());
    let mut found = files(reach, own.parent().unwrap_or(Path::new("")));
    found.retain(|path| path.file_name() != own.file_name());
    found
}

/// The files of the module in a folder, by name.
pub(super) fn files(reach: &Reach, folder: &Path) -> Vec<PathBuf> {
    let names = reach.names(folder, MOST_FILES * 4).into_iter();
    let mut found: Vec<PathBuf> = names
        .map(|(name, _)| folder.join(name))
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
        // The parser may point into a character.
        let is_boundary = |at: &usize| file.text().is_char_boundary(*at);
        let at = error.location().offset().min(file.text().len());
        let at = (0..=at).rev().find(is_boundary).unwrap_or(0);
        let end = (at + 1..=file.text().len()).find(is_boundary);
        let span = file.on_one_line(Span::new(at, end.unwrap_or(at)));
        // A text that is not closed ends somewhere else for the parser.
        if let Some(open) = open_text(file.text()) {
            let words = format!("The file is not valid HCL: {}", error.message());
            let finding = Finding::error(super::super::template::INVALID_HCL, words, open);
            return Box::new(
                finding
                    .with_label("this text is not closed on its line")
                    .with_help("close it with a double quote"),
            );
        }
        // Terraform itself has no such bound: it is the parser's, which only says so in words.
        Box::new(if error.message().contains("nesting depth") {
            Finding::new(
                Severity::Info,
                super::super::template::NOT_READ,
                "Brackets and operators stand more than 64 levels deep here, which is as deep as this tool reads HCL",
                span,
            )
            .with_label("here")
            .with_help("put the inner part into a local value, or check what `terraform show -json` says of the plan")
        } else {
            Finding::error(
                super::super::template::INVALID_HCL,
                format!("The file is not valid HCL: {}", error.message()),
                span,
            )
            .with_label("here")
            .with_help("`terraform validate` says more of what is wrong with a file")
        })
    })
}

/// The first text in quotes that is not closed on its line, up to the end of that; heredocs and comments aside.
fn open_text(text: &str) -> Option<Span> {
    let mut heredoc: Option<&str> = None;
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let start = begin;
        begin += line.len();
        if let Some(end) = heredoc {
            heredoc = heredoc.filter(|_| line.trim() != end);
            continue;
        }
        let (mut open, mut is_escaped) = (None, false);
        for (at, letter) in line.char_indices() {
            match letter {
                _ if is_escaped => is_escaped = false,
                '\\' if open.is_some() => is_escaped = true,
                '"' if open.is_some() => open = None,
                '"' => open = Some(at),
                _ if open.is_some() => {}
                '#' => break,
                '/' if line[at..].starts_with("//") => break,
                // What is no comment behind it is not looked for.
                '/' if line[at..].starts_with("/*") => return None,
                '<' if line[at..].starts_with("<<") => {
                    let word = line[at + 2..].trim_start_matches('-').trim();
                    heredoc = (!word.is_empty()).then_some(word);
                    break;
                }
                _ => {}
            }
        }
        if let Some(at) = open {
            return Some(Span::new(start + at, start + line.trim_end().len().max(at + 1)));
        }
    }
    None
}

/// The bytes of a part of a file.
pub(super) fn span(range: Option<std::ops::Range<usize>>) -> Span {
    range.map_or(Span::at(0), |range| Span::new(range.start, range.end))
}

/// The bytes of a block's head, for a finding about all of it.
pub(super) fn head(block: &Block) -> Span {
    span(block.ident.span())
}
