//! `sfn-tool diff OLD NEW`: what changes, and whom does it hurt?

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::error::ErrorKind;

use super::arguments::Placeholders;
use super::output::Context;
use super::{Failure, Outcome, input};
use crate::asl::StateMachine;
use crate::diagnostics::Severity;
use crate::diff::{self, Change, Class, Kind};
use crate::report::changes::{self, ChangeReport, Format};
use crate::source::{self, ParseOptions, SourceFile};

/// Compare what two definitions mean
#[derive(Debug, Args)]
#[command(
    after_help = "As git's external diff driver (diff.<driver>.command = sfn-tool diff) it takes the 7 or 9 \
                        arguments that git gives, and exits with 0 unless --exit-code is given."
)]
pub struct Arguments {
    /// The old and the new definition, or git's 7 or 9 arguments for a diff driver
    #[arg(required = true, value_name = "OLD NEW", num_args = 1..)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    placeholders: Placeholders,
    /// Show cosmetic changes as well
    #[arg(long)]
    all: bool,
    /// As git's diff driver: exit with 1 when there are differences
    #[arg(long)]
    exit_code: bool,
    /// How changes are printed
    #[arg(long, default_value = "text")]
    format: Format,
}

/// A side that is no definition.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{name}:{line}:{column}: {message}")]
#[diagnostic(help("{help}"))]
pub struct Unreadable {
    name: String,
    line: usize,
    column: usize,
    message: String,
    help: String,
}

/// One side of a comparison: the file to read and the name it is shown under.
struct Side<'a> {
    path: &'a Path,
    name: String,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or is no definition, or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    match arguments.files.as_slice() {
        [old, new] => {
            let side = |path| Side {
                path,
                name: Path::display(path).to_string(),
            };
            compare(arguments, context, &side(old), &side(new))
        }
        // path old-file old-hex old-mode new-file new-hex new-mode [new-path metainfo], as git gives them.
        [path, old, _, _, new, _, _, rest @ ..] if rest.is_empty() || rest.len() == 2 => {
            let new_path = rest.first().unwrap_or(path);
            let old = Side {
                path: old,
                name: format!("a/{}", path.display()),
            };
            let new = Side {
                path: new,
                name: format!("b/{}", new_path.display()),
            };
            from_git(arguments, context, &old, &new)
        }
        // Some versions of git call a driver with the path alone for a file that is not merged.
        [path] => {
            context.result(|out| writeln!(out, "{} is not merged", path.display()))?;
            Ok(Outcome::Clean)
        }
        other => {
            let message = format!(
                "expected OLD and NEW, or the 7 or 9 arguments of git's diff driver, found {} arguments\n",
                other.len()
            );
            clap::Error::raw(ErrorKind::WrongNumberOfValues, message).exit()
        }
    }
}

/// git takes any exit status but 0 for the end of the driver, and shows nothing more.
fn from_git(
    arguments: &Arguments,
    context: &Context,
    old: &Side<'_>,
    new: &Side<'_>,
) -> Result<Outcome, Failure> {
    match compare(arguments, context, old, new) {
        Ok(_) if !arguments.exit_code => Ok(Outcome::Clean),
        // A version that cannot be read is a fact about the history, not a failure of this call.
        Err(failure) if !arguments.exit_code => {
            context.result(|out| writeln!(out, "{failure}"))?;
            Ok(Outcome::Clean)
        }
        result => result,
    }
}

fn compare(
    arguments: &Arguments,
    context: &Context,
    old: &Side<'_>,
    new: &Side<'_>,
) -> Result<Outcome, Failure> {
    let options = input::parse_options(&arguments.placeholders)?;
    let (old, new) = (read(old, &options)?, read(new, &options)?);
    let mut changes = match (&old, &new) {
        (Some((_, old)), Some((_, new))) => diff::diff(old, new),
        (None, Some((_, new))) => vec![whole(Kind::DefinitionAdded, new)],
        (Some((_, old)), None) => vec![whole(Kind::DefinitionRemoved, old)],
        (None, None) => Vec::new(),
    };
    let all = changes.len();
    changes.retain(|change| arguments.all || change.class != Class::Cosmetic);
    let hidden = all - changes.len();
    let outcome = if changes.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Findings
    };
    let report = ChangeReport {
        old: old.map(|(file, _)| file),
        new: new.map(|(file, _)| file),
        changes,
    };
    context.result(|out| changes::render(&report, arguments.format, context.color, out))?;
    if arguments.format == Format::Text {
        let note = match hidden {
            0 => String::new(),
            n => format!(" ({n} cosmetic not shown, --all shows them)"),
        };
        context.say(&format!("{}{note}", changes::summary(&report.changes)));
    }
    Ok(outcome)
}

/// The one change from or to no definition at all.
fn whole(kind: Kind, machine: &StateMachine) -> Change {
    let states = machine.states().len();
    let s = if states == 1 { "" } else { "s" };
    Change::whole(kind, format!("{states} state{s}"))
}

/// Reads one side; `/dev/null` is no definition.
fn read(side: &Side<'_>, options: &ParseOptions) -> Result<Option<(Arc<SourceFile>, StateMachine)>, Failure> {
    if side.path == Path::new("/dev/null") {
        return Ok(None);
    }
    let name = if side.path == Path::new("-") {
        "<stdin>"
    } else {
        &side.name
    };
    let parsed = source::parse_with(
        Arc::new(SourceFile::new(name, input::text(side.path)?.text())),
        options,
    );
    let unreadable = |offset: usize, message: &str, help: Option<String>| {
        let at = parsed.file.position(offset);
        Unreadable {
            name: name.to_owned(),
            line: at.line,
            column: at.column,
            message: message.to_owned(),
            help: help.unwrap_or_else(|| "`sfn-tool validate` says more".to_owned()),
        }
    };
    let worst = parsed.findings.iter().find(|f| f.severity == Severity::Error);
    match (parsed.document, worst) {
        (None, Some(finding)) => Err(unreadable(
            finding.span.start as usize,
            &finding.message,
            finding.help.clone(),
        )
        .into()),
        (Some(document), _) if document.root().get("States").is_some() => {
            let machine = StateMachine::read(Arc::new(document));
            Ok(Some((parsed.file, machine)))
        }
        _ => Err(unreadable(
            0,
            "this is no definition of a state machine: it has no States",
            None,
        )
        .into()),
    }
}
