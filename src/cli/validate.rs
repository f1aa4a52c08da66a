//! `sfn-tool validate FILES...`: would AWS take it?

use clap::Args;

use super::arguments::{Files, MachineTypeChoice, Reporting, Schemas, SeverityChoice};
use super::config::Configs;
use super::definitions::Seen;
use super::output::Context;
use super::{Failure, Outcome, definitions};
use crate::contract::Contract;
use crate::definition::Definition;
use crate::diagnostics::{Severity, counted};
use crate::report::findings::{self, FileReport};

/// Check whether AWS would accept definitions
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// The state machine type to check against, unless the template sets it
    #[arg(long = "type", value_name = "TYPE", default_value = "standard")]
    machine_type: MachineTypeChoice,
    /// Show findings of this severity and above
    #[arg(long, default_value = "warning")]
    severity: SeverityChoice,
    #[command(flatten)]
    schemas: Schemas,
    #[command(flatten)]
    reporting: Reporting,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or the result cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let (files, sources) = (&arguments.files.files, &arguments.files.sources);
    let configs = Configs::new(sources)?;
    if sources.show_files {
        return definitions::list(files, sources, &configs, context);
    }
    let contracts = arguments.schemas.open(&sources.placeholders.reading.reach())?;
    let look = |definition: &Definition| report(definition, arguments, &contracts);
    let mut checked = definitions::check(files, sources, &configs, context, |file| file, look)?;
    arguments.reporting.limit(&mut checked.reports);
    let reports = &checked.reports;
    let format = arguments.reporting.format;
    checked.render(format, context)?;
    for report in reports {
        context.detail(|| {
            format!(
                "{}: {}",
                report.file.name(),
                counted(report.findings.len() as u64, "finding")
            )
        });
    }
    if arguments.reporting.format == findings::Format::Text && checked.has_result() {
        let summary = findings::summary(reports, &checked.read(false));
        let least: Severity = arguments.severity.into();
        let why = match checked.unread > 0 && least > Severity::Info {
            true => " (--severity info says why)",
            false => "",
        };
        context.say(&format!("{summary}{}{why}", checked.not_read()));
    }
    Ok(arguments.reporting.outcome(&checked, Severity::Error))
}

fn report(definition: &Definition, arguments: &Arguments, contracts: &[Contract]) -> Seen {
    let machine_type = (definition.known_type()).unwrap_or(arguments.machine_type.into());
    let mut findings = definition.validate_deployed_as(machine_type);
    findings.extend(contracts.iter().flat_map(|contract| definition.against(contract)));
    let least = arguments.severity.into();
    let of_template = definition
        .undeployable_elsewhere()
        .map(|found| FileReport::new(found.file.clone(), found.findings.clone()).at_least(least));
    Seen {
        report: FileReport::new(definition.file().clone(), findings).at_least(least),
        of_template: of_template.collect(),
    }
}
