//! What a name, a field, a resource, a function or a path means.

use std::fmt::Write as _;
use std::ops::Range;

use super::errors;
use super::functions;
use super::place::{Place, Role};
use super::targets::{Named, named};
use super::values::value_at;
use super::{Files, Kind as DocumentKind, OpenDocument, completion, placeholders, tests_of};
use crate::asl::QueryLanguage::{JsonPath, Jsonata};
use crate::asl::fields::docs::doc;
use crate::asl::fields::{Content, Kind, Languages, Shape};
use crate::asl::{Resource, StateId, StateMachine, StateType, TransitionKind, context_object};
use crate::definition::Definition;
use crate::diagnostics::{Span, code_span};
use crate::lint::Looks;
use crate::references::References;
use crate::services::Call;
use crate::source::NodeRef;

/// What is shown about a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The text, in Markdown.
    pub markdown: String,
    /// What it is about.
    pub span: Span,
}

/// So many names are listed of what leads to a state.
const MOST_NAMES: usize = 8;

/// What is to be said of what stands at `offset`.
pub fn at(open: &OpenDocument, offset: usize, files: &dyn Files) -> Option<Hover> {
    if let Some(found) = placeholders::at(open, offset) {
        return Some(Hover {
            markdown: found.markdown(open),
            span: found.span,
        });
    }
    if open.kind() == DocumentKind::Test {
        return in_test(open, offset, files);
    }
    let definition = open.definition_at(offset)?;
    let machine = definition.machine()?;
    let place = Place::at(machine, offset)?;
    let node = place.at.node;
    let hover = |markdown: String, span: Span| Some(Hover { markdown, span });
    match named(machine, &place, offset) {
        Some(Named::State(id)) => {
            let span = match place.at.on_key {
                true => node.key_span(),
                false => node.span(),
            };
            return hover(of_state(definition, machine, id)?, span);
        }
        Some(Named::Variable(scope, name)) if place.at.on_key => {
            return hover(of_variable(machine, scope, &name), node.key_span());
        }
        Some(Named::Variable(scope, name)) => {
            return hover(of_variable(machine, scope, &name), word(node, offset)?.1);
        }
        None => {}
    }
    if place.at.on_key {
        let found = of_field(&place).or_else(|| completion::described(&place.context, node));
        return hover(found?, node.key_span());
    }
    let field = place.context.field?;
    match field.shape {
        Shape::Resource | Shape::StorageResource(_) if place.context.role_is_field_value(node) => {
            hover(of_resource(node.as_str()?)?, node.span())
        }
        _ => {
            if let Some((name, span)) = word(node, offset)
                && let Some(markdown) = of_function(&place, &name)
            {
                return hover(markdown, span);
            }
            if let Some((markdown, span)) = of_context(&place, node, offset) {
                return hover(markdown, span);
            }
            if let Some(value) = value_at(open, definition, &place, files) {
                return hover(value.markdown(), node.span());
            }
            if let Some((markdown, span)) = of_path(definition, machine, &place, offset) {
                return hover(markdown, span);
            }
            hover(of_value(&place, node)?, node.span())
        }
    }
}

/// A field: what it means, in which language it counts, and AWS's page.
fn of_field(place: &Place<'_>) -> Option<String> {
    let (object, kind) = place.context.object?;
    // Only the key of the field itself: data may have members of any name.
    let holder = place.at.node.parent()?;
    let (kind, name) = match place.context.role {
        Role::Object(_) | Role::List(_) | Role::States | Role::Value(_) if holder.id() == object.id() => {
            (kind, place.at.node.key()?)
        }
        // The value is an object of the table itself.
        Role::Object(_) => {
            let context = super::place::Context::of(place.context.machine, holder);
            let Role::Object(kind) = context.role else {
                return None;
            };
            (kind, place.at.node.key()?)
        }
        _ => return None,
    };
    of_field_named(kind, name)
}

