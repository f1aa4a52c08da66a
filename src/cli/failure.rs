//! What stops the tool itself, shown with miette on stderr.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io::Write;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, ThemeStyles};

use serde::Serialize;

use super::output::{self, Context};
use crate::config::ConfigError;
use crate::diagnostics::{visible, visible_lines};
use crate::lint::{BaselineError, UnknownRule};
use crate::mocks::MockError;
use crate::replay::OriginError;
use crate::report::Failed;
use crate::simulate::{CompileError, StopError};
use crate::source::{ReadError, ResourceError};

/// The reason a command could not do its job: exit status 2.
pub struct Failure(Box<dyn Diagnostic + Send + Sync>, Code);

/// What kind of failure it is, for programs; docs/agents.md lists them.
type Code = &'static str;

/// The kinds of the errors of other layers. Those of commands name theirs with `code`.
fn code_of(error: &dyn Any) -> Code {
    if let Some(error) = error.downcast_ref::<StopError>() {
        return match error {
            StopError::NoAnswer(_) | StopError::NoObject { .. } => "no-mock",
            StopError::Object(_) | StopError::Computed(_) => "invalid-mocks",
            _ => "stopped",
        };
    }
    let is_one_of: [(Code, bool); 8] = [
        ("unreadable", error.is::<ReadError>()),
        ("unknown-name", error.is::<ResourceError>()),
        ("unknown-name", error.is::<UnknownRule>()),
        ("invalid-definition", error.is::<CompileError>()),
        ("invalid-data", error.is::<OriginError>()),
        ("invalid-mocks", error.is::<MockError>()),
        ("invalid-configuration", error.is::<ConfigError>()),
        ("invalid-configuration", error.is::<BaselineError>()),
    ];
    let known = is_one_of.into_iter().find(|(_, is)| *is);
    known.map_or("failed", |(code, _)| code)
}

impl Failure {
    /// Shows what failed, where, and what to do, on stderr.
    pub(super) fn print(&self, context: &Context) {
        context.to_stderr(self.render(context.color_stderr).trim_end_matches('\n'));
    }

    /// What failed, for programs.
    pub(super) fn told(&self) -> Told {
        let mut message = self.0.to_string();
        let mut cause = self.0.source();
        while let Some(error) = cause {
            message += &format!(": {error}");
            cause = error.source();
        }
        Told {
            code: self.0.code().map_or(self.1.to_owned(), |code| code.to_string()),
            message,
            help: self.0.help().map(|help| help.to_string()),
        }
    }

    /// What failed with a file, among others that did not.
    pub(super) fn of_file(&self, file: &str) -> Failed {
        Failed {
            file: file.to_owned(),
            error: serde_json::to_value(self.told()).unwrap_or_default(),
        }
    }

    /// Prints, for programs, why none of several files could be read: the result of a call that has failed.
    pub(super) fn tell_all<'f>(failures: impl Iterator<Item = &'f Failure>) {
        match &failures.map(Failure::told).collect::<Vec<Told>>()[..] {
            [] => {}
            [only] => only.print(),
            [first, others @ ..] => {
                let all = [first].into_iter().chain(others).map(|told| told.message.clone());
                let all: Vec<String> = all.collect();
                Told {
                    message: format!("none of {} files could be read: {}", all.len(), all.join("; ")),
                    ..first.clone()
                }
                .print();
            }
        }
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

/// A failure as programs get it: the member `error`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Told {
    /// What kind of failure it is.
    code: String,
    message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl Told {
    /// Prints it as the result, unless there is one already: stdout holds one JSON value. Nobody is left to tell when it is
    /// closed.
    pub(super) fn print(&self) {
        #[derive(Serialize)]
        struct Result<'t> {
            error: &'t Told,
        }
        if output::has_result() {
            return;
        }
        let text = serde_json::to_string_pretty(&Result { error: self }).unwrap_or_default();
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }
}

/// Whether a call asks for its result as JSON, told from its arguments alone: they may be what is wrong with it.
pub(super) fn asks_for_json(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let mut last = false;
    for argument in arguments {
        match argument.to_str() {
            Some("--") => return false,
            Some("--format=json") => return true,
            Some("json") if last => return true,
            text => last = text == Some("--format"),
        }
    }
    false
}

/// Ends the program because its arguments are not right, or ask for help: clap's words on stderr or stdout, its exit
/// status, and for programs the failure on stdout.
pub(super) fn exit_with(error: &clap::Error) -> ! {
    if error.use_stderr() && asks_for_json(std::env::args_os()) {
        let text = error.render().to_string();
        let text = text.trim().strip_prefix("error: ").unwrap_or(text.trim());
        let (message, help) = text.split_once("\n\n").unwrap_or((text, ""));
        Told {
            code: "usage".to_owned(),
            message: message.trim().to_owned(),
            help: Some(help.trim().to_owned()).filter(|help| !help.is_empty()),
        }
        .print();
    }
    error.exit()
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
        let code = code_of(&error);
        Failure(Box::new(error), code)
    }
}

/// A JSONata expression goes on and on in a function of the engine that cannot be interrupted.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("a JSONata expression was stopped: {0}")]
#[diagnostic(
    code("stopped"),
    help(
        "AWS stops an expression after a second: let it work on less data; $distinct and $keys compare every item with \
     every other"
    )
)]
struct GivenUp(String);

/// Ends the program because an expression cannot be stopped: exit status 2.
pub(super) fn give_up(what: &str) -> ! {
    let failure = Failure::from(GivenUp(what.to_owned()));
    let text = failure.render(false);
    if asks_for_json(std::env::args_os()) {
        failure.told().print();
    }
    // Nobody is left to tell when stderr is closed.
    let _ = std::io::stderr().write_all(text.as_bytes());
    std::process::exit(2)
}

/// Writing the result failed: a full disk behind a redirection, say. A closed pipe is no failure.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("cannot write the result")]
#[diagnostic(code("unwritable"))]
pub struct WriteError(#[source] pub std::io::Error);

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(arguments: &[&str]) -> bool {
        asks_for_json(arguments.iter().map(OsString::from))
    }

    #[test]
    fn json_is_asked_for_by_the_arguments() {
        assert!(asks(&["sfn-tool", "validate", "--format", "json", "a"]));
        assert!(asks(&[
            "sfn-tool",
            "validate",
            "a",
            "--format=json",
            "--nonsense"
        ]));
        assert!(!asks(&["sfn-tool", "validate", "a", "--format", "text"]));
        assert!(!asks(&["sfn-tool", "validate", "json", "--format"]));
        assert!(!asks(&["sfn-tool", "eval", "--", "--format=json"]));
    }

    #[derive(Debug, thiserror::Error, Diagnostic)]
    #[error("cannot read a")]
    #[diagnostic(code("unreadable"), help("name another"))]
    struct Cannot(#[source] std::io::Error);

    #[test]
    fn what_is_told_names_the_cause_and_the_way_out() {
        let failure = Failure::from(Cannot(std::io::Error::other("the disk is gone")));
        assert_eq!(
            failure.told(),
            Told {
                code: "unreadable".to_owned(),
                message: "cannot read a: the disk is gone".to_owned(),
                help: Some("name another".to_owned()),
            }
        );
        assert!(
            !failure.render(false).contains("unreadable"),
            "people need no code"
        );
    }
}
