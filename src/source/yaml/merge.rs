//! Merge keys: `<<: *base` and `<<: [*first, *second]` ([yaml.org/type/merge]).

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Builder, Finding, INVALID, Member, NodeKind};

/// A member as it was written.
pub(super) struct Entry {
    pub(super) member: Member,
    /// Whether its key is a merge key.
    pub(super) merge: bool,
}

/// The members of a mapping with its merge keys resolved: what is merged stands where the merge key stood, less what
/// the mapping itself or an earlier merged one has.
/// Also says whether it may have more members, and the names of what they are: a placeholder is merged, or an object that
/// may have more.
pub(super) fn resolve(
    entries: Vec<Entry>,
    builder: &Builder,
    findings: &mut Vec<Finding>,
) -> (Vec<Member>, Option<String>) {
    if !entries.iter().any(|entry| entry.merge) {
        return (entries.into_iter().map(|entry| entry.member).collect(), None);
    }
    let mut open: Option<Vec<String>> = None;
    let mut known: FxHashSet<Arc<str>> = (entries.iter())
        .filter(|entry| !entry.merge)
        .map(|entry| entry.member.key.clone())
        .collect();
    let mut members = Vec::with_capacity(entries.len());
    for entry in entries {
        if !entry.merge {
            members.push(entry.member);
            continue;
        }
        let value = builder.node(entry.member.value);
        let sources = match &value.kind {
            NodeKind::Array(items) => items.clone(),
            _ => vec![entry.member.value],
        };
        for source in sources {
            if builder.is_open(source) {
                open.get_or_insert_default()
                    .extend(builder.merged(source).map(str::to_owned));
            }
            if let NodeKind::Placeholder(name) = &builder.node(source).kind {
                open.get_or_insert_default().push(name.to_string());
                continue;
            }
            let NodeKind::Object(merged) = &builder.node(source).kind else {
                findings.push(
                    Finding::error(
                        INVALID,
                        "A merge key takes an object, or a list of objects",
                        entry.member.key_span,
                    )
                    .with_help("Write <<: *name, where &name marks an object"),
                );
                continue;
            };
            for member in merged {
                if known.insert(member.key.clone()) {
                    members.push(Member {
                        key: member.key.clone(),
                        key_span: member.key_span,
                        value: member.value,
                    });
                }
            }
        }
    }
    (members, open.map(|names| names.join(", ")))
}
