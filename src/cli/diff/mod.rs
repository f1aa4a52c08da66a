//! `sfn-tool diff OLD NEW`: what changes, and whom does it hurt?

mod folders;
mod likeness;
mod listing;
mod named;
mod pair;
mod runs;
mod sides;
mod unfollowed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use clap::Args;
use clap::error::ErrorKind;

use super::arguments::{MachineTypeChoice, Placeholders, Search};
use super::config::Configs;
use super::output::Context;
use super::search::Filters;
use super::{Failure, Outcome, failure, input, page};
use crate::asl::MachineType;
use crate::definition::Definition;
use crate::diagnostics::{counted, visible};
use crate::diff::{self, Change, Class};
use crate::discovery;
use crate::report::changes::{self, ChangeReport};
use crate::report::{Failed, html};
use crate::source::ParseOptions;
use listing::Searching;
use pair::{compare, has_states};
use sides::Side;

/// Compare what two definitions do
#[derive(Debug, Args)]
#[command(
    after_help = "OLD and NEW are each a file, a folder, - for stdin, or a version in git: REV:PATH, :PATH (the index), \
                  or REV alone for the other side's path in it. TEMPLATE#RESOURCE is one state machine of a template.\n\
                  One argument is compared with the work tree: REV, all that is in it, or REV:PATH. A..B and A...B are \
                  two revisions, as git has them.\n\
                  As git's external diff driver (diff.<driver>.command = sfn-tool diff) it takes the 7 or 9 arguments \
                  that git passes, and exits with status 0 unless --exit-code is given."
)]
pub struct Arguments {
    /// The old and the new definition or folder, or the 7 or 9 arguments of a git diff driver
    #[arg(required = true, value_name = "OLD NEW", num_args = 1..)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    placeholders: Placeholders,
    /// The type of the old state machine
    #[arg(long, value_name = "TYPE", default_value = "standard")]
    old_type: MachineTypeChoice,
    /// The type of the new state machine [default: same as the old]
    #[arg(long, value_name = "TYPE")]
    new_type: Option<MachineTypeChoice>,
    /// Run the inputs in DIR (NAME.input.json, with NAME.mocks.yaml beside it) on both, and show where the histories
    /// diverge
    #[arg(long, value_name = "DIR", conflicts_with = "textconv")]
    simulate: Option<PathBuf>,
    /// Show cosmetic changes as well
    #[arg(long)]
    all: bool,
    /// As a git diff driver: exit with status 1 if there are differences
    #[arg(long)]
    exit_code: bool,
    /// Print one definition in canonical form, so that equivalent definitions have the same text (for git textconv)
    #[arg(long, conflicts_with_all = ["all", "exit_code", "format"])]
    textconv: bool,
    /// Output format
    #[arg(long, default_value = "text")]
    format: changes::Format,
    /// Also write an HTML page to FILE (- for stdout, instead of the changes): both graphs side by side, with what
    /// changed marked
    #[arg(long, value_name = "FILE", conflicts_with = "textconv")]
    html: Option<PathBuf>,
}

impl Arguments {
    /// The types of the two machines.
    fn machine_types(&self) -> (MachineType, MachineType) {
        (
            self.old_type.into(),
            self.new_type.unwrap_or(self.old_type).into(),
        )
    }
}

