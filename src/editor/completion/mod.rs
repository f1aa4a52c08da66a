//! What can be written at a place: fields, names of states, resources, parameters, errors, paths, functions, variables.

mod cases;
mod expressions;
pub(super) mod fields;
mod members;
mod parameters;
mod paths;
mod resources;
mod signature;
mod site;
mod snippet;
mod values;

use super::{Files, OpenDocument, placeholders};
use crate::asl::fields::{Content, Kind, Shape};
use crate::definition::Definition;
use crate::diagnostics::Span;
use crate::source::Format;
pub(super) use members::known;
pub(super) use parameters::described;
pub use signature::{Signature, signature};
use site::Site;
use snippet::Inserted;

use super::place::Role;

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A field, or a member of parameters.
    Field,
    /// A state.
    State,
    /// One of a few words.
    Word,
    /// What a task calls.
    Resource,
    /// The name of an error.
    Error,
    /// A function.
    Function,
    /// A variable.
    Variable,
    /// A member of data.
    Member,
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// Something that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and what the typed letters are compared with.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// A few words beside it.
    pub detail: Option<String>,
    /// More about it, in Markdown.
    pub documentation: Option<String>,
    /// What the typed letters are compared with, where that is not the label.
    pub filter: Option<String>,
    /// The bytes that it replaces; the caret is in them.
    pub span: Span,
    /// What is written. Lines after the first are to be indented as the line is that it is put into.
    pub text: String,
    /// The same with tab stops, in the syntax of the Language Server Protocol; `None` where it has none.
    pub snippet: Option<String>,
    /// Where a comma is to be written, which is missing before it.
    pub comma_at: Option<usize>,
}

/// What can be written at a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// In the order in which they are shown.
    pub items: Vec<Item>,
    /// Whether there is more when more was typed.
    pub is_incomplete: bool,
}

/// A name as it is written in quotes of this kind, or without any.
pub(super) fn written(name: &str, quote: Option<char>, format: Format) -> String {
    match (quote, format) {
        (Some('\''), _) => name.replace('\'', "''"),
        (Some(_), _) => {
            let json = snippet::json(name);
            json[1..json.len() - 1].to_owned()
        }
        (None, Format::Yaml) => snippet::yaml(name),
        (None, Format::Json) => name.to_owned(),
    }
}

/// A state of this name that is still to be written; what its lines begin with is `indent`, and a step more.
pub(super) fn missing_state_text(name: &str, format: Format, indent: &str, step: &str) -> String {
    match format {
        Format::Json => format!("{}: {{\"Type\": \"Pass\", \"End\": true}}", snippet::json(name)),
        Format::Yaml => format!(
            "{}:\n{indent}{step}Type: Pass\n{indent}{step}End: true",
            snippet::yaml(name)
        ),
    }
}

/// What can be written at `offset`, also in a test or mock file: the definition that it is about is one of the files around.
pub fn among(open: &OpenDocument, offset: usize, files: &dyn Files) -> Completions {
    match cases::is_of_tests(open.path()) {
        true => Completions {
            items: cases::at(open, offset, files),
            is_incomplete: false,
        },
        false => at(open, offset),
    }
}

/// A whole machine, for a file that holds nothing yet.
const SKELETONS: [(&str, &str); 2] = [
    (
        "State machine in JSONata",
        "{\n  \"QueryLanguage\": \"JSONata\",\n  \"StartAt\": \"${1:Start}\",\n  \"States\": {\n    \"${1:Start}\": {\n      \"Type\": \"Pass\",\n      \"End\": true\n    }\n  }\n}\n",
    ),
    (
        "State machine in JSONPath",
        "{\n  \"StartAt\": \"${1:Start}\",\n  \"States\": {\n    \"${1:Start}\": {\n      \"Type\": \"Pass\",\n      \"End\": true\n    }\n  }\n}\n",
    ),
];

