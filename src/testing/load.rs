//! A test file's text to [`TestFile`]: the definition read, checked and compiled once, the cases read.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use miette::Diagnostic;
use rustc_hash::{FxHashMap, FxHashSet};

use super::check::{CODE, Checker, text_of};
use super::fields;
use super::model::{At, Case, TaskContract, TestFile};
use super::read;
use crate::asl::StateMachine;
use crate::contract::Contract;
use crate::definition::Definition;
use crate::diagnostics::{Finding, Severity, Span, nearest, visible};
use crate::mocks::{self, Mocks};
use crate::simulate::{MachineType, Settings, machine_name};
use crate::source::{self, Document, Input, Made, NodeRef, ParseOptions, Reach, ReadError, SourceFile};
use crate::value::{Map, Value};

/// Most cases of a file, the rows of its tables counted: what people write is far below.
const MOST_CASES: usize = 100_000;

/// A test file that cannot be run.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read.
    Unreadable(ReadError),
    /// It, its definition or a file that it names has mistakes, told with others that are not errors.
    Mistakes {
        /// Each file with what is said of it.
        files: Vec<(Arc<SourceFile>, Vec<Finding>)>,
        /// The files that it names, whether they could be read or not.
        reads: Vec<PathBuf>,
    },
}

/// Reads a test file and all that it names, in its own repository.
///
/// # Errors
/// Those of [`open_within`].
pub fn open(path: &Path) -> Result<TestFile, Refused> {
    open_within(path, Reach::default())
}

/// Reads a test file and all that it names, as far as `reach` goes.
///
/// # Errors
/// When it, its definition, a mock file or an input cannot be read, or does not fit.
pub fn open_within(path: &Path, reach: Reach) -> Result<TestFile, Refused> {
    let file = source::read(&Input::File(path.to_owned()), "<stdin>").map_err(Refused::Unreadable)?;
    let document = match tree(&file) {
        Ok(document) => document,
        Err(findings) => {
            return Err(Refused::Mistakes {
                files: vec![(file, findings)],
                reads: Vec::new(),
            });
        }
    };
    let root = document.root();
    let mut opening = Opening {
        folder: path.parent().unwrap_or(Path::new("")).to_owned(),
        file: path.to_owned(),
        reach,
        reads: Vec::new(),
        inputs: FxHashMap::default(),
        mock_files: FxHashMap::default(),
        schemas: FxHashMap::default(),
        others: Vec::new(),
    };
    let mut findings = Vec::new();
    let definition = opening.definition(root, &mut findings);
    // A template says how its machine is made, unless the test file does.
    let machine_type = definition
        .as_ref()
        .map(|(_, definition)| definition.machine_type());
    let base = read::settings(root, &Settings::of_type(machine_type.unwrap_or_default()));
    let machine = definition
        .as_ref()
        .and_then(|(_, definition)| definition.machine());
    let mut checker = Checker { machine, findings };
    checker.check(root, &fields::FILE);
    let filled = rows(root, &mut checker);
    let mut cases = Vec::new();
    if checker.findings.is_empty()
        && let (Some((path, _)), Some(machine)) = (&definition, machine)
    {
        let base = match root.get("StateMachineName") {
            Some(_) => base.clone(),
            None => Settings {
                machine_name: Arc::from(machine_name(path)),
                ..base.clone()
            },
        };
        cases = opening.cases(root, &filled, &base, machine, &mut checker);
    }
    let contracts = match checker.findings.is_empty() {
        true => opening.contracts(root, &mut checker.findings),
        false => Vec::new(),
    };
    let mut seen = FxHashSet::default();
    // Each row of a table has the mistakes of its case again.
    let mut findings = checker.findings;
    findings.retain(|finding| seen.insert((finding.span, finding.message.clone())));
    if let Some((_, definition)) = &definition {
        opening.check_definition(definition, base.machine_type, &cases);
        if opening.others.is_empty()
            && let Some(Err(error)) = definition.program()
        {
            let at = root.get("Definition").map_or(Span::at(0), NodeRef::token_span);
            let finding = Finding::error(CODE, format!("the definition cannot be run: {error}"), at);
            findings.push(match error.missing.is_empty() {
                true => finding,
                false => finding.with_help(substitutions(&error.missing)),
            });
        }
    }
    let sound = findings.is_empty() && opening.others.is_empty();
    let compiled = definition.filter(|_| sound).and_then(|(path, definition)| {
        let (machine, program) = definition.into_compiled()?;
        Some((path, machine, program.ok()?))
    });
    match compiled {
        Some((definition, machine, program)) => Ok(TestFile {
            contracts,
            placeholders: machine
                .document()
                .open_placeholders()
                .into_iter()
                .map(Arc::from)
                .collect(),
            file,
            reach,
            definition,
            machine,
            program,
            cases,
            reads: opening.reads,
        }),
        None => {
            let mut mistakes = opening.others;
            if !findings.is_empty() {
                mistakes.push((file, findings));
            }
            Err(Refused::Mistakes {
                files: mistakes,
                reads: opening.reads,
            })
        }
    }
}

