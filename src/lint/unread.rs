//! Whether anything reads a member that a state puts into its output: on every way from there, until it is read or
//! replaced.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use crate::asl::{QueryLanguage, State, StateId, StateType, TransitionKind};
use crate::expr::jsonpath::{Path, Root};
use crate::references::leading_names;
use crate::source::NodeRef;

/// Behind so many states it is taken to be read: what is passed on and on is meant for somebody.
const FARTHEST: usize = 16;

/// The names that a path begins with.
type Names = Vec<Arc<str>>;

/// What becomes of a place in one state.
enum Fate {
    /// It is read, or given to somebody.
    Read,
    /// It is in the output.
    Kept,
    /// The output has something else there.
    Gone,
}

/// What a state does with its input.
enum Use {
    /// It is given all of it, or what it does is not known.
    All,
    /// It reads these places, and its output is made so.
    Some { reads: Vec<Names>, output: Output },
}

/// What a state does with its input, and what each of its catchers passes on; `None` where that is not known.
struct Uses {
    when_it_succeeds: Use,
    when_caught: Vec<Option<Output>>,
}

/// What the output of a state is made from.
enum Output {
    /// Its input.
    Input,
    /// Its input with something else at this place.
    With(Names),
    /// Something else.
    Other,
}

/// Answers for one machine whether places are read; what a state does is worked out once.
#[derive(Default)]
pub(super) struct Readers {
    uses: FxHashMap<StateId, Uses>,
}

impl Readers {
    /// Whether nothing reads the member at `place` (names from the input's root on) of the output of `state`.
    pub(super) fn is_unread(&mut self, cx: &Context<'_>, state: &State, place: &[Arc<str>]) -> bool {
        let graph = cx.flow.scope(state.scope);
        if state.is_terminal() || graph.dangles(state.id) {
            return false;
        }
        let successors = |id: StateId| graph.successors(id).into_iter();
        let on = successors(state.id).filter(|(kind, _)| !matches!(kind, TransitionKind::Catch(_)));
        let mut ways: Vec<StateId> = on.map(|(_, to)| to).collect();
        let mut seen: FxHashSet<StateId> = ways.iter().copied().collect();
        while let Some(id) = ways.pop() {
            let at = cx.machine.state(id);
            let uses = self.uses.entry(id).or_insert_with(|| Uses::of(cx, at));
            let fate = uses.when_it_succeeds.fate(place);
            if matches!(fate, Fate::Read) || seen.len() > FARTHEST || graph.dangles(id) {
                return false;
            }
            let kept = matches!(fate, Fate::Kept);
            if kept && at.is_terminal() && at.state_type != Some(StateType::Fail) {
                return false;
            }
            for (kind, to) in successors(id) {
                let goes_on = match kind {
                    TransitionKind::Catch(index) => uses.catches_with(index, place),
                    _ => kept,
                };
                if goes_on && seen.insert(to) {
                    ways.push(to);
                }
            }
        }
        true
    }
}

impl Uses {
    fn of(cx: &Context<'_>, state: &State) -> Uses {
        let catchers = state.catchers.iter().map(|catcher| catcher.fields(cx.machine));
        Uses {
            when_it_succeeds: Use::of(cx, state),
            when_caught: catchers
                .map(|catcher| put(cx, state, catcher.result_path()))
                .collect(),
        }
    }

    /// Whether a catcher passes a place on.
    fn catches_with(&self, index: usize, place: &[Arc<str>]) -> bool {
        let output = self.when_caught.get(index);
        output.is_some_and(|output| output.as_ref().is_none_or(|output| output.keeps(place)))
    }
}

impl Use {
    fn of(cx: &Context<'_>, state: &State) -> Use {
        let fields = cx.fields(state);
        let narrows = fields.input_path().is_some();
        if state.query_language == QueryLanguage::Jsonata || state.state_type.is_none() {
            return Use::All;
        }
        let calls = matches!(
            state.state_type,
            Some(StateType::Task | StateType::Map | StateType::Parallel)
        );
        // Without these it is given everything.
        let given_all = match state.state_type {
            Some(StateType::Task | StateType::Parallel) => fields.parameters().is_none() && !narrows,
            Some(StateType::Map) => fields.items_path().is_none() && fields.item_reader().is_none(),
            _ => false,
        };
        if given_all {
            return Use::All;
        }
        let of_input = cx.references(state).texts.iter().filter(|text| {
            let of_result = text.field.starts_with("ResultSelector") || text.field.starts_with("Catch[");
            !of_result && text.field != "ResultPath" && !(calls && text.field.starts_with("Assign"))
        });
        let paths = of_input.flat_map(|text| text.paths());
        let reads = paths
            .filter(|(path, _)| *path.root() == Root::Input)
            .map(|(path, _)| names(path));
        let makes = fields.result().or(fields.parameters()).is_some();
        let replaces = calls || (state.state_type == Some(StateType::Pass) && makes);
        // Of these paths those that overlap a place read it; others leave it out.
        let output = if fields.output_path().is_some() || (!calls && narrows) {
            Some(Output::Other)
        } else if replaces {
            put(cx, state, fields.result_path())
        } else {
            Some(Output::Input)
        };
        match output {
            Some(output) => Use::Some {
                reads: reads.collect(),
                output,
            },
            None => Use::All,
        }
    }

    fn fate(&self, place: &[Arc<str>]) -> Fate {
        match self {
            Use::All => Fate::Read,
            Use::Some { reads, .. } if reads.iter().any(|read| overlap(read, place)) => Fate::Read,
            Use::Some { output, .. } if output.keeps(place) => Fate::Kept,
            Use::Some { .. } => Fate::Gone,
        }
    }
}

impl Output {
    fn keeps(&self, place: &[Arc<str>]) -> bool {
        match self {
            Output::Input => true,
            Output::With(names) => !place.starts_with(names),
            Output::Other => false,
        }
    }
}

fn overlap(a: &[Arc<str>], b: &[Arc<str>]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

fn names(path: &Path) -> Names {
    leading_names(path).map(Arc::from).collect()
}

/// What a result that is put somewhere makes of the input; `None` for what is no path.
fn put(cx: &Context<'_>, state: &State, result_path: Option<NodeRef<'_>>) -> Option<Output> {
    let Some(node) = result_path else {
        return Some(Output::Other);
    };
    if node.is_null() {
        return Some(Output::Input);
    }
    let path = cx.references(state).path(node.id())?;
    Some(Output::With(names(path)))
}