/// Whole machines, where a file of definitions is empty.
fn skeletons(open: &OpenDocument, offset: usize) -> Vec<Item> {
    let text = open.file().text();
    let name = open.file().name();
    if !text.trim().is_empty() || !text.is_char_boundary(offset) || !crate::source::names::is_definition(name)
    {
        return Vec::new();
    }
    let is_json = name.to_ascii_lowercase().ends_with("json");
    let item = |(label, json): &(&str, &str)| {
        let snippet = match is_json {
            true => (*json).to_owned(),
            false => {
                // YAML's blocks: without what JSON needs around.
                let lines = json
                    .lines()
                    .filter(|line| !line.trim_matches([' ', '{', '}']).is_empty());
                let line = |line: &str| {
                    line.get(2..)
                        .unwrap_or_default()
                        .replace(['"', ','], "")
                        .replace(": {", ":")
                };
                lines.map(line).collect::<Vec<_>>().join("\n") + "\n"
            }
        };
        Item {
            label: (*label).to_owned(),
            kind: ItemKind::Word,
            detail: Some("a machine with one state".to_owned()),
            documentation: None,
            filter: None,
            span: Span::at(offset),
            text: snippet.replace("${1:Start}", "Start"),
            snippet: Some(snippet),
            comma_at: None,
        }
    };
    SKELETONS.iter().map(item).collect()
}

/// How wide the dashes are that a line of YAML begins with: its client indents what it puts in as the line alone.
fn dashes(text: &str, at: usize) -> usize {
    let line = text[crate::source::lines::start_of(text, at)..at].trim_start_matches(' ');
    let mut rest = line;
    while let Some(behind) = rest.strip_prefix("- ") {
        rest = behind.trim_start_matches(' ');
    }
    line.len() - rest.len()
}

/// What can be written at `offset` of a definition.
pub fn at(open: &OpenDocument, offset: usize) -> Completions {
    let found = || {
        let definition = open.definition_at(offset)?;
        // Terraform's own language server completes its files, and of a text in a template quotes and escapes are unknown.
        let is_inside = !definition.is_editable() && !definition.is_whole_file();
        if is_inside || crate::source::is_terraform(definition.file()) {
            return None;
        }
        let machine = definition.machine()?;
        // Also where none can stand yet: `"Seconds": ${`.
        if let Some(items) = placeholders::begun(open, definition, offset) {
            return Some(Completions {
                items,
                is_incomplete: false,
            });
        }
        let site = site::at(machine, offset)?;
        let mut found = of_site(definition, &site);
        let text = open.file().text();
        let step = step(text);
        let is_yaml = machine.document().format() == Format::Yaml;
        for item in &mut found.items {
            let below = if is_yaml {
                dashes(text, item.span.start as usize)
            } else {
                0
            };
            item.indent(step, below);
        }
        Some(found)
    };
    let mut found = found().unwrap_or_default();
    found.items.splice(..0, skeletons(open, offset));
    found
}

/// A step of a text's indentation: what the first line begins with that is indented; two spaces where none is.
pub(super) fn step(text: &str) -> &str {
    let indents = text
        .lines()
        .map(|line| &line[..line.len() - line.trim_start().len()]);
    match indents.into_iter().find(|indent| !indent.is_empty()) {
        Some(indent) if indent.starts_with('\t') => "\t",
        Some(indent) if indent.len() <= 8 && indent.chars().all(|space| space == ' ') => indent,
        _ => "  ",
    }
}

fn of_site(definition: &Definition, site: &Site<'_>) -> Completions {
    let all = |items| Completions {
        items,
        is_incomplete: false,
    };
    match (site.is_key, site.context.role) {
        (true, Role::Object(kind)) => {
            let mut items = fields::of(site, kind);
            if site.needs_dash {
                items.iter_mut().for_each(Item::begin_item);
            }
            all(items)
        }
        (true, Role::States) => all(values::new_states(site)),
        (false, Role::Object(kind)) => all(fields::whole(site, kind, false)),
        (false, Role::List(kind)) => all(fields::whole(site, kind, true)),
        (true, Role::Value(Content::Template(_))) => all(parameters::members(site)),
        (true, _) => Completions::default(),
        (false, Role::Value(_)) => of_value(definition, site),
        (false, _) => Completions::default(),
    }
}

