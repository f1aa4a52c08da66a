//! `sfn-tool man [COMMAND]`: manual pages, generated from the command line itself.

use clap::{Args, ValueEnum};
use clap_mangen::Man;
use miette::Diagnostic;

use super::output::Context;
use super::{Failure, Outcome, command, command_page};
use crate::diagnostics::nearest;

/// Print a manual page (sfn-tool man | man -l -)
#[derive(Debug, Args)]
pub struct Arguments {
    /// The command to document [default: sfn-tool itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Output format
    #[arg(long, default_value = "roff")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For man
    Roff,
    /// A page of the documentation; without a command the list of all commands
    Markdown,
}

/// A manual page for a command that does not exist.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("there is no command {name}")]
#[diagnostic(code("unknown-name"), help("{help}"))]
struct UnknownCommand {
    name: String,
    help: String,
}

/// Runs the command.
///
/// # Errors
/// When there is no such command, or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let mut cli = command::whole().disable_help_subcommand(true);
    cli.build();
    let page = match &arguments.command {
        None => cli,
        Some(name) => match cli.find_subcommand(name).cloned() {
            Some(command) => command.display_name(format!("sfn-tool-{name}")),
            None => {
                let commands: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
                let help = match nearest(name, commands.iter().copied()) {
                    Some(nearest) => format!("did you mean '{nearest}'?"),
                    None => format!("the commands are {}", commands.join(", ")),
                };
                return Err(UnknownCommand {
                    name: name.clone(),
                    help,
                }
                .into());
            }
        },
    };
    context.result(|out| match arguments.format {
        Format::Roff => Man::new(page).render(out),
        Format::Markdown if arguments.command.is_none() => {
            out.write_all(command_page::list(&page).as_bytes())
        }
        Format::Markdown => out.write_all(command_page::of(&page).as_bytes()),
    })?;
    Ok(Outcome::Clean)
}
