//! Which files a command line means: files, folders, patterns and stdin.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use walkdir::{DirEntry, WalkDir};

use super::{Reach, ReadError};

/// A text to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// Standard input, `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// The input that one argument names when it names no folder and no pattern.
    pub fn of(argument: &Path) -> Input {
        if argument == Path::new("-") {
            Input::Stdin
        } else {
            Input::File(argument.to_owned())
        }
    }
}

/// The files that a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Definitions.
    Definition,
    /// Test files.
    Test,
}

impl Kind {
    /// The ends of the names of such files.
    fn ends(self) -> [&'static str; 3] {
        match self {
            Kind::Definition => [".asl.json", ".asl.yaml", ".asl.yml"],
            Kind::Test => [".sfn-test.json", ".sfn-test.yaml", ".sfn-test.yml"],
        }
    }

    /// Whether a file called `name` is one.
    fn names(self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.ends().iter().any(|end| name.ends_with(end))
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self {
            Kind::Definition => "definition",
            Kind::Test => "test file",
        };
        let [json, yaml, yml] = self.ends();
        write!(f, "{what} (*{json}, *{yaml}, *{yml})")
    }
}

/// Folders that hold other people's files or built ones.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// The inputs that `arguments` name, in their order, each once.
///
/// A folder stands for the files of a kind in it and in its folders, sorted by name; hidden folders, `node_modules` and
/// `target` are left out, and folders that are symbolic links are not followed, so that no link leads in circles. A
/// pattern (`flows/**/*.json`) counts where no file has its name, for shells that leave patterns alone. What cannot be
/// found or looked into is an error in its place, as is a link to a file out of `reach` that was found and not named.
///
/// A file that is named twice, by whatever paths, is given once.
pub fn discover(arguments: &[PathBuf], kind: Kind, reach: Reach) -> Vec<Result<Input, ReadError>> {
    let mut found = Vec::new();
    for argument in arguments {
        if argument == Path::new("-") {
            found.push(Ok(Input::Stdin));
        } else if argument.is_dir() {
            folder(argument, kind, reach, &mut found);
        } else if is_pattern(argument) {
            pattern(argument, kind, reach, &mut found);
        } else {
            found.push(Ok(Input::File(argument.clone())));
        }
    }
    let mut known = FxHashSet::default();
    found.retain(|input| {
        input
            .as_ref()
            .map_or(true, |input| known.insert(Identity::of(input)))
    });
    found
}

/// What tells files apart, however they are named.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// A device's number and a file's in it: links of both kinds are one file.
    #[cfg(unix)]
    Inode(u64, u64),
    /// A path without links.
    Path(PathBuf),
    /// Standard input, or what cannot be found.
    Named(Input),
}

impl Identity {
    /// The identity of an input.
    pub fn of(input: &Input) -> Identity {
        let Input::File(path) = input else {
            return Identity::Named(input.clone());
        };
        #[cfg(unix)]
        if let Ok(about) = path.metadata() {
            use std::os::unix::fs::MetadataExt;
            return Identity::Inode(about.dev(), about.ino());
        }
        match path.canonicalize() {
            Ok(path) => Identity::Path(path),
            Err(_) => Identity::Named(input.clone()),
        }
    }
}

fn is_pattern(argument: &Path) -> bool {
    let special = argument
        .to_str()
        .is_some_and(|text| text.contains(['*', '?', '[']));
    special && argument.symlink_metadata().is_err()
}

fn pattern(argument: &Path, kind: Kind, reach: Reach, found: &mut Vec<Result<Input, ReadError>>) {
    let text = argument.to_string_lossy();
    let options = glob::MatchOptions {
        require_literal_leading_dot: true,
        ..glob::MatchOptions::default()
    };
    let paths = match glob::glob_with(&text, options) {
        Ok(paths) => paths,
        Err(error) => {
            found.push(Err(ReadError::Pattern {
                pattern: text.into_owned(),
                message: error.msg.to_owned(),
            }));
            return;
        }
    };
    let before = found.len();
    for path in paths {
        match path {
            Ok(path) if path.is_dir() => folder(&path, kind, reach, found),
            Ok(path) => found.push(within(path, &plain_part(argument), reach)),
            Err(error) => {
                let path = error.path().to_owned();
                found.push(Err(ReadError::io(path.display(), error.into())));
            }
        }
    }
    if found.len() == before {
        found.push(Err(ReadError::NoMatch {
            pattern: text.into_owned(),
        }));
    }
}

/// The folder that a pattern searches: its parts before the first that is one.
fn plain_part(pattern: &Path) -> PathBuf {
    let plain = pattern.iter().take_while(|part| {
        let text = part.to_string_lossy();
        !text.contains(['*', '?', '['])
    });
    let plain: PathBuf = plain.collect();
    match plain.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => plain,
    }
}

/// A file that was found, unless it lies outside of what was searched: links lead anywhere.
fn within(path: PathBuf, searched: &Path, reach: Reach) -> Result<Input, ReadError> {
    match reach.resolve(&path, searched) {
        Err(error @ ReadError::Outside { .. }) => Err(error),
        // What else is wrong is told when it is read.
        _ => Ok(Input::File(path)),
    }
}