fn of_value(definition: &Definition, site: &Site<'_>) -> Completions {
    let all = |items| Completions {
        items,
        is_incomplete: false,
    };
    let Some(field) = site.context.field else {
        return Completions::default();
    };
    let kind = site.context.object.map(|(_, kind)| kind);
    match field.shape {
        Shape::Target if site.steps.is_empty() => all(values::states(site)),
        Shape::Enum(words) if site.steps.is_empty() => all(values::words(site, words)),
        Shape::Bool if site.steps.is_empty() => all(values::booleans(site)),
        Shape::Resource if site.steps.is_empty() => {
            let (machine, scope) = (site.context.machine, site.context.scope);
            let of_states = machine.execution_type(scope, Some(definition.machine_type()));
            resources::of(site, of_states.unwrap_or_default())
        }
        Shape::StorageResource(actions) if site.steps.is_empty() => all(resources::of_storage(site, actions)),
        Shape::ErrorNames if site.steps.len() == 1 => all(values::errors(site)),
        _ => {
            let mut items = expressions::of(definition, site);
            // A word may stand where an expression may, until one is begun.
            let is_begun = items.iter().any(|item| item.label != expressions::DELIMITERS);
            if matches!(kind, Some(Kind::State(_) | Kind::AnyState)) && !is_begun {
                items.splice(..0, parameters::values(site));
            }
            all(items)
        }
    }
}

impl Site<'_> {
    /// A completion that writes `name` with a value behind it, where there is none yet.
    fn key_item(&self, name: &str, stub: &snippet::Stub, kind: ItemKind) -> Item {
        let mut inserted = self.inserted();
        let mut span = self.span;
        match (self.has_value, self.format, self.quote) {
            (true, _, Some(_)) | (true, Format::Yaml, None) => {
                inserted.text(&self.escaped(name));
            }
            (true, Format::Json, None) => {
                inserted.name(name);
            }
            (false, Format::Json, quote) => {
                self.key_in(&mut inserted, name, quote)
                    .text(": ")
                    .stub(stub, Format::Json, 0);
                inserted.text(if self.needs_comma { "," } else { "" });
                span = self.with_closing_quote();
            }
            (false, Format::Yaml, None) => {
                inserted.key_of(name, stub, Format::Yaml, 0);
            }
            (false, Format::Yaml, Some(quote)) => {
                inserted.text(&self.escaped(name)).text(&quote.to_string());
                inserted.text(": ").stub(stub, Format::Yaml, 0);
                span = self.with_closing_quote();
            }
        }
        self.item(name, kind, span, inserted)
    }

    /// The rest of a key in brackets, behind the quote that is there.
    fn key_in<'i>(&self, inserted: &'i mut Inserted, name: &str, quote: Option<char>) -> &'i mut Inserted {
        match quote {
            Some(quote) => inserted.text(&self.escaped(name)).text(&quote.to_string()),
            None => inserted.name(name),
        }
    }

    /// Nothing yet, to be written in the style that stands around.
    fn inserted(&self) -> Inserted {
        let document = self.context.machine.document();
        let is_flow = self.format == Format::Json && document.format() == Format::Yaml;
        let holder = self.holder.or_else(|| self.node?.parent());
        let is_here = |span: Span| span.start as usize <= self.caret && self.caret <= span.end as usize;
        let members = holder.into_iter().flat_map(|holder| holder.members());
        let mut others = members.filter(|member| !is_here(member.key_span));
        let is_quoted = |span: Span| document.file().text()[span.range()].starts_with(['"', '\'']);
        Inserted {
            on_one_line: is_flow,
            is_plain: is_flow && others.next().is_none_or(|member| !is_quoted(member.key_span)),
            ..Inserted::default()
        }
    }

    /// A completion that writes `stub` for the whole value.
    fn stub_item(&self, label: &str, stub: &snippet::Stub, kind: ItemKind) -> Item {
        let mut inserted = self.inserted();
        inserted.stub(stub, self.format, 0).text(self.comma());
        self.item(label, kind, self.span, inserted)
    }

    /// A completion that writes a new member, whose name is still to be chosen.
    fn new_item(&self, label: &str, name: &str, stub: &snippet::Stub) -> Item {
        let mut inserted = self.inserted();
        let quote = match (self.quote, self.format) {
            (Some(quote), _) => quote.to_string(),
            (None, Format::Json) if !inserted.is_plain => "\"".to_owned(),
            (None, _) => String::new(),
        };
        inserted.text(if self.quote.is_none() { &quote } else { "" });
        inserted.stop_at(name).text(&quote);
        let space = if self.format == Format::Json { ": " } else { ":" };
        inserted.text(space).stub(stub, self.format, 0).text(self.comma());
        self.item(label, ItemKind::State, self.with_closing_quote(), inserted)
    }

    /// A completion that writes the string `value` for the whole value.
    fn string_item(&self, value: &str, kind: ItemKind) -> Item {
        let mut inserted = self.inserted();
        match (self.quote, self.format) {
            (Some(quote), _) => {
                inserted.text(&self.escaped(value));
                if !self.is_closed {
                    inserted.text(&quote.to_string()).text(self.comma());
                }
            }
            (None, Format::Json) => {
                inserted.name(value).text(self.comma());
            }
            (None, Format::Yaml) => {
                inserted.text(&snippet::yaml(value));
            }
        }
        self.item(value, kind, self.span, inserted)
    }

    /// A completion that writes `value` as it stands.
    fn bare_item(&self, value: &str, kind: ItemKind) -> Item {
        let mut inserted = Inserted::default();
        inserted.text(value).text(self.comma());
        self.item(value, kind, self.span, inserted)
    }

    /// What belongs behind a value where another member follows without it.
    fn comma(&self) -> &'static str {
        if self.needs_comma { "," } else { "" }
    }

    fn item(&self, label: &str, kind: ItemKind, span: Span, inserted: Inserted) -> Item {
        let has_stops = inserted.has_stops();
        Item {
            label: label.to_owned(),
            kind,
            detail: None,
            documentation: None,
            filter: None,
            span,
            text: inserted.plain,
            snippet: has_stops.then_some(inserted.snippet),
            comma_at: self.comma_at,
        }
    }

    /// The text inside of the quotes that there are.
    fn escaped(&self, text: &str) -> String {
        written(text, self.quote, self.format)
    }

    fn with_closing_quote(&self) -> Span {
        Span {
            end: self.span.end + u32::from(self.is_closed),
            ..self.span
        }
    }
}

