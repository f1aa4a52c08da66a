//! The state machines of a service of the Serverless Framework: those of its Step Functions plugin, and those among its
//! resources. Both may be in other files, whole or in parts.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use super::super::document::{Builder, Document};
use super::super::{Format, Made, NodeKind, ParseOptions, Parsed, SourceFile};
use super::functions::Copying;
use super::machines::{self, Machine, express, known_text};
use super::variables::{Found, Missing, Service};
use super::{Caller, Embedding, MISSING, NOT_READ, read_text, text, without};
use crate::diagnostics::{Finding, Severity, Span};

/// Whether a document is a service with state machines, or with something that may hold some.
pub(super) fn is_service(document: &Document) -> bool {
    let root = document.root();
    let is_definition = root.get("States").is_some() || root.get("StartAt").is_some();
    let has = |key| root.get(key).is_some();
    let is_service = || has("service") && ["provider", "functions", "resources"].into_iter().any(has);
    !is_definition && !has("Resources") && (has("stepFunctions") || is_service())
}

/// Whether a file is a service by its name: `serverless.yml`.
pub(super) fn is_named_so(file: &SourceFile) -> bool {
    let name = Path::new(file.name()).file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.split('.').any(|part| part == "serverless"))
}

/// Reads every state machine of a service. `findings` are those of its own file.
pub(super) fn definitions(
    document: &Arc<Document>,
    findings: &[Finding],
    options: &ParseOptions,
) -> Vec<Parsed> {
    let service = Service::new(document.clone(), options);
    let reading = Reading {
        service: &service,
        findings,
        options,
        made: RefCell::default(),
    };
    let mut found = Vec::new();
    let root = service.root();
    if let Some(node) = root.node().get("stepFunctions") {
        reading.plugin(&root.part(node), &mut found);
    }
    if let Some(node) = root.node().get("resources") {
        reading.resources(&root.part(node), Span::at(0), &mut found);
    }
    found
}

struct Reading<'s> {
    service: &'s Service<'s>,
    findings: &'s [Finding],
    options: &'s ParseOptions,
    /// The text that is made for all of them.
    made: RefCell<Made>,
}

