//! `sfn-tool lint FILES...`: will you regret it?

mod fixes;
mod settings;
mod statistics;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;

use super::arguments::{Files, MachineTypeChoice, Reporting, SeverityChoice, Sources};
use super::config::Configs;
use super::definitions::Seen;
use super::output::Context;
use super::output_file::{self, Kind};
use super::{Failure, Outcome, definitions, input};
use crate::arrange::Arrange as _;
use crate::contract::Contract;
use crate::definition::{Check, Definition};
use crate::diagnostics::{Finding, Severity, counted};
use crate::lint::{self, Baseline, Rule, Settings};
use crate::report::findings::{self, FileReport};
use crate::source::SourceFile;
use fixes::Fixes;
use settings::SettingsOf;

/// Find problems in definitions that AWS accepts
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    linting: Linting,
}

/// How lint works, for every command that lints.
#[derive(Debug, Args)]
pub struct Linting {
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

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// What AWS accepts and users regret.
    Lint,
    /// That, what AWS says, and what does not fit these schemas; of this severity and above.
    All(Severity, &'a [Contract]),
}

/// Runs the command.
///
/// # Errors
/// Those of [`run_on`].
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Outcome, Failure> {
    let Arguments { files, linting } = arguments;
    run_on(&files.files, &files.sources, linting, Wanted::Lint, context)
}

/// Lints the definitions that `files` mean, and with [`Wanted::All`] validates them, too.
///
/// # Errors
/// When a rule does not exist, the configuration or the baseline cannot be used, a file cannot be written or the result
/// cannot be written.
pub(super) fn run_on(
    files: &[PathBuf],
    sources: &Sources,
    arguments: &Linting,
    wanted: Wanted<'_>,
    context: &Context,
) -> Result<Outcome, Failure> {
    let configs = Configs::new(sources)?;
    if sources.show_files {
        return definitions::list(files, sources, &configs, context);
    }
    let settings_of = SettingsOf::new(arguments, &configs)?;
    if arguments.show_config {
        return settings_of.show(files, context);
    }
    let baseline = baseline(arguments, &settings_of)?;
    let parsing = input::parse_options(&sources.placeholders)?;
    let is_fixing = arguments.fix || arguments.diff;
    let fixes = is_fixing.then(|| Fixes::new(parsing, arguments.unsafe_fixes));
    let failed: Mutex<Option<Failure>> = Mutex::default();
    let mut gone: Vec<String> = Vec::new();
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
    let off: Mutex<Off> = Mutex::default();
    let tells_of_off = format == findings::Format::Text
        && !(context.is_quiet() || arguments.statistics || baseline.is_some() || fixes.is_some());
    let look = |definition: &Definition| {
        let path = PathBuf::from(definition.file().name());
        let mut settings = settings(&path);
        if let Some(machine_type) = definition.known_type() {
            settings.machine_type = Some(machine_type);
        }
        let looked = look_at(definition, &settings, wanted, tells_of_off);
        if !looked.beyond.is_empty() {
            let mut off = off.lock().unwrap_or_else(PoisonError::into_inner);
            // A file that is found by itself and in a template says it once.
            let place = (definition.file().name(), definition.resource_with_it());
            let place = off.entry((place.0.to_owned(), place.1.map(str::to_owned)));
            let counts = place.or_default();
            for (rule, count) in looked.beyond {
                let most = counts.entry(rule.name).or_default();
                *most = count.max(*most);
            }
        }
        looked.seen
    };
    let mut checked = definitions::check(files, sources, &configs, context, mended, look)?;
    // A file may hold several definitions, and the baseline is of files.
    if let Some(baseline) = &baseline {
        for report in &mut checked.reports {
            let path = PathBuf::from(report.file.name());
            let settings = settings(&path);
            let ran = |rule: &str| lint::find(rule).is_none_or(|rule| settings.selection.contains(rule));
            let here = baseline.filter(&path, &mut report.findings, ran);
            let Wanted::All(least, _) = wanted else {
                gone.extend(here);
                continue;
            };
            // What is not shown is not gone.
            if least == Severity::Info {
                gone.extend(here);
            }
            // An error that is recorded fails nothing.
            report.aws_errors = Some(report.findings.iter().filter(is_of_aws).count());
        }
    }
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
            "{}: {} recorded in the baseline",
            path.display(),
            counted(count as u64, "finding")
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
        checked.render(format, context)?;
    }
    let rejected = match wanted {
        Wanted::Lint => say_rejected(reports, context),
        Wanted::All(..) => false,
    };
    let says_nothing = rejected && reports.iter().all(|report| report.findings.is_empty());
    if format == findings::Format::Text && !says_nothing && checked.has_result() {
        let off = off.into_inner().unwrap_or_else(PoisonError::into_inner);
        let read = checked.read(matches!(wanted, Wanted::All(..)));
        let (summary, not_read) = (findings::summary(reports, &read), checked.not_read());
        context.say(&format!("{summary}{not_read}{}", beyond(off)));
    }
    gone.extend(baseline.iter().flat_map(Baseline::of_lost_files));
    say_gone(gone, context);
    Ok(arguments.reporting.outcome(&checked, arguments.fail_on.into()))
}

