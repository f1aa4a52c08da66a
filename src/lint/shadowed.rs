//! Error names that an earlier retrier or catcher takes, for the rules about each.

use rustc_hash::FxHashMap;

use super::{Context, edits};
use crate::arrange::Arrange as _;
use crate::asl::error_names::{WIDE_NAMES, covers};
use crate::asl::{ErrorName, State};
use crate::diagnostics::{Applicability, Finding};
use crate::source::{NodeId, NodeRef};

/// A state's retriers or catchers, and how they are spoken of.
pub(super) struct Entries<'m> {
    /// `retrier`
    pub(super) what: &'static str,
    /// What the later one never does: `retried`.
    pub(super) done: &'static str,
    /// What to do where nothing is left for the later one.
    pub(super) help: &'static str,
    /// The object of each, and the errors it is for, in order.
    pub(super) list: Vec<(NodeId, &'m [ErrorName])>,
}

/// Tells each name that is never used where it stands.
pub(super) fn report(cx: &Context<'_>, state: &State, entries: &Entries<'_>, out: &mut Vec<Finding>) {
    let Entries {
        what,
        done,
        help,
        list,
    } = entries;
    let names: Vec<&[ErrorName]> = list.iter().map(|(_, names)| *names).collect();
    for shadowed in shadowed(&names) {
        let (name, by) = (&shadowed.name.name, &shadowed.by.name);
        let message = format!("this {what} never gets '{name}': the one for '{by}' before it does");
        let mut finding = cx
            .at(cx.machine.node(shadowed.name.node), message)
            .with_label(format!("never {done} here"))
            .with_related(cx.machine.node(shadowed.by.node).token_span(), "this takes it");
        finding.help = Some(if shadowed.whole {
            (*help).to_owned()
        } else {
            format!("put this {what} before the other, or take '{name}' out of this list")
        });
        let nodes = [shadowed.entry, shadowed.by_entry].map(|index| cx.machine.node(list[index].0));
        out.push(offer_fix(cx, state, finding, &shadowed, nodes.into(), what));
    }
}

/// An error name that an earlier entry of the list takes.
#[derive(Debug)]
struct Shadowed<'m> {
    /// The index of the entry (catcher or retrier) it stands in.
    entry: usize,
    /// The name.
    name: &'m ErrorName,
    /// The earlier name that covers it.
    by: &'m ErrorName,
    /// The index of the entry that it stands in.
    by_entry: usize,
    /// Whether no error is left for its entry; only the entry's first name is listed then.
    whole: bool,
}

/// The names that earlier entries take, given the names of each entry in order.
fn shadowed<'m>(entries: &[&'m [ErrorName]]) -> Vec<Shadowed<'m>> {
    let mut found = Vec::new();
    // Where each name stands first: which name of the list, in which entry.
    let mut first: FxHashMap<&str, (usize, usize, &'m ErrorName)> = FxHashMap::default();
    let mut count = 0;
    for (entry, names) in entries.iter().enumerate() {
        let covered: Vec<Shadowed<'m>> = names
            .iter()
            .filter_map(|name| {
                // Lists may be long: only what can take the name is looked for.
                let may_take = WIDE_NAMES.into_iter().chain([&*name.name]);
                let (_, by_entry, by) = may_take
                    .filter(|earlier| covers(earlier, &name.name))
                    .filter_map(|earlier| first.get(earlier).copied())
                    .min_by_key(|(place, ..)| *place)?;
                Some(Shadowed {
                    entry,
                    name,
                    by,
                    by_entry,
                    whole: false,
                })
            })
            .collect();
        for name in *names {
            first.entry(&name.name).or_insert((count, entry, name));
            count += 1;
        }
        if covered.len() == names.len() {
            found.extend(covered.into_iter().take(1).map(|s| Shadowed { whole: true, ..s }));
        } else {
            found.extend(covered);
        }
    }
    found
}

/// The fix for a name that an earlier entry takes: what is never used goes, or where an earlier wildcard takes a name of
/// its own, the entry comes before it.
fn offer_fix(
    cx: &Context<'_>,
    state: &State,
    finding: Finding,
    shadowed: &Shadowed<'_>,
    (entry, by): (NodeRef<'_>, NodeRef<'_>),
    what: &str,
) -> Finding {
    // Where both do the same, which of them does it makes no difference.
    let rest = |node: NodeRef<'_>| {
        let mut members: Vec<_> = (node.members().iter())
            .filter(|member| !matches!(&*member.key, "ErrorEquals" | "Comment"))
            .map(|member| (member.key.clone(), node.document().node(member.value).to_value()))
            .collect();
        members.arrange_by(|a, b| a.0.cmp(&b.0));
        members
    };
    let sure = match rest(entry) == rest(by) {
        true => Applicability::Safe,
        false => Applicability::Unsafe,
    };
    if !shadowed.whole {
        let name = entry.document().node(shadowed.name.node);
        let title = format!("Take '{}' out of this list", shadowed.name.name);
        return edits::offer(finding, title, sure, edits::one(edits::remove_item(name)));
    }
    if sure == Applicability::Unsafe && shadowed.by.name != shadowed.name.name {
        let title = format!("Put this {what} before the other");
        return edits::offer(finding, title, sure, edits::move_before(entry, by));
    }
    if cx.is_only_way(state, entry) {
        return finding;
    }
    let title = format!("Remove the {what} that is never used");
    edits::offer(finding, title, sure, edits::one(edits::remove_item(entry)))
}
