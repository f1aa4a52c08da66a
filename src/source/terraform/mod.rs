//! Definitions in Terraform's configuration: the state machines that stand in a `.tf` file.
//!
//! All `*.tf` of its folder are one module, from which locals and data sources are known. An expression becomes a
//! [`value::Val`], a tree in which every part knows where it is written; what is known only when Terraform runs is a
//! placeholder, named by its expression. A definition that is put together from objects becomes a document with its
//! places in the `.tf`; one that is a text (a heredoc, or a file that the configuration reads) is read as the text that
//! Terraform makes of it, its places moved back to where they are written.

mod calls;
mod conditions;
mod directives;
pub(super) mod edits;
mod files;
mod functions;
pub(super) mod json;
mod loops;
mod machines;
mod module;
mod shown;
mod text;
mod value;
mod variables;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use super::document::{Builder, Member, NodeId, NodeKind};
use super::limits::{MAX_NESTING, MAX_VALUES};
use super::properties::Undeployable;
use super::substituted::Substituted;
use super::template::{ARGUMENT, Caller, Embedding, Hcl, MISSING, read_text};
use super::{Format, Made, ParseOptions, Parsed, SourceFile, names, parse_with};
use crate::diagnostics::{Finding, Help, Severity, Span, nearest};
use crate::value::Value;
use calls::Calls;
use files::FileText;
use machines::Machine;
#[cfg(feature = "cli")]
pub use machines::plain_address;
use module::{Module, OUTER, Place};
use text::{Form, Names, Renderer, Text};
use value::{Evaluator, Kind, Val};

/// A word that every configuration with state machines has, as far as one look at a text can tell.
pub(super) const WORDS: [&str; 3] = [
    "aws_sfn_state_machine",
    "awscc_stepfunctions_state_machine",
    "module",
];

/// Whether a file is Terraform's by its name.
pub(super) fn is_configuration(file: &SourceFile) -> bool {
    names::ends_in(file.name(), &[".tf"])
}

/// Whether a file may have a state machine in it: not where it is a template or a configuration in JSON, by its name, and
/// none of the words stands in it that every one with a state machine has.
pub(super) fn may_have(file: &SourceFile) -> bool {
    let is_any = |words: &[&str]| words.iter().any(|word| file.text().contains(word));
    match file.name() {
        name if names::ends_in(name, &[".tftpl"]) => is_any(&["StartAt"]),
        name if names::ends_in(name, &[".tf.json"]) => is_any(&WORDS[..2]) || is_any(&["StartAt"]),
        _ => true,
    }
}

/// Reads every state machine that stands in a `.tf` file.
pub(super) fn definitions(file: &Arc<SourceFile>, options: &ParseOptions) -> Vec<Parsed> {
    if !WORDS.iter().any(|word| file.text().contains(word)) {
        return Vec::new();
    }
    let module = match Module::read(file, &options.reach, false) {
        Ok(module) => module,
        Err(finding) => {
            return vec![Parsed {
                file: file.clone(),
                document: None,
                findings: vec![*finding],
                embedding: None,
            }];
        }
    };
    let machines = machines::of(&module, options, &mut Calls::default());
    machines
        .into_iter()
        .map(|machine| definition(machine, options))
        .collect()
}

/// Reads a definition that is no JSON because it is a template of Terraform's: its interpolations have texts in them
/// (`"${lookup(x, "k")}"`), or directives decide what it says. `None` where that does not explain it.
pub(super) fn template(file: &Arc<SourceFile>, options: &ParseOptions) -> Option<Parsed> {
    if !["${", "%{"].iter().any(|mark| file.text().contains(mark)) {
        return None;
    }
    let parsed = hcl_edit::parser::parse_template(file.text()).ok()?;
    let module = Module::none(file);
    let mut evaluator = Evaluator::new(&module, options);
    let mut text = Text::new(file.clone());
    text.add_template(&mut evaluator, 0, &parsed, Form::Lines { indent: 0 });
    let Some(written) = text.written() else {
        let name = Path::new(file.name()).file_name().unwrap_or_default();
        let embedding = Embedding {
            resource: name.to_string_lossy().into_owned(),
            machine_name: None,
            location: String::new(),
            express: None,
            is_editable: false,
            hcl: None,
            undeployable: Vec::new(),
            unread: true,
            callers: Vec::new(),
            bodies: Vec::new(),
            construct: None,
            is_copy: false,
            is_alone: true,
        };
        return Some(without(file, with_directives(file), embedding));
    };
    let read = read_text(file, written, options, Format::Json);
    read.document.is_some().then_some(read)
}

