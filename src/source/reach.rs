//! Where files may lie that other files name: inside the repository of the file that names them.
//!
//! Findings quote what they are about. In a stranger's repository a template must not make the tool quote the keys of
//! whoever runs it, nor wait for a pipe that nobody writes to.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::read::{bytes, decode, is_open_already};
use super::version::{self, Entry, Version};
use super::{ReadError, SourceFile};

/// What a template, a test file, a mock file or a configuration may name: regular files inside the root of the innermost
/// git work tree (or submodule) that the naming file lies in. Where there is no work tree, that is the current folder, or
/// the naming file's own folder if it lies elsewhere. Of a version in git, the files of that version.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    within: Within,
    /// Becomes true once a file is read.
    noted: Option<Arc<AtomicBool>>,
}

impl PartialEq for Reach {
    fn eq(&self, other: &Reach) -> bool {
        self.within == other.within
    }
}

impl Eq for Reach {}

/// What files must lie in.
#[derive(Debug, Clone, Default)]
enum Within {
    #[default]
    WorkTree,
    /// The current folder, whatever is around it.
    CurrentFolder,
    Anywhere,
    Version(Arc<dyn Version>),
}

impl PartialEq for Within {
    fn eq(&self, other: &Within) -> bool {
        match (self, other) {
            (Within::Version(own), Within::Version(other)) => Arc::ptr_eq(own, other),
            (own, other) => std::mem::discriminant(own) == std::mem::discriminant(other),
        }
    }
}

impl Eq for Within {}

impl Reach {
    fn of(within: Within) -> Reach {
        Reach { within, noted: None }
    }

    /// The same, where `noted` becomes true once a file is read.
    #[cfg(feature = "cli")]
    pub fn noting(self, noted: Arc<AtomicBool>) -> Reach {
        Reach {
            noted: Some(noted),
            ..self
        }
    }

    /// `allow_outside`: whether files may lie anywhere. Never set for callers that nobody watches.
    pub fn new(allow_outside: bool) -> Reach {
        Reach::of(match allow_outside {
            true => Within::Anywhere,
            false => Within::WorkTree,
        })
    }

    /// Files lie in the current folder, though the work tree may be larger; in the naming file's own folder if that lies
    /// elsewhere.
    pub fn here() -> Reach {
        Reach::of(Within::CurrentFolder)
    }

    /// Files are those of a version: a path is one from its top, and so are the names of the files that are read.
    pub fn in_version(version: Arc<dyn Version>) -> Reach {
        Reach::of(Within::Version(version))
    }

    /// The text of the file at `path`, its name as it stands, that the file or folder `by` names; the path is joined to
    /// its folder already.
    ///
    /// # Errors
    /// Those of [`Reach::resolve`], and when it holds no text in UTF-8, or too much.
    pub fn read(&self, path: &Path, by: &Path) -> Result<Arc<SourceFile>, ReadError> {
        match &self.within {
            Within::Version(version) => version.read(&path_in(&**version, path, false)?),
            _ => self.read_whole(path, &self.resolve(path, by)?),
        }
    }

    /// As [`Reach::read`], of a file that the call may write anew: it does not count as read.
    #[cfg(feature = "cli")]
    pub fn read_output(&self, path: &Path, by: &Path) -> Result<Arc<SourceFile>, ReadError> {
        self.read_whole(path, &self.regular(path, by)?)
    }

    fn read_whole(&self, path: &Path, whole: &Path) -> Result<Arc<SourceFile>, ReadError> {
        if let Some(noted) = &self.noted {
            noted.store(true, Ordering::Relaxed);
        }
        let name = path.display().to_string();
        #[cfg(feature = "cli")]
        if let Some(file) = super::unsaved::unsaved(whole, &name) {
            return Ok(file);
        }
        let bytes = File::open(whole).and_then(bytes);
        let bytes = bytes.map_err(|cause| ReadError::io(&name, cause))?;
        let text = decode(&name, bytes)?;
        Ok(Arc::new(SourceFile::new(name, text)))
    }

    /// The regular file at `path` that `by` names, links resolved.
    ///
    /// # Errors
    /// When there is none, it is no regular file, or it lies outside the root of `by`.
    pub fn resolve(&self, path: &Path, by: &Path) -> Result<PathBuf, ReadError> {
        if let Within::Version(version) = &self.within {
            return path_in(&**version, path, false).map(PathBuf::from);
        }
        let whole = self.regular(path, by)?;
        #[cfg(feature = "cli")]
        super::known_reads::remember(&whole);
        Ok(whole)
    }

