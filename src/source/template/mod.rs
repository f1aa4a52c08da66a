//! Definitions inside templates: CloudFormation's and SAM's (what the CDK writes, too), and those of the Serverless
//! Framework's Step Functions plugin.
//!
//! A definition that is an object of the template is copied from it, every part at its place, the template's functions
//! as placeholders. One that is a text (`DefinitionString`) is read for itself, and its places are moved back to where
//! they stand in the template.

mod exports;
mod function_names;
mod functions;
mod machines;
#[cfg(feature = "cli")]
mod named;
mod serverless;
mod siblings;
mod text;
mod variables;

use std::path::Path;
use std::sync::Arc;

use super::decoded::Places;
use super::document::{Builder, Document};
use super::properties::Undeployable;
use super::substituted::{self, Given, Substituted};
use super::{Format, Made, ParseOptions, Parsed, SourceFile, Substitutions, parse_with, terraform};
#[cfg(feature = "cli")]
use crate::diagnostics::Elsewhere;
use crate::diagnostics::{Finding, Help, Span, nearest};
use crate::value::Value;
use functions::Copying;
use machines::{Machine, Place};
pub(super) use text::Written;
use variables::Service;

pub use machines::WORDS;
#[cfg(feature = "cli")]
pub use named::{NamedBySub, named_by_sub};
pub use siblings::Sibling;

/// AWS's code for a state machine without a definition ([API ValidateStateMachineDefinitionDiagnostic]).
pub const MISSING: &str = "MISSING_DESCRIPTION";

/// Our code for a state machine whose definition is not read, since it is known only when it is deployed.
pub(super) const NOT_READ: &str = "NOT_READ";

/// Our code for what Terraform calls an invalid function argument: a template names a variable that nobody gives.
pub(super) const ARGUMENT: &str = "INVALID_FUNCTION_ARGUMENT";

/// Our code for a text that is not Terraform's language.
pub(super) const INVALID_HCL: &str = "INVALID_HCL";

/// Where in a template a definition stands.
#[derive(Debug, Clone)]
pub struct Embedding {
    /// The resource's logical id.
    pub resource: String,
    /// The name that the machine is given, where that is written and known before it is deployed.
    pub machine_name: Option<String>,
    /// The template's path of the definition: `/Resources/Orders/Properties/Definition`; empty for a file of its own.
    pub location: String,
    /// Whether the template makes it an Express state machine; `None` where it does not say, or says it later.
    pub express: Option<bool>,
    /// Whether edits of what it holds can be made where they stand: never inside a text.
    pub is_editable: bool,
    /// How edits are written, where it stands in Terraform's language.
    pub hcl: Option<Hcl>,
    /// For what it cannot be deployed beside what is wrong with the definition itself.
    pub undeployable: Vec<Undeployable>,
    /// Whether there is a definition that was not read: it is known only when it is deployed, or lies elsewhere.
    pub unread: bool,
    /// Who names the file that it stands in, the nearest first; nobody where it stands in the template itself.
    pub callers: Vec<Caller>,
    /// The machines in the bodies of Terraform's modules that it is one of, with what a call gives: the file and the
    /// address of each.
    pub bodies: Vec<(Arc<str>, String)>,
    /// The construct of the CDK that the resource comes from, as `aws:cdk:path` names it.
    pub construct: Option<Arc<str>>,
    /// Whether the file that it stands in is one that the CDK copied.
    pub is_copy: bool,
    /// Whether it is all of a file, and no template is known that it belongs to.
    pub is_alone: bool,
}

/// How a definition is written in Terraform's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hcl {
    /// As an expression: `jsonencode({...})`.
    Expression,
    /// As the text of a heredoc.
    Text,
}

/// The place that names the file in which a definition stands.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The template.
    pub file: Arc<SourceFile>,
    /// The name in it.
    pub span: Span,
    /// What names it, in a few words: `DefinitionUri of Orders`.
    pub what: String,
}