/// What is said of a template whose directives decide what it says.
fn with_directives(file: &SourceFile) -> Finding {
    let at = file.text().find("%{").unwrap_or(0);
    Finding::new(
        Severity::Info,
        super::template::NOT_READ,
        "This is a template of Terraform's, and its directives (%{ if }, %{ for }) decide what it says: it is not read",
        file.on_one_line(Span::new(at, file.text().len())),
    )
    .with_help("check what `terraform console` makes of it with templatefile")
}

fn definition(machine: Machine, options: &ParseOptions) -> Parsed {
    let module = &machine.module;
    let embedding = |unread| Embedding {
        resource: machine.resource.clone(),
        machine_name: machine.name.clone(),
        location: String::new(),
        express: machine.express,
        // What edits would write is JSON.
        is_editable: false,
        hcl: None,
        undeployable: Undeployable::of(&module.file, machine.findings.clone()),
        unread,
        callers: Vec::new(),
        bodies: machine.bodies.clone(),
        construct: None,
        is_copy: false,
        is_alone: false,
    };
    let Some(value) = machine.definition else {
        let words = format!("The state machine {} has no definition", machine.resource);
        let finding = Finding::error(MISSING, words, machine.span).with_help("give it a definition");
        let mut parsed = without(&module.file, finding, embedding(false));
        called(&mut parsed, machine.callers);
        return parsed;
    };
    let place = value.place;
    let mut parsed = read(module, value, options, None, embedding);
    // What a call gives stands where it is given.
    if place.file < OUTER {
        let written_here = module.source(place.file).name() == module.file.name();
        let own = Caller {
            file: module.file.clone(),
            span: module
                .file
                .on_one_line(if written_here { place.span } else { machine.span }),
            what: format!("the definition of {}", machine.resource),
        };
        called(&mut parsed, vec![own]);
    }
    called(&mut parsed, machine.callers);
    parsed
}

/// Adds the places that lead to a definition in another file.
fn called(parsed: &mut Parsed, callers: Vec<Caller>) {
    let elsewhere = callers.into_iter();
    let elsewhere = elsewhere.filter(|caller| caller.file.name() != parsed.file.name());
    if let Some(embedding) = &mut parsed.embedding {
        embedding.callers.extend(elsewhere);
    }
}

/// Reads the definition that a value is.
fn read(
    module: &Module,
    value: Val,
    options: &ParseOptions,
    format: Option<Format>,
    embedding: impl Fn(bool) -> Embedding,
) -> Parsed {
    let place = value.place;
    match value.kind {
        Kind::Encoded(inner) => match inner.kind {
            Kind::Decoded(text, format) => {
                let mut parsed = read(module, *text, options, Some(format), embedding);
                // It is written anew: what is no edit of the text is none of the definition's.
                if let Some(embedding) = &mut parsed.embedding {
                    embedding.is_editable = false;
                }
                parsed
            }
            Kind::Unknown { name, why } => unread(module, (place, inner.place), &name, &why, embedding(true)),
            _ => object(module, &inner, options, embedding(false)),
        },
        Kind::Decoded(text, format) => read(module, *text, options, Some(format), embedding),
        Kind::Object { .. } => object(module, &value, options, embedding(false)),
        Kind::Text(text) => {
            let file = text.file.clone();
            let Some(written) = text.written() else {
                // A file of its own says it itself, once for all that make something of it.
                if file.name() != module.source(place.file).name() {
                    let mut parsed = without(&file, with_directives(&file), embedding(true));
                    name(&mut parsed, text.names.as_deref(), options);
                    return parsed;
                }
                let name = "a directive".to_owned();
                return unread(
                    module,
                    (place, place),
                    &name,
                    &value::Why::Directive,
                    embedding(true),
                );
            };
            let is_here = is_configuration(&file) && format.is_none();
            let is_as_written = is_here && text.is_as_written();
            // A file of its own that is only filled in is edited as any definition.
            let is_own = !is_configuration(&file) && format.is_none() && !text.is_rewritten;
            let mut parsed = read_text(&file, written, options, format.unwrap_or(Format::Json));
            parsed.embedding = Some(Embedding {
                hcl: is_as_written.then_some(Hcl::Text),
                is_editable: is_own,
                ..embedding(false)
            });
            name(&mut parsed, text.names.as_deref(), options);
            parsed
        }
        Kind::File(file) => of_file(&file, options, format, embedding(false)),
        Kind::Unknown { name, why } => unread(module, (place, place), &name, &why, embedding(true)),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::List { .. } => {
            object(module, &value, options, embedding(false))
        }
    }
}

