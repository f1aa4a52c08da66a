//! A definition as a whole: its text, the machine in it, its type, and what is made of them, each once and when it is
//! first asked for. Every command goes through it, and so does a program that uses the crate.

#[cfg(feature = "cli")]
mod called;
mod check;
mod findings;
mod fix;
mod fragment;
mod mended;
mod mocks;
mod open;
mod run;
#[cfg(feature = "cli")]
mod seen;
mod state;

use std::path::Path;
use std::sync::{Arc, OnceLock};

#[cfg(feature = "cli")]
pub(crate) use called::{Body, Called, path_of};
pub(crate) use check::Check;
#[cfg(feature = "cli")]
pub use findings::BadConfig;
pub use findings::{Finding, Findings, NoSuchRule};
pub use fix::fix;
#[cfg(feature = "cli")]
pub(crate) use fix::{apply as apply_edits, fix_read};
pub use mocks::{Answer, Mocks};
pub use open::{Open, OpenError};
pub use run::{Execution, Run, RunError};
#[cfg(feature = "cli")]
pub(crate) use seen::Seen;
pub use state::{StateOutcome, StateTest, StateTestError};

use crate::asl::{Fragment, MachineType, ScopeFields, StateMachine};
use crate::diagnostics::{self, Severity};
#[cfg(feature = "cli")]
use crate::format::{self, Unformattable};
use crate::graph::ControlFlow;
use crate::lint;
use crate::simulate::{self, CompileError, Program};
use crate::source::{
    self, Caller, Document, Embedding, ParseOptions, Parsed, ResourceError, SourceFile, Undeployable,
};
use crate::validate;

/// The definition of a state machine.
#[derive(Debug)]
pub struct Definition {
    file: Arc<SourceFile>,
    /// What is wrong with the text itself.
    of_text: Vec<diagnostics::Finding>,
    embedding: Option<Embedding>,
    document: Option<Arc<Document>>,
    told_type: Option<MachineType>,
    machine: OnceLock<StateMachine>,
    /// See [`Definition::compared`].
    compared: OnceLock<Option<StateMachine>>,
    flow: OnceLock<ControlFlow>,
    program: OnceLock<Result<Program, CompileError>>,
    /// The part of a machine that it is, as it is written, where it was read as one.
    fragment: Option<(Fragment, Arc<Document>)>,
}

impl Definition {
    /// The definition that was read.
    pub(crate) fn of(parsed: Parsed) -> Definition {
        Definition {
            file: parsed.file,
            of_text: parsed.findings,
            embedding: parsed.embedding,
            document: parsed.document.map(Arc::new),
            told_type: None,
            machine: OnceLock::new(),
            compared: OnceLock::new(),
            flow: OnceLock::new(),
            program: OnceLock::new(),
            fragment: None,
        }
    }

    /// The definition that was read as `options` say, which may be a part of one.
    fn read(mut parsed: Parsed, options: &ParseOptions) -> Definition {
        if parsed.document.is_none() && parsed.embedding.is_none() {
            fragment::without_braces_of(&mut parsed, options);
        }
        let fragment = (parsed.document.as_ref())
            .filter(|_| options.fragment)
            .and_then(|document| Fragment::of(document.root()));
        let definition = Definition::of(parsed);
        match fragment {
            Some(fragment) => definition.of_fragment(fragment),
            None => definition,
        }
    }

    /// The text of a file as a definition, whatever it is: nothing in it is looked for, nor read from other files.
    pub(crate) fn of_file(file: Arc<SourceFile>, options: &ParseOptions) -> Definition {
        Definition::of(source::parse_with(file, options))
    }

    /// The one definition in a file, or that of the template's resource `resource`.
    ///
    /// # Errors
    /// When there is none of the name, or it has to be named.
    pub(crate) fn in_file(
        file: Arc<SourceFile>,
        options: &ParseOptions,
        resource: Option<&str>,
    ) -> Result<Definition, ResourceError> {
        source::the_definition(file, options, resource).map(|parsed| Definition::read(parsed, options))
    }

    /// Every definition in a file: one, unless it is a template.
    pub(crate) fn all_in_file(file: Arc<SourceFile>, options: &ParseOptions) -> Vec<Definition> {
        let all = source::definitions(file, options).into_iter();
        all.map(|parsed| Definition::read(parsed, options)).collect()
    }

