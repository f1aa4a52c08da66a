//! Which files name others, in the folders that are open at the client: a definition is told as its template makes it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::configuration::Configurations;
use super::settings::Settings;
use crate::config;
use crate::discovery::{self, Kind, absolute};
use crate::editor;
use crate::source::{self, Input, SourceFile};

/// So many files of a folder are looked into.
const MOST_FILES: usize = 5_000;

/// So many files that have come are looked into one by one; where there are more, the folders are searched anew.
const MOST_NEW: usize = 100;

/// The files that name others, each looked into once until it changes.
#[derive(Debug, Default)]
pub(super) struct Callers {
    /// What may name others, by the folder that was searched.
    searched: HashMap<PathBuf, Vec<PathBuf>>,
    /// What may name others and is open.
    open: BTreeSet<PathBuf>,
    looked: HashMap<PathBuf, Named>,
}

/// What a file names.
#[derive(Debug, Default)]
struct Named {
    paths: Vec<PathBuf>,
    /// Whether that goes by other files, too: a module of Terraform's, the parts of a service.
    reads_others: bool,
}

impl Callers {
    /// The files that name the one at `path`, as `check` of `folder` finds them. Without a folder those that are open.
    pub(super) fn of(
        &mut self,
        path: &Path,
        folder: Option<&Path>,
        settings: &Settings,
        configurations: &mut Configurations,
    ) -> Vec<PathBuf> {
        let path = absolute(path);
        let found = folder.map_or(&[][..], |folder| {
            let searched = self.searched.entry(folder.to_owned());
            searched.or_insert_with(|| search(folder, settings, configurations))
        });
        let is_inside = |open: &&PathBuf| folder.is_none_or(|folder| open.starts_with(folder));
        let mut all: BTreeSet<&PathBuf> = found.iter().collect();
        all.extend(self.open.iter().filter(is_inside));
        let mut callers = Vec::new();
        for source in all {
            let named = self.looked.entry(source.clone());
            let named = named.or_insert_with(|| look_into(source, settings));
            if named.paths.contains(&path) {
                callers.push(source.clone());
            }
        }
        callers
    }

    /// The text of a file that is open is another; `None`: it is not open any more.
    pub(super) fn changed(&mut self, path: &Path, file: Option<&SourceFile>) {
        let path = absolute(path);
        self.looked.remove(&path);
        match file.is_some_and(source::may_be_template) {
            true => self.open.insert(path),
            false => self.open.remove(&path),
        };
    }

    /// Files were written, or are new, or gone.
    pub(super) fn written<'p>(&mut self, paths: impl Iterator<Item = &'p Path>) {
        let paths: Vec<PathBuf> = paths.map(absolute).collect();
        let is_configuration =
            |path: &PathBuf| path.file_name().is_some_and(|name| name == config::FILE_NAME);
        if paths.len() > MOST_NEW || paths.iter().any(is_configuration) {
            self.forget();
            return;
        }
        for path in &paths {
            self.looked.remove(path);
            self.searched.retain(|folder, known| {
                let is_known = known.contains(path);
                is_known || !is_new_source(path, folder)
            });
        }
        if !paths.is_empty() {
            self.looked.retain(|_, named| !named.reads_others);
        }
    }

    /// All is searched and looked into anew.
    pub(super) fn forget(&mut self) {
        self.searched.clear();
        self.looked.clear();
    }
}

/// Whether a search of `folder` may come upon a file that it did not know.
fn is_new_source(path: &Path, folder: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(folder) else {
        return false;
    };
    let inside = inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    discovery::may_be_found_in_folders(&inside)
        && source::read(&Input::File(path.to_owned()), "")
            .is_ok_and(|file| discovery::may_hold(file.name(), file.text()))
}

fn search(folder: &Path, settings: &Settings, configurations: &mut Configurations) -> Vec<PathBuf> {
    let configurations = Mutex::new(configurations);
    let patterns = |folder: &Path| {
        let mut configurations = configurations.lock().unwrap_or_else(PoisonError::into_inner);
        let configuration = configurations.of(&folder.join(config::FILE_NAME), settings);
        configuration.patterns().into_iter().collect()
    };
    let folders = [folder.to_owned()];
    let found = discovery::discover(&folders, Kind::Source, settings.reach(), &patterns);
    let files = found.found.into_iter().flatten().take(MOST_FILES);
    let paths = files.filter_map(|found| match found.input {
        Input::File(path) => Some(absolute(&path)),
        Input::Stdin => None,
    });
    paths.collect()
}

fn look_into(path: &Path, settings: &Settings) -> Named {
    let Ok(file) = settings.reach().read(path, path) else {
        return Named::default();
    };
    if !source::may_be_template(&file) {
        return Named::default();
    }
    let noted = Arc::new(AtomicBool::new(false));
    let options = settings.parse_options().noting(noted.clone());
    Named {
        paths: editor::named(file, &options),
        reads_others: noted.load(Ordering::Relaxed),
    }
}
