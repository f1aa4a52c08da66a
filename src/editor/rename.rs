//! A state or variable under another name, everywhere it is named. The edits are made in memory first; where anything but
//! the name would change, nothing is renamed.

use std::path::PathBuf;
use std::sync::Arc;

use super::completion::written;
use super::targets::{Named, named_at, occurrences};
use super::tests_of::naming;
use super::{Files, OpenDocument};
use crate::arrange::Arrange as _;
use crate::asl::{StateId, StateMachine};
use crate::definition::{Definition, apply_edits};
use crate::diagnostics::{Edit, Span};
use crate::diff::Kind;
use crate::expr::jsonata::Expression;
use crate::references::References;
use crate::source::{self, Format, ParseOptions, SourceFile};
use crate::validate::{LONGEST_NAME, is_variable_name};

/// The edits of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdits {
    /// The file; `None` for the document itself.
    pub path: Option<PathBuf>,
    /// Edits that do not overlap, in the order of the text.
    pub edits: Vec<Edit>,
}

/// What can be renamed at `offset`: its place there, and its name.
///
/// # Errors
/// Why nothing can.
pub fn prepare(open: &OpenDocument, offset: usize) -> Result<(Span, String), String> {
    let nothing = || "here is neither the name of a state nor a variable".to_owned();
    let definition = open.definition_at(offset).ok_or_else(nothing)?;
    let (machine, named) = named_at(open, offset).ok_or_else(nothing)?;
    if source::is_terraform(definition.file()) {
        return Err("in Terraform's files nothing is renamed".to_owned());
    }
    if !definition.is_editable() && definition.is_copy() {
        return Err("the file is a copy that the CDK made".to_owned());
    }
    if !definition.is_editable() && definition.is_whole_file() {
        return Err(
            "Terraform makes another text of this one, which has directives, escapes ($${) or YAML: \
                    what an edit changes in that is not known"
                .to_owned(),
        );
    }
    if !definition.is_editable() {
        return Err("the definition is a text in a template, which is not edited".to_owned());
    }
    if definition.text_error().is_some() {
        return Err("while the text is broken nothing is renamed".to_owned());
    }
    let name = match &named {
        Named::State(id) => machine.state(*id).name.to_string(),
        Named::Variable(_, name) => name.to_string(),
    };
    let all = occurrences(machine, &named);
    if all.len() < count(machine, &named) {
        return Err(format!(
            "'{name}' is written in another way somewhere: with escapes, or by an alias"
        ));
    }
    let here = all
        .iter()
        .find(|one| one.span.start as usize <= offset && offset <= one.span.end as usize);
    Ok((here.ok_or_else(nothing)?.span, name))
}

/// The edits that give what stands at `offset` the name `new`, in the document and in the test and mock files that name it.
///
/// # Errors
/// Why it is not renamed.
pub fn at(
    open: &OpenDocument,
    offset: usize,
    new: &str,
    files: &dyn Files,
) -> Result<Vec<FileEdits>, String> {
    let (_, old) = prepare(open, offset)?;
    let (machine, named) = named_at(open, offset).ok_or("here is no name")?;
    let definition = open.definition_at(offset).ok_or("here is no definition")?;
    // A variable may be written as expressions write it.
    let new = match named {
        Named::Variable(..) => new.strip_prefix('$').unwrap_or(new),
        Named::State(_) => new,
    };
    if new == old {
        return Ok(Vec::new());
    }
    check_name(machine, &named, new)?;
    let text = open.file().text();
    let format = machine.document().format();
    let edits = occurrences(machine, &named);
    let edits: Vec<Edit> = edits
        .iter()
        .map(|one| edit(text, one.span, new, format, &named))
        .collect();
    prove(open, definition, machine, &named, &old, new, &edits)?;
    let mut found = vec![FileEdits { path: None, edits }];
    if let Named::State(_) = named {
        found.extend(in_tests(open, definition, machine, &old, new, files)?);
    }
    Ok(found)
}

/// How often it is named: no place may be left out.
fn count(machine: &StateMachine, named: &Named) -> usize {
    let mut spans: Vec<Span> = Vec::new();
    match named {
        Named::State(id) => {
            let state = machine.state(*id);
            spans.push(state.name_span);
            let scope = machine.scope(state.scope);
            let transitions = (scope.states.iter()).flat_map(|from| {
                machine
                    .state(*from)
                    .transitions()
                    .map(|transition| transition.target)
            });
            let all = scope.start_at.iter().chain(transitions);
            let here = all.filter(|target| machine.resolve(scope.id, target) == Some(*id));
            spans.extend(here.map(|target| machine.node(target.node).span()));
        }
        Named::Variable(home, name) => {
            let references = References::of(machine);
            for id in &machine.scope(*home).states {
                let assigned = references.state(*id).assigned.iter();
                let here = assigned.filter(|assigned| *assigned.name == **name);
                spans.extend(here.map(|assigned| machine.node(assigned.node).key_span()));
            }
        }
    }
    spans.sort_unstable();
    spans.dedup();
    spans.len()
}

