//! Fields of the other query language, and the one mistake that they may come from: a `QueryLanguage` that is misspelt,
//! or missing.

use rustc_hash::FxHashMap;

use super::Context;
use super::report::FindingId;
use crate::asl::fields::{Kind, Languages};
use crate::asl::{QueryLanguage, State};
use crate::source::NodeId;

const FIELD: &str = "QueryLanguage";

/// Lets the findings about fields of the other language follow from what is said of the language.
pub(super) fn explain(context: &mut Context<'_>) {
    let found = context.report.other_language().to_vec();
    if found.is_empty() {
        return;
    }
    let machine = context.machine;
    let states: FxHashMap<NodeId, &State> =
        machine.states().iter().map(|state| (state.node, state)).collect();
    let has_own = |owner| {
        states
            .get(&owner)
            .is_some_and(|state| machine.field(state.id, FIELD).is_some())
    };
    let of_machine = context.report.meant(machine.scopes()[0].node, FIELD);
    let mut inherited: Vec<FindingId> = Vec::new();
    let mut explained: Vec<(FindingId, FindingId)> = Vec::new();
    for (owner, finding) in found {
        if let Some(cause) = context.report.meant(owner, FIELD) {
            explained.push((finding, cause));
        } else if has_own(owner) {
            // The language is good, and the fields are not.
        } else if let Some(cause) = of_machine {
            explained.push((finding, cause));
        } else {
            inherited.push(finding);
        }
    }
    // Nothing in the machine is of the language that it has: the language is the mistake, and one alone.
    if let [first, others @ ..] = &inherited[..]
        && !others.is_empty()
        && !speaks(context, machine.query_language())
    {
        explained.extend(others.iter().map(|finding| (*finding, *first)));
    }
    for (finding, cause) in explained {
        context.report.explain(finding, cause);
    }
}

/// Whether a state that inherits the machine's language has a field of that language alone.
fn speaks(context: &Context<'_>, language: QueryLanguage) -> bool {
    let machine = context.machine;
    machine.states().iter().any(|state| {
        let node = machine.node(state.node);
        let kind = state.state_type.map_or(Kind::AnyState, Kind::State);
        node.member(FIELD).is_none()
            && node.members().iter().any(|member| {
                kind.field(&member.key).is_some_and(|field| {
                    field.languages != Languages::Both && field.languages.allow(language)
                })
            })
    })
}
