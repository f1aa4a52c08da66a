//! Which files a command line means: files, folders, patterns and stdin. The one place that searches folders.

mod bounds;
mod folder;
mod ignored;
mod patterns;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

pub use bounds::Bounds;
pub use folder::{everything, is_skipped_name};
pub use ignored::LeftOut;
pub use patterns::{Paths, Patterns, absolute};

use crate::source::{Identity, Input, Reach, ReadError, names};

/// The files that a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Definitions by their names.
    Definition,
    /// Whatever holds state machines, by its content: definitions, templates, assemblies of the CDK, Terraform, plans.
    Source,
    /// Test files.
    Test,
}

impl Kind {
    /// The ends of the names of such files.
    fn ends(self) -> [&'static str; 3] {
        match self {
            Kind::Definition | Kind::Source => names::DEFINITIONS,
            Kind::Test => [".sfn-test.json", ".sfn-test.yaml", ".sfn-test.yml"],
        }
    }

    /// Whether a file called `name` is one for certain.
    fn names(self, name: &str) -> bool {
        names::ends_in(name, &self.ends())
    }

    /// Whether a file is one for certain by its name.
    fn names_file(self, path: &Path) -> bool {
        path.file_name()
            .is_some_and(|name| self.names(&name.to_string_lossy()))
    }

    /// Whether a file may be one by its name.
    fn may_name(self, path: &Path) -> bool {
        match self {
            Kind::Source => !Kind::Test.names_file(path),
            kind => kind.names_file(path),
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self {
            Kind::Definition => "definition",
            Kind::Test => "test file",
            Kind::Source => return write!(f, "state machine"),
        };
        let [json, yaml, yml] = self.ends();
        write!(f, "{what} (*{json}, *{yaml}, *{yml})")
    }
}

/// A text that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Found {
    /// The text.
    pub input: Input,
    /// Whether a search came upon it, which its content has to bear out; what is named is read as it is.
    pub by_search: bool,
}

/// A folder among the arguments.
#[derive(Debug)]
pub struct Searched {
    /// The argument.
    pub name: String,
    /// The files in it that may be of the kind.
    pub files: Vec<PathBuf>,
    /// How many were looked at.
    pub passed: usize,
}

/// What a command line means.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The texts in the order of the arguments, each once; what cannot be found or looked into is an error in its place.
    pub found: Vec<Result<Found, ReadError>>,
    /// The folders that were searched.
    pub searched: Vec<Searched>,
    /// The files of git's patterns that were found and not taken.
    pub left_out: Vec<LeftOut>,
}

/// The same, where nothing is asked about the folders.
#[derive(Debug, Default)]
pub struct Named {
    /// The inputs; what cannot be found or looked into is an error in its place.
    pub inputs: Vec<Result<Input, ReadError>>,
    /// The files of git's patterns that were found and not taken.
    pub left_out: Vec<LeftOut>,
}

/// Gives the patterns that hold for the files of a folder.
pub type PatternsOf<'a> = &'a (dyn Fn(&Path) -> Vec<Arc<Patterns>> + Sync);

/// No patterns.
pub fn no_patterns(_: &Path) -> Vec<Arc<Patterns>> {
    Vec::new()
}

/// The inputs that `arguments` name, each once, by whatever paths it is named.
///
/// A folder stands for the files of a kind in it and in its folders ([`folder::walk`]). A pattern (`flows/**/*.json`)
/// counts where no file has its name, for shells that leave patterns alone. A link to a file out of `reach` that was found
/// and not named is an error in its place.
pub fn discover(arguments: &[PathBuf], kind: Kind, reach: Reach, patterns_of: PatternsOf<'_>) -> Discovered {
    discover_within(arguments, kind, reach, patterns_of, &Bounds::default())
}

