//! Reading definitions and data.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::Diagnostic;
use rayon::prelude::*;

use super::Failure;
use super::arguments::{Files, Placeholders};
use super::output::Context;
use super::progress::Progress;
use crate::asl::StateMachine;
use crate::definition::Definition;
use crate::diagnostics::{Finding, Severity};
use crate::report::findings::FileReport;
use crate::source::{self, Document, Identity, Input, ParseOptions, Parsed, Reach, ReadError, SourceFile};
use crate::value::{Map, Value};

/// Enough for the deepest document that `source/` lets pass, in a build without optimisation, too.
const STACK: usize = 16 * 1024 * 1024;

/// What became of the files of a command.
pub(super) struct Checked {
    /// The reports of those that could be read, in the order in which they were named.
    pub(super) reports: Vec<FileReport>,
    /// Whether there was one that could not be read; it was said on stderr.
    pub(super) unreadable: bool,
}

impl Checked {
    /// Whether anything can be said in sum: not where nothing could be read, which was said already.
    pub(super) fn has_result(&self) -> bool {
        !(self.unreadable && self.reports.is_empty())
    }
}

/// Reads every file that `files` names, has `prepare` change it and `check` look at each definition in it, several files
/// at a time. A file that cannot be read is told on stderr and stops nothing.
///
/// # Errors
/// When the values of placeholders cannot be had.
pub(super) fn check(
    files: &Files,
    context: &Context,
    prepare: impl Fn(Arc<SourceFile>) -> Arc<SourceFile> + Sync,
    check: impl Fn(Definition) -> FileReport + Sync,
) -> Result<Checked, Failure> {
    let options = parse_options(&files.placeholders)?;
    let one = |named: Named| {
        let file = prepare(source::read(&named.input?, &files.stdin_filename)?);
        let found = match named.resource {
            None => Definition::all_in_file(file.clone(), &options),
            resource => vec![Definition::in_file(file.clone(), &options, resource)?],
        };
        Ok(of_file(&file, found, &check))
    };
    let inputs = named(&files.files, options.reach);
    // Findings are written when all is done.
    let progress = Progress::begin(context, "files", Some(inputs.len()), true);
    let one = |input| {
        let result = one(input);
        progress.advance();
        result
    };
    let results: Vec<Result<Vec<FileReport>, Failure>> = match inputs.len() {
        // Threads cost more than one file does.
        0 | 1 => inputs.into_iter().map(one).collect(),
        _ => pool()?.install(|| inputs.into_par_iter().map(one).collect()),
    };
    drop(progress);
    let mut checked = Checked {
        reports: Vec::with_capacity(results.len()),
        unreadable: false,
    };
    for result in results {
        match result {
            Ok(reports) => checked.reports.extend(reports),
            Err(failure) => {
                failure.print(context);
                checked.unreadable = true;
            }
        }
    }
    Ok(checked)
}

/// A file that is looked at, and the state machine in it that is meant, where it is a template and one is named.
struct Named<'a> {
    input: Result<Input, ReadError>,
    resource: Option<&'a str>,
}

/// Every definition in files, folders and templates.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn definitions(arguments: &[PathBuf]) -> Result<Vec<Definition>, Failure> {
    let options = ParseOptions::default();
    let mut found = Vec::new();
    for named in named(arguments, options.reach.clone()) {
        let file = source::read(&named.input?, "<stdin>")?;
        match named.resource {
            None => found.extend(Definition::all_in_file(file, &options)),
            resource => found.push(Definition::in_file(file, &options, resource)?),
        }
    }
    Ok(found)
}

/// The files that arguments name.
fn named(arguments: &[PathBuf], reach: Reach) -> Vec<Named<'_>> {
    let whole = |arguments: &[PathBuf]| source::discover(arguments, source::Kind::Definition, reach);
    let of_template = |path: &PathBuf| source::resource(path).1.is_some();
    let mut found = Vec::new();
    for run in arguments.chunk_by(|a, b| of_template(a) == of_template(b)) {
        if run.iter().any(of_template) {
            found.extend(run.iter().map(|path| {
                let (file, resource) = source::resource(path);
                Named {
                    input: Ok(Input::of(file)),
                    resource,
                }
            }));
        } else {
            found.extend(whole(run).into_iter().map(|input| Named {
                input,
                resource: None,
            }));
        }
    }
    let mut known = HashSet::new();
    found.retain(|named| match &named.input {
        Ok(input) => known.insert((Identity::of(input), named.resource)),
        Err(_) => true,
    });
    found
}

/// The reports of the definitions in a file: one, unless a template names definitions in other files.
fn of_file(
    file: &Arc<SourceFile>,
    definitions: Vec<Definition>,
    check: impl Fn(Definition) -> FileReport,
) -> Vec<FileReport> {
    let mut reports: Vec<FileReport> = Vec::with_capacity(1);
    for definition in definitions {
        let report = check(definition);
        match reports.iter_mut().find(|r| r.file.name() == report.file.name()) {
            Some(own) => own.add(report),
            None => reports.push(report),
        }
    }
    if reports.is_empty() {
        // A template without state machines: nothing is wrong with it.
        reports.push(FileReport::new(file.clone(), Vec::new()));
    }
    reports
}

