//! `sfn-tool lsp`: what an editor says of a definition while one types.

use clap::Args;

use super::output::Context;
use super::{Failure, Outcome};
use crate::lsp::{self, Ended};

/// Serve editors (Language Server Protocol)
///
/// Diagnostics, completion and more, on stdin and stdout.
#[derive(Debug, Args)]
#[command(
    after_help = "An editor starts it: docs/editors.md says how for each. Its settings come from the editor; which lint \
                        rules run, from sfn-tool.toml."
)]
pub struct Arguments {
    /// Accepted for editors that pass it; there is no other transport
    #[arg(long)]
    stdio: bool,
}

/// Runs the command, until the client ends it or is gone.
///
/// # Errors
/// None: what is wrong with a message is told to the client.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let _ = arguments.stdio;
    context.detail(|| "serving an editor on stdin and stdout".to_owned());
    let (connection, wake, writer) = lsp::stdio();
    let ended = lsp::serve(connection, Some(wake));
    // What was answered last is written still.
    let _ = writer.join();
    Ok(match ended {
        Ended::Orderly => Outcome::Clean,
        // The protocol has this status for it.
        Ended::ClientGone => Outcome::Findings,
    })
}
