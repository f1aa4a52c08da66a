//! What is compared: files, folders, versions in git, standard input, nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Failure;
use crate::cli::git::{self, GitError, Object};
use crate::discovery::{self, Kind};
use crate::source::{self, Input, Reach, ReadError, SourceFile};

/// Where one side of a comparison comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    /// `/dev/null`: no definition.
    Nothing,
    Input(Input),
    /// A file in git, by its id.
    Blob(String),
    Folder(PathBuf),
    /// A folder in git, by its id.
    Tree(String),
}

/// One side of a comparison, and the name it is shown under.
#[derive(Debug, Clone)]
pub(super) struct Side {
    origin: Origin,
    name: String,
    /// The state machine of a template that is meant.
    resource: Option<String>,
}

/// `-` for both sides.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("only one side can be stdin")]
#[diagnostic(help("name a file, or a version in git, for the other"))]
struct StdinTwice;

/// A file and a folder.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{folder} is a folder and {file} is not")]
#[diagnostic(help("compare two files, or two folders, whose files are compared by name"))]
struct Unequal {
    folder: String,
    file: String,
}

impl Side {
    /// A side that is one file, whatever it is called.
    pub(super) fn file(path: &Path, name: String) -> Side {
        let origin = match path {
            path if path == Path::new("/dev/null") => Origin::Nothing,
            path => Origin::Input(Input::of(path)),
        };
        Side {
            origin,
            name,
            resource: None,
        }
    }

    fn nothing() -> Side {
        Side {
            origin: Origin::Nothing,
            name: "/dev/null".to_owned(),
            resource: None,
        }
    }

    /// The two sides that two arguments name. A revision alone is the file or folder of the other side in it; two of
    /// them are all that is in them.
    ///
    /// # Errors
    /// When there is nothing of a name.
    pub(super) fn both(old: &Path, new: &Path) -> Result<(Side, Side), Failure> {
        if old == new && old == Path::new("-") {
            return Err(StdinTwice.into());
        }
        let sides = (Side::find(old, new)?, Side::find(new, old)?);
        let unequal = |folder: &Side, file: &Side| Unequal {
            folder: folder.name.clone(),
            file: file.name.clone(),
        };
        match (sides.0.is_folder(), sides.1.is_folder()) {
            (true, false) if sides.1.origin != Origin::Nothing => Err(unequal(&sides.0, &sides.1).into()),
            (false, true) if sides.0.origin != Origin::Nothing => Err(unequal(&sides.1, &sides.0).into()),
            _ => Ok(sides),
        }
    }

    fn find(argument: &Path, other: &Path) -> Result<Side, Failure> {
        let (file, resource) = source::resource(argument);
        let (other, _) = source::resource(other);
        Ok(Side {
            resource: resource.map(str::to_owned),
            ..Side::find_file(file, other)?
        })
    }

    fn find_file(argument: &Path, other: &Path) -> Result<Side, Failure> {
        let name = argument.display().to_string();
        if argument.is_dir() {
            return Ok(Side {
                origin: Origin::Folder(argument.to_owned()),
                name,
                resource: None,
            });
        }
        let in_git = |spec: &str, name: &str| {
            git::find(spec).map(|object| Side {
                origin: match object {
                    Object::File(id) => Origin::Blob(id),
                    Object::Folder(id) => Origin::Tree(id),
                },
                name: name.to_owned(),
                resource: None,
            })
        };
        match argument.to_str() {
            Some(spec) if argument != Path::new("-") && argument.symlink_metadata().is_err() => {
                // A revision that begins with a dash is none.
                if spec.starts_with('-') || spec.is_empty() {
                    return Err(ReadError::NotFound { name }.into());
                }
                if spec.contains(':') {
                    return Ok(in_git(spec, spec)?);
                }
                let whole = in_at(spec, other);
                match in_git(&whole, &whole.replacen(":./", ":", 1)) {
                    Err(GitError::Unknown { .. } | GitError::Missing(_)) => {
                        Err(ReadError::NotFound { name }.into())
                    }
                    side => Ok(side?),
                }
            }
            _ => Ok(Side::file(argument, name)),
        }
    }

    /// The name that it is shown under; `None` where there is no definition.
    pub(super) fn name(&self) -> Option<&str> {
        (!matches!(self.origin, Origin::Nothing)).then_some(&*self.name)
    }

