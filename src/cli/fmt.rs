//! `sfn-tool fmt FILES...`: the canonical form of definitions.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use colored::Colorize;
use miette::Diagnostic;
use serde::Serialize;
use serde_json::json;
use similar::ChangeTag;

use super::arguments::{Reading, Search};
use super::config::Configs;
use super::output::Context;
use super::search::Filters;
use super::{Failure, Outcome, atomic_write, failure};
use crate::definition::Definition;
use crate::diagnostics::visible;
use crate::discovery::{self, Kind};
use crate::source::{self, Input, ParseOptions, ReadError, SourceFile};
use crate::value::line_differences;

/// Format definitions: indentation and field order
#[derive(Debug, Args)]
pub struct Arguments {
    /// Definitions in JSON or YAML: files, patterns, folders (searched for *.asl.json, *.asl.yaml, *.asl.yml), or - for
    /// stdin, which is written to stdout
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// List the files that would change, without writing, and exit with status 1 if there are any
    #[arg(long)]
    check: bool,
    /// Show what would change, without writing, and exit with status 1 if anything would
    #[arg(long)]
    diff: bool,
    /// Write the result to stdout instead of the file
    #[arg(long, conflicts_with_all = ["check", "diff"])]
    stdout: bool,
    /// Output format of the report
    #[arg(long, default_value = "text")]
    format: Format,
    /// The file name to use for stdin; its extension tells JSON from YAML
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    stdin_filename: String,
    #[command(flatten)]
    search: Search,
    #[command(flatten)]
    reading: Reading,
}

/// The values of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The names of files
    Text,
    /// Every file, and whether it changes
    Json,
}

/// What became of a file, for programs.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Told {
    Formatted { file: String, changed: bool },
    Failed { file: String, error: failure::Told },
}

/// A text that has no canonical form.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name}:{line}:{column}: {message}; the file is unchanged")]
#[diagnostic(code("invalid-data"))]
struct FormatError {
    name: String,
    line: usize,
    column: usize,
    message: String,
    #[help]
    help: String,
}

/// A file that cannot be written.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write {name}; it is unchanged")]
#[diagnostic(code("unwritable"))]
struct WriteError {
    name: String,
    #[source]
    cause: io::Error,
}

/// A file that somebody else has written meanwhile.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name} has changed since it was read, and is left as it is")]
#[diagnostic(code("unwritable"), help("format it again"))]
struct Changed {
    name: String,
}

/// Runs the command. A file that cannot be formatted is told on stderr and stops nothing.
///
/// # Errors
/// When a configuration cannot be used, or the result cannot be written to stdout.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    if arguments.format == Format::Json && (arguments.diff || arguments.stdout) {
        let message = "--format json has no place for the text of --diff and --stdout\n";
        failure::exit_with(&clap::Error::raw(ErrorKind::ArgumentConflict, message))
    }
    let (mut changed, mut count) = (0, 0);
    let mut failures = Vec::new();
    let mut files = Vec::new();
    for input in inputs(arguments, context)? {
        count += 1;
        let (name, result) = match input {
            Ok(input) => {
                let name = match &input {
                    Input::File(path) => path.display().to_string(),
                    Input::Stdin => arguments.stdin_filename.clone(),
                };
                (name, one(&input, arguments, context))
            }
            Err(error) => (error.name().to_owned(), Err(error.into())),
        };
        match result {
            Ok(changes) => {
                changed += usize::from(changes);
                files.push(Told::Formatted {
                    file: name,
                    changed: changes,
                });
            }
            Err(failure) => {
                failure.print(context);
                files.push(Told::Failed {
                    file: name,
                    error: failure.told(),
                });
                failures.push(failure);
            }
        }
    }
    if arguments.format == Format::Json {
        // Where nothing could be read, the call has failed.
        if failures.len() == count {
            Failure::tell_all(failures.iter());
        } else {
            context.result(|out| {
                serde_json::to_writer_pretty(&mut *out, &json!({"files": files}))?;
                writeln!(out)
            })?;
        }
    }
    let failed = !failures.is_empty();
    let dry = arguments.check || arguments.diff;
    if !arguments.stdout {
        let verb = if dry { "would change" } else { "changed" };
        context.say(&format!("{changed} of {count} {verb}"));
    }
    Ok(match (failed, dry && changed > 0) {
        (true, _) => Outcome::Unreadable,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Clean,
    })
}

/// The files that are meant.
///
/// # Errors
/// When a configuration cannot be used.
fn inputs(arguments: &Arguments, context: &Context) -> Result<Vec<Result<Input, ReadError>>, Failure> {
    let configs = Configs::of_search(&arguments.search, arguments.reading.reach())?;
    let filters = Filters::new(&arguments.search, &configs)?;
    let patterns_of = |folder: &Path| filters.of(folder);
    let named = discovery::named_among(&arguments.files, Kind::Definition, configs.reach(), &patterns_of);
    context.say_left_out(&named.left_out);
    let mut inputs = named.inputs;
    inputs.retain(|input| match input {
        Ok(Input::File(path)) => !filters.leaves_out(path),
        _ => true,
    });
    filters.finish()?;
    Ok(inputs)
}

/// Formats one input; gives whether that changes it.
fn one(input: &Input, arguments: &Arguments, context: &Context) -> Result<bool, Failure> {
    let file = source::read(input, &arguments.stdin_filename)?;
    let definition = Definition::of_file(file.clone(), &ParseOptions::default());
    let formatted = definition.formatted().map_err(|error| {
        let at = file.position(error.offset);
        FormatError {
            name: file.name().to_owned(),
            line: at.line,
            column: at.column,
            message: error.message,
            help: error.help,
        }
    })?;
    let changes = formatted != file.text();
    if arguments.check || arguments.diff {
        if changes && arguments.diff {
            context.text(|out| diff(&file, &formatted, context.color, out))?;
        } else if changes && arguments.format == Format::Text {
            context.text(|out| writeln!(out, "{}", visible(file.name())))?;
        }
        return Ok(changes);
    }
    match input {
        Input::File(path) if !arguments.stdout => {
            if changes {
                let replaced = atomic_write::replace(path, file.text(), &formatted);
                let replaced = replaced.map_err(|cause| WriteError {
                    name: file.name().to_owned(),
                    cause,
                })?;
                if !replaced {
                    let name = file.name().to_owned();
                    return Err(Changed { name }.into());
                }
                context.detail(|| format!("formatted {}", file.name()));
            }
        }
        _ => context.result(|out| out.write_all(formatted.as_bytes()))?,
    }
    Ok(changes)
}

/// A unified diff of three lines of context.
fn diff(file: &Arc<SourceFile>, formatted: &str, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let changes = line_differences(file.text(), formatted);
    let name = visible(file.name());
    writeln!(out, "--- {name}")?;
    writeln!(out, "+++ {name} (formatted)")?;
    for hunk in changes.unified_diff().context_radius(3).iter_hunks() {
        writeln!(out, "{}", hunk.header())?;
        for change in hunk.iter_changes() {
            let line = format!(
                "{}{}",
                change.tag(),
                change.value().trim_end_matches(['\n', '\r'])
            );
            match change.tag() {
                ChangeTag::Delete if color => writeln!(out, "{}", line.red())?,
                ChangeTag::Insert if color => writeln!(out, "{}", line.green())?,
                _ => writeln!(out, "{line}")?,
            }
        }
    }
    Ok(())
}
