//! Versions of files in a git repository, as the installed git gives them. git runs nothing that the repository's own
//! configuration names, and fetches nothing: a stranger's repository is data.

mod child;
mod find;
mod version;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use miette::Diagnostic;

pub(super) use find::{Object, Place, find, index};

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
    /// git waits for something that does not come.
    #[error("git does not answer")]
    #[diagnostic(
        code("unreadable"),
        help(
            "a pipe or a device among the files in .git keeps git waiting; call `git rev-parse HEAD` here to see it"
        )
    )]
    Silent(#[source] std::io::Error),
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

/// The files of a tree, by their paths in it, in which one of `words` stands; `None` where git does not have all of them.
///
/// # Errors
/// When git fails.
pub(super) fn holding(name: &str, tree: &str, words: &[&str]) -> Result<Option<BTreeSet<String>>, GitError> {
    let mut arguments = vec![
        "grep",
        "-l",
        "-z",
        // What an attribute calls binary may be a text all the same.
        "-a",
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
    let done = run(&arguments, child::PATIENCE_OF_SEARCH)?;
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
    let found = listed.split('\0').filter_map(path).collect();
    // It goes on past an object that is missing, and says so.
    Ok(done.stderr.is_empty().then_some(found))
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

/// The top of the work tree that the present folder is in, as seen from it: empty where it is the top; `None` where there
/// is no work tree.
///
/// # Errors
/// When there is no git, or no repository.
pub(super) fn work_tree() -> Result<Option<String>, GitError> {
    let ask = |what| {
        text("", &["rev-parse", what], |name, words| GitError::Failed {
            name,
            words,
        })
    };
    match ask("--is-inside-work-tree")?.as_str() {
        "true" => ask("--show-cdup").map(Some),
        _ => Ok(None),
    }
}

/// The files, from the top of the work tree, that git leaves out of it on purpose (git-sparse-checkout(1)).
///
/// # Errors
/// When git fails.
pub(super) fn not_checked_out() -> Result<BTreeSet<String>, GitError> {
    let all = ["ls-files", "-t", "-z", "--full-name", "--", ":/"];
    let listed = output("", &all, |name, words| GitError::Failed { name, words })?;
    let listed = String::from_utf8_lossy(&listed);
    let left_out = listed.split('\0').filter_map(|line| line.strip_prefix("S "));
    Ok(left_out.map(str::to_owned).collect())
}

/// The commit that a submodule is at in the work tree; `None` where there is none.
pub(super) fn head_of(submodule: &Path) -> Option<String> {
    submodule.join(".git").symlink_metadata().ok()?;
    let failed = |name, words| GitError::Failed { name, words };
    let place = submodule.to_str()?;
    text(place, &["-C", place, "rev-parse", "--verify", "HEAD"], failed).ok()
}

/// Whether a file or folder lies in another repository than the present folder: in a submodule, too.
pub(super) fn is_elsewhere(path: &Path) -> bool {
    let top = |path: &Path| {
        let whole = path.canonicalize().ok()?;
        let begins = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
        whole.ancestors().find(begins).map(Path::to_owned)
    };
    top(path) != top(Path::new("."))
}

/// The commit that two revisions have both come from.
///
/// # Errors
/// When there is none, or they are none.
pub(super) fn merge_base(one: &str, other: &str) -> Result<String, GitError> {
    text(
        &format!("{one}...{other}"),
        &["merge-base", "--end-of-options", one, other],
        |name, words| GitError::Unknown { name, words },
    )
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
    for special in ["LITERAL", "GLOB", "NOGLOB", "ICASE"] {
        command.env_remove(format!("GIT_{special}_PATHSPECS"));
    }
    command.args(["-c", "core.quotePath=false"]).args(arguments);
    command.stdin(Stdio::null());
    command
}

/// Whether a git did not answer: no other is waited for.
static IS_SILENT: AtomicBool = AtomicBool::new(false);

fn run(arguments: &[&str], patience: Duration) -> Result<Output, GitError> {
    if IS_SILENT.load(Ordering::Relaxed) {
        return Err(GitError::Silent(io::Error::other(
            "it did not when it was asked before",
        )));
    }
    child::output(git(arguments), patience).map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => {
            IS_SILENT.store(true, Ordering::Relaxed);
            GitError::Silent(error)
        }
        _ => GitError::Missing(error),
    })
}

fn text(
    name: &str,
    arguments: &[&str],
    error: impl FnOnce(String, String) -> GitError,
) -> Result<String, GitError> {
    let bytes = output(name, arguments, error)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn output(
    name: &str,
    arguments: &[&str],
    error: impl FnOnce(String, String) -> GitError,
) -> Result<Vec<u8>, GitError> {
    let done = run(arguments, child::PATIENCE)?;
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
