//! A small prompt: one expression a line, with history.

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::Tried;
use crate::cli::output::Context;
use crate::cli::{Failure, Outcome};

/// The terminal does not do what the prompt needs.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot read from the terminal")]
#[diagnostic(help("give the expression as an argument, or with --expression-file"))]
struct PromptError(#[source] ReadlineError);

/// Reads and evaluates until the end of the input or Ctrl-C.
///
/// # Errors
/// When the terminal cannot be read, or a result cannot be written.
pub(super) fn run(tried: &Tried, context: &Context) -> Result<Outcome, Failure> {
    let mut editor = DefaultEditor::new().map_err(PromptError)?;
    context.say("One expression a line; Ctrl-D ends.");
    loop {
        match editor.readline("> ") {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                // Without its history the prompt still works.
                let _ = editor.add_history_entry(&line);
                let line = super::without_delimiters(line.trim().to_owned());
                let answer = tried.evaluate(&line);
                context.result(|out| answer.show("<expression>".to_owned(), line, context.color, out))?;
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(Outcome::Clean),
            Err(error) => return Err(PromptError(error).into()),
        }
    }
}
