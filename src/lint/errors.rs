//! What error names in `ErrorEquals` stand for, as far as rules ask.

use super::{Context, edits};
use crate::asl::{ErrorName, State};
use crate::diagnostics::{Applicability, Edit, Finding};
use crate::source::NodeRef;

/// The transient errors of Lambda that AWS says to retry [Best practices for Step Functions, "Handling transient
/// Lambda service exceptions"; Workflow Studio adds TooManyRequestsException to every Lambda task it makes].
pub(super) const LAMBDA_TRANSIENT: [&str; 4] = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

/// Whether every error that `name` matches is matched by `earlier` as well, so that an entry for `name` behind one
/// for `earlier` is never used [aws-facts 2.5: States.ALL matches everything but States.DataLimitExceeded and
/// States.Runtime, States.TaskFailed everything but States.Timeout and those two; a missed heartbeat is matched by
/// States.Timeout as well].
pub(super) fn covers(earlier: &str, name: &str) -> bool {
    let terminal = matches!(name, "States.DataLimitExceeded" | "States.Runtime");
    match earlier {
        _ if earlier == name => true,
        "States.ALL" => !terminal,
        "States.TaskFailed" => {
            !terminal && !matches!(name, "States.ALL" | "States.Timeout" | "States.HeartbeatTimeout")
        }
        "States.Timeout" => name == "States.HeartbeatTimeout",
        _ => false,
    }
}

/// An error name that an earlier entry of the list takes.
#[derive(Debug)]
pub(super) struct Shadowed<'m> {
    /// The index of the entry (catcher or retrier) it stands in.
    pub(super) entry: usize,
    /// The name.
    pub(super) name: &'m ErrorName,
    /// The earlier name that covers it.
    pub(super) by: &'m ErrorName,
    /// The index of the entry that it stands in.
    pub(super) by_entry: usize,
    /// Whether no error is left for its entry; only the entry's first name is listed then.
    pub(super) whole: bool,
}

/// The names that earlier entries take, given the names of each entry in order.
pub(super) fn shadowed<'m>(entries: &[&'m [ErrorName]]) -> Vec<Shadowed<'m>> {
    let mut found = Vec::new();
    for (i, names) in entries.iter().enumerate() {
        let covered: Vec<Shadowed<'m>> = names
            .iter()
            .filter_map(|name| {
                let (by_entry, by) = entries[..i]
                    .iter()
                    .enumerate()
                    .flat_map(|(j, earlier)| earlier.iter().map(move |name| (j, name)))
                    .find(|(_, earlier)| covers(&earlier.name, &name.name))?;
                Some(Shadowed {
                    entry: i,
                    name,
                    by,
                    by_entry,
                    whole: false,
                })
            })
            .collect();
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
pub(super) fn offer_fix(
    cx: &Context<'_>,
    state: &State,
    finding: Finding,
    shadowed: &Shadowed<'_>,
    entry: NodeRef<'_>,
    by: NodeRef<'_>,
    what: &str,
) -> Finding {
    // Where both do the same, which of them does it makes no difference.
    let rest = |node: NodeRef<'_>| {
        let mut members: Vec<_> = (node.members().iter())
            .filter(|member| !matches!(&*member.key, "ErrorEquals" | "Comment"))
            .map(|member| (member.key.clone(), node.document().node(member.value).to_value()))
            .collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
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

/// Takes an error name out of its retrier or catcher, and what holds nothing else with it.
pub(super) fn remove_name(cx: &Context<'_>, state: &State, name: NodeRef<'_>) -> Option<Vec<Edit>> {
    let entry = name.parent()?.parent()?;
    let list = entry.parent()?;
    if name.parent()?.items().len() < 2 && cx.is_only_way(state, entry) {
        return None;
    }
    let state = cx.machine.node(state.node);
    edits::one(match (name.parent()?.items().len(), list.items().len()) {
        (0 | 1, 0 | 1) => edits::remove_member(state, list.key()?),
        (0 | 1, _) => edits::remove_item(entry),
        _ => edits::remove_item(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_cover_what_they_match() {
        for (earlier, name, expected) in [
            ("A", "A", true),
            ("A", "a", false),
            ("States.ALL", "A", true),
            ("States.ALL", "States.Timeout", true),
            ("States.ALL", "States.DataLimitExceeded", false),
            ("States.TaskFailed", "A", true),
            ("States.TaskFailed", "States.Timeout", false),
            ("States.TaskFailed", "States.ALL", false),
            ("States.Timeout", "States.HeartbeatTimeout", true),
            ("A", "States.ALL", false),
        ] {
            assert_eq!(covers(earlier, name), expected, "{earlier} covers {name}");
        }
    }
}
