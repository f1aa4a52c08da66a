//! `sfn-tool completions SHELL`: generated from the command line itself.

use clap::Args;
use clap_complete::Shell;

use super::output::Context;
use super::{Failure, Outcome, command};

/// Print completions for a shell
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
/// When the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command::whole(), "sfn-tool", &mut script);
    context.result(|out| out.write_all(&script))?;
    Ok(Outcome::Clean)
}
