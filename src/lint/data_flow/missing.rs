//! Paths that lead nowhere.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use super::shape::{Shape, properties};
use super::transfer::Inside;
use super::{Cause, Inputs, IntoArray, Missing};
use crate::asl::{QueryLanguage, RuleFields, State, StateId, StateMachine, StateType, TransitionKind};
use crate::expr::jsonata::Expression;
use crate::expr::jsonpath::{Root, Step, StepKind};
use crate::graph::ControlFlow;
use crate::references::{Compiled, References, Text};

/// Of a state with more ways in only so many are looked at on their own.
const MAX_WAYS: usize = 64;

/// So many states back the one that made the data is looked for.
const MAX_STEPS: usize = 100;

pub(super) fn find(
    machine: &StateMachine,
    flow: &ControlFlow,
    references: &References,
    inputs: &Inputs<'_>,
) -> Vec<Missing> {
    let mut found = Vec::new();
    for state in machine.states() {
        let texts = &references.state(state.id).texts;
        let Some(inside) = inputs.inside(state.id).filter(|_| !texts.is_empty()) else {
            continue;
        };
        let finder = Finder {
            machine,
            flow,
            inputs,
            state,
            texts,
            ways: ways(flow, inputs, state, inside),
            inside: inputs.inside(state.id),
            guarded: OnceCell::new(),
        };
        found.extend(texts.iter().flat_map(|text| finder.text(text)));
    }
    found
}

/// A path that a state follows without a way out when it leads nowhere.
struct Read<'r> {
    text: &'r Text,
    part: std::ops::Range<usize>,
    /// As the author wrote it.
    shown: &'r str,
    names: &'r [Arc<str>],
    /// The steps behind the names: items, and what is read of them.
    behind: &'r [Step],
    language: QueryLanguage,
}

impl Read<'_> {
    /// Whether it may lead somewhere in what has the shape `shape`.
    fn leads_in(&self, shape: &Shape) -> bool {
        leads(shape, self.names, self.behind, self.language)
    }

    /// The array in `shape` that it leads into, when that is why it leads nowhere.
    fn array_on_the_way(&self, shape: &Shape) -> Option<IntoArray> {
        let mut found = (0..=self.names.len()).filter_map(|names| {
            let array = shape.get(&self.names[..names], self.language)?.array()?;
            Some(IntoArray { names, count: array })
        });
        found.next()
    }
}

fn leads(
    shape: &Shape,
    names: impl IntoIterator<Item = impl AsRef<str>>,
    behind: &[Step],
    language: QueryLanguage,
) -> bool {
    match shape.get(names, language) {
        Some(found) => found.may_lead(behind),
        // What several values are asked of may be missing.
        None => asks_for_several(behind),
    }
}

/// Whether a path asks for several values: where it finds none, nothing fails.
fn asks_for_several(steps: &[Step]) -> bool {
    let single = |step: &Step| matches!(step.kind, StepKind::Property(_) | StepKind::Index(_));
    !steps.iter().all(single)
}

/// The name of a member that a step leads to.
fn name(step: &Step) -> Option<&Arc<str>> {
    match &step.kind {
        StepKind::Property(name) => Some(name),
        _ => None,
    }
}

/// The paths that a Choice state tests with `IsPresent`.
pub(super) fn present_tests(machine: &StateMachine, texts: &[Text]) -> BTreeSet<Vec<Arc<str>>> {
    texts
        .iter()
        .filter(|text| text.field.ends_with("Variable"))
        .filter(|text| {
            let rule = machine.node(text.node).parent();
            rule.is_some_and(|rule| RuleFields::from(rule).is_present().is_some())
        })
        .filter_map(|text| match &text.compiled {
            Compiled::Path(path) => Some(properties(path).cloned().collect()),
            _ => None,
        })
        .collect()
}

/// Whether an expression is a path like `$states.input.a.b` or `$states.result.a` and nothing else.
fn is_plain(source: &str) -> bool {
    let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let path = (source.strip_prefix("$states.input.")).or_else(|| source.strip_prefix("$states.result."));
    path.is_some_and(|names| names.split('.').all(plain))
}

/// One way into the state, and what is inside it then.
struct Way {
    from: Option<(TransitionKind, StateId)>,
    inside: Arc<Inside>,
}