    fn regular(&self, path: &Path, by: &Path) -> Result<PathBuf, ReadError> {
        let whole = self.inside(path, by)?;
        // Looked at before it is opened: opening a pipe waits for its other end.
        let about = whole
            .metadata()
            .map_err(|cause| ReadError::io(path.display(), cause))?;
        let name = || path.display().to_string();
        match about.is_dir() {
            true => Err(ReadError::IsFolder { name: name() }),
            false if !about.is_file() => Err(ReadError::NoRegularFile { name: name() }),
            false => Ok(whole),
        }
    }

    /// The folder at `path` that `by` names, links resolved.
    ///
    /// # Errors
    /// When there is none, or it lies outside the root of `by`.
    pub fn resolve_folder(&self, path: &Path, by: &Path) -> Result<PathBuf, ReadError> {
        if let Within::Version(version) = &self.within {
            return path_in(&**version, path, true).map(PathBuf::from);
        }
        let whole = self.inside(path, by)?;
        if whole.is_dir() {
            Ok(whole)
        } else {
            let cause = std::io::ErrorKind::NotADirectory.into();
            Err(ReadError::io(path.display(), cause))
        }
    }

    /// The path that a path leads to, without links, wherever that lies; `None` where there is nothing.
    pub(super) fn whole(&self, path: &Path) -> Option<PathBuf> {
        match &self.within {
            Within::Version(version) => {
                let found = version::resolve(&**version, path).ok();
                found.map(|(path, _)| PathBuf::from(path))
            }
            _ => readable(path).canonicalize().ok(),
        }
    }

    /// The names in a folder, in no order, and what they are; at most `most`. Nothing of one that cannot be looked into.
    pub fn names(&self, folder: &Path, most: usize) -> Vec<(OsString, Entry)> {
        if let Within::Version(version) = &self.within {
            let folder = path_in(&**version, folder, true);
            let names = folder.map_or_else(|_| Vec::new(), |folder| version.names(&folder, most));
            return names
                .into_iter()
                .map(|(name, entry)| (name.into(), entry))
                .collect();
        }
        let entries = std::fs::read_dir(readable(folder)).into_iter().flatten();
        let entry = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.ok()?;
            let kind = entry.file_type().ok()?;
            let kind = match () {
                () if kind.is_dir() => Entry::Folder,
                () if kind.is_symlink() => Entry::Link,
                // Devices and pipes are refused when they are read.
                () => Entry::File,
            };
            Some((entry.file_name(), kind))
        };
        entries.take(most).filter_map(entry).collect()
    }

    /// Whether a repository begins in a folder.
    pub fn is_top(&self, folder: &Path) -> bool {
        match &self.within {
            Within::Version(version) => {
                path_in(&**version, folder, true).is_ok_and(|folder| folder.is_empty())
            }
            _ => folder.join(".git").exists(),
        }
    }

    fn inside(&self, path: &Path, by: &Path) -> Result<PathBuf, ReadError> {
        let whole = path
            .canonicalize()
            .map_err(|cause| ReadError::io(path.display(), cause))?;
        let root = match &self.within {
            // Paths of a version are none of the disk, and go another way.
            Within::Anywhere | Within::Version(_) => return Ok(whole),
            Within::WorkTree => root(by, true),
            Within::CurrentFolder => root(by, false),
        };
        if whole.starts_with(&root) {
            return Ok(whole);
        }
        Err(ReadError::Outside {
            name: path.display().to_string(),
            root: root.display().to_string(),
        })
    }
}

/// A folder as it can be opened: the empty path is the current one.
pub(super) fn readable(folder: &Path) -> &Path {
    match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    }
}

/// The path of a file, or of a folder, in a version, without links.
fn path_in(version: &dyn Version, path: &Path, is_folder: bool) -> Result<String, ReadError> {
    let (found, entry) = version::resolve(version, path)?;
    let name = || version.shown(&path.to_string_lossy());
    match (entry, is_folder) {
        (Entry::Folder, false) => Err(ReadError::IsFolder { name: name() }),
        (Entry::File, true) => Err(ReadError::io(name(), std::io::ErrorKind::NotADirectory.into())),
        _ => Ok(found),
    }
}

