//! `sfn-tool check [PATHS]`: validate and lint together, over whatever holds state machines.

use std::path::PathBuf;

use clap::Args;

use super::arguments::{Schemas, SeverityChoice, Sources};
use super::lint::{self, Linting, Wanted};
use super::output::Context;
use super::{Failure, Outcome};

/// Validate and lint all state machines of a project
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folders, searched for definitions, SAM and CloudFormation templates, cdk.out, serverless.yml and Terraform; or files,
    /// glob patterns, or - for stdin; TEMPLATE#RESOURCE selects one state machine of a template
    #[arg(value_name = "PATHS", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    /// Show findings of this severity and above
    #[arg(long, default_value = "info")]
    severity: SeverityChoice,
    #[command(flatten)]
    schemas: Schemas,
    #[command(flatten)]
    linting: Linting,
}

/// Runs the command.
///
/// # Errors
/// Those of [`lint::run_on`], and when a schema cannot be used.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let reach = arguments.sources.placeholders.reading.reach();
    let contracts = arguments.schemas.open(&reach)?;
    let wanted = Wanted::All(arguments.severity.into(), &contracts);
    lint::run_on(
        &arguments.paths,
        &arguments.sources,
        &arguments.linting,
        wanted,
        context,
    )
}