    /// Every definition in a file that a search came upon: none where it is none of the known sources.
    pub(crate) fn all_found_in(file: Arc<SourceFile>, options: &ParseOptions) -> Vec<Definition> {
        let mut all = Definition::all_in_file(file.clone(), options);
        if source::names::is_definition(file.name()) {
            return all;
        }
        all.retain(|definition| match (&definition.embedding, &definition.document) {
            (Some(_), _) => true,
            (None, Some(document)) => {
                let machine = ScopeFields::from(document.root());
                machine.start_at().is_some() && machine.states().is_some()
            }
            (None, None) => source::names::is_likely_source(file.name()) && source::has_marks(file.text()),
        });
        all
    }

    /// The same, of the type `told`, whatever a template says.
    pub(crate) fn of_type(mut self, told: MachineType) -> Definition {
        self.told_type = Some(told);
        self
    }

    /// The same, of the type `otherwise` where no template says one.
    pub(crate) fn or_of_type(self, otherwise: MachineType) -> Definition {
        match self.known_type() {
            Some(_) => self,
            None => self.of_type(otherwise),
        }
    }

    /// The file that it stands in: what findings' places are offsets of.
    pub(crate) fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Whether it stands in a template.
    pub(crate) fn is_in_template(&self) -> bool {
        self.embedding
            .as_ref()
            .is_some_and(|embedding| !embedding.is_alone)
    }

    /// The resource of a template that has it inside, not in a file of its own.
    pub(crate) fn resource_with_it(&self) -> Option<&str> {
        let embedding = self.embedding.as_ref()?;
        (!embedding.location.is_empty()).then_some(&*embedding.resource)
    }

    /// Whether it is all that stands in its file.
    #[cfg(feature = "cli")]
    pub(crate) fn is_whole_file(&self) -> bool {
        if !self.is_in_template() {
            return true;
        }
        // A part of a file may be named as well.
        let start = || Some(self.document.as_ref()?.root().span().start as usize);
        let before = || self.file.text().get(..start()?);
        self.caller().is_some()
            && before().is_some_and(|before| {
                let mut lines = before.trim_start_matches('\u{feff}').lines().map(str::trim);
                lines.all(|line| line.is_empty() || line.starts_with(['#', '%']) || line == "---")
            })
    }

    /// Whether edits of what it holds can be made where they stand.
    pub(crate) fn is_editable(&self) -> bool {
        self.embedding
            .as_ref()
            .is_none_or(|embedding| embedding.is_editable)
    }

    /// All who name its file, the nearest first.
    pub(crate) fn callers(&self) -> &[Caller] {
        self.embedding
            .as_ref()
            .map_or(&[], |embedding| &embedding.callers)
    }

    /// The machines of Terraform's modules that it is one of, with what a call gives: the file and address of each.
    pub(crate) fn bodies(&self) -> &[(Arc<str>, String)] {
        self.embedding.as_ref().map_or(&[], |embedding| &embedding.bodies)
    }

