//! What the arguments name: files, folders, revisions, and what is in them.

use std::path::Path;

use super::sides::{Origin, Side};
use crate::cli::Failure;
use crate::cli::git::{self, GitError, Object};
use crate::source::{self, ReadError};

/// `-` for both sides.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("only one side can be stdin")]
#[diagnostic(help("name a file, or a version in git, for the other"))]
struct StdinTwice;

/// One file or folder of the disk.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("nothing to compare {name} with")]
#[diagnostic(help("name both sides: `sfn-tool diff HEAD {name}` compares it with the last commit"))]
struct OneSide {
    name: String,
}

/// Neither on the disk nor in git.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{name} does not exist, and git knows no revision of that name")]
#[diagnostic(
    code("unreadable"),
    help(
        "give a definition, a template, a folder, or a version in git (a shallow clone has few of them: `git fetch --unshallow` \
         gets the others)"
    )
)]
struct NoSuchVersion {
    name: String,
}

/// A bare repository.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("nothing to compare {name} with: this repository has no work tree")]
#[diagnostic(help("name two revisions"))]
struct NoWorkTree {
    name: String,
}

/// A part of a version that the work tree has nothing of.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("nothing to compare {name} with: {path} is left out of the work tree (a sparse checkout)")]
#[diagnostic(
    code("unreadable"),
    help("name two versions (`:{path}` is the index), or get it with `git sparse-checkout add`")
)]
struct LeftOut {
    name: String,
    path: String,
}

/// A file and a folder.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{folder} is a folder and {file} is not")]
#[diagnostic(help("compare two files, or two folders, whose files are compared by name"))]
struct Unequal {
    folder: String,
    file: String,
}

