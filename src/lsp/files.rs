//! The files around the texts that are open.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::server::Looked;
use crate::discovery::{self, Kind};
use crate::editor::Files;
use crate::source::{Entry, Input, Reach, SourceFile};
use crate::testing::{self, TestFile};

/// So many names of a folder are looked at.
const MOST_NAMES: usize = 1_000;

/// The test files of folders, each searched once until something changes.
#[derive(Debug, Default)]
pub(super) struct TestFiles(RefCell<HashMap<PathBuf, Vec<PathBuf>>>);

impl TestFiles {
    /// They are searched anew: files have come or gone.
    pub(super) fn forget(&mut self) {
        self.0.get_mut().clear();
    }

    fn of(&self, folder: &Path, reach: Reach) -> Vec<PathBuf> {
        let known = self.0.borrow().get(folder).cloned();
        known.unwrap_or_else(|| {
            let found = discovery::named(&[folder.to_owned()], Kind::Test, reach);
            let files: Vec<PathBuf> = (found.inputs.into_iter())
                .filter_map(|input| match input {
                    Ok(Input::File(path)) => Some(path),
                    _ => None,
                })
                .collect();
            self.0.borrow_mut().insert(folder.to_owned(), files.clone());
            files
        })
    }
}

/// The innermost of the folders that a file lies in.
pub(super) fn folder_of<'f>(path: &Path, folders: &'f [PathBuf]) -> Option<&'f Path> {
    let around = folders.iter().filter(|folder| path.starts_with(folder));
    let innermost = around.max_by_key(|folder| folder.as_os_str().len());
    innermost.map(PathBuf::as_path)
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

    /// Those of the folder that is open at the client around the definition; of its own folder where none is.
    fn test_files(&self, path: &Path) -> Vec<PathBuf> {
        let server = self.looked.server;
        let folder = folder_of(path, &server.folders).or_else(|| path.parent());
        folder.map_or_else(Vec::new, |folder| {
            server.test_files.of(folder, server.settings.reach())
        })
    }

    fn open_test(&self, path: &Path) -> Option<TestFile> {
        testing::open_within(path, self.looked.server.settings.reach()).ok()
    }
}