/// How a test file gives placeholders values.
pub fn substitutions(names: &[Arc<str>]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("{name}: VALUE")).collect();
    format!(
        "write into the test file: Substitutions: {{{}}}",
        names.join(", ")
    )
}

/// What is wrong with the keys and values of a test file, without a look at what it names. Of tables only the rows'
/// own form is looked at.
pub fn check(file: &Arc<SourceFile>) -> Vec<Finding> {
    match tree(file) {
        Err(findings) => findings,
        Ok(document) => {
            let mut checker = Checker {
                machine: None,
                findings: Vec::new(),
            };
            checker.check(document.root(), &fields::FILE);
            checker.findings
        }
    }
}

/// The tree of a test file's text.
fn tree(file: &Arc<SourceFile>) -> Result<Document, Vec<Finding>> {
    if file.text().trim_start_matches('\u{feff}').trim().is_empty() {
        let finding = Finding::error(CODE, "the test file is empty", Span::at(0));
        return Err(vec![
            finding.with_help("write Definition: <path>, and Cases: with a list of cases"),
        ]);
    }
    let parsed = source::parse_any(file.clone());
    let mut findings = parsed.findings;
    findings.retain(|finding| finding.severity == Severity::Error);
    // The codes of the text are AWS's, for definitions.
    for finding in &mut findings {
        finding.code = CODE.into();
    }
    match parsed.document {
        Some(document) if findings.is_empty() => Ok(document),
        _ => Err(findings),
    }
}

/// Most values that all rows of a file may come to.
const MOST_VALUES: usize = 8_000_000;

/// The rows of all tables as cases of their own: the place of the case in `Cases`, and the rows filled in and checked.
fn rows(root: NodeRef<'_>, checker: &mut Checker<'_>) -> FxHashMap<usize, Vec<Document>> {
    let mut filled: FxHashMap<usize, Vec<Document>> = FxHashMap::default();
    let Some(cases) = root.get("Cases") else {
        return filled;
    };
    let (mut count, mut size) = (0, 0);
    let mut made = Made::default();
    for (number, case) in cases.items().enumerate() {
        let Some(table) = case.get("Table") else {
            count += 1;
            continue;
        };
        for row in table.items() {
            count += 1;
            if count > MOST_CASES {
                checker.error(
                    table.key_span(),
                    format!("the file has more than {MOST_CASES} cases"),
                );
                return filled;
            }
            let Value::Object(values) = row.to_value() else {
                continue;
            };
            let (document, unfilled) = source::fill(case, "Table", &values, &mut made);
            let is_whole = unfilled
                .iter()
                .all(|missing| missing.why != source::UnfilledWhy::TooLarge);
            for missing in unfilled {
                let finding = unfilled_finding(&missing, &values, checker);
                finding.related.push(crate::diagnostics::Related {
                    span: row.token_span(),
                    label: "this row".to_owned(),
                });
            }
            size += document.len();
            if size > MOST_VALUES {
                let message = format!("the rows of the file's tables come to more than {MOST_VALUES} values");
                checker.error(table.key_span(), message);
                return filled;
            }
            // What is too much for this row is so for those after it.
            if !is_whole {
                return filled;
            }
            checker.check(document.root(), &fields::CASE);
            filled.entry(number).or_default().push(document);
        }
    }
    filled
}

/// The finding for a name that a row has no value for, or none that could be filled in.
fn unfilled_finding<'c>(
    missing: &source::Unfilled,
    row: &Map,
    checker: &'c mut Checker<'_>,
) -> &'c mut Finding {
    let name = &missing.name;
    if missing.why == source::UnfilledWhy::TooLarge {
        let message = format!("with the value of '{name}' the case would be too large");
        let finding = checker.error(missing.span, message);
        finding.help = Some(
            "all rows of a file together make at most 64 MiB of text: use fewer or shorter ones".to_owned(),
        );
        return finding;
    }
    let columns = || row.keys().map(|key| &**key);
    let help = match nearest(name, columns()) {
        Some(near) => format!("did you mean ${{{near}}}?"),
        None => format!(
            "the row has: {}; write $${{ for the characters ${{ themselves",
            columns().collect::<Vec<_>>().join(", ")
        ),
    };
    let finding = checker.error(missing.span, format!("a row of the table has no value '{name}'"));
    finding.help = Some(help);
    finding
}

/// A mock file's name, and the test case and machine that are chosen in it.
type MockFile = (Arc<str>, Option<Arc<str>>, Option<Arc<str>>);

/// What is read once, however many cases name it.
struct Opening {
    folder: PathBuf,
    /// The test file.
    file: PathBuf,
    /// Where the files may lie that it names, and those that they name.
    reach: Reach,
    reads: Vec<PathBuf>,
    inputs: FxHashMap<Arc<str>, Option<(Value, Arc<str>)>>,
    mock_files: FxHashMap<MockFile, Option<Arc<Mocks>>>,
    schemas: FxHashMap<Arc<str>, Option<Arc<Contract>>>,
    /// Mistakes in other files.
    others: Vec<(Arc<SourceFile>, Vec<Finding>)>,
}