/// A text whose lines, but for the first, are indented by `step` for two spaces each; two that stand below a dash stay.
fn indented(text: &str, step: &str) -> String {
    let mut dashes: Vec<usize> = Vec::new();
    let line = |(at, line): (usize, &str)| {
        let words = line.trim_start_matches(' ');
        let spaces = line.len() - words.len();
        dashes.retain(|dash| *dash < spaces);
        let below = 2 * dashes.len();
        if words.starts_with("- ") {
            dashes.push(spaces);
        }
        match at {
            0 => line.to_owned(),
            _ => format!("\n{}{:below$}{words}", step.repeat((spaces - below) / 2), ""),
        }
    };
    text.split('\n').enumerate().map(line).collect()
}

impl Item {
    /// Writes each step of its lines' indentation, which is two spaces, as the text has it, and `below` more.
    fn indent(&mut self, step: &str, below: usize) {
        for text in std::iter::once(&mut self.text).chain(&mut self.snippet) {
            if step != "  " {
                *text = indented(text, step);
            }
            if below > 0 {
                *text = text.replace('\n', &format!("\n{:below$}", ""));
            }
        }
    }

    /// Puts the dash of an item of a list before it.
    fn begin_item(&mut self) {
        let begin = |text: &mut String| *text = format!("- {}", text.replace('\n', "\n  "));
        begin(&mut self.text);
        self.snippet.iter_mut().for_each(begin);
        self.filter.get_or_insert_with(|| self.label.clone());
    }

    fn with_detail(self, detail: impl Into<String>) -> Item {
        Item {
            detail: Some(detail.into()),
            ..self
        }
    }

    fn with_documentation(self, documentation: impl Into<String>) -> Item {
        Item {
            documentation: Some(documentation.into()),
            ..self
        }
    }
}
