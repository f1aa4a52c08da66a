//! What git's own files leave out of a folder: each `.gitignore`, `.git/info/exclude`, and the excludes of whoever makes
//! the call.
//!
//! The walk does not let its crate read them: that reads whatever bears the name, to its end. In a stranger's repository
//! it may be a link to a device, a pipe that nobody writes to, or a file that is larger than the memory.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};

/// The most bytes of patterns that are taken for one folder, from all the files around it together. Large projects write
/// some ten thousand by hand. Compiled, patterns take up to a thousand times as much memory, and each file is held against
/// all of them.
const MAX_BYTES: u64 = 128 << 10;

/// The most bytes of a file that leads to a repository's folder: the length of a path.
const MAX_PATH_BYTES: u64 = 4096;

/// A file of patterns that was found and not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    path: PathBuf,
    why: String,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is left out, and nothing is excluded by it: {}",
            self.path.display(),
            self.why
        )
    }
}

/// What git leaves out below a folder.
#[derive(Debug)]
pub(super) struct Ignored {
    /// The folder that is searched, as it was named, and from the root of the file system.
    root: PathBuf,
    whole: PathBuf,
    /// The current folder.
    here: PathBuf,
    excludes: Gitignore,
    /// The folders around the file that was asked about last, the outermost first: a walk goes from each to its next.
    around: Vec<Around>,
    left_out: Vec<LeftOut>,
}

/// A folder that has been looked into.
#[derive(Debug)]
struct Around {
    folder: PathBuf,
    /// Of its `.gitignore`.
    own: Option<Gitignore>,
    /// Of the repository that begins in it.
    of_repository: Option<Gitignore>,
    /// How many bytes of patterns it adds.
    bytes: u64,
}

impl Ignored {
    pub(super) fn below(root: &Path) -> Ignored {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| super::absolute(path));
        // A setting of one's own is often /dev/null, and nobody needs to be told.
        let patterns =
            gitconfig_excludes_path().and_then(|file| read(&file, &file.metadata().ok()?, MAX_BYTES).ok());
        let here = whole(Path::new("."));
        let excludes = patterns.and_then(|patterns| matcher(&here, &patterns).ok());
        Ignored {
            root: root.to_owned(),
            whole: whole(root),
            here,
            excludes: excludes.unwrap_or_else(Gitignore::empty),
            around: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Whether a file or folder below the root is left out. Whether one around it is has been asked before.
    pub(super) fn leaves_out(&mut self, path: &Path, is_folder: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.root) else {
            return false;
        };
        let path = self.whole.join(below);
        if let Some(folder) = path.parent() {
            self.enter(folder);
        }
        // The innermost that says something decides; among files of one folder git's order does.
        let decided = |of: fn(&Around) -> Option<&Gitignore>| {
            let matches = |patterns: &Gitignore| verdict(patterns.matched(&path, is_folder));
            self.around.iter().rev().filter_map(of).find_map(matches)
        };
        decided(|around| around.own.as_ref())
            .or_else(|| decided(|around| around.of_repository.as_ref()))
            .or_else(|| verdict(self.excludes.matched(&path, is_folder)))
            .unwrap_or(false)
    }

    /// The files that were not taken.
    pub(super) fn take_left_out(&mut self) -> Vec<LeftOut> {
        std::mem::take(&mut self.left_out)
    }

    /// Looks into the folders around a file that have not been looked into.
    fn enter(&mut self, folder: &Path) {
        while self
            .around
            .last()
            .is_some_and(|last| !folder.starts_with(&last.folder))
        {
            self.around.pop();
        }
        let known = self.around.last().map(|last| last.folder.clone());
        let new: Vec<&Path> = folder
            .ancestors()
            .take_while(|folder| known.as_deref() != Some(folder))
            .collect();
        for folder in new.into_iter().rev() {
            let around = self.look_into(folder);
            self.around.push(around);
        }
    }

    fn look_into(&mut self, folder: &Path) -> Around {
        let mut around = Around {
            folder: folder.to_owned(),
            own: None,
            of_repository: None,
            bytes: 0,
        };
        let file = folder.join(".gitignore");
        // As in git, a link is none: what it leads to is not the repository's.
        if let Ok(about) = file.symlink_metadata() {
            around.own = self.patterns(&file, &about, &mut around.bytes, folder);
        }
        if let Some(file) = repository(folder).map(|repository| repository.join("info/exclude"))
            && let Ok(about) = file.metadata()
        {
            around.of_repository = self.patterns(&file, &about, &mut around.bytes, folder);
        }
        around
    }

    fn patterns(
        &mut self,
        file: &Path,
        about: &Metadata,
        bytes: &mut u64,
        folder: &Path,
    ) -> Option<Gitignore> {
        let taken: u64 = self.around.iter().map(|around| around.bytes).sum::<u64>() + *bytes;
        let read = read(file, about, MAX_BYTES.saturating_sub(taken));
        let patterns = read.and_then(|patterns| {
            *bytes += patterns.len() as u64;
            matcher(folder, &patterns)
        });
        match patterns {
            Ok(patterns) => (!patterns.is_empty()).then_some(patterns),
            Err(why) => {
                let path = file.strip_prefix(&self.here).unwrap_or(file).to_owned();
                self.left_out.push(LeftOut { path, why });
                None
            }
        }
    }
}

fn verdict<T>(matched: Match<T>) -> Option<bool> {
    match matched {
        Match::None => None,
        Match::Ignore(_) => Some(true),
        Match::Whitelist(_) => Some(false),
    }
}

/// What a file holds; an error where it is not taken. `about` is looked at before it is opened: opening a pipe waits for
/// its other end.
fn read(file: &Path, about: &Metadata, most: u64) -> Result<Vec<u8>, String> {
    if about.is_symlink() {
        return Err("it is a link, which git does not follow either".to_owned());
    }
    if !about.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let opened = File::open(file).and_then(|opened| opened.take(most + 1).read_to_end(&mut bytes));
    match opened {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.to_string()),
        Ok(_) if bytes.len() as u64 > most => Err(format!(
            "with the files of the folders around it, it is larger than {} KiB",
            MAX_BYTES >> 10
        )),
        Ok(_) => Ok(bytes),
    }
}

/// Lines that are no text or no pattern say nothing, as in git.
fn matcher(folder: &Path, patterns: &[u8]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new(folder);
    let patterns = patterns.strip_prefix(b"\xef\xbb\xbf").unwrap_or(patterns);
    for line in patterns.split(|byte| *byte == b'\n') {
        if let Ok(line) = std::str::from_utf8(line) {
            let _ = builder.add_line(None, line.strip_suffix('\r').unwrap_or(line));
        }
    }
    builder
        .build()
        .map_err(|_| "its patterns are too many to search with".to_owned())
}

/// The folder of git of the repository that begins in a folder, of linked work trees the one that they share
/// [gitrepository-layout(5)].
fn repository(folder: &Path) -> Option<PathBuf> {
    let begin = folder.join(".git");
    if begin.metadata().ok()?.is_dir() {
        return Some(begin);
    }
    let led_to = folder.join(first_line(&begin)?.strip_prefix("gitdir: ")?);
    Some(match first_line(&led_to.join("commondir")) {
        Some(shared) => led_to.join(shared),
        None => led_to,
    })
}

/// The first line of a small file.
fn first_line(file: &Path) -> Option<String> {
    let bytes = read(file, &file.metadata().ok()?, MAX_PATH_BYTES).ok()?;
    let line = std::str::from_utf8(&bytes).ok()?.lines().next()?;
    Some(line.to_owned())
}