/// The same, as far as the bounds let it come: what was found until then.
pub fn discover_within(
    arguments: &[PathBuf],
    kind: Kind,
    reach: Reach,
    patterns_of: PatternsOf<'_>,
    bounds: &Bounds,
) -> Discovered {
    let mut all = Discovered::default();
    for argument in arguments {
        if argument == Path::new("-") {
            all.name(Input::Stdin);
        } else if argument.is_dir() {
            all.search(argument, kind, &reach, patterns_of, bounds);
        } else if is_pattern(argument) {
            all.match_pattern(argument, kind, &reach, patterns_of, bounds);
        } else {
            all.name(Input::File(argument.clone()));
        }
    }
    // What is named is read as named, also where a search came upon it before.
    let named: FxHashSet<Identity> = (all.found.iter())
        .filter_map(|found| found.as_ref().ok())
        .filter(|found| !found.by_search)
        .map(|found| Identity::of(&found.input))
        .collect();
    let mut known = FxHashSet::default();
    all.found.retain_mut(|found| match found {
        Ok(found) => {
            let identity = Identity::of(&found.input);
            found.by_search &= !named.contains(&identity);
            known.insert(identity)
        }
        Err(_) => true,
    });
    all
}

/// The same, whatever a configuration excludes; a folder without any of the files is an error in its place.
pub fn named(arguments: &[PathBuf], kind: Kind, reach: Reach) -> Named {
    named_among(arguments, kind, reach, &no_patterns)
}

/// The same, of the files that the patterns let in.
pub fn named_among(arguments: &[PathBuf], kind: Kind, reach: Reach, patterns_of: PatternsOf<'_>) -> Named {
    let discovered = discover(arguments, kind, reach, patterns_of);
    let empty: Vec<ReadError> = discovered.empty_folders(kind).collect();
    let found = discovered.found.into_iter();
    let found = found.map(|found| found.map(|found| found.input));
    Named {
        inputs: found.chain(empty.into_iter().map(Err)).collect(),
        left_out: discovered.left_out,
    }
}

impl Discovered {
    fn name(&mut self, input: Input) {
        self.found.push(Ok(Found {
            input,
            by_search: false,
        }));
    }

    fn search(
        &mut self,
        root: &Path,
        kind: Kind,
        reach: &Reach,
        patterns_of: PatternsOf<'_>,
        bounds: &Bounds,
    ) {
        let root_patterns = patterns_of(root);
        let mut walked = folder::walk(root, kind, reach, &root_patterns, bounds);
        for left_out in std::mem::take(&mut walked.left_out) {
            // Folders that are named may lie in one another.
            if !self.left_out.contains(&left_out) {
                self.left_out.push(left_out);
            }
        }
        let is_told = |error: &ReadError| !is_left_out(Path::new(error.name()), patterns_of);
        // Each is opened, and most are none: several at a time.
        let wanted = |file: Result<folder::File, ReadError>| match file {
            _ if bounds.is_over() => None,
            Ok(file) => match is_wanted(&file, kind) {
                Ok(true) => is_let_in(&file.path, patterns_of).then_some(Ok(file.path)),
                Ok(false) => None,
                Err(error) => is_told(&error).then_some(Err(error)),
            },
            Err(error) => is_told(&error).then_some(Err(error)),
        };
        let files: Vec<Result<PathBuf, ReadError>> = match kind {
            Kind::Source => walked.files.into_par_iter().filter_map(wanted).collect(),
            _ => walked.files.into_iter().filter_map(wanted).collect(),
        };
        let paths = files.iter().filter_map(|file| file.as_ref().ok().cloned());
        self.searched.push(Searched {
            name: root.display().to_string(),
            files: paths.collect(),
            passed: walked.passed,
        });
        self.found.extend(files.into_iter().map(|file| {
            file.map(|path| Found {
                input: Input::File(path),
                by_search: true,
            })
        }));
    }

    fn match_pattern(
        &mut self,
        argument: &Path,
        kind: Kind,
        reach: &Reach,
        patterns_of: PatternsOf<'_>,
        bounds: &Bounds,
    ) {
        let text = argument.to_string_lossy();
        let paths = match expanded(argument) {
            Ok(paths) => paths,
            Err(error) => {
                self.found.push(Err(ReadError::Pattern {
                    pattern: text.into_owned(),
                    message: error.msg.to_owned(),
                }));
                return;
            }
        };
        let matched = !paths.is_empty();
        let root = plain_part(argument);
        for path in paths {
            let path = path.and_then(|path| folder::within(&path, &root, reach).map(|()| path));
            match path {
                Ok(path) if path.is_dir() => self.search(&path, kind, reach, patterns_of, bounds),
                Ok(path) => self.name(Input::File(path)),
                Err(error) => self.found.push(Err(error)),
            }
        }
        if !matched {
            self.found.push(Err(ReadError::NoMatch {
                pattern: text.into_owned(),
            }));
        }
    }

