//! A state or variable under another name, everywhere it is named. The edits are made in memory first; where anything but
//! the name would change, nothing is renamed. What else is wrong in the definition stands in no way.

use std::path::PathBuf;
use std::sync::Arc;

use super::completion::written;
use super::place::{Place, key_text, string_text};
use super::targets::{Named, Occurrence, named, occurrences};
use super::tests_of::{self, Name, naming, normal, tested};
use super::{Files, OpenDocument};
use crate::arrange::Arrange as _;
use crate::asl::{ScopeId, StateId, StateMachine};
use crate::definition::{Definition, apply_edits};
use crate::diagnostics::{Edit, Span};
use crate::diff::Kind;
use crate::expr::jsonata::Expression;
use crate::references::References;
use crate::source::{self, Document, Format, Member, NodeId, NodeKind, NodeRef, ParseOptions, SourceFile};
use crate::validate::{LONGEST_NAME, is_variable_name};

/// The edits of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdits {
    /// The file; `None` for the document itself.
    pub path: Option<PathBuf>,
    /// Edits that do not overlap, in the order of the text.
    pub edits: Vec<Edit>,
}

/// What is renamed.
enum Renamed {
    /// A state or variable.
    One(Named),
    /// A state whose name another one has as well: those that lead to it stay with the other.
    Twin(StateId),
    /// What transitions of a scope lead to, and is not there.
    Missing(ScopeId),
}

/// What is renamed, wherever it stands.
struct Found<'o> {
    definition: &'o Definition,
    machine: &'o StateMachine,
    what: Renamed,
    name: String,
    places: Vec<Occurrence>,
}

fn found(open: &OpenDocument, offset: usize) -> Result<Found<'_>, String> {
    let nothing = || "here is neither the name of a state nor a variable".to_owned();
    let definition = open.definition_at(offset).ok_or_else(nothing)?;
    let machine = definition.machine().ok_or_else(nothing)?;
    let place = Place::at(machine, offset).ok_or_else(nothing)?;
    let (what, name) = match named(machine, &place, offset) {
        Some(Named::State(id)) => {
            let state = machine.state(id);
            let mut others = machine
                .scope(state.scope)
                .states
                .iter()
                .filter(|other| **other != id);
            match others.any(|other| machine.state(*other).name == state.name) {
                true if place.at.on_key => (Renamed::Twin(id), state.name.to_string()),
                true => {
                    return Err(format!(
                        "there are several states '{}': rename one of them where it is written",
                        state.name
                    ));
                }
                false => (Renamed::One(Named::State(id)), state.name.to_string()),
            }
        }
        Some(Named::Variable(scope, name)) => {
            let found = name.to_string();
            (Renamed::One(Named::Variable(scope, name)), found)
        }
        None => {
            let context = &place.context;
            let node = (!place.at.on_key && context.is_target()).then_some(place.at.node);
            let name = node.and_then(NodeRef::as_str).filter(|name| !name.is_empty());
            (
                Renamed::Missing(context.scope),
                name.ok_or_else(nothing)?.to_owned(),
            )
        }
    };
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
    if machine.document().is_mended() {
        return Err("while the text is broken nothing is renamed".to_owned());
    }
    let (places, all) = match &what {
        Renamed::One(named) => (occurrences(machine, named), count(machine, named)),
        Renamed::Twin(id) => {
            let key = machine.node(machine.state(*id).node).as_member();
            let span = key.and_then(|key| key_text(machine.document(), key));
            (
                span.map(|span| Occurrence { span, is_write: true })
                    .into_iter()
                    .collect(),
                1,
            )
        }
        Renamed::Missing(scope) => {
            let nodes = missing(machine, *scope, &name);
            let spans = nodes.iter().filter_map(|node| string_text(*node));
            let places = spans.map(|span| Occurrence {
                span,
                is_write: false,
            });
            (places.collect(), nodes.len())
        }
    };
    if places.len() < all {
        return Err(format!(
            "'{name}' is written in another way somewhere: by an alias, or over several lines"
        ));
    }
    Ok(Found {
        definition,
        machine,
        what,
        name,
        places,
    })
}

