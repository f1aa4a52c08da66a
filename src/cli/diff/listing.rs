//! The definitions in a folder: one of the disk, or one of a version in git.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sides::{Origin, Side, is_of_work_tree};
use crate::cli::Failure;
use crate::cli::git::{self, Object, Place};
use crate::cli::output::Context;
use crate::definition::Definition;
use crate::discovery::{self, Found, Kind, PatternsOf};
use crate::source::{self, Input, ParseOptions, ReadError, SourceFile, names};

/// The definitions in a folder, by their paths relative to it, parts separated by `/`; those in a template with
/// `#RESOURCE` behind.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) known: BTreeMap<String, Side>,
    /// Those that are there and cannot be read: known only when they are deployed.
    pub(super) unread: BTreeSet<String>,
    /// The files that hold or name them.
    pub(super) files: BTreeSet<String>,
    /// Of those whose text stands in another file than the one that makes them: that file, as [`place_of`] has it.
    pub(super) elsewhere: BTreeMap<String, String>,
}

/// How two folders are searched.
#[derive(Clone, Copy)]
pub(super) struct Searching<'a> {
    pub(super) options: &'a ParseOptions,
    pub(super) context: &'a Context,
    /// What configurations leave out.
    pub(super) patterns_of: PatternsOf<'a>,
}

/// Which files are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sources {
    /// All that hold state machines.
    All,
    /// Definitions by name: git's folders hold links for what did not change.
    Definitions,
}

impl Listing {
    /// `other`: what it is compared with.
    pub(super) fn of(
        side: &Side,
        other: &Side,
        sources: Sources,
        searching: Searching<'_>,
    ) -> Result<Listing, Failure> {
        let mut listing = Listing::default();
        match &side.origin {
            Origin::Folder(root) => {
                let is_beside_git = matches!(other.origin, Origin::Tree(..));
                listing.add_folder(root, sources, is_beside_git, searching)?;
            }
            Origin::Tree(tree, place) => listing.add_tree(&side.name, tree, place, searching)?,
            _ => {}
        }
        Ok(listing)
    }

    /// `as_in_git`: what git has no file for in a revision is left out, which are links and other repositories.
    fn add_folder(
        &mut self,
        root: &Path,
        sources: Sources,
        as_in_git: bool,
        searching: Searching<'_>,
    ) -> Result<(), Failure> {
        let options = searching.options;
        let mut repositories = BTreeMap::new();
        let kind = match sources {
            Sources::Definitions => Kind::Definition,
            _ => Kind::Source,
        };
        let folder = std::slice::from_ref(&root.to_owned()).to_vec();
        let discovered = discovery::discover(&folder, kind, options.reach.clone(), searching.patterns_of);
        searching.context.say_left_out(&discovered.left_out);
        for found in discovered.found {
            let path = match found {
                Ok(Found {
                    input: Input::File(path),
                    ..
                }) => path,
                Err(ReadError::Outside { name, .. }) if is_of_work_tree(&name, &options.reach) => {
                    PathBuf::from(name)
                }
                Ok(_) => continue,
                Err(error) => return Err(error.into()),
            };
            let relative = path.strip_prefix(root).unwrap_or(&path);
            if as_in_git && (path.is_symlink() || is_in_another(root, relative, &mut repositories)) {
                continue;
            }
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            let relative = parts.join("/");
            let is_definition = names::is_definition(&relative);
            if is_definition || sources == Sources::All {
                self.add_path(&relative, &path, is_definition, options)?;
            }
        }
        Ok(())
    }

    /// Adds the file at `path`, which is `relative` in the folder.
    fn add_path(
        &mut self,
        relative: &str,
        path: &Path,
        is_definition: bool,
        options: &ParseOptions,
    ) -> Result<(), Failure> {
        let side = Side::file(path, path.display().to_string());
        if is_definition {
            self.files.insert(relative.to_owned());
            self.known.insert(relative.to_owned(), side);
        } else {
            let file = source::read(&Input::File(path.to_owned()), "<stdin>")?;
            self.add_file(relative, &side, file, options);
        }
        Ok(())
    }

    /// Adds what git has although a search of the folder leaves it out, as a `.gitignore` may name a file that is tracked.
    pub(super) fn add_tracked(
        &mut self,
        root: &Path,
        in_git: &Listing,
        options: &ParseOptions,
    ) -> Result<(), Failure> {
        for relative in in_git.files.difference(&self.files.clone()) {
            let path = match root == Path::new(".") {
                true => PathBuf::from(relative),
                false => root.join(relative),
            };
            if path.is_file() && !path.is_symlink() && options.reach.resolve(&path, root).is_ok() {
                self.add_path(relative, &path, names::is_definition(relative), options)?;
            }
        }
        Ok(())
    }

    /// Leaves out what is not in the folder because git was told to leave it out of the work tree: it is not gone.
    pub(super) fn leave_out_sparse(&mut self, root: &Path, place: &Place) -> Result<(), Failure> {
        let file_of = |key: &str, side: &Side| match side.resource {
            Some(_) => key.rsplit_once('#').map_or(key, |(file, _)| file).to_owned(),
            None => key.to_owned(),
        };
        let is_missing = |(key, side): (&String, &Side)| !root.join(file_of(key, side)).exists();
        if !self.known.iter().any(is_missing) {
            return Ok(());
        }
        let left_out = git::not_checked_out()?;
        self.known.retain(|key, side| {
            let file = file_of(key, side);
            let whole = match place.path.as_str() {
                "" => file.clone(),
                folder => format!("{folder}/{file}"),
            };
            !left_out.contains(&whole) || root.join(file).exists()
        });
        Ok(())
    }

