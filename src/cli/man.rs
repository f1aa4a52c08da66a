//! `sfn-tool man [COMMAND]`: manual pages, generated from the command line itself.

use clap::{Args, CommandFactory};
use clap_mangen::Man;
use miette::Diagnostic;

use super::output::Context;
use super::{Cli, Failure, Outcome};

/// Print a manual page (sfn-tool man | man -l -)
#[derive(Debug, Args)]
pub struct Arguments {
    /// The command to document [default: sfn-tool itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// A manual page for a command that does not exist.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("there is no command {name}")]
#[diagnostic(code("unknown-name"), help("the commands are {commands}"))]
struct UnknownCommand {
    name: String,
    commands: String,
}

/// Runs the command.
///
/// # Errors
/// When there is no such command, or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    let page = match &arguments.command {
        None => cli,
        Some(name) => match cli.find_subcommand(name).cloned() {
            Some(command) => command.display_name(format!("sfn-tool-{name}")),
            None => {
                let commands: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
                return Err(UnknownCommand {
                    name: name.clone(),
                    commands: commands.join(", "),
                }
                .into());
            }
        },
    };
    context.result(|out| Man::new(page).render(out))?;
    Ok(Outcome::Clean)
}
