//! `test --update`: snapshots that are not as they should be are written anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use miette::Diagnostic;

use super::output::Context;
use super::output_file::CannotWrite;
use super::{Failure, atomic_write};
use crate::config;
use crate::report::verdicts::{Content, Report};
use crate::source;
use crate::testing::{Snapshot, TestFile};

/// A snapshot that is written nowhere, because of where it would stand.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{file}: the snapshot {snapshot} of '{case}' is not written: {reason}")]
#[diagnostic(code("unwritable"), help("{help}; no snapshot was written"))]
struct Refused {
    file: String,
    case: String,
    snapshot: String,
    reason: String,
    help: &'static str,
}

/// Writes the snapshots that are not as they should be, and says what changes. The cases count as passed when nothing
/// else was wrong.
///
/// # Errors
/// When a snapshot cannot be written, or would stand where none may: then none is written.
pub(super) fn update(report: &mut Report, context: &Context) -> Result<(), Failure> {
    check(report)?;
    for file in &mut report.files {
        let Content::Ran(test, verdicts) = &mut file.content else {
            continue;
        };
        for (number, verdict) in verdicts {
            let Some(snapshot) = verdict.snapshot.as_ref().filter(|s| !s.is_current()) else {
                continue;
            };
            write(snapshot).map_err(|cause| CannotWrite {
                name: snapshot.path.display().to_string(),
                cause,
            })?;
            let name = &test.cases[*number].name;
            context.say(&format!("wrote {} for '{name}'", snapshot.path.display()));
            if snapshot.old.is_some() {
                for line in snapshot.changes() {
                    context.say(&format!("  {line}"));
                }
            }
            verdict.snapshot_written();
        }
    }
    Ok(())
}

fn write(snapshot: &Snapshot) -> std::io::Result<()> {
    if let Some(folder) = snapshot.path.parent() {
        fs::create_dir_all(folder)?;
    }
    atomic_write::write(&snapshot.path, |out| out.write_all(snapshot.new.as_bytes()))
}

/// Looks at where all snapshots stand before the first is written.
fn check(report: &Report) -> Result<(), Refused> {
    // Cases that are not run keep their snapshots, too.
    let mut cases_of: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let tests = || {
        report.files.iter().filter_map(|file| match &file.content {
            Content::Ran(test, verdicts) => Some((test, verdicts)),
            Content::Refused(_) => None,
        })
    };
    for (test, _) in tests() {
        for snapshot in test.cases.iter().filter_map(|case| case.expect.snapshot.as_ref()) {
            *cases_of.entry(resolved(&snapshot.value)).or_default() += 1;
        }
    }
    for (test, verdicts) in tests() {
        for (number, verdict) in verdicts {
            let Some(snapshot) = verdict.snapshot.as_ref().filter(|s| !s.is_current()) else {
                continue;
            };
            let refused = |reason: String, help| Refused {
                file: test.file.name().to_owned(),
                case: test.cases[*number].name.to_string(),
                snapshot: snapshot.path.display().to_string(),
                reason,
                help,
            };
            if let Some(reason) = outside(test, snapshot) {
                return Err(refused(
                    reason,
                    "keep snapshots beside the test file, or in folders there",
                ));
            }
            if let Some(reason) = is_read_by_programs(test, snapshot) {
                return Err(refused(
                    reason,
                    "give another name, such as runs/paid.snapshot.json",
                ));
            }
            if cases_of
                .get(&resolved(&snapshot.path))
                .is_some_and(|cases| *cases > 1)
            {
                let words = "another case has the same snapshot".to_owned();
                return Err(refused(
                    words,
                    "give each case a file of its own; ${COLUMN} of a table may be part of its name",
                ));
            }
            if let Some(reason) = not_a_snapshot(snapshot) {
                return Err(refused(reason, "give another name, or remove the file"));
            }
        }
    }
    Ok(())
}

/// The folder of a test file, links resolved.
fn folder_of(test: &TestFile) -> PathBuf {
    let folder = match Path::new(test.file.name()).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// Why a snapshot does not stand in the folder of its test file, links resolved.
fn outside(test: &TestFile, snapshot: &Snapshot) -> Option<String> {
    let folder = folder_of(test);
    if resolved(&snapshot.path).starts_with(&folder) {
        return None;
    }
    Some(format!(
        "it lies outside of {}, the folder of the test file",
        folder.display()
    ))
}

/// Why no file may be made there: git, editors, pipelines and this tool read what hidden files and its configuration say.
fn is_read_by_programs(test: &TestFile, snapshot: &Snapshot) -> Option<String> {
    let path = resolved(&snapshot.path);
    let folder = folder_of(test);
    let inside = path.strip_prefix(&folder).unwrap_or(&path);
    let is_hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
    if inside.components().any(is_hidden) {
        return Some("it is a hidden file, or lies in a hidden folder".to_owned());
    }
    (path.file_name()? == config::FILE_NAME).then(|| "that is the name of a configuration".to_owned())
}

/// Why what stands there must not be replaced.
fn not_a_snapshot(snapshot: &Snapshot) -> Option<String> {
    if source::was_read(&snapshot.path) {
        return Some("the tests read this file".to_owned());
    }
    if let Some(reason) = &snapshot.unreadable {
        return Some(reason.clone());
    }
    let is_link = |path: &Path| path.symlink_metadata().is_ok();
    match &snapshot.old {
        Some(text) if !text.is_empty() && !Snapshot::is_one(text) => {
            Some("the file that is there holds no snapshot".to_owned())
        }
        None if is_link(&snapshot.path) => Some("there is a link that leads nowhere".to_owned()),
        _ => None,
    }
}

/// A path without links, as far as there is something at it; the rest without `.` and `..`.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut known = PathBuf::new();
    for component in whole.components() {
        match component {
            // What is there has been resolved: its parent is the real one.
            Component::ParentDir => drop(known.pop()),
            Component::CurDir => {}
            other => {
                known.push(other);
                if let Ok(real) = known.canonicalize() {
                    known = real;
                }
            }
        }
    }
    known
}