    fn add_tree(
        &mut self,
        name: &str,
        tree: &str,
        place: &Place,
        searching: Searching<'_>,
    ) -> Result<(), Failure> {
        let options = searching.options;
        let top = git::work_tree()?;
        let is_let_in = |path: &str| {
            top.as_ref()
                .is_none_or(|top| discovery::is_let_in(&Path::new(top).join(path), searching.patterns_of))
        };
        let between = if name.ends_with([':', '/']) { "" } else { "/" };
        let above = match place.path.as_str() {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let mut others = Vec::new();
        for (whole, id) in place.version.files_below(&place.path)? {
            let path = whole[above.len()..].to_owned();
            let is_definition = discovery::is_found_in_folders(&path);
            if !(is_definition || discovery::may_be_found_in_folders(&path)) || !is_let_in(&whole) {
                continue;
            }
            let place = Place {
                path: whole,
                ..place.clone()
            };
            let side = Side::in_git(Object::File(id, place), &format!("{name}{between}{path}"));
            if is_definition {
                self.files.insert(path.clone());
                self.known.insert(path, side);
            } else {
                others.push((path, side));
            }
        }
        if others.is_empty() {
            return Ok(());
        }
        let holding = git::holding(name, tree, &discovery::words())?;
        for (path, side) in others {
            // Where git cannot look into all files, each is read.
            let may_hold = (holding.as_ref()).is_none_or(|holding| holding.contains(&path));
            if !may_hold && !names::ends_in(&path, &[".tf"]) {
                continue;
            }
            match side.read() {
                Ok(Some(file)) if discovery::may_hold(&path, file.text()) => {
                    self.add_file(&path, &side, file, options);
                }
                // What it holds nobody knows: it is told when it is compared.
                Err(ReadError::NotInVersion { .. }) if names::is_likely_source(&path) => {
                    self.known.insert(path, side);
                }
                // What is no text, or too much, is no definition.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Adds the definitions of a file.
    fn add_file(&mut self, path: &str, side: &Side, file: Arc<SourceFile>, options: &ParseOptions) {
        for definition in Definition::all_found_in(file, &side.options(options)) {
            self.files.insert(path.to_owned());
            let resource = definition.is_in_template().then(|| definition.name());
            let key = match &resource {
                Some(resource) => format!("{path}#{resource}"),
                None => path.to_owned(),
            };
            // Of a version, a file that it does not hold (one that a build makes) cannot be had.
            let is_unread = definition.is_unread()
                || matches!(side.origin, Origin::Blob(..)) && resource.is_some() && definition.is_missing();
            match is_unread {
                true => drop(self.unread.insert(key)),
                false => {
                    if definition.file().name() != side.path {
                        let place = place_of(side, definition.file().name());
                        self.elsewhere.insert(key.clone(), place);
                    }
                    let side = Side {
                        resource,
                        ..side.clone()
                    };
                    self.known.insert(key, side);
                }
            }
        }
    }

    /// Takes out the definitions whose text is compared by itself, as it stands in a file of this listing.
    pub(super) fn take_told(&mut self) -> BTreeMap<String, Side> {
        let own = self
            .known
            .iter()
            .filter(|(key, _)| !self.elsewhere.contains_key(*key));
        let places: BTreeSet<String> = own.map(|(_, side)| place_of(side, &side.path)).collect();
        let is_told = |key: &String| {
            self.elsewhere
                .get(key)
                .is_some_and(|place| places.contains(place))
        };
        let (told, known) = std::mem::take(&mut self.known)
            .into_iter()
            .partition(|(key, _)| is_told(key));
        self.known = known;
        told
    }

    /// Takes out the definition that stands by itself in the file that `key` is made from.
    pub(super) fn forget_file_of(&mut self, key: &str) {
        if let Some(place) = self.elsewhere.get(key) {
            self.known
                .retain(|_, side| side.resource.is_some() || place_of(side, &side.path) != *place);
        }
    }
}

/// A file's path, the same for all ways to write it.
fn place_of(side: &Side, path: &str) -> String {
    match side.origin {
        Origin::Blob(..) => path.to_owned(),
        _ => {
            let path = Path::new(path);
            let whole = path.canonicalize().unwrap_or_else(|_| discovery::absolute(path));
            whole.display().to_string()
        }
    }
}

/// Whether a file of a folder lies in a repository inside it: a submodule, or a work tree of its own.
fn is_in_another(root: &Path, relative: &Path, known: &mut BTreeMap<PathBuf, bool>) -> bool {
    let folders = relative.ancestors().skip(1);
    folders
        .filter(|folder| !folder.as_os_str().is_empty())
        .any(|folder| {
            let begins = || root.join(folder).join(".git").symlink_metadata().is_ok();
            *known.entry(folder.to_owned()).or_insert_with(begins)
        })
}
