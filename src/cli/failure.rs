//! What stops the tool itself, shown with miette on stderr.

use std::borrow::Cow;
use std::fmt;
use std::io::Write;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, ThemeStyles};

use super::output::Context;
use crate::diagnostics::{visible, visible_lines};

/// The reason a command could not do its job: exit status 2.
pub struct Failure(Box<dyn Diagnostic + Send + Sync>);

impl Failure {
    /// Shows what failed, where, and what to do, on stderr.
    pub(super) fn print(&self, context: &Context) {
        context.to_stderr(self.render(context.color_stderr).trim_end_matches('\n'));
    }

    fn render(&self, color: bool) -> String {
        let mut theme = GraphicalTheme::unicode();
        theme.styles = if color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
        let mut text = String::new();
        if handler.render_report(&mut text, &Shown(&*self.0)).is_err() {
            text = format!("{}\n", self.0);
        }
        text
    }
}

/// A failure whose message keeps to its line, whatever it quotes.
struct Shown<'a>(&'a (dyn Diagnostic + Send + Sync));

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(&self.0.to_string()))
    }
}

impl std::error::Error for Shown<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.0.help()?.to_string();
        let help = visible_lines(&help);
        Some(Box::new(
            help.lines().map(no_command).collect::<Vec<_>>().join("\n"),
        ))
    }
}

/// A line of advice, which a name with a line break in it may have begun: pipelines obey lines that begin with `::` or
/// `##[`, blanks before it or not.
fn no_command(line: &str) -> Cow<'_, str> {
    let words = line.trim_start();
    if words.starts_with("::") || words.starts_with("##[") {
        Cow::Owned(format!("{}\\n{words}", &line[..line.len() - words.len()]))
    } else {
        Cow::Borrowed(line)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<E: Diagnostic + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(Box::new(error))
    }
}

/// A JSONata expression goes on and on in a function of the engine that cannot be interrupted.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("a JSONata expression was stopped: {0}")]
#[diagnostic(help(
    "AWS stops an expression after a second: let it work on less data; $distinct and $keys compare every item with \
     every other"
))]
struct GivenUp(String);

/// Ends the program because an expression cannot be stopped: exit status 2.
pub(super) fn give_up(what: &str) -> ! {
    let failure = Failure::from(GivenUp(what.to_owned()));
    let text = failure.render(false);
    // Nobody is left to tell when stderr is closed.
    let _ = std::io::stderr().write_all(text.as_bytes());
    std::process::exit(2)
}

/// Writing the result failed: a full disk behind a redirection, say. A closed pipe is no failure.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write the result")]
pub struct WriteError(#[source] pub std::io::Error);
