//! `--simulate DIR`: the runs found there, of both machines.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::Diagnostic;

use crate::asl::StateMachine;
use crate::cli::{Failure, input, load_definition};
use crate::definition::Definition;
use crate::diff;
use crate::mocks::{self, Mocks};
use crate::report::changes::{Ending, RunReport};
use crate::simulate::{self, Execution, Program, Settings};
use crate::source::Reach;

/// A folder without runs.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("there are no runs in {folder}")]
#[diagnostic(
    code("unreadable"),
    help(
        "a run is NAME.input.json or NAME.input.yaml, and NAME.mocks.json or NAME.mocks.yaml beside it where tasks are \
     called"
    )
)]
struct NoRuns {
    folder: String,
}

/// A folder that cannot be looked into.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot look into {folder}")]
struct Unlistable {
    folder: String,
    #[source]
    cause: std::io::Error,
}

/// Runs every input of a folder on both machines.
///
/// # Errors
/// When the folder, an input or a mock file cannot be read, and when a mock is of no state of either machine.
pub(super) fn compare(
    folder: &Path,
    old: &Definition,
    new: &Definition,
    reach: &Reach,
) -> Result<Vec<RunReport>, Failure> {
    let (before, after) = (Runnable::of(old)?, Runnable::of(new)?);
    let (old, new) = (before.machine, after.machine);
    let renamed = diff::renames(old, new);
    let backwards: Vec<_> = renamed
        .iter()
        .map(|(a, b)| (Arc::clone(b), Arc::clone(a)))
        .collect();
    let mut reports = Vec::new();
    for (name, files) in found(folder, reach)? {
        let old_run = before.run(&files, new, &backwards, reach)?;
        let new_run = after.run(&files, old, &renamed, reach)?;
        let parting = match (&old_run, &new_run) {
            (Ok(old), Ok(new)) => diff::parting(old, new, &renamed),
            _ => None,
        };
        reports.push(RunReport {
            name,
            old: ending(old_run),
            new: ending(new_run),
            parting,
        });
    }
    Ok(reports)
}

/// The files of one run.
struct Files {
    input: PathBuf,
    mocks: Option<PathBuf>,
}

/// The runs in a folder by their names.
fn found(folder: &Path, reach: &Reach) -> Result<BTreeMap<String, Files>, Failure> {
    let unlistable = |cause| Unlistable {
        folder: folder.display().to_string(),
        cause,
    };
    let (mut inputs, mut mocks) = (BTreeMap::new(), BTreeMap::new());
    for entry in std::fs::read_dir(folder).map_err(unlistable)? {
        let path = entry.map_err(unlistable)?.path();
        let Some(file) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        for end in ["json", "yaml", "yml"] {
            for (kind, files) in [("input", &mut inputs), ("mocks", &mut mocks)] {
                if let Some(name) = file.strip_suffix(&format!(".{kind}.{end}")) {
                    // It was found and not named: a link may lead anywhere.
                    reach.resolve(&path, folder)?;
                    files.insert(name.to_owned(), path.clone());
                }
            }
        }
    }
    if inputs.is_empty() {
        let folder = folder.display().to_string();
        return Err(NoRuns { folder }.into());
    }
    Ok((inputs.into_iter())
        .map(|(name, input)| {
            let mocks = mocks.remove(&name);
            (name, Files { input, mocks })
        })
        .collect())
}

/// A machine to run, or why it cannot be.
struct Runnable<'m> {
    machine: &'m StateMachine,
    settings: Settings,
    program: Result<&'m Program, String>,
}

impl<'m> Runnable<'m> {
    fn of(definition: &'m Definition) -> Result<Self, Failure> {
        let machine_type = definition.machine_type();
        let refused = definition.refused_as(machine_type);
        let (machine, program) =
            (definition.machine().zip(definition.program())).ok_or_else(|| input::unreadable(definition))?;
        let program = match refused.first() {
            Some(finding) => Err(format!("AWS would reject the definition: {}", finding.headline())),
            None => program.map_err(|error| error.to_string()),
        };
        // One name for both, so that ARNs do not differ.
        let settings = Settings::of_type(machine_type);
        Ok(Runnable {
            machine,
            settings,
            program,
        })
    }

    /// Runs it; why it could not be run is a result like any other.
    fn run(
        &self,
        files: &Files,
        other: &StateMachine,
        renamed: &[(Arc<str>, Arc<str>)],
        reach: &Reach,
    ) -> Result<Result<Execution, String>, Failure> {
        let mut mocks = match &files.mocks {
            Some(path) => mocks::read_within(input::text(path)?, None, None, reach.clone())?,
            None => Mocks::default(),
        };
        mocks.fit_one_of_two(self.machine, other, renamed)?;
        let (value, text) = load_definition::execution_input(Some(&files.input), "")?;
        Ok(match &self.program {
            Ok(program) => {
                simulate::run(program, &self.settings, &mocks, value, text).map_err(|error| error.to_string())
            }
            Err(words) => Err(words.clone()),
        })
    }
}

fn ending(run: Result<Execution, String>) -> Ending {
    match run {
        Ok(execution) => Ending::Ended {
            status: execution.status.as_aws(),
            seconds: execution.stopped.since(execution.started) as f64 / 1000.0,
            error: execution
                .failure
                .as_ref()
                .and_then(|failure| failure.error.clone()),
            cause: execution.failure.and_then(|failure| failure.cause),
            output: execution.output,
        },
        Err(words) => Ending::NotRun(words),
    }
}