    /// The state machine of a template that is meant, where one is named.
    pub(super) fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    /// Whether it is a folder, whose files are compared one by one.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self.origin, Origin::Folder(_) | Origin::Tree(_))
    }

    /// Its text; `None` where there is no definition.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(&self) -> Result<Option<Arc<SourceFile>>, Failure> {
        Ok(match &self.origin {
            Origin::Nothing => None,
            Origin::Input(input) => {
                let read = source::read(input, "<stdin>")?;
                Some(if *input == Input::Stdin || read.name() == self.name {
                    read
                } else {
                    Arc::new(SourceFile::new(&*self.name, read.text()))
                })
            }
            Origin::Blob(id) => Some(Arc::new(git::read(&self.name, id)?)),
            Origin::Folder(_) | Origin::Tree(_) => {
                return Err(ReadError::IsFolder {
                    name: self.name.clone(),
                }
                .into());
            }
        })
    }

    /// The definitions in a folder by their paths relative to it, their parts separated by `/`; none in what is no
    /// folder.
    fn definitions(&self, reach: Reach) -> Result<BTreeMap<String, Side>, Failure> {
        let mut found = BTreeMap::new();
        match &self.origin {
            Origin::Folder(root) => {
                for input in discovery::named(std::slice::from_ref(root), Kind::Definition, reach) {
                    let path = match input {
                        Ok(Input::File(path)) => path,
                        Err(ReadError::Outside { name, .. }) if is_of_work_tree(&name, reach) => {
                            PathBuf::from(name)
                        }
                        Ok(Input::Stdin) | Err(ReadError::NothingInFolder { .. }) => continue,
                        Err(error) => return Err(error.into()),
                    };
                    let relative = path.strip_prefix(root).unwrap_or(&path);
                    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
                    let name = path.display().to_string();
                    found.insert(parts.join("/"), Side::file(&path, name));
                }
            }
            Origin::Tree(tree) => {
                for (path, id) in git::files(&self.name, tree)? {
                    if discovery::is_found_in_folders(&path) {
                        let between = if self.name.ends_with([':', '/']) { "" } else { "/" };
                        let name = format!("{}{between}{path}", self.name);
                        let origin = Origin::Blob(id);
                        let side = Side {
                            origin,
                            name,
                            resource: None,
                        };
                        found.insert(path, side);
                    }
                }
            }
            _ => {}
        }
        Ok(found)
    }
}

/// Whether a link is one of those into the work tree that `git difftool --dir-diff` puts into its folder, as its page
/// does (git-difftool(1)).
fn is_of_work_tree(link: &str, reach: Reach) -> bool {
    std::env::var_os("GIT_DIFFTOOL_DIRDIFF").is_some()
        && reach.resolve(Path::new(link), Path::new(".")).is_ok()
}

/// The pairs of two folders: definitions of one path, then those that differ in the end of the name only (a definition
/// that was JSON and is YAML), and each of the rest with nothing, in the order of their paths.
///
/// # Errors
/// When a folder cannot be looked through, and when neither holds a definition.
pub(super) fn pairs(old: &Side, new: &Side, reach: Reach) -> Result<Vec<(Side, Side)>, Failure> {
    let (mut before, after) = (old.definitions(reach)?, new.definitions(reach)?);
    if before.is_empty() && after.is_empty() {
        let name = format!("{} and {}", old.name, new.name);
        return Err(ReadError::NothingInFolder {
            name,
            what: Kind::Definition.to_string(),
            looked_at: None,
        }
        .into());
    }
    let mut pairs = BTreeMap::new();
    let mut left = Vec::new();
    for (path, side) in after {
        match before.remove(&path) {
            Some(old) => drop(pairs.insert(path, (old, side))),
            None => left.push((path, side)),
        }
    }
    for (path, side) in left {
        let twin = before.keys().find(|other| stem(other) == stem(&path)).cloned();
        let old = twin
            .and_then(|twin| before.remove(&twin))
            .unwrap_or_else(Side::nothing);
        pairs.insert(path, (old, side));
    }
    pairs.extend(
        before
            .into_iter()
            .map(|(path, side)| (path, (side, Side::nothing()))),
    );
    Ok(pairs.into_values().collect())
}

/// `flows/order.asl` of `flows/order.asl.yaml`.
fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// What a revision that is named alone means: the same path as the other side's, or all that is in it.
fn in_at(revision: &str, other: &Path) -> String {
    let text = other.to_string_lossy();
    if other.symlink_metadata().is_ok() {
        if other.is_absolute()
            && let Some(path) = git::from_top(other)
        {
            return format!("{revision}:{path}");
        }
        return format!("{revision}:./{}", text.strip_prefix("./").unwrap_or(&text));
    }
    match text.split_once(':') {
        Some((_, path)) => format!("{revision}:{path}"),
        None => format!("{revision}:"),
    }
}
