//! A small prompt with history.

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

/// Reads and evaluates until the end of the input. Ctrl-C drops what is being typed.
///
/// # Errors
/// When the terminal cannot be read, or a result cannot be written.
pub(super) fn run(tried: &Tried, context: &Context) -> Result<Outcome, Failure> {
    let mut editor = DefaultEditor::new().map_err(PromptError)?;
    context.say(
        "One expression per line, or several lines until it is complete; Ctrl-C discards it, Ctrl-D exits.",
    );
    let mut typed = String::new();
    loop {
        match editor.readline(if typed.is_empty() { "> " } else { ". " }) {
            Ok(line) => {
                let is_empty = line.trim().is_empty();
                typed.push_str(&line);
                typed.push('\n');
                // An empty line ends what cannot become whole.
                if !is_empty && tried.is_unfinished(&typed) {
                    continue;
                }
                let text = std::mem::take(&mut typed).trim().to_owned();
                if !text.is_empty() {
                    // Without its history the prompt still works.
                    let _ = editor.add_history_entry(&text);
                    let text = super::without_delimiters(text);
                    let answer = tried.evaluate(&text);
                    context.text(|out| answer.show("<expression>".to_owned(), text, context.color, out))?;
                }
            }
            Err(ReadlineError::Interrupted) => typed.clear(),
            Err(ReadlineError::Eof) => return Ok(Outcome::Clean),
            Err(error) => return Err(PromptError(error).into()),
        }
    }
}
