//! What a test file names, each file read once however many cases name it, and its cases.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use miette::Diagnostic;
use rustc_hash::FxHashMap;

use super::check::{CODE, Checker, text_of};
use super::model::{At, Case, TaskContract};
use super::read;
use super::rows::tell_in;
use crate::asl::StateMachine;
use crate::contract::Contract;
use crate::definition::Definition;
use crate::diagnostics::{Finding, Related, Severity, Span};
use crate::mocks::{self, MockError, Mocks};
use crate::simulate::{MachineType, Settings};
use crate::source::{self, Document, NodeRef, ParseOptions, Reach, SourceFile};
use crate::value::Value;

/// A mock file's name, and the test case and machine that are chosen in it.
type MockFile = (Arc<str>, Option<Arc<str>>, Option<Arc<str>>);

/// What is read once, however many cases name it.
pub(super) struct Opening {
    folder: PathBuf,
    /// The test file.
    file: PathBuf,
    /// Where the files may lie that it names, and those that they name.
    reach: Reach,
    pub(super) reads: Vec<PathBuf>,
    inputs: FxHashMap<Arc<str>, Option<(Value, Arc<str>)>>,
    mock_files: FxHashMap<MockFile, Option<Arc<Mocks>>>,
    schemas: FxHashMap<Arc<str>, Option<Arc<Contract>>>,
    /// What is to be said of mocks, each once.
    pub(super) doubts: Vec<MockError>,
    /// Mistakes in other files.
    pub(super) others: Vec<(Arc<SourceFile>, Vec<Finding>)>,
}

impl Opening {
    /// Of the test file at `path`: nothing is read yet.
    pub(super) fn of(path: &Path, reach: Reach) -> Opening {
        Opening {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            file: path.to_owned(),
            reach,
            reads: Vec::new(),
            inputs: FxHashMap::default(),
            mock_files: FxHashMap::default(),
            schemas: FxHashMap::default(),
            doubts: Vec::new(),
            others: Vec::new(),
        }
    }

    /// A path that the test file names.
    fn path(&mut self, text: &str) -> PathBuf {
        let path = tidy(&self.folder.join(text));
        if !self.reads.contains(&path) {
            self.reads.push(path.clone());
        }
        path
    }

    fn text(&mut self, node: NodeRef<'_>, findings: &mut Vec<Finding>) -> Option<Arc<SourceFile>> {
        self.text_at(node.as_str()?, node, findings)
    }