/// git gives a diff driver one file in two versions, and does not say which revisions these are of.
const OTHERS_OF_WORK_TREE: &str = "other files that it names were read from the work tree for both versions: \
                                   `sfn-tool diff REV REV` compares them, too";

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or is no definition, or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let options = input::parse_options(&arguments.placeholders)?;
    match arguments.files.as_slice() {
        [file] if arguments.textconv => textconv(file, &options, context),
        other if arguments.textconv => {
            let message = format!(
                "--textconv takes one definition, found {}\n",
                counted(other.len() as u64, "argument")
            );
            failure::exit_with(&clap::Error::raw(ErrorKind::WrongNumberOfValues, message))
        }
        [old, new] => {
            let (old, new) = Side::both(old, new)?;
            sides(arguments, context, &options, (&old, &new))
        }
        // path old-file old-hex old-mode new-file new-hex new-mode [new-path metainfo], as git gives them.
        [path, old, _, _, new, _, _, rest @ ..] if rest.is_empty() || rest.len() == 2 => {
            let new_path = rest.first().unwrap_or(path);
            let old = Side::written_by_git(old, path, "a");
            let new = Side::written_by_git(new, new_path, "b");
            let others = Arc::default();
            let result = compare(arguments, &options.noting(Arc::clone(&others)), &old, &new)
                .and_then(|report| show(arguments, context, &[report], false));
            if others.load(Ordering::Relaxed) {
                context.say(OTHERS_OF_WORK_TREE);
            }
            from_git(arguments, context, result)
        }
        // git calls a driver with the path alone for a file that has unresolved merge conflicts.
        [path] if std::env::var_os("GIT_DIFF_PATH_TOTAL").is_some() => {
            context.text(|out| {
                writeln!(
                    out,
                    "{} has unresolved merge conflicts",
                    visible(&path.display().to_string())
                )
            })?;
            Ok(Outcome::Clean)
        }
        [one] => {
            let (old, new) = Side::from_one(one)?;
            sides(arguments, context, &options, (&old, &new))
        }
        other => {
            let message = format!(
                "expected OLD and NEW, or the 7 or 9 arguments of git's diff driver, found {}\n",
                counted(other.len() as u64, "argument")
            );
            failure::exit_with(&clap::Error::raw(ErrorKind::WrongNumberOfValues, message))
        }
    }
}

/// Compares two files or two folders.
fn sides(
    arguments: &Arguments,
    context: &Context,
    options: &ParseOptions,
    (old, new): (&Side, &Side),
) -> Result<Outcome, Failure> {
    if !(old.is_folder() || new.is_folder()) {
        let report = compare(arguments, options, old, new)?;
        return show(arguments, context, &[report], false);
    }
    if arguments.simulate.is_some() {
        let message = "--simulate takes two definitions, and these are folders\n";
        failure::exit_with(&clap::Error::raw(ErrorKind::ArgumentConflict, message))
    }
    folders(arguments, context, options, (old, new))
}

/// Prints the canonical form of a definition. A text that is none is printed as it is: git shows nothing at all where
/// textconv fails.
fn textconv(path: &Path, options: &ParseOptions, context: &Context) -> Result<Outcome, Failure> {
    let file = input::text(path)?;
    let text = match Definition::in_file(file.clone(), options, None) {
        Ok(definition) if has_states(&definition) => definition
            .compared()
            .map(diff::canonical_text)
            .unwrap_or_default(),
        _ => file.text().to_owned(),
    };
    context.result(|out| out.write_all(text.as_bytes()))?;
    Ok(Outcome::Clean)
}

/// git takes any exit status but 0 for the end of the driver, and shows nothing more.
fn from_git(
    arguments: &Arguments,
    context: &Context,
    result: Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    match result {
        Ok(_) if !arguments.exit_code => Ok(Outcome::Clean),
        // A version that cannot be read is a fact about the history, not a failure of this call.
        Err(failure) if !arguments.exit_code => {
            context.text(|out| writeln!(out, "{}", visible(&failure.to_string())))?;
            Ok(Outcome::Clean)
        }
        result => result,
    }
}

