//! Where results and words go.

use std::io::{self, BufWriter, ErrorKind, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::arguments::Global;
use super::color;
use super::failure::{Failure, WriteError};
use super::visible_writer::VisibleWriter;
use crate::diagnostics::visible;
use crate::discovery::LeftOut;
use crate::mocks::{self, MockError};

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
    /// The files of git's patterns that were told.
    left_out: Mutex<Vec<LeftOut>>,
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
            left_out: Mutex::default(),
        }
    }

    /// Says a line about the tool's work on stderr, unless `--quiet`. Whatever it quotes stays on that line.
    pub(super) fn say(&self, line: &str) {
        if !self.quiet {
            // Nobody is left to tell when stderr is closed.
            let _ = writeln!(io::stderr(), "{}", visible(line));
        }
    }

    /// Tells the files of git's patterns that a search did not take, each once.
    pub(super) fn say_left_out(&self, files: &[LeftOut]) {
        let mut told = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        for file in files {
            if !told.contains(file) {
                self.say(&file.to_string());
                told.push(file.clone());
            }
        }
    }

    /// Warns of mocks that no service answers like.
    pub(super) fn doubt(&self, doubts: &[MockError]) {
        for warning in mocks::warnings(doubts) {
            self.say(&warning);
        }
    }

    /// Says what has been rendered for people, over several lines, on stderr, unless `--quiet`.
    pub(super) fn say_rendered(&self, text: &str) {
        if !self.quiet {
            self.to_stderr(text.trim_end());
        }
    }

    /// Writes lines to stderr. Nobody is left to tell when it is closed.
    pub(super) fn to_stderr(&self, text: &str) {
        let mut out = VisibleWriter::new(io::stderr(), self.color_stderr);
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Whether nothing is to be said about the tool's own work.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether it may be shown on stderr how far work has come.
    pub(super) fn shows_progress(&self) -> bool {
        !self.quiet && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
    }

    /// Says a line about the tool's work on stderr with `--verbose`.
    pub(super) fn detail(&self, line: impl FnOnce() -> String) {
        if self.verbose {
            self.say(&line());
        }
    }

    /// Writes a result for people to stdout with `write`: nothing in it steers the terminal.
    ///
    /// # Errors
    /// As [`Context::result`].
    pub(super) fn text(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut out = VisibleWriter::new(ResultStream::new(true), self.color);
        written(write(&mut out).and_then(|()| out.flush())).map(|_| ())
    }

    /// Writes a result to stdout with `write`, for people or for programs.
    ///
    /// # Errors
    /// As [`Context::result`].
    pub(super) fn rendered(
        &self,
        for_people: bool,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if for_people {
            self.text(write)
        } else {
            self.result(write)
        }
    }

    /// Writes a result for programs to stdout with `write`: data as it is.
    ///
    /// # Errors
    /// When stdout cannot be written. A closed pipe (`| head`) is no error: the rest is dropped quietly, and the exit
    /// status stays that of the work done.
    pub(super) fn result(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut out = ResultStream::new(true);
        written(write(&mut out).and_then(|()| out.flush())).map(|_| ())
    }
}

/// Whether a result could be written whole: not when nobody reads it any more.
///
/// # Errors
/// When it could not be written for another reason.
pub(super) fn written(result: io::Result<()>) -> Result<bool, Failure> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(WriteError(error).into()),
    }
}

/// Whether something was written to stdout.
static WRITTEN: AtomicBool = AtomicBool::new(false);

/// Whether a result, or the beginning of one, stands on stdout.
pub(super) fn has_result() -> bool {
    WRITTEN.load(Ordering::Relaxed)
}

/// Bytes that are written at once.
const BLOCK: usize = 64 * 1024;

/// Stdout, for a result that is written while the work is done.
#[derive(Debug)]
pub(super) struct ResultStream {
    /// `None` when nobody reads any more.
    out: Option<BufWriter<Stdout>>,
    /// Whether a closed pipe is an error, which ends the work; else what comes is dropped.
    stops: bool,
}

impl ResultStream {
    /// `stops`: whether there is no point in going on with the work when nobody reads its result.
    pub(super) fn new(stops: bool) -> Self {
        ResultStream {
            out: Some(BufWriter::with_capacity(BLOCK, io::stdout())),
            stops,
        }
    }

    fn pass(&mut self, result: io::Result<usize>, whole: usize) -> io::Result<usize> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                // What is still buffered must not be tried again when the writer is dropped.
                let _ = self.out.take().map(BufWriter::into_parts);
                if self.stops { Err(error) } else { Ok(whole) }
            }
            other => other,
        }
    }
}

impl Write for ResultStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(out) = &mut self.out else {
            return Ok(bytes.len());
        };
        if !bytes.is_empty() {
            WRITTEN.store(true, Ordering::Relaxed);
        }
        let result = out.write(bytes);
        self.pass(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(out) = &mut self.out else { return Ok(()) };
        let result = out.flush().map(|()| 0);
        self.pass(result, 0).map(|_| ())
    }
}