    /// Who names its file; `None` where nobody does, or it stands in the template.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.callers().first()
    }

    /// Whether its file is a copy that the CDK made.
    pub(crate) fn is_copy(&self) -> bool {
        self.embedding.as_ref().is_some_and(|embedding| embedding.is_copy)
    }

    /// Whether it is a state machine whose definition cannot be had before it is deployed.
    pub(crate) fn is_unread(&self) -> bool {
        self.embedding.as_ref().is_some_and(|embedding| embedding.unread)
    }

    /// Whether there is no text of it, or the file that it is to stand in is not there.
    pub(crate) fn is_missing(&self) -> bool {
        self.document.is_none()
            && self
                .text_error()
                .is_some_and(|finding| finding.code == source::MISSING)
    }

    /// Its tree; `None` where the text is broken.
    pub(crate) fn document(&self) -> Option<&Arc<Document>> {
        self.document.as_ref()
    }

    /// The machine; `None` where the text is broken.
    pub(crate) fn machine(&self) -> Option<&StateMachine> {
        let document = self.document.as_ref()?;
        Some(self.machine.get_or_init(|| StateMachine::read(document.clone())))
    }

    /// The machine as it is compared with another: with all that is unknown in it as text; `None` where the text is broken.
    pub(crate) fn compared(&self) -> Option<&StateMachine> {
        let document = self.document.as_ref()?;
        let compared = self.compared.get_or_init(|| {
            let texts = document.with_unknown_as_text();
            texts.map(|texts| StateMachine::read(Arc::new(texts)))
        });
        compared.as_ref().or_else(|| self.machine())
    }

    /// Its control flow; `None` where the text is broken.
    pub(crate) fn flow(&self) -> Option<&ControlFlow> {
        let machine = self.machine()?;
        Some(self.flow.get_or_init(|| ControlFlow::new(machine)))
    }

    /// It compiled for running; `None` where the text is broken.
    ///
    /// # Errors
    /// When it holds what the engine cannot run.
    pub(crate) fn program(&self) -> Option<Result<&Program, &CompileError>> {
        let machine = self.machine()?;
        Some(self.program.get_or_init(|| Program::compile(machine)).as_ref())
    }

    /// The machine, and it compiled, for whoever keeps nothing else; `None` where the text is broken.
    pub(crate) fn into_compiled(mut self) -> Option<(StateMachine, Result<Program, CompileError>)> {
        let _ = self.program()?;
        Some((self.machine.take()?, self.program.take()?))
    }

    /// The machine, for whoever keeps nothing else; `None` where the text is broken.
    pub(crate) fn into_machine(mut self) -> Option<StateMachine> {
        self.machine()?;
        self.machine.take()
    }

    /// Its type; Standard where nobody told it.
    pub fn machine_type(&self) -> MachineType {
        self.known_type().unwrap_or_default()
    }

    /// Its type, where that was told: by whoever opened it, or by the template.
    pub(crate) fn known_type(&self) -> Option<MachineType> {
        (self.told_type).or_else(|| MachineType::of_template(self.embedding.as_ref()))
    }

    /// The name that it is run under: that of the template's resource that `path` names, or the file's.
    pub(crate) fn machine_name(path: &Path) -> String {
        match source::resource(path) {
            (_, Some(resource)) => resource.to_owned(),
            (file, None) => simulate::machine_name(file),
        }
    }

    /// Why its text cannot be read, or not without a mistake; where it is not read at all, what is said of that.
    pub(crate) fn text_error(&self) -> Option<&diagnostics::Finding> {
        let mut errors = (self.of_text.iter()).filter(|finding| finding.severity == Severity::Error);
        match self.document {
            Some(_) => errors.next(),
            None => errors.next().or(self.of_text.first()),
        }
    }

    /// The name that it is run under where nobody names it: that of the template's resource, or of its file.
    pub(crate) fn name(&self) -> String {
        match &self.embedding {
            Some(embedding) => embedding.resource.clone(),
            None => simulate::machine_name(Path::new(self.file.name())),
        }
    }

    /// The name that AWS would give the machine: the one that its template gives it, or where that is not known before it
    /// is deployed, [its own here](Definition::name).
    pub(crate) fn deployed_name(&self) -> String {
        let given = self.embedding.as_ref();
        let given = given.and_then(|embedding| embedding.machine_name.clone());
        given.unwrap_or_else(|| self.name())
    }

    /// Its file, and where that has several, which of them it is: `template.yaml#Orders`.
    pub(crate) fn place(&self) -> String {
        let file = self.file.name();
        match &self.embedding {
            Some(embedding) if !embedding.is_alone => format!("{file}#{}", embedding.resource),
            _ => file.to_owned(),
        }
    }

    /// What AWS would say of it as a machine of type `machine_type`, its text first.
    pub(crate) fn validate_as(&self, machine_type: MachineType) -> Vec<diagnostics::Finding> {
        let mut findings = self.of_text.clone();
        let offset = findings.len();
        if let Some(machine) = self.machine() {
            let found = validate::validate(machine, &validate::Options { machine_type });
            // What a finding follows from is an index into its own list.
            findings.extend(found.into_iter().map(|finding| diagnostics::Finding {
                follows_from: finding.follows_from.map(|index| index + offset),
                ..finding
            }));
        }
        self.in_template(findings)
    }

    /// The same, and for what else its deployment is refused, where that stands in the file of the definition.
    pub(crate) fn validate_deployed_as(&self, machine_type: MachineType) -> Vec<diagnostics::Finding> {
        let mut findings = self.validate_as(machine_type);
        let here = self
            .undeployable()
            .filter(|found| found.file.name() == self.file.name());
        findings.extend(here.flat_map(|found| found.findings.iter().cloned()));
        findings
    }

    /// For what else its deployment is refused, where that stands in another file: the template that names it.
    pub(crate) fn undeployable_elsewhere(&self) -> impl Iterator<Item = &Undeployable> {
        self.undeployable()
            .filter(|found| found.file.name() != self.file.name())
    }

    fn undeployable(&self) -> impl Iterator<Item = &Undeployable> {
        self.embedding
            .iter()
            .flat_map(|embedding| &embedding.undeployable)
    }

    /// What of it does not fit a schema that the user brings.
    #[cfg(feature = "cli")]
    pub(crate) fn against(&self, contract: &crate::contract::Contract) -> Vec<diagnostics::Finding> {
        let findings = self.document.as_ref().map(|document| contract.findings(document));
        self.in_template(findings.unwrap_or_default())
    }

    /// What AWS would refuse it for as a machine of type `machine_type`.
    pub(crate) fn refused_as(&self, machine_type: MachineType) -> Vec<diagnostics::Finding> {
        diagnostics::Finding::keep(self.validate_as(machine_type), Severity::Error)
    }

    /// What lint finds, what is wrong with the text first; what of it can be read is linted all the same.
    pub(crate) fn lint_with(&self, settings: &lint::Settings) -> Vec<diagnostics::Finding> {
        let found = self.machine().zip(self.flow());
        self.with_those_of_text(found.map_or_else(Vec::new, |(machine, flow)| {
            lint::check_with(machine, flow, settings)
        }))
    }

    /// The same, and what AWS would say of it and its deployment as a machine of type `machine_type`.
    fn lint_and_validate(
        &self,
        settings: &lint::Settings,
        machine_type: MachineType,
    ) -> (Vec<diagnostics::Finding>, Vec<diagnostics::Finding>) {
        let validate = || self.validate_deployed_as(machine_type);
        let (Some(machine), Some(flow)) = (self.machine(), self.flow()) else {
            return (self.lint_with(settings), validate());
        };
        let (found, validated) = lint::check_beside(machine, flow, settings, validate);
        (self.with_those_of_text(found), validated)
    }

    /// [Lint's](Definition::lint_with), and what rules that are off by default would add to small definitions.
    pub(crate) fn lint_beyond(
        &self,
        settings: &lint::Settings,
    ) -> (Vec<diagnostics::Finding>, Vec<(&'static lint::Rule, usize)>) {
        let found = self.machine().zip(self.flow());
        let (found, beyond) = found.map_or_else(Default::default, |(machine, flow)| {
            lint::check_beyond(machine, flow, settings)
        });
        (self.with_those_of_text(found), beyond)
    }

    /// What lint found, after what is wrong with the text itself.
    fn with_those_of_text(&self, found: Vec<diagnostics::Finding>) -> Vec<diagnostics::Finding> {
        let mut findings = self.of_text.clone();
        findings.extend(found);
        self.in_template(findings)
    }

    /// The canonical form of its text.
    ///
    /// # Errors
    /// When the text has none: see [`format::document`].
    #[cfg(feature = "cli")]
    pub(crate) fn formatted(&self) -> Result<String, Unformattable> {
        format::document(self.document.as_deref(), self.of_text.last())
    }

    /// What TestState is asked about.
    pub(crate) fn tested(&self) -> simulate::test_state::Tested<'_> {
        simulate::test_state::Tested {
            text: self.file.text(),
            of_text: &self.of_text,
            machine: self.machine(),
        }
    }

    /// Findings as they are told about the template that it stands in.
    fn in_template(&self, mut findings: Vec<diagnostics::Finding>) -> Vec<diagnostics::Finding> {
        if let Some(embedding) = &self.embedding {
            embedding.adapt(&mut findings);
        }
        if self.fragment.is_some() {
            // Edits are for whole machines.
            findings.iter_mut().for_each(|finding| finding.fixes.clear());
        }
        findings
    }
}