/// The values that name a state which a scope does not have.
fn missing<'m>(machine: &'m StateMachine, scope: ScopeId, name: &str) -> Vec<NodeRef<'m>> {
    let of = machine.scope(scope);
    let states = of.states.iter().map(|id| machine.state(*id));
    let transitions = states.flat_map(|state| state.transitions().map(|transition| transition.target));
    let all = of.start_at.iter().chain(transitions);
    all.filter(|target| *target.name == *name && machine.resolve(scope, target).is_none())
        .map(|target| machine.node(target.node))
        .collect()
}

/// The document that a test file is about, and where in it the state stands that the file names at `offset`, and where that
/// name stands.
fn of_test(open: &OpenDocument, offset: usize, files: &dyn Files) -> Option<(OpenDocument, usize, Span)> {
    let at = open.test()?.at(offset)?;
    let Some(Name::State(name)) = tests_of::named_at(&at) else {
        return None;
    };
    let token = if at.on_key {
        at.node.key_span()
    } else {
        at.node.span()
    };
    let quotes = usize::from(open.file().text()[token.range()].starts_with(['"', '\'']));
    let span = Span::new(token.start as usize + quotes, token.end as usize - quotes);
    let (path, definition) = tested(open, files)?;
    let machine = definition.machine()?;
    let state = machine.states().iter().find(|state| state.name == name)?;
    let callers = definition.callers().iter();
    let callers = callers.map(|caller| PathBuf::from(caller.file.name())).collect();
    let mut options = ParseOptions::default();
    options.mend = true;
    let file = files.read(&path)?;
    let document = OpenDocument::named_by(callers, &path, file, &options, false);
    Some((document, state.name_span.start as usize + 1, span))
}

