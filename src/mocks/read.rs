//! A mock file's text to [`Mocks`], and the check that they fit a definition.

use std::cell::RefCell;
use std::sync::Arc;

use super::error::MockError;
use super::{Mocks, Outcome, StateMocks, native_format, sfn_local};
use crate::arrange::Arrange as _;
use crate::asl::{StateMachine, StateType};
use crate::diagnostics::{Finding, Severity, did_you_mean, some_of};
use crate::source::{self, Document, NodeRef, Reach, SourceFile};

/// Reads a mock file, JSON or YAML, of either form.
///
/// `machine_name` and `test_case` choose the case of a `MockConfigFile.json`; the tool's own form has none. The files that
/// it names lie in its own repository.
///
/// # Errors
/// The first mistake, with its place.
pub fn read(
    file: Arc<SourceFile>,
    machine_name: Option<&str>,
    test_case: Option<&str>,
) -> Result<Mocks, MockError> {
    read_within(file, machine_name, test_case, Reach::default())
}

/// As [`read`], where the files that it names may lie within `reach`.
///
/// # Errors
/// Its mistakes, with their places.
pub fn read_within(
    file: Arc<SourceFile>,
    machine_name: Option<&str>,
    test_case: Option<&str>,
    reach: Reach,
) -> Result<Mocks, MockError> {
    let parsed = source::parse_any(file.clone());
    let broken = parsed.findings.iter().find(|f| f.severity == Severity::Error);
    let document = match (broken, parsed.document) {
        (None, Some(document)) => document,
        (Some(finding), _) => return Err(MockError::at(&file, finding.span, finding.message.clone())),
        (None, None) => return Err(MockError::whole(file.name(), "the mock file is empty")),
    };
    let reader = Reader::of(&file, reach);
    let root = document.root();
    reader.object(root)?;
    let local = root.get("StateMachines").is_some() || root.get("MockedResponses").is_some();
    let mut mocks = if local {
        sfn_local::read(&reader, root, machine_name, test_case)?
    } else {
        if let Some(case) = test_case {
            return Err(MockError::whole(
                file.name(),
                format!("there is no test case '{case}': the file has no StateMachines"),
            )
            .help(
                "--test-case chooses a case of Step Functions Local's MockConfigFile.json; leave it out here",
            ));
        }
        native_format::read(&reader, root)
    };
    reader.mistakes()?;
    mocks.file = Some(file.clone());
    mocks.of_local = local;
    Ok(mocks)
}

/// Whether a file is a mock file by its name, as this tool and Step Functions Local call them.
#[cfg(feature = "cli")]
pub fn is_mock_file(name: &str) -> bool {
    source::names::ends_in(
        name,
        &[".mocks.json", ".mocks.yaml", ".mocks.yml", "MockConfigFile.json"],
    )
}

/// What is wrong with a mock file, without a look at a definition.
#[cfg(feature = "cli")]
pub fn check(file: &Arc<SourceFile>, reach: Reach) -> Vec<Finding> {
    let parsed = source::parse_any(file.clone());
    let names =
        |node: NodeRef<'_>| -> Vec<Arc<str>> { node.members().iter().map(|m| m.key.clone()).collect() };
    let machines = (parsed.document.as_ref()).and_then(|document| document.root().get("StateMachines"));
    let mut cases = Vec::new();
    let machines = machines
        .into_iter()
        .flat_map(|machines| members(machines.document(), machines));
    for (machine, machine_node) in machines {
        let tests = machine_node.get("TestCases").map(names).unwrap_or_default();
        cases.extend(tests.into_iter().map(|test| (machine.key.clone(), test)));
    }
    let read = |case: Option<&(Arc<str>, Arc<str>)>| {
        let (machine, test) = (case.map(|(machine, _)| &**machine), case.map(|(_, test)| &**test));
        read_within(file.clone(), machine, test, reach.clone()).err()
    };
    let errors: Vec<MockError> = match &cases[..] {
        [] => read(None).into_iter().collect(),
        cases => cases.iter().filter_map(|case| read(Some(case))).collect(),
    };
    let Err(error) = MockError::all(errors) else {
        return Vec::new();
    };
    let told = error.each().filter_map(|error| finding(error, Severity::Error));
    told.collect()
}