/// Threads that can walk the deepest document, as many as the machine runs at once.
///
/// # Errors
/// When the system gives none.
pub(super) fn pool() -> Result<rayon::ThreadPool, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    Ok(pool.map_err(ThreadError)?)
}

/// The system gives no threads.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot start threads")]
struct ThreadError(#[source] rayon::ThreadPoolBuildError);

/// How definitions are read: what their placeholders stand for.
///
/// # Errors
/// When a `--define` has no value, or the file of `--substitutions` holds no object.
pub(super) fn parse_options(placeholders: &Placeholders) -> Result<ParseOptions, Failure> {
    let mut options = placeholders.reading.parse_options();
    if let Some(path) = &placeholders.substitutions {
        options.substitutions.extend(&Value::object(object(path)?));
    }
    for (name, value) in &placeholders.define {
        options.substitutions.define(name, value);
    }
    Ok(options)
}

/// Reads and parses one definition, `-` being stdin; `TEMPLATE#RESOURCE` is one of those in a template.
///
/// # Errors
/// When it cannot be read, or a template holds several and none is named.
pub(super) fn definition(
    path: &Path,
    stdin_name: &str,
    options: &ParseOptions,
) -> Result<Definition, Failure> {
    let (path, resource) = source::resource(path);
    let file = source::read(&Input::of(path), stdin_name)?;
    Ok(Definition::in_file(file, options, resource)?)
}

/// The machine of a definition whose text is whole.
///
/// # Errors
/// The first mistake of the text.
pub(super) fn machine(definition: &Definition) -> Result<&StateMachine, Failure> {
    match (definition.machine(), definition.text_error()) {
        (Some(machine), None) => Ok(machine),
        _ => Err(unreadable(definition)),
    }
}

/// Why there is no machine in a definition.
pub(super) fn unreadable(definition: &Definition) -> Failure {
    DataError::of(definition.file(), definition.text_error()).into()
}

/// The text of one file, `-` being stdin.
///
/// # Errors
/// When it cannot be read.
pub(super) fn text(path: &Path) -> Result<Arc<SourceFile>, ReadError> {
    source::read(&Input::of(path), "<stdin>")
}

/// A data file (an input, variables) that is not what it should be.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name}:{line}:{column}: {message}")]
#[diagnostic(code("invalid-data"), help("{help}"))]
pub struct DataError {
    name: String,
    line: usize,
    column: usize,
    message: String,
    help: String,
}

impl DataError {
    /// The error for a text that `finding` is about.
    fn of(file: &SourceFile, finding: Option<&Finding>) -> DataError {
        let at = file.position(finding.map_or(0, |finding| finding.span.start as usize));
        let help = finding.and_then(|finding| finding.help.as_deref());
        DataError {
            name: file.name().to_owned(),
            line: at.line,
            column: at.column,
            message: finding.map_or("there is no value", Finding::headline).to_owned(),
            help: help.unwrap_or("write one JSON value").to_owned(),
        }
    }
}

/// Reads a value from a JSON or YAML file, `-` being stdin.
///
/// # Errors
/// When it cannot be read, or is neither JSON nor YAML.
pub(super) fn value(path: &Path) -> Result<Value, Failure> {
    Ok(document(source::parse_any(text(path)?))?.root().to_value())
}

/// An argument that is not JSON.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("the input is not JSON: {message}")]
#[diagnostic(
    code("invalid-data"),
    help("the input is a JSON value, such as {{\"orderId\": 1}}")
)]
struct BadInput {
    message: String,
}

/// The input that an argument holds as JSON text.
///
/// # Errors
/// When it is not JSON.
pub(super) fn json_argument(json: &str) -> Result<Value, Failure> {
    source::parse_value(json).map_err(not_json)
}

/// What is said of an argument that is not JSON.
pub(super) fn not_json(error: source::ValueError) -> Failure {
    BadInput {
        message: error.message,
    }
    .into()
}

/// The input that arguments name: in a file, or as JSON text.
///
/// # Errors
/// Those of [`value`] and [`json_argument`].
pub(super) fn given(file: Option<&Path>, json: Option<&str>) -> Result<Option<Value>, Failure> {
    match (file, json) {
        (Some(path), _) => value(path).map(Some),
        (None, json) => json.map(json_argument).transpose(),
    }
}

/// The tree of a text.
///
/// # Errors
/// When it is neither JSON nor YAML.
pub(super) fn document(parsed: Parsed) -> Result<Document, Failure> {
    let first = parsed
        .findings
        .into_iter()
        .find(|f| f.severity == Severity::Error);
    match (parsed.document, first) {
        (Some(document), None) => Ok(document),
        (_, finding) => Err(DataError::of(&parsed.file, finding.as_ref()).into()),
    }
}

/// Reads an object from a JSON or YAML file, `-` being stdin.
///
/// # Errors
/// Those of [`value`], and when it is no object.
pub(super) fn object(path: &Path) -> Result<Map, Failure> {
    match value(path)? {
        Value::Object(map) => Ok(Arc::unwrap_or_clone(map)),
        other => Err(DataError {
            name: path.display().to_string(),
            line: 1,
            column: 1,
            message: format!("expected an object, found {}", other.type_name()),
            help: "write a JSON object: {\"name\": value}".to_owned(),
        }
        .into()),
    }
}