impl Opening {
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
                let message = error.to_string();
                findings.push(
                    Finding::error(CODE, message, node.token_span())
                        .with_help("paths are relative to the folder of the test file"),
                );
                None
            }
        }
    }

    /// The definition, when there is one that can be read, and where it is.
    fn definition(
        &mut self,
        root: NodeRef<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<(PathBuf, Definition)> {
        let node = root.get("Definition")?;
        let mut options = ParseOptions::within(self.reach);
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

    /// What AWS would say about the definition, created with each type that a case has.
    fn check_definition(&mut self, definition: &Definition, base: MachineType, cases: &[Case]) {
        if !self.others.is_empty() {
            return;
        }
        let mut types: Vec<MachineType> = cases.iter().map(|case| case.settings.machine_type).collect();
        types.push(base);
        for machine_type in [MachineType::Standard, MachineType::Express] {
            if !types.contains(&machine_type) {
                continue;
            }
            let findings = definition.refused_as(machine_type);
            if !findings.is_empty() {
                self.others.push((definition.file().clone(), findings));
                return;
            }
        }
    }

    fn cases(
        &mut self,
        root: NodeRef<'_>,
        filled: &FxHashMap<usize, Vec<Document>>,
        base: &Settings,
        machine: &StateMachine,
        checker: &mut Checker<'_>,
    ) -> Vec<Case> {
        let shared = root
            .get("Mocks")
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
                cases.extend(self.case(node, root, base, &shared, machine, checker));
            }
            for row in rows {
                let case = self.case(row.root(), root, base, &shared, machine, checker);
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
                        finding.related.push(crate::diagnostics::Related {
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
        base: &Settings,
        shared: &Arc<Mocks>,
        machine: &StateMachine,
        checker: &mut Checker<'_>,
    ) -> Option<Case> {
        let (input, input_text) = self.input(node, checker)?;
        let (mocks, own_mocks) = match node.get("Mocks") {
            None => (shared.clone(), Vec::new()),
            Some(own) => {
                let mocks = self.mocks(own, root, machine, checker)?;
                let states = own.get("States").map(NodeRef::members).unwrap_or_default();
                let names = states.iter().map(|member| member.key.clone());
                (Arc::new(mocks.over(shared)), names.collect())
            }
        };
        let name = node.get("Name")?;
        let folder = self.folder.clone();
        let mut expect = read::expect(node, &|path| tidy(&folder.join(path)));
        let schema = node.get("Expect").and_then(|expect| expect.get("OutputSchema"));
        expect.output_schema = schema.and_then(|schema| self.contract(schema, &mut checker.findings));
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
    fn contracts(&mut self, root: NodeRef<'_>, findings: &mut Vec<Finding>) -> Vec<TaskContract> {
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

    /// Mocks of a file, and those that stand here over them.
    fn mocks(
        &mut self,
        node: NodeRef<'_>,
        root: NodeRef<'_>,
        machine: &StateMachine,
        checker: &mut Checker<'_>,
    ) -> Option<Mocks> {
        let inline =
            mocks::read_inline(node, self.reach).and_then(|mut mocks| mocks.fit(machine).map(|()| mocks));
        let inline = match inline {
            Ok(mocks) => mocks,
            Err(error) => {
                checker.mocks(&error, node.token_span(), true);
                return None;
            }
        };
        let test_case = node.get("TestCase").map(text_of);
        let Some(name) = node.get("File") else {
            if let (Some(_), Some(case)) = (test_case, node.member("TestCase")) {
                let finding = checker.error(case.key_span, "a TestCase needs a File");
                finding.help = Some("add File: MockConfigFile.json".to_owned());
                return None;
            }
            return Some(inline);
        };
        let machine_name = root.get("StateMachineName").map(text_of);
        let key = (text_of(name), test_case.clone(), machine_name.clone());
        let base = match self.mock_files.get(&key) {
            Some(known) => known.clone(),
            None => {
                let reach = self.reach;
                let file = self.text(name, &mut checker.findings);
                let read = file.and_then(|file| {
                    let mocks =
                        mocks::read_within(file, machine_name.as_deref(), test_case.as_deref(), reach)
                            .and_then(|mut mocks| mocks.fit(machine).map(|()| mocks));
                    mocks
                        .map(Arc::new)
                        .map_err(|error| checker.mocks(&error, name.token_span(), false))
                        .ok()
                });
                self.mock_files.insert(key, read.clone());
                read
            }
        };
        base.map(|base| inline.over(&base))
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

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::Unreadable(error) => write!(f, "{error}"),
            Refused::Mistakes { files, .. } => {
                for (file, findings) in files {
                    let errors = findings.iter().filter(|f| f.severity == Severity::Error);
                    for finding in errors {
                        let at = file.position(finding.span.start as usize);
                        writeln!(
                            f,
                            "{}:{}:{}: {}",
                            visible(file.name()),
                            at.line,
                            at.column,
                            visible(&finding.message)
                        )?;
                    }
                }
                Ok(())
            }
        }
    }
}