impl Caller {
    /// Its place, for findings in the file that it names.
    #[cfg(feature = "cli")]
    pub fn elsewhere(&self) -> Elsewhere {
        self.file.elsewhere(self.span, &self.what)
    }
}

impl Embedding {
    /// Makes findings about the definition findings about the template: their locations are the template's, and fixes
    /// that cannot be applied go.
    pub fn adapt(&self, findings: &mut [Finding]) {
        for finding in findings {
            // What is no JSON has a place in its own text.
            if let Some(location) = &mut finding.location
                && location.starts_with('/')
            {
                location.insert_str(0, &self.location);
            }
            match self.hcl {
                Some(hcl) => finding.fixes.retain_mut(|fix| {
                    let mut edits = fix.edits.iter_mut();
                    edits.all(|edit| terraform::edits::adapt(edit, hcl))
                }),
                None if !self.is_editable => finding.fixes.clear(),
                None => {}
            }
            finding.constructs = self.construct.iter().cloned().collect();
        }
    }
}

/// Why a file does not hold the one definition that is asked for.
#[derive(Debug, thiserror::Error)]
#[cfg_attr(feature = "cli", derive(miette::Diagnostic))]
pub enum ResourceError {
    /// A template without state machines.
    #[error("{name} holds no state machine")]
    #[cfg_attr(
        feature = "cli",
        diagnostic(help(
            "state machines are resources of the type AWS::StepFunctions::StateMachine, AWS::Serverless::StateMachine or aws_sfn_state_machine"
        ))
    )]
    None {
        /// The template.
        name: String,
    },
    /// Several, and none is named.
    #[error("{name} holds {} state machines: {}", resources.len(), resources.join(", "))]
    #[cfg_attr(feature = "cli", diagnostic(help("name one of them: {name}#{}", resources[0])))]
    Several {
        /// The template.
        name: String,
        /// Their logical ids.
        resources: Vec<String>,
    },
    /// None of this name.
    #[error("{name} holds no state machine {resource:?}")]
    #[cfg_attr(feature = "cli", diagnostic(help("{help}")))]
    Unknown {
        /// The file.
        name: String,
        /// What was asked for.
        resource: String,
        /// What there is.
        help: String,
    },
}

#[cfg(feature = "cli")]
impl ResourceError {
    /// The same of a file that people know by another name.
    pub fn in_file(self, shown: &str) -> ResourceError {
        let shown = shown.to_owned();
        match self {
            ResourceError::None { .. } => ResourceError::None { name: shown },
            ResourceError::Several { resources, .. } => ResourceError::Several {
                name: shown,
                resources,
            },
            ResourceError::Unknown { resource, help, .. } => ResourceError::Unknown {
                name: shown,
                resource,
                help,
            },
        }
    }
}

/// A template's path and the resource in it that `path` names: `template.yaml#Orders`. A file with that very name is
/// meant first.
pub fn resource(path: &Path) -> (&Path, Option<&str>) {
    match path.to_str().and_then(|text| text.rsplit_once('#')) {
        Some((file, resource)) if path.symlink_metadata().is_err() => (Path::new(file), Some(resource)),
        _ => (path, None),
    }
}

/// Whether a document is a template, and no definition itself.
pub fn is_template(document: &Document) -> bool {
    let root = document.root();
    let is_known =
        || serverless::is_service(document) || machines::of(root).is_some() || exports::of(root).is_some();
    terraform::is_configuration(document.file()) || (machines::may_have(document.file()) && is_known())
}

/// Whether a file may be a template, by its name and its words.
pub fn may_be_template(file: &SourceFile) -> bool {
    terraform::is_configuration(file)
        || (terraform::may_have(file) && (machines::may_have(file) || serverless::is_named_so(file)))
}

/// Reads every definition in a file: one, unless it is a template, which may hold any number.
pub fn definitions(file: Arc<SourceFile>, options: &ParseOptions) -> Vec<Parsed> {
    let mut all = each(file, options);
    siblings::introduce(&mut all);
    all
}

