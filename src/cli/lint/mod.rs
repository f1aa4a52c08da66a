//! `sfn-tool lint FILES...`: will you regret it?

mod fixes;
mod settings;
mod statistics;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;

use super::arguments::{Files, MachineTypeChoice, Reporting, SeverityChoice};
use super::output::Context;
use super::output_file::{self, Kind};
use super::{Failure, Outcome, input};
use crate::lint::{self, Baseline, Settings};
use crate::report::findings::{self, FileReport};
use crate::source::SourceFile;
use fixes::Fixes;
use settings::SettingsOf;

/// Find problems in definitions that AWS accepts
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// Run only these rules: names, groups (flow, errors, time, data, practice), default, pedantic or all
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Run these rules as well
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    extend_select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// The state machine type to check against
    #[arg(long = "type", value_name = "TYPE")]
    machine_type: Option<MachineTypeChoice>,
    /// Use this configuration file instead of the nearest sfn-tool.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Ignore every sfn-tool.toml
    #[arg(long)]
    isolated: bool,
    /// Print the effective configuration of the first file, as an sfn-tool.toml, without linting
    #[arg(long)]
    show_config: bool,
    /// Leave out findings that are recorded in this baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Record all current findings in a new baseline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix", "diff"])]
    write_baseline: Option<PathBuf>,
    /// Apply safe fixes to the files
    #[arg(long)]
    fix: bool,
    /// Show what --fix would change, without writing
    #[arg(long)]
    diff: bool,
    /// Let --fix and --diff also apply fixes that need review
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show the number of findings per rule
    #[arg(long)]
    statistics: bool,
    /// Exit with status 1 on findings of this severity and above
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    fail_on: SeverityChoice,
    #[command(flatten)]
    reporting: Reporting,
}

/// Runs the command.
///
/// # Errors
/// When a rule does not exist, the configuration or the baseline cannot be used, a file cannot be written or the result
/// cannot be written.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let settings_of = SettingsOf::new(arguments)?;
    if arguments.show_config {
        return settings_of.show(&arguments.files.files, context);
    }
    let baseline = baseline(arguments, &settings_of)?;
    let parsing = input::parse_options(&arguments.files.placeholders)?;
    let fixes = (arguments.fix || arguments.diff).then(|| Fixes::new(parsing, arguments.unsafe_fixes));
    let failed: Mutex<Option<Failure>> = Mutex::default();
    let gone: Mutex<Vec<String>> = Mutex::default();
    let settings = |path: &Path| match settings_of.file(path) {
        Ok(settings) => settings,
        Err(failure) => {
            failed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(failure);
            Settings::default()
        }
    };
    let mended = |file: Arc<SourceFile>| match &fixes {
        Some(fixes) => {
            let settings = settings(Path::new(file.name()));
            fixes.mend(file, &settings)
        }
        None => file,
    };
    let format = arguments.reporting.format;
    // What rules that are off would find, for those who do not say which rules they want.
    let off: Mutex<BTreeMap<&'static str, usize>> = Mutex::default();
    let tells_of_off = format == findings::Format::Text
        && !(context.is_quiet() || arguments.statistics || baseline.is_some() || fixes.is_some());
    let mut checked = input::check(&arguments.files, context, mended, |definition| {
        let path = PathBuf::from(definition.file().name());
        let mut settings = settings(&path);
        if let Some(machine_type) = definition.known_type() {
            settings.machine_type = Some(machine_type);
        }
        // What of a broken text can be read is linted all the same.
        let (found, beyond) = match tells_of_off {
            true => definition.lint_beyond(&settings),
            false => (definition.lint_with(&settings), Vec::new()),
        };
        if !beyond.is_empty() {
            let mut off = off.lock().unwrap_or_else(PoisonError::into_inner);
            for (rule, count) in beyond {
                *off.entry(rule.name).or_default() += count;
            }
        }
        let mut report = FileReport::new(definition.file().clone(), found);
        if let Some(baseline) = &baseline {
            let ran = |rule: &str| lint::find(rule).is_none_or(|rule| settings.selection.contains(rule));
            let here = baseline.filter(&path, &mut report.findings, ran);
            gone.lock().unwrap_or_else(PoisonError::into_inner).extend(here);
        }
        report
    })?;
    if let Some(failure) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(failure);
    }
    for report in &mut checked.reports {
        report.sort_by_place();
    }
    arguments.reporting.limit(&mut checked.reports);
    let reports = &checked.reports;
    if let Some(path) = &arguments.write_baseline {
        let mut baseline = Baseline::new(path);
        for report in reports {
            baseline.add(Path::new(report.file.name()), &report.findings);
        }
        output_file::write(path, &Kind::Report(&output_file::BASELINE), |out| {
            out.write_all(baseline.to_json().as_bytes())
        })?;
        let count: usize = reports.iter().map(|report| report.findings.len()).sum();
        context.say(&format!(
            "{}: {count} findings recorded in the baseline",
            path.display()
        ));
        return Ok(Outcome::Clean);
    }
    if let Some(fixes) = &fixes {
        if arguments.diff {
            return fixes.show(reports, context);
        }
        if fixes.apply(reports, context)? {
            return Ok(arguments.reporting.outcome(&checked, arguments.fail_on.into()));
        }
    }
    if arguments.statistics {
        context.rendered(!format.is_for_programs(), |out| {
            statistics::render(reports, format, out)
        })?;
    } else {
        context.rendered(!format.is_for_programs(), |out| {
            findings::render(reports, format, context.color, out)
        })?;
    }
    if format == findings::Format::Text && checked.has_result() {
        let off = off.into_inner().unwrap_or_else(PoisonError::into_inner);
        context.say(&format!("{}{}", findings::summary(reports), beyond(off)));
    }
    let mut gone = gone.into_inner().unwrap_or_else(PoisonError::into_inner);
    gone.extend(baseline.iter().flat_map(Baseline::of_lost_files));
    say_gone(gone, context);
    Ok(arguments.reporting.outcome(&checked, arguments.fail_on.into()))
}

/// Of more rules that are off only so many are named.
const RULES: usize = 3;

/// What the rules that are off would add, for the end of a sentence; the ones with most findings first.
fn beyond(off: BTreeMap<&'static str, usize>) -> String {
    let count: usize = off.values().sum();
    if count == 0 {
        return String::new();
    }
    let mut rules: Vec<(&str, usize)> = off.into_iter().collect();
    rules.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let more = if rules.len() > RULES { ", ..." } else { "" };
    let names: Vec<&str> = rules.iter().take(RULES).map(|(name, _)| *name).collect();
    format!(
        "; rules that are off would add {count} ({}{more})",
        names.join(", ")
    )
}

/// Of more findings that are gone only so many are named.
const NAMED: usize = 10;

fn say_gone(mut gone: Vec<String>, context: &Context) {
    if gone.is_empty() {
        return;
    }
    gone.sort();
    for one in gone.iter().take(NAMED) {
        context.say(&format!("gone: {one}"));
    }
    let (noun, verb) = if gone.len() == 1 {
        ("finding", "is")
    } else {
        ("findings", "are")
    };
    context.say(&format!(
        "{} {noun} of the baseline {verb} gone: update it with --write-baseline",
        gone.len()
    ));
}

fn baseline(arguments: &Arguments, settings_of: &SettingsOf) -> Result<Option<Baseline>, Failure> {
    if arguments.write_baseline.is_some() {
        return Ok(None);
    }
    Ok(match &arguments.baseline {
        Some(path) => Some(Baseline::load(path)?),
        None => settings_of.baseline()?,
    })
}
