//! Paths and expressions: by the text before the caret alone, so that what follows may be broken.

use std::collections::BTreeSet;

use super::members::{known, of_variable};
use super::{Inserted, Item, ItemKind, Site};
use crate::asl::context_object;
use crate::asl::fields::{Content, Kind, Shape};
use crate::asl::{QueryLanguage, State, StateMachine};
use crate::definition::Definition;
use crate::diagnostics::Span;
use crate::editor::functions::{self, intrinsic};
use crate::editor::place::Role;
use crate::expr::intrinsic::FUNCTIONS;
use crate::expr::jsonata::function_names;
use crate::graph::Assignments;
use crate::lint::Looks;
use crate::references::References;
use crate::source::{Format, NodeRef};
use crate::validate::states_members;

/// What can be written in the path, call or expression at the place.
pub(super) fn of(definition: &Definition, site: &Site<'_>) -> Vec<Item> {
    let Role::Value(content) = site.context.role else {
        return Vec::new();
    };
    let Some(typed) = typed(site) else {
        return Vec::new();
    };
    match content {
        Content::Path => jsonpath(definition, site, &typed, false),
        Content::PathOrCall => jsonpath(definition, site, &typed, true),
        Content::Template(QueryLanguage::Jsonata) => jsonata(definition, site, &typed),
        _ => Vec::new(),
    }
}

/// The decoded text up to the caret.
pub(super) fn typed(site: &Site<'_>) -> Option<String> {
    if !site.typed.contains('\\') {
        return Some(site.typed.clone());
    }
    let decoded = || {
        let node = site.node?;
        let at = node.offset_in_text(site.caret)?;
        Some(node.as_str()?.get(..at)?.to_owned())
    };
    // A string that does not end yet is no node: its escapes are read as far as it goes.
    let so_far = || match site.quote {
        Some('"') => serde_json::from_str(&format!("\"{}\"", site.typed)).ok(),
        _ if site.format == Format::Yaml => Some(site.typed.clone()),
        _ => None,
    };
    decoded().or_else(so_far)
}

/// The word at the caret: names, `$`, dots, and the brackets that choose items.
fn word(typed: &str) -> &str {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let mut start = typed.trim_end_matches(is_word).len();
    while let Some(inside) = typed[..start].strip_suffix(']')
        // Only behind a dot is a member wanted; before the last brackets there may be others.
        && typed[start..].starts_with(['.', '['])
        && let Some((before, index)) = inside.rsplit_once('[')
        && index.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '-' | ' '))
        && before.ends_with(|c| is_word(c) || c == ']')
    {
        start = match before.ends_with(']') {
            true => before.len(),
            false => before.trim_end_matches(is_word).len(),
        };
    }
    &typed[start..]
}

/// A name without the brackets that choose items of what it names.
fn without_index(name: &str) -> &str {
    name.split_once('[').map_or(name, |(name, _)| name)
}

/// Completions for a word, of which `replaced` bytes before the caret are replaced.
struct Words<'s> {
    site: &'s Site<'s>,
    span: Span,
    items: Vec<Item>,
}

impl<'s> Words<'s> {
    fn new(site: &'s Site<'s>, replaced: usize) -> Words<'s> {
        Words {
            site,
            span: Span::new(site.caret.saturating_sub(replaced), site.caret),
            items: Vec::new(),
        }
    }

    /// A value without quotes gets them where it needs them, which is not to be told of a part.
    fn add(&mut self, text: &str, kind: ItemKind) -> &mut Item {
        let mut inserted = Inserted::default();
        inserted.text(text);
        let item = self.site.item(text, kind, self.span, inserted);
        self.push(item)
    }

    /// A member of data behind a dot. One whose name is no plain word gets the quotes of the language: brackets in the place
    /// of the dot, or backticks.
    fn add_member(&mut self, name: &str, language: QueryLanguage) {
        if is_plain_name(name) {
            self.add(name, ItemKind::Member);
            return;
        }
        if !can_be_quoted(name) {
            return;
        }
        let (text, from) = match language {
            QueryLanguage::JsonPath => (format!("['{name}']"), 1),
            QueryLanguage::Jsonata => (format!("`{name}`"), 0),
        };
        let span = self.span;
        self.span.start = span.start.saturating_sub(from);
        let item = self.add(&text, ItemKind::Member);
        item.label = name.to_owned();
        item.filter = Some(match language {
            QueryLanguage::JsonPath => format!(".{name}"),
            QueryLanguage::Jsonata => name.to_owned(),
        });
        self.span = span;
    }

    /// A function with its arguments as tab stops.
    fn add_call(&mut self, name: &str, arguments: &str, sentence: &str) {
        let mut inserted = Inserted::default();
        inserted.text(name).text("(");
        if !arguments.is_empty() {
            inserted.stop();
        }
        inserted.text(")");
        let item = self.site.item(name, ItemKind::Function, self.span, inserted);
        let item = item
            .with_detail(format!("{name}({arguments})"))
            .with_documentation(sentence);
        self.push(item);
    }

    fn push(&mut self, item: Item) -> &mut Item {
        self.items.push(item);
        let last = self.items.len() - 1;
        &mut self.items[last]
    }
}

