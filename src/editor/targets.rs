//! Where a name is defined, and where it is used: states and variables, and the files that a template or test file names.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::place::{Place, key_text, string_text};
use super::{Files, Kind, OpenDocument, placeholders};
use crate::asl::{ScopeId, State, StateId, StateMachine, fields::Shape};
use crate::definition::Definition;
use crate::diagnostics::Span;
use crate::references::{References, Text};
use crate::source::{Caller, NodeRef, ParseOptions};

/// A place that another one leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The file; `None` for the document itself.
    pub path: Option<PathBuf>,
    /// The bytes in it.
    pub span: Span,
}

/// A place where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// Its bytes, without quotes.
    pub span: Span,
    /// Whether it is defined there: a state's own name, the assignment of a variable.
    pub is_write: bool,
}

/// What has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A state.
    State(StateId),
    /// A variable, and the scope whose states assign it.
    Variable(ScopeId, Arc<str>),
}

/// Where what stands at `offset` is defined.
pub fn definition(open: &OpenDocument, offset: usize, files: &dyn Files) -> Vec<Target> {
    if open.kind() == Kind::Test {
        return from_test(open, offset, files);
    }
    if let Some(target) = called_file(open, offset) {
        return vec![target];
    }
    if let Some(placeholder) = placeholders::at(open, offset) {
        return placeholder.definitions(open);
    }
    // Of what gives a value to placeholders, their uses are asked for.
    if let Some((_, uses)) = placeholders::uses_of_key(open, offset) {
        return uses;
    }
    let Some((machine, named)) = named_at(open, offset) else {
        return Vec::new();
    };
    let all = occurrences(machine, &named).into_iter();
    let written = all.filter(|occurrence| occurrence.is_write);
    written
        .map(|occurrence| Target {
            path: None,
            span: occurrence.span,
        })
        .collect()
}

/// Where what stands at `offset` is used; with the places that define it where they are wanted, too.
pub fn references(
    open: &OpenDocument,
    offset: usize,
    with_definition: bool,
    files: &dyn Files,
) -> Vec<Target> {
    if let Some(placeholder) = placeholders::at(open, offset) {
        let mut found = match with_definition {
            true => placeholder.definitions(open),
            false => Vec::new(),
        };
        let uses = placeholder.uses(open).into_iter();
        found.extend(uses.map(|occurrence| Target {
            path: None,
            span: occurrence.span,
        }));
        return found;
    }
    if let Some((key, mut uses)) = placeholders::uses_of_key(open, offset) {
        if with_definition {
            uses.insert(
                0,
                Target {
                    path: None,
                    span: key,
                },
            );
        }
        return uses;
    }
    let Some((machine, named)) = named_at(open, offset) else {
        return Vec::new();
    };
    let all = occurrences(machine, &named).into_iter();
    let wanted = all.filter(|occurrence| with_definition || !occurrence.is_write);
    let mut found: Vec<Target> = wanted
        .map(|occurrence| Target {
            path: None,
            span: occurrence.span,
        })
        .collect();
    if let Named::State(id) = named {
        found.extend(super::tests_of::uses_of_state(
            open,
            offset,
            &machine.state(id).name,
            files,
        ));
    }
    found
}

/// The places in the document that name what stands at `offset`.
pub fn highlights(open: &OpenDocument, offset: usize) -> Vec<Occurrence> {
    if let Some(placeholder) = placeholders::at(open, offset) {
        return placeholder.uses(open);
    }
    named_at(open, offset).map_or_else(Vec::new, |(machine, named)| occurrences(machine, &named))
}

/// What is named at `offset`.
pub(super) fn named_at(open: &OpenDocument, offset: usize) -> Option<(&StateMachine, Named)> {
    let machine = open.definition_at(offset)?.machine()?;
    let place = Place::at(machine, offset)?;
    Some((machine, named(machine, &place, offset)?))
}

pub(super) fn named(machine: &StateMachine, place: &Place<'_>, offset: usize) -> Option<Named> {
    if let Some(state) = place.state_by_key() {
        return Some(Named::State(state));
    }
    let (node, context) = (place.at.node, &place.context);
    if place.at.on_key {
        let field = context.field.filter(|field| field.shape == Shape::Assign)?;
        let is_variable =
            field.languages.allow(context.language) && node.parent()?.id() == context.value?.id();
        let name = variable_of_key(machine, context.state?, node)?;
        let home = machine.state(context.state?).scope;
        return is_variable.then_some(Named::Variable(home, name));
    }
    if context.is_target() {
        let name = node.as_str()?;
        return machine.find(context.scope, name).map(Named::State);
    }
    let state = context.state?;
    let at = node.offset_in_text(offset)?;
    let references = References::of(machine);
    let texts = references.state(state).texts.iter();
    let text = texts.into_iter().find(|text| text.node == node.id())?;
    let read = variable_reads(text, node).find(|(_, range)| range.start <= at && at <= range.end)?;
    let assigning = assigning(machine, &references, &read.0);
    let home = home(machine, &assigning, machine.state(state).scope)?;
    Some(Named::Variable(home, read.0))
}

/// The variable that a key of `Assign` assigns.
fn variable_of_key(machine: &StateMachine, state: StateId, node: NodeRef<'_>) -> Option<Arc<str>> {
    let references = References::of(machine);
    let assigned = references.state(state).assigned.iter();
    let found = assigned.into_iter().find(|assigned| assigned.node == node.id())?;
    Some(found.name.clone())
}

