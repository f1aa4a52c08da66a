//! What is in one text, and what is found in it: by the loaders and checks of the commands.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::callers::Callers;
use super::configuration::Configurations;
use super::documents::OpenText;
use super::files::Area;
use super::searches::Listing;
use super::settings::Settings;
use super::unused;
use crate::arrange::Arrange as _;
use crate::asl::Quiet;
use crate::config::{self, Config};
use crate::definition::{Definition, Seen};
use crate::diagnostics::{Finding, Severity, Span, fix_of_question};
use crate::discovery;
use crate::editor::{self, OpenDocument};
use crate::expr::jsonata::compiled::Earlier;
use crate::lint;
use crate::mocks;
use crate::report::findings::{FileReport, Known};
use crate::source::{Caller, SourceFile, limits::MAX_FILE_BYTES, names};
use crate::testing::{self, Refused};

/// Our code for a text that is not looked at.
const NOT_READ: &str = "NOT_READ";

/// What a text was seen to be.
#[derive(Debug)]
pub(super) struct Analysis {
    /// What stands where in it.
    pub(super) open: OpenDocument,
    /// What is told of it, in the order of the text.
    pub(super) findings: Vec<Finding>,
    /// The lint rules that run.
    pub(super) rules: lint::Settings,
    /// Why the configuration that holds for it cannot be used.
    pub(super) problem: Option<String>,
}

impl Analysis {
    /// Whether what is told of it goes by other files, too.
    pub(super) fn reads_others(&self) -> bool {
        let is_terraform = || names::ends_in(self.open.file().name(), &[".tf"]);
        self.open.kind() == editor::Kind::Test
            || !self.open.called().is_empty()
            || !self.open.callers().is_empty()
            || is_terraform()
    }
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Configuration,
    Test,
    Mocks,
    /// What may hold state machines; `is_told`: the client says that it is a definition.
    Source {
        is_told: bool,
    },
}

impl Kind {
    fn of(file: &SourceFile, language: &str) -> Kind {
        let path = Path::new(file.name());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == config::FILE_NAME {
            return Kind::Configuration;
        }
        if discovery::is_test_file(path) {
            return Kind::Test;
        }
        if mocks::is_mock_file(&name) {
            return Kind::Mocks;
        }
        Kind::Source {
            is_told: language.starts_with("asl"),
        }
    }
}

/// Whether what is told of a text goes by what names it.
pub(super) fn goes_by_callers(text: &OpenText) -> bool {
    matches!(Kind::of(&text.file, &text.language), Kind::Source { .. })
}

/// Whether a text is a configuration.
pub(super) fn is_configuration(text: &OpenText) -> bool {
    Kind::of(&text.file, &text.language) == Kind::Configuration
}

/// What a text is looked at with.
pub(super) struct Project<'p> {
    pub(super) settings: &'p Settings,
    pub(super) configurations: &'p mut Configurations,
    pub(super) callers: &'p Callers,
    /// What lies in the folders of configurations.
    pub(super) listings: &'p HashMap<PathBuf, Option<Listing>>,
    /// The folders that are open at the client.
    pub(super) folders: &'p [PathBuf],
}

/// Looks at a text; `path` is where it is saved, `earlier` what was compiled of it as it was, and `seen` what is known of that.
pub(super) fn look_at(
    file: &Arc<SourceFile>,
    path: Option<&Path>,
    language: &str,
    earlier: &Earlier,
    seen: Option<(Seen, lint::Settings)>,
    project: &mut Project<'_>,
) -> Analysis {
    let settings = project.settings;
    let kind = Kind::of(file, language);
    let mut options = settings.parse_options();
    let (before, quiet) = seen
        .map(|(seen, rules)| (seen.before, (seen.quiet, rules)))
        .unzip();
    options.before = before;
    let told = kind == Kind::Source { is_told: true };
    let is_too_large = file.text().len() as u64 > MAX_FILE_BYTES;
    let name = Path::new(file.name());
    let open = match (kind, is_too_large) {
        (Kind::Source { .. } | Kind::Test | Kind::Mocks, false) => {
            let is_source = matches!(kind, Kind::Source { .. });
            let callers = path.filter(|_| is_source).and_then(|path| {
                let area = Area::of(path, project.folders)?;
                Some(project.callers.of(path, &area))
            });
            OpenDocument::named_by(
                callers.unwrap_or_default(),
                path.unwrap_or(name),
                file.clone(),
                &options,
                told,
            )
        }
        // Nothing stands in it that is known.
        _ => OpenDocument::new(name, "", &options, false),
    };
    let definitions = open.definitions().iter().chain(open.others());
    let documents = definitions.filter_map(|definition| definition.document());
    documents.for_each(|document| earlier.lend_to(document));
    let mut analysis = Analysis {
        open,
        findings: Vec::new(),
        rules: lint::Settings::default(),
        problem: None,
    };
    if is_too_large {
        let words = format!(
            "The text is larger than {} MiB: it is not read",
            MAX_FILE_BYTES / (1024 * 1024)
        );
        analysis
            .findings
            .push(Finding::new(Severity::Info, NOT_READ, words, Span::at(0)));
        return analysis;
    }
    match (kind, path) {
        (Kind::Configuration, _) => {
            let folder = path.and_then(Path::parent);
            let listing = folder.and_then(|folder| project.listings.get(folder)?.as_deref());
            analysis.findings = of_configuration(file, path, listing);
        }
        (Kind::Test, Some(path)) => analysis.findings = of_test(file, path, settings),
        (Kind::Test, None) => analysis.findings = testing::check(file),
        (Kind::Mocks, _) => {
            analysis.findings.extend(mocks::check(file, settings.reach()));
        }
        (Kind::Source { .. }, _) => of_source(
            file,
            path.unwrap_or(name),
            settings,
            project.configurations,
            quiet,
            &mut analysis,
        ),
    }
    let mut machines = (analysis.open.definitions().iter()).filter_map(Definition::machine);
    earlier.forget(machines.all(|machine| machine.changed_alone().is_none()));
    // Whatever asks whether something else was meant offers to write it.
    for finding in &mut analysis.findings {
        if finding.fixes.is_empty() {
            finding.fixes.extend(fix_of_question(finding, file.text()));
        }
    }
    analysis
}

