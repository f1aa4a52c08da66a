//! Files that do not lie on the disk: those of a version in git. What a definition names is read from the version that it
//! is of itself.

use std::fmt::Debug;
use std::path::{Component, Path};
use std::sync::Arc;

use super::{ReadError, SourceFile};

/// What stands at a path of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// The place of another repository, whose files are none of this one's.
    Submodule,
}

/// The files of a version. Paths are those from its top, their parts separated by `/`, without `.` and `..`; the top is
/// the empty path. Links are what they are: [`resolve`] follows them.
pub trait Version: Debug + Send + Sync {
    /// What a path is called for people: `HEAD:flows/order.asl.json`.
    fn shown(&self, path: &str) -> String;

    /// What stands at a path; `None` where there is nothing.
    ///
    /// # Errors
    /// When the version cannot be listed.
    fn entry(&self, path: &str) -> Result<Option<Entry>, ReadError>;

    /// The names in a folder, and what they are; at most `most`.
    fn names(&self, folder: &str, most: usize) -> Vec<(String, Entry)>;

    /// The text of a file, called by its path; of a link, where it leads.
    ///
    /// # Errors
    /// When there is none, it is no text in UTF-8, or too much.
    fn read(&self, path: &str) -> Result<Arc<SourceFile>, ReadError>;
}

/// So many links are followed for one path, as Linux does.
const MOST_LINKS: usize = 40;

/// The path without links that `path` leads to, which has to exist.
///
/// # Errors
/// When it does not, or leads out of the version.
pub fn resolve(version: &dyn Version, path: &Path) -> Result<(String, Entry), ReadError> {
    let written = path.to_string_lossy();
    let refused = |why: &'static str| ReadError::NotInVersion {
        name: version.shown(&written),
        why,
    };
    let outside = || refused("it lies outside of the repository");
    let mut found: Vec<String> = Vec::new();
    // What is left to go, the next part last.
    let mut left: Vec<String> = Vec::new();
    let push = |left: &mut Vec<String>, path: &Path| {
        for part in path.components().rev() {
            match part {
                Component::Normal(name) => left.push(name.to_string_lossy().into_owned()),
                Component::ParentDir => left.push("..".to_owned()),
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return false,
            }
        }
        true
    };
    if !push(&mut left, path) {
        return Err(outside());
    }
    let mut links = 0;
    let mut entry = Entry::Folder;
    while let Some(part) = left.pop() {
        if part == ".." {
            found.pop().ok_or_else(outside)?;
            entry = Entry::Folder;
            continue;
        }
        found.push(part);
        let here = found.join("/");
        let not_found = || ReadError::NotFound {
            name: version.shown(&written),
        };
        entry = version.entry(&here)?.ok_or_else(not_found)?;
        match entry {
            Entry::Folder => {}
            Entry::File if left.is_empty() => {}
            Entry::File => return Err(not_found()),
            Entry::Submodule => {
                return Err(refused("it lies in a submodule, which is another repository"));
            }
            Entry::Link => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(refused("it is a link that leads in a circle"));
                }
                found.pop();
                let target = version.read(&here)?;
                if !push(&mut left, Path::new(target.text())) {
                    return Err(outside());
                }
                entry = Entry::Folder;
            }
        }
    }
    Ok((found.join("/"), entry))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::Reach;
    use super::*;

    /// Files by path; a text that begins with `->` is a link.
    #[derive(Debug)]
    struct Fake(BTreeMap<&'static str, &'static str>);

    impl Version for Fake {
        fn shown(&self, path: &str) -> String {
            format!("V:{path}")
        }

        fn entry(&self, path: &str) -> Result<Option<Entry>, ReadError> {
            let folder = format!("{path}/");
            Ok(match self.0.get(path) {
                Some(text) if text.starts_with("->") => Some(Entry::Link),
                Some(&"submodule") => Some(Entry::Submodule),
                Some(_) => Some(Entry::File),
                None if self.0.keys().any(|key| key.starts_with(&folder)) => Some(Entry::Folder),
                None => None,
            })
        }

        fn names(&self, _: &str, _: usize) -> Vec<(String, Entry)> {
            Vec::new()
        }

        fn read(&self, path: &str) -> Result<Arc<SourceFile>, ReadError> {
            let text = self.0[path];
            Ok(Arc::new(SourceFile::new(path, text.trim_start_matches("->"))))
        }
    }

    #[test]
    fn links_are_followed_inside_of_a_version_and_never_out_of_it() {
        let files = [
            ("a/b/x", "deep"),
            ("a/up", "->../top"),
            ("a/out", "->../../top"),
            ("a/root", "->/etc/passwd"),
            ("b", "->a/b"),
            ("again", "->b/x"),
            ("circle", "->round"),
            ("round", "->circle"),
            ("sub", "submodule"),
            ("top", "top"),
        ];
        let reach = Reach::in_version(Arc::new(Fake(files.into_iter().collect())));
        let read = |path: &str| match reach.read(Path::new(path), Path::new("a/t")) {
            Ok(file) => format!("{} in {}", file.text(), file.name()),
            Err(error) => error.to_string(),
        };
        for (path, expected) in [
            ("top", "top in top"),
            ("a/../top", "top in top"),
            ("a/./b/x", "deep in a/b/x"),
            ("a/up", "top in top"),
            ("b/x", "deep in a/b/x"),
            // `b` is a link, so that the folder above is that of what it leads to.
            ("b/../up", "top in top"),
            ("again", "deep in a/b/x"),
            ("a/none", "V:a/none does not exist"),
            ("top/x", "V:top/x does not exist"),
            ("a/b", "V:a/b is a folder"),
            (
                "../top",
                "V:../top is not read: it lies outside of the repository",
            ),
            ("/top", "V:/top is not read: it lies outside of the repository"),
            ("a/out", "V:a/out is not read: it lies outside of the repository"),
            (
                "a/root",
                "V:a/root is not read: it lies outside of the repository",
            ),
            (
                "circle",
                "V:circle is not read: it is a link that leads in a circle",
            ),
            (
                "sub/x",
                "V:sub/x is not read: it lies in a submodule, which is another repository",
            ),
        ] {
            assert_eq!(read(path), expected, "{path}");
        }
    }
}
