//! The variables of the Serverless Framework, as far as they are known from the service's files: `${self:custom.x}` and
//! `${file(./x.yml):key}`.
//!
//! What else there is (`opt`, `env`, `ssm`, `cf`, scripts ...) is known when the service is deployed.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::document::Document;
use super::super::{Made, NodeId, NodeKind, NodeRef, ParseOptions, Parsed, parse_with, placeholder};
use crate::diagnostics::{Finding, Severity, Span};

/// So many variables one value may lead through, and so many are looked at in one service: files may name each other.
const MOST_DEEP: usize = 32;
const MOST_STEPS: usize = 100_000;

/// So much is told of one definition that cannot be included.
const MOST_PROBLEMS: usize = 20;

/// A value in one of a service's files.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) document: Arc<Document>,
    pub(super) node: NodeId,
}

impl Found {
    pub(super) fn node(&self) -> NodeRef<'_> {
        self.document.node(self.node)
    }

    /// A part of it.
    pub(super) fn part(&self, node: NodeRef<'_>) -> Found {
        Found {
            document: self.document.clone(),
            node: node.id(),
        }
    }
}

/// Why there is no value.
#[derive(Debug, Clone)]
pub(super) enum Missing {
    /// It is known when the service is deployed.
    Later,
    /// A file cannot be read: why.
    File(String),
    /// A part of this file holds itself.
    Circular(String),
    /// A file is broken: what is wrong with it.
    Broken(Arc<Parsed>),
}

/// The files of a service.
pub(super) struct Service<'o> {
    root: Arc<Document>,
    options: &'o ParseOptions,
    files: RefCell<FxHashMap<PathBuf, Result<Arc<Document>, Missing>>>,
    depth: Cell<usize>,
    steps: Cell<usize>,
    /// What could not be included in the definition that is read, and where it is named.
    problems: RefCell<Vec<(Span, String)>>,
}