fn jsonpath(definition: &Definition, site: &Site<'_>, typed: &str, calls: bool) -> Vec<Item> {
    if let Some(items) = in_brackets(definition, site, typed, calls) {
        return items;
    }
    // In a text of a call's, nothing is a path.
    if is_in_text(typed) {
        return Vec::new();
    }
    let word = word(typed);
    let before = typed[..typed.len() - word.len()].trim_end();
    let in_call = calls && before.ends_with(['(', ',']);
    if !before.is_empty() && !in_call {
        return Vec::new();
    }
    let (root, names, replaced) = split(word);
    let mut words = Words::new(site, replaced);
    let (machine, Some(state)) = (site.context.machine, site.context.state) else {
        return Vec::new();
    };
    let state = machine.state(state);
    // A path without quotes in JSON is no path yet: the quotes come with what is chosen.
    let needs_quotes = site.quote.is_none() && site.format == Format::Json;
    match root {
        None if needs_quotes => {}
        None => {
            words.add("$", ItemKind::Variable).detail = Some("the input".to_owned());
            if site
                .context
                .field
                .is_none_or(|field| !is_plain_reference(field.shape))
            {
                words.add("$$", ItemKind::Variable).detail = Some("the context object".to_owned());
            }
            // ResultPath says where in the input something is put.
            let shape = site.context.field.map(|field| field.shape);
            if !matches!(shape, Some(Shape::ReferencePath { null: true, .. })) {
                for name in variables(definition, machine, state) {
                    words.add(&format!("${name}"), ItemKind::Variable);
                }
            }
            if calls {
                for (name, arguments, sentence) in FUNCTIONS.iter().filter_map(|f| intrinsic(f.name)) {
                    words.add_call(name, arguments, sentence);
                }
            }
        }
        Some("$$") => {
            for member in context_object::members(&names) {
                words.add(member, ItemKind::Member);
            }
        }
        Some("$") => {
            let field = field_of(site, state).unwrap_or_default();
            let looks = match &*field {
                "ResultPath" => Looks::Input,
                field => Looks::Field(field),
            };
            for member in known(definition, state, looks, &names, site.node) {
                words.add_member(&member, QueryLanguage::JsonPath);
            }
        }
        Some(variable) => {
            for member in of_variable(definition, machine, &variable[1..], &names) {
                words.add_member(&member, QueryLanguage::JsonPath);
            }
        }
    }
    words.items
}

/// Whether the end of an unfinished call stands in one of its texts, in which `\'` is a quote.
fn is_in_text(typed: &str) -> bool {
    let mut is_inside = false;
    let mut characters = typed.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' if is_inside => {
                characters.next();
            }
            '\'' => is_inside = !is_inside,
            _ => {}
        }
    }
    is_inside
}

/// The members behind `$.a['`; `None` where no bracket is open there.
fn in_brackets(definition: &Definition, site: &Site<'_>, typed: &str, calls: bool) -> Option<Vec<Item>> {
    let (path, begun) = typed.rsplit_once("['")?;
    let word = word(path);
    let before = path[..path.len() - word.len()].trim_end();
    let is_path = before.is_empty() || (calls && before.ends_with(['(', ',']));
    let mut names = word.split('.');
    if begun.contains('\'') || !is_path || names.next() != Some("$") {
        return None;
    }
    let names: Vec<&str> = names.collect();
    let machine = site.context.machine;
    let state = machine.state(site.context.state?);
    let field = field_of(site, state).unwrap_or_default();
    let after = machine.document().file().text().get(site.caret..)?;
    let end = if after.starts_with('\'') { "" } else { "']" };
    let mut words = Words::new(site, begun.len());
    for member in known(definition, state, Looks::Field(&field), &names, site.node) {
        if can_be_quoted(&member) {
            words
                .add(&format!("{member}{end}"), ItemKind::Member)
                .label
                .clone_from(&member);
        }
    }
    Some(words.items)
}

