//! The smallest differences between two values.

use super::meaning::Meant;
use crate::asl::fields::Content;

/// Longest text of a value in a message.
pub(super) const LONGEST_VALUE: usize = 72;

/// A difference inside a value: the path to it below the field, and what stands at either side.
pub(super) struct Leaf<'o, 'n> {
    /// `.QueueUrl`, `[2].id`; empty when the whole value differs.
    pub(super) path: String,
    pub(super) old: Option<Meant<'o>>,
    pub(super) new: Option<Meant<'n>>,
}

/// The smallest differences between two values: members of objects one by one, items of arrays of one length.
pub(super) fn leaves<'o, 'n>(old: Meant<'o>, new: Meant<'n>) -> Vec<Leaf<'o, 'n>> {
    let mut found = Vec::new();
    collect(old, new, String::new(), &mut found);
    found
}

fn collect<'o, 'n>(old: Meant<'o>, new: Meant<'n>, path: String, found: &mut Vec<Leaf<'o, 'n>>) {
    let (a, b) = (old.node, new.node);
    if a.is_object() && b.is_object() {
        for (key, before) in old.members() {
            let path = format!("{path}.{key}");
            match new.get(key) {
                Some(after) => collect(before, after, path, found),
                None if old.unless_default(key, before).is_none() => {}
                None => found.push(Leaf {
                    path,
                    old: Some(before),
                    new: None,
                }),
            }
        }
        for (key, after) in new.members() {
            if old.get(key).is_none() && new.unless_default(key, after).is_some() {
                found.push(Leaf {
                    path: format!("{path}.{key}"),
                    old: None,
                    new: Some(after),
                });
            }
        }
    } else if a.is_array()
        && b.is_array()
        && a.items().len() == b.items().len()
        && old.content != Content::ErrorNames
    {
        for (i, (before, after)) in old.items().zip(new.items()).enumerate() {
            collect(before, after, format!("{path}[{i}]"), found);
        }
    } else if !old.equals(new) {
        found.push(Leaf {
            path,
            old: Some(old),
            new: Some(new),
        });
    }
}
