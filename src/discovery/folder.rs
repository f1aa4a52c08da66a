//! What a folder stands for: the files of a kind in it and in its folders.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use glob::{MatchOptions, Pattern, PatternError};
use ignore::{DirEntry, WalkBuilder};

use super::ignored::{Ignored, LeftOut};
use super::{Bounds, Kind, Patterns};
use crate::source::{Reach, ReadError, assembly};

/// Folders that hold other people's files or built ones.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// What was seen of a folder.
#[derive(Debug, Default)]
pub struct Walked {
    /// The files that are of the kind by their names, or may be by their content; what cannot be looked into is an
    /// error in its place.
    pub files: Vec<Result<File, ReadError>>,
    /// How many files were passed, of the kind or not.
    pub passed: usize,
    /// The files of patterns that were not taken.
    pub left_out: Vec<LeftOut>,
}

/// A file of a folder.
#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    /// Whether a manifest names it: it is read whatever its name and content.
    pub is_told: bool,
}

/// Goes through `root`, by the names of files, and leaves out what `patterns`, a `.gitignore`, or custom exclude: hidden
/// folders, `node_modules` and `target`. Folders that are symbolic links are not followed, so that no link leads in
/// circles, nor are links to files out of `reach`; devices and pipes are read only when they are named.
///
/// A folder that the CDK wrote stands for the templates that its manifest names, and nothing else in it; one of the usual
/// name is read although a `.gitignore` names it, for `cdk init` writes that line.
pub fn walk(root: &Path, kind: Kind, reach: &Reach, patterns: &[Arc<Patterns>], bounds: &Bounds) -> Walked {
    let mut walked = Walked::default();
    let reads_templates = kind == Kind::Source;
    if reads_templates && let Some(templates) = assembly::templates(root, reach) {
        walked.add_told(root, templates, reach, patterns);
        return walked;
    }
    let assemblies: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let ignored = Arc::new(Mutex::new(Ignored::below(root)));
    let (noted, excluded, of_entry) = (assemblies.clone(), patterns.to_vec(), reach.clone());
    let of_git = ignored.clone();
    let is_entered = move |entry: &DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if entry.depth() == 0 {
            return true;
        }
        if is_folder && is_skipped_name(&entry.file_name().to_string_lossy()) {
            return false;
        }
        let mut of_git = of_git.lock().unwrap_or_else(PoisonError::into_inner);
        if of_git.leaves_out(entry.path(), is_folder) {
            return false;
        }
        if excluded.iter().any(|p| p.excludes(entry.path(), is_folder)) {
            return false;
        }
        let is_assembly = is_folder && reads_templates && assembly::is_one(entry.path(), &of_entry);
        if is_assembly {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.push(entry.path().to_owned());
        }
        !is_assembly
    };
    let entries = WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(is_entered)
        .build();
    for (passed, entry) in entries.enumerate() {
        if bounds.end(passed) {
            break;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                walked.files.push(Err(unreadable(root, error)));
                continue;
            }
        };
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_folder && reads_templates {
            walked.add_ignored_assembly(&entry, &assemblies, reach, patterns);
        }
        if is_folder || !is_file(&entry) {
            continue;
        }
        walked.passed += 1;
        let is_link = entry.path_is_symlink();
        let path = shown(root, entry.into_path());
        if !(kind.may_name(&path) && patterns.iter().all(|p| p.includes(&path))) {
            continue;
        }
        let outside = is_link.then(|| within(&path, root, reach).err()).flatten();
        match outside {
            None => walked.files.push(Ok(File { path, is_told: false })),
            Some(error) if kind.names_file(&path) => walked.files.push(Err(error)),
            // What it holds would have to be read to know whether it is one.
            Some(_) => {}
        }
    }
    walked.left_out = ignored
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take_left_out();
    let assemblies = std::mem::take(&mut *assemblies.lock().unwrap_or_else(PoisonError::into_inner));
    for folder in assemblies {
        let templates = assembly::templates(&folder, reach).unwrap_or_default();
        walked.add_told(&folder, templates, reach, patterns);
    }
    walked
}

