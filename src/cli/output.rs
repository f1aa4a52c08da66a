//! Where results and words go.

use std::io::{self, BufWriter, ErrorKind, Stdout, Write};

use super::arguments::Global;
use super::color;
use super::failure::{Failure, WriteError};

/// How this run talks: colours and how much.
#[derive(Debug)]
pub(super) struct Context {
    /// Whether results get colour.
    pub(super) color: bool,
    /// Whether words about the tool get colour.
    pub(super) color_stderr: bool,
    /// Whether to say nothing about the tool's own work.
    quiet: bool,
    /// Whether to say more about it.
    verbose: bool,
}

impl Context {
    pub(super) fn new(global: &Global) -> Self {
        // Whether to colour is decided below; the crate must not decide anew.
        colored::control::set_override(true);
        Context {
            color: color::of_results(global.color),
            color_stderr: color::decide(global.color, &io::stderr()),
            quiet: global.quiet,
            verbose: global.verbose,
        }
    }

    /// Says a line about the tool's work on stderr, unless `--quiet`.
    pub(super) fn say(&self, line: &str) {
        if !self.quiet {
            // Nobody is left to tell when stderr is closed.
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    /// Says a line about the tool's work on stderr with `--verbose`.
    pub(super) fn detail(&self, line: impl FnOnce() -> String) {
        if self.verbose {
            self.say(&line());
        }
    }

    /// Writes a result to stdout with `write`.
    ///
    /// # Errors
    /// When stdout cannot be written. A closed pipe (`| head`) is no error: the rest is dropped quietly, and the exit
    /// status stays that of the work done.
    pub(super) fn result(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut out = BufWriter::new(io::stdout());
        match write(&mut out).and_then(|()| BufWriter::<Stdout>::flush(&mut out)) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                // What is still buffered must not be tried again when the writer is dropped.
                let _ = out.into_parts();
                Ok(())
            }
            result => result.map_err(|error| WriteError(error).into()),
        }
    }
}
