//! The test files of a definition, and the definition of a test file.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::reading::stand_in_one_place;
use super::targets::{Target, read_definition};
use super::{Files, OpenDocument};
use crate::definition::Definition;
use crate::source::{self, At, Caller, Document, SourceFile};
use crate::testing::names::{self, StateName};

/// What a place of a test file names.
pub(super) enum Name {
    /// The definition.
    Definition,
    /// A state of it.
    State(Arc<str>),
}

/// The definition that a test file is about, and the file in which it stands: a template may name another.
pub(super) fn tested(open: &OpenDocument, files: &dyn Files) -> Option<(PathBuf, Definition)> {
    let written = open.test()?.root().get("Definition")?.as_str()?;
    let (name, resource) = split(&open.beside(""), written, files);
    let path = normal(&open.beside(name));
    let definition = read_definition(&path, resource, files)?;
    Some((normal(Path::new(definition.file().name())), definition))
}

/// The definition that a mock file is about: that of a test file that names it.
pub(super) fn testing(mocks: &Path, files: &dyn Files) -> Option<Definition> {
    let mocks = normal(mocks);
    files.test_files(&mocks).into_iter().find_map(|test| {
        let document = tree(files.read(&test)?)?;
        let folder = test.parent().unwrap_or(Path::new(""));
        let names_it = |name: &&str| normal(&folder.join(name)) == mocks;
        mock_files(&document).iter().find(|name| names_it(name))?;
        let written = document.root().get("Definition")?.as_str()?;
        let (name, resource) = split(folder, written, files);
        read_definition(&normal(&folder.join(name)), resource, files)
    })
}

/// What a place of a test file names.
pub(super) fn named_at(at: &At<'_>) -> Option<Name> {
    let document = at.node.document();
    let root = document.root();
    if root
        .get("Definition")
        .is_some_and(|node| node.id() == at.node.id())
    {
        return Some(Name::Definition);
    }
    let span = match at.on_key {
        true => at.node.key_span(),
        false => at.node.span(),
    };
    let all = names::of_test(root);
    let found = all.iter().find(|name| name.span == span)?;
    Some(Name::State(Arc::from(found.name)))
}

/// A file that names states of a definition.
pub(super) struct Naming {
    /// Where it lies.
    pub path: PathBuf,
    /// Its tree.
    pub document: Document,
    /// What the machine is called in a `MockConfigFile.json`; `None` for a test file.
    machine_name: Option<String>,
}

impl Naming {
    /// Whether it is a test file.
    pub fn is_test(&self) -> bool {
        self.machine_name.is_none()
    }

    /// The states that it names.
    pub fn names(&self) -> Vec<StateName<'_>> {
        let root = self.document.root();
        match &self.machine_name {
            None => names::of_test(root),
            Some(machine_name) => names::of_mocks(root, machine_name),
        }
    }
}

/// The test files of a definition of a document, and the mock files that they name.
pub(super) fn naming(open: &OpenDocument, definition: &Definition, files: &dyn Files) -> Vec<Naming> {
    let path = normal(open.path());
    let mut found: Vec<Naming> = Vec::new();
    for test in files.test_files(&path) {
        let Some(document) = files.read(&test).and_then(tree) else {
            continue;
        };
        let folder = test.parent().unwrap_or(Path::new(""));
        let root = document.root();
        let Some(written) = root.get("Definition").and_then(|node| node.as_str()) else {
            continue;
        };
        let (name, resource) = split(folder, written, files);
        let named = normal(&folder.join(name));
        let Some(name) = name_of(open, definition, (&path, &named), resource, files) else {
            continue;
        };
        let machine_name = root.get("StateMachineName").and_then(|node| node.as_str());
        let machine_name = machine_name.map_or(name, str::to_owned);
        for mocks in mock_files(&document) {
            let mocks = normal(&folder.join(mocks));
            if found.iter().any(|known| known.path == mocks) {
                continue;
            }
            if let Some(document) = files.read(&mocks).and_then(tree) {
                found.push(Naming {
                    path: mocks,
                    document,
                    machine_name: Some(machine_name.clone()),
                });
            }
        }
        found.push(Naming {
            path: test,
            document,
            machine_name: None,
        });
    }
    found
}

/// What a definition, which stands in the first file, is called by whoever names the second, and a resource of it; `None`
/// where that is another definition.
fn name_of(
    open: &OpenDocument,
    definition: &Definition,
    (path, named): (&Path, &Path),
    resource: Option<&str>,
    files: &dyn Files,
) -> Option<String> {
    if named == path {
        return match definition.is_whole_file() {
            true => Some(Definition::machine_name(path)),
            false => {
                let is_it = resource.is_none_or(|resource| resource == definition.name());
                is_it.then(|| definition.name())
            }
        };
    }
    // Through a template that names its file.
    let is_caller = |caller: &Caller| normal(Path::new(caller.file.name())) == named;
    if !(open.all_of(definition)).any(|one| one.callers().iter().any(is_caller)) {
        return None;
    }
    let meant = read_definition(named, resource, files)?;
    let is_it = normal(Path::new(meant.file().name())) == path
        && (definition.is_whole_file() || stand_in_one_place(&meant, definition));
    is_it.then(|| meant.name())
}

/// The places in other files that name the state `name` of the definition at `offset`.
pub(super) fn uses_of_state(
    open: &OpenDocument,
    offset: usize,
    name: &str,
    files: &dyn Files,
) -> Vec<Target> {
    let Some(definition) = open.definition_at(offset) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for file in naming(open, definition, files) {
        let here = file.names().into_iter().filter(|named| named.name == name);
        found.extend(here.map(|named| Target {
            path: Some(file.path.clone()),
            span: named.span,
        }));
    }
    found
}

/// The names of the mock files in a test file: those of `Mocks`, of the file and of its cases.
fn mock_files(document: &Document) -> Vec<&str> {
    let root = document.root();
    let cases = root.get("Cases").into_iter().flat_map(|cases| cases.items());
    let holders = std::iter::once(root).chain(cases);
    holders
        .filter_map(|holder| holder.get("Mocks")?.get("File")?.as_str())
        .collect()
}

/// The tree of a file without mistakes in its text.
fn tree(file: Arc<SourceFile>) -> Option<Document> {
    source::parse_any(file).document
}

/// The path and the resource of `template.yaml#Orders`, which stands in a file of `folder`. A file with that very name is
/// meant first.
fn split<'t>(folder: &Path, written: &'t str, files: &dyn Files) -> (&'t str, Option<&'t str>) {
    let is_file = || files.read(&normal(&folder.join(written))).is_some();
    match written.rsplit_once('#').filter(|_| !is_file()) {
        Some((name, resource)) => (name, Some(resource)),
        None => (written, None),
    }
}

/// A path without `.` and, where that can be told from the path alone, `..`.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