/// Compares the definitions of two folders. One that cannot be read is told on stderr and stops no other.
fn folders(
    arguments: &Arguments,
    context: &Context,
    options: &ParseOptions,
    (old, new): (&Side, &Side),
) -> Result<Outcome, Failure> {
    let mut reports: Vec<ChangeReport> = Vec::new();
    let mut failures: Vec<(String, Failure)> = Vec::new();
    // Of one folder in two versions it is the version that is left out of the names.
    let root = match (old.without_version(), new.without_version()) {
        ((was, version), (is, other)) if was == is => (version, other),
        _ => (old.name().unwrap_or_default(), new.name().unwrap_or_default()),
    };
    let search = Search::default();
    let configs = Configs::of_search(&search, options.reach.clone())?;
    let filters = Filters::new(&search, &configs)?;
    let searching = Searching {
        options,
        context,
        patterns_of: &|folder| filters.of(folder),
    };
    let found = folders::pairs(old, new, searching)?;
    filters.finish()?;
    let told_by_themselves = found.pairs.len();
    for (number, (old, new)) in found.pairs.iter().chain(&found.made).enumerate() {
        match compare(arguments, options, old, new) {
            Ok(mut report) => {
                if number >= told_by_themselves {
                    leave_out_told(&mut report, &reports);
                    if report.changes.is_empty() {
                        continue;
                    }
                }
                let inside = |root: &str, name: Option<String>| {
                    let name = name?;
                    let rest = name.strip_prefix(root).unwrap_or(&name);
                    let rest = rest.trim_start_matches(['/', ':']);
                    Some(rest.strip_prefix("./").unwrap_or(rest).to_owned())
                };
                let names = (
                    inside(root.0, report.old_name()),
                    inside(root.1, report.new_name()),
                );
                if let (Some(was), Some(is)) = &names {
                    report.changes.splice(0..0, Change::name(was, is));
                }
                report.inside = Some(names);
                reports.push(report);
            }
            Err(failure) => {
                failure.print(context);
                let name = new.name().or(old.name()).unwrap_or_default();
                failures.push((name.to_owned(), failure));
            }
        }
    }
    reports.extend(found.unfollowed.into_iter().map(|unfollowed| {
        let name = |is_there: bool| is_there.then(|| unfollowed.path.clone());
        ChangeReport {
            old_named: name(unfollowed.is_old),
            new_named: name(unfollowed.is_new),
            inside: Some((name(unfollowed.is_old), name(unfollowed.is_new))),
            changes: vec![unfollowed.change],
            ..ChangeReport::default()
        }
    }));
    if !found.unread.is_empty() {
        let all: Vec<_> = found.unread.iter().map(|name| visible(name)).collect();
        let what = counted(all.len(), "definition");
        context.say(&format!(
            "{what} not compared, as it is known only when deployed: {}",
            all.join(", ")
        ));
    }
    if arguments.format == changes::Format::Json && !failures.is_empty() {
        if reports.is_empty() {
            Failure::tell_all(failures.iter().map(|(_, failure)| failure));
        } else {
            let failed = failures.iter().map(|(file, failure)| failure.of_file(file));
            let failed: Vec<Failed> = failed.collect();
            context.result(|out| changes::json_of_folders(&reports, &failed, out))?;
        }
        return Ok(Outcome::Unreadable);
    }
    let outcome = show(arguments, context, &reports, true)?;
    Ok(match failures.is_empty() {
        true => outcome,
        false => Outcome::Unreadable,
    })
}

/// Leaves out of what a template makes of a definition what was told of that definition.
fn leave_out_told(report: &mut ChangeReport, told: &[ChangeReport]) {
    // Links lead to one file by several names.
    let place = |name: &str| {
        Path::new(name)
            .canonicalize()
            .unwrap_or_else(|_| discovery::absolute(Path::new(name)))
    };
    let file = |report: &ChangeReport| report.new.as_ref().map(|file| place(file.name()));
    let own = file(report);
    let told: Vec<&Change> = told
        .iter()
        .filter(|other| file(other) == own)
        .flat_map(|other| &other.changes)
        .collect();
    report.hidden = 0;
    report.changes.retain(|change| {
        let is_same = |other: &&&Change| other.state == change.state && other.message == change.message;
        change.class != Class::Cosmetic && !told.iter().any(|other| is_same(&other))
    });
}

fn show(
    arguments: &Arguments,
    context: &Context,
    reports: &[ChangeReport],
    of_folders: bool,
) -> Result<Outcome, Failure> {
    if page::write(arguments.html.as_deref(), context, |out| {
        html::changes_page(reports, out)
    })? {
        return Ok(outcome(reports));
    }
    context.rendered(arguments.format == changes::Format::Text, |out| {
        changes::render(reports, of_folders, arguments.format, context.color, out)
    })?;
    if arguments.format == changes::Format::Text {
        context.say(&changes::summary(reports));
    }
    Ok(outcome(reports))
}

fn outcome(reports: &[ChangeReport]) -> Outcome {
    let not_run = |report: &ChangeReport| report.runs.iter().any(|run| run.was_not_run());
    if reports.iter().any(not_run) {
        // Their mocks are for neither machine.
        Outcome::Unreadable
    } else if reports.iter().any(ChangeReport::differs) {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}