/// What is wrong with a configuration, and what it names that is not there, by what lies in its folder.
fn of_configuration(
    file: &SourceFile,
    path: Option<&Path>,
    listing: Option<&[(PathBuf, bool)]>,
) -> Vec<Finding> {
    let config = match Config::parse(file.text(), path.unwrap_or(Path::new(file.name()))) {
        Ok(config) => config,
        Err(mistake) => return vec![mistake.finding(file.text())],
    };
    let mut findings = listing.map_or_else(Vec::new, |listing| config.names_nothing(file.text(), listing));
    findings.extend(path.and_then(|_| config.lacks_baseline(file.text())));
    findings.arrange_by_key(|finding| finding.span);
    findings
}

/// What is wrong with a test file, and in it: what is wrong with files that it names is told in them.
fn of_test(file: &Arc<SourceFile>, path: &Path, settings: &Settings) -> Vec<Finding> {
    match testing::open_within(path, settings.reach()) {
        Ok(test) => mocks::findings_of(file, &test.doubts),
        // It is open and was never saved, or is gone: of its text alone something can be said.
        Err(Refused::Unreadable(_)) => testing::check(file),
        Err(Refused::Mistakes { files, .. }) => {
            let own = files.into_iter().filter(|(of, _)| of.name() == file.name());
            own.flat_map(|(_, findings)| findings).collect()
        }
    }
}

fn of_source(
    file: &Arc<SourceFile>,
    path: &Path,
    settings: &Settings,
    configurations: &mut Configurations,
    quiet: Option<(Quiet, lint::Settings)>,
    analysis: &mut Analysis,
) {
    if analysis.open.definitions().is_empty() && analysis.open.called().is_empty() {
        return;
    }
    let configuration = configurations.of(path, settings);
    let mut rules = configuration.rules(path);
    rules.machine_type = settings.machine_type.or(rules.machine_type);
    // What other rules did not find counts for nothing.
    let quiet = quiet.filter(|(_, known)| known.find_the_same(&rules));
    analysis
        .open
        .listen(quiet.map(|(quiet, _)| quiet).unwrap_or_default());
    // Those that a template names are told where they stand.
    let definitions = analysis.open.definitions();
    let elsewhere = analysis
        .open
        .called()
        .iter()
        .flat_map(Definition::undeployable_elsewhere);
    let elsewhere: Vec<_> = elsewhere
        .filter(|found| found.file.name() == file.name())
        .collect();
    let mut report = FileReport::new(file.clone(), Vec::new());
    let mut known = Known::default();
    for definition in definitions.iter().chain(analysis.open.others()) {
        let mut findings = definition.check(&rules);
        // It is told where it stands.
        drop(lint::unused_at_keys(
            unused::document_of(definition),
            &mut findings,
        ));
        for finding in &mut findings {
            let callers = definition.callers().iter();
            finding.elsewhere.extend(callers.map(Caller::elsewhere));
        }
        report.merge(FileReport::new(file.clone(), findings), &mut known);
    }
    for found in elsewhere {
        report.merge(FileReport::new(file.clone(), found.findings.clone()), &mut known);
    }
    let only = lint::Settings {
        selection: rules
            .selection
            .only(&["unused-substitution", "missing-substitution"]),
        ..rules.clone()
    };
    for definition in analysis.open.called() {
        for finding in unused::by(definition, &only, file) {
            report.merge(FileReport::new(file.clone(), vec![finding]), &mut known);
        }
    }
    configuration.filter(path, &rules, &mut report.findings);
    report.sort_by_place();
    analysis.findings = report.findings;
    analysis.problem = configuration.problem.clone();
    analysis.rules = rules;
}
