//! Parts that are known only when the definition is deployed: functions of templates, expressions of Terraform's,
//! placeholders without a value. They are compared as they are written.

use std::sync::Arc;

use crate::source::{NodeKind, NodeRef, placeholder};

use super::compare::{Differ, Pair};
use super::meaning::Meant;
use super::parts::Concern;
use crate::asl::Scope;
use crate::asl::fields::Content;

/// Fields whose parts are compared by what is read of them, so that what stands for one of them is compared here.
const READ: [&str; 4] = ["End", "Branches", "ItemProcessor", "Iterator"];

/// Members that stand for what is merged into an object when it is deployed.
pub(super) const MERGED: [&str; 2] = ["Fn::Transform", "<<"];

impl<'a> Differ<'a> {
    /// States that are unknown as a whole. Whether `pair` is one: then there is nothing else to compare.
    pub(super) fn unknown_state(&mut self, pair: Pair<'a>) -> bool {
        let (old, new) = (self.old.node(pair.old.node), self.new.node(pair.new.node));
        if !(old.is_unknown() || new.is_unknown()) {
            return false;
        }
        self.unknown(Some(&pair.new.name), "state", Some(old), Some(new));
        true
    }

    /// Fields of a state that are unknown, or hold what is.
    pub(super) fn unknown_fields(&mut self, pair: Pair<'a>) {
        let (old, new) = (self.old.node(pair.old.node), self.new.node(pair.new.node));
        let language = Some("QueryLanguage").filter(|_| pair.old.query_language == pair.new.query_language);
        for field in READ.into_iter().chain(language) {
            self.unknown(Some(&pair.new.name), field, old.get(field), new.get(field));
        }
    }

    /// All states of a scope, where they are unknown.
    pub(super) fn unknown_states(&mut self, owner: Option<&Arc<str>>, old: &Scope, new: &Scope) {
        let (old, new) = (old.fields(self.old), new.fields(self.new));
        self.unknown(owner, "States", old.states(), new.states());
    }

    /// The value of `field`, or items of it, where at least one side of them is unknown.
    pub(super) fn unknown(
        &mut self,
        state: Option<&Arc<str>>,
        field: &str,
        old: Option<NodeRef<'a>>,
        new: Option<NodeRef<'a>>,
    ) {
        let meant = |node| Meant {
            node,
            content: Content::Data,
        };
        let is_unknown = |node: &Option<NodeRef<'_>>| node.is_some_and(NodeRef::is_unknown);
        let pairs: Vec<_> = match (old, new) {
            _ if is_unknown(&old) || is_unknown(&new) => vec![(String::new(), old, new)],
            (Some(old), Some(new)) if old.is_array() && new.is_array() => {
                let items = old.items().zip(new.items()).enumerate();
                items
                    .map(|(number, (a, b))| (format!("[{number}]"), Some(a), Some(b)))
                    .filter(|(_, a, b)| is_unknown(a) || is_unknown(b))
                    .collect()
            }
            _ => return,
        };
        for (path, old, new) in pairs {
            let side = |node: Option<NodeRef<'a>>| node.map(|node| (meant(node), meant(node).canonical()));
            self.value(
                state,
                &format!("{field}{path}"),
                side(old),
                side(new),
                Concern::Behaviour,
            );
        }
    }
}

/// Whether what stands at two sides may be the same when it is deployed: apart from what is unknown it is.
pub(super) fn may_be_equal(old: NodeRef<'_>, new: NodeRef<'_>) -> bool {
    if old.is_unknown() || new.is_unknown() {
        return true;
    }
    match (old.kind(), new.kind()) {
        (NodeKind::String(a), NodeKind::String(b)) => texts_may_be_equal(a, b),
        (NodeKind::Array(a), NodeKind::Array(b)) => {
            a.len() == b.len() && old.items().zip(new.items()).all(|(a, b)| may_be_equal(a, b))
        }
        (NodeKind::Object(a), NodeKind::Object(b)) => {
            let same = |member: &crate::source::Member| {
                let value = old.document().node(member.value);
                new.get(&member.key)
                    .is_some_and(|other| may_be_equal(value, other))
            };
            a.len() == b.len() && a.iter().all(same)
        }
        _ => old.to_value() == new.to_value(),
    }
}

/// Whether two texts are equal before the first of what is unknown in either, and behind the last.
fn texts_may_be_equal(a: &str, b: &str) -> bool {
    if !(placeholder::is_in(a) || placeholder::is_in(b)) {
        return a == b;
    }
    let ((a_head, a_tail), (b_head, b_tail)) = (around_placeholders(a), around_placeholders(b));
    (a_head.starts_with(b_head) || b_head.starts_with(a_head))
        && (a_tail.ends_with(b_tail) || b_tail.ends_with(a_tail))
}

/// What stands before the first placeholder, and behind the last; all of a text without one is both.
fn around_placeholders(text: &str) -> (&str, &str) {
    let mut places = placeholder::places(text);
    let Some(first) = places.next() else {
        return (text, text);
    };
    let last = places.last().unwrap_or_else(|| first.clone());
    (&text[..first.start], &text[last.end..])
}

/// What is said of a change between two values that may be the same when they are deployed.
pub(super) const UNDECIDED: &str = " (may be equal once deployed)";