/// What is doubtful in mocks, as far as it stands in `file`.
#[cfg(feature = "cli")]
pub fn findings_of(file: &SourceFile, doubts: &[MockError]) -> Vec<Finding> {
    let here = doubts.iter().filter(|doubt| doubt.is_in(file));
    here.filter_map(|doubt| finding(doubt, Severity::Warning))
        .collect()
}

#[cfg(feature = "cli")]
fn finding(error: &MockError, severity: Severity) -> Option<Finding> {
    let finding = Finding::new(severity, "mock-file", error.message(), error.span()?);
    let finding = match error.advice() {
        Some(advice) => finding.with_help(advice),
        None => finding,
    };
    Some(finding.with_meant(error.meant().map(str::to_owned)))
}

/// Reads the tool's own form out of a value that stands in another file and may have other members: the `Mocks` of a
/// test file. Paths in it are relative to that file.
///
/// # Errors
/// Its mistakes, with their places.
pub fn read_inline(node: NodeRef<'_>, reach: Reach) -> Result<Mocks, MockError> {
    let file = node.document().file();
    let reader = Reader::of(file, reach);
    reader.object(node)?;
    let mut mocks = native_format::members_of(&reader, node);
    reader.mistakes()?;
    mocks.file = Some(file.clone());
    Ok(mocks)
}

impl Mocks {
    /// Checks that every mock is of a Task state of `machine`, and reads the answers as that task's.
    ///
    /// # Errors
    /// Those that are not, with their places and the nearest names.
    pub fn fit(&mut self, machine: &StateMachine) -> Result<(), MockError> {
        self.check(machine)?;
        if self.of_local {
            for state in machine.states() {
                if let Some(mocks) = self.states.get_mut(&state.name) {
                    sfn_local::adapt(&mut mocks.entries, state);
                }
            }
        }
        Ok(())
    }

    /// As [`Mocks::fit`], for one of two versions of a machine: a mock that is of a state of `other` alone serves the
    /// state that it is called in `machine` (`renamed`: its name there and here), or is dropped.
    ///
    /// # Errors
    /// Those that are of a state of neither.
    pub fn fit_one_of_two(
        &mut self,
        machine: &StateMachine,
        other: &StateMachine,
        renamed: &[(Arc<str>, Arc<str>)],
    ) -> Result<(), MockError> {
        let has_task = |machine: &StateMachine, name: &str| {
            let mut states = machine.states().iter();
            states.any(|state| state.state_type == Some(StateType::Task) && &*state.name == name)
        };
        let names: Vec<Arc<str>> = self.states.keys().cloned().collect();
        for name in names {
            if has_task(machine, &name) || !has_task(other, &name) {
                continue;
            }
            let mocks = self.states.remove(&name);
            let here = renamed
                .iter()
                .find(|(there, _)| *there == name)
                .map(|(_, here)| here);
            if let (Some(here), Some(mocks)) = (here.filter(|here| has_task(machine, here)), mocks) {
                self.states.entry(Arc::clone(here)).or_insert(mocks);
            }
        }
        self.fit(machine)
    }

    fn check(&self, machine: &StateMachine) -> Result<(), MockError> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut names: Vec<_> = self.states.iter().collect();
        names.arrange_by_key(|(_, mocks)| (mocks.place, mocks.span.start));
        MockError::all(
            names
                .into_iter()
                .filter_map(|(name, mocks)| check_one(file, machine, name, mocks).err()),
        )
    }
}

