//! `sfn-tool fmt FILES...`: the canonical form of definitions.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use colored::Colorize;
use miette::Diagnostic;
use similar::ChangeTag;

use super::arguments::Reading;
use super::output::Context;
use super::{Failure, Outcome, atomic_write};
use crate::diagnostics::visible;
use crate::format;
use crate::source::{self, Input, SourceFile};
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
    /// The file name to use for stdin; its extension tells JSON from YAML
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    stdin_filename: String,
    #[command(flatten)]
    reading: Reading,
}

/// A text that has no canonical form.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{name}:{line}:{column}: {message}; the file is unchanged")]
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
struct WriteError {
    name: String,
    #[source]
    cause: io::Error,
}

/// Runs the command. A file that cannot be formatted is told on stderr and stops nothing.
///
/// # Errors
/// When the result cannot be written to stdout.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let (mut changed, mut count, mut failed) = (0, 0, false);
    for input in source::discover(
        &arguments.files,
        source::Kind::Definition,
        arguments.reading.reach(),
    ) {
        count += 1;
        let result = match input {
            Ok(input) => one(&input, arguments, context),
            Err(error) => Err(error.into()),
        };
        match result {
            Ok(true) => changed += 1,
            Ok(false) => {}
            Err(failure) => {
                failure.print(context);
                failed = true;
            }
        }
    }
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

/// Formats one input; gives whether that changes it.
fn one(input: &Input, arguments: &Arguments, context: &Context) -> Result<bool, Failure> {
    let file = source::read(input, &arguments.stdin_filename)?;
    let formatted = format::format(&file).map_err(|error| {
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
        } else if changes {
            context.text(|out| writeln!(out, "{}", visible(file.name())))?;
        }
        return Ok(changes);
    }
    match input {
        Input::File(path) if !arguments.stdout => {
            if changes {
                atomic_write::write(path, |out| out.write_all(formatted.as_bytes())).map_err(|cause| {
                    WriteError {
                        name: file.name().to_owned(),
                        cause,
                    }
                })?;
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
    writeln!(out, "--- {}", file.name())?;
    writeln!(out, "+++ {} (formatted)", file.name())?;
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
