//! Text to tree: JSON and YAML become one [`Document`] with a byte span on every key and value.
//!
//! What passes this layer is bounded (see [`limits`]) and may be walked recursively. A definition inside another
//! document (a template of SAM, CloudFormation or Terraform) is a node of that document like any other: every check
//! starts from a [`NodeRef`], not from a file.

pub mod assembly;
mod at;
mod decoded;
mod document;
mod file;
mod fragment;
mod input;
mod interpolate;
mod json;
#[cfg(feature = "cli")]
mod known_reads;
pub mod limits;
pub mod lines;
mod made;
mod members;
pub mod names;
mod options;
pub mod placeholder;
mod properties;
mod reach;
mod read;
mod repair;
mod reread;
mod substituted;
mod template;
mod terraform;
#[cfg(feature = "cli")]
mod unsaved;
mod value_reader;
mod value_text;
mod version;
mod yaml;

pub use at::At;
pub use document::{Document, Member, NodeId, NodeKind, NodeRef};
pub use file::SourceFile;
pub use fragment::Part;
pub(crate) use fragment::without_braces;
pub use input::{Identity, Input};
pub use interpolate::{Unfilled, UnfilledWhy, fill};
#[cfg(feature = "cli")]
pub use known_reads::{remember_reads, was_read};
pub use made::Made;
pub use options::{Format, ParseOptions, Substitutions};
pub use properties::{LONGEST_NAME, Undeployable, is_of_label, is_of_name};
pub use reach::Reach;
pub use read::{ReadError, read, read_from};
pub use reread::Before;
#[cfg(feature = "cli")]
pub use substituted::is_name;
pub use substituted::{Giver, Substituted};
pub use template::{
    Caller, Embedding, MISSING, ResourceError, Sibling, WORDS, definitions, is_template, may_be_template,
    resource, the_definition,
};
#[cfg(feature = "cli")]
pub use template::{NamedBySub, named_by_sub};
#[cfg(feature = "cli")]
pub use terraform::plain_address;
#[cfg(feature = "cli")]
pub use unsaved::{as_if, forget_unsaved, remember_unsaved, unsaved_stamp};
pub use value_text::{ValueError, parse_value};
#[cfg(feature = "cli")]
pub use version::{Entry, Version};

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostics::{Finding, Severity, Span};

/// AWS's code for a text that is not JSON ([API ValidateStateMachineDefinitionDiagnostic]).
const INVALID: &str = "INVALID_JSON_DESCRIPTION";

/// What reading a definition's text gives: the tree, unless the text is broken, and what was seen on the way
/// (broken syntax, duplicate keys).
#[derive(Debug)]
pub struct Parsed {
    /// The file that was read; findings' spans are offsets in its text.
    pub file: Arc<SourceFile>,
    /// The tree; `None` when the text is neither JSON nor YAML, and a finding then says why.
    pub document: Option<Document>,
    /// What is wrong with the text itself.
    pub findings: Vec<Finding>,
    /// Where in a template it stands; `None` for a file of its own.
    pub embedding: Option<Embedding>,
}

/// Where the placeholder ends that begins at the byte `start` of `text`, if one does: `${Stage}`, never `${}`.
pub(crate) fn placeholder_end(text: &str, start: usize) -> Option<usize> {
    placeholder::at(text, start).map(|(end, _)| end)
}

/// `text` with a string of the same length for each of the bare placeholders at `places`, which are in order.
pub(crate) fn masked(text: &str, places: &[Range<usize>]) -> String {
    placeholder::mask(text, places.to_vec()).text
}

/// Reads a definition, in JSON or YAML as its name or content tells, without substitutions.
pub fn parse(file: Arc<SourceFile>) -> Parsed {
    parse_with(file, &ParseOptions::default())
}

/// Reads any JSON or YAML value: an input, a payload template, a file of mocks. Placeholders mean nothing in it.
pub fn parse_any(file: Arc<SourceFile>) -> Parsed {
    let options = ParseOptions {
        any_value: true,
        no_placeholders: true,
        ..ParseOptions::default()
    };
    parse_with(file, &options)
}

