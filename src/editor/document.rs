//! A document that is open in an editor, and the files around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::definition::Definition;
use crate::diagnostics::Finding;
use crate::discovery;
use crate::source::{self, Document, ParseOptions, SourceFile};
use crate::testing::TestFile;

/// The files around a document: those that are open as they are in the editor, the others as they are on the disk.
pub trait Files {
    /// The file at `path`; `None` where there is none, or it must not be read.
    fn read(&self, path: &Path) -> Option<Arc<SourceFile>>;

    /// The test files that may test a definition at `path`.
    fn test_files(&self, path: &Path) -> Vec<PathBuf>;

    /// The test file at `path`, with all that it names, to be run; `None` where it has mistakes.
    fn open_test(&self, path: &Path) -> Option<TestFile>;
}

/// What a document is, by its name and what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A definition, or a template or configuration with state machines.
    Definitions,
    /// A test file.
    Test,
    /// Anything else.
    Other,
}

/// A document that is open.
#[derive(Debug)]
pub struct OpenDocument {
    path: PathBuf,
    file: Arc<SourceFile>,
    kind: Kind,
    definitions: Vec<Definition>,
    called: Vec<Definition>,
    /// The tree of a test file, and what is wrong with its text.
    test: Option<(Option<Document>, Vec<Finding>)>,
}

impl OpenDocument {
    /// Reads the text of the file at `path`. `is_definition` is what the editor says, where it knows; otherwise name and
    /// content tell.
    pub fn new(path: &Path, text: impl Into<String>, options: &ParseOptions, is_definition: bool) -> Self {
        let name = path.to_string_lossy().into_owned();
        let file = Arc::new(SourceFile::new(name, text));
        OpenDocument::of(path, file, options, is_definition)
    }

    /// The same of a file that was read.
    pub fn of(path: &Path, file: Arc<SourceFile>, options: &ParseOptions, is_definition: bool) -> Self {
        let mut open = OpenDocument {
            path: path.to_owned(),
            kind: Kind::Other,
            definitions: Vec::new(),
            called: Vec::new(),
            test: None,
            file,
        };
        if discovery::is_test_file(path) && !is_definition {
            let mut of_data = ParseOptions::within(options.reach.clone());
            of_data.any_value = true;
            of_data.no_placeholders = true;
            of_data.mend = options.mend;
            let parsed = source::parse_with(open.file.clone(), &of_data);
            open.kind = Kind::Test;
            open.test = Some((parsed.document, parsed.findings));
            return open;
        }
        let all = match is_definition {
            true => Definition::all_in_file(open.file.clone(), options),
            false => Definition::all_found_in(open.file.clone(), options),
        };
        for definition in all {
            match definition.file().name() == open.file.name() {
                true => open.definitions.push(definition),
                false => open.called.push(definition),
            }
        }
        if !open.definitions.is_empty() || !open.called.is_empty() {
            open.kind = Kind::Definitions;
        }
        open
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its text.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The definitions that stand in it.
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// The definitions that it names and that stand in files of their own.
    pub fn called(&self) -> &[Definition] {
        &self.called
    }

    /// The definition around a place.
    pub fn definition_at(&self, offset: usize) -> Option<&Definition> {
        if let [only] = &self.definitions[..]
            && !only.is_in_template()
        {
            return Some(only);
        }
        self.definitions.iter().find(|definition| {
            let span = definition.document().map(|document| document.root().span());
            span.is_some_and(|span| span.start as usize <= offset && offset <= span.end as usize)
        })
    }

    /// The tree of a test file.
    pub fn test(&self) -> Option<&Document> {
        self.test.as_ref()?.0.as_ref()
    }

    /// Every tree in it.
    pub(super) fn trees(&self) -> impl Iterator<Item = &Document> {
        let of_definitions = self
            .definitions
            .iter()
            .filter_map(|definition| definition.document());
        of_definitions.map(|document| &**document).chain(self.test())
    }

    /// The path of a file that this one names, from where it stands.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        match self.path.parent() {
            Some(folder) => folder.join(name),
            None => PathBuf::from(name),
        }
    }
}
