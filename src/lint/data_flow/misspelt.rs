//! Members that are read once, where data has one of a very similar name, or others read one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Inputs;
use super::missing::present_tests;
use super::shape::{Shape, properties};
use super::slip::{has_slips, is_slip};
use crate::arrange::Arrange as _;
use crate::asl::{QueryLanguage, State, StateId, StateMachine};
use crate::expr::jsonpath::{Path, Root, StepKind};
use crate::graph::ControlFlow;
use crate::references::{Compiled, References, Text};
use crate::source::NodeId;

/// A member that no state writes, and that is likely misspelt.
#[derive(Debug)]
pub struct Misspelt {
    /// The string it stands in.
    pub node: NodeId,
    /// The bytes of the path in the decoded string, up to the name where the path is written without brackets.
    pub part: Range<usize>,
    /// That part of the path.
    pub path: Arc<str>,
    /// Whether the part ends with the name.
    pub ends_in_name: bool,
    /// The name.
    pub name: Arc<str>,
    /// The name that is likely meant.
    pub meant: Arc<str>,
    /// Where that is read; `None` where the data has it.
    pub read: Option<NodeId>,
}

/// A read of a member that comes from outside: from the execution's input, or from whoever answers a task.
struct Reading {
    state: StateId,
    node: NodeId,
    part: Range<usize>,
    path: Arc<str>,
    ends_in_name: bool,
    /// The members that states have put beside it.
    beside: Vec<Arc<str>>,
}

type Names = BTreeMap<Arc<str>, Vec<Reading>>;

/// The members that are likely misspelt, in the order of the text.
pub fn misspelt(machine: &StateMachine, flow: &ControlFlow, references: &References) -> Vec<Misspelt> {
    let all = names(machine, references);
    if !has_slips(&all) {
        return Vec::new();
    }
    let mut reader = Reader {
        inputs: Inputs::followed(machine, flow, references),
        places: BTreeMap::new(),
        asked: BTreeSet::new(),
    };
    for state in machine.states() {
        reader.state(state, &references.state(state.id).texts);
    }
    let (asked, inputs) = (reader.asked, reader.inputs);
    let mut found: Vec<Misspelt> = Vec::new();
    for (place, names) in &reader.places {
        for (name, readings) in names.iter().filter(|(name, _)| !asked.contains(*name)) {
            let written = |state| match all.iter().any(|known| is_slip(name, known)) {
                true => written_before(&inputs, state, place),
                false => Vec::new(),
            };
            found.extend(likely(names, &asked, name, readings, written));
        }
    }
    found.arrange_by_key(|misspelt| (misspelt.node, misspelt.part.start));
    found
}

/// All names of members in paths.
fn names<'r>(machine: &StateMachine, references: &'r References) -> FxHashSet<&'r str> {
    let texts = machine
        .states()
        .iter()
        .flat_map(|state| &references.state(state.id).texts);
    let mut names = FxHashSet::default();
    for text in texts {
        for (path, _) in text.paths() {
            names.extend(path.steps().iter().filter_map(|step| match &step.kind {
                StepKind::Property(name) => Some(&**name),
                _ => None,
            }));
        }
        if let Compiled::Jsonata(expression) = &text.compiled {
            let paths = expression.uses().states_paths.iter();
            names.extend(paths.flat_map(|path| &path.names).map(String::as_str));
        }
    }
    names
}

/// The members that states put beside what comes from `place`, on some of the ways to a state.
fn written_before(inputs: &Inputs<'_>, state: StateId, place: &[Arc<str>]) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([state]);
    let mut open = vec![state];
    while let Some(to) = open.pop() {
        for (_, from, leaves) in inputs.ways_in(to) {
            if let Some((there, written)) = leaves.place()
                && there == place
            {
                found.extend(written);
            }
            if seen.insert(from) {
                open.push(from);
            }
        }
    }
    found
}

/// What is likely meant by a name that is read in one state; `before` are the members written on some of the ways to it.
fn likely(
    names: &Names,
    asked: &BTreeSet<Arc<str>>,
    name: &Arc<str>,
    readings: &[Reading],
    before: impl Fn(StateId) -> Vec<Arc<str>>,
) -> Option<Misspelt> {
    let first = readings.first()?;
    if readings.iter().any(|reading| reading.state != first.state) {
        return None;
    }
    let written = first.beside.iter().find(|known| is_slip(name, known)).cloned();
    let on_some = || before(first.state).into_iter().find(|known| is_slip(name, known));
    let (meant, read) = match written.or_else(on_some) {
        Some(meant) => (meant, None),
        None => {
            let (meant, others) = names.iter().find(|(other, others)| {
                is_slip(name, other)
                    && !asked.contains(*other)
                    && others.iter().all(|other| other.state != first.state)
                    && is_told_by(name, first, other, others)
            })?;
            (meant.clone(), Some(others.first()?.node))
        }
    };
    Some(Misspelt {
        node: first.node,
        part: first.part.clone(),
        path: first.path.clone(),
        ends_in_name: first.ends_in_name,
        name: name.clone(),
        meant,
        read,
    })
}