/// A plain value: what its field means, or the error that it names.
fn of_value(place: &Place<'_>, node: NodeRef<'_>) -> Option<String> {
    let (field, (_, kind)) = (place.context.field?, place.context.object?);
    let text = node.as_str();
    match field.shape {
        Shape::ErrorNames => {
            let name = text?;
            let words = errors::sentence(name)?;
            Some(format!(
                "**{}**\n\n{words}\n\n[AWS documentation]({})",
                inline(name),
                errors::PAGE
            ))
        }
        Shape::Enum(_) if field.name == "Type" && text.and_then(of_state_type).is_some() => {
            let (name, words) = (text?, text.and_then(of_state_type)?);
            let rest = of_field_named(kind, field.name)?;
            Some(format!("**{name}**: {words}\n\n{rest}"))
        }
        Shape::Enum(_) | Shape::Bool => of_field_named(kind, field.name),
        _ => None,
    }
}

fn of_field_named(kind: Kind, name: &str) -> Option<String> {
    let field = kind.field(name)?;
    let doc = doc(kind, name)?;
    let language = match field.languages {
        Languages::Both => "",
        Languages::JsonPath => " (JSONPath only)",
        Languages::Jsonata => " (JSONata only)",
    };
    let required = if field.required { ", required" } else { "" };
    Some(format!(
        "**{name}**{language}: field of {}{required}\n\n{}\n\n[AWS documentation]({})",
        kind.describe(),
        doc.description,
        doc.page
    ))
}

/// A state: its type, what it does, what it retries, where it leads, and what leads to it.
fn of_state(definition: &Definition, machine: &StateMachine, id: StateId) -> Option<String> {
    let state = machine.state(id);
    let mut out = format!("**{}**", inline(&state.name));
    if let Some(state_type) = state.state_type {
        let _ = write!(out, ": {state_type} state");
    }
    if let Some(called) = state.resource().describe() {
        let _ = write!(out, "\n\nCalls {}", code_span(&called));
    }
    if let Some(comment) = state.fields(machine).comment().and_then(NodeRef::as_str) {
        let _ = write!(out, "\n\n{}", inline(comment));
    }
    let name = |id: StateId| code_span(&machine.state(id).name);
    let graph = definition.flow()?.scope(state.scope);
    let mut lines: Vec<String> = Vec::new();
    for (kind, to) in graph.successors(id) {
        lines.push(match kind {
            TransitionKind::Next => format!("goes on to {}", name(to)),
            TransitionKind::Choice(index) => format!("by rule {} to {}", index + 1, name(to)),
            TransitionKind::Default => format!("otherwise to {}", name(to)),
            TransitionKind::Catch(index) => {
                let errors = state.catchers.get(index).map(|catcher| &catcher.errors);
                let errors = errors.into_iter().flatten().map(|error| code_span(&error.name));
                format!("on {} to {}", errors.collect::<Vec<_>>().join(", "), name(to))
            }
        });
    }
    for retrier in &state.retriers {
        let errors: Vec<String> = retrier
            .errors
            .iter()
            .map(|error| code_span(&error.name))
            .collect();
        let times = match &retrier.open_attempts {
            Some(placeholder) => format!("{} times", code_span(placeholder)),
            None => {
                crate::diagnostics::counted(usize::try_from(retrier.attempts()).unwrap_or(usize::MAX), "time")
            }
        };
        lines.push(format!("retries {} up to {times}", errors.join(", ")));
    }
    if state.is_terminal() {
        lines.push("ends its scope".to_owned());
    }
    let mut from: Vec<StateId> = graph.predecessors(id).into_iter().map(|(_, from)| from).collect();
    from.sort_unstable();
    from.dedup();
    let mut names: Vec<String> = from.iter().take(MOST_NAMES).map(|from| name(*from)).collect();
    if graph.start() == Some(id) {
        names.insert(0, "the start".to_owned());
    }
    let more = from.len().saturating_sub(MOST_NAMES);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    if !names.is_empty() {
        lines.push(format!("reached from {}", names.join(", ")));
    }
    for line in lines {
        let _ = write!(
            out,
            "{}- {line}",
            if out.contains("\n- ") { "\n" } else { "\n\n" }
        );
    }
    Some(out)
}