/// Whether a member is named in a path or an expression without quotes.
fn is_plain_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

/// Whether it can stand in quotes as it is.
fn can_be_quoted(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| matches!(c, '\'' | '"' | '`' | '\\') || c.is_control())
}

/// Whether a path of this shape cannot begin in the context object.
fn is_plain_reference(shape: Shape) -> bool {
    matches!(shape, Shape::ReferencePath { context: false, .. })
}

/// The root of a word that is a path, the whole names in it, and how many bytes of it are replaced: the last name, or all
/// where there is no dot yet.
fn split(word: &str) -> (Option<&str>, Vec<&str>, usize) {
    match word.split_once('.') {
        Some((root, rest)) if root.starts_with('$') => {
            let mut names: Vec<&str> = rest.split('.').collect();
            let last = names.pop().unwrap_or_default();
            let names = names.into_iter().map(without_index).collect();
            (Some(without_index(root)), names, last.len())
        }
        _ => (None, Vec::new(), word.len()),
    }
}

fn jsonata(definition: &Definition, site: &Site<'_>, typed: &str) -> Vec<Item> {
    let Some(typed) = typed.strip_prefix("{%") else {
        return delimiters(site, typed);
    };
    if typed.contains("%}") || is_in_literal(typed) || is_in_parameters(typed) {
        return Vec::new();
    }
    let word = word(typed);
    let before = typed[..typed.len() - word.len()].trim_end();
    let (root, names, replaced) = split(word);
    let mut words = Words::new(site, replaced);
    let (machine, Some(state)) = (site.context.machine, site.context.state) else {
        return Vec::new();
    };
    let state = machine.state(state);
    match root {
        None if word.is_empty() || word.starts_with('$') => {
            // Behind a value, an operator is wanted.
            let is_behind =
                before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | ']' | '}' | '"'));
            let is_word_operator = ["and", "or", "in"].iter().any(|operator| {
                let rest = before.strip_suffix(operator);
                rest.is_some_and(|rest| rest.ends_with(char::is_whitespace))
            });
            if is_behind && !is_word_operator {
                return Vec::new();
            }
            words.add("$states", ItemKind::Variable).detail =
                Some("input, context, result or error".to_owned());
            let bound = bound(typed);
            let variables = variables(definition, machine, state);
            for name in variables.union(&bound) {
                words.add(&format!("${name}"), ItemKind::Variable);
            }
            for (name, arguments, sentence) in function_names().into_iter().filter_map(functions::jsonata) {
                if !variables.contains(*name) {
                    words.add_call(&format!("${name}"), arguments, sentence);
                }
            }
        }
        Some("$states") => {
            let Some((field, (_, kind))) = site.context.field.zip(site.context.object) else {
                return Vec::new();
            };
            for member in of_states(definition, state, (field.name, kind), &names, site.node) {
                words.add_member(&member, QueryLanguage::Jsonata);
            }
        }
        Some(variable) if variable.len() > 1 && !bound(typed).contains(&variable[1..]) => {
            for member in of_variable(definition, machine, &variable[1..], &names) {
                words.add_member(&member, QueryLanguage::Jsonata);
            }
        }
        _ => {}
    }
    words.items
}

