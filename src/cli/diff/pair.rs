//! Two definitions, compared.

use std::sync::Arc;

use super::Arguments;
use super::runs;
use super::sides::Side;
use crate::asl::ScopeFields;
use crate::cli::Failure;
use crate::definition::Definition;
use crate::diagnostics::{Finding, counted};
use crate::diff::{Change, Class, Kind};
use crate::report::changes::ChangeReport;
use crate::source::{Format, ParseOptions, SourceFile};

/// A side that is no definition.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{name}:{line}:{column}: {message}")]
#[diagnostic(code("invalid-data"), help("{help}"))]
pub(super) struct Unreadable {
    name: String,
    line: usize,
    column: usize,
    message: String,
    help: String,
}

/// Compares one pair of definitions.
pub(super) fn compare(
    arguments: &Arguments,
    options: &ParseOptions,
    old: &Side,
    new: &Side,
) -> Result<ChangeReport, Failure> {
    let (old_side, new_side) = (old, new);
    let (old, new) = match (old.read(), new.read()) {
        // What nobody changed is no difference, though it is too much to be read.
        (Err(_), Err(_)) if old.is_same_file(new) => (None, None),
        (old, new) => (old?, new?),
    };
    let (old_type, new_type) = arguments.machine_types();
    let mut report = ChangeReport {
        old: old.clone(),
        new: new.clone(),
        old_named: old_side.name().map(str::to_owned),
        new_named: new_side.name().map(str::to_owned),
        old_resource: old_side.resource().map(str::to_owned),
        new_resource: new_side.resource().map(str::to_owned),
        ..ChangeReport::default()
    };
    if let (Some(old), Some(new)) = (&old, &new)
        && old.text() == new.text()
        && Format::of(old) == Format::of(new)
        && old_type == new_type
        && old_side.resource() == new_side.resource()
        && arguments.simulate.is_none()
        && is_alone(old_side, old, options)
        && is_alone(new_side, new, options)
    {
        return Ok(report);
    }
    let definition = |side: &Side, file: Option<Arc<SourceFile>>, machine_type| -> Result<_, Failure> {
        let found = file.map(|file| found(side, file, options)).transpose()?;
        Ok(found.map(|definition| definition.or_of_type(machine_type)))
    };
    let is_equal_text = matches!((&old, &new), (Some(old), Some(new)) if old.text() == new.text());
    let old = definition(old_side, old, old_type)?;
    let new = definition(new_side, new, new_type)?;
    let wrong = |side, definition: &Option<Definition>| unreadable(side, definition.as_ref()?);
    match (wrong(old_side, &old), wrong(new_side, &new)) {
        // What nobody changed is no difference, though it cannot be read.
        (Some(_), Some(_)) if is_equal_text && is_same_text(&old, &new) => return Ok(report),
        (Some(wrong), _) | (_, Some(wrong)) => return Err(wrong.into()),
        (None, None) => {}
    }
    report.changes = match (&old, &new) {
        (Some(old), Some(new)) => old.changes(new),
        (None, Some(new)) => whole(Kind::DefinitionAdded, new),
        (Some(old), None) => whole(Kind::DefinitionRemoved, old),
        (None, None) => return Ok(report),
    };
    if let (Some(folder), Some(old), Some(new)) = (&arguments.simulate, &old, &new) {
        report.runs = runs::compare(folder, old, new, &options.reach)?;
    }
    let differ = |report: &ChangeReport| match (&report.old, &report.new) {
        (Some(old), Some(new)) => old.text() != new.text(),
        (old, new) => old.is_some() != new.is_some(),
    };
    let mut other_text = differ(&report);
    report.old = old.as_ref().map(|definition| shown(old_side, definition.file()));
    report.new = new.as_ref().map(|definition| shown(new_side, definition.file()));
    other_text |= differ(&report);
    report.old_machine = old.and_then(Definition::into_machine);
    report.machine = new.and_then(Definition::into_machine);
    if report.changes.is_empty() && other_text {
        report.changes.push(Change::spelling());
    }
    let all = report.changes.len();
    report
        .changes
        .retain(|change| arguments.all || change.class != Class::Cosmetic);
    report.hidden = all - report.changes.len();
    Ok(report)
}

/// Whether the definition in a file is all that its text says, whatever stands in other files: equal texts are equal
/// definitions.
fn is_alone(side: &Side, file: &Arc<SourceFile>, options: &ParseOptions) -> bool {
    let read = Definition::in_file(file.clone(), &side.options(options), side.resource());
    read.is_ok_and(|definition| !definition.is_in_template())
}

/// A file under the name that people know it by.
fn shown(side: &Side, file: &Arc<SourceFile>) -> Arc<SourceFile> {
    let name = side.shown(file);
    match file.is_stdin() || file.name() == name {
        true => file.clone(),
        false => Arc::new(SourceFile::new(name, file.text())),
    }
}

/// The one change from or to no definition at all.
fn whole(kind: Kind, definition: &Definition) -> Vec<Change> {
    let states = definition.machine().map_or(0, |machine| machine.states().len());
    vec![Change::whole(kind, counted(states, "state"))]
}

/// Reads the definition in the file of a side, or that of the template's resource that is meant, whatever it is.
fn found(side: &Side, file: Arc<SourceFile>, options: &ParseOptions) -> Result<Definition, Failure> {
    let definition = Definition::in_file(file, &side.options(options), side.resource());
    Ok(definition.map_err(|error| error.in_file(&side.name))?)
}

/// The same, which must be one that can be compared.
pub(super) fn read(
    side: &Side,
    file: Arc<SourceFile>,
    options: &ParseOptions,
) -> Result<Definition, Failure> {
    let definition = found(side, file, options)?;
    match unreadable(side, &definition) {
        Some(wrong) => Err(wrong.into()),
        None => Ok(definition),
    }
}

/// Whether two definitions stand in equal texts.
fn is_same_text(old: &Option<Definition>, new: &Option<Definition>) -> bool {
    let text = |definition: &Option<Definition>| definition.as_ref().map(|found| found.file().clone());
    matches!((text(old), text(new)), (Some(old), Some(new)) if old.text() == new.text())
}

/// Why a definition cannot be compared: of a text that is none, what is wrong with it.
fn unreadable(side: &Side, definition: &Definition) -> Option<Unreadable> {
    if has_states(definition) {
        return None;
    }
    let finding = match definition.document() {
        None => definition.text_error(),
        Some(_) => None,
    };
    let file = definition.file();
    let at = file.position(finding.map_or(0, |finding| finding.span.start as usize));
    let message = finding.map_or(
        "this is not a state machine definition: it has no States",
        |finding: &Finding| &finding.message,
    );
    let help = finding.and_then(|finding| finding.help.clone());
    Some(Unreadable {
        name: side.shown(file),
        line: at.line,
        column: at.column,
        message: message.to_owned(),
        help: help.unwrap_or_else(|| "run `sfn-tool validate` for details".to_owned()),
    })
}

/// Whether there are states to compare.
pub(super) fn has_states(definition: &Definition) -> bool {
    let document = definition.document();
    document.is_some_and(|document| ScopeFields::from(document.root()).states().is_some())
}
