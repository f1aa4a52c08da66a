//! Where files may lie that other files name: inside the repository of the file that names them.
//!
//! Findings quote what they are about. In a stranger's repository a template must not make the tool quote the keys of
//! whoever runs it, nor wait for a pipe that nobody writes to.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::read::{bytes, decode, is_open_already};
use super::{ReadError, SourceFile};

/// What a template, a test file, a mock file or a configuration may name: regular files inside the root of the innermost
/// git work tree (or submodule) that the naming file lies in. Where there is no work tree, that is the current folder, or
/// the naming file's own folder if it lies elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach(Within);

/// What files must lie in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Within {
    #[default]
    WorkTree,
    /// The current folder, whatever is around it.
    CurrentFolder,
    Anywhere,
}

impl Reach {
    /// `allow_outside`: whether files may lie anywhere. Never set for callers that nobody watches.
    pub fn new(allow_outside: bool) -> Reach {
        Reach(match allow_outside {
            true => Within::Anywhere,
            false => Within::WorkTree,
        })
    }

    /// Files lie in the current folder, though the work tree may be larger; in the naming file's own folder if that lies
    /// elsewhere.
    pub fn here() -> Reach {
        Reach(Within::CurrentFolder)
    }

    /// The text of the file at `path`, its name as it stands, that the file or folder `by` names; the path is joined to
    /// its folder already.
    ///
    /// # Errors
    /// Those of [`Reach::resolve`], and when it holds no text in UTF-8, or too much.
    pub fn read(&self, path: &Path, by: &Path) -> Result<Arc<SourceFile>, ReadError> {
        self.read_whole(path, &self.resolve(path, by)?)
    }

    /// As [`Reach::read`], of a file that the call may write anew: it does not count as read.
    #[cfg(feature = "cli")]
    pub fn read_output(&self, path: &Path, by: &Path) -> Result<Arc<SourceFile>, ReadError> {
        self.read_whole(path, &self.regular(path, by)?)
    }

    fn read_whole(&self, path: &Path, whole: &Path) -> Result<Arc<SourceFile>, ReadError> {
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
        let whole = self.inside(path, by)?;
        if whole.is_dir() {
            Ok(whole)
        } else {
            let cause = std::io::ErrorKind::NotADirectory.into();
            Err(ReadError::io(path.display(), cause))
        }
    }

    fn inside(&self, path: &Path, by: &Path) -> Result<PathBuf, ReadError> {
        let whole = path
            .canonicalize()
            .map_err(|cause| ReadError::io(path.display(), cause))?;
        let root = match self.0 {
            Within::Anywhere => return Ok(whole),
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
