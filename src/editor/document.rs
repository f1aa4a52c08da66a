//! A document that is open in an editor, and the files around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lines;
use super::reading::{self, Reading};
use crate::asl::Quiet;
use crate::definition::{Definition, Seen};
use crate::diagnostics::Finding;
use crate::discovery;
use crate::mocks;
use crate::source::{self, Document, ParseOptions, SourceFile};
use crate::testing::TestFile;

/// The files around a document: those that are open as they are in the editor, the others as they are on the disk.
pub trait Files {
    /// The file at `path`; `None` where there is none, or it must not be read.
    fn read(&self, path: &Path) -> Option<Arc<SourceFile>>;

    /// What lies in a folder, and whether it is a folder itself; nothing of one that must not be looked into.
    fn names(&self, folder: &Path) -> Vec<(String, bool)>;

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
    /// A mock file.
    Mocks,
    /// Anything else.
    Other,
}

/// A document that is open.
#[derive(Debug)]
pub struct OpenDocument {
    path: PathBuf,
    file: Arc<SourceFile>,
    kind: Kind,
    reading: Reading,
    definitions: Vec<Definition>,
    others: Vec<Definition>,
    called: Vec<Definition>,
    /// The tree of a test or mock file, and what is wrong with its text.
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
        OpenDocument::named_by(Vec::new(), path, file, options, is_definition)
    }

    /// The same of a file that the files `callers` name, which say what its definitions are made of.
    pub fn named_by(
        callers: Vec<PathBuf>,
        path: &Path,
        file: Arc<SourceFile>,
        options: &ParseOptions,
        is_definition: bool,
    ) -> Self {
        let mut open = OpenDocument {
            path: path.to_owned(),
            kind: Kind::Other,
            reading: Reading {
                path: path.to_owned(),
                is_definition,
                callers,
            },
            definitions: Vec::new(),
            others: Vec::new(),
            called: Vec::new(),
            test: None,
            file,
        };
        let is_test = discovery::is_test_file(path);
        if (is_test || mocks::is_mock_file(&path.file_name().unwrap_or_default().to_string_lossy()))
            && !is_definition
        {
            let mut of_data = ParseOptions::within(options.reach.clone());
            of_data.any_value = true;
            of_data.no_placeholders = true;
            of_data.mend = options.mend;
            let parsed = source::parse_with(open.file.clone(), &of_data);
            open.kind = if is_test { Kind::Test } else { Kind::Mocks };
            open.test = Some((parsed.document, parsed.findings));
            return open;
        }
        let read = open.reading.read(open.file.clone(), options);
        open.definitions = read.definitions;
        open.others = read.others;
        open.called = read.called;
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

    /// What else the definitions that stand in it are, where several name its file.
    pub fn others(&self) -> &[Definition] {
        &self.others
    }

    /// Everything that a definition of this document is: one thing, or as many as name its file.
    pub(super) fn all_of<'o>(&'o self, definition: &'o Definition) -> impl Iterator<Item = &'o Definition> {
        let others = self.others.iter();
        let same = others.filter(|other| reading::stand_in_one_place(other, definition));
        std::iter::once(definition).chain(same)
    }

    /// The files that name it.
    pub fn callers(&self) -> &[PathBuf] {
        &self.reading.callers
    }

    /// The definitions that stand in it if its text is that of `file`.
    pub(super) fn read_as(&self, file: Arc<SourceFile>, options: &ParseOptions) -> Vec<Definition> {
        self.reading.read(file, options).definitions
    }

    /// A definition of this document, read anew in `file`.
    pub(super) fn again(
        &self,
        definition: &Definition,
        file: Arc<SourceFile>,
        options: &ParseOptions,
    ) -> Option<Definition> {
        let read = self.reading.read(file, options);
        let mut all = read.definitions.into_iter().chain(read.others);
        all.find(|other| other.name() == definition.name() && called_by(other) == called_by(definition))
    }

    /// What is known of its text, for whoever reads it once more; `None` where that is not the tree of one definition.
    pub(crate) fn into_seen(mut self) -> Option<Seen> {
        let only = self.definitions.pop()?;
        let is_all = self.definitions.is_empty() && self.others.is_empty() && self.called.is_empty();
        only.into_seen().filter(|_| is_all)
    }

    /// Listens to the states of its one definition, of which `quiet` are known not to have to be looked at once more.
    pub(crate) fn listen(&mut self, quiet: Quiet) {
        if let ([only], [], []) = (&mut self.definitions[..], &self.others[..], &self.called[..]) {
            only.listen(quiet);
        }
    }

    /// The definitions that it names and that stand in files of their own.
    pub fn called(&self) -> &[Definition] {
        &self.called
    }

    /// The definition around a place.
    pub fn definition_at(&self, offset: usize) -> Option<&Definition> {
        if let [only] = &self.definitions[..]
            && only.is_whole_file()
        {
            return Some(only);
        }
        let is_at = |definition: &&Definition| {
            let span = definition.document().map(|document| document.root().span());
            span.is_some_and(|span| span.start as usize <= offset && offset <= span.end as usize)
        };
        let has_line = |definition: &&Definition| {
            let document = definition.document();
            document.is_some_and(|document| lines::belongs_to(document, offset))
        };
        let mut all = self.definitions.iter();
        let found = all.find(is_at);
        found.or_else(|| self.definitions.iter().find(has_line))
    }

    /// The tree of a test or mock file.
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

/// The file that names the one a definition stands in.
fn called_by(definition: &Definition) -> Option<&str> {
    definition.caller().map(|caller| caller.file.name())
}