/// What AWS says of data that is no JSON, when an execution is started with it or a state tested; `None` where its parser
/// takes it.
pub fn input_refusal(text: &str) -> Option<String> {
    json::input_refusal(text)
}

/// Reads a definition or, with [`ParseOptions::any_value`], any other JSON or YAML text.
pub fn parse_with(file: Arc<SourceFile>, options: &ParseOptions) -> Parsed {
    if let Some(document) = reread::reread(&file, options) {
        return Parsed {
            file,
            document: Some(document),
            findings: Vec::new(),
            embedding: None,
        };
    }
    let mut findings = Vec::new();
    let document = match options.format.unwrap_or_else(|| Format::of(&file)) {
        Format::Json => json::parse(&file, options, &mut findings),
        Format::Yaml => yaml::parse(&file, options, &mut findings),
    };
    let document = document.and_then(|mut document| {
        let root = document.root();
        // A text that is broken may be meant to be one.
        if options.any_value || root.is_object() || document.is_mended() {
            return Some(document);
        }
        findings.push(not_an_object(root));
        // What is being written may become an object.
        let root = root.id();
        (options.mend && document.format() == Format::Yaml).then(|| {
            document.set_broken(root);
            document
        })
    });
    if !options.any_value && is_of_another_kind(&file) {
        for finding in findings
            .iter_mut()
            .filter(|finding| finding.severity == Severity::Error)
        {
            finding.help = Some(NO_DEFINITION.to_owned());
        }
    }
    Parsed {
        file,
        document,
        findings,
        embedding: None,
    }
}

const NO_DEFINITION: &str =
    "A definition is a JSON or YAML object with \"StartAt\" and \"States\"; this file looks like none";

/// Whether a file is prose or a page by its name: how to write YAML helps nobody then.
fn is_of_another_kind(file: &SourceFile) -> bool {
    const ENDINGS: [&str; 9] = [
        ".md",
        ".markdown",
        ".mdx",
        ".rst",
        ".adoc",
        ".txt",
        ".html",
        ".xml",
        ".csv",
    ];
    let name = file.name().to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is in Terraform's language.
pub fn is_terraform(file: &SourceFile) -> bool {
    terraform::is_configuration(file)
}

/// Whether a text has the words of a definition or of a template with state machines: where it is broken, that is worth
/// telling.
pub fn has_marks(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
        || ["StartAt", "States"].iter().all(|word| text.contains(word))
}

fn not_an_object(root: NodeRef<'_>) -> Finding {
    no_definition(root.token_span()).with_label(format!("this is {}", root.described()))
}

/// AWS was seen to say this of blank text [recorded]; by its words it says it of every other value too.
fn no_definition(span: Span) -> Finding {
    Finding::error(
        "SCHEMA_VALIDATION_FAILED",
        "Definition must be a valid JSON object",
        span,
    )
    .with_help("A definition is an object with \"StartAt\" and \"States\"")
}

/// The finding for the bracket that goes too deep.
fn too_deep(span: Span) -> Finding {
    Finding::error(
        "TOO_DEEPLY_NESTED",
        format!(
            "Arrays and objects are nested more than {} deep",
            limits::MAX_NESTING
        ),
        span,
    )
    .with_label("one too deep")
}

/// The finding for a document of too many values.
fn too_many_values(span: Span) -> Finding {
    Finding::error(
        INVALID,
        format!("The text holds more than {} values", limits::MAX_VALUES),
        span,
    )
}

/// The finding for a text without anything in it.
fn empty_text(options: &ParseOptions) -> Finding {
    match options.any_value {
        true => Finding::error(INVALID, "The text is empty", Span::at(0)).with_help("Write a JSON value"),
        false => no_definition(Span::at(0)).with_label("the text is empty"),
    }
}

#[cfg(test)]
mod tests;