/// What can be renamed at `offset`: its place there, and its name.
///
/// # Errors
/// Why nothing can.
pub fn prepare(open: &OpenDocument, offset: usize, files: &dyn Files) -> Result<(Span, String), String> {
    if let Some((document, offset, span)) = of_test(open, offset, files) {
        return Ok((span, found(&document, offset)?.name));
    }
    let found = found(open, offset)?;
    let is_here = |one: &&Occurrence| one.span.start as usize <= offset && offset <= one.span.end as usize;
    let here = found.places.iter().find(is_here);
    let here = here.ok_or("here is neither the name of a state nor a variable")?;
    Ok((here.span, found.name))
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
    if let Some((document, offset, _)) = of_test(open, offset, files) {
        let mut edits = at(&document, offset, new, files)?;
        let own = normal(open.path());
        for file in &mut edits {
            let path = file.path.take().unwrap_or_else(|| document.path().to_owned());
            file.path = (normal(&path) != own).then_some(path);
        }
        return Ok(edits);
    }
    let found = found(open, offset)?;
    let Found { machine, what, .. } = &found;
    // A variable may be written as expressions write it.
    let is_variable = matches!(what, Renamed::One(Named::Variable(..)));
    let new = if is_variable {
        new.strip_prefix('$').unwrap_or(new)
    } else {
        new
    };
    if new == found.name {
        return Ok(Vec::new());
    }
    check_name(machine, what, new)?;
    let text = open.file().text();
    let format = machine.document().format();
    let edits = found.places.iter();
    let edits: Vec<Edit> = edits
        .map(|one| edit(text, one.span, new, format, is_variable))
        .collect();
    prove(open, &found, new, &edits)?;
    let mut all = vec![FileEdits { path: None, edits }];
    // A test names the state that is left.
    if let Renamed::One(Named::State(_)) = what {
        all.extend(in_tests(
            open,
            found.definition,
            machine,
            &found.name,
            new,
            files,
        )?);
    }
    Ok(all)
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

fn check_name(machine: &StateMachine, what: &Renamed, new: &str) -> Result<(), String> {
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
    if new.trim() != new {
        return Err("a name that begins or ends with a blank is hardly meant".to_owned());
    }
    match what {
        // What is there may be what was meant.
        Renamed::Missing(_) => {}
        Renamed::One(Named::State(_)) | Renamed::Twin(_) => {
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
        Renamed::One(Named::Variable(..)) => {
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
fn edit(text: &str, span: Span, new: &str, format: Format, is_variable: bool) -> Edit {
    let before = text[..span.start as usize].chars().next_back();
    let quote =
        before.filter(|quote| matches!(quote, '"' | '\'') && text[span.end as usize..].starts_with(*quote));
    let new = match is_variable {
        // The name of a variable is spelt one way wherever it stands.
        true => new.to_owned(),
        false => written(new, quote, format),
    };
    Edit { span, text: new }
}

/// Whether the text with the edits differs in the one name alone.
fn prove(open: &OpenDocument, found: &Found<'_>, new: &str, edits: &[Edit]) -> Result<(), String> {
    let Found {
        definition,
        machine,
        what,
        name: old,
        ..
    } = found;
    let refused = || {
        Err(match clash(machine, what, old, new) {
            Some(clash) => format!("'{old}' is not renamed: {clash}"),
            None => format!("more than the name '{old}' would change: it is not renamed"),
        })
    };
    let text = apply_edits(open.file().text(), edits.iter());
    let file = Arc::new(SourceFile::new(open.file().name(), text));
    // What is said twice is read all the same.
    let mut options = ParseOptions::default();
    options.mend = true;
    let Some(after) = open.again(definition, file, &options) else {
        return refused();
    };
    let Some(renamed) = after.machine() else {
        return refused();
    };
    if renamed.states().len() != machine.states().len() || renamed.document().is_mended() {
        return refused();
    }
    let same = match what {
        Renamed::One(Named::Variable(home, _)) => {
            let is_elsewhere = |state: &crate::asl::State| {
                let references = References::of(machine);
                let mut assigned = references.state(state.id).assigned.iter();
                state.scope != *home && assigned.any(|assigned| *assigned.name == **old)
            };
            // Where another scope has a variable of the name, that stays as it is.
            let is_only = || {
                let changes = definition.changes(&after);
                changes.len() == 1 && changes[0].kind == Kind::VariableRenamed
            };
            same_variables(machine, renamed, *home, old, new)
                && (machine.states().iter().any(is_elsewhere) || is_only())
        }
        Renamed::One(Named::State(id)) | Renamed::Twin(id) => {
            let document = machine.document();
            same_tree(
                document,
                renamed.document(),
                Some(machine.state(*id).node),
                (old, new),
                edits,
            )
        }
        Renamed::Missing(_) => same_tree(machine.document(), renamed.document(), None, (old, new), edits),
    };
    if same { Ok(()) } else { refused() }
}

/// Whether two trees differ in nothing but a name: that of the member `key`, and those strings that edits are made of.
fn same_tree(
    before: &Document,
    after: &Document,
    key: Option<NodeId>,
    (old, new): (&str, &str),
    edits: &[Edit],
) -> bool {
    let is_edited = |node: NodeRef<'_>| {
        let span = node.span();
        edits
            .iter()
            .any(|edit| span.start <= edit.span.start && edit.span.end <= span.end)
    };
    let is_renamed = |one: &str, other: &str| one == old && other == new;
    let is_same_key = |one: &Member, other: &Member| match key == Some(one.value) {
        true => is_renamed(&one.key, &other.key),
        false => one.key == other.key,
    };
    let is_same = |(one, other): (NodeRef<'_>, NodeRef<'_>)| match (one.kind(), other.kind()) {
        (NodeKind::String(a), NodeKind::String(b)) => match is_edited(one) {
            true => is_renamed(a, b),
            false => a == b,
        },
        (NodeKind::Array(a), NodeKind::Array(b)) => a == b,
        (NodeKind::Object(a), NodeKind::Object(b)) => {
            let mut pairs = a.iter().zip(b);
            a.len() == b.len() && pairs.all(|(a, b)| a.value == b.value && is_same_key(a, b))
        }
        // Of numbers, words and placeholders the text counts.
        _ => before.file().text()[one.span().range()] == after.file().text()[other.span().range()],
    };
    before.len() == after.len() && before.all().zip(after.all()).all(is_same)
}

/// What stands against another name of a variable, for whoever is to do something about it.
fn clash(machine: &StateMachine, what: &Renamed, old: &str, new: &str) -> Option<String> {
    let Renamed::One(Named::Variable(home, _)) = what else {
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
                Some(quote @ ('"' | '\'')) if token.len() > 1 && token.ends_with(quote) => {
                    (inside, Some(quote))
                }
                _ => {
                    return Err(format!(
                        "{} writes '{old}' in another way: by an alias, or over several lines",
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
pub(super) fn places(open: &OpenDocument, offset: usize) -> Vec<Occurrence> {
    super::targets::named_at(open, offset)
        .map_or_else(Vec::new, |(machine, named)| occurrences(machine, &named))
}