/// A variable: the states that assign it.
fn of_variable(machine: &StateMachine, scope: crate::asl::ScopeId, name: &str) -> String {
    let references = References::of(machine);
    let assigns = |id: &&StateId| {
        let mut assigned = references.state(**id).assigned.iter();
        assigned.any(|assigned| *assigned.name == *name)
    };
    let by: Vec<String> = (machine.scope(scope).states.iter().filter(assigns))
        .map(|id| code_span(&machine.state(*id).name))
        .collect();
    format!("**${}**: variable, assigned by {}", inline(name), by.join(", "))
}

/// What a task calls, and what it must be sent.
fn of_resource(arn: &str) -> Option<String> {
    let resource = Resource::parse(arn);
    let mut out = format!("**{}**", inline(&resource.describe()?));
    if let Some(names) = required(&resource).filter(|names| !names.is_empty()) {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let _ = write!(out, "\n\nRequired: {}", names.join(", "));
    }
    Some(out)
}

/// The names of what must be sent; `None` where no model is known.
fn required(resource: &Resource<'_>) -> Option<Vec<String>> {
    let call = Call::of(resource)?;
    if let Some(input) = call.input() {
        let names = input
            .required()
            .map(|member| input.spelling.write(member.name).into_owned());
        return Some(names.collect());
    }
    call.own_needs()
        .map(|needs| needs.iter().map(|name| (*name).to_owned()).collect())
}

/// A function of the language of the place.
fn of_function(place: &Place<'_>, name: &str) -> Option<String> {
    let Role::Value(content) = place.context.role else {
        return None;
    };
    let row = match content {
        Content::Template(Jsonata) => functions::jsonata(name.strip_prefix('$')?)?,
        Content::PathOrCall => functions::intrinsic(name)?,
        _ => return None,
    };
    Some(format!("`{name}({})`\n\n{}", row.1, row.2))
}

/// A part of the context object: what it is, and an example.
fn of_context(place: &Place<'_>, node: NodeRef<'_>, offset: usize) -> Option<(String, Span)> {
    if !matches!(
        place.context.role,
        Role::Value(Content::Path | Content::PathOrCall | Content::Template(Jsonata))
    ) {
        return None;
    }
    let (word, span) = path_to(node, offset)?;
    let root = match place.context.language {
        Jsonata => "$states.context",
        JsonPath => "$$",
    };
    let rest = word.strip_prefix(root)?;
    let names: Vec<&str> = match rest {
        "" => Vec::new(),
        rest => rest.strip_prefix('.')?.split('.').collect(),
    };
    let title = format!("**{}**: ", inline(word));
    if let Some((_, (kind, words, example))) = context_object::member(&names) {
        let kind = match kind {
            context_object::Kind::Text => "string",
            context_object::Kind::TextOrNull => "string or null",
            context_object::Kind::Number => "number",
            context_object::Kind::Anything => "any value",
        };
        let mut out = format!("{title}{kind}\n\n{words}");
        if !example.is_empty() {
            let _ = write!(out, " Example: `{example}`");
        }
        return Some((out, span));
    }
    let members: Vec<String> = (context_object::members(&names).iter())
        .map(|name| format!("`{name}`"))
        .collect();
    let what = match names.is_empty() {
        true => "the context object",
        false => "object of the context object",
    };
    (!members.is_empty()).then(|| (format!("{title}{what}\n\nHas {}", members.join(", ")), span))
}

/// The name at a place of a path, and those before it.
fn path_to(node: NodeRef<'_>, offset: usize) -> Option<(&str, Span)> {
    let (text, at) = (node.as_str()?, node.offset_in_text(offset)?);
    let range = word_range(text, at)?;
    let end = text[at..range.end].find('.').map_or(range.end, |dot| at + dot);
    Some((&text[range.start..end], node.span_in_source(range.start..end)))
}

