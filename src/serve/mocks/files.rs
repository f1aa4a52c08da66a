//! Reading the files, and whether they have changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::diagnostics::Severity;
use crate::mocks::{MockError, Mocks};
use crate::source::{self, Document, SourceFile};
use crate::testing::{self, Refused};

/// What a file looked like when it was read; another one is another content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp(Vec<Option<(SystemTime, u64)>>);

impl Stamp {
    pub(super) fn of(path: &Path) -> Stamp {
        Stamp::of_all([path])
    }

    pub(super) fn of_all<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Stamp {
        let one = |path: &Path| {
            let metadata = fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Stamp(paths.into_iter().map(one).collect())
    }
}

/// The cases of a test file.
#[derive(Debug)]
pub(super) struct TestCases {
    /// Where the definition is.
    pub(super) definition: PathBuf,
    /// What it reads besides itself.
    pub(super) reads: Vec<PathBuf>,
    /// What is to be said of their mocks.
    pub(super) doubts: Vec<MockError>,
    cases: Vec<(Arc<str>, Arc<Mocks>)>,
}

impl TestCases {
    /// The mocks of a case.
    pub(super) fn find(&self, name: &str) -> Option<Arc<Mocks>> {
        let found = self.cases.iter().find(|(case, _)| &**case == name);
        found.map(|(_, mocks)| mocks.clone())
    }
}

/// Reads a test file.
pub(super) fn test_cases(path: &Path) -> Result<TestCases, String> {
    let file = testing::open(path).map_err(|refused| why(path, refused))?;
    let cases = file.cases.into_iter().map(|case| (case.name, case.mocks));
    Ok(TestCases {
        definition: file.definition,
        reads: file.reads,
        doubts: file.doubts,
        cases: cases.collect(),
    })
}

/// The first mistake, with its place.
fn why(path: &Path, refused: Refused) -> String {
    let files = match refused {
        Refused::Unreadable(error) => return error.to_string(),
        Refused::Mistakes { files, .. } => files,
    };
    let mut mistakes = files.iter().flat_map(|(file, findings)| {
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        errors.map(move |finding| placed(file, finding.span.start as usize, finding.headline()))
    });
    let first = mistakes.next();
    first.unwrap_or_else(|| format!("{} cannot be run", path.display()))
}

fn placed(file: &SourceFile, at: usize, message: &str) -> String {
    let position = file.position(at);
    format!("{}:{}:{}: {message}", file.name(), position.line, position.column)
}

/// A `MockConfigFile.json` as a tree.
fn tree(file: &Arc<SourceFile>) -> Result<Document, String> {
    let parsed = source::parse_any(file.clone());
    let broken = parsed
        .findings
        .iter()
        .find(|finding| finding.severity == Severity::Error);
    match (broken, parsed.document) {
        (None, Some(document)) => Ok(document),
        (Some(finding), _) => Err(placed(file, finding.span.start as usize, finding.headline())),
        (None, None) => Err(format!("{}: the file is empty", file.name())),
    }
}

/// Refuses a file that is no `MockConfigFile.json`.
pub(super) fn check_config(file: &Arc<SourceFile>) -> Result<(), String> {
    let document = tree(file)?;
    let root = document.root();
    if root.get("StateMachines").is_some() || root.get("MockedResponses").is_some() {
        return Ok(());
    }
    let name = file.name();
    Err(format!(
        "{name}: which state machine are these mocks of? write --mocks MACHINE={name}"
    ))
}

/// Whether a `MockConfigFile.json` has a test case of a machine.
pub(super) fn config_has(file: &Arc<SourceFile>, machine: &str, case: &str) -> Result<bool, String> {
    let document = tree(file)?;
    let machines = document.root().get("StateMachines");
    let cases = machines
        .and_then(|machines| machines.get(machine))
        .and_then(|machine| machine.get("TestCases"));
    Ok(cases.and_then(|cases| cases.get(case)).is_some())
}