/// A definition in a file of its own, which Terraform takes as it is.
fn of_file(file: &FileText, options: &ParseOptions, format: Option<Format>, embedding: Embedding) -> Parsed {
    let options = ParseOptions {
        format,
        ..options.clone()
    };
    let mut parsed = Parsed {
        embedding: Some(Embedding {
            is_editable: true,
            ..embedding
        }),
        ..parse_with(file.file.clone(), &options)
    };
    name(&mut parsed, file.names.as_deref(), &options);
    parsed
}

/// Says which names are given for a template, and which stand in it. Where one is not given Terraform fails.
fn name(parsed: &mut Parsed, names: Option<&Names>, options: &ParseOptions) {
    let Some(names) = names else { return };
    if let Some(document) = &mut parsed.document
        && let Some(mut substituted) =
            Substituted::of(Some(names.given.clone()), options, || names.used.clone())
    {
        substituted.is_refused = true;
        document.set_substituted(substituted);
    }
    let is_given = |name: &str| names.given.iter().any(|given| &*given.name == name);
    let is_used = |name: &str| names.used.iter().any(|used| &*used.name == name);
    let mut told: Vec<&str> = Vec::new();
    let mut findings = Vec::new();
    for used in &names.used {
        let missing = &*used.name;
        if is_given(missing) || options.substitutions.has(missing) || told.contains(&missing) {
            continue;
        }
        told.push(missing);
        let (words, what) = match names.by {
            Renderer::Function => (
                format!("Invalid value for \"vars\" parameter: vars map does not contain key \"{missing}\""),
                "variables of templatefile",
            ),
            Renderer::DataSource => (
                format!("failed to render: Unknown variable; There is no variable named \"{missing}\""),
                "vars of template_file",
            ),
        };
        let unused = names
            .given
            .iter()
            .map(|given| &*given.name)
            .filter(|name| !is_used(name));
        let help = match nearest(missing, unused) {
            Some(near) => Help::asking(format!("did you mean '{near}', which is given?"), near),
            None => format!(
                "add {missing} to the {what}; text that stays as it is has two dollar signs: $${{...}}"
            )
            .into(),
        };
        let finding = Finding::error(ARGUMENT, words, parsed.file.on_one_line(used.span)).with_help(help);
        findings.push(finding);
    }
    if let Some(embedding) = &mut parsed.embedding {
        let found = Undeployable::of(&parsed.file, findings);
        embedding.undeployable.extend(found);
    }
}

/// A definition that is put together from the configuration's objects.
fn object(module: &Module, value: &Val, options: &ParseOptions, embedding: Embedding) -> Parsed {
    let file = module.source(value.place.file).clone();
    let mut made = Made::default();
    let (builder, root) = emitted(value, options, &mut made, 0);
    if let Some(finding) = made.too_much() {
        return without(&file, finding, embedding);
    }
    // Strings are quoted as in JSON.
    let mut document = builder.finish(file.clone(), Format::Json, root);
    let text = document.root().to_value().to_json();
    document.set_text(Arc::from(text));
    let mut findings = Vec::new();
    if !document.root().is_object() {
        findings.push(super::not_an_object(document.root()));
        return Parsed {
            file,
            document: None,
            findings,
            embedding: Some(embedding),
        };
    }
    Parsed {
        file,
        document: Some(document),
        findings,
        embedding: Some(Embedding {
            hcl: Some(Hcl::Expression),
            ..embedding
        }),
    }
}

/// The nodes of a value that stands `depth` deep, of all in it, and which of them is the value.
fn emitted(value: &Val, options: &ParseOptions, made: &mut Made, depth: usize) -> (Builder, NodeId) {
    let mut emitting = Emitting {
        builder: Builder::default(),
        file: value.place.file,
        options,
        made,
    };
    let root = emitting.add(value, value.place.span, depth);
    (emitting.builder, root)
}

/// Values of the configuration on their way into a document.
struct Emitting<'o> {
    builder: Builder,
    /// The file that the document is of; what is written in others stands where it is named in this one.
    file: usize,
    options: &'o ParseOptions,
    made: &'o mut Made,
}