/// Everything in a folder but what git keeps there: paths from the folder on, and whether each is a folder. `None` where the
/// bounds end the search before its end.
pub fn everything(root: &Path, bounds: &Bounds) -> Option<Vec<(PathBuf, bool)>> {
    let entries = WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    let mut found = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        if bounds.end(found.len()) {
            return None;
        }
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if let Ok(path) = entry.path().strip_prefix(root)
            && !path.as_os_str().is_empty()
        {
            found.push((path.to_owned(), is_folder));
        }
    }
    Some(found)
}

impl Walked {
    fn add_told(
        &mut self,
        folder: &Path,
        templates: Vec<PathBuf>,
        reach: &Reach,
        patterns: &[Arc<Patterns>],
    ) {
        for path in templates {
            self.passed += 1;
            let path = path.strip_prefix(".").map_or(path.clone(), Path::to_owned);
            let is_wanted = |p: &Arc<Patterns>| p.includes(&path) && !p.excludes(&path, false);
            if patterns.iter().all(is_wanted) {
                let file = within(&path, folder, reach).map(|()| File { path, is_told: true });
                self.files.push(file);
            }
        }
    }

    /// The assembly of a folder that a `.gitignore` keeps the walk from.
    fn add_ignored_assembly(
        &mut self,
        folder: &DirEntry,
        known: &Mutex<Vec<PathBuf>>,
        reach: &Reach,
        patterns: &[Arc<Patterns>],
    ) {
        let path = folder.path().join(assembly::FOLDER);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_excluded = || patterns.iter().any(|p| p.excludes(&path, true));
        let is_link = || path.symlink_metadata().is_ok_and(|found| found.is_symlink());
        if !known.contains(&path) && assembly::is_one(&path, reach) && !is_link() && !is_excluded() {
            known.push(path);
        }
    }
}

/// The files and folders below `root` that a pattern with `**` fits. As in shells, `**` does not follow links: a few that
/// lead back would make paths without end.
pub fn matching(
    pattern: &Path,
    root: &Path,
    options: MatchOptions,
) -> Result<Vec<Result<PathBuf, ReadError>>, PatternError> {
    // Without what changes nothing, such as a second slash.
    let whole: PathBuf = pattern.components().collect();
    let pattern = Pattern::new(&whole.to_string_lossy())?;
    let is_of_folders = whole.ends_with("**");
    let is_hidden = |name: &str| name.starts_with('.') && name != "." && name != "..";
    let names_hidden = whole.iter().any(|part| is_hidden(&part.to_string_lossy()));
    let mut found = Vec::new();
    if !root.is_dir() {
        return Ok(found);
    }
    let entries = WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(move |entry| {
            entry.depth() == 0 || names_hidden || !is_hidden(&entry.file_name().to_string_lossy())
        })
        .build();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.push(Err(unreadable(root, error)));
                continue;
            }
        };
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_root = entry.depth() == 0;
        let path = shown(root, entry.into_path());
        let fits = match is_root {
            // `**` stands for no folder, too.
            true => whole == root.join("**") || whole == Path::new("**"),
            false => pattern.matches_path_with(&path, options),
        };
        if fits && (is_folder || !is_of_folders) {
            found.push(Ok(path));
        }
    }
    Ok(found)
}

/// Whether a folder of this name is never entered.
pub fn is_skipped_name(folder: &str) -> bool {
    folder.starts_with('.') || SKIPPED.contains(&folder)
}

/// Files and links to files.
fn is_file(entry: &DirEntry) -> bool {
    let kind = entry.file_type();
    let linked = || entry.path_is_symlink() && entry.path().is_file();
    kind.is_some_and(|kind| kind.is_file()) || linked()
}

/// Nothing, unless a file that was found lies outside of what was searched: links lead anywhere. What else is wrong with
/// it is told when it is read.
pub fn within(path: &Path, searched: &Path, reach: &Reach) -> Result<(), ReadError> {
    match reach.resolve(path, searched) {
        Err(error @ ReadError::Outside { .. }) => Err(error),
        _ => Ok(()),
    }
}

/// A path in the folder `.` is shown without it.
fn shown(root: &Path, path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(short) if root == Path::new(".") => short.to_owned(),
        _ => path,
    }
}

fn unreadable(root: &Path, error: ignore::Error) -> ReadError {
    let name = path_of(&error).unwrap_or(root).display().to_string();
    let cause = error
        .into_io_error()
        .unwrap_or_else(|| std::io::ErrorKind::Other.into());
    ReadError::io(name, cause)
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}