fn check_name(machine: &StateMachine, named: &Named, new: &str) -> Result<(), String> {
    if new.chars().count() > LONGEST_NAME {
        return Err(format!("a name has at most {LONGEST_NAME} characters"));
    }
    if new.is_empty() {
        return Err("a name cannot be empty".to_owned());
    }
    if new.chars().any(char::is_control) {
        return Err("a name cannot contain control characters".to_owned());
    }
    if source::placeholder::is_in(new) {
        return Err("a name with a placeholder is not known before it is deployed".to_owned());
    }
    match named {
        Named::State(_) => {
            if machine.states().iter().any(|state| *state.name == *new) {
                return Err(format!("there is a state '{new}' already"));
            }
            let is_named = |state: &crate::asl::State| {
                state
                    .transitions()
                    .any(|transition| *transition.target.name == *new)
            };
            if machine.states().iter().any(is_named) {
                return Err(format!(
                    "a transition leads to '{new}' already, which does not exist"
                ));
            }
        }
        Named::Variable(..) => {
            if !is_variable_name(new) {
                return Err(format!(
                    "'{new}' is no name of a variable: write letters, digits and underscores"
                ));
            }
            if new == "states" || Expression::is_function(new) {
                return Err(format!("${new} has a meaning in JSONata"));
            }
            let references = References::of(machine);
            let is_taken = machine.states().iter().any(|state| {
                let of_state = references.state(state.id);
                of_state.assigned.iter().any(|assigned| *assigned.name == *new)
                    || of_state.variables().iter().any(|name| **name == *new)
            });
            if is_taken {
                return Err(format!("there is a variable '{new}' already"));
            }
        }
    }
    Ok(())
}

/// One name replaced, written as the place asks for it.
fn edit(text: &str, span: Span, new: &str, format: Format, named: &Named) -> Edit {
    let before = text[..span.start as usize].chars().next_back();
    let quote =
        before.filter(|quote| matches!(quote, '"' | '\'') && text[span.end as usize..].starts_with(*quote));
    let new = match named {
        // The name of a variable is spelt one way wherever it stands.
        Named::Variable(..) => new.to_owned(),
        Named::State(_) => written(new, quote, format),
    };
    Edit { span, text: new }
}

/// Whether the text with the edits differs in the one name alone.
fn prove(
    open: &OpenDocument,
    definition: &Definition,
    machine: &StateMachine,
    named: &Named,
    old: &str,
    new: &str,
    edits: &[Edit],
) -> Result<(), String> {
    let refused = || {
        Err(match clash(machine, named, old, new) {
            Some(clash) => format!("'{old}' is not renamed: {clash}"),
            None => format!("more than the name '{old}' would change: it is not renamed"),
        })
    };
    let text = apply_edits(open.file().text(), edits.iter());
    let file = Arc::new(SourceFile::new(open.file().name(), text));
    let Some(after) = open.again(definition, file, &ParseOptions::default()) else {
        return refused();
    };
    let Some(renamed) = after.machine() else {
        return refused();
    };
    if renamed.states().len() != machine.states().len() {
        return refused();
    }
    let same = match named {
        Named::State(id) => {
            let changes = definition.changes(&after);
            let only = changes.iter().all(|change| change.kind == Kind::StateRenamed);
            only && changes.len() == 1 && same_transitions(machine, renamed, *id, new)
        }
        Named::Variable(home, _) => {
            let is_elsewhere = |state: &crate::asl::State| {
                let references = References::of(machine);
                let mut assigned = references.state(state.id).assigned.iter();
                state.scope != *home && assigned.any(|assigned| *assigned.name == *old)
            };
            // Where another scope has a variable of the name, that stays as it is.
            let is_only = || {
                let changes = definition.changes(&after);
                changes.len() == 1 && changes[0].kind == Kind::VariableRenamed
            };
            same_variables(machine, renamed, *home, old, new)
                && (machine.states().iter().any(is_elsewhere) || is_only())
        }
    };
    if same { Ok(()) } else { refused() }
}

/// What stands against another name of a variable, for whoever is to do something about it.
fn clash(machine: &StateMachine, named: &Named, old: &str, new: &str) -> Option<String> {
    let Named::Variable(home, _) = named else {
        return None;
    };
    let text = machine.document().file().text();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let names = |span: Span| {
        let text = text.get(span.range()).unwrap_or_default();
        let mut found = text.match_indices(new);
        found.any(|(at, _)| text[..at].ends_with('$') && !text[at + new.len()..].starts_with(is_word))
    };
    // Of states in one another the innermost stands last.
    let mut states = machine.states().iter().rev();
    if let Some(state) = states.find(|state| names(machine.node(state.node).span())) {
        return Some(format!(
            "an expression of '{}' has a ${new} of its own",
            state.name
        ));
    }
    let references = References::of(machine);
    let assigns = |state: &&crate::asl::State| {
        let mut assigned = references.state(state.id).assigned.iter();
        state.scope != *home && assigned.any(|assigned| *assigned.name == *old)
    };
    let other = machine.states().iter().find(assigns)?;
    Some(format!(
        "'{}' assigns a variable ${old} in another scope",
        other.name
    ))
}

