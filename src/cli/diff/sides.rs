//! What is compared: files, folders, versions in git, standard input, nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Failure;
use crate::cli::git::{self, GitError, Object};
use crate::source::{self, Input, Reach, ReadError, SourceFile};

/// Where one side of a comparison comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
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
    pub(super) origin: Origin,
    pub(super) name: String,
    /// The state machine of a template that is meant.
    pub(super) resource: Option<String>,
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

    pub(super) fn nothing() -> Side {
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
}

/// Whether a link is one of those into the work tree that `git difftool --dir-diff` puts into its folder, as its page
/// does (git-difftool(1)).
pub(super) fn is_of_work_tree(link: &str, reach: Reach) -> bool {
    is_of_difftool() && reach.resolve(Path::new(link), Path::new(".")).is_ok()
}

/// Whether git compares folders that it made.
pub(super) fn is_of_difftool() -> bool {
    std::env::var_os("GIT_DIFFTOOL_DIRDIFF").is_some()
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
