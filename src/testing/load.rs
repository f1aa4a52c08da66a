//! A test file's text to [`TestFile`]: the definition read, checked and compiled once, the cases read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::check::{CODE, Checker};
use super::fields;
use super::model::TestFile;
use super::opening::Opening;
use super::read;
use super::rows::rows;
use crate::diagnostics::{Finding, Severity, Span, visible};
use crate::simulate::{Settings, machine_name};
use crate::source::{self, Document, Input, NodeRef, Reach, ReadError, SourceFile};

/// Of a file with more mistakes in its own text what it names is not looked at.
const MOST_MISTAKES: usize = 1_000;

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
    let mut opening = Opening::of(path, reach.clone());
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
    let checked = checker.findings.len();
    if checked < MOST_MISTAKES
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
    let contracts = match root
        .get("Schemas")
        .is_none_or(|node| checker.is_sound(node, checked))
    {
        true => opening.contracts(root, &mut checker.findings),
        false => Vec::new(),
    };
    let mut seen = FxHashSet::default();
    // Each row of a table has the mistakes of its case again.
    let mut findings = checker.findings;
    findings.retain(|finding| seen.insert((finding.span, finding.message.clone())));
    if let Some((_, definition)) = &definition {
        let is_refused = opening.check_definition(definition, base.machine_type, &cases);
        if !is_refused && let Some(Err(error)) = definition.program() {
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
        let resource = definition.resource_with_it().map(str::to_owned);
        let (machine, program) = definition.into_compiled()?;
        Some((path, resource, machine, program.ok()?))
    });
    match compiled {
        Some((definition, resource, machine, program)) => Ok(TestFile {
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
            resource,
            machine,
            program,
            cases,
            reads: opening.reads,
            doubts: opening.doubts,
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
