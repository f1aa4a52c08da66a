//! What can be written at a place: fields, names of states, resources, parameters, errors, paths, functions, variables.

mod cases;
mod expressions;
mod fields;
mod members;
mod parameters;
mod paths;
mod resources;
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
        let step = step(open.file().text());
        found.items.iter_mut().for_each(|item| item.indent(step));
        Some(found)
    };
    found().unwrap_or_default()
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
        (true, Role::States) => all(values::missing_states(site)),
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
        let mut inserted = Inserted::default();
        let mut span = self.span;
        match (self.has_value, self.format, self.quote) {
            (true, _, Some(_)) | (true, Format::Yaml, None) => {
                inserted.text(&self.escaped(name));
            }
            (true, Format::Json, None) => {
                inserted.text(&snippet::json(name));
            }
            (false, Format::Json, quote) => {
                let key = snippet::json(name);
                inserted.text(if quote.is_some() { &key[1..] } else { &key });
                inserted.text(": ").stub(stub, Format::Json, 0);
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

    /// A completion that writes the string `value` for the whole value.
    fn string_item(&self, value: &str, kind: ItemKind) -> Item {
        let mut inserted = Inserted::default();
        match (self.quote, self.format) {
            (Some(quote), _) => {
                inserted.text(&self.escaped(value));
                if !self.is_closed {
                    inserted.text(&quote.to_string()).text(self.comma());
                }
            }
            (None, Format::Json) => {
                inserted.text(&snippet::json(value)).text(self.comma());
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
    /// Writes each step of its lines' indentation, which is two spaces, as the text has it.
    fn indent(&mut self, step: &str) {
        if step == "  " {
            return;
        }
        self.text = indented(&self.text, step);
        self.snippet = (self.snippet.as_deref()).map(|snippet| indented(snippet, step));
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
