//! Members of an object: keys that come twice.

use rustc_hash::FxHashMap;

use super::document::Member;
use super::{Finding, INVALID};

/// A finding for every key that stands a second time, at its place. Jackson, which AWS reads JSON with, calls it a
/// duplicate field; which of the values would count is nobody's guess.
pub(super) fn report_duplicates(members: &[Member], findings: &mut Vec<Finding>) {
    // Most objects are small: comparing is cheaper than hashing there.
    if members.len() <= 8 {
        for (i, member) in members.iter().enumerate() {
            if let Some(first) = members[..i].iter().find(|m| m.key == member.key) {
                findings.push(duplicate(member, first));
            }
        }
        return;
    }
    let mut first_of: FxHashMap<&str, &Member> = FxHashMap::default();
    for member in members {
        match first_of.entry(&member.key) {
            std::collections::hash_map::Entry::Occupied(first) => {
                findings.push(duplicate(member, first.get()));
            }
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(member);
            }
        }
    }
}

fn duplicate(second: &Member, first: &Member) -> Finding {
    Finding::error(
        INVALID,
        format!("Duplicate field '{}'", second.key),
        second.key_span,
    )
    .with_label("here again")
    .with_related(first.key_span, "first here")
    .with_help("Remove one of the two, or give it another name")
}
