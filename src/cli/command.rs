//! The list of commands, and how the process's arguments become one of them.

use std::sync::OnceLock;

use clap::{Args as _, CommandFactory as _, FromArgMatches as _, Subcommand};

use super::output::Context;
use super::{Cli, Failure, Outcome, arguments, failure, help, outputs};
use crate::services;

/// Makes the enumeration of the commands, each of a module of its own.
macro_rules! commands {
    ($($variant:ident, $name:literal, $module:ident;)*) => {
        /// A command with its arguments.
        #[derive(Debug, Subcommand)]
        pub(super) enum Command {
            $($variant(Box<super::$module::Arguments>),)*
        }

        impl Command {
            /// Runs it.
            ///
            /// # Errors
            /// When it cannot do its job.
            pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
                match self {
                    $(Command::$variant(arguments) => super::$module::run(arguments, context),)*
                }
            }
        }

        /// The command that has this name.
        fn named(name: &str) -> Option<clap::Command> {
            match name {
                $($name => Some(super::$module::Arguments::augment_args(clap::Command::new($name))),)*
                _ => None,
            }
        }
    };
}

commands! {
    Check, "check", check;
    Simulate, "simulate", simulate;
    Test, "test", test;
    Explore, "explore", explore;
    Diff, "diff", diff;
    Graph, "graph", graph;
    Fmt, "fmt", fmt;
    Explain, "explain", explain;
    Validate, "validate", validate;
    Lint, "lint", lint;
    TestState, "test-state", test_state;
    Mocks, "mocks", mocks;
    Eval, "eval", eval;
    Inspect, "inspect", inspect;
    Serve, "serve", serve;
    Lsp, "lsp", lsp;
    Mcp, "mcp", mcp;
    Schema, "schema", schema;
    Completions, "completions", completions;
    Man, "man", man;
}

/// Reads the process's arguments; ends the process when they are not right, or ask for help.
pub(super) fn parse() -> Cli {
    let first = std::env::args_os().nth(1);
    let alone = first.and_then(|name| alone(name.to_str()?));
    let mut command = alone.unwrap_or_else(whole);
    let matches = (command.try_get_matches_from_mut(std::env::args_os()))
        .unwrap_or_else(|error| failure::exit_with(&error));
    if let Err(error) = outputs::check(&matches) {
        failure::exit_with(&error);
    }
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| failure::exit_with(&error.format(&mut command)))
}

/// The version, of when AWS's API models are, and the commit of a release build that was made in a checkout.
pub(super) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let commit = match option_env!("SFN_TOOL_COMMIT") {
            Some(commit) => format!("\ncommit {commit}"),
            None => String::new(),
        };
        format!(
            "{}\nAPI models: {}{commit}",
            env!("CARGO_PKG_VERSION"),
            services::SOURCE
        )
    })
}

/// The whole command line.
pub(super) fn whole() -> clap::Command {
    help::dress(Cli::command())
}

/// The command line with one command, which is all that arguments can mean that begin with its name. The whole one takes
/// as long to build as a small definition to check.
fn alone(name: &str) -> Option<clap::Command> {
    let command = named(name)?;
    let tool = clap::Command::new("sfn-tool")
        .version(env!("CARGO_PKG_VERSION"))
        .long_version(version())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .propagate_version(true);
    Some(help::dress(
        arguments::Global::augment_args(tool).subcommand(command),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_alone_is_the_command_among_all() {
        let mut all = whole();
        all.build();
        let names: Vec<String> = all.get_subcommands().map(|c| c.get_name().to_owned()).collect();
        for name in names.iter().filter(|name| *name != "help") {
            let mut alone = alone(name).expect("it is in the list");
            alone.build();
            let shown = |tool: &mut clap::Command| {
                let command = tool.find_subcommand_mut(name).expect("the command");
                let version = command.render_version();
                [
                    command.render_help(),
                    command.render_long_help(),
                    command.render_usage(),
                ]
                .map(|text| text.to_string())
                .join(&version)
            };
            assert_eq!(shown(&mut alone), shown(&mut all), "{name}");
        }
    }
}