/// What was seen of a definition.
struct Looked {
    seen: Seen,
    /// How many findings rules that are off would add.
    beyond: Vec<(&'static Rule, usize)>,
}

fn look_at(definition: &Definition, settings: &Settings, wanted: Wanted<'_>, tells_of_off: bool) -> Looked {
    let file = definition.file().clone();
    match wanted {
        Wanted::All(least, contracts) => {
            let Check { mut findings, beyond } = definition.check_beyond(settings);
            findings.extend(contracts.iter().flat_map(|contract| definition.against(contract)));
            let errors = findings.iter().filter(is_of_aws).count();
            let at_keys = at_keys(definition, &mut findings);
            let report = FileReport::new(file, findings).at_least(least);
            let of_template = definition.undeployable_elsewhere().map(|found| {
                let errors = found.findings.iter().filter(is_of_aws).count();
                let report = FileReport::new(found.file.clone(), found.findings.clone());
                report.at_least(least).with_aws_errors(errors)
            });
            Looked {
                seen: Seen {
                    report: report.with_aws_errors(errors),
                    of_template: of_template
                        .chain(at_keys.into_iter().map(|report| report.at_least(least)))
                        .collect(),
                },
                beyond,
            }
        }
        Wanted::Lint => {
            // What of a broken text can be read is linted all the same.
            let (mut found, beyond) = match tells_of_off {
                true => definition.lint_beyond(settings),
                false => (definition.lint_with(settings), Vec::new()),
            };
            let machine_type = settings.machine_type.unwrap_or_default();
            let errors = definition.validate_deployed_as(machine_type);
            let elsewhere = definition
                .undeployable_elsewhere()
                .flat_map(|found| &found.findings);
            let errors = errors.iter().chain(elsewhere).filter(is_of_aws).count();
            let of_template = at_keys(definition, &mut found);
            let report = FileReport::new(file, found);
            let report = match errors {
                0 => report,
                count => report.with_aws_errors(count),
            };
            Looked {
                seen: Seen { report, of_template },
                beyond,
            }
        }
    }
}

/// What is told of the keys in other files that give the definition values.
fn at_keys(definition: &Definition, findings: &mut Vec<Finding>) -> Vec<FileReport> {
    let document = definition.document().map(|document| &**document);
    let found = lint::unused_at_keys(document, findings).into_iter();
    found
        .map(|(file, finding)| FileReport::new(file, vec![finding]))
        .collect()
}

/// Whether AWS rejects a definition for what is found, and for nothing else.
fn is_of_aws(finding: &&Finding) -> bool {
    let is_error = finding.severity == Severity::Error && finding.follows_from.is_none();
    is_error && lint::find(&finding.code).is_none()
}

/// Says which files lint cannot speak for, because AWS rejects what they hold; whether there are any.
fn say_rejected(reports: &[FileReport], context: &Context) -> bool {
    let rejected: Vec<(&str, usize)> = (reports.iter())
        .filter_map(|report| Some((report.file.name(), report.aws_errors?)))
        .collect();
    for (name, count) in rejected.iter().take(NAMED) {
        let errors = counted(*count, "error");
        context.say(&format!(
            "{name}: AWS rejects the definition ({errors}): run sfn-tool check to see {}",
            if *count == 1 { "it" } else { "them" }
        ));
    }
    if rejected.len() > NAMED {
        context.say(&format!(
            "and {}",
            counted((rejected.len() - NAMED) as u64, "more file")
        ));
    }
    !rejected.is_empty()
}

/// Of more rules that are off only so many are named.
const RULES: usize = 3;

/// What the rules that are off would add, of each definition by its file, and the resource that has it inside.
type Off = BTreeMap<(String, Option<String>), BTreeMap<&'static str, usize>>;

/// What the rules that are off would add, for the end of a sentence; the ones with most findings first.
fn beyond(off: Off) -> String {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for (rule, count) in off.into_values().flatten() {
        *rules.entry(rule).or_default() += count;
    }
    let count: usize = rules.values().sum();
    if count == 0 {
        return String::new();
    }
    let mut rules: Vec<(&str, usize)> = rules.into_iter().collect();
    rules.arrange_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
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
    let verb = if gone.len() == 1 { "is" } else { "are" };
    context.say(&format!(
        "{} of the baseline {verb} gone: update it with --write-baseline",
        counted(gone.len(), "finding")
    ));
}

fn baseline(arguments: &Linting, settings_of: &SettingsOf<'_>) -> Result<Option<Baseline>, Failure> {
    if arguments.write_baseline.is_some() {
        return Ok(None);
    }
    Ok(match &arguments.baseline {
        Some(path) => Some(Baseline::load(path)?),
        None => settings_of.baseline()?,
    })
}
