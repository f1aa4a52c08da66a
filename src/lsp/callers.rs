//! Which files name others, in the folders that are open at the client: a definition is told as its template makes it.
//!
//! Folders are searched, and files looked into, beside the loop ([`Job`]); here is what is known of them meanwhile.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::configuration::Configurations;
use super::files::Area;
use super::settings::Settings;
use crate::config;
use crate::discovery::{self, Bounds, Kind, absolute};
use crate::editor;
use crate::source::{self, Input, SourceFile};

/// So many files of a folder are looked into.
const MOST_FILES: usize = 5_000;

/// So many files that have come are looked at one by one; where there are more, the folders are searched anew.
const MOST_NEW: usize = 100;

/// The files that name others.
#[derive(Debug, Default)]
pub(super) struct Callers {
    /// What may name others, by the folder that was searched.
    searched: HashMap<PathBuf, Searched>,
    /// What may name others and is open.
    open: BTreeSet<PathBuf>,
    looked: HashMap<PathBuf, Named>,
    /// How many jobs have not ended.
    jobs: usize,
    /// What has changed since the first of them began.
    meanwhile: Changes,
}

/// What may name others, of a folder.
#[derive(Debug, Default)]
struct Searched {
    files: BTreeSet<PathBuf>,
    /// Whether there may be more by now.
    is_stale: bool,
    /// Whether there were more than were looked at.
    is_cut: bool,
}

/// What a file names.
#[derive(Debug, Default)]
struct Named {
    paths: Vec<PathBuf>,
    /// Whether that goes by other files, too: a module of Terraform's, the parts of a service.
    reads_others: bool,
    /// Whether the file is another by now.
    is_stale: bool,
}

/// Files that are others than they were.
#[derive(Debug, Default)]
struct Changes {
    /// What is open and was changed.
    typed: BTreeSet<PathBuf>,
    /// What was written, or has come, or is gone.
    written: BTreeSet<PathBuf>,
    /// Whether all may be another.
    all: bool,
}

/// What is to be done for a folder, beside the loop.
#[derive(Debug)]
pub(super) struct Job {
    area: Area,
    is_searched: bool,
    /// What is looked into, also where it is not found.
    wanted: BTreeSet<PathBuf>,
    /// What need not be looked into.
    known: BTreeSet<PathBuf>,
}

/// What a job found.
#[derive(Debug)]
pub(super) struct Found {
    folder: PathBuf,
    files: Option<BTreeSet<PathBuf>>,
    looked: Vec<(PathBuf, Named)>,
    /// What was not looked into, since nobody wanted it any more.
    left: Vec<PathBuf>,
    /// Whether there were more files than are looked into.
    pub(super) is_cut: bool,
}

impl Callers {
    /// What has to be done before `of` knows what names the file at `path`.
    pub(super) fn job(&self, path: &Path, area: &Area) -> Option<Job> {
        let searched = self.searched.get(&area.folder);
        let is_searched = !area.is_open || searched.is_some_and(|searched| !searched.is_stale);
        let is_fresh = |path: &PathBuf| self.looked.get(path).is_some_and(|named| !named.is_stale);
        // That a file names itself is not asked.
        let itself = absolute(path);
        let candidates = self.candidates(area).into_iter();
        let unknown = candidates.filter(|path| **path != itself && !is_fresh(path));
        let wanted: BTreeSet<PathBuf> = unknown.cloned().collect();
        if is_searched && wanted.is_empty() {
            return None;
        }
        let known = self.looked.iter().filter(|(_, named)| !named.is_stale);
        let known = known.map(|(path, _)| path.clone());
        Some(Job {
            area: area.clone(),
            is_searched,
            wanted,
            known: if is_searched {
                BTreeSet::new()
            } else {
                known.collect()
            },
        })
    }

    /// What may name a file of an area: what was found in a folder that is open at the client, and what is open.
    fn candidates(&self, area: &Area) -> BTreeSet<&PathBuf> {
        let is_inside = |path: &&PathBuf| !area.is_open || path.starts_with(&area.folder);
        let open = self.open.iter().filter(is_inside);
        let found = self.searched.get(&area.folder).filter(|_| area.is_open);
        open.chain(found.into_iter().flat_map(|found| &found.files))
            .collect()
    }

    /// A job has begun.
    pub(super) fn begin(&mut self) {
        self.jobs += 1;
    }

    /// Takes what a job found; `None`: nothing, and what was known counts on.
    pub(super) fn end(&mut self, area: &Area, found: Option<Found>) {
        self.jobs = self.jobs.saturating_sub(1);
        let changes = match self.jobs {
            0 => std::mem::take(&mut self.meanwhile),
            _ => Changes {
                typed: self.meanwhile.typed.clone(),
                written: self.meanwhile.written.clone(),
                all: self.meanwhile.all,
            },
        };
        let Some(found) = found else {
            let left: Vec<PathBuf> = self.candidates(area).into_iter().cloned().collect();
            self.leave(left);
            let searched = self.searched.entry(area.folder.clone()).or_default();
            (searched.is_stale, searched.is_cut) = (false, true);
            return;
        };
        for (path, mut named) in found.looked {
            named.is_stale = changes.all
                || changes.typed.contains(&path)
                || changes.written.contains(&path)
                || (named.reads_others && !changes.written.is_empty());
            self.looked.insert(path, named);
        }
        self.leave(found.left);
        if let Some(files) = found.files {
            let mut searched = Searched {
                files,
                is_stale: changes.all,
                is_cut: found.is_cut,
            };
            let mut written = changes.written.iter();
            searched.is_stale |= written.any(|path| searched.lacks(path, &found.folder));
            self.searched.insert(found.folder, searched);
        }
    }