impl Reading<'_> {
    /// The machines of the plugin: `stateMachines` is an object, or a list of objects.
    fn plugin(&self, value: &Found, found: &mut Vec<Parsed>) {
        let plugin = match self.service.resolve(value) {
            Ok(plugin) => plugin,
            Err(missing) => return found.push(self.unread("stepFunctions", value, &missing)),
        };
        let Some(node) = plugin.node().get("stateMachines") else {
            return;
        };
        let at = self.here(value).unwrap_or(Span::at(0));
        self.machines(&plugin.part(node), at, found);
    }

    /// Where a value stands in the service's own file.
    fn here(&self, value: &Found) -> Option<Span> {
        let is_own = value.document.file().name() == self.service.root().document.file().name();
        is_own.then(|| value.node().token_span())
    }

    /// `at`: where in the service's own file the machines are named.
    fn machines(&self, value: &Found, at: Span, found: &mut Vec<Parsed>) {
        let at = self.here(value).unwrap_or(at);
        let machines = match self.service.resolve(value) {
            Ok(machines) => machines,
            Err(missing) => return found.push(self.unread("stateMachines", value, &missing)),
        };
        let node = machines.node();
        if node.is_array() {
            for item in node.items() {
                self.machines(&machines.part(item), at, found);
            }
        }
        for member in node.members() {
            let value = machines.part(node.document().node(member.value));
            let at = self.here(&value).map_or(at, |_| member.key_span);
            let mut parsed = self.machine(&member.key, &value, at);
            if let Some(embedding) = &mut parsed.embedding {
                embedding.machine_name = self.machine_name(&value);
            }
            found.push(parsed);
        }
    }

    /// The name that a machine is given, where it is known before it is deployed.
    fn machine_name(&self, value: &Found) -> Option<String> {
        let machine = self.service.resolve(value).ok()?;
        let name = self
            .service
            .resolve(&machine.part(machine.node().get("name")?))
            .ok()?;
        known_text(name.node()).map(str::to_owned)
    }

    fn machine(&self, name: &str, value: &Found, at: Span) -> Parsed {
        let machine = match self.service.resolve(value) {
            Ok(machine) => machine,
            Err(missing) => return self.unread(name, value, &missing),
        };
        let node = machine.node();
        let is_express = node.get("type").and_then(|kind| {
            let kind = self.service.resolve(&machine.part(kind)).ok()?;
            express(Some(kind.node()))
        });
        let Some(definition) = node.get("definition") else {
            let words = format!("The state machine {name} has no definition");
            let finding = Finding::error(MISSING, words, node.token_span()).with_help("give it a definition");
            return without_document(
                machine.document.file(),
                finding,
                self.embedding(name, is_express, false),
            );
        };
        let written = machine.part(definition);
        let definition = match self.service.resolve(&written) {
            Ok(definition) => definition,
            Err(missing) => {
                let mut parsed = self.unread(name, &written, &missing);
                if let Some(embedding) = &mut parsed.embedding {
                    embedding.express = is_express;
                }
                return parsed;
            }
        };
        // The name of the file, where the service's own file has it.
        let named = self.here(&written).or_else(|| self.here(value));
        let at = named.unwrap_or(at);
        self.definition(&definition, at, self.embedding(name, is_express, false))
    }

    fn definition(&self, definition: &Found, at: Span, mut embedding: Embedding) -> Parsed {
        let node = definition.node();
        let document = &definition.document;
        let is_own = document.file().name() == self.service.root().document.file().name();
        if !is_own {
            embedding.callers = vec![self.caller(&embedding.resource, at)];
        }
        // The first key of a definition that is being written.
        let is_begun = |text: &str| self.options.mend && is_own && text.chars().all(char::is_alphabetic);
        // The plugin takes a text for the JSON that it is.
        let written = match node.kind() {
            NodeKind::String(text) if is_begun(text) => None,
            NodeKind::String(_) => text::written(node, &mut self.made.borrow_mut()),
            _ => None,
        };
        if let Some(written) = written {
            let mut parsed = read_text(document.file(), written, self.options, Format::Json);
            if let Some(document) = &parsed.document {
                self.made.borrow_mut().add(document, node.token_span());
            }
            parsed.embedding = Some(embedding);
            return parsed;
        }
        let mut builder = Builder::default();
        let mut made = self.made.borrow_mut();
        let root = Copying::new(&mut builder, &self.options.substitutions, &mut made)
            .of_service(self.service)
            .copy(node);
        if let Some(finding) = made.too_much() {
            return Parsed {
                file: document.file().clone(),
                document: None,
                findings: vec![finding],
                embedding: Some(embedding),
            };
        }
        let mut copied = builder.finish(document.file().clone(), document.format(), root);
        let text = copied.root().to_value().to_json();
        copied.set_text(Arc::from(text));
        let mut not_included = self.service.problems();
        for finding in &mut not_included {
            finding.span = document.file().on_one_line(finding.span);
        }
        let within =
            |finding: &&Finding| is_own && node.span().range().contains(&(finding.span.start as usize));
        Parsed {
            file: document.file().clone(),
            findings: (self.findings.iter().filter(within).cloned())
                .chain(not_included)
                .collect(),
            document: Some(copied),
            embedding: Some(Embedding {
                location: if is_own { node.location() } else { String::new() },
                is_editable: true,
                ..embedding
            }),
        }
    }

    /// The machines among the resources: an object with Resources, or a list of such.
    fn resources(&self, value: &Found, at: Span, found: &mut Vec<Parsed>) {
        let at = self.here(value).unwrap_or(at);
        // Resources in a file that is not there are no state machines that anybody knows of.
        let Ok(resources) = self.service.resolve(value) else {
            return;
        };
        let node = resources.node();
        for item in node.items() {
            self.resources(&resources.part(item), at, found);
        }
        let Some(list) = node.get("Resources") else {
            return;
        };
        let list = resources.part(list);
        let at = self.here(&list).unwrap_or(at);
        let Ok(list) = self.service.resolve(&list) else {
            return;
        };
        for member in list.node().members() {
            let value = list.part(list.node().document().node(member.value));
            let at = self.here(&value).unwrap_or(at);
            let Ok(resource) = self.service.resolve(&value) else {
                continue;
            };
            if let Some(machine) = machines::of_template(&member.key, resource.node()) {
                found.push(self.resource(&resource, &machine, at));
            }
        }
    }

    fn resource(&self, resource: &Found, machine: &Machine<'_>, at: Span) -> Parsed {
        let template = Parsed {
            file: resource.document.file().clone(),
            document: None,
            findings: self.findings.to_vec(),
            embedding: None,
        };
        let mut made = self.made.borrow_mut();
        let mut parsed = super::definition(&template, machine, self.options, Some(self.service), &mut made);
        parsed.findings.extend(self.service.problems());
        if self.here(resource).is_none()
            && let Some(embedding) = &mut parsed.embedding
        {
            let caller = || self.caller(&machine.resource, at);
            if embedding.callers.is_empty() {
                embedding.callers.push(caller());
            }
        }
        parsed
    }

    fn embedding(&self, name: &str, express: Option<bool>, unread: bool) -> Embedding {
        Embedding {
            resource: name.to_owned(),
            machine_name: None,
            location: String::new(),
            express,
            is_editable: false,
            undeployable: Vec::new(),
            unread,
            callers: Vec::new(),
            bodies: Vec::new(),
            construct: None,
            is_copy: false,
            is_alone: false,
            hcl: None,
        }
    }

    /// The service, for a definition that stands in a file that it includes at `at`.
    fn caller(&self, machine: &str, at: Span) -> Caller {
        Caller {
            file: self.service.root().document.file().clone(),
            span: at,
            what: format!("the definition of {machine}"),
        }
    }

    /// What is said of a machine that stands in a file or behind a variable that is not known.
    fn unread(&self, name: &str, value: &Found, missing: &Missing) -> Parsed {
        let node = value.node();
        let embedding = self.embedding(name, None, true);
        let file = value.document.file();
        let (severity, why) = match missing {
            Missing::Later => (
                Severity::Info,
                "is known only when the service is deployed".to_owned(),
            ),
            Missing::File(message) => (Severity::Warning, format!("cannot be had: {message}")),
            Missing::Circular(name) => (
                Severity::Warning,
                format!("cannot be had: {name} includes itself"),
            ),
            Missing::Broken(parsed) => {
                return Parsed {
                    file: parsed.file.clone(),
                    document: None,
                    findings: parsed.findings.clone(),
                    embedding: Some(Embedding {
                        unread: false,
                        ..embedding
                    }),
                };
            }
        };
        let words: Cow<'_, str> = match name {
            "stateMachines" | "stepFunctions" => Cow::Borrowed("What state machines there are"),
            name => Cow::Owned(format!("The definition of {name}")),
        };
        let finding = Finding::new(
            severity,
            NOT_READ,
            format!("{words} {why}: it is not read"),
            node.token_span(),
        );
        without_document(file, finding, embedding)
    }
}

fn without_document(file: &Arc<SourceFile>, finding: Finding, embedding: Embedding) -> Parsed {
    let template = Parsed {
        file: file.clone(),
        document: None,
        findings: Vec::new(),
        embedding: None,
    };
    without(&template, finding, embedding)
}