/// The ways into `state` that are known to lack something; `inside` is what all of them together make of it.
fn ways(flow: &ControlFlow, inputs: &Inputs<'_>, state: &State, inside: &Arc<Inside>) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for (kind, from, shape) in inputs.ways_in(state.id).take(MAX_WAYS) {
        // What another way brings as well would be found there.
        let known = shape == Shape::Any || ways.iter().any(|way| way.inside.raw().is_same(&shape));
        if known {
            continue;
        }
        let inside = match inputs
            .shape(state.id)
            .is_some_and(|joined| joined.is_same(&shape))
        {
            true => inside.clone(),
            false => Arc::new(inputs.transfer(state.id).inside(&shape)),
        };
        ways.push(Way {
            from: Some((kind, from)),
            inside,
        });
    }
    // What the state's own fields lack, and what its scope is started with.
    if flow.scope(state.scope).start() == Some(state.id) || ways.is_empty() {
        ways.push(Way {
            from: None,
            inside: inside.clone(),
        });
    }
    ways
}

struct Finder<'a> {
    machine: &'a StateMachine,
    flow: &'a ControlFlow,
    inputs: &'a Inputs<'a>,
    state: &'a State,
    texts: &'a [Text],
    ways: Vec<Way>,
    /// What all ways together bring.
    inside: Option<&'a Arc<Inside>>,
    /// What the Choice state tests with `IsPresent`.
    guarded: OnceCell<BTreeSet<Vec<Arc<str>>>>,
}