fn each(file: Arc<SourceFile>, options: &ParseOptions) -> Vec<Parsed> {
    if terraform::is_configuration(&file) {
        return terraform::definitions(&file, options);
    }
    if !terraform::may_have(&file) {
        return Vec::new();
    }
    if !may_be_template(&file) {
        return vec![of_file(file, options, options, None)];
    }
    let whole = ParseOptions {
        any_value: true,
        keep_functions: true,
        ..options.clone()
    };
    let mut template = parse_with(file.clone(), &whole);
    if let Some(document) = template
        .document
        .take_if(|document| serverless::is_service(document))
    {
        let document = Arc::new(document);
        let mut all = serverless::definitions(&document, &template.findings, options);
        if document.is_mended() {
            of_broken(&template, &mut all);
        }
        return all;
    }
    let Some(document) = &template.document else {
        return vec![template];
    };
    match machines::of(document.root()).or_else(|| exports::of(document.root())) {
        Some(mut found) => {
            find_assets(&mut found, Path::new(template.file.name()), options);
            let mut made = Made::default();
            let machines = found.iter();
            let mut all: Vec<Parsed> = machines
                .map(|machine| {
                    let mut parsed = definition(&template, machine, options, None, &mut made);
                    if let (Some(definition), Some(embedding)) = (&parsed.document, &mut parsed.embedding) {
                        let findings = function_names::check(machine, document, definition);
                        embedding
                            .undeployable
                            .extend(Undeployable::of(&template.file, findings));
                    }
                    parsed
                })
                .collect();
            if document.is_mended() {
                of_broken(&template, &mut all);
            }
            all
        }
        None => vec![of_file(file, options, options, None)],
    }
}

