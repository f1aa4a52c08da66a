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
    // A branch or processor has none: what it says there is meant for its states.
    let of_scope = |owner: NodeId| {
        let mut around = states.get(&owner).map(|state| machine.scope(state.scope));
        while let Some(scope) = around.filter(|scope| scope.owner.is_some()) {
            if let Some(cause) = context.report.meant(scope.node, FIELD) {
                return Some(cause);
            }
            around = scope.owner.map(|owner| machine.scope(machine.state(owner).scope));
        }
        None
    };
    let of_machine = context.report.meant(machine.scopes()[0].node, FIELD);
    // The Map or Parallel around a state has the language that the state is written in, and does not hand it on.
    let of_owner = |owner: NodeId| {
        let state = states.get(&owner)?;
        let around = machine
            .scope(state.scope)
            .owner
            .map(|around| machine.state(around))?;
        (around.query_language != state.query_language).then(|| {
            format!(
                "the states in '{}' take the machine's language, not that of '{}': set \"QueryLanguage\": \"{}\" on this \
                 state or on the machine",
                around.name, around.name, around.query_language
            )
        })
    };
    let mut helps: Vec<(FindingId, String)> = Vec::new();
    let mut inherited: Vec<FindingId> = Vec::new();
    let mut explained: Vec<(FindingId, FindingId)> = Vec::new();
    for (owner, finding) in found {
        if let Some(cause) = context.report.meant(owner, FIELD) {
            explained.push((finding, cause));
        } else if has_own(owner) {
            // The language is good, and the fields are not.
        } else if let Some(cause) = of_scope(owner) {
            explained.push((finding, cause));
        } else if let Some(cause) = of_machine {
            explained.push((finding, cause));
        } else {
            helps.extend(of_owner(owner).map(|help| (finding, help)));
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
    for (finding, help) in helps {
        context
            .report
            .change(finding, |finding| finding.help = Some(help));
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
                let value = machine.node(member.value).as_str().unwrap_or_default();
                let is_expression = language == QueryLanguage::Jsonata && value.starts_with("{%");
                is_expression
                    || kind.field(&member.key).is_some_and(|field| {
                        field.languages != Languages::Both && field.languages.allow(language)
                    })
            })
    })
}
