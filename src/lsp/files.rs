//! The files around the texts that are open.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::server::Looked;
use crate::discovery::{self, Bounds, Kind};
use crate::editor::Files;
use crate::source::{Entry, Input, Reach, SourceFile};
use crate::testing::{self, TestFile};

/// So many names of a folder are looked at.
const MOST_NAMES: usize = 1_000;

/// The folder whose files may belong to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) folder: PathBuf,
    /// Whether it is open at the client; otherwise it is the text's own.
    pub(super) is_open: bool,
}

impl Area {
    /// That of the file at `path`: the innermost of the folders that are open at the client, or its own.
    pub(super) fn of(path: &Path, folders: &[PathBuf]) -> Option<Area> {
        let around = folders.iter().filter(|folder| path.starts_with(folder));
        let open = around.max_by_key(|folder| folder.as_os_str().len());
        Some(Area {
            folder: open.map(PathBuf::as_path).or_else(|| path.parent())?.to_owned(),
            is_open: open.is_some(),
        })
    }

    /// A folder.
    pub(super) fn named(folder: PathBuf, folders: &[PathBuf]) -> Area {
        Area {
            is_open: folders.contains(&folder),
            folder,
        }
    }
}

/// The test files of the folders that were searched.
#[derive(Debug, Default)]
pub(super) struct TestFiles(HashMap<PathBuf, Tests>);

/// Those of a folder.
#[derive(Debug)]
struct Tests {
    files: Vec<PathBuf>,
    /// Whether there may be more.
    is_cut: bool,
}

impl TestFiles {
    /// They are searched anew: files have come or gone.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_known(&self, area: &Area) -> bool {
        self.0.contains_key(&area.folder)
    }

    /// Whether there may be more than are known.
    pub(super) fn is_cut(&self, area: &Area) -> bool {
        self.0.get(&area.folder).is_some_and(|tests| tests.is_cut)
    }

    pub(super) fn take(&mut self, area: &Area, files: Vec<PathBuf>, is_cut: bool) {
        self.0.insert(area.folder.clone(), Tests { files, is_cut });
    }
}

/// The test files of a folder.
pub(super) fn search(folder: &Path, reach: Reach, bounds: &Bounds) -> Vec<PathBuf> {
    let folders = [folder.to_owned()];
    let found = discovery::discover_within(&folders, Kind::Test, reach, &discovery::no_patterns, bounds);
    let inputs = found.found.into_iter().flatten().map(|found| found.input);
    let files = inputs.filter_map(|input| match input {
        Input::File(path) => Some(path),
        Input::Stdin => None,
    });
    files.collect()
}

/// The files that a text may name. What is open is read as it stands there.
pub(super) struct Around<'s> {
    looked: &'s Looked<'s>,
}

impl<'s> Around<'s> {
    pub(super) fn of(looked: &'s Looked<'s>) -> Around<'s> {
        Around { looked }
    }
}

impl Files for Around<'_> {
    fn read(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let by = self.looked.text.path.as_deref()?;
        let reach = self.looked.server.settings.reach();
        if let Ok(file) = reach.read(path, by) {
            return Some(file);
        }
        // What a search of the client's folder came upon is not named by the text.
        let is_path = |found: &PathBuf| found == path;
        let was_found = self.looked.analysis.open.callers().iter().any(is_path)
            || self.test_files(by).iter().any(is_path);
        was_found.then(|| reach.read(path, path).ok())?
    }

    fn names(&self, folder: &Path) -> Vec<(String, bool)> {
        let reach = self.looked.server.settings.reach();
        let by = self.looked.text.path.as_deref();
        let Some((by, whole)) = by.and_then(|by| Some((by, reach.resolve_folder(folder, by).ok()?))) else {
            return Vec::new();
        };
        let named = |(name, entry): (OsString, Entry)| {
            let path = whole.join(&name);
            let is_folder = match entry {
                Entry::Folder => true,
                Entry::File => false,
                Entry::Submodule => true,
                // It may lead anywhere.
                Entry::Link if reach.resolve(&path, by).is_ok() => false,
                Entry::Link => reach.resolve_folder(&path, by).map(|_| true).ok()?,
            };
            Some((name.into_string().ok()?, is_folder))
        };
        let names = reach.names(&whole, MOST_NAMES).into_iter();
        names.filter_map(named).collect()
    }

    /// As far as they are known.
    fn test_files(&self, path: &Path) -> Vec<PathBuf> {
        let server = self.looked.server;
        let area = Area::of(path, &server.folders);
        let known = area.and_then(|area| server.test_files.0.get(&area.folder));
        known.map_or_else(Vec::new, |tests| tests.files.clone())
    }

    fn open_test(&self, path: &Path) -> Option<TestFile> {
        testing::open_within(path, self.looked.server.settings.reach()).ok()
    }
}
