//! What is compared: files, folders, versions in git, standard input, nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::git::{Object, Place};
use crate::source::{self, Input, ParseOptions, Reach, ReadError, SourceFile, Version as _};

/// Where one side of a comparison comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// `/dev/null`: no definition.
    Nothing,
    Input(Input),
    /// A file in git, by its id.
    Blob(String, Place),
    Folder(PathBuf),
    /// A folder in git, by its id.
    Tree(String, Place),
}

/// One side of a comparison, and the name it is shown under.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub(super) origin: Origin,
    pub(super) name: String,
    /// What its file is called where files that it names are looked for: its path, in git that from the top of the version.
    pub(super) path: String,
    /// The state machine of a template that is meant.
    pub(super) resource: Option<String>,
}

impl Side {
    pub(super) fn of(origin: Origin, name: String) -> Side {
        Side {
            origin,
            path: name.clone(),
            name,
            resource: None,
        }
    }

    /// A side that is one file, whatever it is called.
    pub(super) fn file(path: &Path, name: String) -> Side {
        let origin = match path {
            path if path == Path::new("/dev/null") => Origin::Nothing,
            path => Origin::Input(Input::of(path)),
        };
        Side::of(origin, name)
    }

    /// A file that git has written down for its diff driver: it is that of the work tree at `path`, in another version.
    pub(super) fn written_by_git(file: &Path, path: &Path, side: &str) -> Side {
        let path = path.display().to_string();
        Side {
            path: path.clone(),
            ..Side::file(file, format!("{side}/{path}"))
        }
    }

    /// A file or a folder in git.
    pub(super) fn in_git(object: Object, name: &str) -> Side {
        match object {
            Object::File(id, place) => Side {
                path: match place.path.is_empty() {
                    true => name.to_owned(),
                    false => place.path.clone(),
                },
                ..Side::of(Origin::Blob(id, place), name.to_owned())
            },
            Object::Folder(id, place) => Side::of(Origin::Tree(id, place), name.to_owned()),
        }
    }

    pub(super) fn nothing() -> Side {
        Side::of(Origin::Nothing, "/dev/null".to_owned())
    }

    /// The name that it is shown under; `None` where there is no definition.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.origin {
            Origin::Nothing => None,
            Origin::Input(Input::Stdin) => Some("<stdin>"),
            _ => Some(&*self.name),
        }
    }

    /// The state machine of a template that is meant, where one is named.
    pub(super) fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    /// What is named of a version, or of the work tree, and the version: nothing of the work tree.
    pub(super) fn without_version(&self) -> (&str, &str) {
        let (version, path) = match &self.origin {
            Origin::Tree(..) => self.name.split_once(':').unwrap_or(("", &self.name)),
            _ => ("", &*self.name),
        };
        let path = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
        (if path == "." { "" } else { path }, version)
    }

    pub(super) fn is_in_git(&self) -> bool {
        matches!(self.origin, Origin::Blob(..) | Origin::Tree(..))
    }

    /// Whether both are one file of git's.
    pub(super) fn is_same_file(&self, other: &Side) -> bool {
        matches!((&self.origin, &other.origin), (Origin::Blob(own, _), Origin::Blob(other, _)) if own == other)
    }

    /// Whether it is a folder, whose files are compared one by one.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self.origin, Origin::Folder(_) | Origin::Tree(..))
    }

    /// Its text, called by its path; `None` where there is no definition.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(&self) -> Result<Option<Arc<SourceFile>>, ReadError> {
        Ok(match &self.origin {
            Origin::Nothing => None,
            Origin::Input(Input::Stdin) => Some(source::read(&Input::Stdin, "<stdin>")?),
            Origin::Input(input) => {
                let read = source::read(input, "<stdin>")?;
                Some(match read.name() == self.path {
                    true => read,
                    false => Arc::new(SourceFile::new(&*self.path, read.text())),
                })
            }
            Origin::Blob(id, place) => Some(place.version.read_by_id(&self.path, &self.name, id)?),
            Origin::Folder(_) | Origin::Tree(..) => {
                return Err(ReadError::IsFolder {
                    name: self.name.clone(),
                });
            }
        })
    }

    /// How its text is read: the files that it names are those of its version.
    pub(super) fn options(&self, options: &ParseOptions) -> ParseOptions {
        match &self.origin {
            Origin::Blob(_, place) => options.in_version(place.version.clone()),
            _ => options.clone(),
        }
    }

    /// What a file of this side is called for people.
    pub(super) fn shown(&self, file: &SourceFile) -> String {
        match &self.origin {
            _ if file.name() == self.path => self.name.clone(),
            Origin::Blob(_, place) => place.version.shown(file.name()),
            _ => file.name().to_owned(),
        }
    }
}

/// Whether a link is one of those into the work tree that `git difftool --dir-diff` puts into its folder, as its page
/// does (git-difftool(1)).
pub(super) fn is_of_work_tree(link: &str, reach: &Reach) -> bool {
    is_of_difftool() && reach.resolve(Path::new(link), Path::new(".")).is_ok()
}

/// Whether git compares folders that it made.
pub(super) fn is_of_difftool() -> bool {
    std::env::var_os("GIT_DIFFTOOL_DIRDIFF").is_some()
}
