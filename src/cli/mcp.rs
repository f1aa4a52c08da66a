//! `sfn-tool mcp`: the commands as tools for coding agents.

use std::io;

use clap::Args;
use miette::Diagnostic;

use super::output::Context;
use super::{Failure, Outcome};
use crate::mcp::{self, Host};

/// Serve the commands to coding agents (Model Context Protocol)
///
/// It speaks on stdin and stdout.
#[derive(Debug, Args)]
#[command(
    after_help = "Tools take definitions as texts, or by paths, which must lie in the current folder. An agent's \
                  configuration names the command `sfn-tool` with the argument `mcp`."
)]
pub struct Arguments {}

/// The server cannot go on.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot {what}")]
struct Stopped {
    what: &'static str,
    #[source]
    cause: io::Error,
}

/// Runs the command, until stdin ends.
///
/// # Errors
/// When messages can neither be read nor written.
pub(super) fn run(_: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let stopped = |what| move |cause| Stopped { what, cause };
    let program = std::env::current_exe().map_err(stopped("find this program"))?;
    let root = std::env::current_dir().and_then(|folder| folder.canonicalize());
    let root = root.map_err(stopped("find the current folder"))?;
    context.detail(|| format!("serving {}", root.display()));
    let host = Host { program, root };
    mcp::serve(&host, io::stdin().lock(), io::stdout()).map_err(stopped("go on: the client is gone"))?;
    Ok(Outcome::Clean)
}