impl Finder<'_> {
    /// The paths of one text that lead nowhere.
    fn text(&self, text: &Text) -> Vec<Missing> {
        if let Compiled::Jsonata(expression) = &text.compiled {
            return self.expression(text, expression);
        }
        // Written, not read.
        if text.field.ends_with("ResultPath") {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (path, part) in text.paths() {
            // Nearly all lead somewhere, and that is quickly seen.
            let read = *path.root() == Root::Input;
            let language = QueryLanguage::JsonPath;
            let behind = &path.steps()[properties(path).count()..];
            let finds = |way: &Way| leads(self.seen(way, text), properties(path), behind, language);
            if !read || self.ways.iter().all(finds) {
                continue;
            }
            let names: Vec<Arc<str>> = properties(path).cloned().collect();
            if self.is_guarded(&names) {
                continue;
            }
            let read = Read {
                text,
                part,
                shown: path.text(),
                names: &names,
                behind,
                language,
            };
            found.extend(self.look(&read));
        }
        found
    }

    /// Those of an expression. One that is nothing but a path fails the state where that leads nowhere; inside of a longer
    /// one a path is looked at when no way provides it, unless the expression provides for that.
    fn expression(&self, text: &Text, expression: &Expression) -> Vec<Missing> {
        let nothing_known = |way: &Way| *way.inside.raw() == Shape::Any && *way.inside.result() == Shape::Any;
        if self.ways.iter().all(nothing_known) {
            return Vec::new();
        }
        let source = expression.source();
        let plain = is_plain(source);
        let uses = expression.uses();
        if !plain && uses.provided_for.iter().any(|name| name == "states") {
            return Vec::new();
        }
        let mut found: Vec<Missing> = Vec::new();
        for path in &uses.states_paths {
            let Some((member, names)) = path.names.split_first() else {
                continue;
            };
            // Every way has the same result.
            let of_result = member == "result";
            let provided = |inside: &Inside| match of_result {
                true => inside.result().get(names, QueryLanguage::Jsonata).is_some(),
                false => inside.raw().get(names, QueryLanguage::Jsonata).is_some(),
            };
            let leads = match plain {
                true => self.ways.iter().all(|way| provided(&way.inside)),
                false => self.inside.as_ref().is_none_or(|inside| provided(inside)),
            };
            let shown = &source[path.span.clone()];
            if !(of_result || member == "input")
                || leads
                || found.iter().any(|missing| *missing.path == *shown)
            {
                continue;
            }
            let names: Vec<Arc<str>> = names.iter().map(|name| Arc::from(name.as_str())).collect();
            let read = Read {
                text,
                part: text.start + path.span.start..text.start + path.span.end,
                shown,
                names: &names,
                behind: &[],
                language: QueryLanguage::Jsonata,
            };
            match of_result {
                true => found.push(self.missing(&read, Cause::Own, vec![self.state.id], Some(self.state.id))),
                false => found.extend(self.look(&read)),
            }
        }
        found
    }

    fn is_guarded(&self, names: &[Arc<str>]) -> bool {
        if self.state.state_type != Some(StateType::Choice) {
            return false;
        }
        let guarded = self
            .guarded
            .get_or_init(|| present_tests(self.machine, self.texts));
        guarded
            .iter()
            .any(|guard| names.starts_with(guard) || guard.starts_with(names))
    }

    /// What the paths of a text look into, for an execution that comes that way.
    fn seen<'s>(&'s self, way: &'s Way, text: &Text) -> &'s Shape {
        match text.compiled {
            // `$states.input`
            Compiled::Jsonata(_) => way.inside.raw(),
            _ => (way.inside).seen_by(self.state, &text.field, &self.inputs.error),
        }
    }

    fn look(&self, read: &Read<'_>) -> Option<Missing> {
        let lacks = |way: &&Way| !read.leads_in(self.seen(way, read.text));
        let way = self.ways.iter().find(lacks)?;
        let raw = way.inside.raw();
        let own_result = std::ptr::eq(self.seen(way, read.text), way.inside.result());
        let lacks_input = !own_result && !read.leads_in(raw) && self.seen(way, read.text) == raw;
        let (cause, way_here) = match (lacks_input, way.from) {
            (true, Some(from)) => self.origin(from, read),
            (true, None) => self.made_by_owner(),
            (false, _) => (Cause::Own, vec![self.state.id]),
        };
        let origin = *way_here.first()?;
        let passes_on = || self.inputs.transfer(origin).passes_its_result_on();
        let answerer = match cause {
            Cause::Own if own_result || (read.text.field == "OutputPath" && passes_on()) => Some(origin),
            Cause::Result if passes_on() => Some(origin),
            _ => None,
        };
        let put = match cause {
            Cause::Result => self.inputs.transfer(origin).result_names(),
            _ => Vec::new(),
        };
        let into_result = !put.is_empty() && read.names.starts_with(&put);
        let mut missing = self.missing(read, cause, way_here, answerer);
        if into_result {
            missing.within.drain(..put.len());
        }
        Some(Missing {
            into_result,
            array: read.array_on_the_way(self.seen(way, read.text)),
            ..missing
        })
    }

    fn missing(
        &self,
        read: &Read<'_>,
        cause: Cause,
        way: Vec<StateId>,
        answerer: Option<StateId>,
    ) -> Missing {
        let task = |id: &StateId| self.machine.state(*id).state_type == Some(StateType::Task);
        Missing {
            state: self.state.id,
            node: read.text.node,
            part: read.part.clone(),
            path: Arc::from(read.shown),
            cause,
            origin: way.first().copied().unwrap_or(self.state.id),
            way,
            answerer: answerer.filter(task),
            into_result: false,
            within: read
                .names
                .iter()
                .chain(read.behind.iter().filter_map(name))
                .cloned()
                .collect(),
            is_several: asks_for_several(read.behind),
            array: None,
        }
    }

    /// The scope was started with what the Map or Parallel around it made.
    fn made_by_owner(&self) -> (Cause, Vec<StateId>) {
        match self.machine.scope(self.state.scope).owner {
            Some(owner) => (Cause::Made, vec![owner, self.state.id]),
            None => (Cause::Own, vec![self.state.id]),
        }
    }

    /// Goes back along transitions that bring data without the path, to the state that made it so.
    fn origin(&self, from: (TransitionKind, StateId), read: &Read<'_>) -> (Cause, Vec<StateId>) {
        let mut seen = HashSet::from([self.state.id]);
        // Each with the index of the one it was found from, to tell the way.
        let mut open: VecDeque<usize> = VecDeque::from([0]);
        let mut steps: Vec<(TransitionKind, StateId, Option<usize>)> = vec![(from.0, from.1, None)];
        while let Some(at) = open.pop_front() {
            let (kind, id, _) = steps[at];
            seen.insert(id);
            if let Some(cause) = self.makes(kind, id, read) {
                let mut way = vec![id];
                let mut step = steps[at].2;
                while let Some(index) = step {
                    way.push(steps[index].1);
                    step = steps[index].2;
                }
                way.push(self.state.id);
                return (cause, way);
            }
            for (kind, before, shape) in self.inputs.ways_in(id).take(MAX_WAYS) {
                if steps.len() < MAX_STEPS && !read.leads_in(&shape) && seen.insert(before) {
                    steps.push((kind, before, Some(at)));
                    open.push_back(steps.len() - 1);
                }
            }
        }
        (Cause::Made, vec![from.1, self.state.id])
    }

    /// Whether `id`, left by `kind`, is where the data came to lack the path.
    fn makes(&self, kind: TransitionKind, id: StateId, read: &Read<'_>) -> Option<Cause> {
        let state = self.machine.state(id);
        if let TransitionKind::Catch(index) = kind {
            return Some(Cause::Caught(index));
        }
        // Whatever comes in, this goes out without it.
        let transfer = self.inputs.transfer(id);
        let inside = transfer.inside(&Shape::Any);
        let makes = !read.leads_in(&transfer.leaves(&inside, kind));
        if !makes {
            let graph = self.flow.scope(state.scope);
            // Nothing before it in its scope made it so.
            return (graph.start() == Some(id)).then_some(Cause::Made);
        }
        Some(match state.state_type {
            Some(StateType::Task | StateType::Map | StateType::Parallel) => Cause::Result,
            _ => Cause::Made,
        })
    }
}
