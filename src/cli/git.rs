//! Versions of files in a git repository, as the installed git gives them. git runs nothing that the repository's own
//! configuration names, and fetches nothing: a stranger's repository is data.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use miette::Diagnostic;

use crate::source::{self, ReadError, SourceFile};

/// What a revision or `REV:path` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    /// A file; holds its id.
    File(String),
    /// A folder, or the whole of a revision; holds the id of the tree.
    Folder(String),
}

/// git could not say what was asked of it.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum GitError {
    /// There is no program of that name.
    #[error("cannot run git")]
    #[diagnostic(
        code("unreadable"),
        help("`REV:path` is read through git: install it, or name files")
    )]
    Missing(#[source] std::io::Error),
    /// git refused.
    #[error("{name} is not a file, and git knows no such version: {words}")]
    #[diagnostic(
        code("unreadable"),
        help(
            "a version is REV:path, the path as seen from the top of the repository; :path is the index, REV:./path is \
         seen from here"
        )
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The first line that git says.
        words: String,
    },
    /// git does not trust the repository, because it belongs to somebody else.
    #[error("git cannot read {name}: {words}")]
    #[diagnostic(code("unreadable"), help("{advice}"))]
    Untrusted {
        /// What was asked for.
        name: String,
        /// The first line that git says.
        words: String,
        /// What else it says: how the folder is trusted.
        advice: String,
    },
    /// git failed while it was read.
    #[error("git cannot give {name}: {words}")]
    #[diagnostic(code("unreadable"))]
    Failed {
        /// What was asked for.
        name: String,
        /// What git says.
        words: String,
    },
}