impl<'o> Service<'o> {
    pub(super) fn new(root: Arc<Document>, options: &'o ParseOptions) -> Service<'o> {
        Service {
            root,
            options,
            files: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            problems: RefCell::default(),
        }
    }

    /// Notes that a file cannot be included at `at`: what is known only when the service is deployed is no problem.
    pub(super) fn note(&self, at: Span, missing: &Missing) {
        let words = match missing {
            Missing::Later => return,
            Missing::File(message) => message.clone(),
            Missing::Circular(name) => format!("{name} includes itself"),
            Missing::Broken(parsed) => {
                let finding = parsed.findings.first();
                let at = parsed.file.position(finding.map_or(0, |f| f.span.start as usize));
                let message = finding.map_or("it is broken", |finding| &finding.message);
                format!("{}:{}:{}: {message}", parsed.file.name(), at.line, at.column)
            }
        };
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MOST_PROBLEMS {
            problems.push((at, words));
        }
    }

    /// Findings about what was noted since the last call.
    pub(super) fn problems(&self) -> Vec<Finding> {
        let problems = self.problems.take().into_iter();
        problems
            .map(|(at, words)| {
                let words = format!("{words}: this part of the definition is not read");
                Finding::new(Severity::Warning, super::NOT_READ, words, at)
            })
            .collect()
    }

    pub(super) fn root(&self) -> Found {
        Found {
            document: self.root.clone(),
            node: self.root.root().id(),
        }
    }

    /// The value that a value stands for: itself, unless it is a variable and nothing else.
    pub(super) fn resolve(&self, value: &Found) -> Result<Found, Missing> {
        let node = value.node();
        let name = match node.kind() {
            NodeKind::Placeholder(name) => name.clone(),
            NodeKind::String(text) => match placeholder::whole(text) {
                Some(name) => Arc::from(name),
                None => return Ok(value.clone()),
            },
            _ => return Ok(value.clone()),
        };
        self.variable(&name)
    }

    /// What a variable stands for; of several, separated by commas, the first that is known.
    pub(super) fn variable(&self, name: &str) -> Result<Found, Missing> {
        if self.depth.get() >= MOST_DEEP || self.steps.get() >= MOST_STEPS {
            return Err(Missing::Later);
        }
        self.steps.set(self.steps.get() + 1);
        self.depth.set(self.depth.get() + 1);
        let found = self.first_of(name);
        self.depth.set(self.depth.get() - 1);
        found
    }

    fn first_of(&self, name: &str) -> Result<Found, Missing> {
        // Only the first can be said to be meant: what stands before a fallback may be given when it is deployed.
        let first = name.split(',').next().unwrap_or(name).trim();
        let first = self.filled(first)?;
        if let Some(address) = first.strip_prefix("self:") {
            return self.address(&self.root(), address);
        }
        let Some(rest) = first.strip_prefix("file(") else {
            return Err(Missing::Later);
        };
        let (path, address) = rest.split_once(')').ok_or(Missing::Later)?;
        let document = self.file(path.trim().trim_matches(['\'', '"']))?;
        let whole = Found {
            node: document.root().id(),
            document,
        };
        match address.trim().strip_prefix(':') {
            Some(address) => self.address(&whole, address),
            None => self.resolve(&whole),
        }
    }

    /// A variable's name with the variables in it filled in.
    fn filled(&self, name: &str) -> Result<String, Missing> {
        let mut out = String::new();
        let mut done = 0;
        for place in placeholder::places(name) {
            let inner = placeholder::at(name, place.start).map_or("", |(_, inner)| inner);
            let found = self.variable(inner)?;
            out.push_str(&name[done..place.start]);
            out.push_str(&scalar(found.node()).ok_or(Missing::Later)?);
            done = place.end;
        }
        out.push_str(&name[done..]);
        Ok(out)
    }

    /// The value at `custom.a.b` in a value.
    fn address(&self, from: &Found, address: &str) -> Result<Found, Missing> {
        let mut found = self.resolve(from)?;
        for key in address.split('.').map(str::trim).filter(|key| !key.is_empty()) {
            let node = found.node();
            let part = match node.is_array() {
                true => key.parse().ok().and_then(|index| node.item(index)),
                false => node.get(key),
            };
            let part = found.part(part.ok_or(Missing::Later)?);
            found = self.resolve(&part)?;
        }
        Ok(found)
    }

    fn file(&self, path: &str) -> Result<Arc<Document>, Missing> {
        let folder = Path::new(self.root.file().name())
            .parent()
            .unwrap_or(Path::new(""));
        let path = folder.join(path.trim_start_matches("./"));
        if let Some(known) = self.files.borrow().get(&path) {
            return known.clone();
        }
        let end = path.extension().map(|end| end.to_ascii_lowercase());
        let is_data = end.is_some_and(|end| end == "json" || end == "yml" || end == "yaml");
        let read = match is_data {
            true => self.read(&path),
            // A script, or a text that is put in as it is.
            false => Err(Missing::Later),
        };
        self.files.borrow_mut().insert(path, read.clone());
        read
    }

    fn read(&self, path: &Path) -> Result<Arc<Document>, Missing> {
        let read = self.options.reach.read(path, Path::new(self.root.file().name()));
        let file = read.map_err(|error| Missing::File(error.to_string()))?;
        let options = ParseOptions {
            format: None,
            any_value: true,
            keep_functions: true,
            ..self.options.clone()
        };
        let mut parsed = parse_with(file, &options);
        match parsed.document.take() {
            Some(document) => Ok(Arc::new(document)),
            None => Err(Missing::Broken(Arc::new(parsed))),
        }
    }

    /// What a text at `place` says with the variables in it that are known; `None` where none is, and where it would be too
    /// much.
    pub(super) fn fill(&self, text: &str, made: &mut Made, at: Span) -> Option<String> {
        if !text.contains("${self:") && !text.contains("${file(") {
            return None;
        }
        let mut out = String::new();
        let mut done = 0;
        for place in placeholder::places(text) {
            let name = placeholder::at(text, place.start).map_or("", |(_, name)| name);
            let known = self.variable(name).ok().and_then(|found| scalar(found.node()));
            if let Some(known) = known {
                if !made.take(known.len() + (place.start - done), at) {
                    return None;
                }
                out.push_str(&text[done..place.start]);
                out.push_str(&known);
                done = place.end;
            }
        }
        (done > 0).then(|| {
            out.push_str(&text[done..]);
            out
        })
    }
}

/// What a value is in a text.
fn scalar(node: NodeRef<'_>) -> Option<String> {
    match node.kind() {
        NodeKind::String(text) if !placeholder::is_in(text) => Some(text.to_string()),
        NodeKind::Number(number) => Some(number.to_string()),
        NodeKind::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