/// The variables that a text reads, and where their names stand in it, without `$`.
fn variable_reads<'t>(
    text: &'t Text,
    node: NodeRef<'t>,
) -> impl Iterator<Item = (Arc<str>, std::ops::Range<usize>)> + 't {
    text.variables().iter().filter_map(move |read| {
        let start = read.range.start + 1;
        let range = start..start + read.name.len();
        let written = node.as_str()?.get(read.range.start..range.end)?;
        (written.strip_prefix('$') == Some(&*read.name)).then(|| (read.name.clone(), range))
    })
}

/// The scopes whose states assign `name`.
fn assigning(machine: &StateMachine, references: &References, name: &str) -> FxHashSet<ScopeId> {
    let assigns = |state: &&State| {
        let mut assigned = references.state(state.id).assigned.iter();
        assigned.any(|assigned| *assigned.name == *name)
    };
    machine
        .states()
        .iter()
        .filter(assigns)
        .map(|state| state.scope)
        .collect()
}

/// The scope whose states assign the variable that is read in `scope`: itself, or the nearest around it of those that
/// assign it. The executions of a Distributed Map see none from outside.
fn home(machine: &StateMachine, assigning: &FxHashSet<ScopeId>, scope: ScopeId) -> Option<ScopeId> {
    let mut at = machine.scope(scope);
    loop {
        if assigning.contains(&at.id) {
            return Some(at.id);
        }
        if at.is_distributed() {
            return None;
        }
        at = machine.scope(machine.state(at.owner?).scope);
    }
}

/// Everywhere that it is named, in the order of the text.
pub(super) fn occurrences(machine: &StateMachine, named: &Named) -> Vec<Occurrence> {
    let mut found = match named {
        Named::State(id) => of_state(machine, *id),
        Named::Variable(home, name) => of_variable(machine, *home, name),
    };
    found.sort_unstable();
    // What an alias stands for is written once.
    found.dedup();
    found
}

fn of_state(machine: &StateMachine, id: StateId) -> Vec<Occurrence> {
    let state = machine.state(id);
    let scope = machine.scope(state.scope);
    let document = machine.document();
    let key = machine.node(state.node).as_member();
    let mut found = Vec::new();
    found.extend(key.and_then(|key| key_text(document, key)).map(write));
    let mut reference = |reference: &crate::asl::Reference| {
        if machine.resolve(scope.id, reference) == Some(id) {
            found.extend(string_text(machine.node(reference.node)).map(read));
        }
    };
    scope.start_at.iter().for_each(&mut reference);
    for from in &scope.states {
        for transition in machine.state(*from).transitions() {
            reference(transition.target);
        }
    }
    found
}

fn of_variable(machine: &StateMachine, home_scope: ScopeId, name: &str) -> Vec<Occurrence> {
    let references = References::of(machine);
    let document = machine.document();
    let assigning = assigning(machine, &references, name);
    let mut found = Vec::new();
    for state in machine.states() {
        let of_state = references.state(state.id);
        let assigned = (of_state.assigned.iter()).filter(|assigned| *assigned.name == *name);
        if state.scope == home_scope {
            for assigned in assigned {
                let key = document.node(assigned.node).as_member();
                let span = key.and_then(|key| key_text(document, key));
                let span = span.filter(|span| document.file().text()[span.range()].starts_with(name));
                // `x.$` assigns `x`.
                found.extend(span.map(|span| {
                    let start = span.start as usize;
                    write(Span::new(start, start + name.len()))
                }));
            }
        }
        for text in &of_state.texts {
            let node = document.node(text.node);
            for (read_name, range) in variable_reads(text, node) {
                if *read_name == *name && home(machine, &assigning, state.scope) == Some(home_scope) {
                    found.push(read(node.span_in_source(range)));
                }
            }
        }
    }
    found
}

fn write(span: Span) -> Occurrence {
    Occurrence { span, is_write: true }
}

fn read(span: Span) -> Occurrence {
    Occurrence {
        span,
        is_write: false,
    }
}

/// The file of a definition that a template names at `offset`.
fn called_file(open: &OpenDocument, offset: usize) -> Option<Target> {
    // Of a module of Terraform's several files may lead to one.
    let is_here = |caller: &Caller| {
        let span = caller.span;
        caller.file.name() == open.file().name()
            && span.start as usize <= offset
            && offset <= span.end as usize
    };
    let mut called = open.called().iter();
    let called = called.find(|called| called.callers().iter().any(is_here))?;
    Some(Target {
        path: Some(PathBuf::from(called.file().name())),
        span: Span::at(0),
    })
}

/// From a test file: to the definition it names, or to the state of it.
fn from_test(open: &OpenDocument, offset: usize, files: &dyn Files) -> Vec<Target> {
    let found = || {
        let document = open.test()?;
        let at = document.at(offset)?;
        let (path, definition) = super::tests_of::tested(open, files)?;
        let name = super::tests_of::named_at(&at)?;
        match name {
            super::tests_of::Name::Definition => Some(Target {
                path: Some(path),
                span: match definition.document() {
                    Some(document) if !definition.is_whole_file() => {
                        Span::at(document.root().span().start as usize)
                    }
                    _ => Span::at(0),
                },
            }),
            super::tests_of::Name::State(name) => {
                let machine = definition.machine()?;
                let mut states = machine.states().iter().filter(|state| *state.name == *name);
                let state = states.next()?;
                Some(Target {
                    path: Some(path),
                    span: state.name_span,
                })
            }
        }
    };
    found().into_iter().collect()
}

/// The definition in a file around, read as it stands.
pub(super) fn read_definition(
    path: &std::path::Path,
    resource: Option<&str>,
    files: &dyn Files,
) -> Option<Definition> {
    let file = files.read(path)?;
    Definition::in_file(file, &ParseOptions::default(), resource).ok()
}
