//! Two folders: which definitions of one are those of the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sides::{Origin, Side, is_of_difftool, is_of_work_tree};
use crate::cli::Failure;
use crate::cli::git;
use crate::definition::Definition;
use crate::diff;
use crate::discovery::{self, Found, Kind};
use crate::source::{self, Input, ParseOptions, ReadError, SourceFile, names};

/// The definitions in a folder, by their paths relative to it, parts separated by `/`; those in a template with
/// `#RESOURCE` behind.
#[derive(Default)]
struct Listing {
    known: BTreeMap<String, Side>,
    /// Those that are there and cannot be read: known only when they are deployed.
    unread: BTreeSet<String>,
}

/// Which files are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sources {
    /// All that hold state machines.
    All,
    /// Those that read no other file: in git there is no folder around them.
    Alone,
    /// Definitions by name: git's folders hold links for what did not change.
    Definitions,
}

impl Sources {
    fn reads(self, name: &str) -> bool {
        match self {
            Sources::All => true,
            Sources::Alone => {
                let reads_others = [".tf", "serverless.yml", "serverless.yaml", "serverless.json"];
                !names::ends_in(name, &reads_others)
            }
            Sources::Definitions => names::is_definition(name),
        }
    }
}

impl Listing {
    fn of(side: &Side, sources: Sources, options: &ParseOptions) -> Result<Listing, Failure> {
        let mut listing = Listing::default();
        match &side.origin {
            Origin::Folder(root) => listing.add_folder(root, sources, options)?,
            Origin::Tree(tree) => listing.add_tree(&side.name, tree, options)?,
            _ => {}
        }
        Ok(listing)
    }

    fn add_folder(&mut self, root: &Path, sources: Sources, options: &ParseOptions) -> Result<(), Failure> {
        let kind = match sources {
            Sources::Definitions => Kind::Definition,
            _ => Kind::Source,
        };
        let folder = std::slice::from_ref(&root.to_owned()).to_vec();
        let discovered = discovery::discover(&folder, kind, options.reach, &discovery::no_patterns);
        for found in discovered.found {
            let path = match found {
                Ok(Found {
                    input: Input::File(path),
                    ..
                }) => path,
                Err(ReadError::Outside { name, .. }) if is_of_work_tree(&name, options.reach) => {
                    PathBuf::from(name)
                }
                Ok(_) => continue,
                Err(error) => return Err(error.into()),
            };
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            let relative = parts.join("/");
            let side = Side::file(&path, path.display().to_string());
            if names::is_definition(&relative) {
                self.known.insert(relative, side);
            } else if sources.reads(&relative) {
                let file = source::read(&Input::File(path), "<stdin>")?;
                self.add_file(&relative, &side, file, options);
            }
        }
        Ok(())
    }

    fn add_tree(&mut self, name: &str, tree: &str, options: &ParseOptions) -> Result<(), Failure> {
        let between = if name.ends_with([':', '/']) { "" } else { "/" };
        let mut others = Vec::new();
        for (path, id) in git::files(name, tree)? {
            let side = Side {
                name: format!("{name}{between}{path}"),
                origin: Origin::Blob(id),
                resource: None,
            };
            if discovery::is_found_in_folders(&path) {
                self.known.insert(path, side);
            } else if discovery::may_be_found_in_folders(&path) && Sources::Alone.reads(&path) {
                others.push((path, side));
            }
        }
        if others.is_empty() {
            return Ok(());
        }
        let holding = git::holding(name, tree, &discovery::words())?;
        for (path, side) in others {
            // What is no text, or too much, is no definition.
            if holding.contains(&path)
                && let Ok(Some(file)) = side.read()
            {
                self.add_file(&path, &side, file, options);
            }
        }
        Ok(())
    }

    /// Adds the definitions that stand in a file itself: those in files that it names are compared as these.
    fn add_file(&mut self, path: &str, side: &Side, file: Arc<SourceFile>, options: &ParseOptions) {
        let name = file.name().to_owned();
        let is_in_git = matches!(side.origin, Origin::Blob(_));
        for definition in Definition::all_found_in(file, options) {
            if definition.file().name() != name {
                continue;
            }
            let resource = definition.is_in_template().then(|| definition.name());
            let key = match &resource {
                Some(resource) => format!("{path}#{resource}"),
                None => path.to_owned(),
            };
            // Of a file in git the files that it names cannot be had.
            let is_unread = definition.is_unread()
                || (is_in_git && resource.is_some() && definition.document().is_none());
            match is_unread {
                true => drop(self.unread.insert(key)),
                false => {
                    let side = Side {
                        resource,
                        ..side.clone()
                    };
                    self.known.insert(key, side);
                }
            }
        }
    }
}

/// The pairs of two folders: definitions of one path (and resource), then those that differ in the end of the name only (a
/// definition that was JSON and is YAML), then those that say the same or nearly so under another name, and each of the
/// rest with nothing, in the order of their paths.
///
/// # Errors
/// When a folder cannot be looked through, and when neither holds a definition.
pub(super) fn pairs(old: &Side, new: &Side, options: &ParseOptions) -> Result<Vec<(Side, Side)>, Failure> {
    let is_tree = |side: &Side| matches!(side.origin, Origin::Tree(_));
    let sources = match is_tree(old) || is_tree(new) {
        _ if is_of_difftool() => Sources::Definitions,
        true => Sources::Alone,
        false => Sources::All,
    };
    let (before, after) = (
        Listing::of(old, sources, options)?,
        Listing::of(new, sources, options)?,
    );
    let unread: BTreeSet<String> = before.unread.union(&after.unread).cloned().collect();
    let (mut before, mut after) = (before.known, after.known);
    if before.is_empty() && after.is_empty() && unread.is_empty() {
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
    Ok(pairs.into_values().collect())
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
        let definition = super::read(side.read().ok()??, options, side.resource()).ok()?;
        let machine = definition.machine()?;
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
