//! `sfn-tool lint FILES...`: will you regret it?

use std::sync::Arc;

use clap::Args;

use super::arguments::{Files, Reporting, SeverityChoice};
use super::output::Context;
use super::{Failure, Outcome, input};
use crate::asl::StateMachine;
use crate::lint::{self, Selection};
use crate::report::findings::{self, FileReport};
use crate::source::Parsed;

/// Find what AWS accepts and its users regret
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// Run these rules only: names, or all
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Exit with 1 from this severity on
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    fail_on: SeverityChoice,
    #[command(flatten)]
    reporting: Reporting,
}

/// Runs the command.
///
/// # Errors
/// When a rule does not exist, a file cannot be read or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let selection = Selection::new(&arguments.select, &arguments.ignore)?;
    let checked = input::check(&arguments.files, context, |parsed| report(parsed, &selection))?;
    let reports = &checked.reports;
    context.result(|out| findings::render(reports, arguments.reporting.format, context.color, out))?;
    if arguments.reporting.format == findings::Format::Text {
        context.say(&findings::summary(reports));
    }
    Ok(arguments.reporting.outcome(&checked, arguments.fail_on.into()))
}

/// What is wrong with the text itself comes first; what of it can be read is linted all the same.
fn report(parsed: Parsed, selection: &Selection) -> FileReport {
    let Parsed {
        file,
        document,
        mut findings,
    } = parsed;
    if let Some(document) = document {
        let machine = StateMachine::read(Arc::new(document));
        findings.extend(lint::check(&machine, selection));
    }
    FileReport {
        file,
        findings,
        truncated: false,
    }
}
