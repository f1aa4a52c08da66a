//! What is not followed in two versions of a folder, links and submodules: where one leads elsewhere, that is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::sides::{Origin, Side};
use crate::cli::Failure;
use crate::cli::git::{self, Place};
use crate::diff::{Change, NotFollowed};
use crate::discovery::{self, PatternsOf};
use crate::source::Entry;

/// Where links and submodules lead, by their paths.
type Targets = BTreeMap<String, Target>;

/// More links of a version than these are told apart by their ids alone, which say nothing of where they lead.
const MOST_READ: usize = 1000;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    what: NotFollowed,
    /// Where a link leads; the commit of a submodule.
    leads_to: String,
}

/// What changed of a path: `None` where there is no such link or submodule.
pub(super) struct Unfollowed {
    pub(super) path: String,
    pub(super) is_old: bool,
    pub(super) is_new: bool,
    pub(super) change: Change,
}

/// The links and submodules of two sides that lead elsewhere, by their paths in the folder.
///
/// # Errors
/// When git fails.
pub(super) fn changed(
    old: &Side,
    new: &Side,
    patterns_of: PatternsOf<'_>,
) -> Result<Vec<Unfollowed>, Failure> {
    let (before, after) = match (&old.origin, &new.origin) {
        (Origin::Tree(_, old), Origin::Tree(_, new)) => {
            let (before, after) = (of_version(old)?, of_version(new)?);
            let differs = |path: &&String| before.get(*path) != after.get(*path);
            let paths: BTreeSet<String> = before
                .keys()
                .chain(after.keys())
                .filter(differs)
                .cloned()
                .collect();
            (read(old, &before, &paths), read(new, &after, &paths))
        }
        (Origin::Tree(_, place), Origin::Folder(root)) => of_work_tree(place, root)?,
        (Origin::Folder(root), Origin::Tree(_, place)) => {
            let (after, before) = of_work_tree(place, root)?;
            (before, after)
        }
        _ => return Ok(Vec::new()),
    };
    let top = git::work_tree()?;
    let above = match (&old.origin, &new.origin) {
        (Origin::Tree(_, place), _) | (_, Origin::Tree(_, place)) => &*place.path,
        _ => "",
    };
    let is_let_in = |path: &str| {
        let place = top.as_ref().map(|top| Path::new(top).join(above).join(path));
        may_matter(path) && place.is_none_or(|place| discovery::is_let_in(&place, patterns_of))
    };
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = paths
        .into_iter()
        .filter(|path| is_let_in(path))
        .filter_map(|path| {
            let (old, new) = (before.get(path), after.get(path));
            let change = Change::not_followed(
                old.map(|target| (target.what, &*target.leads_to)),
                new.map(|target| (target.what, &*target.leads_to)),
            )?;
            Some(Unfollowed {
                path: path.clone(),
                is_old: old.is_some(),
                is_new: new.is_some(),
                change,
            })
        });
    Ok(changed.collect())
}

/// Whether it would be looked at if it were a file or a folder.
fn may_matter(path: &str) -> bool {
    discovery::is_found_in_folders(path) || discovery::may_be_found_in_folders(path)
}

/// Those of a version, by their paths below the folder: what each is, and its id.
fn of_version(place: &Place) -> Result<BTreeMap<String, (Entry, String)>, Failure> {
    let above = match place.path.as_str() {
        "" => 0,
        folder => folder.len() + 1,
    };
    let found = place.version.not_followed_below(&place.path)?;
    let found = found.into_iter();
    Ok(found
        .map(|(path, entry, id)| (path[above..].to_owned(), (entry, id)))
        .collect())
}

/// Where those of a version lead that have these paths.
fn read(place: &Place, found: &BTreeMap<String, (Entry, String)>, paths: &BTreeSet<String>) -> Targets {
    let mut left = MOST_READ;
    let mut read = BTreeMap::new();
    for path in paths {
        let Some((entry, id)) = found.get(path) else {
            continue;
        };
        let target = match entry {
            Entry::Submodule => Target {
                what: NotFollowed::Submodule,
                leads_to: id.clone(),
            },
            _ => {
                let text = (left > 0)
                    .then(|| place.version.read_by_id(path, path, id).ok())
                    .flatten();
                left = left.saturating_sub(1);
                Target {
                    what: NotFollowed::Link,
                    leads_to: text.map_or_else(|| id.clone(), |text| text.text().to_owned()),
                }
            }
        };
        read.insert(path.clone(), target);
    }
    read
}

/// Those of a version and of the work tree, as far as they are not the same.
fn of_work_tree(place: &Place, root: &Path) -> Result<(Targets, Targets), Failure> {
    let listed = of_version(place)?;
    let index = git::index(&place.path);
    let of_index = of_version(&index)?;
    let paths: BTreeSet<String> = listed.keys().chain(of_index.keys()).cloned().collect();
    if paths.is_empty() {
        return Ok((BTreeMap::new(), BTreeMap::new()));
    }
    let mut before = read(place, &listed, &paths);
    let left_out = git::not_checked_out()?;
    let mut after = BTreeMap::new();
    for path in &paths {
        let is_submodule = |found: &BTreeMap<String, (Entry, String)>| {
            found
                .get(path)
                .is_some_and(|(entry, _)| *entry == Entry::Submodule)
        };
        let here = root.join(path);
        let whole = match place.path.as_str() {
            "" => path.clone(),
            folder => format!("{folder}/{path}"),
        };
        let is_unknown = match here.symlink_metadata() {
            Ok(about) if about.is_symlink() => {
                let target = fs::read_link(&here).unwrap_or_default();
                let leads_to = target.to_string_lossy().into_owned();
                let what = NotFollowed::Link;
                after.insert(path.clone(), Target { what, leads_to });
                false
            }
            // As it was committed, until somebody gets it: git takes an empty folder for that.
            Ok(about) if about.is_dir() && (is_submodule(&listed) || is_submodule(&of_index)) => {
                match git::head_of(&here) {
                    Some(leads_to) => {
                        let what = NotFollowed::Submodule;
                        after.insert(path.clone(), Target { what, leads_to });
                        false
                    }
                    None => fs::read_dir(&here).is_ok_and(|mut entries| entries.next().is_none()),
                }
            }
            Ok(_) => false,
            Err(_) => left_out.contains(&whole),
        };
        if is_unknown {
            before.remove(path);
        }
    }
    before.retain(|path, target| after.get(path) != Some(target) || after.remove(path).is_none());
    Ok((before, after))
}