/// Whether others that read `meant` tell that `name` is misspelt: there are several, or only the case of letters differs and
/// they came first.
fn is_told_by(name: &str, reading: &Reading, meant: &str, others: &[Reading]) -> bool {
    let before = || others.first().is_some_and(|other| other.node < reading.node);
    others.len() > 1 || (name.eq_ignore_ascii_case(meant) && before())
}

struct Reader<'m> {
    inputs: Inputs<'m>,
    /// By the place that what holds them comes from.
    places: BTreeMap<Vec<Arc<str>>, Names>,
    /// Names of members that are asked for before they are read: whoever does so knows that they may be missing.
    asked: BTreeSet<Arc<str>>,
}

impl Reader<'_> {
    fn state(&mut self, state: &State, texts: &[Text]) {
        let Some(inside) = self.inputs.inside(state.id).cloned() else {
            return;
        };
        let asked = present_tests(self.inputs.machine, texts);
        self.asked.extend(asked.into_iter().flatten());
        let error = self.inputs.error.clone();
        let given = Shape::Given(Arc::from([]));
        for text in texts.iter().filter(|text| !text.field.ends_with("ResultPath")) {
            for (path, part) in text.paths() {
                let names: Vec<Arc<str>> = properties(path).cloned().collect();
                let (shape, skipped) = match path.root() {
                    Root::Input => (inside.seen_by(state, &text.field, &error), 0),
                    Root::Context if is_input(names.iter().map(|name| &**name)) => (&given, 2),
                    _ => continue,
                };
                let shown = Shown::of(path, part);
                self.read(state, text, &shown, shape, &names, skipped);
            }
            let Compiled::Jsonata(expression) = &text.compiled else {
                continue;
            };
            let source = expression.source();
            let uses = expression.uses();
            for path in &uses.states_paths {
                let names: Vec<Arc<str>> = path.names.iter().map(|name| Arc::from(name.as_str())).collect();
                if source.contains("$exists") || uses.provided_for.iter().any(|name| name == "states") {
                    self.asked.extend(names.iter().cloned());
                }
                let (shape, skipped) = match names.first().map(|name| &**name) {
                    Some("input") => (inside.raw(), 1),
                    Some("result") => (inside.result(), 1),
                    Some("context") if is_input(names[1..].iter().map(|name| &**name)) => (&given, 3),
                    _ => continue,
                };
                let start = text.start + path.span.start;
                let shown = Shown {
                    text: &source[path.span.clone()],
                    root: "$states",
                    part: start..text.start + path.span.end,
                };
                self.read(state, text, &shown, shape, &names, skipped);
            }
        }
    }

    /// Enters the members that a path reads; `skipped` names lead to what has `shape`.
    fn read(
        &mut self,
        state: &State,
        text: &Text,
        shown: &Shown<'_>,
        shape: &Shape,
        names: &[Arc<str>],
        skipped: usize,
    ) {
        let language = match text.compiled {
            Compiled::Jsonata(_) => QueryLanguage::Jsonata,
            _ => QueryLanguage::JsonPath,
        };
        for (at, name) in names.iter().enumerate().skip(skipped) {
            let Some(holder) = shape.get(&names[skipped..at], language) else {
                return;
            };
            let Some((place, beside)) = holder.place() else {
                continue;
            };
            if beside.contains(name) {
                continue;
            }
            let (path, ends_in_name) = shown.up_to(&names[..=at]);
            let readings = self.places.entry(place.to_vec()).or_default();
            readings.entry(name.clone()).or_default().push(Reading {
                state: state.id,
                node: text.node,
                part: shown.part.start..shown.part.start + path.len(),
                path: Arc::from(path),
                ends_in_name,
                beside,
            });
        }
    }
}

/// Whether names of the context object lead into the execution's input.
fn is_input<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    names.take(2).eq(["Execution", "Input"])
}

/// A path as it is written.
struct Shown<'t> {
    text: &'t str,
    root: &'t str,
    part: Range<usize>,
}

impl<'t> Shown<'t> {
    fn of(path: &'t Path, part: Range<usize>) -> Shown<'t> {
        Shown {
            text: path.text(),
            root: match path.root() {
                Root::Context => "$$",
                _ => "$",
            },
            part,
        }
    }

    /// The path up to the last of the names, where it is written without brackets; else all of it, and `false`.
    fn up_to(&self, names: &[Arc<str>]) -> (&'t str, bool) {
        let plain: String = names
            .iter()
            .fold(self.root.to_owned(), |path, name| path + "." + name);
        match self.text.strip_prefix(&plain) {
            Some(rest) if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') => {
                (&self.text[..plain.len()], true)
            }
            _ => (self.text, false),
        }
    }
}
