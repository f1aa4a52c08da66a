//! `--fix` and `--diff`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::output::Context;
use super::super::{Failure, Outcome, atomic_write};
use crate::definition;
use crate::diagnostics::{counted, visible};
use crate::lint::Settings;
use crate::report::findings::FileReport;
use crate::source::{ParseOptions, SourceFile};
use crate::value::line_differences;

/// A file that could not be written.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot write {}", path.display())]
#[diagnostic(code("unwritable"), help("the file is unchanged"))]
pub struct WriteFileError {
    path: PathBuf,
    #[source]
    cause: std::io::Error,
}

/// What became of the files.
pub(super) struct Fixes {
    parsing: ParseOptions,
    unsafe_too: bool,
    /// The text before and after, and the number of findings mended.
    changed: Mutex<BTreeMap<Key, Change>>,
}

/// Whether it came from stdin, and the file's name: what stdin is called may be a file, too.
type Key = (bool, String);

fn key(file: &SourceFile) -> Key {
    (file.is_stdin(), file.name().to_owned())
}

struct Change {
    before: Arc<SourceFile>,
    after: String,
    fixes: usize,
}

impl Fixes {
    pub(super) fn new(parsing: ParseOptions, unsafe_too: bool) -> Fixes {
        Fixes {
            parsing,
            unsafe_too,
            changed: Mutex::default(),
        }
    }

    /// Applies the fixes to a text.
    pub(super) fn mend(&self, file: Arc<SourceFile>, settings: &Settings) -> Arc<SourceFile> {
        let fixed = definition::fix(&file, &self.parsing, settings, self.unsafe_too);
        if fixed.fixes == 0 {
            return file;
        }
        let mended = Arc::new(file.with_text(fixed.text.as_str()));
        let key = key(&file);
        let change = Change {
            before: file,
            after: fixed.text,
            fixes: fixed.fixes,
        };
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.insert(key, change);
        mended
    }

    /// Prints the changes as a unified diff; exit status 1 when there is one.
    ///
    /// # Errors
    /// When the result cannot be written.
    pub(super) fn show(&self, reports: &[FileReport], context: &Context) -> Result<Outcome, Failure> {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        context.text(|out| {
            for report in reports {
                let name = visible(report.file.name());
                if let Some(change) = changed.get(&key(&report.file)) {
                    let diff = line_differences(change.before.text(), &change.after);
                    write!(
                        out,
                        "{}",
                        diff.unified_diff()
                            .header(&format!("a/{name}"), &format!("b/{name}"))
                    )?;
                }
            }
            Ok(())
        })?;
        let fixes: usize = changed.values().map(|change| change.fixes).sum();
        context.say(&format!(
            "{} would be fixed in {}",
            counted(fixes, "finding"),
            counted(changed.len(), "file")
        ));
        Ok(if changed.is_empty() {
            Outcome::Clean
        } else {
            Outcome::Findings
        })
    }

    /// Writes the changed files; what came from stdin goes to stdout, and `true` says so.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn apply(&self, reports: &[FileReport], context: &Context) -> Result<bool, Failure> {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut to_stdout = false;
        let (mut fixes, mut files) = (0, 0);
        for report in reports {
            let name = report.file.name();
            let path = Path::new(name);
            let change = changed.get(&key(&report.file));
            if report.file.is_stdin() || !path.is_file() {
                to_stdout = true;
                let text = change.map_or(report.file.text(), |change| &change.after);
                context.result(|out| out.write_all(text.as_bytes()))?;
                continue;
            }
            let Some(change) = change else { continue };
            let replaced = atomic_write::replace(path, change.before.text(), &change.after);
            let replaced = replaced.map_err(|cause| WriteFileError {
                path: path.to_owned(),
                cause,
            })?;
            // Another encoding would be lost, and so would what somebody else has written.
            if !replaced {
                context.say(&format!(
                    "{name}: not changed, because it is not plain UTF-8 or has changed in the meantime"
                ));
                continue;
            }
            fixes += change.fixes;
            files += 1;
        }
        if files > 0 {
            context.say(&format!(
                "{} fixed in {}",
                counted(fixes, "finding"),
                counted(files, "file")
            ));
        }
        Ok(to_stdout)
    }
}