/// The members behind `$states` and `names`.
fn of_states(
    definition: &Definition,
    state: &State,
    (field, kind): (&str, Kind),
    names: &[&str],
    at: Option<NodeRef<'_>>,
) -> Vec<String> {
    let known = |looks, names: &[&str]| known(definition, state, looks, names, at);
    match names {
        [] => states_members(field, kind).map(str::to_owned).collect(),
        ["input", rest @ ..] => known(Looks::Input, rest),
        ["result", rest @ ..] => known(Looks::Result, rest),
        ["errorOutput"] => vec!["Error".to_owned(), "Cause".to_owned()],
        ["context", rest @ ..] => context_object::members(rest)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

/// What the delimiters of an expression are shown as.
pub(super) const DELIMITERS: &str = "{% %}";

/// Where no expression is begun: the delimiters.
fn delimiters(site: &Site<'_>, typed: &str) -> Vec<Item> {
    let is_template = site.context.field.is_some_and(|field| {
        matches!(
            field.shape,
            Shape::Template | Shape::Assign | Shape::Condition | Shape::Items
        )
    });
    let is_begun = match site.quote {
        Some(_) => "{%".starts_with(typed),
        // Without quotes it would be an object.
        None => typed.is_empty(),
    };
    if !is_begun || !is_template || site.span.end as usize > site.caret {
        return Vec::new();
    }
    let quote = if site.quote.is_none() { "\"" } else { "" };
    let mut inserted = Inserted::default();
    inserted.text(quote).text("{% ").stop().text(" %}").text(quote);
    let span = Span::new(site.caret - typed.len(), site.caret);
    let item = site.item(DELIMITERS, ItemKind::Function, span, inserted);
    vec![item.with_detail("a JSONata expression")]
}

/// Whether the end of an unfinished expression stands in a string, a comment, a name in backticks or a regular expression.
fn is_in_literal(text: &str) -> bool {
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        let end = match c {
            '"' | '\'' | '`' => c,
            '/' if characters.peek() == Some(&'*') => {
                let mut last = ' ';
                characters.next();
                loop {
                    match characters.next() {
                        None => return true,
                        Some('/') if last == '*' => break,
                        Some(c) => last = c,
                    }
                }
                continue;
            }
            // Behind a value it divides.
            '/' if !(before.is_alphanumeric() || matches!(before, ')' | ']' | '"' | '\'' | '`')) => c,
            c => {
                before = if c.is_whitespace() { before } else { c };
                continue;
            }
        };
        loop {
            match characters.next() {
                None => return true,
                Some('\\') => drop(characters.next()),
                Some(c) if c == end => break,
                Some(_) => {}
            }
        }
        before = end;
    }
    false
}

/// Whether the end of an unfinished expression stands among the parameters of a function that is being written.
fn is_in_parameters(text: &str) -> bool {
    let last = text
        .rfind("function")
        .map(|at| text[at + "function".len()..].trim_start());
    last.is_some_and(|rest| rest.starts_with('(') && !rest.contains(')'))
}

/// The names that an expression binds before the caret: `$x :=`, and the parameters of functions.
fn bound(typed: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    for (at, _) in typed.match_indices('$') {
        let rest = &typed[at + 1..];
        let name = &rest[..rest.len() - rest.trim_start_matches(is_name).len()];
        if !name.is_empty() && rest[name.len()..].trim_start().starts_with(":=") {
            found.insert(name.to_owned());
        }
    }
    for (at, _) in typed.match_indices("function") {
        let rest = typed[at + "function".len()..].trim_start();
        let Some((parameters, _)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
            continue;
        };
        let names = parameters
            .split(',')
            .filter_map(|name| name.trim().strip_prefix('$'));
        found.extend(names.filter(|name| name.chars().all(is_name)).map(str::to_owned));
    }
    found
}

/// The variables that may have a value where the state is entered, and those that it assigns itself.
fn variables(definition: &Definition, machine: &StateMachine, state: &State) -> BTreeSet<String> {
    let Some(flow) = definition.flow() else {
        return BTreeSet::new();
    };
    let references = References::of(machine);
    let assignments = Assignments::of(machine, flow, &references);
    let names = assignments.names().iter();
    names
        .filter(|name| assignments.is_possible(state, name))
        .map(|name| name.to_string())
        .collect()
}

/// The field that the place is in, as AWS names it: `Parameters/id.$`.
fn field_of(site: &Site<'_>, state: &State) -> Option<String> {
    let whole = site.context.machine.node(state.node).location();
    let node = match site.node {
        Some(node) => node.location(),
        None => {
            let (object, _) = site.context.object?;
            format!("{}/{}", object.location(), site.context.field?.name)
        }
    };
    let inside = node.strip_prefix(&*whole)?;
    Some(inside.strip_prefix('/').unwrap_or(inside).to_owned())
}