impl Side {
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
            (true, false) if sides.1.name().is_some() => Err(unequal(&sides.0, &sides.1).into()),
            (false, true) if sides.0.name().is_some() => Err(unequal(&sides.1, &sides.0).into()),
            _ => Ok(sides),
        }
    }

    /// The two sides that one argument names: a revision (or a file or folder in it) and the work tree, or `A..B` and
    /// `A...B`, as `git diff` has them.
    ///
    /// # Errors
    /// When there is nothing of the name, and when it is no version.
    pub(super) fn from_one(argument: &Path) -> Result<(Side, Side), Failure> {
        let name = argument.display().to_string();
        let (file, resource) = source::resource(argument);
        if file.symlink_metadata().is_ok() || argument == Path::new("-") {
            return Err(OneSide { name }.into());
        }
        let Some(spec) = file.to_str().filter(|spec| !spec.starts_with('-')) else {
            return Err(ReadError::NotFound { name }.into());
        };
        let whole = || argument.to_str().filter(|_| resource.is_some()).map(git::find);
        let (spec, object, resource) = match (git::find(spec), whole) {
            (Ok(object), _) => (spec, object, resource),
            (Err(error), whole) => {
                // A file of that very name, with the sign in it.
                if let (Some(Ok(object)), Some(spec)) = (whole(), argument.to_str()) {
                    return Side::with_work_tree(spec, object, None);
                }
                return match (error, range(spec)) {
                    (_, Some((old, new))) => Side::both(Path::new(&old?), Path::new(&new)),
                    (GitError::Unknown { .. }, _) if !spec.contains(':') => {
                        Err(NoSuchVersion { name }.into())
                    }
                    (GitError::Missing(_), _) if !spec.contains(':') => {
                        Err(ReadError::NotFound { name }.into())
                    }
                    (error, _) => Err(error.into()),
                };
            }
        };
        Side::with_work_tree(spec, object, resource)
    }

    fn with_work_tree(spec: &str, object: Object, resource: Option<&str>) -> Result<(Side, Side), Failure> {
        let Some(top) = git::work_tree()? else {
            let name = spec.to_owned();
            return Err(NoWorkTree { name }.into());
        };
        let (Object::File(_, place) | Object::Folder(_, place)) = &object;
        let path = match format!("{top}{}", place.path) {
            top if top.is_empty() => ".".to_owned(),
            path => path,
        };
        let present = Path::new(&path).metadata();
        if present.is_err() && is_left_out(&place.path)? {
            let name = spec.to_owned();
            return Err(LeftOut { name, path }.into());
        }
        let is_folder = matches!(object, Object::Folder(..));
        let new = match present {
            Ok(present) if present.is_dir() != is_folder => Side::nothing(),
            Ok(_) if is_folder => Side::of(Origin::Folder(path.clone().into()), path),
            Ok(_) => Side::file(Path::new(&path), path.clone()),
            Err(_) => Side::nothing(),
        };
        let name = match spec.contains(':') || !is_folder {
            true => spec.to_owned(),
            false => format!("{spec}:"),
        };
        let sides = (Side::in_git(object, &name), new);
        let of_resource = |side: Side| Side {
            resource: resource.map(str::to_owned),
            ..side
        };
        Ok((of_resource(sides.0), of_resource(sides.1)))
    }

    fn find(argument: &Path, other: &Path) -> Result<Side, Failure> {
        let (file, resource) = source::resource(argument);
        let (other, of_other) = source::resource(other);
        let side = match Side::find_file(file, other) {
            // In git, too, a file of that very name is meant first.
            Err(error) if resource.is_some() => match Side::find_file(argument, other) {
                Ok(side) if side.is_in_git() => return Ok(side),
                _ => return Err(error),
            },
            side => side?,
        };
        // A revision alone is all that the other side names.
        let is_alone = side.is_in_git() && argument.to_str().is_some_and(|spec| !spec.contains(':'));
        let resource = resource.or(of_other.filter(|_| is_alone));
        Ok(Side {
            resource: resource.map(str::to_owned),
            ..side
        })
    }

    fn find_file(argument: &Path, other: &Path) -> Result<Side, Failure> {
        let name = argument.display().to_string();
        if argument.is_dir() {
            return Ok(Side::of(Origin::Folder(argument.to_owned()), name));
        }
        let in_git = |spec: &str, name: &str| git::find(spec).map(|object| Side::in_git(object, name));
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
                    Err(error @ GitError::Unknown { .. }) => {
                        let is_there = other.symlink_metadata().is_ok();
                        match git::find(spec) {
                            // A file by its id.
                            Ok(object @ Object::File(..)) => Ok(Side::in_git(object, &name)),
                            // What the revision does not have is new.
                            Ok(_) if is_there && !git::is_elsewhere(other) => Ok(Side::nothing()),
                            Ok(_) => Err(error.into()),
                            Err(_) => Err(NoSuchVersion { name }.into()),
                        }
                    }
                    Err(GitError::Missing(_)) => Err(ReadError::NotFound { name }.into()),
                    side => Ok(side?),
                }
            }
            _ => Ok(Side::file(argument, name)),
        }
    }
}

/// Whether git leaves a file, or what is in a folder, out of the work tree on purpose.
fn is_left_out(path: &str) -> Result<bool, GitError> {
    let inside = format!("{path}/");
    let mut left_out = git::not_checked_out()?.into_iter();
    Ok(left_out.any(|file| file == path || file.starts_with(&inside)))
}

/// The two revisions of `A..B`, and of `A...B`, which begins where both have come from.
fn range(spec: &str) -> Option<(Result<String, GitError>, String)> {
    let or_head = |revision: &str| match revision {
        "" => "HEAD".to_owned(),
        revision => revision.to_owned(),
    };
    if let Some((old, new)) = spec.split_once("...") {
        let (old, new) = (or_head(old), or_head(new));
        return Some((git::merge_base(&old, &new), new));
    }
    let (old, new) = spec.split_once("..")?;
    Some((Ok(or_head(old)), or_head(new)))
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