/// The folder that all must lie in what `by` names; `in_work_tree`: the work tree's, where there is one.
fn root(by: &Path, in_work_tree: bool) -> PathBuf {
    let folder = match by.parent() {
        _ if by.is_dir() => by,
        // What comes from a process stands where the call was made.
        _ if is_open_already(by) => Path::new("."),
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let absolute = |_| std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let folder = folder.canonicalize().unwrap_or_else(absolute);
    // In a submodule and in a linked work tree `.git` is a file.
    let is_work_tree = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
    if let Some(work_tree) = folder.ancestors().find(is_work_tree).filter(|_| in_work_tree) {
        return work_tree.to_owned();
    }
    let current = Path::new(".").canonicalize();
    current
        .ok()
        .filter(|current| folder.starts_with(current))
        .unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// `outer/` is a work tree with a submodule `inner/`; `alone/` is in none.
    fn folders() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for folder in ["outer/.git", "outer/a/b", "outer/inner/c", "alone/d"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        fs::write(at("outer/inner/.git"), "gitdir: ../.git/modules/inner").unwrap();
        for file in [
            "x",
            "outer/x",
            "outer/a/b/x",
            "outer/inner/x",
            "outer/inner/c/x",
            "alone/x",
            "alone/d/x",
        ] {
            fs::write(at(file), "{}").unwrap();
        }
        root
    }

    /// The work tree around does not count.
    #[test]
    fn what_is_named_lies_in_one_folder_where_that_is_wanted() {
        let root = folders();
        let at = |name: &str| root.path().join(name);
        for (path, is_inside) in [
            ("outer/a/b/x", true),
            ("outer/x", false),
            ("outer/inner/x", false),
        ] {
            let read = Reach::here().read(&at(path), &at("outer/a/t"));
            assert_eq!(read.is_ok(), is_inside, "{path}: {read:?}");
        }
    }

    #[test]
    fn what_is_named_lies_in_the_innermost_work_tree() {
        let root = folders();
        let at = |name: &str| root.path().join(name);
        for (path, by, is_inside) in [
            ("outer/a/../x", "outer/a/t", true),
            ("outer/a/b/x", "outer/t", true),
            ("outer/inner/x", "outer/t", true),
            ("outer/x", "outer/inner/c/t", false),
            ("outer/inner/x", "outer/inner/c/t", true),
            ("outer/a/../../x", "outer/a/t", false),
            // Without a work tree: the folder of the file.
            ("alone/d/x", "alone/t", true),
            ("alone/d/../x", "alone/d/t", false),
            // A folder names as a file in it does.
            ("alone/d/x", "alone/d", true),
            ("alone/x", "alone/d", false),
        ] {
            let read = Reach::default().read(&at(path), &at(by));
            assert_eq!(read.is_ok(), is_inside, "{path} by {by}: {read:?}");
            if let Err(error) = read {
                assert!(matches!(error, ReadError::Outside { .. }), "{error:?}");
                assert!(error.to_string().contains("--allow-outside"), "{error}");
            }
            let anywhere = Reach::new(true).read(&at(path), &at(by));
            assert_eq!(anywhere.unwrap().name(), at(path).display().to_string());
        }
        assert!(matches!(
            Reach::default().read(&at("outer/none"), &at("outer/t")),
            Err(ReadError::NotFound { .. })
        ));
        assert!(matches!(
            Reach::default().read(&at("outer/a"), &at("outer/t")),
            Err(ReadError::IsFolder { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_before_a_place_is_judged() {
        use std::os::unix::fs::symlink;
        let root = folders();
        let at = |name: &str| root.path().join(name);
        symlink(at("x"), at("outer/a/out")).unwrap();
        symlink(at("outer/x"), at("outer/a/in")).unwrap();
        symlink(root.path(), at("outer/up")).unwrap();
        symlink("/dev/zero", at("outer/zero")).unwrap();
        let read = |name: &str| Reach::default().read(&at(name), &at("outer/t"));
        assert!(matches!(read("outer/a/out"), Err(ReadError::Outside { .. })));
        assert!(matches!(read("outer/up/x"), Err(ReadError::Outside { .. })));
        assert!(matches!(read("outer/zero"), Err(ReadError::Outside { .. })));
        assert!(read("outer/a/in").is_ok());
        // Where it may lie anywhere it is a regular file all the same.
        assert!(matches!(
            Reach::new(true).read(&at("outer/zero"), &at("outer/t")),
            Err(ReadError::NoRegularFile { .. })
        ));
        // A work tree that a link leads to is the one that counts.
        symlink(at("outer/a"), at("link")).unwrap();
        assert!(Reach::default().read(&at("link/../x"), &at("link/t")).is_ok());
    }
}