    /// The text of the file that `node` names in its text `path`.
    fn text_at(
        &mut self,
        path: &str,
        node: NodeRef<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<Arc<SourceFile>> {
        let path = self.path(path);
        match self.reach.read(&path, &self.file) {
            Ok(file) => Some(file),
            Err(error) => {
                let mut finding = Finding::error(CODE, error.to_string(), node.token_span());
                finding.help = error.help("the folder of the test file");
                findings.push(finding);
                None
            }
        }
    }

    /// The definition, when there is one that can be read, and where it is.
    pub(super) fn definition(
        &mut self,
        root: NodeRef<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<(PathBuf, Definition)> {
        let node = root.get("Definition")?;
        let mut options = ParseOptions::within(self.reach.clone());
        if let Some(substitutions) = root.get("Substitutions") {
            let values = match substitutions.as_str() {
                None => substitutions.to_value(),
                Some(_) => {
                    let file = self.text(substitutions, findings)?;
                    self.any_value(file)?
                }
            };
            if !options.substitutions.extend(&values) {
                findings.push(Finding::error(
                    CODE,
                    "the file of 'Substitutions' must hold an object: names with their values",
                    substitutions.token_span(),
                ));
            }
        }
        let written = node.as_str()?;
        let whole = self.folder.join(written);
        let (name, resource) = match (source::resource(&whole).1, written.rsplit_once('#')) {
            (Some(resource), Some((name, _))) => (name, Some(resource)),
            _ => (written, None),
        };
        let path = self.path(name);
        let file = self.text_at(name, node, findings)?;
        let definition = match Definition::in_file(file, &options, resource) {
            Ok(definition) => definition,
            Err(error) => {
                let help = error.help().map(|help| help.to_string()).unwrap_or_default();
                findings.push(Finding::error(CODE, error.to_string(), node.token_span()).with_help(help));
                return None;
            }
        };
        if definition.document().is_none() {
            let findings = definition.refused_as(definition.machine_type());
            if !findings.is_empty() {
                self.others.push((definition.file().clone(), findings));
            }
            return None;
        }
        Some((path, definition))
    }

    /// The value of a JSON or YAML file; its mistakes are kept.
    fn any_value(&mut self, file: Arc<SourceFile>) -> Option<Value> {
        let mut parsed = source::parse_any(file);
        parsed
            .findings
            .retain(|finding| finding.severity == Severity::Error);
        if !parsed.findings.is_empty() {
            self.others.push((parsed.file, parsed.findings));
            return None;
        }
        Some(parsed.document?.root().to_value())
    }

    /// What AWS would say about the definition, created with each type that a case has; whether it would refuse it.
    pub(super) fn check_definition(
        &mut self,
        definition: &Definition,
        base: MachineType,
        cases: &[Case],
    ) -> bool {
        let mut types: Vec<MachineType> = cases.iter().map(|case| case.settings.machine_type).collect();
        types.push(base);
        for machine_type in [MachineType::Standard, MachineType::Express] {
            if !types.contains(&machine_type) {
                continue;
            }
            let findings = definition.refused_as(machine_type);
            if !findings.is_empty() {
                self.others.push((definition.file().clone(), findings));
                return true;
            }
        }
        false
    }

    pub(super) fn cases(
        &mut self,
        root: NodeRef<'_>,
        filled: &FxHashMap<usize, Vec<Document>>,
        base: &Settings,
        machine: &StateMachine,
        checker: &mut Checker<'_>,
    ) -> Vec<Case> {
        // Of a part with mistakes of its own nothing more is said.
        let checked = checker.findings.len();
        let shared = root
            .get("Mocks")
            .filter(|node| checker.is_sound(*node, checked))
            .and_then(|node| self.mocks(node, root, machine, checker))
            .map(Arc::new);
        let shared = shared.unwrap_or_default();
        let mut names: FxHashMap<Arc<str>, Span> = FxHashMap::default();
        let mut cases: Vec<Case> = Vec::new();
        for (number, node) in root.get("Cases").into_iter().flat_map(NodeRef::items).enumerate() {
            let empty = Vec::new();
            let rows = filled.get(&number).unwrap_or(&empty);
            let first = cases.len();
            if node.get("Table").is_none() {
                cases.extend(self.case(node, root, (base, &shared), machine, checker, checked));
            }
            let table: Vec<NodeRef<'_>> = node
                .get("Table")
                .into_iter()
                .flat_map(NodeRef::items)
                .filter(|row| row.is_object())
                .collect();
            for (number, row) in rows.iter().enumerate() {
                let told = checker.findings.len();
                let case = self.case(row.root(), root, (base, &shared), machine, checker, checked);
                if let Some(row) = table.get(number) {
                    tell_in(*row, &mut checker.findings[told..]);
                }
                // What one row does not call another may.
                cases.extend(case.map(|case| Case {
                    own_mocks: Vec::new(),
                    ..case
                }));
            }
            // Rows that the name does not tell apart are numbered.
            if rows.len() > 1 && cases[first..].iter().all(|case| case.name == cases[first].name) {
                for (row, case) in cases[first..].iter_mut().enumerate() {
                    case.name = Arc::from(format!("{} (row {})", case.name, row + 1));
                }
            }
            for case in &cases[first..] {
                if let Some(before) = names.insert(case.name.clone(), case.span) {
                    let message = format!("two cases are called '{}'", case.name);
                    let finding = checker.error(case.span, message);
                    if before != case.span {
                        finding.related.push(Related {
                            span: before,
                            label: "the first".to_owned(),
                        });
                    }
                }
            }
        }
        cases
    }

    fn case(
        &mut self,
        node: NodeRef<'_>,
        root: NodeRef<'_>,
        (base, shared): (&Settings, &Arc<Mocks>),
        machine: &StateMachine,
        checker: &mut Checker<'_>,
        checked: usize,
    ) -> Option<Case> {
        let is_sound = |checker: &Checker<'_>, name: &str| {
            let part = node.get(name);
            part.is_none_or(|part| checker.is_sound(part, checked))
        };
        let input = match is_sound(checker, "Input") && is_sound(checker, "InputFile") {
            true => self.input(node, checker),
            false => None,
        };
        let mocks = match node.get("Mocks") {
            None => Some((shared.clone(), Vec::new())),
            Some(_) if !is_sound(checker, "Mocks") => None,
            Some(own) => self.mocks(own, root, machine, checker).map(|mocks| {
                let states = own.get("States").map(NodeRef::members).unwrap_or_default();
                let names = states.iter().map(|member| member.key.clone());
                (Arc::new(mocks.over(shared)), names.collect())
            }),
        };
        if !is_sound(checker, "Name") || !is_sound(checker, "Expect") {
            return None;
        }
        let name = node.get("Name")?;
        let folder = self.folder.clone();
        let mut expect = read::expect(node, &|path| tidy(&folder.join(path)));
        let schema = node.get("Expect").and_then(|expect| expect.get("OutputSchema"));
        expect.output_schema = schema.and_then(|schema| self.contract(schema, &mut checker.findings));
        let ((input, input_text), (mocks, own_mocks)) = (input?, mocks?);
        Some(Case {
            name: text_of(name),
            span: name.token_span(),
            input,
            input_text,
            settings: read::settings(node, base),
            mocks,
            own_mocks,
            expect,
        })
    }

    /// The schemas of what tasks are sent and return.
    pub(super) fn contracts(&mut self, root: NodeRef<'_>, findings: &mut Vec<Finding>) -> Vec<TaskContract> {
        let members = root.get("Schemas").map(NodeRef::members).unwrap_or_default();
        let mut contracts = Vec::new();
        for member in members {
            let node = root.document().node(member.value);
            let mut side = |name: &str| node.get(name).and_then(|file| self.contract(file, findings));
            contracts.push(TaskContract {
                state: member.key.clone(),
                parameters: side("Parameters"),
                result: side("Result"),
            });
        }
        contracts
    }

    /// The JSON Schema in the file that `node` names.
    fn contract(&mut self, node: NodeRef<'_>, findings: &mut Vec<Finding>) -> Option<At<Arc<Contract>>> {
        let name = text_of(node);
        let span = node.key_span();
        if let Some(known) = self.schemas.get(&name) {
            return known.clone().map(|value| At { value, span });
        }
        let file = self.text(node, findings);
        let read = file.and_then(|file| match Contract::of_file(file, &self.reach) {
            Ok(contract) => Some(Arc::new(contract)),
            Err(error) => {
                findings.push(Finding::error(CODE, error.to_string(), node.token_span()));
                None
            }
        });
        self.schemas.insert(name, read.clone());
        read.map(|value| At { value, span })
    }

    fn doubt(&mut self, mocks: &Mocks, machine: &StateMachine) {
        for doubt in mocks.doubts(machine) {
            if !self.doubts.contains(&doubt) {
                self.doubts.push(doubt);
            }
        }
    }

    /// The input and its text as it is sent.
    fn input(&mut self, case: NodeRef<'_>, checker: &mut Checker<'_>) -> Option<(Value, Arc<str>)> {
        let of = |value: Value| {
            let text = Arc::from(value.to_json());
            (value, text)
        };
        match (case.get("Input"), case.get("InputFile")) {
            (None, None) => Some(of(Value::empty_object())),
            (Some(value), None) => Some(of(value.to_value())),
            (Some(_), Some(file)) => {
                let message = "a case has an Input or an InputFile, not both";
                checker.error(file.key_span(), message);
                None
            }
            (None, Some(node)) => {
                let name = text_of(node);
                if let Some(known) = self.inputs.get(&name) {
                    return known.clone();
                }
                let file = self.text(node, &mut checker.findings);
                let input = file.and_then(|file| {
                    let text = file.text().trim_end_matches(['\n', '\r']);
                    match source::parse_value(text) {
                        // JSON is sent as it stands.
                        Ok(value) => Some((value, Arc::from(text))),
                        Err(_) => self.any_value(file).map(of),
                    }
                });
                self.inputs.insert(name, input.clone());
                input
            }
        }
    }

    /// What was read, as mocks of the tasks of `machine`. Mistakes in it are told here where it stands in this file, and
    /// otherwise where it is named.
    fn fitted(
        &mut self,
        read: Result<Mocks, MockError>,
        machine: &StateMachine,
        checker: &mut Checker<'_>,
        (span, inline): (Span, bool),
    ) -> Option<Mocks> {
        match read.and_then(|mut mocks| mocks.fit(machine).map(|()| mocks)) {
            Ok(mocks) => {
                self.doubt(&mocks, machine);
                Some(mocks)
            }
            Err(error) => {
                checker.mocks(&error, span, inline);
                None
            }
        }
    }

    /// Mocks of a file, and those that stand here over them.
    fn mocks(
        &mut self,
        node: NodeRef<'_>,
        root: NodeRef<'_>,
        machine: &StateMachine,
        checker: &mut Checker<'_>,
    ) -> Option<Mocks> {
        let inline = mocks::read_inline(node, self.reach.clone());
        let inline = self.fitted(inline, machine, checker, (node.token_span(), true));
        let test_case = node.get("TestCase").map(text_of);
        let Some(name) = node.get("File") else {
            if let (Some(_), Some(case)) = (test_case, node.member("TestCase")) {
                let finding = checker.error(case.key_span, "a TestCase needs a File");
                finding.help = Some("add File: MockConfigFile.json".to_owned());
                return None;
            }
            return inline;
        };
        let machine_name = root.get("StateMachineName").map(text_of);
        let key = (text_of(name), test_case.clone(), machine_name.clone());
        let base = match self.mock_files.get(&key) {
            Some(known) => known.clone(),
            None => {
                let reach = self.reach.clone();
                let file = self.text(name, &mut checker.findings);
                let read = file.and_then(|file| {
                    let mocks =
                        mocks::read_within(file, machine_name.as_deref(), test_case.as_deref(), reach);
                    self.fitted(mocks, machine, checker, (name.token_span(), false))
                        .map(Arc::new)
                });
                self.mock_files.insert(key, read.clone());
                read
            }
        };
        let base = base?;
        Some(inline?.over(&base))
    }
}

/// A path without `.` and, where that leads to the same file, without `..`.
fn tidy(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().filter(|c| *c != Component::CurDir).collect();
    let mut short = PathBuf::new();
    for component in plain.components() {
        match component {
            Component::ParentDir if matches!(short.components().next_back(), Some(Component::Normal(_))) => {
                short.pop();
            }
            other => short.push(other),
        }
    }
    // Behind a symbolic link `..` leads elsewhere.
    if short == plain || plain.canonicalize().ok() == short.canonicalize().ok() {
        short
    } else {
        plain
    }
}