/// What `spec` names: `HEAD~1:flows/a.asl.json`, `:a.asl.json` (the index), `main`. A path that the revision does not
/// have at the top of the repository is looked for below the present folder.
///
/// # Errors
/// When there is no git, no repository, or nothing of that name.
pub(super) fn find(spec: &str) -> Result<Object, GitError> {
    let mut error = match object(spec) {
        Ok(found) => return Ok(found),
        Err(error) => error,
    };
    if let Some((revision, path)) = spec.split_once(':')
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

fn object(spec: &str) -> Result<Object, GitError> {
    // `REV:` is the whole of a revision, and so is a revision alone.
    let id = text(
        spec,
        &["rev-parse", "--verify", "--end-of-options", spec],
        |name, words| GitError::Unknown { name, words },
    )?;
    let failed = |name, words| GitError::Failed { name, words };
    let kind = text(spec, &["cat-file", "-t", &id], failed)?;
    match kind.as_str() {
        "blob" => Ok(Object::File(id)),
        "tree" => Ok(Object::Folder(id)),
        // A commit, or a tag that leads to one.
        _ => {
            let tree = format!("{id}^{{tree}}");
            text(spec, &["rev-parse", "--verify", &tree], failed).map(Object::Folder)
        }
    }
}

/// The files of a tree and its folders: the path of each, relative to the tree, and its id. Links and submodules are
/// none.
///
/// # Errors
/// When git fails.
pub(super) fn files(name: &str, tree: &str) -> Result<Vec<(String, String)>, GitError> {
    let listed = output(
        name,
        &["ls-tree", "-r", "-z", "--full-tree", tree],
        |name, words| GitError::Failed { name, words },
    )?;
    let listed = String::from_utf8_lossy(&listed);
    // `100644 blob ID\tPATH`
    let entry = |line: &str| {
        let (about, path) = line.split_once('\t')?;
        let mut words = about.split(' ');
        let is_file = words.next()?.starts_with("100") && words.next()? == "blob";
        is_file.then(|| Some((path.to_owned(), words.next()?.to_owned())))?
    };
    Ok(listed.split('\0').filter_map(entry).collect())
}

/// The files of a tree, as [`files`] names them, in which one of `words` stands.
///
/// # Errors
/// When git fails.
pub(super) fn holding(name: &str, tree: &str, words: &[&str]) -> Result<BTreeSet<String>, GitError> {
    let mut arguments = vec![
        "grep",
        "-l",
        "-z",
        "-I",
        "-F",
        "--no-textconv",
        "--no-recurse-submodules",
        "--full-name",
    ];
    for word in words {
        arguments.extend(["-e", word]);
    }
    // From the top of the tree, whatever folder this is.
    arguments.extend([tree, "--", ":/"]);
    let done = git(&arguments).output().map_err(GitError::Missing)?;
    // 1 is for nothing found.
    if !matches!(done.status.code(), Some(0 | 1)) {
        let failed = || GitError::Failed {
            name: name.to_owned(),
            words: first_line(&done.stderr),
        };
        return Err(untrusted(name, &done.stderr).unwrap_or_else(failed));
    }
    let listed = String::from_utf8_lossy(&done.stdout);
    let path = |line: &str| line.split_once(':').map(|(_, path)| path.to_owned());
    Ok(listed.split('\0').filter_map(path).collect())
}

/// Reads a file by its id, under the same limits as any other file.
///
/// # Errors
/// When git fails, or the file is no text of a size that is read.
pub(super) fn read(name: &str, id: &str) -> Result<SourceFile, super::Failure> {
    let mut child = git(&["cat-file", "blob", id])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(GitError::Missing)?;
    let file = match child.stdout.take() {
        // It is closed here, so that a git with more to give does not wait.
        Some(out) => source::read_from(name, out),
        None => Err(ReadError::NotFound {
            name: name.to_owned(),
        }),
    };
    let done = child.wait_with_output().map_err(GitError::Missing)?;
    match file {
        // git that could not write all that it had is no failure of git.
        Ok(_) if !done.status.success() => Err(GitError::Failed {
            name: name.to_owned(),
            words: first_line(&done.stderr),
        }
        .into()),
        file => Ok(file?),
    }
}

/// The way from the top of the repository that the present folder is in to `path`, for paths that are given whole.
pub(super) fn from_top(path: &Path) -> Option<String> {
    let top = text("", &["rev-parse", "--show-toplevel"], |name, words| {
        GitError::Failed { name, words }
    })
    .ok()?;
    let top = Path::new(&top).canonicalize().ok()?;
    let path = path.canonicalize().ok()?;
    let parts: Vec<&str> = path
        .strip_prefix(top)
        .ok()?
        .iter()
        .map(|part| part.to_str())
        .collect::<Option<_>>()?;
    Some(parts.join("/"))
}

/// Settings with which git would run a program that the repository's configuration names. An empty value turns each
/// off; what is given on the command line takes precedence over every file. The list is git-config(1)'s, as far as
/// reading objects, the index and revisions could reach it.
const NO_PROGRAMS: [&str; 9] = [
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "core.pager=cat",
    "credential.helper=",
    "diff.external=",
];

fn git(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager");
    for setting in NO_PROGRAMS {
        command.args(["-c", setting]);
    }
    // A missing object of a partial clone stays missing: fetching it would run the transport that the repository names.
    // The variable is read from git 2.45 on; before, a transport that is not allowed ends the attempt.
    command
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        // Reading must not write: the index stays as it is.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C");
    command.args(["-c", "core.quotePath=false"]).args(arguments);
    command.stdin(Stdio::null());
    command
}

fn text(
    name: &str,
    arguments: &[&str],
    error: impl FnOnce(String, String) -> GitError,
) -> Result<String, GitError> {
    let bytes = output(name, arguments, error)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn output(
    name: &str,
    arguments: &[&str],
    error: impl FnOnce(String, String) -> GitError,
) -> Result<Vec<u8>, GitError> {
    let done = git(arguments).output().map_err(GitError::Missing)?;
    if done.status.success() {
        Ok(done.stdout)
    } else {
        Err(untrusted(name, &done.stderr).unwrap_or_else(|| error(name.to_owned(), first_line(&done.stderr))))
    }
}

/// What git says where the repository belongs to somebody else (safe.directory in git-config(1)), with its way out.
fn untrusted(name: &str, stderr: &[u8]) -> Option<GitError> {
    let words = first_line(stderr);
    if !words.contains("dubious ownership") && !words.starts_with("unsafe repository") {
        return None;
    }
    let all = String::from_utf8_lossy(stderr);
    let advice: Vec<&str> = all
        .lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    Some(GitError::Untrusted {
        name: name.to_owned(),
        words,
        advice: advice.join(" "),
    })
}

/// The first line that git says, without `fatal: `.
fn first_line(stderr: &[u8]) -> String {
    let words = String::from_utf8_lossy(stderr);
    let line = words.lines().next().unwrap_or("it printed no error");
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}
