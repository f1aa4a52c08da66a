//! `sfn-tool lint FILES...`: will you regret it?

use std::sync::Arc;

use clap::Args;

use super::arguments::{Files, MachineTypeChoice, Reporting, SeverityChoice};
use super::output::Context;
use super::{Failure, Outcome, input};
use crate::asl::StateMachine;
use crate::lint::{self, Selection, Settings};
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
    /// The type of state machine that the definitions are for
    #[arg(long = "type", value_name = "TYPE")]
    machine_type: Option<MachineTypeChoice>,
    /// Read no sfn-tool.toml
    #[arg(long)]
    isolated: bool,
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
    let settings = Settings {
        selection: Selection::new(&arguments.select, &arguments.ignore)?,
        machine_type: arguments.machine_type.map(Into::into),
        ..Settings::default()
    };
    let checked = input::check(&arguments.files, context, |parsed| report(parsed, &settings))?;
    let reports = &checked.reports;
    context.result(|out| findings::render(reports, arguments.reporting.format, context.color, out))?;
    if arguments.reporting.format == findings::Format::Text {
        context.say(&findings::summary(reports));
    }
    Ok(arguments.reporting.outcome(&checked, arguments.fail_on.into()))
}

/// What is wrong with the text itself comes first; what of it can be read is linted all the same.
fn report(parsed: Parsed, settings: &Settings) -> FileReport {
    let Parsed {
        file,
        document,
        mut findings,
    } = parsed;
    if let Some(document) = document {
        let machine = StateMachine::read(Arc::new(document));
        findings.extend(lint::check(&machine, settings));
    }
    FileReport {
        file,
        findings,
        truncated: false,
    }
}
