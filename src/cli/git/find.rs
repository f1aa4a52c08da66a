//! What a revision or `REV:path` names.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::version::{GitVersion, Root};
use super::{GitError, text};

/// What a revision or `REV:path` names.
#[derive(Debug, Clone)]
pub(in crate::cli) enum Object {
    /// A file; holds its id.
    File(String, Place),
    /// A folder, or the whole of a revision; holds the id of the tree.
    Folder(String, Place),
}

/// Where an object stands.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Place {
    /// The files around it.
    pub(in crate::cli) version: Arc<GitVersion>,
    /// Its path in the version, from the top.
    pub(in crate::cli) path: String,
}

/// What `spec` names: `HEAD~1:flows/a.asl.json`, `:a.asl.json` (the index), `main`. A path that the revision does not
/// have at the top of the repository is looked for below the present folder.
///
/// # Errors
/// When there is no git, no repository, or nothing of that name.
pub(in crate::cli) fn find(spec: &str) -> Result<Object, GitError> {
    let mut error = match object(spec) {
        Ok(found) => return Ok(found),
        Err(error @ GitError::Silent(_)) => return Err(error),
        Err(error) => error,
    };
    // git knows `REV:./a`, and not `REV:.`.
    if let Some((revision, path)) = split(spec)
        && is_seen_from_here(path)
        && let Ok(found) = object(&format!("{revision}:{}", from_top(path)?))
    {
        return Ok(found);
    }
    if let Some((revision, path)) = split(spec)
        && !path.is_empty()
        && !path.starts_with(['.', '/'])
        && !revision.starts_with(['^', '/'])
    {
        match object(&format!("{revision}:./{path}")) {
            Ok(found) => return Ok(found),
            Err(missing @ (GitError::Missing(_) | GitError::Untrusted { .. })) => error = missing,
            Err(_) => {}
        }
    }
    Err(error)
}

/// A folder of the index.
pub(in crate::cli) fn index(folder: &str) -> Place {
    Place {
        version: Arc::new(GitVersion::new("", Root::Index(0))),
        path: folder.to_owned(),
    }
}

fn object(spec: &str) -> Result<Object, GitError> {
    // `REV:` is the whole of a revision, and so is a revision alone.
    let id = id_of(spec)?;
    let failed = |name, words| GitError::Failed { name, words };
    let kind = text(spec, &["cat-file", "-t", &id], failed)?;
    match kind.as_str() {
        "blob" => Ok(Object::File(id, place(spec, None)?)),
        "tree" => Ok(Object::Folder(id.clone(), place(spec, Some(id))?)),
        // A commit, or a tag that leads to one.
        _ => {
            let tree = format!("{id}^{{tree}}");
            let tree = text(spec, &["rev-parse", "--verify", &tree], failed)?;
            Ok(Object::Folder(tree.clone(), place(spec, Some(tree))?))
        }
    }
}

fn id_of(spec: &str) -> Result<String, GitError> {
    text(
        spec,
        &["rev-parse", "--verify", "--end-of-options", spec],
        |name, words| GitError::Unknown { name, words },
    )
}

/// Where the object that `spec` names stands. `tree` is its id where it is a tree: it is the top where no path is named.
fn place(spec: &str, tree: Option<String>) -> Result<Place, GitError> {
    let (name, root, path) = match split(spec) {
        None => (spec, tree.map_or(Root::Nowhere, Root::Tree), ""),
        Some(("", path)) => {
            // The stages of a merge: `:2:path`.
            let stage = path.split_once(':');
            let stage = stage.and_then(|(stage, path)| Some((stage.parse::<u8>().ok()?, path)));
            match stage.filter(|(stage, _)| *stage <= 3) {
                Some((stage, path)) => (&spec[..2], Root::Index(stage), path),
                None => ("", Root::Index(0), path),
            }
        }
        Some((revision, path)) => {
            let top = id_of(&format!("{revision}^{{tree}}"))?;
            (revision, Root::Tree(top), path)
        }
    };
    Ok(Place {
        version: Arc::new(GitVersion::new(name, root)),
        path: from_top(path)?,
    })
}

/// The revision and the path of `REV:path`, as git splits them: a colon in braces is one of the revision's
/// (`HEAD^{/fix: this}`), and `:/words` is a revision.
fn split(spec: &str) -> Option<(&str, &str)> {
    if spec.starts_with(":/") {
        return None;
    }
    let mut depth = 0_usize;
    for (at, c) in spec.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return Some((&spec[..at], &spec[at + 1..])),
            _ => {}
        }
    }
    None
}

/// A path as git sees it behind a colon: from the top, unless it says that it is seen from here.
fn from_top(path: &str) -> Result<String, GitError> {
    let mut whole = PathBuf::new();
    if is_seen_from_here(path) {
        let failed = |name, words| GitError::Failed { name, words };
        whole.push(text(path, &["rev-parse", "--show-prefix"], failed)?);
    }
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => whole.push(name),
            Component::ParentDir => drop(whole.pop()),
            _ => {}
        }
    }
    let parts: Vec<_> = whole.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

fn is_seen_from_here(path: &str) -> bool {
    [".", ".."].contains(&path) || path.starts_with("./") || path.starts_with("../")
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_version_is_split_where_git_does() {
        for (spec, expected) in [
            ("HEAD:a/b.json", Some(("HEAD", "a/b.json"))),
            ("HEAD:", Some(("HEAD", ""))),
            (":a:b", Some(("", "a:b"))),
            (":2:a", Some(("", "2:a"))),
            ("HEAD^{/fix: this}:a", Some(("HEAD^{/fix: this}", "a"))),
            (":/fix: this", None),
            ("main", None),
        ] {
            assert_eq!(split(spec), expected, "{spec}");
        }
    }
}
