//! Two folders: which definitions of one are those of the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sides::{Origin, Side, is_of_difftool, is_of_work_tree};
use super::unfollowed::{self, Unfollowed};
use crate::cli::Failure;
use crate::cli::git::{self, Object, Place};
use crate::definition::Definition;
use crate::diff;
use crate::discovery::{self, Found, Kind, PatternsOf};
use crate::source::{self, Input, ParseOptions, ReadError, SourceFile, names};

/// The definitions in a folder, by their paths relative to it, parts separated by `/`; those in a template with
/// `#RESOURCE` behind.
#[derive(Default)]
struct Listing {
    known: BTreeMap<String, Side>,
    /// Those that are there and cannot be read: known only when they are deployed.
    unread: BTreeSet<String>,
    /// The files that hold or name them.
    files: BTreeSet<String>,
    /// Of those whose text stands in another file than the one that makes them: that file, as [`place_of`] has it.
    elsewhere: BTreeMap<String, String>,
}

/// How two folders are searched.
#[derive(Clone, Copy)]
pub(super) struct Searching<'a> {
    pub(super) options: &'a ParseOptions,
    /// What configurations leave out.
    pub(super) patterns_of: PatternsOf<'a>,
}

/// Which files are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sources {
    /// All that hold state machines.
    All,
    /// Definitions by name: git's folders hold links for what did not change.
    Definitions,
}