impl Emitting<'_> {
    fn add(&mut self, value: &Val, around: Span, depth: usize) -> NodeId {
        let span = self.span(value, around);
        let full = depth >= MAX_NESTING - 1 || self.builder.len() >= MAX_VALUES;
        let kind = match &value.kind {
            _ if full => NodeKind::Placeholder(Arc::from("...")),
            Kind::Null => NodeKind::Null,
            Kind::Bool(value) => NodeKind::Bool(*value),
            Kind::Number(number) => NodeKind::Number(number.clone()),
            Kind::List { items, .. } => {
                NodeKind::Array(items.iter().map(|item| self.add(item, span, depth + 1)).collect())
            }
            Kind::Object { members, .. } => NodeKind::Object(
                members
                    .iter()
                    .map(|member| Member {
                        key: member.key.clone(),
                        key_span: match member.place.file == self.file {
                            true => member.place.span,
                            false => span,
                        },
                        value: self.add(&member.value, span, depth + 1),
                    })
                    .collect(),
            ),
            Kind::Text(text) => {
                let text = text.joined();
                let filled =
                    super::placeholder::substitute(&text, &self.options.substitutions, self.made, span);
                NodeKind::String(Arc::from(filled.unwrap_or(text)))
            }
            Kind::File(file) => NodeKind::String(Arc::from(file.file.text())),
            Kind::Encoded(inner) => match json_text(inner, self.options, self.made, depth) {
                Some(text) => NodeKind::String(Arc::from(text)),
                None => NodeKind::Placeholder(Arc::from("...")),
            },
            Kind::Decoded(text, format) => return self.decoded(text, *format, span, depth),
            Kind::Unknown { name, .. } => match self.options.substitutions.value(name, self.made, span) {
                Some(value) => return self.builder.add_value(&value, span),
                None => NodeKind::Placeholder(Arc::from(name.as_str())),
            },
        };
        let id = self.builder.add(kind, span);
        if value.is_open() {
            self.builder.set_open(id);
        }
        id
    }

    /// What a text in JSON or YAML holds; unknown where that cannot be read.
    fn decoded(&mut self, text: &Val, format: Format, span: Span, depth: usize) -> NodeId {
        let read = decode(text, format, self.options);
        let kind = match read {
            Some(value) if super::interpolate::depth(&value) + depth < MAX_NESTING => {
                return self.builder.add_value(&value, span);
            }
            _ => NodeKind::Placeholder(Arc::from("...")),
        };
        self.builder.add(kind, span)
    }

    /// Where a value stands in the document's file: where it is written, or where it is named.
    fn span(&self, value: &Val, around: Span) -> Span {
        let mut places = std::iter::once(&value.place).chain(&value.named);
        places
            .find(|place| place.file == self.file)
            .map_or(around, |place| place.span)
    }
}

/// The value that a text in JSON or YAML spells.
fn decode(text: &Val, format: Format, options: &ParseOptions) -> Option<Value> {
    let text = match &text.kind {
        Kind::Text(text) => text.joined(),
        Kind::File(file) => file.file.text().to_owned(),
        _ => return None,
    };
    let options = ParseOptions {
        format: Some(format),
        any_value: true,
        ..options.clone()
    };
    let parsed = parse_with(Arc::new(SourceFile::new("", text)), &options);
    Some(parsed.document?.root().to_value())
}

/// The JSON of a value that stands `depth` deep, placeholders in it; `None` where it is too much. What is encoded is quoted
/// anew by every encoding around it, which may double it each time.
fn json_text(value: &Val, options: &ParseOptions, made: &mut Made, depth: usize) -> Option<String> {
    let (builder, root) = emitted(value, options, made, depth);
    let document = builder.finish(Arc::new(SourceFile::new("", "")), Format::Json, root);
    if made.is_spent() {
        return None;
    }
    let text = document.root().to_value().to_json();
    made.take(text.len(), value.place.span).then_some(text)
}

/// What is said of a definition at `place` that is known only when Terraform runs; `expression` is where what makes it so is
/// written.
fn unread(
    module: &Module,
    (place, expression): (Place, Place),
    name: &str,
    why: &value::Why,
    embedding: Embedding,
) -> Parsed {
    let file = module.source(place.file).clone();
    let words = match why {
        // It stands at the head of a block.
        value::Why::TooMuch => name.to_owned(),
        _ => {
            let source = module.source(expression.file);
            shown::shown(source.text().get(expression.span.range()).unwrap_or_default())
        }
    };
    let (severity, words) = why.told(&words);
    let span = file.on_one_line(place.span);
    let finding = Finding::new(severity, super::template::NOT_READ, words, span);
    let finding = match severity {
        Severity::Info => finding,
        _ => finding.with_help("paths are relative to the folder of the module (path.module)"),
    };
    without(&file, finding, embedding)
}

fn without(file: &Arc<SourceFile>, finding: Finding, embedding: Embedding) -> Parsed {
    Parsed {
        file: file.clone(),
        document: None,
        findings: vec![finding],
        embedding: Some(embedding),
    }
}