/// Whether the mocks of the state `name` are of a task of `machine`.
fn check_one(
    file: &SourceFile,
    machine: &StateMachine,
    name: &Arc<str>,
    mocks: &StateMocks,
) -> Result<(), MockError> {
    let mut named = machine
        .states()
        .iter()
        .filter(|state| state.name == *name)
        .peekable();
    let tasks = || {
        machine
            .states()
            .iter()
            .filter(|state| state.state_type == Some(StateType::Task))
            .map(|state| &*state.name)
    };
    let Some(first) = named.peek().copied() else {
        let error = MockError::at(file, mocks.span, format!("the definition has no state '{name}'"));
        let tasks_are = || format!("its tasks are: {}", list(tasks()));
        return Err(error.help(did_you_mean(name, tasks(), tasks_are)));
    };
    if !named.any(|state| state.state_type == Some(StateType::Task)) {
        let state_type = first.state_type.map_or("state of no known", StateType::name);
        return Err(MockError::at(
            file,
            mocks.span,
            format!("'{name}' is a {state_type} state: only Task states call something"),
        )
        .help(format!("the definition's tasks are: {}", list(tasks()))));
    }
    let from_outside = || {
        let mut same = machine.states().iter().filter(|state| state.name == *name);
        same.any(|state| state.resource().is_answered_from_outside())
    };
    let is_external = mocks.answers().any(|answer| answer.outcome == Outcome::External);
    if is_external && !from_outside() {
        let message = format!("nobody outside can answer '{name}'");
        return Err(MockError::at(file, mocks.span, message)
            .help("External is for activities and for tasks with .waitForTaskToken"));
    }
    let has_heartbeats = mocks.answers().any(|answer| answer.heartbeat_every.is_some());
    let has_token = || {
        let mut same = machine.states().iter().filter(|state| state.name == *name);
        same.any(|state| state.resource().has_token())
    };
    if has_heartbeats && !has_token() {
        let message = format!("nobody can send heartbeats for '{name}'");
        return Err(MockError::at(file, mocks.span, message)
            .help("HeartbeatEverySeconds is for activities and for tasks with .waitForTaskToken"));
    }
    Ok(())
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.len() {
        0 => "none".to_owned(),
        _ => some_of(&names, 12, 10),
    }
}

/// Reads members with precise errors.
pub(super) struct Reader<'f> {
    pub(super) file: &'f SourceFile,
    /// Where the files may lie that it names.
    pub(super) reach: Reach,
    /// What is wrong with parts that were left out.
    mistakes: RefCell<Vec<MockError>>,
}

impl<'f> Reader<'f> {
    /// Of a file in which no mistake is known.
    fn of(file: &'f SourceFile, reach: Reach) -> Self {
        Reader {
            file,
            reach,
            mistakes: RefCell::default(),
        }
    }

    /// What was read of a part; a mistake in it is kept for the end, and the part left out.
    pub(super) fn kept<T>(&self, part: Result<T, MockError>) -> Option<T> {
        part.map_err(|mistake| self.mistakes.borrow_mut().push(mistake))
            .ok()
    }

    /// The mistakes so far.
    fn mistakes(&self) -> Result<(), MockError> {
        MockError::all(self.mistakes.take())
    }
}

impl Reader<'_> {
    /// An error at a node.
    pub(super) fn error(&self, node: NodeRef<'_>, message: impl Into<String>) -> MockError {
        MockError::at(self.file, node.span(), message)
    }

    /// Refuses what is not an object.
    pub(super) fn object(&self, node: NodeRef<'_>) -> Result<(), MockError> {
        if node.is_object() {
            Ok(())
        } else {
            Err(self.error(node, format!("{} must be an object", what(node))))
        }
    }

    /// Refuses members of an object that are none of `known`.
    pub(super) fn only(&self, node: NodeRef<'_>, known: &[&str]) -> Result<(), MockError> {
        self.object(node)?;
        let others = node.members().iter();
        MockError::all(
            others
                .filter(|member| !known.contains(&&*member.key))
                .map(|member| {
                    let error = MockError::at(
                        self.file,
                        member.key_span,
                        format!("unknown member '{}'", member.key),
                    );
                    let one_of = || format!("one of: {}", known.join(", "));
                    error.help(did_you_mean(&member.key, known.iter().copied(), one_of))
                }),
        )
    }

    /// A string member's text.
    pub(super) fn text(&self, node: NodeRef<'_>) -> Result<Arc<str>, MockError> {
        node.as_arc_str()
            .cloned()
            .ok_or_else(|| self.error(node, format!("{} must be a string", what(node))))
    }
}

/// `'Throw'`, or `the file` for the outermost value.
pub(super) fn what(node: NodeRef<'_>) -> String {
    match node.key() {
        Some(key) => format!("'{key}'"),
        None if node.parent().is_none() => "a mock file".to_owned(),
        None => "an entry".to_owned(),
    }
}

/// The members of an object, each with its value.
pub(super) fn members<'d>(
    document: &'d Document,
    node: NodeRef<'d>,
) -> impl Iterator<Item = (&'d source::Member, NodeRef<'d>)> {
    node.members()
        .iter()
        .map(move |member| (member, document.node(member.value)))
}