impl Listing {
    /// `other`: what it is compared with.
    fn of(side: &Side, other: &Side, sources: Sources, searching: Searching<'_>) -> Result<Listing, Failure> {
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
    fn add_tracked(&mut self, root: &Path, in_git: &Listing, options: &ParseOptions) -> Result<(), Failure> {
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
    fn leave_out_sparse(&mut self, root: &Path, place: &Place) -> Result<(), Failure> {
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
    fn take_told(&mut self) -> BTreeMap<String, Side> {
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
    fn forget_file_of(&mut self, key: &str) {
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

/// What is compared of two folders.
pub(super) struct Pairs {
    pub(super) pairs: Vec<(Side, Side)>,
    /// What templates make of definitions that are among the pairs by themselves: the same, but for what they put in.
    pub(super) made: Vec<(Side, Side)>,
    /// What is known only when it is deployed.
    pub(super) unread: BTreeSet<String>,
    /// What leads elsewhere and was not followed.
    pub(super) unfollowed: Vec<Unfollowed>,
}

/// The pairs of two folders: definitions of one path (and resource), then those that differ in the end of the name only (a
/// definition that was JSON and is YAML), then those that say the same or nearly so under another name, and each of the
/// rest with nothing, in the order of their paths.
///
/// # Errors
/// When a folder cannot be looked through, and when neither holds a definition.
pub(super) fn pairs(old: &Side, new: &Side, searching: Searching<'_>) -> Result<Pairs, Failure> {
    let options = searching.options;
    let sources = match is_of_difftool() {
        true => Sources::Definitions,
        false => Sources::All,
    };
    let (mut before, mut after) = (
        Listing::of(old, new, sources, searching)?,
        Listing::of(new, old, sources, searching)?,
    );
    match (&old.origin, &new.origin) {
        (Origin::Folder(root), Origin::Tree(_, place)) => {
            before.add_tracked(root, &after, options)?;
            after.leave_out_sparse(root, place)?;
        }
        (Origin::Tree(_, place), Origin::Folder(root)) => {
            after.add_tracked(root, &before, options)?;
            before.leave_out_sparse(root, place)?;
        }
        _ => {}
    }
    let unread: BTreeSet<String> = before.unread.union(&after.unread).cloned().collect();
    let (mut told_before, mut told_after) = (before.take_told(), after.take_told());
    // What stood in a template and stands in a file of its own, or the other way round, is one definition.
    for (key, side) in std::mem::take(&mut told_before) {
        match told_after.contains_key(&key) {
            false if after.known.contains_key(&key) => {
                before.forget_file_of(&key);
                before.known.insert(key, side);
            }
            _ => drop(told_before.insert(key, side)),
        }
    }
    for (key, side) in std::mem::take(&mut told_after) {
        match told_before.contains_key(&key) {
            false if before.known.contains_key(&key) => {
                after.forget_file_of(&key);
                after.known.insert(key, side);
            }
            _ => drop(told_after.insert(key, side)),
        }
    }
    let made = told_before
        .into_iter()
        .filter_map(|(key, old)| Some((old, told_after.remove(&key)?)))
        .collect();
    let (mut before, mut after) = (before.known, after.known);
    let unfollowed = unfollowed::changed(old, new, searching.patterns_of)?;
    if before.is_empty() && after.is_empty() && unread.is_empty() && unfollowed.is_empty() {
        let name = format!("{} and {}", old.name, new.name);
        return Err(ReadError::NothingInFolder {
            name,
            what: Kind::Source.to_string(),
            looked_at: None,
        }
        .into());
    }
    // What cannot be read on one side has nothing to be compared with.
    before.retain(|key, _| !unread.contains(key));
    after.retain(|key, _| !unread.contains(key));
    let mut pairs = BTreeMap::new();
    let mut left = BTreeMap::new();
    for (path, side) in after {
        match before.remove(&path) {
            Some(old) => drop(pairs.insert(path, (old, side))),
            None => drop(left.insert(path, side)),
        }
    }
    let twins: Vec<(String, String)> = (left.keys())
        .filter_map(|path| {
            let twin = before.keys().find(|other| stem(other) == stem(path))?;
            Some((twin.clone(), path.clone()))
        })
        .collect();
    // Of two that have the same twin the first is it.
    for (twin, path) in twins {
        if before.contains_key(&twin) {
            pair(&mut pairs, &mut before, &mut left, &twin, path);
        }
    }
    for (old, path) in renamed(&before, &left, options) {
        pair(&mut pairs, &mut before, &mut left, &old, path);
    }
    let added = left
        .into_iter()
        .map(|(path, side)| (path, (Side::nothing(), side)));
    pairs.extend(added);
    let removed = before
        .into_iter()
        .map(|(path, side)| (path, (side, Side::nothing())));
    pairs.extend(removed);
    Ok(Pairs {
        pairs: pairs.into_values().collect(),
        made,
        unread,
        unfollowed,
    })
}

/// Makes a pair of what is called `old` and `new`.
fn pair(
    pairs: &mut BTreeMap<String, (Side, Side)>,
    before: &mut BTreeMap<String, Side>,
    after: &mut BTreeMap<String, Side>,
    old: &str,
    new: String,
) {
    if let (Some(was), Some(is)) = (before.remove(old), after.remove(&new)) {
        pairs.insert(new, (was, is));
    }
}

/// `flows/order.asl` of `flows/order.asl.yaml`, with the resource where one is named.
fn stem(path: &str) -> (&str, &str) {
    let (file, resource) = path.split_once('#').unwrap_or((path, ""));
    (file.rsplit_once('.').map_or(file, |(stem, _)| stem), resource)
}

/// More definitions than these are not compared each with each.
const MOST_RENAMED: usize = 200;

/// What a definition is known by.
struct Likeness {
    text: String,
    states: BTreeSet<Arc<str>>,
}

impl Likeness {
    fn of(side: &Side, options: &ParseOptions) -> Option<Likeness> {
        let definition = super::read(side, side.read().ok()??, options).ok()?;
        let machine = definition.compared()?;
        Some(Likeness {
            text: diff::canonical_text(machine),
            states: machine.states().iter().map(|state| state.name.clone()).collect(),
        })
    }

    /// How alike two are, in percent: by the names of their states, unless they mean the same.
    fn to(&self, other: &Likeness) -> usize {
        if self.text == other.text {
            return 101;
        }
        let shared = self.states.intersection(&other.states).count();
        match shared {
            // One name says nothing: many have a state called Done.
            0 | 1 => 0,
            shared => 100 * shared / self.states.union(&other.states).count(),
        }
    }
}

/// The old and new paths of definitions that are under another name: the most alike first, at least half of whose states
/// have the same names.
fn renamed(
    before: &BTreeMap<String, Side>,
    after: &BTreeMap<String, Side>,
    options: &ParseOptions,
) -> Vec<(String, String)> {
    if before.is_empty() || after.is_empty() || before.len() > MOST_RENAMED || after.len() > MOST_RENAMED {
        return Vec::new();
    }
    let all = |sides: &BTreeMap<String, Side>| -> Vec<(String, Likeness)> {
        let known = sides.iter();
        known
            .filter_map(|(path, side)| Some((path.clone(), Likeness::of(side, options)?)))
            .collect()
    };
    let (before, after) = (all(before), all(after));
    let mut found = Vec::new();
    for (old, was) in &before {
        for (new, is) in &after {
            let alike = was.to(is);
            if alike >= 50 {
                found.push((std::cmp::Reverse(alike), old.clone(), new.clone()));
            }
        }
    }
    found.sort();
    let mut taken = BTreeSet::new();
    found.retain(|(_, old, new)| {
        let is_free = !taken.contains(&(true, old.clone())) && !taken.contains(&(false, new.clone()));
        if is_free {
            taken.insert((true, old.clone()));
            taken.insert((false, new.clone()));
        }
        is_free
    });
    found.into_iter().map(|(_, old, new)| (old, new)).collect()
}