/// Whether each transition leads where it led.
fn same_transitions(before: &StateMachine, after: &StateMachine, id: StateId, new: &str) -> bool {
    let targets = |machine: &StateMachine, state: &crate::asl::State| -> Vec<Option<StateId>> {
        let transitions = state.transitions();
        transitions
            .map(|transition| machine.resolve(state.scope, transition.target))
            .collect()
    };
    let states = before.states().iter().zip(after.states());
    let mut states = states.map(|(one, other)| {
        let name = if one.id == id { new } else { &*one.name };
        *other.name == *name && targets(before, one) == targets(after, other)
    });
    states.all(|same| same)
}

/// Whether each state reads and assigns the variables that it did, one of them under its new name.
fn same_variables(
    before: &StateMachine,
    after: &StateMachine,
    home: crate::asl::ScopeId,
    old: &str,
    new: &str,
) -> bool {
    let (one, other) = (References::of(before), References::of(after));
    let is_inside = |mut scope: crate::asl::ScopeId| loop {
        if scope == home {
            return true;
        }
        match before.scope(scope).owner {
            Some(owner) => scope = before.state(owner).scope,
            None => return false,
        }
    };
    before.states().iter().all(|state| {
        let name = |name: &Arc<str>| match **name == *old && is_inside(state.scope) {
            true => new.to_owned(),
            false => name.to_string(),
        };
        let (one, other) = (one.state(state.id), other.state(state.id));
        let reads = |of: &crate::references::StateReferences, name: &dyn Fn(&Arc<str>) -> String| {
            let texts = of.texts.iter();
            let reads = texts.map(|text| {
                (
                    text.field.clone(),
                    text.variables().iter().map(|read| name(&read.name)).collect(),
                )
            });
            reads.collect::<Vec<(String, Vec<String>)>>()
        };
        let assigned = |of: &crate::references::StateReferences, name: &dyn Fn(&Arc<str>) -> String| {
            of.assigned
                .iter()
                .map(|assigned| name(&assigned.name))
                .collect::<Vec<String>>()
        };
        let plain = |name: &Arc<str>| name.to_string();
        // The fields of Assign are called as the variables are.
        let fields =
            |list: Vec<(String, Vec<String>)>| list.into_iter().map(|(_, names)| names).collect::<Vec<_>>();
        fields(reads(one, &name)) == fields(reads(other, &plain))
            && assigned(one, &name) == assigned(other, &plain)
    })
}

/// The edits of the test files of the definition, and of the mock files that they name.
fn in_tests(
    open: &OpenDocument,
    definition: &Definition,
    machine: &StateMachine,
    old: &str,
    new: &str,
    files: &dyn Files,
) -> Result<Vec<FileEdits>, String> {
    let mut found = Vec::new();
    let is_ambiguous = machine
        .states()
        .iter()
        .filter(|state| *state.name == *old)
        .count()
        > 1;
    for file in naming(open, definition, files) {
        let text = file.document.file().text();
        let mut edits = Vec::new();
        for named in file.names().into_iter().filter(|named| named.name == old) {
            let token = &text[named.span.range()];
            let inside = Span::new(
                named.span.start as usize + 1,
                (named.span.end as usize).saturating_sub(1),
            );
            let (span, quote) = match token.chars().next() {
                _ if token == old => (named.span, None),
                Some(quote @ ('"' | '\'')) if text.get(inside.range()) == Some(old) => (inside, Some(quote)),
                _ => {
                    return Err(format!(
                        "{} writes '{old}' in another way: with escapes, or by an alias",
                        file.path.display()
                    ));
                }
            };
            let text = written(new, quote, file.document.format());
            edits.push(Edit { span, text });
        }
        if edits.is_empty() {
            continue;
        }
        if is_ambiguous {
            return Err(format!(
                "{} names '{old}', and there are several states of that name",
                file.path.display()
            ));
        }
        edits.arrange_by_key(|edit| edit.span);
        edits.dedup();
        found.push(FileEdits {
            path: Some(file.path.clone()),
            edits,
        });
    }
    Ok(found)
}

/// The places of a name, for tests.
#[cfg(test)]
pub(super) fn places(open: &OpenDocument, offset: usize) -> Vec<super::targets::Occurrence> {
    named_at(open, offset).map_or_else(Vec::new, |(machine, named)| occurrences(machine, &named))
}
