//! Files that an option has written: what they may replace.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use miette::Diagnostic;

use super::Failure;
use super::atomic_write;
use crate::lint::Baseline;
use crate::source;

/// What is written.
pub(super) enum Kind<'a> {
    /// A file that people go on to edit: it replaces nothing unless that is asked for.
    Edited {
        /// Whether it is.
        force: bool,
    },
    /// A report: it replaces what has its form.
    Report(&'a Form),
}

/// The form of a report.
pub(super) struct Form {
    /// What it is called.
    name: &'static str,
    /// Whether a text has it.
    has: fn(&str) -> bool,
}

/// The page of `--html`.
pub(super) const PAGE: Form = Form {
    name: "page of this tool",
    has: |text| {
        let head = text.split("</head>").next().unwrap_or_default();
        head.starts_with("<!DOCTYPE html>") && head.contains("<meta name=\"generator\" content=\"sfn-tool\">")
    },
};

/// LCOV's tracefile.
pub(super) const LCOV: Form = Form {
    name: "LCOV tracefile",
    has: |text| {
        let first = text.lines().next().unwrap_or_default();
        first.starts_with("TN:") || first.starts_with("SF:")
    },
};

/// What `--coverage-json` writes.
pub(super) const COVERAGE: Form = Form {
    name: "coverage of this tool",
    has: |text| {
        let value = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        value["definitions"].is_array() && value["percent"].is_number()
    },
};

/// A baseline of `lint`.
pub(super) const BASELINE: Form = Form {
    name: "baseline",
    has: Baseline::is_one,
};

/// A file that cannot be written.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write {name}")]
#[diagnostic(code("unwritable"))]
pub(super) struct CannotWrite {
    pub(super) name: String,
    #[source]
    pub(super) cause: io::Error,
}

/// A file that must stay as it is.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name} is not overwritten: {reason}")]
#[diagnostic(code("unwritable"))]
struct Kept {
    name: String,
    reason: String,
    #[help]
    help: &'static str,
}

/// Writes a file. What the call has read is never replaced; an empty file, a pipe and what
/// the call was given open are written.
///
/// # Errors
/// When there is a file that must stay as it is, or it cannot be written.
pub(super) fn write(
    path: &Path,
    kind: &Kind<'_>,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let cannot = |cause| CannotWrite {
        name: path.display().to_string(),
        cause,
    };
    if let Some(mut stream) = own_stream(path) {
        return Ok(content(&mut *stream)
            .and_then(|()| stream.flush())
            .map_err(cannot)?);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        let words = format!("there is no folder {}", folder.display());
        return Err(cannot(io::Error::new(io::ErrorKind::NotFound, words)).into());
    }
    let held = fs::metadata(path).ok().filter(|about| about.is_file());
    if let Some(held) = held {
        may_replace(path, kind, held.len())?;
    }
    Ok(atomic_write::write(path, content).map_err(cannot)?)
}

/// Makes the folder that a file is to stand in.
///
/// # Errors
/// When it cannot be made.
pub(super) fn make_folder_of(path: &Path) -> Result<(), Failure> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    Ok(made.map_err(|cause| CannotWrite {
        name: path.display().to_string(),
        cause,
    })?)
}

/// The stream that a path means which every process has open: opened anew, it would be written from its beginning.
fn own_stream(path: &Path) -> Option<Box<dyn Write>> {
    match path.to_str()? {
        "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => Some(Box::new(io::stdout())),
        "/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2" => Some(Box::new(io::stderr())),
        _ => None,
    }
}

fn may_replace(path: &Path, kind: &Kind<'_>, length: u64) -> Result<(), Failure> {
    let kept = |reason: String, help| {
        let name = path.display().to_string();
        Err(Kept { name, reason, help }.into())
    };
    if source::was_read(path) {
        return kept("this call reads it".to_owned(), "give another name");
    }
    if length == 0 {
        return Ok(());
    }
    match kind {
        Kind::Edited { force: true } => Ok(()),
        Kind::Edited { force: false } => kept(
            "there is such a file, and it may have been edited".to_owned(),
            "give another name, or --force",
        ),
        Kind::Report(form) => {
            let mut text = String::new();
            let read = fs::File::open(path).and_then(|file| {
                file.take(source::limits::MAX_FILE_BYTES)
                    .read_to_string(&mut text)
            });
            if read.is_ok() && (form.has)(&text) {
                return Ok(());
            }
            kept(
                format!("it is no {}", form.name),
                "give another name, or remove the file",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(path: &Path, kind: &Kind<'_>) -> Option<String> {
        let before = fs::read(path).expect("a file");
        match write(path, kind, |out| out.write_all(b"new")) {
            Ok(()) => None,
            Err(failure) => {
                assert_eq!(fs::read(path).expect("a file"), before);
                Some(failure.to_string())
            }
        }
    }

    #[test]
    fn reports_replace_only_reports_of_their_form() {
        let folder = tempfile::tempdir().expect("a folder");
        let page = "<!DOCTYPE html>\n<head>\n<meta name=\"generator\" content=\"sfn-tool\">\n</head>";
        let lcov = "TN:\nSF:a.asl.json\nend_of_record\n";
        let coverage = "{\"percent\": 1.0, \"definitions\": []}";
        let baseline = "{\"version\": 1, \"files\": {}}";
        let texts = [page, lcov, coverage, baseline, "#!/bin/sh\n", "{}"];
        for (number, form) in [&PAGE, &LCOV, &COVERAGE, &BASELINE].into_iter().enumerate() {
            for (other, text) in texts.iter().enumerate() {
                let path = folder.path().join(format!("{number}-{other}"));
                fs::write(&path, text).expect("a file");
                let refused = kept(&path, &Kind::Report(form));
                assert_eq!(refused.is_none(), number == other, "{} over {text}", form.name);
                if let Some(words) = refused {
                    assert!(words.contains(form.name), "{words}");
                }
            }
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("none/m.json");
        let failure = write(&path, &Kind::Edited { force: false }, |out| out.write_all(b"{}"));
        let told = format!("{:?}", failure.expect_err("it cannot be written").told());
        assert!(
            told.contains("there is no folder") && !told.contains("none/.tmp"),
            "{told}"
        );
    }

    #[test]
    fn what_is_edited_is_replaced_only_by_force() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("m.json");
        write(&path, &Kind::Edited { force: false }, |out| out.write_all(b"{}")).expect("it is new");
        let refused = kept(&path, &Kind::Edited { force: false });
        assert!(refused.expect("it is there").contains("is not overwritten"));
        assert_eq!(kept(&path, &Kind::Edited { force: true }), None);
        fs::write(&path, "").expect("a file");
        assert_eq!(kept(&path, &Kind::Edited { force: false }), None);
    }
}