    /// For each folder without any of its files, the error that says so.
    pub fn empty_folders(&self, kind: Kind) -> impl Iterator<Item = ReadError> {
        let empty = self.searched.iter().filter(|folder| folder.files.is_empty());
        empty.map(move |folder| folder.nothing(kind))
    }
}

impl Searched {
    /// The error for a folder without any.
    pub fn nothing(&self, kind: Kind) -> ReadError {
        ReadError::NothingInFolder {
            name: self.name.clone(),
            what: kind.to_string(),
            looked_at: (kind == Kind::Source).then_some(self.passed),
        }
    }
}

/// Whether a file is of the kind as far as it can be told without parsing it.
fn is_wanted(file: &folder::File, kind: Kind) -> Result<bool, ReadError> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    if kind != Kind::Source || file.is_told || kind.names(&name) {
        return Ok(true);
    }
    match words::may_hold(&file.path) {
        Ok(may_hold) => Ok(may_hold),
        Err(error) if names::is_likely_source(&name) => Err(ReadError::io(file.path.display(), error)),
        // Who keeps it from us does not keep a state machine in it.
        Err(_) => Ok(false),
    }
}

/// Whether the patterns of the folder that a file stands in let it in, which may be others than those of the folder that
/// is searched.
pub fn is_let_in(path: &Path, patterns_of: PatternsOf<'_>) -> bool {
    let patterns = patterns_of(folder_of(path));
    (patterns.iter()).all(|patterns| patterns.includes(path) && !patterns.excludes(path, false))
}

/// Whether the patterns of its folder exclude a file or folder that cannot be read.
fn is_left_out(path: &Path, patterns_of: PatternsOf<'_>) -> bool {
    let patterns = patterns_of(folder_of(path));
    (patterns.iter()).any(|patterns| patterns.excludes(path, false) || patterns.excludes(path, true))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// The files and folders that a pattern fits.
fn expanded(pattern: &Path) -> Result<Vec<Result<PathBuf, ReadError>>, glob::PatternError> {
    let options = glob::MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..glob::MatchOptions::default()
    };
    let is_deep = pattern.iter().any(|part| part == "**");
    if is_deep {
        return folder::matching(pattern, &plain_part(pattern), options);
    }
    let paths = glob::glob_with(&pattern.to_string_lossy(), options)?;
    let path = |path: glob::GlobResult| {
        path.map_err(|error| ReadError::io(error.path().to_owned().display(), error.into()))
    };
    Ok(paths.map(path).collect())
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

fn is_pattern(argument: &Path) -> bool {
    let special = argument
        .to_str()
        .is_some_and(|text| text.contains(['*', '?', '[']));
    special && argument.symlink_metadata().is_err()
}

/// Whether a file is a test file by its name.
pub fn is_test_file(path: &Path) -> bool {
    Kind::Test.names_file(path)
}

/// Whether a file of this path, its parts separated by `/`, is among the definitions that a folder stands for.
pub fn is_found_in_folders(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    Kind::Definition.names(name) && !folders.split('/').any(is_skipped_name)
}

/// Whether a file of this path may be among the sources that a folder stands for, by its name: its content decides.
pub fn may_be_found_in_folders(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    !Kind::Test.names(name) && (folders.is_empty() || !folders.split('/').any(is_skipped_name))
}

/// Whether a text may hold a state machine, as a search would have it of a file of this name.
pub fn may_hold(name: &str, text: &str) -> bool {
    words::may_hold_in(name, text.as_bytes()).unwrap_or(false)
}

/// The words of which every source has one.
pub fn words() -> Vec<&'static str> {
    words::all().collect()
}

#[cfg(test)]
mod tests;