/// A part of data: what it is a part of, and the members that are known of it.
fn of_path(
    definition: &Definition,
    machine: &StateMachine,
    place: &Place<'_>,
    offset: usize,
) -> Option<(String, Span)> {
    let node = place.at.node;
    let state = machine.state(place.context.state?);
    let references = References::of(machine);
    let mut texts = references.state(state.id).texts.iter();
    let field = &*texts.find(|text| text.node == node.id())?.field;
    let (word, span) = path_to(node, offset)?;
    let names: Vec<&str> = word.split('.').collect();
    let (of, looks, rest) = match (&names[..], place.context.language) {
        (["$", rest @ ..], JsonPath) => match field {
            "ResultPath" => ("the input, where the result is put", Looks::Input, rest),
            "OutputPath" => ("the output", Looks::Field(field), rest),
            _ if field.starts_with("Catch[") => ("the error output", Looks::Field(field), rest),
            _ if field.starts_with("ResultSelector") => ("the result", Looks::Field(field), rest),
            _ if field.starts_with("Assign") && state.state_type == Some(StateType::Task) => {
                ("the result", Looks::Field(field), rest)
            }
            _ => ("the input", Looks::Field(field), rest),
        },
        (["$states", "input", rest @ ..], Jsonata) => ("the input", Looks::Input, rest),
        (["$states", "result", rest @ ..], Jsonata) => ("the result", Looks::Result, rest),
        _ => return None,
    };
    let part = if rest.is_empty() { "" } else { "part of " };
    let mut out = format!("**{}**: {part}{of} of '{}'", inline(word), inline(&state.name));
    let members = completion::known(definition, state, looks, rest, Some(node));
    let (shown, more) = members.split_at(members.len().min(MOST_NAMES));
    if !shown.is_empty() {
        let shown: Vec<String> = shown.iter().map(|name| code_span(name)).collect();
        let _ = write!(out, "\n\nHas {}", shown.join(", "));
        if !more.is_empty() {
            let _ = write!(out, " and {} more", more.len());
        }
    }
    Some((out, span))
}

/// A state that a test file names.
fn in_test(open: &OpenDocument, offset: usize, files: &dyn Files) -> Option<Hover> {
    let at = open.test()?.at(offset)?;
    let tests_of::Name::State(name) = tests_of::named_at(&at)? else {
        return None;
    };
    let (_, definition) = tests_of::tested(open, files)?;
    let machine = definition.machine()?;
    let state = machine.states().iter().find(|state| *state.name == *name)?;
    Some(Hover {
        markdown: of_state(&definition, machine, state.id)?,
        span: match at.on_key {
            true => at.node.key_span(),
            false => at.node.span(),
        },
    })
}

/// What a type of state does.
fn of_state_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "Task" => "Calls a service, a function or an activity, and waits for what it answers.",
        "Pass" => "Passes its input on, changed as it says, or gives a fixed result.",
        "Choice" => "Goes on to the state of the first rule that holds, or else to its Default.",
        "Wait" => "Waits for some seconds, or until a time.",
        "Succeed" => "Ends the execution, branch or iteration with success.",
        "Fail" => "Ends the execution with an error.",
        "Parallel" => {
            "Runs its branches side by side on the same input, and gives their outputs in an array."
        }
        "Map" => "Runs its processor once for each item, and gives the outputs in an array.",
        _ => return None,
    })
}

/// The name at a place of a string, with its `$` and dots, and where it stands.
fn word(node: NodeRef<'_>, offset: usize) -> Option<(String, Span)> {
    let text = node.as_str()?;
    let range = word_range(text, node.offset_in_text(offset)?)?;
    Some((text[range.clone()].to_owned(), node.span_in_source(range)))
}

/// Where in `text` that name stands.
pub(super) fn word_range(text: &str, at: usize) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let start = text.get(..at)?.trim_end_matches(is_word).len();
    let rest = text.get(at..)?;
    let end = at + (rest.len() - rest.trim_start_matches(is_word).len());
    (start < end).then_some(start..end)
}

/// Text of the user's between other text: nothing in it is Markdown.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            c if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | '\'' | '/' | '-' | '?') => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

impl super::place::Context<'_> {
    /// Whether `node` is the value of the field, and no part of it.
    fn role_is_field_value(&self, node: NodeRef<'_>) -> bool {
        self.value.is_some_and(|value| value.id() == node.id())
            && !matches!(self.object, Some((_, Kind::Credentials)))
    }
}
