//! Two folders: which definitions of one are those of the other.

use std::collections::{BTreeMap, BTreeSet};

use super::likeness::{renamed, stem};
use super::listing::{Listing, Searching, Sources};
use super::sides::{Origin, Side, is_of_difftool};
use super::unfollowed::{self, Unfollowed};
use crate::cli::Failure;
use crate::discovery::Kind;
use crate::source::ReadError;

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
