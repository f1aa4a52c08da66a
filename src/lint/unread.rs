//! Whether anything reads a member that a state puts into its output: on every way from there, until it is read or
//! replaced.

use std::collections::HashSet;
use std::sync::Arc;

use super::Context;
use crate::asl::{QueryLanguage, State, StateId, StateType, TransitionKind};
use crate::expr::jsonpath::{Path, Root};
use crate::references::leading_names;
use crate::source::{NodeKind, NodeRef};

/// Behind so many states it is taken to be read: what is passed on and on is meant for somebody.
const FARTHEST: usize = 100;

/// What becomes of a place in one state.
enum Fate {
    /// It is read, or given to somebody.
    Read,
    /// It is in the output.
    Kept,
    /// The output has something else there.
    Gone,
}

/// Whether nothing reads the member at `place` (names from the input's root on) of the output of `state`.
pub(super) fn is_unread(cx: &Context<'_>, state: &State, place: &[Arc<str>]) -> bool {
    let graph = cx.flow.scope(state.scope);
    if state.is_terminal() || graph.dangles(state.id) {
        return false;
    }
    let successors = |id: StateId| graph.successors(id).into_iter();
    let on = successors(state.id).filter(|(kind, _)| !matches!(kind, TransitionKind::Catch(_)));
    let mut ways: Vec<StateId> = on.map(|(_, to)| to).collect();
    let mut seen: HashSet<StateId> = ways.iter().copied().collect();
    while let Some(id) = ways.pop() {
        let at = cx.machine.state(id);
        let fate = fate(cx, at, place);
        if matches!(fate, Fate::Read) || seen.len() > FARTHEST || graph.dangles(id) {
            return false;
        }
        let kept = matches!(fate, Fate::Kept);
        if kept && at.is_terminal() && at.state_type != Some(StateType::Fail) {
            return false;
        }
        for (kind, to) in successors(id) {
            let goes_on = match kind {
                TransitionKind::Catch(index) => caught(cx, at, index, place),
                _ => kept,
            };
            if goes_on && seen.insert(to) {
                ways.push(to);
            }
        }
    }
    true
}

fn overlap(a: &[Arc<str>], b: &[Arc<str>]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

fn names(path: &Path) -> Vec<Arc<str>> {
    leading_names(path).map(Arc::from).collect()
}

fn fate(cx: &Context<'_>, state: &State, place: &[Arc<str>]) -> Fate {
    let has = |name: &str| cx.field(state, name).is_some();
    if state.query_language == QueryLanguage::Jsonata || state.state_type.is_none() {
        return Fate::Read;
    }
    let calls = matches!(
        state.state_type,
        Some(StateType::Task | StateType::Map | StateType::Parallel)
    );
    // Without these it is given everything.
    let given_all = match state.state_type {
        Some(StateType::Task | StateType::Parallel) => !has("Parameters") && !has("InputPath"),
        Some(StateType::Map) => !has("ItemsPath") && !has("ItemReader"),
        _ => false,
    };
    if given_all {
        return Fate::Read;
    }
    for text in &cx.references(state).texts {
        let of_result = text.field.starts_with("ResultSelector") || text.field.starts_with("Catch[");
        let of_result =
            of_result || text.field == "ResultPath" || (calls && text.field.starts_with("Assign"));
        let reads = |path: &Path| *path.root() == Root::Input && overlap(&names(path), place);
        if !of_result && text.paths().into_iter().any(|(path, _)| reads(path)) {
            return Fate::Read;
        }
    }
    // Paths that overlap have been read; others leave it out.
    if has("OutputPath") || (!calls && has("InputPath")) {
        return Fate::Gone;
    }
    let replaces =
        calls || (state.state_type == Some(StateType::Pass) && (has("Result") || has("Parameters")));
    if replaces {
        put(cx.field(state, "ResultPath"), place)
    } else {
        Fate::Kept
    }
}

/// What a result that is put somewhere leaves of a place.
fn put(result_path: Option<NodeRef<'_>>, place: &[Arc<str>]) -> Fate {
    let Some(node) = result_path else {
        return Fate::Gone;
    };
    if matches!(node.kind(), NodeKind::Null) {
        return Fate::Kept;
    }
    match node.as_str().map(Path::parse) {
        Some(Ok(path)) if place.starts_with(&names(&path)) => Fate::Gone,
        Some(Ok(_)) => Fate::Kept,
        _ => Fate::Read,
    }
}

/// Whether a catcher passes a place on.
fn caught(cx: &Context<'_>, state: &State, index: usize, place: &[Arc<str>]) -> bool {
    let catcher = state
        .catchers
        .get(index)
        .map(|catcher| cx.machine.node(catcher.node));
    catcher.is_some_and(|catcher| !matches!(put(catcher.get("ResultPath"), place), Fate::Gone))
}