/// Looks up definitions that are put into S3 from the assembly that the template is of.
fn find_assets(machines: &mut [Machine<'_>], template: &Path, options: &ParseOptions) {
    if machines.iter().all(|machine| machine.key().is_none()) {
        return;
    }
    let assets = options.assemblies.around(template, &options.reach);
    for machine in machines {
        machine.asset = machine.key().and_then(|key| assets.file(key)).map(Path::to_owned);
    }
}

/// What is told of a template that is broken: its mistake, also where that is in no definition, and nothing of a definition
/// whose own text it cuts.
fn of_broken(template: &Parsed, definitions: &mut Vec<Parsed>) {
    let file = &template.file;
    let is_broken = |span: Span| {
        let lines = file.line(span.start as usize)..=file.line(span.end as usize);
        let mut mistakes = template.findings.iter();
        mistakes.any(|mistake| lines.contains(&file.line(mistake.span.start as usize)))
    };
    definitions.retain(|definition| {
        let embedding = definition.embedding.as_ref();
        let is_text = embedding.is_some_and(|embedding| !embedding.is_editable);
        let is_cut = match &definition.document {
            Some(document) => is_broken(document.root().span()),
            None => definition.findings.iter().any(|finding| is_broken(finding.span)),
        };
        !(is_text && is_cut && Arc::ptr_eq(&definition.file, file))
    });
    definitions.extend(beside(template, definitions));
}

/// What is wrong with a broken template outside of its definitions.
fn beside(template: &Parsed, definitions: &[Parsed]) -> Option<Parsed> {
    let is_told = |finding: &&Finding| {
        let mut told = definitions.iter().flat_map(|definition| &definition.findings);
        told.any(|one| one.span == finding.span && one.message == finding.message)
    };
    let findings: Vec<Finding> = (template.findings.iter())
        .filter(|finding| !is_told(finding))
        .cloned()
        .collect();
    (!findings.is_empty()).then(|| Parsed {
        file: template.file.clone(),
        document: None,
        findings,
        embedding: None,
    })
}

/// Reads a definition that is a file of its own. `list` are the names that its template gives, beside those of the call.
fn of_file(
    file: Arc<SourceFile>,
    options: &ParseOptions,
    call: &ParseOptions,
    list: Option<Vec<Given>>,
) -> Parsed {
    let mut parsed = parse_with(file.clone(), options);
    // A template of Terraform's is no broken text, and none to be mended.
    let is_broken = (parsed.document.as_ref()).is_none_or(|document| document.is_mended());
    if is_broken && options.format != Some(Format::Yaml) {
        let strict = ParseOptions {
            mend: false,
            ..options.clone()
        };
        parsed = terraform::template(&file, &strict).unwrap_or(parsed);
    }
    let is_named = list.is_some();
    let used = || {
        let before = ParseOptions {
            substitutions: Substitutions::default(),
            keep_functions: true,
            ..options.clone()
        };
        let written = parse_with(file, &before).document;
        written.map_or_else(Vec::new, |written| match is_named {
            true => substituted::used_in_file(written.root()),
            false => substituted::used(written.root()),
        })
    };
    if let Some(document) = &mut parsed.document
        && let Some(substituted) = Substituted::of(list, call, used)
    {
        document.set_substituted(substituted);
    }
    parsed
}

/// Reads the definition in a file; in a template the one called `resource`, which need not be named where there is but
/// one.
///
/// # Errors
/// When there is none of the name, or it has to be named.
pub fn the_definition(
    file: Arc<SourceFile>,
    options: &ParseOptions,
    resource: Option<&str>,
) -> Result<Parsed, ResourceError> {
    let name = file.name().to_owned();
    let mut found = definitions(file, options);
    let Some(resource) = resource else {
        return match found.len() {
            0 => Err(ResourceError::None { name }),
            1 => Ok(found.remove(0)),
            _ => Err(ResourceError::Several {
                name,
                resources: resources(&found).map(str::to_owned).collect(),
            }),
        };
    };
    // Terraform's addresses go by the name of the resource alone where only one has it.
    let by_name = |id: &str| id.rsplit_once('.').is_some_and(|(_, name)| name == resource);
    let of_construct = |parsed: &Parsed| {
        let construct = (parsed.embedding.as_ref()).and_then(|embedding| embedding.construct.as_deref());
        construct.is_some_and(|path| path == resource || path.strip_suffix("/Resource") == Some(resource))
    };
    let at = resources(&found)
        .position(|id| id == resource)
        .or_else(|| found.iter().position(of_construct))
        .or_else(|| {
            let mut named = (0..).zip(resources(&found)).filter(|(_, id)| by_name(id));
            let (at, _) = named.next()?;
            named.next().is_none().then_some(at)
        });
    if let Some(at) = at {
        return Ok(found.swap_remove(at));
    }
    let known: Vec<&str> = resources(&found).collect();
    let help = match (nearest(resource, known.iter().copied()), &known[..]) {
        (Some(near), _) => format!("did you mean {near}?"),
        (None, []) => "it is no template, service or configuration with state machines".to_owned(),
        (None, known) => format!("it has {}", known.join(", ")),
    };
    Err(ResourceError::Unknown {
        name,
        resource: resource.to_owned(),
        help,
    })
}

fn resources(found: &[Parsed]) -> impl Iterator<Item = &str> {
    found
        .iter()
        .filter_map(|parsed| Some(&*parsed.embedding.as_ref()?.resource))
}

/// Reads one state machine of a template, which may be among the resources of a service of the Serverless Framework.
fn definition(
    template: &Parsed,
    machine: &Machine<'_>,
    options: &ParseOptions,
    service: Option<&Service<'_>>,
    made: &mut Made,
) -> Parsed {
    let call = options;
    let options = machine.options(options);
    let construct: Option<Arc<str>> = machine.construct.map(Arc::from);
    let embedding = |location: String, is_editable| {
        let mut findings = machine.findings.clone();
        for finding in &mut findings {
            finding.constructs = construct.iter().cloned().collect();
        }
        Embedding {
            resource: machine.resource.clone().into_owned(),
            machine_name: machine.name.map(str::to_owned),
            location,
            express: machine.express,
            is_editable,
            undeployable: Undeployable::of(&template.file, findings),
            unread: false,
            callers: Vec::new(),
            bodies: Vec::new(),
            construct: construct.clone(),
            is_copy: machine.asset.is_some(),
            is_alone: false,
            hcl: None,
        }
    };
    let not_read = |location| Embedding {
        unread: true,
        ..embedding(location, false)
    };
    match &machine.place {
        Place::Object(node) => {
            let mut builder = Builder::default();
            let mut copying = Copying::new(&mut builder, &options.substitutions, made);
            if let Some(service) = service {
                copying = copying.of_service(service);
            }
            let root = copying.copy(*node);
            if let Some(finding) = made.too_much() {
                return without(template, finding, embedding(node.location(), true));
            }
            let document = node.document();
            let mut copied = builder.finish(document.file().clone(), document.format(), root);
            // CloudFormation hands it on without indentation.
            let text = copied.root().to_value().to_json();
            copied.set_text(Arc::from(text));
            let list = machine.given();
            if let Some(substituted) = Substituted::of(list, call, || substituted::used(*node)) {
                copied.set_substituted(substituted);
            }
            let within = |finding: &&Finding| node.span().range().contains(&(finding.span.start as usize));
            let findings: Vec<Finding> = template.findings.iter().filter(within).cloned().collect();
            Parsed {
                file: template.file.clone(),
                document: Some(copied),
                findings,
                embedding: Some(embedding(node.location(), true)),
            }
        }
        Place::Text(node) => {
            let location = node.location();
            let Some(written) = text::written(*node, made) else {
                if let Some(finding) = made.too_much() {
                    return without(template, finding, embedding(location, false));
                }
                let finding = unknown(*node, "is made when the template is deployed");
                return without(template, finding, not_read(location));
            };
            let mut parsed = read_text(&template.file, written, &options, Format::Json);
            if let Some(document) = &parsed.document {
                made.add(document, node.token_span());
            }
            if let Some(finding) = made.too_much() {
                return without(template, finding, embedding(location, false));
            }
            parsed.embedding = Some(embedding(location, false));
            let list = machine.given();
            if let Some(document) = &mut parsed.document
                && let Some(substituted) = Substituted::of(list, call, || substituted::used(*node))
            {
                document.set_substituted(substituted);
            }
            parsed
        }
        Place::File(node) => {
            let mut embedding = embedding(String::new(), true);
            let folder = Path::new(template.file.name()).parent().unwrap_or(Path::new(""));
            let named = node.as_str().filter(|text| is_local(text));
            let path = machine.asset.clone().or_else(|| Some(folder.join(named?)));
            let Some(path) = path else {
                return without(template, unknown(*node, "lies in S3"), not_read(String::new()));
            };
            // The CDK's copy is no place for edits.
            embedding.is_editable = machine.asset.is_none();
            // Nothing more is read once it is too much.
            if let Some(finding) = made.too_much() {
                return without(template, finding, embedding);
            }
            match options.reach.read(&path, Path::new(template.file.name())) {
                Ok(file) => {
                    made.take_file(file.text().len(), node.token_span());
                    if let Some(finding) = made.too_much() {
                        return without(template, finding, embedding);
                    }
                    embedding.callers.push(Caller {
                        file: template.file.clone(),
                        span: node.token_span(),
                        what: format!("the file of {}", machine.construct.unwrap_or(&machine.resource)),
                    });
                    let list = machine.given();
                    let parsed = of_file(file, &options, call, list);
                    if let Some(document) = &parsed.document {
                        made.add(document, node.token_span());
                    }
                    match made.too_much() {
                        Some(finding) => without(template, finding, embedding),
                        None => Parsed {
                            embedding: Some(embedding),
                            ..parsed
                        },
                    }
                }
                Err(error) => {
                    let mut finding = Finding::error(MISSING, error.to_string(), node.token_span());
                    finding.help = error.help("the folder of the template");
                    without(template, finding, embedding)
                }
            }
        }
        Place::Expression(node) => {
            let made = |unread| Embedding {
                unread,
                ..embedding(node.location(), false)
            };
            terraform::json::expression(*node, &options, made).unwrap_or_else(|| {
                let finding = unknown(*node, "is made when Terraform runs");
                without(template, finding, not_read(node.location()))
            })
        }
        Place::Later(node, why) => {
            let location = node.location();
            without(template, unknown(*node, why), not_read(location))
        }
        Place::Nowhere(span) => {
            let help = "give it a Definition, DefinitionString, DefinitionUri or DefinitionS3Location";
            let finding = no_definition(machine, *span).with_help(help);
            without(template, finding, embedding(String::new(), false))
        }
        Place::Misnamed(node) => {
            // What APIs of SAM have.
            let help = "'DefinitionBody' is a property of APIs: did you mean 'Definition'?";
            let finding =
                no_definition(machine, node.token_span()).with_help(Help::asking(help, "Definition"));
            without(template, finding, embedding(String::new(), false))
        }
    }
}

/// What is said of a machine that has none.
fn no_definition(machine: &Machine<'_>, span: Span) -> Finding {
    let words = format!("The state machine {} has no definition", machine.resource);
    Finding::error(MISSING, words, span)
}

/// What is said of a definition that cannot be had before the template is deployed.
fn unknown(node: super::NodeRef<'_>, why: &str) -> Finding {
    Finding::new(
        crate::diagnostics::Severity::Info,
        NOT_READ,
        format!("The definition {why}: it is not read"),
        node.token_span(),
    )
    .with_help("name the file with the definition itself")
}

fn without(template: &Parsed, finding: Finding, embedding: Embedding) -> Parsed {
    Parsed {
        file: template.file.clone(),
        document: None,
        findings: vec![finding],
        embedding: Some(embedding),
    }
}

/// Whether a `DefinitionUri` is a path: not `s3://bucket/key`, nor filled in later.
fn is_local(uri: &str) -> bool {
    !uri.contains("://") && !uri.contains("${")
}

/// Reads the definition that is a text of `file`.
pub(super) fn read_text(
    file: &Arc<SourceFile>,
    written: Written,
    options: &ParseOptions,
    format: Format,
) -> Parsed {
    let text: Arc<str> = Arc::from(written.text);
    // The API takes JSON, whatever the file is; what decodes YAML says so.
    let options = ParseOptions {
        format: Some(format),
        ..options.clone()
    };
    let parsed = parse_with(Arc::new(SourceFile::new(file.name(), &*text)), &options);
    let mut parsed = moved(parsed, file, &written.places);
    if let Some(document) = &mut parsed.document {
        document.set_text(text);
    }
    parsed
}

/// Moves what was read of a text to where its parts stand in `file`.
pub(super) fn moved(mut parsed: Parsed, file: &Arc<SourceFile>, places: &Places) -> Parsed {
    let place = |span: Span| {
        let start = places.start(span.start as usize).unwrap_or(0);
        let end = places.end(span.end as usize).unwrap_or(start);
        Span::new(start, end.max(start))
    };
    for finding in &mut parsed.findings {
        finding.span = file.on_one_line(place(finding.span));
        finding.fixes.clear();
        for related in &mut finding.related {
            related.span = file.on_one_line(place(related.span));
        }
    }
    parsed.document = (parsed.document).map(|document| document.moved(file.clone(), place));
    parsed.file = file.clone();
    parsed
}

/// The value of a parameter that every template knows. The partition is `aws` but in China and GovCloud, and no check
/// of ours depends on which.
fn known() -> [(&'static str, Value); 1] {
    [("AWS::Partition", Value::string("aws"))]
}

#[cfg(test)]
mod tests;
