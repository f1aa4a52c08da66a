//! What can be run: the cases of a machine, one case; and the picture of a machine.

use std::path::PathBuf;

use super::values::tests;
use super::{Files, Kind, OpenDocument};
use crate::asl::ScopeId;
use crate::diagnostics::Span;
use crate::source::NodeRef;

/// What a lens does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Runs all cases of these test files.
    RunTests(Vec<PathBuf>),
    /// Runs one case of this document.
    RunCase(String),
    /// Shows the picture of a machine: of the template's resource, or of the file.
    Graph(Option<String>),
}

/// Something that can be run from a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The line that it stands above begins here.
    pub span: Span,
    /// What it is called.
    pub title: String,
    /// What it does.
    pub command: Command,
}

/// The lenses of a document.
pub fn of(open: &OpenDocument, files: &dyn Files) -> Vec<Lens> {
    if open.kind() == Kind::Test {
        return of_cases(open);
    }
    let mut found = Vec::new();
    for definition in open.definitions() {
        let Some(machine) = definition.machine() else {
            continue;
        };
        let scope = machine.scope(ScopeId::TOP).fields(machine);
        let at = match scope.start_at() {
            Some(start) => start.key_span(),
            None => scope.token_span(),
        };
        let tests = tests(open, definition, files);
        let cases: usize = tests.iter().map(|(_, count)| count).sum();
        if cases > 0 {
            found.push(Lens {
                span: at,
                title: format!("Run {}", crate::diagnostics::counted(cases, "case")),
                command: Command::RunTests(tests.into_iter().map(|(path, _)| path).collect()),
            });
        }
        found.push(Lens {
            span: at,
            title: "Show graph".to_owned(),
            command: Command::Graph(definition.is_in_template().then(|| definition.name())),
        });
    }
    found
}

fn of_cases(open: &OpenDocument) -> Vec<Lens> {
    let Some(root) = open.test().map(|test| test.root()) else {
        return Vec::new();
    };
    let cases = root.get("Cases");
    let mut found = Vec::new();
    if let Some(cases) = cases.filter(|cases| cases.items().len() > 0) {
        found.push(Lens {
            span: cases.key_span(),
            title: "Run all cases".to_owned(),
            command: Command::RunTests(vec![open.path().to_owned()]),
        });
    }
    for case in cases.into_iter().flat_map(NodeRef::items) {
        let name = case.get("Name");
        if let Some((node, name)) = name.and_then(|node| Some((node, node.as_str()?))) {
            found.push(Lens {
                span: node.key_span(),
                title: "Run".to_owned(),
                command: Command::RunCase(name.to_owned()),
            });
        }
    }
    found
}
