//! The command line: one file a command, and what they share.
//!
//! Results go to stdout, words about the tool itself to stderr. The exit status is 0 (clean), 1 (findings, a failed
//! execution, differences) or 2 (the tool could not do its job).

mod arguments;
mod atomic_write;
mod check;
mod color;
mod command;
mod command_page;
mod completions;
mod config;
mod definitions;
mod diff;
mod eval;
mod explain;
mod explore;
mod failure;
mod fmt;
mod git;
mod graph;
mod help;
mod input;
mod inspect;
mod lint;
mod load_definition;
mod lsp;
mod man;
mod mcp;
mod mocks;
mod output;
mod output_file;
mod outputs;
mod page;
mod progress;
mod replay;
mod schema;
mod search;
mod serve;
mod simulate;
mod snapshots;
mod temporary;
mod terminal;
mod test;
mod test_state;
mod validate;
mod visible_writer;
mod watch;

use std::process::ExitCode;

use clap::Parser;

pub use failure::Failure;

use crate::expr::jsonata;

/// What a command that did its job says with its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 0: clean; the execution succeeded; no difference.
    Clean,
    /// 1: findings at or above `--fail-on`; the execution failed; differences.
    Findings,
    /// 2: a file could not be read, which was said; the others were looked at.
    Unreadable,
}

/// Validate, lint, simulate and diff AWS Step Functions workflows, before deployment and without an account.
#[derive(Debug, Parser)]
#[command(
    name = "sfn-tool",
    version,
    long_version = command::version(),
    disable_help_flag = true,
    disable_version_flag = true,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    global: arguments::Global,
    #[command(subcommand)]
    command: command::Command,
}

/// Runs the program on the process's arguments.
pub fn run() -> ExitCode {
    let cli = command::parse();
    let context = output::Context::new(&cli.global);
    // What is read is never written over.
    crate::source::remember_reads();
    jsonata::set_last_resort(|what| {
        failure::give_up(what);
    });
    match cli.command.run(&context) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Unreadable) => ExitCode::from(2),
        Err(failure) => {
            if failure::asks_for_json(std::env::args_os()) {
                failure.told().print();
            }
            failure.print(&context);
            ExitCode::from(2)
        }
    }
}
