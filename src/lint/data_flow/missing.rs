//! Paths that lead nowhere.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use super::shape::{Shape, properties};
use super::transfer::Inside;
use super::{Cause, Inputs, Missing};
use crate::asl::{State, StateId, StateMachine, StateType, TransitionKind};
use crate::expr::jsonpath::Root;
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
        let reads = reads(machine, state, &references.state(state.id).texts);
        if reads.is_empty() || inputs.shape(state.id).is_none() {
            continue;
        }
        let finder = Finder {
            machine,
            flow,
            inputs,
            state,
        };
        let ways = finder.ways();
        found.extend(reads.iter().filter_map(|read| finder.look(read, &ways)));
    }
    found
}

/// A path that a state follows without a way out when it leads nowhere.
struct Read<'r> {
    text: &'r Text,
    part: std::ops::Range<usize>,
    /// As the author wrote it.
    shown: Arc<str>,
    looks_into: LooksInto,
    names: Vec<Arc<str>>,
}

enum LooksInto {
    /// What the field looks into in JSONPath.
    Field,
    /// `$states.input`
    Input,
}

fn reads<'r>(machine: &StateMachine, state: &State, texts: &'r [Text]) -> Vec<Read<'r>> {
    let guarded = present_tests(machine, texts);
    let mut reads = Vec::new();
    for text in texts {
        if let Compiled::Jsonata(expression) = &text.compiled {
            let source = expression.source();
            if let Some(names) = plain_input_path(source) {
                reads.push(Read {
                    text,
                    part: text.start..text.start + source.len(),
                    shown: Arc::from(source),
                    looks_into: LooksInto::Input,
                    names,
                });
            }
            continue;
        }
        // Written, not read.
        if text.field.ends_with("ResultPath") {
            continue;
        }
        for (path, part) in text.paths() {
            let names: Vec<Arc<str>> = properties(path).cloned().collect();
            if *path.root() != Root::Input || names.is_empty() || !path.is_definite() {
                continue;
            }
            let is_guarded = state.state_type == Some(StateType::Choice)
                && guarded
                    .iter()
                    .any(|guard| names.starts_with(guard) || guard.starts_with(&names));
            if !is_guarded {
                reads.push(Read {
                    text,
                    part,
                    shown: path.text().clone(),
                    looks_into: LooksInto::Field,
                    names,
                });
            }
        }
    }
    reads
}

/// The paths that a Choice state tests with `IsPresent`.
fn present_tests(machine: &StateMachine, texts: &[Text]) -> BTreeSet<Vec<Arc<str>>> {
    texts
        .iter()
        .filter(|text| text.field.ends_with("Variable"))
        .filter(|text| {
            let rule = machine.node(text.node).parent();
            rule.is_some_and(|rule| rule.get("IsPresent").is_some())
        })
        .filter_map(|text| match &text.compiled {
            Compiled::Path(path) => Some(properties(path).cloned().collect()),
            _ => None,
        })
        .collect()
}

/// The names of an expression that is `$states.input.a.b` and nothing else: when it leads nowhere, the state fails.
fn plain_input_path(source: &str) -> Option<Vec<Arc<str>>> {
    let names = source.strip_prefix("$states.input.")?;
    let plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    names
        .split('.')
        .map(|name| plain(name).then(|| Arc::from(name)))
        .collect()
}

/// One way into the state, and what is inside it then.
struct Way {
    from: Option<(TransitionKind, StateId)>,
    inside: Inside,
}

struct Finder<'a> {
    machine: &'a StateMachine,
    flow: &'a ControlFlow,
    inputs: &'a Inputs<'a>,
    state: &'a State,
}

impl Finder<'_> {
    fn ways(&self) -> Vec<Way> {
        let mut ways: Vec<Way> = self
            .inputs
            .ways_in(self.state.id)
            .take(MAX_WAYS)
            .filter(|(_, _, shape)| *shape != Shape::Any)
            .map(|(kind, from, shape)| Way {
                from: Some((kind, from)),
                inside: Inside::of(self.machine, self.state, &shape),
            })
            .collect();
        let graph = self.flow.scope(self.state.scope);
        let is_start = graph.start() == Some(self.state.id);
        // What the state's own fields lack, and what its scope is started with.
        if (is_start || ways.is_empty())
            && let Some(inside) = self.inputs.inside(self.state.id)
        {
            ways.push(Way { from: None, inside });
        }
        ways
    }

    fn look(&self, read: &Read<'_>, ways: &[Way]) -> Option<Missing> {
        let (way, lacks_input) = ways.iter().find_map(|way| {
            let seen = match read.looks_into {
                LooksInto::Field => way.inside.seen_by(self.state, &read.text.field),
                LooksInto::Input => way.inside.raw().clone(),
            };
            if seen.get(&read.names).is_some() {
                return None;
            }
            let lacks_input = way.inside.raw().get(&read.names).is_none() && seen == *way.inside.raw();
            Some((way, lacks_input))
        })?;
        let (cause, way_here) = match (lacks_input, way.from) {
            (true, Some(from)) => self.origin(from, &read.names),
            (true, None) => self.made_by_owner(),
            (false, _) => (Cause::Own, vec![self.state.id]),
        };
        Some(Missing {
            state: self.state.id,
            node: read.text.node,
            part: read.part.clone(),
            path: read.shown.clone(),
            cause,
            origin: *way_here.first()?,
            way: way_here,
        })
    }

    /// The scope was started with what the Map or Parallel around it made.
    fn made_by_owner(&self) -> (Cause, Vec<StateId>) {
        match self.machine.scope(self.state.scope).owner {
            Some(owner) => (Cause::Made, vec![owner, self.state.id]),
            None => (Cause::Own, vec![self.state.id]),
        }
    }

    /// Goes back along transitions that bring data without the path, to the state that made it so.
    fn origin(&self, from: (TransitionKind, StateId), names: &[Arc<str>]) -> (Cause, Vec<StateId>) {
        let mut seen = HashSet::from([self.state.id]);
        // Each with the index of the one it was found from, to tell the way.
        let mut open: VecDeque<usize> = VecDeque::from([0]);
        let mut steps: Vec<(TransitionKind, StateId, Option<usize>)> = vec![(from.0, from.1, None)];
        while let Some(at) = open.pop_front() {
            let (kind, id, _) = steps[at];
            seen.insert(id);
            if let Some(cause) = self.makes(kind, id, names) {
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
                if steps.len() < MAX_STEPS && shape.get(names).is_none() && seen.insert(before) {
                    steps.push((kind, before, Some(at)));
                    open.push_back(steps.len() - 1);
                }
            }
        }
        (Cause::Made, vec![from.1, self.state.id])
    }

    /// Whether `id`, left by `kind`, is where the data came to lack the path.
    fn makes(&self, kind: TransitionKind, id: StateId, names: &[Arc<str>]) -> Option<Cause> {
        let state = self.machine.state(id);
        if let TransitionKind::Catch(index) = kind {
            return Some(Cause::Caught(index));
        }
        // Whatever comes in, this goes out without it.
        let makes = Inside::of(self.machine, state, &Shape::Any)
            .leaves(self.machine, state, kind)
            .get(names)
            .is_none();
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