    /// Files are not looked into: what was known of them counts on.
    fn leave(&mut self, files: Vec<PathBuf>) {
        for path in files {
            self.looked.entry(path).or_default().is_stale = false;
        }
    }

    /// Whether a folder has more files than were looked at.
    pub(super) fn is_cut(&self, area: &Area) -> bool {
        area.is_open && (self.searched.get(&area.folder)).is_some_and(|searched| searched.is_cut)
    }

    /// The files that name the one at `path`, as `check` of its folder finds them, as far as they are known. Without a
    /// folder those that are open.
    pub(super) fn of(&self, path: &Path, area: &Area) -> Vec<PathBuf> {
        let path = absolute(path);
        let names = |source: &&PathBuf| {
            let named = self.looked.get(*source);
            named.is_some_and(|named| named.paths.contains(&path))
        };
        self.candidates(area).into_iter().filter(names).cloned().collect()
    }

    /// The text of a file that is open is another; `None`: it is not open any more.
    pub(super) fn changed(&mut self, path: &Path, file: Option<&SourceFile>) {
        let path = absolute(path);
        match file.is_some_and(source::may_be_template) {
            true => self.open.insert(path.clone()),
            false => self.open.remove(&path),
        };
        if let Some(named) = self.looked.get_mut(&path) {
            named.is_stale = true;
        }
        if self.jobs > 0 {
            self.meanwhile.typed.insert(path);
        }
    }

    /// Files were written, or are new, or gone.
    pub(super) fn written<'p>(&mut self, paths: impl Iterator<Item = &'p Path>) {
        let paths: BTreeSet<PathBuf> = paths.map(absolute).collect();
        let is_configuration =
            |path: &PathBuf| path.file_name().is_some_and(|name| name == config::FILE_NAME);
        if paths.len() > MOST_NEW || paths.iter().any(is_configuration) {
            self.forget();
            return;
        }
        if paths.is_empty() {
            return;
        }
        for (path, named) in &mut self.looked {
            named.is_stale |= named.reads_others || paths.contains(path);
        }
        for (folder, searched) in &mut self.searched {
            searched.is_stale |= paths.iter().any(|path| searched.lacks(path, folder));
        }
        if self.jobs > 0 {
            self.meanwhile.written.extend(paths);
        }
    }

    /// All is searched and looked into anew; what was known counts meanwhile.
    pub(super) fn forget(&mut self) {
        self.searched
            .values_mut()
            .for_each(|searched| searched.is_stale = true);
        self.looked.values_mut().for_each(|named| named.is_stale = true);
        self.meanwhile.all = self.jobs > 0;
    }
}

impl Searched {
    /// Whether a search of `folder` may come upon a file that it did not know.
    fn lacks(&self, path: &Path, folder: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(folder) else {
            return false;
        };
        let inside = inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        !self.files.contains(path)
            && discovery::may_be_found_in_folders(&inside)
            && source::read(&Input::File(path.to_owned()), "")
                .is_ok_and(|file| discovery::may_hold(file.name(), file.text()))
    }
}

impl Job {
    /// Does it.
    pub(super) fn run(self, settings: &Settings, bounds: &Bounds) -> Found {
        let (files, is_cut) = match self.is_searched {
            true => (None, false),
            false => {
                let (files, is_cut) = search(&self.area.folder, settings, bounds);
                (Some(files), is_cut)
            }
        };
        let mut wanted = self.wanted;
        let found = files.iter().flatten();
        wanted.extend(found.filter(|path| !self.known.contains(*path)).cloned());
        let (mut looked, mut left) = (Vec::new(), Vec::new());
        for path in wanted {
            match bounds.is_over() {
                true => left.push(path),
                false => {
                    let named = look_into(&path, settings);
                    looked.push((path, named));
                }
            }
        }
        Found {
            is_cut: is_cut || bounds.was_cut(),
            folder: self.area.folder,
            files,
            looked,
            left,
        }
    }
}

/// The files of a folder that may name others, and whether there are more of them.
fn search(folder: &Path, settings: &Settings, bounds: &Bounds) -> (BTreeSet<PathBuf>, bool) {
    let configurations = Mutex::new(Configurations::default());
    let patterns = |folder: &Path| {
        let mut configurations = configurations.lock().unwrap_or_else(PoisonError::into_inner);
        let configuration = configurations.of(&folder.join(config::FILE_NAME), settings);
        configuration.patterns().into_iter().collect()
    };
    let folders = [folder.to_owned()];
    let found = discovery::discover_within(&folders, Kind::Source, settings.reach(), &patterns, bounds);
    let files = found.found.into_iter().flatten();
    let mut paths = files.filter_map(|found| match found.input {
        Input::File(path) => Some(absolute(&path)),
        Input::Stdin => None,
    });
    let looked_into = paths.by_ref().take(MOST_FILES).collect();
    (looked_into, paths.next().is_some())
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
        is_stale: false,
    }
}