fn folder(root: &Path, kind: Kind, reach: Reach, found: &mut Vec<Result<Input, ReadError>>) {
    let before = found.len();
    let entries = WalkDir::new(root).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_skipped(entry)) {
        match entry {
            Ok(entry) if is_wanted(&entry, kind) => found.push(match entry.path_is_symlink() {
                true => within(entry.into_path(), root, reach),
                false => Ok(Input::File(entry.into_path())),
            }),
            Ok(_) => {}
            Err(error) => {
                let name = error.path().unwrap_or(root).display().to_string();
                let cause = error
                    .into_io_error()
                    .unwrap_or_else(|| std::io::ErrorKind::Other.into());
                found.push(Err(ReadError::io(name, cause)));
            }
        }
    }
    if found.len() == before {
        found.push(Err(ReadError::NothingInFolder {
            name: root.display().to_string(),
            kind,
        }));
    }
}

fn is_skipped(entry: &DirEntry) -> bool {
    entry.file_type().is_dir() && is_skipped_name(&entry.file_name().to_string_lossy())
}

fn is_skipped_name(folder: &str) -> bool {
    folder.starts_with('.') || SKIPPED.contains(&folder)
}

/// Whether a file of this path, its parts separated by `/`, is among the definitions that a folder stands for.
pub fn is_found_in_folders(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    Kind::Definition.names(name) && !folders.split('/').any(is_skipped_name)
}

/// Files and links to files; devices and pipes are read only when they are named.
fn is_wanted(entry: &DirEntry, kind: Kind) -> bool {
    let linked = || entry.path_is_symlink() && entry.path().is_file();
    kind.names(&entry.file_name().to_string_lossy()) && (entry.file_type().is_file() || linked())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(arguments: &[PathBuf], root: &Path) -> Vec<String> {
        discover(arguments, Kind::Definition, Reach::default())
            .into_iter()
            .map(|input| match input {
                Ok(Input::File(path)) => path.strip_prefix(root).unwrap_or(&path).display().to_string(),
                Ok(Input::Stdin) => "-".to_owned(),
                Err(error) => format!("{error}").replace(&root.display().to_string(), "ROOT"),
            })
            .collect()
    }

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
        root
    }

    #[test]
    fn folders_are_searched_for_definitions() {
        let root = tree(&[
            "b.asl.json",
            "a/z.asl.yaml",
            "a/B.ASL.yml",
            "a/mocks.json",
            ".git/x.asl.json",
            "target/x.asl.json",
            "a/node_modules/x.asl.json",
            "empty/readme.md",
        ]);
        let at = |name: &str| root.path().join(name);
        assert_eq!(
            names(&[at("")], root.path()),
            ["a/B.ASL.yml", "a/z.asl.yaml", "b.asl.json"]
        );
        // A folder that is named is searched whatever its name, and each file is read once.
        assert_eq!(
            names(&[at(".git"), at("b.asl.json"), at("b.asl.json")], root.path()),
            [".git/x.asl.json", "b.asl.json"]
        );
        assert_eq!(
            names(&[at("empty"), "-".into()], root.path()),
            [
                "no definition (*.asl.json, *.asl.yaml, *.asl.yml) in ROOT/empty",
                "-"
            ]
        );
    }

    #[test]
    fn patterns_are_expanded_where_no_file_has_the_name() {
        let root = tree(&["a/x.json", "a/b/y.json", "a/b/z.yaml", "[x].json"]);
        let at = |name: &str| root.path().join(name);
        assert_eq!(
            names(&[at("a/**/*.json")], root.path()),
            ["a/b/y.json", "a/x.json"]
        );
        assert_eq!(names(&[at("[x].json")], root.path()), ["[x].json"]);
        assert_eq!(names(&[at("*.yml")], root.path()), ["no file matches ROOT/*.yml"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_files_and_never_in_circles() {
        let root = tree(&["a/x.asl.json"]);
        std::os::unix::fs::symlink(root.path(), root.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink(root.path().join("a/x.asl.json"), root.path().join("a/y.asl.json"))
            .unwrap();
        std::os::unix::fs::symlink("nowhere", root.path().join("a/z.asl.json")).unwrap();
        assert_eq!(names(&[root.path().into()], root.path()), ["a/x.asl.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_are_found_lead_nowhere_outside() {
        use std::os::unix::fs::symlink;
        let root = tree(&["secret.json", "repository/.git/x", "repository/a/own.asl.json"]);
        let at = |name: &str| root.path().join(name);
        symlink(at("secret.json"), at("repository/a/out.asl.json")).unwrap();
        symlink(at("repository/a/own.asl.json"), at("repository/z.asl.json")).unwrap();
        let refused = "ROOT/repository/a/out.asl.json lies outside of ROOT/repository, and is not read: \
                       --allow-outside reads it";
        let canonical = root.path().canonicalize().unwrap();
        let shown = |arguments: &[PathBuf]| -> Vec<String> {
            let shown = names(arguments, root.path()).into_iter();
            shown
                .map(|name| name.replace(&canonical.display().to_string(), "ROOT"))
                .collect()
        };
        // The link to a file that was found already is that file.
        assert_eq!(shown(&[at("repository")]), [refused, "repository/a/own.asl.json"]);
        assert_eq!(
            shown(&[at("repository/**/o*.json")]),
            [refused, "repository/a/own.asl.json"]
        );
        // What is named may lie anywhere.
        assert_eq!(
            shown(&[at("repository/a/out.asl.json")]),
            ["repository/a/out.asl.json"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_named_twice_is_one() {
        let root = tree(&["a/x.json"]);
        let at = |name: &str| root.path().join(name);
        fs::hard_link(at("a/x.json"), at("same.json")).unwrap();
        assert_eq!(
            names(
                &[
                    at("a/x.json"),
                    at("a/../a/x.json"),
                    at("./a/x.json"),
                    at("same.json")
                ],
                root.path()
            ),
            ["a/x.json"]
        );
    }
}
